//! What repeats, and how: a rule as it was said, and the RFC 5545 rule that it comes to. May import: chrono, `found`, `meaning`, `calendar`, `reading`, `window`.

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday, WeekdaySet};

use super::calendar;
use super::extent;
use super::found::{Day, Found, Grain, Stretch};
use super::meaning::Policy;
use super::reading::Reading;
use super::said;
use super::window::Window;

/// The unit that a rule counts in (RFC 5545, section 3.3.10, `FREQ`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// How something repeats, as it was said. An empty set leaves the choice to the first occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub frequency: Frequency,
    /// Every so many days, weeks, …; at least 1.
    pub interval: u32,
    pub weekdays: WeekdaySet,
    /// Which of the `weekdays` of a month.
    pub places: Places,
    /// The days of a month.
    pub month_days: Places,
    /// The month of a year, 1 to 12.
    pub month: Option<u32>,
}

/// A set of places in a month: 1 to 31, and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Places(u32);

/// When a repetition ends, as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// After so many occurrences.
    Times(u32),
    /// So long after the first one: "for 6 weeks".
    After { months: u32, days: u32 },
    /// With that day.
    Until(Day),
    /// Before a month begins ("until June"), or with it ("through June").
    Month { month: u32, included: bool },
}

/// A rule with its end, fit for a calendar; it prints as an `RRULE` line of RFC 5545, section 3.8.5.3.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrence {
    pub rule: Rule,
    pub ends: Option<Ends>,
    /// Occurrences that are left out.
    pub except: Vec<Except>,
}

/// An occurrence that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Except {
    At(DateTime<Utc>),
    /// Of something that has no time of day.
    On(NaiveDate),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// After so many occurrences.
    Count(u32),
    /// No occurrence starts later than this.
    Until(DateTime<Utc>),
    /// The last day of something that has no time of day.
    On(NaiveDate),
}

/// The rule that `reading` names, whose first occurrence is `first`; `None` when it names none.
pub fn recurrence(reading: &Reading, first: &Window, policy: &Policy) -> Option<Recurrence> {
    let rule = reading.rule()?;
    let ending = reading.findings().iter().find_map(|finding| match &finding.found {
        Found::Ending(ending) => Some(ending),
        _ => None,
    });
    let ends = ending.and_then(|ending| match ending {
        Ending::Times(times) => Some(Ends::Count(*times)),
        _ => ends_with(first, last_day(ending, first.zone.wall(first.start).date(), policy)?),
    });
    let ends = ends.or_else(|| within(reading, first, policy));
    let except = exceptions(reading, first, policy);
    Some(Recurrence { rule, ends, except })
}

/// No occurrence is later than that day.
fn ends_with(first: &Window, last: NaiveDate) -> Option<Ends> {
    Some(match first.grain {
        Grain::Minute => {
            let end = first.zone.settle(last.succ_opt()?.and_time(NaiveTime::MIN));
            Ends::Until(end - TimeDelta::seconds(1))
        }
        _ => Ends::On(last),
    })
}

/// The end of "every day next week"; "starting next week" has none.
fn within(reading: &Reading, first: &Window, policy: &Policy) -> Option<Ends> {
    let (stretch, span) = said::stretch(reading)?;
    let starts = ["start", "begin", "from", "since", "as of"];
    let opens = starts
        .iter()
        .any(|word| reading.quote(span).to_ascii_lowercase().starts_with(word));
    let Stretch::Away(grain, _) = *stretch else { return None };
    if opens {
        return None;
    }
    // The first one lies in it.
    let date = first.zone.wall(first.start).date();
    let last = extent::extent(&Stretch::Away(grain, 0), date, policy)?.last;
    ends_with(first, last)
}

fn exceptions(reading: &Reading, first: &Window, policy: &Policy) -> Vec<Except> {
    let start = first.zone.wall(first.start);
    let days = reading.findings().iter().filter_map(|finding| match &finding.found {
        Found::Except(day) => calendar::day(day, None, start.date(), policy),
        _ => None,
    });
    let except = days.map(|day| match first.grain {
        Grain::Minute => Except::At(first.zone.settle(day.date.and_time(start.time()))),
        _ => Except::On(day.date),
    });
    except.collect()
}

/// The last day on which something that starts on `first` may happen.
fn last_day(ending: &Ending, first: NaiveDate, policy: &Policy) -> Option<NaiveDate> {
    match *ending {
        Ending::Times(_) => None,
        Ending::After { months, days } => first
            .checked_add_months(Months::new(months))?
            .checked_add_days(Days::new(u64::from(days)))?
            .pred_opt(),
        Ending::Until(ref day) => calendar::day(day, None, first, policy).map(|named| named.date),
        Ending::Month { month, included } => {
            let begins = |year| NaiveDate::from_ymd_opt(year, month, 1);
            let this_year = begins(first.year())?;
            let begins_next = if included {
                this_year + Months::new(1)
            } else {
                this_year
            };
            let ends = if begins_next > first {
                begins_next
            } else {
                begins_next.checked_add_months(Months::new(12))?
            };
            ends.pred_opt()
        }
    }
}

