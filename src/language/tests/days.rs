//! Days, zones, and the bounds of both.

use super::{BERLIN, NOW, assumed, at, settled, table, told};
use crate::language::{DateOrder, Policy, read, resolve};
use crate::zone::Zone;

#[test]
fn over_night() {
    table(&[
        ("book Friday 10pm to Saturday 2am", "2026-11-27 22:00-02:00"),
        (
            "Sat 28 Nov 2026, 22:00 – Sun 29 Nov 2026, 01:30",
            "2026-11-28 22:00-01:30",
        ),
        (
            "book saturday 22:00 until sunday 29 November at 1:00",
            "2026-11-28 22:00-01:00",
        ),
        ("book 10pm until tomorrow 2am", "2026-11-22 22:00-02:00"),
        ("book Friday 14:00 to Saturday 24:00", "TooLong"),
        (
            "book tomorrow 23:00 until tuesday at midnight",
            "2026-11-23 23:00-00:00",
        ),
        ("book Monday 9am to Wednesday 5pm", "TooLong"),
        ("book Monday 9am to Wednesday", "TooLong"),
    ]);
    assert_eq!(assumed("book Friday 10pm to Saturday 2am", NOW, BERLIN), [""; 0]);
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
        ("3/4 3pm", "WhichDate"),
        ("4/4 3pm", "2027-04-04 15:00-15:30"),
        ("thursday 3/4 3pm", "2027-03-04 15:00-15:30"),
        ("saturday 3/4 3pm", "2027-04-03 15:00-15:30"),
        ("13/4 3pm", "2027-04-13 15:00-15:30"),
        ("3.4.2027 3pm", "2027-04-03 15:00-15:30"),
        ("3/4/27 3pm", "WhichDate"),
        ("the 3rd at 3pm", "2026-12-03 15:00-15:30"),
        ("the 25th at 3pm", "2026-11-25 15:00-15:30"),
        ("the 31st at 3pm", "2026-12-31 15:00-15:30"),
        ("on the 3rd of next month at 3pm", "2026-12-03 15:00-15:30"),
        ("friday 27 november 3pm", "2026-11-27 15:00-15:30"),
        ("friday, the 4th, 3pm", "2026-12-04 15:00-15:30"),
        ("friday 28 november 3pm", "SeveralTimes"),
    ]);
    for (date_order, date) in [
        (DateOrder::MonthFirst, "2027-03-04"),
        (DateOrder::DayFirst, "2027-04-03"),
    ] {
        let policy = Policy {
            date_order,
            ..Policy::default()
        };
        let resolution = resolve(
            &read("3/4 3pm"),
            NOW.parse().unwrap(),
            &Zone::named(BERLIN).unwrap(),
            &policy,
        );
        assert_eq!(told(&resolution), format!("{date} 15:00-15:30"));
    }
    // Where nobody knows, both are offered.
    let offered = |text| {
        let resolution = settled(&read(text), NOW, BERLIN);
        let options = resolution.doubts[0].options.iter();
        let told = options.map(|slot| slot.zone.wall(slot.start).format("%F %H:%M").to_string());
        told.collect::<Vec<_>>()
    };
    assert_eq!(offered("3/4 3pm"), ["2027-03-04 15:00", "2027-04-03 15:00"]);
    assert_eq!(offered("3/4 at 7"), ["2027-03-04 19:00", "2027-04-03 19:00"]);
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

