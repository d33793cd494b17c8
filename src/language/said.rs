//! Bringing the findings of a message together: the days, the times of day and the length it says, each once, or the doubt.
//! May import: chrono, `calendar`, `choose`, `extent`, `found`, `meaning`, `reading`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::calendar::{self, Named};
use super::choose::{self, Choice, Moment};
use super::extent;
use super::found::{Clock, Day, Face, Finding, Found, OfYear, Stretch};
use super::meaning::{Doubt, Policy, Puzzle, Slot, Span};
use super::reading::Reading;
use super::words::Part;

/// A day that was said.
pub(super) struct SaidDay {
    pub named: Named,
    pub span: Span,
    pub is_weekday: bool,
    /// A date of the calendar's.
    pub is_date: bool,
    /// One without its year.
    pub is_yearless: bool,
}

/// A time of day that was said, with its length when it has an end.
pub(super) struct SaidTime {
    pub choice: Choice,
    pub length: Option<TimeDelta>,
    pub span: Span,
    /// "midnight", which ends today and starts other days.
    pub is_midnight: bool,
}

/// The days that were said, without those that say the same: "Friday, 3 December" is one day.
pub(super) fn days(reading: &Reading, today: NaiveDate, policy: &Policy) -> Result<Vec<SaidDay>, Doubt> {
    let stretch = stretch(reading).map(|(stretch, _)| stretch);
    let mut days: Vec<SaidDay> = Vec::new();
    for Finding { found, span } in reading.findings() {
        let Found::Day(day) = found else { continue };
        let named = calendar::day(day, stretch, today, policy).ok_or_else(|| doubt(Puzzle::NoSuchDate, span))?;
        let day = SaidDay {
            named,
            span: span.clone(),
            is_weekday: matches!(day, Day::Weekday(..)),
            is_date: matches!(day, Day::Date { .. } | Day::Numeric { .. }),
            is_yearless: matches!(
                day,
                Day::Date { year: OfYear::Next, .. } | Day::Numeric { year: OfYear::Next, .. }
            ),
        };
        let day = by_weekday(day, &days);
        match days.iter_mut().find(|other| agree(other, &day)) {
            // The date says which Friday.
            Some(other) if other.is_weekday => *other = day,
            Some(_) => {}
            None => days.push(day),
        }
    }
    let begins = stretch
        .filter(|_| days.is_empty())
        .and_then(|of| extent::extent(of, today, policy));
    let start = days
        .first()
        .map(|day| day.named.date)
        .or(begins.map(|of| of.first.max(today)));
    if let Some(first) = first_of_many(reading, start.unwrap_or(today)) {
        days = vec![first];
    }
    Ok(days)
}

/// The first day of something that repeats, from `start` on.
fn first_of_many(reading: &Reading, start: NaiveDate) -> Option<SaidDay> {
    let (rule, span) = reading.findings().iter().find_map(|finding| match finding.found {
        Found::Repeat(rule) => Some((rule?, &finding.span)),
        _ => None,
    })?;
    let date = rule.first(start)?;
    let again = date.succ_opt().and_then(|next| rule.first(next));
    Some(SaidDay {
        named: Named {
            again,
            ..calendar::firm(date)
        },
        span: span.clone(),
        is_weekday: false,
        is_date: false,
        is_yearless: false,
    })
}

/// "Thursday 3/4": a weekday tells which number is the day.
fn by_weekday(day: SaidDay, days: &[SaidDay]) -> SaidDay {
    let Some(swapped) = day.named.swapped else { return day };
    let falls_on = |date: NaiveDate| {
        days.iter()
            .any(|other| other.is_weekday && (other.named.date - date).num_days() % 7 == 0)
    };
    let named = match (falls_on(day.named.date), falls_on(swapped)) {
        (true, false) => Named {
            swapped: None,
            ..day.named
        },
        (false, true) => calendar::firm(swapped),
        _ => day.named,
    };
    SaidDay { named, ..day }
}

