//! Settling what was said against a moment, a zone and a policy. May import: everything of the reader's, `zone`, chrono.

mod relative;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};

use super::calendar::{self, Named};
use super::choose::{Choice, Moment};
use super::found::{Found, Stretch, ZoneSaid};
use super::invited;
use super::meaning::{Assumption, Doubt, Intent, Policy, Puzzle, Resolution, Slot, Span};
use super::place::Frame;
use super::reading::Reading;
use super::said::{self, SaidDay, SaidTime, doubt};
use super::soonest::soonest;
use crate::zone::Zone;

/// A doubt offers at most so many readings.
const OPTIONS: usize = 3;

/// What `reading` comes to when it was said at `now`. Days are counted in `zone`, the person's own; clocks are read in the zone that
/// the message names, else in `zone`.
pub fn resolve(reading: &Reading, now: DateTime<Utc>, zone: &Zone, policy: &Policy) -> Resolution {
    let frame = Frame::new(now, zone);
    let mut settling = Settling {
        reading,
        policy,
        today: frame.today,
        frame,
        doubts: Vec::new(),
        assumptions: Vec::new(),
        day: None,
    };
    let slot = settling.run();
    let Settling {
        mut doubts,
        assumptions,
        day,
        ..
    } = settling;
    doubts.sort_by_key(|doubt| doubt.puzzle);
    match slot.filter(|_| doubts.is_empty()) {
        Some(slot) => Resolution {
            slot: Some(slot),
            doubts,
            assumptions,
            day,
        },
        // Whichever option is chosen, the length and the guests are those assumed; the rest was for a slot that may not be chosen.
        None => Resolution {
            slot: None,
            doubts,
            assumptions: assumptions
                .into_iter()
                .filter(|assumption| matches!(assumption, Assumption::Length(_) | Assumption::Uninvited { .. }))
                .collect(),
            day,
        },
    }
}

struct Settling<'a> {
    reading: &'a Reading,
    policy: &'a Policy,
    /// The person's own day.
    today: NaiveDate,
    frame: Frame,
    doubts: Vec<Doubt>,
    assumptions: Vec<Assumption>,
    day: Option<NaiveDate>,
}

/// What was said about when, each at most once.
struct When {
    day: Option<SaidDay>,
    time: SaidTime,
    length: TimeDelta,
}

impl When {
    fn named(&self) -> Option<Named> {
        self.day.as_ref().map(|day| day.named)
    }

    /// The words to quote when the day won't do.
    fn span(&self) -> &Span {
        self.day.as_ref().map_or(&self.time.span, |day| &day.span)
    }
}

impl<'a> Settling<'a> {
    fn run(&mut self) -> Option<Slot> {
        // Whatever else is open, these make it another request.
        if let Some((_, span)) = self.find(|found| matches!(found, Found::SecondRequest)) {
            self.doubts.push(doubt(Puzzle::SeveralRequests, span));
            return None;
        }
        if let Some((_, span)) = self.find(|found| matches!(found, Found::Repeat(_))) {
            // The first occurrence can be booked.
            let first = self.when().ok().flatten();
            self.doubts.push(Doubt {
                options: first.into_iter().collect(),
                ..doubt(Puzzle::Repeating, span)
            });
            return None;
        }
        self.doubts.extend(invited::doubts(self.reading, self.policy));
        self.assumptions.extend(invited::without_address(self.reading));
        let slot = self.when();
        slot.unwrap_or_else(|doubt| {
            self.doubts.push(doubt);
            None
        })
    }

    fn find(&self, test: fn(&Found) -> bool) -> Option<(&'a Found, &'a Span)> {
        let mut findings = self.reading.findings().iter();
        findings
            .find(|finding| test(&finding.found))
            .map(|finding| (&finding.found, &finding.span))
    }

