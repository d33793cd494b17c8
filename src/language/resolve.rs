//! Settling what was said against a moment, a zone and a policy. May import: everything of the reader's, `zone`, chrono.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

use super::calendar::{self, Named};
use super::choose::{self, Choice, Moment};
use super::found::{Clock, Day, Face, Found, ZoneSaid};
use super::meaning::{Assumption, Doubt, Intent, Policy, Puzzle, Resolution, Slot, Span};
use super::reading::Reading;
use super::words::Part;
use crate::zone::{Instant, Zone};

/// What `reading` comes to when it was said at `now`. Days are counted in `zone`, the person's own; clocks are read in the zone that
/// the message names, else in `zone`.
pub fn resolve(reading: &Reading, now: DateTime<Utc>, zone: &Zone, policy: &Policy) -> Resolution {
    let mut work = Work::new(reading, now, zone, policy);
    work.requests();
    work.zones();
    let slot = work.slot();
    work.guests();
    let Work {
        mut doubts,
        assumptions,
        day,
        ..
    } = work;
    doubts.sort_by_key(|doubt| rank(doubt.puzzle));
    let slot = slot.filter(|_| doubts.is_empty());
    Resolution {
        assumptions: if slot.is_some() { assumptions } else { Vec::new() },
        slot,
        doubts,
        day,
    }
}

/// The order in which doubts are worth asking about: what the request is before when it is, and that before whom it is with.
fn rank(puzzle: Puzzle) -> usize {
    use Puzzle::{
        AmbiguousZone, BadAddress, EndBeforeStart, NoLength, NoSuchDate, NoSuchTime, NoTime, Past, Repeating,
        SeveralRequests, SeveralTimes, TooFar, TooLong, TooManyGuests, UnknownGuest, UnknownZone, WhichHalf,
    };
    let order = [
        SeveralRequests,
        Repeating,
        SeveralTimes,
        NoSuchDate,
        NoSuchTime,
        UnknownZone,
        AmbiguousZone,
        EndBeforeStart,
        NoLength,
        TooLong,
        Past,
        TooFar,
        WhichHalf,
        NoTime,
        BadAddress,
        UnknownGuest,
        TooManyGuests,
    ];
    order.iter().position(|known| *known == puzzle).unwrap_or(order.len())
}

/// What is being settled.
struct Work<'a> {
    reading: &'a Reading,
    now: DateTime<Utc>,
    policy: &'a Policy,
    /// The zone that clocks are read in.
    zone: Zone,
    zone_named: bool,
    /// The person's own day.
    today: NaiveDate,
    doubts: Vec<Doubt>,
    assumptions: Vec<Assumption>,
    day: Option<NaiveDate>,
    /// The zones that an ambiguous abbreviation may mean.
    zones: Vec<(Zone, Span)>,
}

/// The day that was said, where, and how it may shift.
type SaidDay = Option<(Named, Span)>;

/// A time of day that was said, with its length when it has an end.
struct SaidTime {
    choice: Choice,
    length: Option<TimeDelta>,
    span: Span,
    /// "midnight" of a day that is today is its end.
    is_midnight: bool,
}

impl<'a> Work<'a> {
    fn new(reading: &'a Reading, now: DateTime<Utc>, zone: &Zone, policy: &'a Policy) -> Self {
        Self {
            reading,
            now,
            policy,
            today: zone.wall(now).date(),
            zone: zone.clone(),
            zone_named: false,
            doubts: Vec::new(),
            assumptions: Vec::new(),
            day: None,
            zones: Vec::new(),
        }
    }

    fn doubt(&mut self, puzzle: Puzzle, span: Span) {
        self.doubt_between(puzzle, span, Vec::new());
    }

    fn doubt_between(&mut self, puzzle: Puzzle, span: Span, mut options: Vec<Slot>) {
        options.retain(|slot| slot.start >= self.now);
        options.truncate(3);
        self.doubts.push(Doubt { puzzle, span, options });
    }

    /// Where something is missing.
    fn end(&self) -> Span {
        let end = self.reading.text().len();
        end..end
    }

