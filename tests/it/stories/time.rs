//! Times: whose tomorrow it is, and that what is said is what the calendar holds.

use chatcal::zone::Zone;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::chat::{Heard, Kind};
use super::person::Person;
use super::story;
use super::world::World;
use crate::engine::{Engine, on_both};

/// `Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin…` as two instants.
pub(super) fn told(heard: &Heard) -> (DateTime<Utc>, DateTime<Utc>) {
    let pattern = r"\w{3} (\d+ \w{3} \d{4}), (\d\d:\d\d)(?:–| – \w{3} (\d+ \w{3} \d{4}), )(\d\d:\d\d) \(([A-Za-z_/]+)";
    let pattern = regex::Regex::new(pattern).unwrap();
    let found = pattern
        .captures(&heard.text)
        .unwrap_or_else(|| panic!("no time and zone in {heard}"));
    let zone = Zone::named(&found[5]).unwrap();
    let last_day = found.get(3).map_or(&found[1], |day| day.as_str());
    let instant = |day: &str, time: &str| {
        let wall = NaiveDateTime::parse_from_str(&format!("{day} {time}"), "%d %b %Y %H:%M").unwrap();
        zone.settle(wall)
    };
    (instant(&found[1], &found[2]), instant(last_day, &found[4]))
}

/// The newest event's times.
fn held(person: &Person) -> (DateTime<Utc>, DateTime<Utc>) {
    let events = person.events();
    let event = events.last().unwrap();
    let instant = |which: &str| -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(event[which]["dateTime"].as_str().unwrap())
            .unwrap()
            .to_utc()
    };
    (instant("start"), instant("end"))
}

story!(a01_a_weekday_and_a_time_are_read_as_they_are_said: slack, discord, terminal);

async fn a01_a_weekday_and_a_time_are_read_as_they_are_said(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    for (words, expected) in [
        ("book friday at 3pm", "Fri 27 Nov 2026, 15:00–15:30"),
        ("book tomorrow 2pm", "Tue 24 Nov 2026, 14:00–14:30"),
        ("book tomorrow at 16:00", "Tue 24 Nov 2026, 16:00–16:30"),
        ("book wednesday 3-4pm", "Wed 25 Nov 2026, 15:00–16:00"),
        ("book in 2 hours for 90 min", "Mon 23 Nov 2026, 11:00–12:30"),
    ] {
        ana.says(words).await;
        let heard = ana.hears().await;
        heard.contains(&format!("Booked: {expected} (Europe/Berlin"));
    }
    ana.says("book tomorrow at quarter past nothing").await;
    let heard = ana.hears().await;
    assert!(heard.text.contains('?'), "a question: {heard}");
    ana.has_events(5);
}

on_both!(a03_where_the_clocks_change_the_reply_says_what_became_of_the_time);

