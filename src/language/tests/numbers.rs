//! Numbers that are no times, and those that are by how they are written; words for how soon.

use super::{BERLIN, NOW, table};
use crate::language::{Finding, Found, Policy, read, window};
use crate::zone::Zone;

#[test]
fn numbers_that_are_no_times() {
    for text in [
        "the score was 3-1",
        "table for 4 tomorrow",
        "room 4.12",
        "gate 9 tomorrow",
        "flat 4a",
        "version 2.0.1",
        "call 555-1234-9",
        "$5 a month",
        "at 5 people",
        "2-3 sessions",
        "support 24/7",
        "three twenty",
        "6.5 kg",
        "the rate stood at 3.25 percent",
        "dinner for 4",
        "since 2019",
        "by 2030",
        "pages 1-200",
        "call 555-1212",
        "call me at 555-1234",
        "at 650-650-6500",
        "between 5 and 10 people",
        "from 10 to 15 percent",
        "at 3-4 people",
        "at 10 downing street",
        "7-eleven",
        "at 12.12.12.12",
    ] {
        let reading = read(text);
        let clock = |found: &Found| {
            matches!(
                found,
                Found::Clock(_) | Found::Range(..) | Found::Before(_) | Found::By(_)
            )
        };
        assert!(
            !reading.findings().iter().any(|finding| clock(&finding.found)),
            "{text}"
        );
    }
}

#[test]
fn words_that_are_no_days() {
    for text in [
        "the sun is out",
        "sun shines",
        "we sat down",
        "sat exam results",
        "they wed",
        "mon ami",
        "I may go",
        "march with me",
        "give me a second",
    ] {
        assert!(!read(text).says_when(), "{text}");
    }
    table(&[
        ("sat 3pm", "2026-11-28 15:00-15:30"),
        ("lunch with Bo sun noon", "2026-11-22 12:00-12:30"),
        ("mon 9am", "2026-11-23 09:00-09:30"),
    ]);
}

#[test]
fn numbers_of_other_things_name_no_window() {
    for text in [
        "add 1/2 cup of milk",
        "3/8 inch",
        "1 1/2",
        "rated 4/5",
        "4/5 stars",
        "a score of 7/10",
        "I give it a 9/10",
        "7/10 wouldn't recommend",
        "Luke 3:16",
        "Ephesians 2:10",
        "on a scale from 1 to 10",
        "they lost 6-4",
        "R2D2",
        "a 5-year-old",
        "the class of 2010",
        "not for now",
        "up to now",
        "we sat on the porch",
        "9/1.5",
        "12/4 = 3",
        "a 2/3 majority",
        "we're open 24/7",
        "version: 2.11.27",
        "ver. 3.12 at least",
        "section 4.12.26",
        "verse 3:16",
        "scale 1:50",
        "won by 3 to 1",
        "they won 21-14",
        "720p",
        "16:9 of it",
        "555-1234",
        "555-1235",
        "555-0199",
        "call 555-123-4567",
        "dial 0930",
        "password 0845",
        "192.168.1.10",
        "127.0.0.1:8080",
        "pay 5.30 eur",
        "room 14",
        "flight 1430",
        "at 20 degrees",
        "99/99/99",
        "sun is shining",
    ] {
        let now = NOW.parse().unwrap();
        let window = window(&read(text), now, &Zone::named(BERLIN).unwrap(), &Policy::default());
        assert_eq!(window, None, "{text}");
    }
    table(&[
        ("99/99/99 3pm", "NoSuchDate"),
        ("a 3/10 meeting at 3pm", "WhichDate"),
        ("Luke tomorrow 3:15pm", "2026-11-23 15:15-15:45"),
        ("on 3/4 3pm", "WhichDate"),
        ("3/4 meeting 3pm", "WhichDate"),
        ("release 15:00 tomorrow", "2026-11-23 15:00-15:30"),
        ("version review 3.12.2026 15:00", "2026-12-03 15:00-15:30"),
        ("page Ann 3:16pm tomorrow", "2026-11-23 15:16-15:46"),
    ]);
}

