//! Plain ways of saying things that were once taken for a title, or for today.

use crate::language::Intent;

use super::{BERLIN, NOW, at, read, table};

#[test]
fn what_is_mistyped_is_the_day_or_month_it_was_to_be() {
    table(&[
        ("book fryday 3pm", "2026-11-27 15:00-15:30"),
        ("book call mondy at 3pm", "2026-11-23 15:00-15:30"),
        ("call tuseday 3pm", "2026-11-24 15:00-15:30"),
        ("call tursday 3pm", "2026-11-26 15:00-15:30"),
        ("meet wednseday at 3", "2026-11-25 15:00-15:30"),
        ("lunch 2moro at noon", "2026-11-23 12:00-12:30"),
        ("call toomorow 3pm", "2026-11-23 15:00-15:30"),
        ("call 2mrw 3pm", "2026-11-23 15:00-15:30"),
        ("meet decmber 3 at 3pm", "2026-12-03 15:00-15:30"),
        ("meet 5 agust 3pm", "2027-08-05 15:00-15:30"),
        ("book money talk at 3pm", "2026-11-22 15:00-15:30"),
        ("book sunny walk with Frida at 3pm", "2026-11-22 15:00-15:30"),
        ("book a match tomorrow at 3pm", "2026-11-23 15:00-15:30"),
    ]);
    assert_eq!(read("book fryday 3pm").title(), None);
    assert_eq!(read("book sunny walk at 3pm").title(), Some("Sunny walk"));
}

#[test]
fn what_is_left_over_beside_a_time_is_asked_about_and_no_title() {
    for text in [
        "book tomorrow at 3 and 4",
        "book call tomorrow 3pm/4pm",
        "book 3 or 4 tomorrow",
        "book tomorrow 10-11 and 2-3",
        "book 5/6/7 5:30pm",
        "book tomorrow 3pm 55",
    ] {
        assert_eq!(at(text, NOW, BERLIN), "SeveralTimes", "{text}");
        let title = read(text).title().unwrap_or_default().to_owned();
        assert!(!title.contains(|c: char| c.is_ascii_digit()), "{text}: {title}");
    }
    table(&[
        ("1:1 tomorrow 3pm", "2026-11-23 15:00-15:30"),
        ("sprint 12 review tomorrow 3pm", "2026-11-23 15:00-15:30"),
        ("make a reservation tomorrow at 7:00 pm for 2", "2026-11-23 19:00-19:30"),
    ]);
    assert_eq!(read("1:1 tomorrow 3pm").title(), Some("1:1"));
    assert_eq!(read("sprint 12 review tomorrow 3pm").title(), Some("Sprint 12 review"));
}

#[test]
fn who_takes_something_back_in_the_same_message_means_the_rest() {
    table(&[
        ("book tomorrow at 3, no, 4", "2026-11-23 16:00-16:30"),
        ("book tomorrow at 3 actually make it 4", "2026-11-23 16:00-16:30"),
        ("book tomorrow at 3. wait, 4.", "2026-11-23 16:00-16:30"),
        ("book tomorrow at 3, or rather 4:15", "2026-11-23 16:15-16:45"),
        ("book friday at 3pm, sorry, thursday", "2026-11-26 15:00-15:30"),
        ("book friday - no wait - thursday at 3pm", "2026-11-26 15:00-15:30"),
        ("book tomorrow at 3pm, no video", "2026-11-23 15:00-15:30"),
        ("book tomorrow at 3, make it 2 hours", "2026-11-23 15:00-17:00"),
    ]);
    assert_eq!(read("book tomorrow at 3, no, 4").title(), None);
}

#[test]
fn noon_by_its_number_and_today_by_the_hour() {
    table(&[
        ("tomorrow 12 noon", "2026-11-23 12:00-12:30"),
        ("tomorrow at twelve noon", "2026-11-23 12:00-12:30"),
        ("tomorrow 12 o'clock noon", "2026-11-23 12:00-12:30"),
        ("tomorrow at 12:00 noon", "2026-11-23 12:00-12:30"),
        ("tomorrow at 12 midnight", "2026-11-23 00:00-00:30"),
        ("book a call today in an hour", "2026-11-22 11:30-12:00"),
        ("meeting today in 30 minutes", "2026-11-22 11:00-11:30"),
        ("friday week 3pm", "2026-12-04 15:00-15:30"),
        ("book thursday week 10:30", "2026-12-03 10:30-11:00"),
    ]);
}

#[test]
fn zones_go_by_the_names_of_places_and_peoples() {
    table(&[
        (
            "book call tomorrow 3pm New York time",
            "2026-11-23 15:00-15:30 America/New_York",
        ),
        (
            "book call tomorrow 3pm new delhi time",
            "2026-11-23 15:00-15:30 Asia/Kolkata",
        ),
        (
            "book call tomorrow 3pm California time",
            "2026-11-23 15:00-15:30 America/Los_Angeles",
        ),
        (
            "book call tomorrow 3pm German time",
            "2026-11-23 15:00-15:30 Europe/Berlin",
        ),
        ("book call tomorrow 3pm with the French team", "2026-11-23 15:00-15:30"),
    ]);
    assert_eq!(
        read("book sync tomorrow at 3pm in New York").location(),
        Some("New York")
    );
    assert_eq!(read("book sync tomorrow at 3pm in New York").title(), Some("Sync"));
}

#[test]
fn whole_days_go_with_no_time_of_day_and_a_refused_link_cancels_nothing() {
    table(&[
        ("book friday 5pm all day", "SeveralTimes"),
        ("book friday 3pm for half a day", "SeveralTimes"),
        ("tomorrow 2pm half day", "SeveralTimes"),
        ("book friday 3pm for 2 hours", "2026-11-27 15:00-17:00"),
        (
            "book call tomorrow 3pm, don't add a meet link",
            "2026-11-23 15:00-15:30",
        ),
    ]);
    assert_eq!(read("don't add a meet link").intent(), Intent::Other);
    let reading = read("book call tomorrow 3pm, don't add a meet link");
    assert_eq!((reading.intent(), reading.title()), (Intent::Book, Some("Call")));
    assert!(reading.without_link());
}
