//! Every time that is named somewhere, in a list, in a letter about what waits, or on a page, is the calendar's, in one zone that is named.

use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::Seed;
use chatcal::zone::Zone;
use chrono::{DateTime, NaiveDateTime, Utc};
use regex::Regex;
use serde_json::Value;

use super::story;
use super::time::told;
use super::world::World;

/// An event's start and end.
fn times(event: &Value) -> (DateTime<Utc>, DateTime<Utc>) {
    let instant = |which: &str| {
        let written = event[which]["dateTime"].as_str().unwrap();
        DateTime::parse_from_rfc3339(written).unwrap().to_utc()
    };
    (instant("start"), instant("end"))
}

story!(a07_a_list_of_what_is_in_the_way_tells_the_calendars_times: slack, discord, terminal);

async fn a07_a_list_of_what_is_in_the_way_tells_the_calendars_times(world: &World) {
    // The calendar's own zone is another one than the person's.
    let ana = world.person_in("ana", "America/St_Johns");
    ana.connects().await;
    let seeds = [
        ("Review", "09:15", "09:45"),
        ("Call", "10:00", "10:20"),
        ("Lunch", "10:30", "11:00"),
    ];
    for (title, start, end) in seeds {
        let day = "2026-11-25T";
        world.google.seed(
            ana.email(),
            Seed::busy(title, &format!("{day}{start}"), &format!("{day}{end}")),
        );
    }
    let list = Regex::new(r"(Review|Call|Lunch) (\d\d:\d\d)–(\d\d:\d\d)").unwrap();
    let day_and_zone = Regex::new(r"\((\w{3} \d+ \w{3} \d{4}), ([A-Za-z_/]+)\)").unwrap();
    for zone in ["Asia/Kathmandu", "Europe/Berlin", "America/Sao_Paulo"] {
        ana.says(&format!("timezone {zone}")).await;
        ana.hears().await.contains(zone);
        ana.says("book 2026-11-25 12:30 UTC for 3 hours").await;
        let heard = ana.hears().await;
        let named = day_and_zone
            .captures(&heard.text)
            .unwrap_or_else(|| panic!("no day and zone in {heard}"));
        let zone = Zone::named(&named[2]).unwrap();
        let instant = |time: &str| {
            let wall = NaiveDateTime::parse_from_str(&format!("{} {time}", &named[1]), "%a %d %b %Y %H:%M").unwrap();
            zone.settle(wall)
        };
        let listed: Vec<_> = list
            .captures_iter(&heard.text)
            .map(|one| (one[1].to_owned(), (instant(&one[2]), instant(&one[3]))))
            .collect();
        let events = ana.events();
        let kept: Vec<_> = events
            .iter()
            .map(|event| (event["summary"].as_str().unwrap().to_owned(), times(event)))
            .collect();
        assert_eq!(listed, kept, "{heard}");
        ana.presses("Cancel").await;
        ana.hears().await.is("Nothing was booked.");
    }
}

story!(a07_what_waits_for_a_sign_in_is_told_as_it_is_booked_then: slack, discord, terminal);

async fn a07_what_waits_for_a_sign_in_is_told_as_it_is_booked_then(world: &World) {
    let ana = world.person_in("ana", "America/St_Johns");
    ana.says("timezone Asia/Kathmandu").await;
    ana.hears().await.contains("Asia/Kathmandu");
    ana.says("book wednesday at 23:40 for 50 minutes").await;
    let offer = ana.hears().await;
    world.keep_secret(&offer.link());
    ana.says("book thursday at 0:45 for 20 minutes").await;
    let reminder = ana.hears().await;
    reminder.contains("as well: it is booked once you have connected");

    let mut browser = Browser::new();
    let first = browser.open(&offer.link()).await.unwrap();
    let consent = browser.press(&first, "Continue to Google").await.unwrap();
    let last = ana.allows(&mut browser, &consent).await;
    // A page knows neither the person's zone nor their calendar, so it names no time but those that were told.
    let clock = Regex::new(r"\b\d{1,2}:\d\d\b").unwrap();
    for page in [&first, &last] {
        let words = page.words();
        let strange: Vec<_> = clock
            .find_iter(&words)
            .filter(|time| !offer.text.contains(time.as_str()) && !reminder.text.contains(time.as_str()))
            .collect();
        assert!(strange.is_empty(), "{strange:?} in {words}");
    }
    ana.types_code(&last).await;
    // One letter or two, by when each of them was done.
    let mut booked = Vec::new();
    while booked.len() < 2 {
        let heard = ana.hears().await;
        booked.extend(
            heard
                .text
                .lines()
                .filter(|line| line.starts_with("Booked: "))
                .map(str::to_owned),
        );
    }
    ana.settled().await;
    let mut waited = [told(&offer), told(&reminder)];
    let mut kept: Vec<_> = ana.events().iter().map(times).collect();
    waited.sort();
    kept.sort();
    assert_eq!(kept, waited);
}
