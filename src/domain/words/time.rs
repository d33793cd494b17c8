//! Times as people read them: `Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin, from your Google Calendar)`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::domain::booking::Plan;
use crate::domain::person::{Platform, ZoneSource};
use crate::zone::Zone;

/// `Tue 24 Nov 2026`
pub fn date(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

/// `14:00`
pub fn time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// `Tue 24 Nov 2026, 14:00–14:30`, or both days where it ends on another one.
pub fn span(start: NaiveDateTime, end: NaiveDateTime) -> String {
    if start.date() == end.date() {
        format!("{}, {}–{}", date(start.date()), time(start.time()), time(end.time()))
    } else {
        format!(
            "{}, {} – {}, {}",
            date(start.date()),
            time(start.time()),
            date(end.date()),
            time(end.time())
        )
    }
}

/// A plan's time in its zone: `Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin)`.
pub fn span_in_zone(plan: &Plan) -> String {
    format!("{} ({})", span(plan.wall_start(), plan.wall_end()), plan.zone)
}

/// A plan's time in its zone, with where the zone was taken from.
pub fn moment(plan: &Plan, platform: Platform) -> String {
    let source = match (plan.zone_source, platform) {
        (ZoneSource::Message, _) => "as you wrote",
        (ZoneSource::Own, _) => "your setting",
        (ZoneSource::Profile, Platform::Slack) => "from your Slack profile",
        (ZoneSource::Profile, Platform::Discord | Platform::Console) => "from your profile",
        (ZoneSource::Calendar, _) => "from your Google Calendar",
    };
    format!("{} ({}, {source})", span(plan.wall_start(), plan.wall_end()), plan.zone)
}

/// A stretch as a plan's owner sees it on that plan's day: `14:00–15:00`, with the day where it is another one.
pub fn beside(plan: &Plan, start: DateTime<Utc>, end: DateTime<Utc>) -> String {
    let (from, to) = (plan.zone.wall(start), plan.zone.wall(end));
    if from.date() == plan.wall_start().date() && to.date() == from.date() {
        format!("{}–{}", time(from.time()), time(to.time()))
    } else {
        span(from, to)
    }
}

/// The label of a time to choose: `15:00`, with the day where it is another one than `day`.
pub fn choice(at: DateTime<Utc>, zone: &Zone, day: NaiveDate) -> String {
    let wall = zone.wall(at);
    if wall.date() == day {
        time(wall.time())
    } else {
        format!("{} {}", wall.format("%a %-d %b"), time(wall.time()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::language::{Policy, read, resolve};

    proptest! {
        /// What a reply says a time is, written back, is that time.
        #[test]
        fn a_time_that_was_told_is_read_as_told(
            start in 1_800_000_000i64..2_100_000_000,
            minutes in 1i64..8 * 60,
            zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo"]),
        ) {
            let zone = Zone::named(zone).unwrap();
            let start = DateTime::from_timestamp(start - start % 300, 0).unwrap();
            let (from, to) = (zone.wall(start), zone.wall(start + TimeDelta::minutes(minutes)));
            // Of an hour that the clocks show twice the words name the first.
            prop_assume!(zone.settle(from) == start && zone.settle(to) - start == TimeDelta::minutes(minutes));
            let told = format!("book {} ({zone})", span(from, to));
            let now = start - TimeDelta::days(20);
            let slot = resolve(&read(&told), now, &zone, &Policy::default()).slot;
            prop_assert_eq!(slot.map(|slot| (slot.start, slot.end)), Some((start, start + TimeDelta::minutes(minutes))), "{}", told);
        }
    }
}
