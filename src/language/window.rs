//! The stretch of time that a reading names, at the grain it was said in: a moment, a day, an afternoon. Unlike a [`Slot`], it may
//! have passed, lack its end and be chosen among several: questions about the calendar are answered with it, and readings explained.
//! May import: everything of the reader's but `reading`'s insides, `zone`, chrono.
//!
//! [`Slot`]: super::meaning::Slot

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};

use super::calendar::{Named, firm};
use super::found::{Found, ZoneSaid};
use super::meaning::Policy;
use super::place::Frame;
use super::reading::Reading;
use super::said::{self, SaidTime};
use crate::zone::Zone;

/// How exactly a window was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    Minute,
    Day,
}

/// A stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    pub start: DateTime<Utc>,
    /// `None` where a moment was said without an end or a length.
    pub end: Option<DateTime<Utc>>,
    pub grain: Grain,
    /// The zone that the words were read in.
    pub zone: Zone,
}

/// The window that `reading` names when it was said at `now` in `zone`; `None` when it says nothing about when.
pub fn window(reading: &Reading, now: DateTime<Utc>, zone: &Zone, policy: &Policy) -> Option<Window> {
    let named = reading.findings().iter().find_map(|finding| match &finding.found {
        Found::Zone(ZoneSaid::Known(zone)) => Some(zone),
        _ => None,
    });
    let frame = Frame {
        now,
        zone: named.unwrap_or(zone).clone(),
        zone_named: named.is_some(),
    };
    let length = said::length(reading, policy).unwrap_or_default();
    let minute = now.with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or(now);
    let later = |minutes: i32| minute.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    let wait = wait(reading);
    if let Some(Found::Within(minutes)) = wait {
        let length = TimeDelta::minutes(i64::from(*minutes));
        return Some(frame.window(minute, Some(length), Grain::Minute));
    }
    let today = zone.wall(now).date();
    let days = said::days(reading, today, policy).unwrap_or_default();
    let day = days.first().map(|day| day.named);
    let times = said::times(reading, policy).unwrap_or_default();
    if let (Some(Found::After(minutes) | Found::Shift(minutes)), None, true) = (wait, day, times.is_empty()) {
        let start = later(*minutes)?;
        // "from now until 5"
        let until = said::end(reading, policy).and_then(|end| frame.next(&end));
        let length = until.map(|end| end - start).or(length);
        return Some(frame.window(start, length, Grain::Minute));
    }
    if let (Some(latest), true) = (said::by(reading, policy), times.is_empty()) {
        return frame.at(day, &latest, length);
    }
    if let (Some(end), true) = (said::before(reading, policy), times.is_empty()) {
        let end = frame.at(day, &end, None)?.start;
        let start = frame
            .zone
            .settle(frame.zone.wall(end).date().and_time(chrono::NaiveTime::MIN));
        let start = if start < minute && minute < end { minute } else { start };
        return Some(frame.window(start, Some(end - start), Grain::Minute));
    }
    match (day, times.first()) {
        (day, Some(time)) => frame.at(day, time, length),
        (Some(day), None) => frame.day(day.date),
        (None, None) => None,
    }
}

fn wait(reading: &Reading) -> Option<&Found> {
    let mut found = reading.findings().iter().map(|finding| &finding.found);
    found.find(|found| matches!(found, Found::After(_) | Found::Within(_) | Found::Shift(_)))
}

impl Frame {
    fn window(&self, start: DateTime<Utc>, length: Option<TimeDelta>, grain: Grain) -> Window {
        let end = length.and_then(|length| start.checked_add_signed(length));
        Window {
            start,
            end,
            grain,
            zone: self.zone.clone(),
        }
    }

    fn at(&self, day: Option<Named>, time: &SaidTime, length: Option<TimeDelta>) -> Option<Window> {
        let length = time.length.or(length);
        let placed = self.place(time, time.choice.first(), day, length.unwrap_or_default())?;
        Some(self.window(placed.slot.start, length, Grain::Minute))
    }

    fn day(&self, date: NaiveDate) -> Option<Window> {
        let midnight = |date: NaiveDate| self.zone.settle(date.and_time(chrono::NaiveTime::MIN));
        let start = midnight(firm(date).date);
        Some(Window {
            start,
            end: Some(midnight(date.succ_opt()?)),
            grain: Grain::Day,
            zone: self.zone.clone(),
        })
    }
}