    fn find(&self, test: fn(&Found) -> bool) -> impl Iterator<Item = (&'a Found, &'a Span)> + use<'a> {
        let findings = self.reading.findings().iter();
        findings
            .filter(move |finding| test(&finding.found))
            .map(|finding| (&finding.found, &finding.span))
    }

    fn requests(&mut self) {
        if let Some((_, span)) = self.find(|found| matches!(found, Found::SecondRequest)).next() {
            self.doubt(Puzzle::SeveralRequests, span.clone());
        }
        if let Some((_, span)) = self.find(|found| matches!(found, Found::Repeat)).next() {
            self.doubt(Puzzle::Repeating, span.clone());
        }
    }

    fn zones(&mut self) {
        let said = self.find(|found| matches!(found, Found::Zone(_))).next();
        let Some((Found::Zone(said), span)) = said else {
            return;
        };
        match said {
            ZoneSaid::Known(zone) => {
                self.zone = zone.clone();
                self.zone_named = true;
            }
            ZoneSaid::Unknown => self.doubt(Puzzle::UnknownZone, span.clone()),
            ZoneSaid::OneOf(zones) => self.zones = zones.iter().map(|zone| (zone.clone(), span.clone())).collect(),
        }
    }

    fn guests(&mut self) {
        for (puzzle, test) in [
            (
                Puzzle::BadAddress,
                (|found| matches!(found, Found::BadAddress)) as fn(&Found) -> bool,
            ),
            (Puzzle::UnknownGuest, |found| matches!(found, Found::Mention)),
        ] {
            if let Some((_, span)) = self.find(test).next() {
                self.doubt(puzzle, span.clone());
            }
        }
        if let Some(first) = self.reading.attendees().nth(self.policy.guests) {
            self.doubt(Puzzle::TooManyGuests, first.span.clone());
        }
    }

    /// The slot that the words come to, as far as nothing stands in its way.
    fn slot(&mut self) -> Option<Slot> {
        let length = self.length();
        let day = self.said_day();
        if self.reading.is_relative() {
            return self.relative(length.ok()?);
        }
        let times = self.said_times();
        self.day = day
            .as_ref()
            .ok()
            .and_then(|day| day.as_ref())
            .map(|(named, _)| named.date);
        let (Ok(day), Ok(times), Ok(length)) = (day, times, length) else {
            return None;
        };
        let Some(time) = times.first() else {
            if self.reading.intent() == Intent::Book && self.doubts.is_empty() {
                self.doubt(Puzzle::NoTime, self.end());
            }
            return None;
        };
        if let [_, second, ..] = times.as_slice() {
            let options = times
                .iter()
                .filter_map(|time| self.place(time, time.choice.first(), day.as_ref(), length))
                .map(|placed| placed.slot)
                .collect();
            self.doubt_between(Puzzle::SeveralTimes, second.span.clone(), options);
            return None;
        }
        self.settle(time, day.as_ref(), length)
    }

    /// "in 2 hours": from now, to the minute.
    fn relative(&mut self, length: Option<TimeDelta>) -> Option<Slot> {
        let (Found::After(minutes), span) = self.find(|found| matches!(found, Found::After(_))).next()? else {
            return None;
        };
        let whole = self
            .now
            .with_second(0)
            .and_then(|now| now.with_nanosecond(0))
            .unwrap_or(self.now);
        let late = if *minutes == 0 && whole < self.now { 1 } else { 0 };
        let start = whole.checked_add_signed(TimeDelta::minutes(i64::from(*minutes) + late))?;
        let length = self.or_default(length);
        let slot = self.slot_at(start, length)?;
        self.day = Some(self.zone.wall(start).date());
        self.check(slot, span.clone())
    }

    /// The length that was said. `Err` when it is none to book.
    fn length(&mut self) -> Result<Option<TimeDelta>, ()> {
        let mut said = self.find(|found| matches!(found, Found::Length(_)));
        let (Some((Found::Length(minutes), span)), second) = (said.next(), said.next()) else {
            return Ok(None);
        };
        if *minutes == 0 {
            self.doubt(Puzzle::NoLength, span.clone());
            return Err(());
        }
        if let Some((_, other)) = second.filter(|(found, _)| **found != Found::Length(*minutes)) {
            self.doubt(Puzzle::SeveralTimes, other.clone());
            return Err(());
        }
        if *minutes > self.policy.longest {
            self.doubt(Puzzle::TooLong, span.clone());
            return Err(());
        }
        Ok(Some(TimeDelta::minutes(i64::from(*minutes))))
    }

    fn or_default(&mut self, length: Option<TimeDelta>) -> TimeDelta {
        length.unwrap_or_else(|| {
            self.assumptions.push(Assumption::Length(self.policy.length));
            TimeDelta::minutes(i64::from(self.policy.length))
        })
    }

    /// The one day that all words for days agree on.
    fn said_day(&mut self) -> Result<SaidDay, ()> {
        let mut said: SaidDay = None;
        for (found, span) in self.find(|found| matches!(found, Found::Day(_))) {
            let Found::Day(day) = found else { continue };
            let Some(named) = calendar::day(*day, self.today, self.policy) else {
                self.doubt(Puzzle::NoSuchDate, span.clone());
                return Err(());
            };
            let weekday = matches!(day, Day::Weekday(..));
            said = match said {
                None => Some((named, span.clone())),
                Some((first, _)) if first.date == named.date => Some((first, span.clone())),
                // "Friday, 3 December": the date says which Friday; "3 December" must be one.
                Some((first, at)) if weekday && same_weekday(first.date, named.date) => Some((first, at)),
                Some((first, _)) if same_weekday(first.date, named.date) && self.first_is_weekday() => {
                    Some((named, span.clone()))
                }
                Some((first, _)) => {
                    let options = self.on_days(&[first, named]);
                    self.doubt_between(Puzzle::SeveralTimes, span.clone(), options);
                    return Err(());
                }
            };
        }
        Ok(said)
    }

    fn first_is_weekday(&self) -> bool {
        let first = self.find(|found| matches!(found, Found::Day(_))).next();
        matches!(first, Some((Found::Day(Day::Weekday(..)), _)))
    }

    /// The time of day that was said, on each of several days.
    fn on_days(&mut self, days: &[Named]) -> Vec<Slot> {
        let doubts = self.doubts.len();
        let times = self.said_times().unwrap_or_default();
        self.doubts.truncate(doubts);
        let Some(time) = times.first() else {
            return Vec::new();
        };
        let place = |day: &Named| self.place(time, time.choice.first(), Some(&(*day, 0..0)), None);
        days.iter().filter_map(place).map(|placed| placed.slot).collect()
    }

    /// The times of day that were said; more than one only when they differ.
    fn said_times(&mut self) -> Result<Vec<SaidTime>, ()> {
        let part = self.part();
        let mut times: Vec<SaidTime> = Vec::new();
        let mut end = None;
        for (found, span) in self.find(|found| matches!(found, Found::Clock(_) | Found::Range(..) | Found::Until(_))) {
            let (start, to) = match found {
                Found::Clock(start) => (*start, None),
                Found::Range(start, to) => (*start, Some(*to)),
                Found::Until(to) => {
                    end = Some((*to, span));
                    continue;
                }
                _ => continue,
            };
            let time = self.said_time(start, to, part, span)?;
            if !times
                .iter()
                .any(|other| other.choice == time.choice && other.length == time.length)
            {
                times.push(time);
            }
        }
        if let (Some((to, span)), [time]) = (end, times.as_mut_slice()) {
            let end = self.choice(to, part, span)?;
            let (choice, length) = choose::pair(time.choice, end)
                .ok_or(())
                .or_else(|()| self.backwards(span))?;
            (time.choice, time.length) = (choice, Some(length));
        }
        Ok(times)
    }

    fn said_time(&mut self, start: Clock, end: Option<Clock>, part: Option<Part>, span: &Span) -> Result<SaidTime, ()> {
        let is_midnight = start.face == Face::Midnight;
        let mut choice = self.choice(start, part, span)?;
        let mut length = None;
        if let Some(end) = end {
            let end = self.choice(end, part, span)?;
            match choose::pair(choice, end) {
                Some((start, between)) => (choice, length) = (start, Some(between)),
                None => return self.backwards(span),
            }
        }
        Ok(SaidTime {
            choice,
            length,
            span: span.clone(),
            is_midnight,
        })
    }

    fn backwards<T>(&mut self, span: &Span) -> Result<T, ()> {
        self.doubt(Puzzle::EndBeforeStart, span.clone());
        Err(())
    }

    fn choice(&mut self, clock: Clock, part: Option<Part>, span: &Span) -> Result<Choice, ()> {
        choose::choose(clock, part, self.reading.meal, &self.policy.workday)
            .ok_or(())
            .map_err(|()| self.doubt(Puzzle::NoSuchTime, span.clone()))
    }

    /// The part of the day that the message speaks of.
    fn part(&self) -> Option<Part> {
        self.find(|found| matches!(found, Found::Part(_)))
            .find_map(|(found, _)| match found {
                Found::Part(part) => Some(*part),
                _ => None,
            })
    }

    /// Chooses the half, the day and the zone, and doubts what can't be chosen.
    fn settle(&mut self, time: &SaidTime, day: Option<&(Named, Span)>, length: Option<TimeDelta>) -> Option<Slot> {
        if self.ambiguous_zone(time, day, length) {
            return None;
        }
        let chosen = match time.choice {
            Choice::Sure(moment) => moment,
            Choice::Open(first, second) => {
                let options = [first, second]
                    .into_iter()
                    .filter_map(|moment| self.place(time, moment, day, length))
                    .map(|placed| placed.slot);
                let mut options: Vec<Slot> = options.collect();
                options.sort_by_key(|slot| slot.start < self.now);
                self.doubt_between(Puzzle::WhichHalf, time.span.clone(), options);
                return None;
            }
            Choice::Likely(first, second) => {
                let chosen = self.still_ahead(time, first, second, day, length);
                self.assumptions.push(Assumption::Half {
                    span: time.span.clone(),
                    chosen: chosen.time,
                });
                chosen
            }
        };
        let placed = self.place(time, chosen, day, length)?;
        self.assumptions.extend(placed.assumed.clone());
        if time.length.or(length).is_none() {
            self.or_default(None);
        }
        self.day = Some(placed.slot_day);
        let span = day.map_or(&time.span, |(_, span)| span).clone();
        if placed.slot.start < self.now {
            let options = self.same_time_later(time, chosen, placed.slot_day, length);
            self.doubt_between(Puzzle::Past, span, options);
            return None;
        }
        self.nearer(time, chosen, day, length);
        self.check(placed.slot, span)
    }

    /// "today at 9" said at half past ten can only be the evening.
    fn still_ahead(
        &self,
        time: &SaidTime,
        first: Moment,
        second: Moment,
        day: Option<&(Named, Span)>,
        length: Option<TimeDelta>,
    ) -> Moment {
        let ahead = |moment| {
            self.place(time, moment, day, length)
                .is_some_and(|placed| placed.slot.start >= self.now)
        };
        let firm = day.is_some_and(|(named, _)| named.again.is_none());
        if firm && !ahead(first) && ahead(second) {
            second
        } else {
            first
        }
    }

    /// The same time a year on, where that is what a date of the past may have meant, and on the next day that has it ahead.
    fn same_time_later(
        &self,
        time: &SaidTime,
        chosen: Moment,
        date: NaiveDate,
        length: Option<TimeDelta>,
    ) -> Vec<Slot> {
        let today = self.zone.wall(self.now).date();
        let year_on = date
            .checked_add_months(Months::new(12))
            .filter(|on| *on > today && date < today);
        let place = |date| {
            self.place(time, chosen, Some(&(calendar::firm(date), 0..0)), length)
                .map(|placed| placed.slot)
        };
        let next = [Some(today), today.succ_opt()]
            .into_iter()
            .flatten()
            .filter_map(place)
            .find(|slot| slot.start >= self.now);
        year_on.and_then(place).into_iter().chain(next).collect()
    }

    /// Says which nearer Friday "next Friday" was not.
    fn nearer(&mut self, time: &SaidTime, chosen: Moment, day: Option<&(Named, Span)>, length: Option<TimeDelta>) {
        let Some(date) = day.and_then(|(named, _)| named.nearer) else {
            return;
        };
        if let Some(placed) = self.place(time, chosen, Some(&(calendar::firm(date), 0..0)), length) {
            self.assumptions.push(Assumption::NextWeek { nearer: placed.slot });
        }
    }

    /// One option for each zone that the abbreviation may mean.
    fn ambiguous_zone(&mut self, time: &SaidTime, day: Option<&(Named, Span)>, length: Option<TimeDelta>) -> bool {
        let zones = std::mem::take(&mut self.zones);
        let Some((_, span)) = zones.first().cloned() else {
            return false;
        };
        let own = self.zone.clone();
        self.zone_named = true;
        let mut options = Vec::new();
        for (zone, _) in zones {
            self.zone = zone;
            options.extend(
                self.place(time, time.choice.first(), day, length)
                    .map(|placed| placed.slot),
            );
        }
        (self.zone, self.zone_named) = (own, false);
        self.doubt_between(Puzzle::AmbiguousZone, span, options);
        true
    }

    /// The instant of a time of day on the day that was said, or on the next that still has it ahead.
    fn place(
        &self,
        time: &SaidTime,
        moment: Moment,
        day: Option<&(Named, Span)>,
        length: Option<TimeDelta>,
    ) -> Option<Placed> {
        let length = time
            .length
            .or(length)
            .unwrap_or(TimeDelta::minutes(i64::from(self.policy.length)));
        let here = self.zone.wall(self.now).date();
        let date = day.map_or(here, |(named, _)| named.date);
        // "today at midnight" is the end of today.
        let moment = if time.is_midnight && date == here {
            Moment { days: 1, ..moment }
        } else {
            moment
        };
        let placed = self.place_on(date, moment, length)?;
        if placed.slot.start >= self.now {
            return Some(placed);
        }
        match day {
            None => {
                let mut placed = self.place_on(date.succ_opt()?, moment, length)?;
                placed.assumed.insert(0, Assumption::Tomorrow);
                Some(placed)
            }
            Some((Named { again: Some(again), .. }, _)) => self.place_on(*again, moment, length),
            Some(_) => Some(placed),
        }
    }

    fn place_on(&self, date: NaiveDate, moment: Moment, length: TimeDelta) -> Option<Placed> {
        let date = date.checked_add_days(Days::new(u64::try_from(moment.days).unwrap_or(0)))?;
        let said = NaiveDateTime::new(date, moment.time);
        let (start, assumed) = match self.zone.instant(said) {
            Instant::Once(at) => (at, None),
            Instant::Gap { shifted } => (shifted, Some(Assumption::Gap { said })),
            Instant::Twice { first, .. } => (first, Some(Assumption::FirstOfTwo)),
        };
        let slot = self.slot_at(start, length)?;
        Some(Placed {
            slot,
            slot_day: date,
            assumed: assumed.into_iter().collect(),
        })
    }

    fn slot_at(&self, start: DateTime<Utc>, length: TimeDelta) -> Option<Slot> {
        let end = start.checked_add_signed(length)?;
        Some(Slot {
            start,
            end,
            zone: self.zone.clone(),
            zone_named: self.zone_named,
        })
    }

    /// The last bounds: how long, how far.
    fn check(&mut self, slot: Slot, span: Span) -> Option<Slot> {
        if slot.end - slot.start > TimeDelta::minutes(i64::from(self.policy.longest)) {
            self.doubt(Puzzle::TooLong, span);
            return None;
        }
        if slot.start - self.now > TimeDelta::days(i64::from(self.policy.furthest)) {
            self.doubt(Puzzle::TooFar, span);
            return None;
        }
        Some(slot)
    }
}

/// A slot on the day that was meant, and what it took to get there.
struct Placed {
    slot: Slot,
    slot_day: NaiveDate,
    assumed: Vec<Assumption>,
}

fn same_weekday(a: NaiveDate, b: NaiveDate) -> bool {
    (a - b).num_days() % 7 == 0
}
