//! Tables of what people write and what it comes to.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::{Assumption, Intent, Policy, Puzzle, Reading, Resolution, read, resolve};
use crate::zone::Zone;

/// A Sunday, half past ten in Berlin.
const NOW: &str = "2026-11-22T09:30:00Z";
const BERLIN: &str = "Europe/Berlin";

fn settled(reading: &Reading, now: &str, zone: &str) -> Resolution {
    let now: DateTime<Utc> = now.parse().unwrap();
    resolve(reading, now, &Zone::named(zone).unwrap(), &Policy::default())
}

/// "2026-11-23 14:00-14:30", or the doubts; the zone behind it when the message names one.
fn told(resolution: &Resolution) -> String {
    let Some(slot) = &resolution.slot else {
        let puzzles = resolution.doubts.iter().map(|doubt| format!("{:?}", doubt.puzzle));
        return puzzles.collect::<Vec<_>>().join(" ");
    };
    let wall = |at| slot.zone.wall(at);
    let zone = if slot.zone_named {
        format!(" {}", slot.zone)
    } else {
        String::new()
    };
    format!(
        "{}-{}{zone}",
        wall(slot.start).format("%F %H:%M"),
        wall(slot.end).format("%H:%M")
    )
}

fn at(text: &str, now: &str, zone: &str) -> String {
    told(&settled(&read(text), now, zone))
}