/// A gap is moved behind, and of two equal times the first is taken; either is said, and what is said is held.
async fn a03_where_the_clocks_change_the_reply_says_what_became_of_the_time(engine: Engine) {
    let moved = "so it is moved behind the gap";
    let first = "the clocks show that time twice that day, this is the first";
    for (zone, noon, words, expected, said) in [
        (
            "America/New_York",
            "2027-03-13T17:00:00Z",
            "2:30am",
            "Sun 14 Mar 2027, 03:30–04:00",
            moved,
        ),
        (
            "America/New_York",
            "2027-03-13T17:00:00Z",
            "2pm",
            "Sun 14 Mar 2027, 14:00–14:30",
            "",
        ),
        (
            "America/New_York",
            "2027-11-06T16:00:00Z",
            "1:30am",
            "Sun 7 Nov 2027, 01:30–01:00",
            first,
        ),
        (
            "America/New_York",
            "2027-11-06T16:00:00Z",
            "2pm",
            "Sun 7 Nov 2027, 14:00–14:30",
            "",
        ),
        (
            "Europe/London",
            "2027-03-27T12:00:00Z",
            "1:30am",
            "Sun 28 Mar 2027, 02:30–03:00",
            moved,
        ),
        (
            "Europe/London",
            "2027-10-30T11:00:00Z",
            "1:30am",
            "Sun 31 Oct 2027, 01:30–01:00",
            first,
        ),
        // Half an hour, there and back.
        (
            "Australia/Lord_Howe",
            "2027-10-02T02:00:00Z",
            "2:15am",
            "Sun 3 Oct 2027, 02:45–03:15",
            moved,
        ),
        (
            "Australia/Lord_Howe",
            "2027-04-03T01:00:00Z",
            "1:45am",
            "Sun 4 Apr 2027, 01:45–01:45",
            first,
        ),
        // At midnight.
        (
            "America/Santiago",
            "2027-09-04T16:00:00Z",
            "midnight",
            "Sun 5 Sep 2027, 01:00–01:30",
            moved,
        ),
        (
            "Africa/Cairo",
            "2027-04-29T10:00:00Z",
            "0:15",
            "Fri 30 Apr 2027, 01:15–01:45",
            moved,
        ),
        // Where the clocks went back for Ramadan, until Morocco gave that up in 2026.
        (
            "Africa/Casablanca",
            "2027-02-06T11:00:00Z",
            "2:30am",
            "Sun 7 Feb 2027, 02:30–03:00",
            "",
        ),
        (
            "Asia/Kathmandu",
            "2027-03-13T06:00:00Z",
            "2:30am",
            "Sun 14 Mar 2027, 02:30–03:00",
            "",
        ),
        // Where the clocks changed until 2018.
        (
            "America/Sao_Paulo",
            "2027-10-16T15:00:00Z",
            "0:15",
            "Sun 17 Oct 2027, 00:15–00:45",
            "",
        ),
    ] {
        let world = World::at(Kind::Slack, engine, noon).await;
        let ana = world.person_in("ana", zone);
        if let Some(person) = ana.on_slack() {
            let _ = person.clone().tz(zone);
        }
        ana.connects().await;
        ana.says(&format!("book tomorrow at {words} for 30 minutes")).await;
        let heard = ana.hears().await;
        heard.contains(&format!("Booked: {expected} ({zone}, "));
        let told_of_change = heard.text.contains("the clocks");
        assert_eq!(told_of_change, !said.is_empty(), "{zone}: {heard}");
        heard.contains(said);
        let (start, end) = held(&ana);
        assert_eq!(end - start, TimeDelta::minutes(30), "{zone}: {heard}");
        // The end's wall clock may be ambiguous, too; the start's is the first.
        assert_eq!(told(&heard).0, start, "{zone}: {heard}");
        world.finish().await;
    }
}

on_both!(a04_a_weekday_is_today_while_it_lies_ahead_and_next_friday_shows_its_date);

async fn a04_a_weekday_is_today_while_it_lies_ahead_and_next_friday_shows_its_date(engine: Engine) {
    // Wednesday, 21:00 in Berlin.
    let world = World::at(Kind::Slack, engine, "2026-11-25T20:00:00Z").await;
    let ana = world.person("ana");
    ana.connects().await;
    for (words, expected) in [
        ("wednesday at 10pm", "Wed 25 Nov 2026, 22:00–22:30"),
        ("wednesday at 8pm", "Wed 2 Dec 2026, 20:00–20:30"),
        ("friday at 3pm", "Fri 27 Nov 2026, 15:00–15:30"),
        ("this friday at 4pm", "Fri 27 Nov 2026, 16:00–16:30"),
        ("next friday at 3pm", "Fri 4 Dec 2026, 15:00–15:30"),
    ] {
        ana.says(&format!("book {words} for 30 minutes")).await;
        let heard = ana.hears().await;
        heard.contains(&format!("Booked: {expected} (Europe/Berlin"));
        // Of two Fridays ahead the one passed over is named.
        assert_eq!(
            heard.text.contains("27 Nov") && expected.contains("4 Dec"),
            words.starts_with("next"),
            "{heard}"
        );
        assert_eq!(told(&heard), held(&ana), "{heard}");
    }
    world.finish().await;
}

