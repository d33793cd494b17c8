//! Putting a time of day on a day, in a zone: where the calendar meets the clocks' gaps and overlaps.
//! May import: `zone`, chrono, `calendar`, `choose`, `said`, `meaning`.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::calendar::{Named, firm};
use super::choose::Moment;
use super::meaning::{Assumption, Slot};
use super::said::SaidTime;
use crate::zone::{Instant, Zone};

/// The moment and the zone that a message is settled against.
pub(super) struct Frame {
    pub now: DateTime<Utc>,
    /// The zone that clocks are read in.
    pub zone: Zone,
    /// The message names it.
    pub zone_named: bool,
    /// The day in that zone.
    pub today: NaiveDate,
}

/// A slot on the day that was meant, and what it took to get there.
pub(super) struct Placed {
    pub slot: Slot,
    pub day: NaiveDate,
    pub assumed: Option<Assumption>,
    /// No day was said, and the time of day has passed today.
    pub tomorrow: bool,
}

impl Frame {
    /// The person's own zone, as long as the message names none.
    pub fn new(now: DateTime<Utc>, zone: &Zone) -> Self {
        Self {
            now,
            zone: zone.clone(),
            zone_named: false,
            today: zone.wall(now).date(),
        }
    }

    /// The same moment, in a zone that the message names.
    pub fn named(&self, zone: &Zone) -> Self {
        Self {
            zone_named: true,
            ..Self::new(self.now, zone)
        }
    }

    pub fn is_ahead(&self, slot: &Slot) -> bool {
        slot.start >= self.now
    }

    /// `moment` of `time` on the day that was said; without one, on the next day that has it ahead. `None` beyond the calendar's end.
    pub fn place(&self, time: &SaidTime, moment: Moment, day: Option<Named>, length: TimeDelta) -> Option<Placed> {
        let today = self.today;
        let date = day.map_or(today, |day| day.date);
        // "today at midnight" is the end of today.
        let moment = if time.is_midnight && date == today {
            Moment { days: 1, ..moment }
        } else {
            moment
        };
        let on = |date| {
            let placed = self.on(date, moment, length)?;
            self.until_its_end(placed, time)
        };
        let placed = on(date)?;
        if self.is_ahead(&placed.slot) {
            return Some(placed);
        }
        match day {
            None => on(today.succ_opt()?).map(|placed| Placed {
                tomorrow: true,
                ..placed
            }),
            Some(Named { again: Some(again), .. }) => on(again),
            Some(_) => Some(placed),
        }
    }

    /// A stated end is the end that the clock on the wall shows, also where the clocks change in between.
    fn until_its_end(&self, mut placed: Placed, time: &SaidTime) -> Option<Placed> {
        if let Some(length) = time.length {
            let end = self.zone.wall(placed.slot.start).checked_add_signed(length)?;
            placed.slot.end = self.zone.settle(end);
        }
        Some(placed)
    }

    /// From a time on a day to one on another, as the clocks run in between: the shortest that is meant; `None` where it ends first.
    pub fn between(
        &self,
        (first, from): (NaiveDate, &SaidTime),
        (last, to): (NaiveDate, &SaidTime),
    ) -> Option<TimeDelta> {
        let at = |date, moment| {
            let placed = self.on(date, moment, TimeDelta::zero())?;
            Some(placed.slot.start)
        };
        let start = at(first, from.choice.first())?;
        let ends = to.choice.both().into_iter().filter_map(|moment| at(last, moment));
        ends.map(|end| end - start)
            .filter(|length| *length > TimeDelta::zero())
            .min()
    }

    /// The next moment at which a clock shows `time`, whichever half of the day is nearer: the end of "now until 8".
    pub fn next(&self, time: &SaidTime) -> Option<DateTime<Utc>> {
        let moments = time.choice.both().into_iter();
        let ends = moments.filter_map(|moment| self.place(time, moment, None, TimeDelta::zero()));
        ends.map(|placed| placed.slot.start).min()
    }

    fn on(&self, date: NaiveDate, moment: Moment, length: TimeDelta) -> Option<Placed> {
        let day = date.checked_add_days(Days::new(u64::from(moment.days)))?;
        let said = NaiveDateTime::new(day, moment.time);
        let (start, assumed) = match self.zone.instant(said) {
            Instant::Once(at) => (at, None),
            Instant::Gap { shifted } => (shifted, Some(Assumption::Gap { said })),
            Instant::Twice { first, .. } => (first, Some(Assumption::FirstOfTwo)),
        };
        let slot = self.slot(start, length)?;
        Some(Placed {
            slot,
            day,
            assumed,
            tomorrow: false,
        })
    }

    pub fn slot(&self, start: DateTime<Utc>, length: TimeDelta) -> Option<Slot> {
        let end = start.checked_add_signed(length)?;
        Some(Slot {
            start,
            end,
            zone: self.zone.clone(),
            zone_named: self.zone_named,
        })
    }

    /// What a time that has passed may have meant: a year on where a date was said, else the same time on the next day that has it
    /// ahead.
    pub fn later(&self, time: &SaidTime, moment: Moment, day: Option<Named>, length: TimeDelta) -> Vec<Slot> {
        let place = |date| {
            self.place(time, moment, Some(firm(date)), length)
                .map(|placed| placed.slot)
        };
        let year_on = day.and_then(|day| day.year_on).and_then(place);
        let next = [Some(self.today), self.today.succ_opt()]
            .into_iter()
            .flatten()
            .filter_map(place);
        year_on
            .into_iter()
            .chain(next.filter(|slot| self.is_ahead(slot)).take(1))
            .collect()
    }
}
