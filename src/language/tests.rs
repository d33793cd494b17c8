//! Tables of what people write and what it comes to.

use chrono::{DateTime, Utc};

use super::{Policy, Resolution, read, resolve};
use crate::zone::Zone;

/// A Sunday, half past ten in Berlin.
const NOW: &str = "2026-11-22T09:30:00Z";

fn at(text: &str, now: &str, zone: &str) -> Resolution {
    let now: DateTime<Utc> = now.parse().unwrap();
    resolve(&read(text), now, &Zone::named(zone).unwrap(), &Policy::default())
}

/// "2026-11-23 14:00-14:30", or the doubts.
fn told(resolution: &Resolution) -> String {
    match &resolution.slot {
        Some(slot) => {
            let wall = |at| slot.zone.wall(at);
            format!(
                "{}-{}",
                wall(slot.start).format("%F %H:%M"),
                wall(slot.end).format("%H:%M")
            )
        }
        None => resolution
            .doubts
            .iter()
            .map(|doubt| format!("{:?}", doubt.puzzle))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

#[test]
fn a01_what_most_people_write() {
    for (text, wanted) in [
        ("book tomorrow at 2 PM for 30 minutes", "2026-11-23 14:00-14:30"),
        ("tomorrow 2pm", "2026-11-23 14:00-14:30"),
        ("tomorrow at 14:00", "2026-11-23 14:00-14:30"),
        ("friday at 3pm", "2026-11-27 15:00-15:30"),
        (
            "\"load-17\" 2027-03-05 at 8:00 for 30 minutes",
            "2027-03-05 08:00-08:30",
        ),
        ("book friday", "NoTime"),
    ] {
        assert_eq!(told(&at(text, NOW, "Europe/Berlin")), wanted, "{text}");
    }
}
