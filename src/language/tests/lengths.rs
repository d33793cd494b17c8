//! Lengths, waits, shifts and open times.

use super::{BERLIN, NOW, assumed, at, settled, table, told};
use crate::language::{Policy, read, window};
use crate::zone::Zone;

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
        ("for about an hour and a quarter", 75),
        ("one and a quarter hours", 75),
        ("one and three quarter hours", 105),
        ("two-and-a-half hours", 150),
        ("three quarters of an hour", 45),
        ("three-quarters of an hour", 45),
        ("3/4 of an hour", 45),
        ("1½ hours", 90),
        ("1:15h", 75),
        ("a couple of hours", 120),
        ("one hour thirty", 90),
        ("an hour or so", 60),
        ("2 more hours", 120),
        ("2 hours, 30 minutes and 20 seconds", 150),
        ("1 hour and 1 minute", 61),
        ("hour-long", 60),
        ("for 45", 45),
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
        ("tomorrow 2pm for -30 minutes", "NoLength"),
        ("tomorrow 2pm for 2 days", "TooLong"),
        ("tomorrow 2pm for a day and a half", "TooLong"),
        ("tomorrow 2pm 1 week 2 days", "TooLong"),
        // How often, and what about: no lengths.
        ("tomorrow 2pm a day at sea", "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm the 2 week sprint", "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm for 3 weeks", "TooLong"),
        ("tomorrow 2pm for a year", "TooLong"),
        ("tomorrow 2pm for 99999999999999999999 hours", "TooLong"),
        ("tomorrow 2-3pm for 20 minutes", "SeveralTimes"),
        ("tomorrow 2pm for 30-60 minutes", "SeveralTimes"),
        ("tomorrow 2pm, one or two hours", "SeveralTimes"),
        ("tomorrow 2pm for 20", "2026-11-23 14:00-14:30"),
    ]);
    assert_eq!(assumed("tomorrow 2pm", NOW, BERLIN), ["length"]);
    // Alone it is no time.
    assert!(!read("90 minutes").says_when());
    for idiom in ["now and then", "from now on"] {
        assert!(!read(idiom).says_when(), "{idiom}");
    }
}

#[test]
fn a_shift_moves_what_was_asked_about() {
    for (request, answer, wanted) in [
        ("book tomorrow 2pm", "an hour later", "2026-11-23 15:00-15:30"),
        ("book tomorrow 2-3pm", "30 minutes earlier", "2026-11-23 13:30-14:30"),
        ("book tomorrow at 11", "2 hours later", "2026-11-23 13:00-13:30"),
        ("book in 2 hours", "half an hour later", "2026-11-22 13:00-13:30"),
        ("book friday", "an hour later", "NoTime"),
    ] {
        let reading = read(request).with(&read(answer));
        assert_eq!(told(&settled(&reading, NOW, BERLIN)), wanted, "{request}, {answer}");
    }
}

#[test]
fn windows_of_open_times() {
    for (text, wanted) in [
        ("am I free before noon tomorrow", "2026-11-23 00:00-12:00"),
        ("am I free until 2", "2026-11-22 10:30-14:00"),
        ("anything before noon", "2026-11-22 10:30-12:00"),
        ("am I free in the next 2 hours", "2026-11-22 10:30-12:30"),
        ("am I busy from now until 3", "2026-11-22 10:30-15:00"),
    ] {
        let zone = Zone::named(BERLIN).unwrap();
        let window = window(&read(text), NOW.parse().unwrap(), &zone, &Policy::default()).unwrap();
        let (start, end) = (zone.wall(window.start), zone.wall(window.end.unwrap()));
        let got = format!("{}-{}", start.format("%F %H:%M"), end.format("%H:%M"));
        assert_eq!(got, wanted, "{text}");
    }
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
        ("in about an hour and a half", "2026-11-22 12:00-12:30"),
        ("in a couple of hours", "2026-11-22 12:30-13:00"),
        ("ten minutes from now", "2026-11-22 10:40-11:10"),
        ("block the next two hours", "2026-11-22 10:30-12:30"),
        ("2 hours ago", "Past"),
        ("book in -10 minutes", "Past"),
        // Any time until then is none yet.
        ("book within the next 2 hours", "NoTime"),
        ("book in the next hour", "NoTime"),
        ("book in 10 to 15 minutes", "NoTime"),
        ("book a call tomorrow before 3pm", "NoTime"),
        ("book a call tomorrow by noon", "NoTime"),
        ("book a call tomorrow after 3pm", "2026-11-23 15:00-15:30"),
        ("book a call tomorrow no later than 3pm", "NoTime"),
        ("book a call tomorrow not before 3pm", "2026-11-23 15:00-15:30"),
        ("book a call tomorrow later than 3pm", "2026-11-23 15:00-15:30"),
        // Later than what?
        ("book an hour later", "NoTime"),
    ]);
    assert_eq!(
        at("now for 15 minutes", "2026-11-22T09:30:20Z", BERLIN),
        "2026-11-22 10:31-10:46"
    );
}

#[test]
fn no_length_is_too_large_to_be_refused() {
    let huge = |text: &str| at(text, NOW, BERLIN);
    for text in [
        "book tomorrow 2pm for 4000000000 minutes",
        "book tomorrow 2pm, 99999999999 hours",
    ] {
        assert_eq!(huge(text), "TooLong", "{text}");
    }
    let two = "book tomorrow 2pm for 4000000000 to 4100000000 minutes";
    assert_eq!(huge(two), "SeveralTimes");
    let answered = super::read("book tomorrow at 2pm").with(&super::read("4294967295"));
    assert_eq!(super::told(&super::settled(&answered, NOW, BERLIN)), "TooLong");
}

#[test]
fn lengths_as_they_are_written_and_said() {
    let length = |text: &str| {
        let reading = super::read(text);
        let mut found = reading.findings().iter().map(|finding| &finding.found);
        found.find_map(|found| match found {
            crate::language::Found::Length(seconds) => Some(*seconds),
            _ => None,
        })
    };
    for (text, minutes) in [
        (".5 hours", 30),
        ("one hundred and twenty minutes", 120),
        ("a hundred minutes", 100),
        ("PT1H30M", 90),
        ("P2D", 2 * 24 * 60),
        ("several hours", 180),
        ("a dozen minutes", 12),
        ("hour and half", 90),
        ("for 3 nights", 3 * 24 * 60),
    ] {
        assert_eq!(length(text), Some(minutes * 60), "{text}");
    }
    assert_eq!(length("a minute and a half"), Some(90));
    assert_eq!(length("10m30s"), Some(630));
}
