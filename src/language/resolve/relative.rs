//! Times that are counted from now. May import: what `resolve` may.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::Settling;
use crate::language::meaning::{Assumption, Doubt, Puzzle, Slot, Span};
use crate::language::said::{SaidTime, doubt};

impl Settling<'_> {
    /// "in 2 hours": from now, to the minute.
    pub(super) fn relative(
        &mut self,
        minutes: i32,
        span: &Span,
        length: Option<TimeDelta>,
        until: Option<&SaidTime>,
    ) -> Result<Slot, Doubt> {
        let now = self.frame.now;
        let minute = now.with_second(0).and_then(|now| now.with_nanosecond(0)).unwrap_or(now);
        // "now" is the minute that comes, since the one that runs has passed.
        let round = i64::from(minutes == 0 && minute < now);
        let start = minute.checked_add_signed(TimeDelta::minutes(i64::from(minutes) + round));
        if minutes < 0 {
            return Err(doubt(Puzzle::Past, span));
        }
        let length = match (length, start, until) {
            (None, Some(start), Some(until)) => Some(self.until(start, until)?),
            _ => length,
        };
        if length.is_none() {
            self.assumptions.push(Assumption::Length(self.policy.length));
        }
        let slot = start.and_then(|start| self.frame.slot(start, length.unwrap_or(self.default_length())));
        let slot = slot.ok_or_else(|| doubt(Puzzle::TooFar, span))?;
        self.day = Some(self.frame.zone.wall(slot.start).date());
        self.bounded(slot, span)
    }

    /// "now until 5": the length that the end gives.
    fn until(&self, start: DateTime<Utc>, until: &SaidTime) -> Result<TimeDelta, Doubt> {
        let length = self.frame.next(until).map(|end| end - start);
        length
            .filter(|length| *length > TimeDelta::zero() && *length <= TimeDelta::hours(12))
            .ok_or_else(|| doubt(Puzzle::EndBeforeStart, &until.span))
    }
}
