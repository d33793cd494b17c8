//! What "as soon as possible" may mean: the next half hours within the working hours. Who is busy then, only a calendar knows.
//! May import: chrono, `meaning`, `place`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::meaning::{Policy, Slot};
use super::place::Frame;

/// So many are offered.
const OFFERS: usize = 2;
/// Working days are looked for so many days ahead.
const LOOKED: usize = 7;

/// The next slots of that length; only on `day`, where one was said.
pub(super) fn soonest(frame: &Frame, day: Option<NaiveDate>, length: TimeDelta, policy: &Policy) -> Vec<Slot> {
    let now = frame.zone.wall(frame.now);
    let dates = match day {
        Some(day) => day.iter_days().take(1),
        None => now.date().iter_days().take(LOOKED),
    };
    let works = |date: &NaiveDate| day.is_some() || date.weekday().num_days_from_monday() < 5;
    let half_hours = dates.filter(works).flat_map(|date| {
        let first = date.and_time(policy.workday.start).max(round_up(now));
        let last = date.and_time(policy.workday.end) - length;
        std::iter::successors(Some(first), |start| start.checked_add_signed(TimeDelta::minutes(30)))
            .take_while(move |start| *start <= last)
    });
    let slots = half_hours.filter_map(|start| frame.slot(frame.zone.settle(start), length));
    slots.filter(|slot| frame.is_ahead(slot)).take(OFFERS).collect()
}

/// The next full or half hour; never the one that begins now, since it will have begun when somebody chooses it.
fn round_up(wall: NaiveDateTime) -> NaiveDateTime {
    let minutes = i64::from(wall.num_seconds_from_midnight() / (30 * 60) + 1) * 30;
    wall.date().and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes)
}
