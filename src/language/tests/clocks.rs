//! Times of day, lengths, ranges and waits.

use super::{BERLIN, NOW, assumed, at, settled, table};
use crate::language::read;
use crate::zone::Zone;

#[test]
fn a01_clock_times() {
    table(&[
        ("book tomorrow at 2 PM for 30 minutes", "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow at 14:00", "2026-11-23 14:00-14:30"),
        ("Tomorrow at 14:00.", "2026-11-23 14:00-14:30"),
        ("BOOK TOMORROW AT 2PM", "2026-11-23 14:00-14:30"),
        ("book tomorrow at2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow@2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow 2p", "2026-11-23 14:00-14:30"),
        ("2:30 p.m. tomorrow", "2026-11-23 14:30-15:00"),
        ("2.30pm tomorrow", "2026-11-23 14:30-15:00"),
        ("tomorrow at 330pm", "2026-11-23 15:30-16:00"),
        ("tomorrow at 1530", "2026-11-23 15:30-16:00"),
        ("tomorrow at 0830", "2026-11-23 08:30-09:00"),
        ("15.30 tomorrow", "2026-11-23 15:30-16:00"),
        ("tomorrow 3 o'clock", "2026-11-23 15:00-15:30"),
        ("tomorrow at three", "2026-11-23 15:00-15:30"),
        ("tomorrow three thirty pm", "2026-11-23 15:30-16:00"),
        ("tomorrow half past three", "2026-11-23 15:30-16:00"),
        ("tomorrow at half eleven", "2026-11-23 11:30-12:00"),
        ("tomorrow at quarter to 5", "2026-11-23 16:45-17:15"),
        ("tomorrow ten past 4", "2026-11-23 16:10-16:40"),
        ("tomorrow twenty to five", "2026-11-23 16:40-17:10"),
        ("noon tomorrow", "2026-11-23 12:00-12:30"),
        ("12am tomorrow", "2026-11-23 00:00-00:30"),
        ("12pm tomorrow", "2026-11-23 12:00-12:30"),
        ("tonight at midnight", "2026-11-23 00:00-00:30"),
        ("tomorrow at midnight", "2026-11-23 00:00-00:30"),
        ("tomorrow at 24:00", "2026-11-24 00:00-00:30"),
        ("at 14:00", "2026-11-22 14:00-14:30"),
        ("2pm", "2026-11-22 14:00-14:30"),
        ("2pm 👍", "2026-11-22 14:00-14:30"),
        (
            "\"load-17\" 2027-03-05 at 8:00 for 30 minutes",
            "2027-03-05 08:00-08:30",
        ),
    ]);
}

#[test]
fn a01_what_cannot_be_read_is_asked_never_guessed() {
    table(&[
        ("book friday", "NoTime"),
        ("book a meeting with Ann", "NoTime"),
        ("book next week at 2pm", "NoDay"),
        ("in March at 2pm", "NoDay"),
        ("book in 3 months at 2pm", "NoDay"),
        ("book in two years at 2pm", "NoDay"),
        ("this weekend", "NoDay"),
        ("tomorrow at 25:00", "NoSuchTime"),
        ("tomorrow at 14:75", "NoSuchTime"),
        ("tomorrow at 25", "NoSuchTime"),
        ("30 February at 3pm", "NoSuchDate"),
        ("2027-02-29 3pm", "NoSuchDate"),
        ("31/31 3pm", "NoSuchDate"),
        ("tomorrow morning", "NoTime"),
        ("tomorrow 3 tickets", "NoTime"),
    ]);
}

#[test]
fn a05_lengths() {
    for (length, minutes) in [
        ("1 hour 30 minutes", 90),
        ("hour and a half", 90),
        ("an hour and a half", 90),
        ("1h30", 90),
        ("1h30m", 90),
        ("1 hr 30 min", 90),
        ("90m", 90),
        ("for 90 min", 90),
        ("1.5 hours", 90),
        ("1 1/2 hours", 90),
        ("one and a half hours", 90),
        ("an hour and 15", 75),
        ("1.25h", 75),
        ("half an hour", 30),
        ("a half-hour", 30),
        ("1/2 hour", 30),
        ("quarter of an hour", 15),
        ("an hour", 60),
        ("two hours", 120),
        ("forty five minutes", 45),
        ("a 45-minute call", 45),
        ("24 hours", 1440),
    ] {
        let resolution = settled(&read(&format!("tomorrow 2pm {length}")), NOW, BERLIN);
        let slot = resolution
            .slot
            .unwrap_or_else(|| panic!("{length}: {:?}", resolution.doubts));
        assert_eq!((slot.end - slot.start).num_minutes(), minutes, "{length}");
        assert_eq!(resolution.assumptions, [], "{length}");
    }
    table(&[
        ("tomorrow 2pm for 0 minutes", "NoLength"),
        ("tomorrow 2pm for 25 hours", "TooLong"),
        ("tomorrow 2pm for 2 days", "TooLong"),
        ("tomorrow 2pm for 3 weeks", "TooLong"),
        ("tomorrow 2pm for a year", "TooLong"),
        ("tomorrow 2pm for 99999999999999999999 hours", "TooLong"),
        ("tomorrow 2-3pm for 20 minutes", "SeveralTimes"),
    ]);
    assert_eq!(assumed("tomorrow 2pm", NOW, BERLIN), ["length"]);
    // Alone it is no time.
    assert!(!read("90 minutes").says_when());
}