    /// The slot that the words come to; `None` when they say no time and need not.
    fn when(&mut self) -> Result<Option<Slot>, Doubt> {
        let zones = self.zones()?;
        let length = said::length(self.reading, self.policy)?;
        let after = self.find(|found| matches!(found, Found::After(_)));
        if let (Some((Found::After(minutes), span)), true) = (after, self.reading.is_relative()) {
            let until = said::end(self.reading, self.policy);
            return self.relative(*minutes, span, length, until.as_ref()).map(Some);
        }
        let mut days = said::days(self.reading, self.today, self.policy)?;
        self.day = days.first().map(|day| day.named.date).filter(|_| days.len() == 1);
        let mut times = said::times(self.reading, self.policy)?;
        if times.is_empty() {
            times.extend(said::same_time(self.reading, self.frame.zone.wall(self.frame.now)));
        }
        if let Some((last, span)) = said::through(self.reading) {
            let over_night = self
                .over_night(last, days, times)
                .ok_or_else(|| doubt(Puzzle::TooLong, span))?;
            return self.settle(&over_night).map(Some);
        }
        if length.is_none() && times.iter().all(|time| time.length.is_none()) {
            self.assumptions.push(Assumption::Length(self.policy.length));
        }
        // "Friday 5pm all day", "3pm for half a day"
        if let (true, Some(span)) = (!times.is_empty() && length.is_some(), self.whole_days()) {
            return Err(doubt(Puzzle::SeveralTimes, span));
        }
        if let Some(several) = self.several(&days, &times, length) {
            return Err(several);
        }
        let day = days.pop();
        let books = self.reading.intent() == Intent::Book;
        if let (None, true, Some((_, span))) = (&day, books, said::stretch(self.reading)) {
            return Err(doubt(Puzzle::NoDay, span));
        }
        if let (true, Some(span)) = (books, said::roughly(self.reading)) {
            return Err(doubt(Puzzle::NoDay, span));
        }
        let Some(time) = times.pop() else {
            let end = self.reading.text().len();
            // What was said is quoted: "Friday: at what time?", "before 5pm: at what time?"
            let open = self.find(|found| {
                matches!(
                    found,
                    Found::Before(_) | Found::By(_) | Found::Within(_) | Found::Shift(_)
                )
            });
            let soon = self.find(|found| matches!(found, Found::Earliest));
            if let (true, None, Some((_, span))) = (books, open, soon) {
                let date = day.map(|day| day.named.date);
                let length = length.unwrap_or(self.default_length());
                return Err(Doubt {
                    options: soonest(&self.frame, date, length, self.policy),
                    ..doubt(Puzzle::NoTime, span)
                });
            }
            let span = open.map(|(_, span)| span.clone()).or(day.map(|day| day.span));
            let span = span.unwrap_or(end..end);
            return if books {
                Err(doubt(Puzzle::NoTime, &span))
            } else {
                Ok(None)
            };
        };
        let length = time.length.or(length).unwrap_or(self.default_length());
        let when = When { day, time, length };
        if let Some((zones, span)) = zones {
            return Err(self.which_zone(zones, span, &when));
        }
        self.settle(&when).map(Some)
    }

    /// "Friday 10pm to Saturday 2am"; `None` for what lasts longer than a meeting may.
    fn over_night(&self, last: &Stretch, mut days: Vec<SaidDay>, times: Vec<SaidTime>) -> Option<When> {
        let (Stretch::Day(last), Ok([from, to]), ..=1) = (last, <[SaidTime; 2]>::try_from(times), days.len()) else {
            return None;
        };
        let day = days.pop();
        let first = day.as_ref().map_or(self.today, |day| day.named.date);
        let ends_on = |today| calendar::day(last, None, today, self.policy).map(|day| day.date);
        // Weekdays are counted from the first of the days.
        let last = ends_on(self.today)
            .filter(|last| *last > first)
            .or_else(|| ends_on(first))?;
        let length = self.frame.between((first, &from), (last, &to))?;
        let longest = TimeDelta::minutes(i64::from(self.policy.longest));
        let time = from;
        (length <= longest).then_some(When { day, time, length })
    }

    /// Takes on the zone that the message names; gives those that an ambiguous name may mean.
    fn zones(&mut self) -> Result<Option<(&'a [Zone], &'a Span)>, Doubt> {
        match self.find(|found| matches!(found, Found::Zone(_))) {
            Some((Found::Zone(ZoneSaid::Known(zone)), _)) => {
                self.frame = self.frame.named(zone);
                Ok(None)
            }
            Some((Found::Zone(ZoneSaid::OneOf(zones)), span)) => Ok(Some((zones, span))),
            Some((_, span)) => Err(doubt(Puzzle::UnknownZone, span)),
            None => Ok(None),
        }
    }