/// The same day, or a weekday and a date that falls on it.
fn agree(one: &SaidDay, other: &SaidDay) -> bool {
    let days = (one.named.date - other.named.date).num_days();
    days == 0 || (one.is_weekday != other.is_weekday && days % 7 == 0)
}

/// At most so many of the slots, none twice.
pub(super) fn each_once(slots: impl Iterator<Item = Slot>, most: usize) -> Vec<Slot> {
    let mut each: Vec<Slot> = Vec::new();
    for slot in slots {
        if each.len() == most {
            break;
        }
        if !each.contains(&slot) {
            each.push(slot);
        }
    }
    each
}

/// "next week", "in May".
pub(super) fn stretch(reading: &Reading) -> Option<(&Stretch, &Span)> {
    reading.findings().iter().find_map(|finding| match &finding.found {
        Found::Stretch(stretch) => Some((stretch, &finding.span)),
        _ => None,
    })
}

/// "in three months": nobody counts days there.
pub(super) fn roughly(reading: &Reading) -> Option<&Span> {
    reading.findings().iter().find_map(|finding| match &finding.found {
        Found::Day(Day::Shifted(shift, of)) if shift.months != 0 && **of == Day::Away(0) => Some(&finding.span),
        _ => None,
    })
}

/// "… to Wednesday": the last of several days.
pub(super) fn through(reading: &Reading) -> Option<(&Stretch, &Span)> {
    reading.findings().iter().find_map(|finding| match &finding.found {
        Found::Through(last) => Some((last, &finding.span)),
        _ => None,
    })
}

/// The times of day that were said; more than one only when they differ.
pub(super) fn times(reading: &Reading, policy: &Policy) -> Result<Vec<SaidTime>, Doubt> {
    let reader = Times {
        reading,
        policy,
        part: part(reading),
    };
    let mut times: Vec<SaidTime> = Vec::new();
    let mut end = None;
    for Finding { found, span } in reading.findings() {
        let time = match found {
            Found::Clock(start) => reader.time(*start, None, span)?,
            Found::Range(start, end) => reader.time(*start, Some(*end), span)?,
            Found::Until(to) => {
                end = Some((*to, span));
                continue;
            }
            _ => continue,
        };
        if !times
            .iter()
            .any(|other| other.choice == time.choice && other.length == time.length)
        {
            times.push(time);
        }
    }
    if let (Some((to, span)), [time]) = (end, times.as_mut_slice()) {
        let (choice, length) = reader.pair(time.choice, to, span)?;
        (time.choice, time.length) = (choice, Some(length));
    }
    Ok(times)
}

/// "this time tomorrow": the time of day that `wall` shows.
pub(super) fn same_time(reading: &Reading, wall: NaiveDateTime) -> Option<SaidTime> {
    let mut findings = reading.findings().iter();
    let said = findings.find(|finding| matches!(finding.found, Found::SameTime))?;
    let time = NaiveTime::from_hms_opt(wall.hour(), wall.minute(), 0)?;
    Some(SaidTime {
        choice: Choice::Sure(Moment { time, days: 0 }),
        length: None,
        span: said.span.clone(),
        is_midnight: false,
    })
}

/// "before 4pm", and "until 4" said without the time of day that it starts at: any time until then.
pub(super) fn before(reading: &Reading, policy: &Policy) -> Option<SaidTime> {
    lone(reading, policy, |found| match found {
        Found::Before(clock) | Found::Until(clock) => Some(*clock),
        _ => None,
    })
}

/// "by 4": then at the latest.
pub(super) fn by(reading: &Reading, policy: &Policy) -> Option<SaidTime> {
    lone(reading, policy, |found| match found {
        Found::By(clock) => Some(*clock),
        _ => None,
    })
}

/// "until 4", said without the time of day that it starts at.
pub(super) fn end(reading: &Reading, policy: &Policy) -> Option<SaidTime> {
    lone(reading, policy, |found| match found {
        Found::Until(clock) => Some(*clock),
        _ => None,
    })
}