#[test]
fn ranges_take_their_half_from_the_side_that_says_it() {
    table(&[
        ("tomorrow 3-4pm", "2026-11-23 15:00-16:00"),
        ("tomorrow 3 – 4 pm", "2026-11-23 15:00-16:00"),
        ("tomorrow 11-1pm", "2026-11-23 11:00-13:00"),
        ("tomorrow 10-2pm", "2026-11-23 10:00-14:00"),
        ("tomorrow 8-9:30pm", "2026-11-23 20:00-21:30"),
        ("tomorrow from 2 until 3:30", "2026-11-23 14:00-15:30"),
        ("tomorrow from 2 to 3:30", "2026-11-23 14:00-15:30"),
        ("tomorrow between 9 and 11", "2026-11-23 09:00-11:00"),
        ("tomorrow 9-5", "2026-11-23 09:00-17:00"),
        ("14:00-14:45 tomorrow", "2026-11-23 14:00-14:45"),
        ("tomorrow at 2 till 3pm", "2026-11-23 14:00-15:00"),
        ("from 2pm tomorrow until 4", "2026-11-23 14:00-16:00"),
        ("10pm-2am tomorrow", "2026-11-23 22:00-02:00"),
        ("tomorrow from ten to five", "2026-11-23 10:00-17:00"),
        ("24:00-12", "2026-11-23 00:00-12:00"),
        ("tomorrow 10-12", "2026-11-23 10:00-12:00"),
        ("tomorrow 3pm-2pm", "EndBeforeStart"),
        ("tomorrow 14:00-13:00", "EndBeforeStart"),
        ("tomorrow 3pm-3pm", "EndBeforeStart"),
        ("tomorrow 7-8", "WhichHalf"),
    ]);
}

#[test]
fn bare_hours_follow_the_working_hours_and_what_else_is_said() {
    table(&[
        ("tomorrow at 5", "2026-11-23 17:00-17:30"),
        ("tomorrow at 9", "2026-11-23 09:00-09:30"),
        ("tomorrow at 8", "2026-11-23 08:00-08:30"),
        ("tomorrow at 12", "2026-11-23 12:00-12:30"),
        ("tomorrow at 7", "WhichHalf"),
        ("tomorrow morning at 7", "2026-11-23 07:00-07:30"),
        ("tomorrow at 7 in the evening", "2026-11-23 19:00-19:30"),
        ("tomorrow evening at 6:30", "2026-11-23 18:30-19:00"),
        ("dinner tomorrow at 7", "2026-11-23 19:00-19:30"),
        ("breakfast tomorrow at 7", "2026-11-23 07:00-07:30"),
        ("plan the dinner tomorrow at 10", "2026-11-23 10:00-10:30"),
        ("today at 9", "2026-11-22 21:00-21:30"),
    ]);
    assert_eq!(assumed("tomorrow at 3 for 1h", NOW, BERLIN), ["half"]);
    assert_eq!(assumed("tomorrow at 9 for 1h", NOW, BERLIN), [""; 0]);
    let resolution = settled(&read("at 7"), NOW, BERLIN);
    let doubt = &resolution.doubts[0];
    let zone = Zone::named(BERLIN).unwrap();
    let options: Vec<_> = doubt
        .options
        .iter()
        .map(|slot| zone.wall(slot.start).format("%F %H:%M").to_string())
        .collect();
    assert_eq!(options, ["2026-11-22 19:00", "2026-11-23 07:00"]);
}

#[test]
fn waits_need_no_zone() {
    for (text, relative) in [
        ("in 2 hours", true),
        ("in half an hour", true),
        ("2 hours from now", true),
        ("tomorrow 2pm", false),
        ("in 2 days at 3pm", false),
    ] {
        assert_eq!(read(text).is_relative(), relative, "{text}");
    }
    table(&[
        ("in 2 hours", "2026-11-22 12:30-13:00"),
        ("book in 45 min for an hour", "2026-11-22 11:15-12:15"),
        ("2pm tomorrow in 2 hours", "SeveralTimes"),
    ]);
    assert_eq!(
        at("now for 15 minutes", "2026-11-22T09:30:20Z", BERLIN),
        "2026-11-22 10:31-10:46"
    );
}
