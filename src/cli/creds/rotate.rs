//! `chatcal creds rotate`: everything that is sealed is brought under the first key of `CHATCAL_KEY`.

use std::io::{self, Write};

use clap::Args as ClapArgs;
use serde_json::json;

use super::{Desk, print_json};
use crate::cli::Failed;
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::service::{Report, Rotation};
use crate::settings::Settings;

#[derive(ClapArgs)]
pub(super) struct Args {
    /// Change nothing: open everything that is sealed, and count it by its key
    #[arg(long)]
    check: bool,
}

pub(super) async fn run(args: &Args, settings: &Settings, desk: &Desk) -> Result<(), Failed> {
    let rotation = Rotation::open(settings, Clock::system(), Entropy::system()).await?;
    let report = if args.check {
        rotation.note(&desk.by, "counts what is sealed").await?;
        rotation.check().await?
    } else {
        rotation.note(&desk.by, "seals anew").await?;
        rotation.rotate().await?
    };
    if desk.json {
        print_json(&json(&report))?;
    } else {
        write!(io::stdout(), "{}", table(&report))?;
    }
    if report.is_clean() {
        return Ok(());
    }
    Err(remedy(&report).into())
}

fn json(report: &Report) -> serde_json::Value {
    let places = report.places.iter().map(|place| {
        let under = place
            .tally
            .under
            .iter()
            .map(|(key, count)| (key.to_string(), json!(count)));
        json!({
            "place": place.place,
            "under": under.collect::<serde_json::Map<_, _>>(),
            "opens_under_none": place.tally.closed,
            "down": place.down,
        })
    });
    let behind = report.behind.iter();
    let behind = behind.map(|service| json!({ "place": service.place, "first_key": service.key }));
    json!({
        "first_key": report.current.to_string(),
        "places": places.collect::<Vec<_>>(),
        "services_behind": behind.collect::<Vec<_>>(),
        "others_can_go": report.is_clean(),
    })
}

/// A line for each place and key, and what it comes to.
fn table(report: &Report) -> String {
    let mut lines = String::new();
    for place in &report.places {
        let name = &place.place;
        for (key, count) in &place.tally.under {
            let which = if *key == report.current { "first" } else { "another" };
            lines += &format!("{name:<28}  key {key}  {count:>8}  {which}\n");
        }
        if place.tally.closed > 0 {
            lines += &format!(
                "{name:<28}  no key of these  {:>3}  opens under none\n",
                place.tally.closed
            );
        }
        if let Some(why) = &place.down {
            lines += &format!("{name:<28}  can't be asked: {why}\n");
        }
    }
    for service in &report.behind {
        lines += &format!(
            "{:<28}  key {}  {:>8}  seals under another\n",
            service.place, service.key, "-"
        );
    }
    let all = report.all();
    let under = all.under.get(&report.current).copied().unwrap_or_default();
    let others = all.others(report.current);
    lines += &format!(
        "\n{under} under the first key, {others} under others, {} open under none.\n",
        all.closed
    );
    if report.is_clean() {
        lines += "Nothing needs another key than the first: the others can be left out of CHATCAL_KEY, a quarter of an hour after\n\
                  the last service was restarted with the first one in front (sign-ins that were begun before need them until then).\n";
    }
    lines
}

fn remedy(report: &Report) -> String {
    let down: Vec<_> = report.places.iter().filter(|place| place.down.is_some()).collect();
    match (down.first(), report.behind.first()) {
        (Some(place), _) => format!(
            "Keep every key: {} can't be asked. Bring it back, then run this again.",
            place.place
        ),
        (None, Some(service)) => format!(
            "Keep every key: the service on {} runs with key {} in front, and seals under it. Restart it with {} in front and {} \
             behind it, then run `chatcal creds rotate`.",
            service.place, service.key, report.current, service.key
        ),
        (None, None) => "Keep every key: something is under another one. Run `chatcal creds rotate`; where that leaves something behind, a \
                 service still seals under an old key: restart it with the new one in front."
            .to_owned(),
    }
}