#[test]
fn clocks_of_the_24_hours_and_dates_with_points() {
    table(&[
        ("0900", "2026-11-23 09:00-09:30"),
        ("standup 0915 tomorrow", "2026-11-23 09:15-09:45"),
        ("meeting 0900", "2026-11-23 09:00-09:30"),
        ("1430 hrs", "2026-11-22 14:30-15:00"),
        ("900-1030", "2026-11-23 09:00-10:30"),
        ("half-past three", "2026-11-22 15:30-16:00"),
        ("quarter-to five", "2026-11-22 16:45-17:15"),
        ("20270303T140000", "2027-03-03 14:00-14:30"),
        ("20270303T1415", "2027-03-03 14:15-14:45"),
        ("tomorrow 11am to midnight", "2026-11-23 11:00-00:00"),
        ("tomorrow midnight to midnight", "EndBeforeStart"),
        ("move the demo up to 5pm tomorrow", "2026-11-23 17:00-17:30"),
        ("15h", "2026-11-22 15:00-15:30"),
        ("15h - 17h", "2026-11-22 15:00-17:00"),
        ("3 'til 5pm", "2026-11-22 15:00-17:00"),
        ("10, tonight", "2026-11-22 22:00-22:30"),
        ("9, on friday", "2026-11-27 09:00-09:30"),
        ("16 Dec 2330", "2026-12-16 23:30-00:00"),
        ("4.12 15:00", "2026-12-04 15:00-15:30"),
        ("4.12 at 3pm", "2026-12-04 15:00-15:30"),
        ("at 3pm on the 4.12.", "2026-12-04 15:00-15:30"),
        ("meeting at 4.12.", "2026-11-22 16:12-16:42"),
        ("at this time", "2026-11-22 10:30-11:00"),
        ("at the present moment", "2026-11-22 10:30-11:00"),
        // Several days, each with its time
        ("5 May 9h - 6 May 17h", "TooLong"),
        ("from 2pm till tomorrow 4:30pm", "TooLong"),
    ]);
    assert!(!read("at this time of year").says_when());
    assert!(!read("upgrade to 2.4.").says_when());
}

#[test]
fn how_soon_is_read_and_the_time_asked() {
    for text in [
        "book a dentist asap",
        "book a dentist as soon as possible",
        "book a dentist as early as you can",
        "book a dentist at the earliest possible time",
        "book a dentist, first available slot",
        "the earliest",
    ] {
        let reading = read(text);
        let says = |finding: &Finding| finding.found == Found::Earliest;
        assert!(reading.findings().iter().any(says), "{text}");
        assert!(!reading.says_when(), "{text}");
    }
    for text in [
        "my earliest meeting tomorrow",
        "tomorrow at 3 at the earliest",
        "as soon as Ann comes",
    ] {
        let reading = read(text);
        assert!(
            reading
                .findings()
                .iter()
                .all(|finding| finding.found != Found::Earliest),
            "{text}"
        );
    }
    assert_eq!(read("book a dentist as soon as possible").title(), Some("Dentist"));
    table(&[
        ("book a dentist asap", "NoTime"),
        ("book a dentist tomorrow asap", "NoTime"),
        ("book a dentist tomorrow at 3 or asap", "2026-11-23 15:00-15:30"),
    ]);
}

#[test]
fn several_days_with_points_or_hours_name_their_window() {
    let zone = Zone::named(BERLIN).unwrap();
    for (text, from, to) in [
        ("5 May 9h - 6 May 17h", "2027-05-05 09:00", "2027-05-06 17:00"),
        ("from 4.12. until 6.12.", "2026-12-04 00:00", "2026-12-07 00:00"),
    ] {
        let window = window(&read(text), NOW.parse().unwrap(), &zone, &Policy::default()).unwrap();
        let wall = |at| zone.wall(at).format("%F %H:%M").to_string();
        assert_eq!(
            (wall(window.start), window.end.map(wall)),
            (from.to_owned(), Some(to.to_owned())),
            "{text}"
        );
    }
}
