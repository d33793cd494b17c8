//! Tables of what people write and what it comes to.

mod answers;
mod clocks;
mod courtesy;
mod days;
mod facts;
mod families;
mod forms;
mod hostile;
mod intents;
mod lengths;
mod numbers;
mod plain;
mod quotes;
mod recurring;
mod talk;
mod verbs;
mod windows;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Assumption, Intent, Policy, Reading, Resolution, read, resolve};
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
        Assumption::Uninvited { .. } => "uninvited",
    });
    sorts.collect()
}

/// The page's tables: what stands in backquotes on the left comes to what stands in backquotes on the right.
#[test]
fn the_page_tells_the_truth() {
    let page = include_str!("../../../docs/language.md");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split("` | `");
        Some((cells.next()?, cells.next()?.split('`').next()?))
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() > 60, "only {} examples were found", rows.len());
    let (rules, times): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, wanted)| wanted.contains("FREQ="));
    table(&times);
    recurring::rules(&rules);
}

/// The page's table of the nine forms that are disputed most, each said at a moment of its own: `2026-11-24 10:30` in Berlin.
#[test]
fn the_page_tells_each_disputed_position() {
    let page = include_str!("../../../docs/language.md");
    let berlin = Zone::named(BERLIN).unwrap();
    let mut examples = 0;
    for row in page.lines().filter(|row| row.starts_with("| 2026-")) {
        let cells: Vec<_> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let (said_on, text, wanted) = (cells[1], cells[2], cells[3]);
        let wall = NaiveDateTime::parse_from_str(said_on, "%F %H:%M").unwrap();
        let now = berlin.settle(wall).to_rfc3339();
        let got = if read(text).intent() == Intent::Query {
            windows::named_at(text, &now)
        } else {
            at(text, &now, BERLIN)
        };
        assert_eq!(got, wanted, "{text:?} on {said_on}");
        examples += 1;
    }
    assert!(examples >= 18, "only {examples} examples were found");
}