/// What is said to end at three ends when the clock shows three.
#[test]
fn a03_a_stated_end_stays_on_the_wall() {
    for (now, text, wanted) in [
        ("2027-03-13T17:00:00Z", "tomorrow 0:00-3:00", "2027-03-14 00:00-03:00"),
        ("2027-03-13T17:00:00Z", "tomorrow 1:30-4:30am", "2027-03-14 01:30-04:30"),
        ("2027-11-06T16:00:00Z", "tomorrow 0:30-2:30", "2027-11-07 00:30-02:30"),
        // A length is a length.
        (
            "2027-11-06T16:00:00Z",
            "tomorrow at 0:30 for 2 hours",
            "2027-11-07 00:30-01:30",
        ),
        // What would start in the gap lasts as long as it was to.
        ("2027-03-13T17:00:00Z", "tomorrow 2:30-3:30am", "2027-03-14 03:30-04:30"),
    ] {
        assert_eq!(at(text, now, "America/New_York"), wanted, "{text}");
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
        ("tomorrow 15:00 UTC+05:30", "2026-11-23 15:00-15:30 Asia/Kolkata"),
        ("tomorrow 15:00 GMT-3", "2026-11-23 15:00-15:30 Etc/GMT+3"),
        ("tomorrow 9 UTC+2", "2026-11-23 09:00-09:30 Etc/GMT-2"),
        ("tomorrow 9 est", "2026-11-23 09:00-09:30 America/New_York"),
        ("tomorrow 14:00Z", "2026-11-23 14:00-14:30 UTC"),
        ("tomorrow 3pm (Lisbon)", "2026-11-23 15:00-15:30 Europe/Lisbon"),
        ("tomorrow 3pm (with Ann)", "2026-11-23 15:00-15:30"),
        ("tomorrow 3pm Munich time", "2026-11-23 15:00-15:30 Europe/Berlin"),
        ("tomorrow noon Eastern", "2026-11-23 12:00-12:30 America/New_York"),
        ("tomorrow 3pm Central Park", "2026-11-23 15:00-15:30"),
        ("tomorrow 3pm west wing", "2026-11-23 15:00-15:30"),
        (
            "tomorrow 3pm Mountain Standard Time",
            "2026-11-23 15:00-15:30 America/Denver",
        ),
        (
            "tomorrow 3pm Central European Time",
            "2026-11-23 15:00-15:30 Europe/Brussels",
        ),
        ("tomorrow 15:00 UTC+5:20", "UnknownZone"),
        ("tomorrow 3pm CST", "AmbiguousZone"),
        ("tomorrow 3pm IST", "AmbiguousZone"),
        ("tomorrow 3pm XYZT", "UnknownZone"),
        ("tomorrow 3pm Europe/Atlantis", "UnknownZone"),
        ("tomorrow 3pm in Atlantis time", "UnknownZone"),
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
fn each_day_keeps_its_own_time() {
    let resolution = settled(&read("tomorrow at 2pm or friday at 3pm"), NOW, BERLIN);
    let options: Vec<_> = resolution.doubts[0]
        .options
        .iter()
        .map(|slot| slot.zone.wall(slot.start).format("%a %H:%M").to_string())
        .collect();
    assert_eq!(options, ["Mon 14:00", "Fri 15:00"]);
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
fn days_by_their_place_are_booked() {
    table(&[
        ("book the last friday of the month at 3pm", "2026-11-27 15:00-15:30"),
        ("book a week from friday at 3pm", "2026-12-04 15:00-15:30"),
        ("book friday in two weeks at 3pm", "2026-12-04 15:00-15:30"),
        ("book sync on Thanksgiving at noon", "2026-11-26 12:00-12:30"),
        ("book christmas party friday 7pm", "2026-11-27 19:00-19:30"),
        ("book easter planning tomorrow 3pm", "2026-11-23 15:00-15:30"),
        (
            "book a call in the early evening tomorrow at 6",
            "2026-11-23 18:00-18:30",
        ),
        ("book 29 February 3pm", "TooFar"),
    ]);
}

#[test]
fn what_is_no_single_day_ahead_is_asked() {
    table(&[
        ("book leave monday to wednesday at 9am", "TooLong"),
        ("book 3-5 March at 9am", "TooLong"),
        ("book before friday at 3pm", "NoDay"),
        ("book by monday at 3pm", "NoDay"),
        ("book within three weeks at 3pm", "NoDay"),
        ("book the end of the month at 3pm", "NoDay"),
        ("book the week of june 5th at 3pm", "NoDay"),
        ("book next weekend at 3pm", "NoDay"),
        ("book in three months at 3pm", "NoDay"),
        ("book the day before my birthday at 3pm", "NoDay"),
        ("book friday the 13th at 3pm", "SeveralTimes"),
        ("book last friday at 3pm", "Past"),
        ("book 3 days ago at 3pm", "Past"),
        ("book lunchtime tomorrow", "NoTime"),
    ]);
}