    /// A length that is told in days goes with no time of day.
    fn whole_days(&self) -> Option<&'a Span> {
        let (_, span) = self.find(|found| matches!(found, Found::Length(_)))?;
        self.reading
            .quote(span)
            .to_ascii_lowercase()
            .contains("day")
            .then_some(span)
    }

    fn default_length(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.policy.length))
    }

    /// The doubt about days, times or lengths that don't agree.
    fn several(&self, days: &[SaidDay], times: &[SaidTime], length: Option<TimeDelta>) -> Option<Doubt> {
        let ends_twice = times
            .first()
            .filter(|time| time.length.is_some() && length.is_some() && time.length != length);
        let waits = self
            .find(|found| matches!(found, Found::After(minutes) if *minutes != 0))
            .map(|(_, span)| span);
        let span = times.get(1).map(|time| &time.span);
        let span = span.or_else(|| days.get(1).map(|day| &day.span));
        let span = span.or(ends_twice.map(|time| &time.span)).or(waits);
        let loose = self.find(|found| matches!(found, Found::Loose));
        let span = span.or(loose.map(|(_, span)| span))?;
        // Both are quoted.
        let first = times.get(1).and(times.first()).map(|time| &time.span);
        let first = first.or_else(|| days.get(1).and(days.first()).map(|day| &day.span));
        let span = &first.map_or(span.clone(), |first| {
            first.start.min(span.start)..first.end.max(span.end)
        });
        let named: Vec<Option<Named>> = if days.is_empty() {
            vec![None]
        } else {
            days.iter().map(|day| Some(day.named)).collect()
        };
        // "tomorrow at 2 or Friday at 3": each day has its own time. Otherwise every day goes with every time.
        let pairs: Vec<_> = if named.len() == times.len() {
            named.iter().zip(times).collect()
        } else {
            named
                .iter()
                .flat_map(|day| times.iter().map(move |time| (day, time)))
                .collect()
        };
        let options = pairs.into_iter().filter_map(|(day, time)| {
            let length = time.length.or(length).unwrap_or(self.default_length());
            self.frame
                .place(time, time.choice.first(), *day, length)
                .map(|placed| placed.slot)
        });
        Some(self.choice_of(Puzzle::SeveralTimes, span, options))
    }

    fn choice_of(&self, puzzle: Puzzle, span: &Span, options: impl Iterator<Item = Slot>) -> Doubt {
        let ahead = options.filter(|slot| self.frame.is_ahead(slot));
        Doubt {
            puzzle,
            span: span.clone(),
            options: said::each_once(ahead, OPTIONS),
        }
    }

    /// One reading for each zone that the abbreviation may mean.
    fn which_zone(&self, zones: &[Zone], span: &Span, when: &When) -> Doubt {
        let options = zones.iter().filter_map(|zone| {
            let frame = self.frame.named(zone);
            frame
                .place(&when.time, when.time.choice.first(), when.named(), when.length)
                .map(|placed| placed.slot)
        });
        self.choice_of(Puzzle::AmbiguousZone, span, options)
    }

    /// Chooses the half of the day and places it, or doubts.
    fn settle(&mut self, when: &When) -> Result<Slot, Doubt> {
        if let Some(doubt) = self.which_date(when) {
            return Err(doubt);
        }
        let place = |moment| self.frame.place(&when.time, moment, when.named(), when.length);
        let chosen = match when.time.choice {
            Choice::Sure(moment) => moment,
            Choice::Open(first, second) => {
                let options = [first, second].into_iter().filter_map(place).map(|placed| placed.slot);
                return Err(self.choice_of(Puzzle::WhichHalf, &when.time.span, options));
            }
            Choice::Likely(first, second) => {
                let chosen = self.still_ahead(when, first, second);
                // "at 9" taken as 09:00 is what was written.
                if chosen.time.hour() > 12 {
                    let span = when.time.span.clone();
                    self.assumptions.push(Assumption::Half {
                        span,
                        chosen: chosen.time,
                    });
                }
                chosen
            }
        };
        let place = |day| self.frame.place(&when.time, chosen, day, when.length);
        let placed = place(when.named()).ok_or_else(|| doubt(Puzzle::TooFar, when.span()))?;
        self.day = Some(placed.day);
        if !self.frame.is_ahead(&placed.slot) {
            let later = self.frame.later(&when.time, chosen, when.named(), when.length);
            return Err(self.choice_of(Puzzle::Past, when.span(), later.into_iter()));
        }
        let nearer = when
            .named()
            .and_then(|day| day.nearer)
            .and_then(|date| place(Some(calendar::firm(date))));
        let tomorrow = placed.tomorrow.then_some(Assumption::Tomorrow);
        let nearer = nearer.map(|nearer| Assumption::NextWeek { nearer: nearer.slot });
        self.assumptions
            .extend([tomorrow, nearer, placed.assumed].into_iter().flatten());
        self.bounded(placed.slot, when.span())
    }

    /// "3/4 at 3pm": both dates, at the time that was said.
    fn which_date(&self, when: &When) -> Option<Doubt> {
        let named = when.named()?;
        let other = calendar::firm(named.swapped?);
        let moment = when.time.choice.first();
        let place = |day| self.frame.place(&when.time, moment, Some(day), when.length);
        let options = [named, other].into_iter().filter_map(place).map(|placed| placed.slot);
        Some(self.choice_of(Puzzle::WhichDate, when.span(), options))
    }

    /// "today at 9" said at half past ten can only be the evening.
    fn still_ahead(&self, when: &When, first: Moment, second: Moment) -> Moment {
        let place = |moment| self.frame.place(&when.time, moment, when.named(), when.length);
        let ahead = |moment| place(moment).is_some_and(|placed| self.frame.is_ahead(&placed.slot));
        let firm = when.named().is_some_and(|day| day.again.is_none());
        if firm && !ahead(first) && ahead(second) {
            second
        } else {
            first
        }
    }

    /// The last bounds: how long, how far.
    fn bounded(&self, slot: Slot, span: &Span) -> Result<Slot, Doubt> {
        if slot.end - slot.start > TimeDelta::minutes(i64::from(self.policy.longest)) {
            return Err(doubt(Puzzle::TooLong, span));
        }
        if slot.start - self.frame.now > TimeDelta::days(i64::from(self.policy.furthest)) {
            return Err(doubt(Puzzle::TooFar, span));
        }
        Ok(slot)
    }
}
