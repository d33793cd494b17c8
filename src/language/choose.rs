//! Which half of the day a bare hour means. Policy lives here: working hours, meals, the other end of a range.
//! May import: chrono's civil times, `meaning`, `found`, `words`.

use std::ops::{Range, RangeInclusive};

use chrono::{NaiveTime, TimeDelta};

use super::found::{Clock, Face};
use super::words::{Half, Part};

/// A time of day on a calendar day, or on the next one ("24:00").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub time: NaiveTime,
    pub days: u8,
}

/// What a clock time may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Sure(Moment),
    /// The policy prefers the first.
    Likely(Moment, Moment),
    /// Either; the likelier first.
    Open(Moment, Moment),
}

impl Choice {
    pub fn first(self) -> Moment {
        match self {
            Self::Sure(moment) | Self::Likely(moment, _) | Self::Open(moment, _) => moment,
        }
    }

    pub fn both(self) -> [Moment; 2] {
        match self {
            Self::Sure(moment) => [moment, moment],
            Self::Likely(first, second) | Self::Open(first, second) => [first, second],
        }
    }
}

/// The times of day that `clock` may mean; `None` when no clock shows it ("25:00"). `part` is the part of the day that the rest of
/// the message speaks of, `meal` the one that a meal in it suggests.
pub(super) fn choose(
    clock: Clock,
    part: Option<Part>,
    meal: Option<Part>,
    workday: &Range<NaiveTime>,
) -> Option<Choice> {
    let Clock { hour, minute, face } = clock;
    match face {
        Face::Day | Face::Midnight => moment(hour, minute).map(Choice::Sure),
        Face::Half(half) => half_hour(hour, half)
            .and_then(|hour| moment(hour, minute))
            .map(Choice::Sure),
        Face::Part(part) => bare(hour, minute, Some(part), None, workday),
        // "tomorrow night at 1" is after midnight.
        Face::Bare if part == Some(Part::Night) && (1..5).contains(&hour) => {
            let late = moment(hour, minute)?;
            Some(Choice::Sure(Moment { days: 1, ..late }))
        }
        Face::Bare => bare(hour, minute, part, meal, workday),
    }
}

/// 24:00 is the next day's midnight.
fn moment(hour: u32, minute: u32) -> Option<Moment> {
    match (hour, minute) {
        (24, 0) => Some(Moment {
            time: NaiveTime::MIN,
            days: 1,
        }),
        _ => NaiveTime::from_hms_opt(hour, minute, 0).map(|time| Moment { time, days: 0 }),
    }
}

fn half_hour(hour: u32, half: Half) -> Option<u32> {
    match (hour, half) {
        (12, Half::Am) => Some(0),
        (12, Half::Pm) => Some(12),
        (1..=11, Half::Am) => Some(hour),
        (1..=11, Half::Pm) => Some(hour + 12),
        _ => None,
    }
}

fn bare(hour: u32, minute: u32, part: Option<Part>, meal: Option<Part>, workday: &Range<NaiveTime>) -> Option<Choice> {
    if !(1..=12).contains(&hour) {
        return moment(hour, minute).map(Choice::Sure);
    }
    let (morning, later) = (moment(hour % 12, minute)?, moment(hour % 12 + 12, minute)?);
    if let Some(part) = part {
        return Some(Choice::Sure(of_part(hour, morning, later, part)));
    }
    if let Some(meal) = meal.filter(|meal| meal_hours(*meal).contains(&hour)) {
        let (first, second) = if meal == Part::Morning {
            (morning, later)
        } else {
            (later, morning)
        };
        return Some(Choice::Likely(first, second));
    }
    let works = |moment: Moment| workday.contains(&moment.time);
    Some(match (works(morning), works(later), hour) {
        (true, false, _) => Choice::Likely(morning, later),
        (false, true, _) => Choice::Likely(later, morning),
        // The working hours can't tell: 8 to 11 is morning, 12 to 5 is not; 6 and 7 are asked.
        (_, _, 8..=11) => Choice::Likely(morning, later),
        (_, _, 6 | 7) => Choice::Open(later, morning),
        _ => Choice::Likely(later, morning),
    })
}

/// The bare hours at which people have breakfast, lunch and dinner.
fn meal_hours(meal: Part) -> RangeInclusive<u32> {
    match meal {
        Part::Morning => 5..=11,
        Part::Afternoon => 1..=3,
        Part::Evening | Part::Night => 4..=9,
    }
}

fn of_part(hour: u32, morning: Moment, later: Moment, part: Part) -> Moment {
    match part {
        // "12:30 in the morning" is half past noon's opposite.
        Part::Morning => morning,
        Part::Afternoon => match hour {
            11 => morning,
            _ => later,
        },
        // "12 at night" is the midnight that follows, "2 at night" the early morning; "tonight at 1" is after midnight.
        Part::Evening | Part::Night if hour == 12 => Moment { days: 1, ..morning },
        Part::Evening if hour < 4 => Moment { days: 1, ..morning },
        Part::Evening => later,
        Part::Night if hour < 5 => morning,
        Part::Night => later,
    }
}

/// The longest range that may run past midnight.
const LONGEST_NIGHT: TimeDelta = TimeDelta::hours(12);

/// A range's start and its length. The shortest that is longer than nothing wins; between equals the policy's start. `None` when
/// the end lies before the start however they are read.
pub(super) fn pair(start: Choice, end: Choice) -> Option<(Choice, TimeDelta)> {
    let mut best: Option<(Moment, TimeDelta)> = None;
    for from in start.both() {
        for to in end.both() {
            if let Some(length) = length(from, to).filter(|length| best.is_none_or(|(_, shortest)| *length < shortest))
            {
                best = Some((from, length));
            }
        }
    }
    let (from, shortest) = best?;
    // Both halves equally short ("7-8"): as open as the start is.
    let other = start.both().into_iter().find(|other| *other != from);
    let equal = other.is_some_and(|other| end.both().into_iter().any(|to| length(other, to) == Some(shortest)));
    let start = match (start, other) {
        (_, Some(_)) if equal => start,
        (Choice::Sure(_), _) | (_, None) => Choice::Sure(from),
        // The end has told the half.
        (_, Some(_)) => Choice::Sure(from),
    };
    Some((start, shortest))
}

fn length(from: Moment, to: Moment) -> Option<TimeDelta> {
    let same_day = to.time - from.time + TimeDelta::days(i64::from(to.days) - i64::from(from.days));
    let over_night = same_day + TimeDelta::days(1);
    if same_day > TimeDelta::zero() {
        Some(same_day)
    } else {
        // "8am to midnight"
        let ends_the_day = to.time == NaiveTime::MIN && over_night < TimeDelta::days(1);
        (TimeDelta::zero() < over_night && (ends_the_day || over_night <= LONGEST_NIGHT)).then_some(over_night)
    }
}