story!(a06_no_question_writes_and_a_whole_day_is_not_cleared: slack, discord, terminal);

async fn a06_no_question_writes_and_a_whole_day_is_not_cleared(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book tomorrow at 2pm for 30 minutes").await;
    ana.hears().await.contains("Booked: ");
    for words in [
        "What is my next event?",
        "am I free tomorrow at 3pm?",
        "tomorrow at 3pm?",
        "is friday at 2pm still free",
        "when did I book the dentist for friday at 2pm?",
        "could you tell me what I have tomorrow at 2pm",
        "who comes to the review on monday at 10?",
        "clear my whole day",
        "cancel everything tomorrow",
        "delete all my meetings tomorrow at 2pm",
    ] {
        ana.says(words).await;
        let heard = ana.hears().await;
        ana.settled().await;
        assert_eq!(ana.unread(), 0, "one answer to {words:?}");
        assert!(
            !heard.text.starts_with("Booked") && !heard.text.starts_with("Removed"),
            "{words:?}: {heard}"
        );
        ana.has_events(1);
    }
}

story!(a05_lengths_are_read_as_they_are_said: slack, discord, terminal);

async fn a05_lengths_are_read_as_they_are_said(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    for (hour, (words, minutes)) in (8..).zip([
        ("1 hour 30 minutes", 90),
        ("an hour and a half", 90),
        ("1h30", 90),
        ("90m", 90),
        ("an hour and 15", 75),
    ]) {
        let day = ["tuesday", "wednesday", "thursday", "friday", "saturday"][hour - 8];
        ana.says(&format!("book {day} at 10:00 for {words}")).await;
        let heard = ana.hears().await;
        heard.contains("Booked: ");
        let (start, end) = held(&ana);
        assert_eq!(end - start, TimeDelta::minutes(minutes), "{words}: {heard}");
    }
}

story!(a07_every_time_that_is_said_is_what_the_calendar_holds: slack, discord, terminal);

async fn a07_every_time_that_is_said_is_what_the_calendar_holds(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let zones = [
        "Asia/Kathmandu",
        "Pacific/Chatham",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Europe/London",
        "America/Sao_Paulo",
    ];
    for (day, zone) in zones.iter().enumerate() {
        ana.says(&format!("timezone {zone}")).await;
        ana.hears()
            .await
            .is(&format!("From now on I read your times in {zone}."));
        let date = 1 + day;
        ana.says(&format!("book 2026-12-{date:02} at 23:40 for 50 minutes"))
            .await;
        let heard = ana.hears().await;
        heard.contains("Booked: ");
        heard.contains(zone);
        assert_eq!(told(&heard), held(&ana), "{heard}");
        // In the way of the next one, whose answer names it in the same zone.
        ana.says(&format!("book 2026-12-{date:02} at 23:50 for 10 minutes"))
            .await;
        let heard = ana.hears().await;
        heard.contains("Not booked: you have Meeting");
        heard.contains(zone);
        heard.contains("23:40");
        ana.presses("Cancel").await;
        ana.hears().await.is("Nothing was booked.");
        ana.presses("Undo").await;
        let heard = ana.hears().await;
        heard.contains("Removed: ");
        let all = world.google.all_events(ana.email());
        let start = all.last().unwrap()["start"]["dateTime"].as_str().unwrap();
        assert_eq!(told(&heard).0, DateTime::parse_from_rfc3339(start).unwrap().to_utc());
    }
    ana.has_events(0);
}

story!(a07_a_zone_in_the_message_is_the_one_that_the_answer_names: slack, discord, terminal);