impl Rule {
    /// Every day, week, …
    pub fn every(frequency: Frequency, interval: u32) -> Self {
        Self {
            frequency,
            interval: interval.max(1),
            weekdays: WeekdaySet::EMPTY,
            places: Places::default(),
            month_days: Places::default(),
            month: None,
        }
    }

    /// The first day from `from` on that the rule names.
    pub(super) fn first(&self, from: NaiveDate) -> Option<NaiveDate> {
        // Eight years hold a 29 February.
        from.iter_days().take(366 * 8).find(|date| self.falls_on(*date))
    }

    fn falls_on(&self, date: NaiveDate) -> bool {
        let in_month = self.month.is_none_or(|month| month == date.month());
        let on_weekday = self.weekdays.is_empty() || self.weekdays.contains(date.weekday());
        let on_day = self.month_days.is_empty() || self.month_days.holds(date.day(), is_last(date, 1));
        in_month && on_weekday && on_day && self.in_place(date)
    }

    fn in_place(&self, date: NaiveDate) -> bool {
        if self.places.is_empty() {
            return true;
        }
        if self.weekdays.len() == 1 {
            return self.places.holds(date.day().div_ceil(7), is_last(date, 7));
        }
        // "the first weekday of the month"
        let among = |days: &mut dyn Iterator<Item = NaiveDate>| {
            days.take_while(|day| day.month() == date.month())
                .filter(|day| self.weekdays.contains(day.weekday()))
                .count()
        };
        let before = among(&mut date.iter_days().rev().take(31));
        let after = among(&mut date.iter_days().take(31));
        self.places.holds(u32::try_from(before).unwrap_or(0), after == 1)
    }
}

/// No more than `days` later it is another month.
fn is_last(date: NaiveDate, days: u64) -> bool {
    date.checked_add_days(Days::new(days))
        .is_none_or(|later| later.month() != date.month())
}

impl Places {
    pub(super) const LAST: Self = Self(1);

    /// The place `number`, if a month has it.
    pub(super) fn at(number: u32) -> Option<Self> {
        (1..=31).contains(&number).then(|| Self(1 << number))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn holds(self, number: u32, is_last: bool) -> bool {
        self.0 & (1 << number) != 0 || is_last && self.0 & Self::LAST.0 != 0
    }

    /// The places in order; the last one is -1.
    pub fn numbers(self) -> impl Iterator<Item = i32> {
        let numbers = (1..=31).filter(move |number| self.0 & (1 << number) != 0);
        numbers.chain((self.0 & Self::LAST.0 != 0).then_some(-1))
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RRULE:{}", self.rule)?;
        match self.ends {
            None => {}
            Some(Ends::Count(count)) => write!(f, ";COUNT={count}")?,
            // UNTIL is in UTC where the start has a zone, and a date where it is one (section 3.3.10).
            Some(Ends::Until(until)) => write!(f, ";UNTIL={}", until.format("%Y%m%dT%H%M%SZ"))?,
            Some(Ends::On(last)) => write!(f, ";UNTIL={}", last.format("%Y%m%d"))?,
        }
        // Lines of their own (section 3.8.5.1).
        for except in &self.except {
            match except {
                Except::At(at) => write!(f, "\nEXDATE:{}", at.format("%Y%m%dT%H%M%SZ"))?,
                Except::On(date) => write!(f, "\nEXDATE;VALUE=DATE:{}", date.format("%Y%m%d"))?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.frequency {
            Frequency::Hourly => "FREQ=HOURLY",
            Frequency::Daily => "FREQ=DAILY",
            Frequency::Weekly => "FREQ=WEEKLY",
            Frequency::Monthly => "FREQ=MONTHLY",
            Frequency::Yearly => "FREQ=YEARLY",
        })?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(month) = self.month {
            write!(f, ";BYMONTH={month}")?;
        }
        list(f, ";BYMONTHDAY=", self.month_days.numbers())?;
        let days = self.weekdays.iter(Weekday::Mon).map(code);
        match (self.places.is_empty(), self.weekdays.len()) {
            (true, _) => list(f, ";BYDAY=", days),
            (false, 1) => {
                let day = self.weekdays.first().map_or("", code);
                list(f, ";BYDAY=", self.places.numbers().map(|place| format!("{place}{day}")))
            }
            (false, _) => {
                list(f, ";BYDAY=", days)?;
                list(f, ";BYSETPOS=", self.places.numbers())
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, items: impl Iterator<Item = impl fmt::Display>) -> fmt::Result {
    for (n, item) in items.enumerate() {
        write!(f, "{}{item}", if n == 0 { name } else { "," })?;
    }
    Ok(())
}

fn code(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