/// Each text, said now in Berlin, comes to what stands beside it.
fn table(rows: &[(&str, &str)]) {
    let wrong = rows.iter().filter_map(|(text, wanted)| {
        let got = at(text, NOW, BERLIN);
        (got != *wanted).then(|| format!("{text:?} came to {got}, not {wanted}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The sorts of the assumptions made.
fn assumed(text: &str, now: &str, zone: &str) -> Vec<&'static str> {
    let resolution = settled(&read(text), now, zone);
    let sorts = resolution.assumptions.iter().map(|assumption| match assumption {
        Assumption::Length(_) => "length",
        Assumption::Half { .. } => "half",
        Assumption::Tomorrow => "tomorrow",
        Assumption::NextWeek { .. } => "next week",
        Assumption::Gap { .. } => "gap",
        Assumption::FirstOfTwo => "first of two",
    });
    sorts.collect()
}

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
fn a01_days() {
    table(&[
        ("friday at 3pm", "2026-11-27 15:00-15:30"),
        ("fri 3pm", "2026-11-27 15:00-15:30"),
        ("wensday at 3pm", "2026-11-25 15:00-15:30"),
        ("tommorow 3pm", "2026-11-23 15:00-15:30"),
        ("on monday at 3pm", "2026-11-23 15:00-15:30"),
        ("this friday at 3pm", "2026-11-27 15:00-15:30"),
        ("tuesday next week at 3pm", "2026-11-24 15:00-15:30"),
        ("tuesday at 3pm next week", "2026-11-24 15:00-15:30"),
        ("next week on tuesday at 3pm", "2026-11-24 15:00-15:30"),
        ("today at 3pm", "2026-11-22 15:00-15:30"),
        ("tonight at 8", "2026-11-22 20:00-20:30"),
        ("day after tomorrow at 3pm", "2026-11-24 15:00-15:30"),
        ("in 3 days at 3pm", "2026-11-25 15:00-15:30"),
        ("in a week at 3pm", "2026-11-29 15:00-15:30"),
        ("2027-03-03 15:00", "2027-03-03 15:00-15:30"),
        ("3 March 3pm", "2027-03-03 15:00-15:30"),
        ("March 3rd 2027, 3pm", "2027-03-03 15:00-15:30"),
        ("the 3rd of March at 3pm", "2027-03-03 15:00-15:30"),
        ("third of march, 3pm", "2027-03-03 15:00-15:30"),
        ("3-Mar-2027 3pm", "2027-03-03 15:00-15:30"),
        ("3/4 3pm", "2027-03-04 15:00-15:30"),
        ("13/4 3pm", "2027-04-13 15:00-15:30"),
        ("3.4.2027 3pm", "2027-04-03 15:00-15:30"),
        ("3/4/27 3pm", "2027-03-04 15:00-15:30"),
        ("the 3rd at 3pm", "2026-12-03 15:00-15:30"),
        ("the 25th at 3pm", "2026-11-25 15:00-15:30"),
        ("the 31st at 3pm", "2026-12-31 15:00-15:30"),
        ("on the 3rd of next month at 3pm", "2026-12-03 15:00-15:30"),
        ("friday 27 november 3pm", "2026-11-27 15:00-15:30"),
        ("friday, the 4th, 3pm", "2026-12-04 15:00-15:30"),
        ("friday 28 november 3pm", "SeveralTimes"),
    ]);
    let day_first = Policy {
        day_first: true,
        ..Policy::default()
    };
    let now = NOW.parse().unwrap();
    let resolution = resolve(&read("3/4 3pm"), now, &Zone::named(BERLIN).unwrap(), &day_first);
    assert_eq!(told(&resolution), "2027-04-03 15:00-15:30");
}

#[test]
fn a02_tomorrow_is_the_persons_tomorrow() {
    for (now, zone, wanted) in [
        // Just before and after midnight in UTC, at the ends of the world.
        ("2026-11-22T23:59:00Z", "Pacific/Kiritimati", "2026-11-24 14:00-14:30"),
        ("2026-11-23T00:01:00Z", "Pacific/Kiritimati", "2026-11-24 14:00-14:30"),
        ("2026-11-22T09:59:00Z", "Pacific/Kiritimati", "2026-11-23 14:00-14:30"),
        ("2026-11-22T10:01:00Z", "Pacific/Kiritimati", "2026-11-24 14:00-14:30"),
        ("2026-11-22T23:59:00Z", "Pacific/Pago_Pago", "2026-11-23 14:00-14:30"),
        ("2026-11-23T00:01:00Z", "Pacific/Pago_Pago", "2026-11-23 14:00-14:30"),
        ("2026-11-23T10:59:00Z", "Pacific/Pago_Pago", "2026-11-23 14:00-14:30"),
        ("2026-11-23T11:01:00Z", "Pacific/Pago_Pago", "2026-11-24 14:00-14:30"),
        ("2026-11-22T23:59:00Z", "UTC", "2026-11-23 14:00-14:30"),
        ("2026-11-23T00:01:00Z", "UTC", "2026-11-24 14:00-14:30"),
    ] {
        assert_eq!(at("tomorrow 2pm", now, zone), wanted, "{now} {zone}");
    }
    // Sunday evening in Los Angeles is Monday in London: the day is the person's, the clock is the one named.
    let said = at(
        "tomorrow 9:00 Europe/London",
        "2026-11-23T04:00:00Z",
        "America/Los_Angeles",
    );
    assert_eq!(said, "2026-11-23 09:00-09:30 Europe/London");
}

#[test]
fn a03_gaps_move_on_and_overlaps_take_the_first() {
    for (zone, now, text, wanted, sort) in [
        (
            "America/New_York",
            "2027-03-13T17:00:00Z",
            "tomorrow at 2:30am",
            "2027-03-14 03:30-04:00",
            Some("gap"),
        ),
        (
            "America/New_York",
            "2027-11-06T17:00:00Z",
            "tomorrow at 1:30am",
            "2027-11-07 01:30-01:00",
            Some("first of two"),
        ),
        (
            "America/New_York",
            "2027-03-13T17:00:00Z",
            "tomorrow at 2pm",
            "2027-03-14 14:00-14:30",
            None,
        ),
        (
            "Europe/London",
            "2027-03-27T12:00:00Z",
            "tomorrow at 1:30am",
            "2027-03-28 02:30-03:00",
            Some("gap"),
        ),
        (
            "Europe/London",
            "2027-10-30T12:00:00Z",
            "tomorrow at 1:30am",
            "2027-10-31 01:30-01:00",
            Some("first of two"),
        ),
        (
            "Australia/Lord_Howe",
            "2027-10-02T02:00:00Z",
            "tomorrow at 2:15am",
            "2027-10-03 02:45-03:15",
            Some("gap"),
        ),
        (
            "Australia/Lord_Howe",
            "2027-04-03T02:00:00Z",
            "tomorrow at 1:45am",
            "2027-04-04 01:45-01:45",
            Some("first of two"),
        ),
        (
            "America/Santiago",
            "2027-09-04T15:00:00Z",
            "tomorrow at midnight",
            "2027-09-05 01:00-01:30",
            Some("gap"),
        ),
        (
            "Africa/Cairo",
            "2027-04-29T12:00:00Z",
            "tomorrow at 0:15",
            "2027-04-30 01:15-01:45",
            Some("gap"),
        ),
        (
            "Africa/Casablanca",
            "2027-01-10T12:00:00Z",
            "tomorrow at 2:30am",
            "2027-01-11 02:30-03:00",
            None,
        ),
        (
            "Asia/Kathmandu",
            "2027-03-13T12:00:00Z",
            "tomorrow at 2:30am",
            "2027-03-14 02:30-03:00",
            None,
        ),
        (
            "America/Sao_Paulo",
            "2027-10-16T15:00:00Z",
            "tomorrow at 0:15",
            "2027-10-17 00:15-00:45",
            None,
        ),
    ] {
        assert_eq!(at(text, now, zone), wanted, "{zone}: {text}");
        let said = assumed(text, now, zone);
        assert_eq!(
            said.iter().find(|sort| **sort != "length").copied(),
            sort,
            "{zone}: {text}"
        );
    }
}

#[test]
fn a04_a_weekday_that_is_today_and_next_friday() {
    let wednesday = "2026-11-25T20:00:00Z";
    for (text, wanted) in [
        ("wednesday at 10pm", "2026-11-25 22:00-22:30"),
        ("wednesday at 8pm", "2026-12-02 20:00-20:30"),
        ("friday at 3pm", "2026-11-27 15:00-15:30"),
        ("this friday at 3pm", "2026-11-27 15:00-15:30"),
        ("next friday at 3pm", "2026-12-04 15:00-15:30"),
        ("next monday at 3pm", "2026-11-30 15:00-15:30"),
    ] {
        assert_eq!(at(text, wednesday, BERLIN), wanted, "{text}");
    }
    assert!(assumed("next friday at 3pm", wednesday, BERLIN).contains(&"next week"));
    assert!(!assumed("next monday at 3pm", wednesday, BERLIN).contains(&"next week"));
    // No day was said: the next time that the clock shows it.
    assert_eq!(at("at 8pm", wednesday, BERLIN), "2026-11-26 20:00-20:30");
    assert_eq!(assumed("at 8pm for 1h", wednesday, BERLIN), ["tomorrow"]);
    assert_eq!(at("today at 8pm", wednesday, BERLIN), "Past");
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

#[test]
fn zones_are_named_or_asked() {
    table(&[
        ("tomorrow 15:00 Europe/London", "2026-11-23 15:00-15:30 Europe/London"),
        (
            "tomorrow 15:00 (america/new_york)",
            "2026-11-23 15:00-15:30 America/New_York",
        ),
        ("tomorrow 3pm UTC", "2026-11-23 15:00-15:30 UTC"),
        ("tomorrow 3pm est", "2026-11-23 15:00-15:30 America/New_York"),
        ("tomorrow 3pm PT", "2026-11-23 15:00-15:30 America/Los_Angeles"),
        ("tomorrow 3pm London time", "2026-11-23 15:00-15:30 Europe/London"),
        (
            "tomorrow 3pm Pacific time",
            "2026-11-23 15:00-15:30 America/Los_Angeles",
        ),
        ("tomorrow 15:00 UTC+2", "2026-11-23 15:00-15:30 Etc/GMT-2"),
        ("tomorrow 15:00 UTC+5:30", "UnknownZone"),
        ("tomorrow 3pm CST", "AmbiguousZone"),
        ("tomorrow 3pm IST", "AmbiguousZone"),
        ("tomorrow 3pm XYZT", "UnknownZone"),
        ("tomorrow 3pm Europe/Atlantis", "UnknownZone"),
        ("PAINT WITH KURT TOMORROW 3PM", "2026-11-23 15:00-15:30"),
        ("tomorrow 3pm play time", "2026-11-23 15:00-15:30"),
    ]);
    let resolution = settled(&read("tomorrow 3pm IST"), NOW, BERLIN);
    let zones: Vec<_> = resolution.doubts[0]
        .options
        .iter()
        .map(|slot| slot.zone.name())
        .collect();
    assert_eq!(zones, ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]);
}

#[test]
fn bounds_of_time() {
    table(&[
        ("2026-01-05 3pm", "Past"),
        ("yesterday 3pm", "Past"),
        ("today 9am", "Past"),
        ("20 November 3pm", "Past"),
        ("2028-05-05 3pm", "TooFar"),
        ("tomorrow or friday at 3pm", "SeveralTimes"),
        ("tomorrow at 3 or 4", "SeveralTimes"),
        ("tomorrow 2pm and 4pm", "SeveralTimes"),
        ("book 2pm tomorrow and book friday 3pm", "SeveralRequests"),
        (
            "book tomorrow 2pm\nbook friday 3pm\ncancel monday 4pm",
            "SeveralRequests",
        ),
        ("book tomorrow at 2pm, make it 45 minutes", "2026-11-23 14:00-14:45"),
        ("every monday at 3", "Repeating"),
        ("daily at 9", "Repeating"),
        ("weekly sync tomorrow at 3", "2026-11-23 15:00-15:30"),
    ]);
    let zone = Zone::named(BERLIN).unwrap();
    for (text, wanted) in [
        ("today 9am", "2026-11-23 09:00"),
        ("20 November 3pm", "2027-11-20 15:00"),
    ] {
        let resolution = settled(&read(text), NOW, BERLIN);
        let option = &resolution.doubts[0].options[0];
        assert_eq!(zone.wall(option.start).format("%F %H:%M").to_string(), wanted, "{text}");
    }
}

#[test]
fn titles_and_places() {
    for (text, title, place) in [
        ("book tomorrow at 2 PM for 30 minutes", None, None),
        ("\"load-17\" 2027-03-05 at 8:00 for 30 minutes", Some("load-17"), None),
        ("book “Design review” tomorrow 3pm", Some("Design review"), None),
        (
            "hey could you pls book a dentist appointment tomorrow at 2pm?",
            Some("Dentist appointment"),
            None,
        ),
        ("book a meeting tomorrow 2pm please", None, None),
        ("lunch with Bo tomorrow noon", Some("Lunch with Bo"), None),
        (
            "schedule a meeting with Ann tomorrow 2pm",
            Some("Meeting with Ann"),
            None,
        ),
        ("tomorrow 2pm with Ann", Some("Meeting with Ann"), None),
        ("book tomorrow 2pm about the budget", Some("Budget"), None),
        ("meeting called Budget talk tomorrow 3pm", Some("Budget talk"), None),
        ("1:1 with Ann tomorrow at 3", Some("1:1 with Ann"), None),
        ("add book club tomorrow 7pm", Some("Book club"), None),
        ("🎉 tomorrow 2pm", None, None),
        ("tomorrow 2pm with <@U123>", None, None),
        (
            "lunch friday 12:30 at Billy's Tavern",
            Some("Lunch"),
            Some("Billy's Tavern"),
        ),
        ("tomorrow at 3 in Room 5", None, Some("Room 5")),
        ("at 25 Main Street tomorrow 3pm", None, Some("25 Main Street")),
        (
            "standup tomorrow 9am <https://example.org/j/1|join>",
            Some("Standup"),
            Some("https://example.org/j/1"),
        ),
    ] {
        let reading = read(text);
        assert_eq!(reading.title(), title, "{text}");
        assert_eq!(reading.location(), place, "{text}");
    }
}

#[test]
fn guests() {
    let found = |text: &str| {
        let reading = read(text);
        let guest = |guest: &super::Attendee| match &guest.name {
            Some(name) => format!("{name} <{}>", guest.email),
            None => guest.email.clone(),
        };
        reading.attendees().map(guest).collect::<Vec<_>>().join(", ")
    };
    for (text, wanted) in [
        ("tomorrow 2pm with ann@x.org", "ann@x.org"),
        ("tomorrow 2pm with Ann (ann@x.org)", "Ann <ann@x.org>"),
        (
            "tomorrow 2pm with Ann Lee <ann@x.org>, bob@y.org",
            "Ann Lee <ann@x.org>, bob@y.org",
        ),
        ("invite a@x.org and b@y.org tomorrow 2pm", "a@x.org, b@y.org"),
        ("a@x.org,A@X.org tomorrow 2pm", "a@x.org"),
        ("tomorrow 2pm with <mailto:ann@x.org|ann@x.org>", "ann@x.org"),
        ("lunch@3pm", ""),
    ] {
        assert_eq!(found(text), wanted, "{text}");
    }
    table(&[
        ("tomorrow 2pm with a@b", "BadAddress"),
        ("tomorrow 2pm with a..b@x.org", "BadAddress"),
        ("tomorrow 2pm with ann@x.org\nBcc: eve@y.org", "BadAddress"),
        ("tomorrow 2pm with ann@x.org%0aBcc:eve@y.org", "BadAddress"),
        ("tomorrow 2pm with <@U123>", "UnknownGuest"),
        ("tomorrow 2pm with <@123456>", "UnknownGuest"),
        ("tomorrow 2pm with @everyone", "UnknownGuest"),
        ("tomorrow 2pm with <!channel>", "UnknownGuest"),
        ("book with a@b", "NoTime BadAddress"),
    ]);
    let many = |n| {
        (0..n).fold(String::from("tomorrow 2pm with"), |text, n| {
            format!("{text} g{n}@x.org")
        })
    };
    table(&[(&many(200), "2026-11-23 14:00-14:30"), (&many(201), "TooManyGuests")]);
}

#[test]
fn a06_a_question_never_books() {
    for (text, intent) in [
        ("what is my next event?", Intent::Query),
        ("am I free tomorrow at 3?", Intent::Query),
        ("do I have anything friday?", Intent::Query),
        ("is tomorrow 2pm free", Intent::Query),
        ("when is my meeting tomorrow", Intent::Query),
        ("tomorrow at 3?", Intent::Query),
        ("show my calendar for friday", Intent::Query),
        ("cancel my 3pm", Intent::Cancel),
        ("undo", Intent::Cancel),
        ("move it to friday", Intent::Reschedule),
        ("help", Intent::Help),
        ("Connect!", Intent::Connect),
        ("connect 482913", Intent::Connect),
        ("disconnect", Intent::Disconnect),
        ("time zone", Intent::Timezone),
        ("timezone Europe/Berlin", Intent::Timezone),
        ("privacy?", Intent::Privacy),
        ("thanks!", Intent::Other),
        ("thanks, see you tomorrow at 3", Intent::Other),
        ("hello", Intent::Other),
        ("how are you?", Intent::Other),
        ("", Intent::Other),
        ("today i got a prize", Intent::Other),
        ("don't book anything tomorrow at 3", Intent::Other),
        ("what's the weather tomorrow", Intent::Other),
        ("set an alarm for 7am", Intent::Other),
        ("tomorrow 2pm", Intent::Book),
        ("can you book tomorrow 2pm?", Intent::Book),
        ("I'd like to schedule a call with Ann on friday", Intent::Book),
        ("hello! please add a meeting with Glen thursday at 11", Intent::Book),
        ("connect with Ann tomorrow at 3", Intent::Book),
        ("book", Intent::Book),
    ] {
        assert_eq!(read(text).intent(), intent, "{text:?}");
    }
    assert_eq!(read("lunch?").as_booking().intent(), Intent::Book);
}

#[test]
fn an_answer_completes_its_request() {
    for (request, answers, wanted) in [
        ("book lunch with Bo", &["tomorrow at 3"][..], "2026-11-23 15:00-15:30"),
        ("book friday", &["2pm"], "2026-11-27 14:00-14:30"),
        ("book friday", &["3"], "2026-11-27 15:00-15:30"),
        ("book friday", &["make it 3pm"], "2026-11-27 15:00-15:30"),
        ("book", &["friday", "2pm", "45 minutes"], "2026-11-27 14:00-14:45"),
        ("tomorrow at 7", &["pm"], "2026-11-23 19:00-19:30"),
        ("tomorrow at 7", &["in the morning"], "2026-11-23 07:00-07:30"),
        ("tomorrow 2pm for 0 minutes", &["45 minutes"], "2026-11-23 14:00-14:45"),
        ("tomorrow 2pm for 0 minutes", &["45"], "2026-11-23 14:00-14:45"),
        ("tomorrow 3pm-2pm", &["4pm"], "2026-11-23 16:00-16:30"),
        ("tomorrow 3pm-2pm", &["45 minutes"], "2026-11-23 15:00-15:45"),
        ("30 February at 3pm", &["28 February"], "2027-02-28 15:00-15:30"),
        ("tomorrow at 25:00", &["15:00"], "2026-11-23 15:00-15:30"),
        (
            "tomorrow 3pm CST",
            &["America/Chicago"],
            "2026-11-23 15:00-15:30 America/Chicago",
        ),
        (
            "tomorrow 3pm XYZT",
            &["New York"],
            "2026-11-23 15:00-15:30 America/New_York",
        ),
        ("next week at 3pm", &["tuesday"], "2026-11-24 15:00-15:30"),
        ("every monday at 3pm", &["tomorrow"], "2026-11-23 15:00-15:30"),
        ("tomorrow 2pm with a@b", &["a@b.org"], "2026-11-23 14:00-14:30"),
        ("in 2 hours", &["tomorrow 2pm"], "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm", &["in 2 hours"], "2026-11-22 12:30-13:00"),
    ] {
        let reading = answers.iter().fold(read(request), |reading, answer| {
            let answer = read(answer);
            assert!(answer.is_answer(), "{:?}", answer.text());
            reading.with(&answer)
        });
        assert_eq!(told(&settled(&reading, NOW, BERLIN)), wanted, "{request} + {answers:?}");
    }
    let reading = read("book lunch with Bo").with(&read("tomorrow at 25:00"));
    let resolution = settled(&reading, NOW, BERLIN);
    assert_eq!(reading.quote(&resolution.doubts[0].span), "at 25:00");
    assert_eq!(reading.title(), Some("Lunch with Bo"));
    for text in [
        "book friday 3pm",
        "cancel",
        "what is my next event?",
        "dentist friday 3pm",
        "thanks",
        "",
    ] {
        assert!(!read(text).is_answer(), "{text:?}");
    }
}

#[test]
fn doubts_quote_the_words_that_raise_them() {
    for (text, puzzle, words) in [
        ("book friday", Puzzle::NoTime, "friday"),
        ("book", Puzzle::NoTime, ""),
        ("lunch ☕ tomorrow at 7", Puzzle::WhichHalf, "at 7"),
        ("30 February at 3pm", Puzzle::NoSuchDate, "30 February"),
        ("tomorrow 3pm XYZT", Puzzle::UnknownZone, "XYZT"),
        (
            "book tomorrow 3pm and cancel friday 2pm",
            Puzzle::SeveralRequests,
            "cancel",
        ),
        ("tomorrow 2pm with a@b", Puzzle::BadAddress, "a@b"),
    ] {
        let reading = read(text);
        let resolution = settled(&reading, NOW, BERLIN);
        let doubt = &resolution.doubts[0];
        assert_eq!((doubt.puzzle, reading.quote(&doubt.span)), (puzzle, words), "{text}");
    }
}

#[test]
fn bad_input_is_read_in_bounds() {
    let long = "tomorrow ".repeat(4_500);
    assert!(read(&long).text().len() <= 4_000);
    assert_eq!(
        at(&format!("book tomorrow 2pm {}", "é".repeat(20_000)), NOW, BERLIN),
        "2026-11-23 14:00-14:30"
    );
    for text in [
        "\0",
        "\u{202e}mp2 worromot",
        "\u{200b}",
        "😀",
        "((((",
        "<<<<",
        "\"\"\"",
        "@@@@",
        "a.a.",
        "2:2:2",
        "½ hour",
        "٣pm",
        "every ",
        "in 2 ",
        "at ",
    ] {
        let text = text.repeat(1_000);
        let reading = read(&text);
        settled(&reading, NOW, BERLIN);
    }
    assert_eq!(
        at("book\0 tomorrow\u{200b} 2pm\u{202e}", NOW, BERLIN),
        "2026-11-23 14:00-14:30"
    );
    assert_eq!(read("book plan\u{202e}ning\0 tomorrow 2pm").title(), Some("Plan ning"));
}

/// The page's tables: what stands in backquotes on the left comes to what stands in backquotes on the right.
#[test]
fn the_page_tells_the_truth() {
    let page = include_str!("../../docs/language.md");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split("` | `");
        Some((cells.next()?, cells.next()?.split('`').next()?))
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 40, "only {} examples were found", rows.len());
    table(&rows);
}

/// Arbitrary strings, and arbitrary strings of the words that rules are about.
fn texts() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "book",
        "tomorrow",
        "at",
        "2",
        "pm",
        "3:30",
        "-",
        "from",
        "until",
        "half",
        "past",
        "an",
        "hour",
        "and",
        "a",
        "15",
        "minutes",
        "the",
        "3rd",
        "of",
        "march",
        "2027",
        "/",
        "next",
        "friday",
        "week",
        "every",
        "in",
        "UTC",
        "+",
        "CST",
        "Europe/London",
        "with",
        "a@b.org",
        "<@U1>",
        "\"",
        "(",
        ")",
        "<",
        ">",
        "é",
        "😀",
        "\u{202e}",
        "\n",
        ".",
        ":",
        "99999999999",
        "morning",
        "to",
        "midnight",
        "noon",
        "or",
        "1h30",
        "12",
        "24:00",
        "time",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec((word, prop::bool::ANY), 0..14).prop_map(|words| {
            words
                .into_iter()
                .map(|(word, space)| format!("{word}{}", if space { " " } else { "" }))
                .collect()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reading_is_total_and_spans_lie_on_boundaries(text in texts(), answer in texts(), at in 0i64..4_000_000_000) {
        let reading = read(&text);
        let both = reading.with(&read(&answer));
        let now = DateTime::from_timestamp(at, 0).unwrap();
        let zone = Zone::named("America/New_York").unwrap();
        for reading in [reading, both] {
            for finding in reading.findings() {
                prop_assert!(reading.text().get(finding.span.clone()).is_some(), "{finding:?}");
            }
            prop_assert!(reading.attendees().all(|guest| reading.quote(&guest.span).contains(&guest.email)));
            let resolution = resolve(&reading, now, &zone, &Policy::default());
            prop_assert!(resolution.doubts.iter().all(|doubt| reading.text().get(doubt.span.clone()).is_some() && doubt.options.len() <= 3));
            if let Some(slot) = resolution.slot {
                prop_assert!(resolution.doubts.is_empty());
                prop_assert!(slot.start >= now && slot.end > slot.start);
            }
        }
    }
}