async fn a07_a_zone_in_the_message_is_the_one_that_the_answer_names(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    for (words, zone) in [
        ("tomorrow 3pm London time", "Europe/London"),
        ("wednesday 15:00 Asia/Kathmandu", "Asia/Kathmandu"),
        ("thursday 9:00 (New York)", "America/New_York"),
    ] {
        ana.says(&format!("book {words} for 45 minutes")).await;
        let heard = ana.hears().await;
        heard.contains(&format!(" ({zone}, as you wrote)"));
        assert_eq!(told(&heard), held(&ana), "{heard}");
    }
    // What is asked is asked in that zone, too.
    ana.says("book friday at 7 London time for 30 minutes").await;
    let heard = ana.hears().await;
    heard.contains("07:00 or 19:00? (Fri 27 Nov 2026, Europe/London)");
    ana.presses("19:00").await;
    let heard = ana.hears().await;
    heard.contains("Booked: Fri 27 Nov 2026, 19:00–19:30 (Europe/London, as you wrote)");
    assert_eq!(told(&heard), held(&ana), "{heard}");
}

/// Half a minute before and after midnight in UTC, for people far to the east and far to the west.
async fn tomorrow_is_the_persons_own(kind: Kind, engine: Engine) {
    for (instant, zone, expected) in [
        ("2026-11-23T23:59:30Z", "Pacific/Kiritimati", "Wed 25 Nov 2026"),
        ("2026-11-24T00:00:30Z", "Pacific/Kiritimati", "Wed 25 Nov 2026"),
        ("2026-11-24T09:59:30Z", "Pacific/Kiritimati", "Wed 25 Nov 2026"),
        ("2026-11-24T10:00:30Z", "Pacific/Kiritimati", "Thu 26 Nov 2026"),
        ("2026-11-23T23:59:30Z", "Pacific/Pago_Pago", "Tue 24 Nov 2026"),
        ("2026-11-24T00:00:30Z", "Pacific/Pago_Pago", "Tue 24 Nov 2026"),
        ("2026-11-24T10:59:30Z", "Pacific/Pago_Pago", "Tue 24 Nov 2026"),
        ("2026-11-24T11:00:30Z", "Pacific/Pago_Pago", "Wed 25 Nov 2026"),
        ("2026-11-23T23:59:30Z", "Etc/UTC", "Tue 24 Nov 2026"),
        ("2026-11-24T00:00:30Z", "Etc/UTC", "Wed 25 Nov 2026"),
    ] {
        let world = World::at(kind, engine, instant).await;
        // On Slack the profile knows; elsewhere the calendar does.
        let calendar = if kind.is_slack() { "Europe/Berlin" } else { zone };
        let ana = world.person_in("ana", calendar);
        if let Some(person) = ana.on_slack() {
            let _ = person.clone().tz(zone);
        }
        ana.connects().await;
        ana.says("book tomorrow at 2 PM for 30 minutes").await;
        let heard = ana.hears().await;
        heard.contains(&format!("Booked: {expected}, 14:00–14:30 ({zone}, "));
        assert_eq!(told(&heard), held(&ana), "{heard}");
        world.finish().await;
    }
}

on_both!(a02_tomorrow_is_the_persons_own_slack);
async fn a02_tomorrow_is_the_persons_own_slack(engine: Engine) {
    tomorrow_is_the_persons_own(Kind::Slack, engine).await;
}

on_both!(a02_tomorrow_is_the_persons_own_discord);
async fn a02_tomorrow_is_the_persons_own_discord(engine: Engine) {
    tomorrow_is_the_persons_own(Kind::Discord, engine).await;
}

on_both!(a02_tomorrow_is_the_persons_own_terminal);
async fn a02_tomorrow_is_the_persons_own_terminal(engine: Engine) {
    tomorrow_is_the_persons_own(Kind::Terminal, engine).await;
}

story!(a02_tomorrow_counts_from_when_it_was_said: slack, discord, terminal);

async fn a02_tomorrow_counts_from_when_it_was_said(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears_link().await;
    // A day later, with a new link, it is still the same tomorrow.
    world.passes(std::time::Duration::from_secs(16 * 3600)).await;
    ana.hears().await.contains("Link expired");
    ana.presses("New link").await;
    ana.follows_link().await;
    ana.hears()
        .await
        .contains("Connected a•••@example.org. Not you? Say disconnect.\nBooked: Tue 24 Nov 2026, 14:00–14:30");
}