/// "1430", where that is all that is said.
pub(super) fn number(reading: &Reading, policy: &Policy) -> Option<SaidTime> {
    lone(reading, policy, |found| match *found {
        Found::Number(number @ 1000..2360) if !(1900..=2100).contains(&number) && number.is_multiple_of(5) => {
            let (hour, minute) = (number / 100, number % 100);
            let face = Face::Day;
            Some(Clock { hour, minute, face })
        }
        // "173000"
        Found::Number(number @ 100_000..240_000) if number % 100 == 0 && number / 100 % 100 < 60 => {
            let (hour, minute) = (number / 10_000, number / 100 % 100);
            let face = Face::Day;
            Some(Clock { hour, minute, face })
        }
        _ => None,
    })
}

fn lone(reading: &Reading, policy: &Policy, clock: fn(&Found) -> Option<Clock>) -> Option<SaidTime> {
    let part = part(reading);
    let reader = Times { reading, policy, part };
    reading
        .findings()
        .iter()
        .find_map(|finding| reader.time(clock(&finding.found)?, None, &finding.span).ok())
}

/// The part of the day that the message speaks of.
fn part(reading: &Reading) -> Option<Part> {
    reading.findings().iter().find_map(|finding| match finding.found {
        Found::Part(part, _) => Some(part),
        _ => None,
    })
}

struct Times<'a> {
    reading: &'a Reading,
    policy: &'a Policy,
    part: Option<Part>,
}

impl Times<'_> {
    fn time(&self, start: Clock, end: Option<Clock>, span: &Span) -> Result<SaidTime, Doubt> {
        let choice = self.choice(start, span)?;
        let (choice, length) = match end {
            Some(end) => self
                .pair(choice, end, span)
                .map(|(choice, length)| (choice, Some(length)))?,
            None => (choice, None),
        };
        Ok(SaidTime {
            choice,
            length,
            span: span.clone(),
            is_midnight: start.face == Face::Midnight,
        })
    }

    fn pair(&self, start: Choice, end: Clock, span: &Span) -> Result<(Choice, TimeDelta), Doubt> {
        // "tomorrow morning 11-1": the part of the day is that of the start.
        let end = choose::choose(end, None, self.reading.meal, &self.policy.workday)
            .ok_or_else(|| doubt(Puzzle::NoSuchTime, span))?;
        choose::pair(start, end).ok_or_else(|| doubt(Puzzle::EndBeforeStart, span))
    }

    fn choice(&self, clock: Clock, span: &Span) -> Result<Choice, Doubt> {
        choose::choose(clock, self.part, self.reading.meal, &self.policy.workday)
            .ok_or_else(|| doubt(Puzzle::NoSuchTime, span))
    }
}

/// The length that was said.
pub(super) fn length(reading: &Reading, policy: &Policy) -> Result<Option<TimeDelta>, Doubt> {
    let mut lengths = reading.findings().iter().filter_map(|finding| match finding.found {
        Found::Length(seconds) => Some((seconds.saturating_add(30) / 60, &finding.span)),
        _ => None,
    });
    let Some((minutes, span)) = lengths.next() else {
        return Ok(None);
    };
    if let Some((_, other)) = lengths.find(|(other, _)| *other != minutes) {
        return Err(doubt(Puzzle::SeveralTimes, other));
    }
    match minutes {
        0 => Err(doubt(Puzzle::NoLength, span)),
        _ if minutes > policy.longest => Err(doubt(Puzzle::TooLong, span)),
        _ => Ok(Some(TimeDelta::minutes(i64::from(minutes)))),
    }
}

/// A doubt without readings to choose from.
pub(super) fn doubt(puzzle: Puzzle, span: &Span) -> Doubt {
    Doubt {
        puzzle,
        span: span.clone(),
        options: Vec::new(),
    }
}
