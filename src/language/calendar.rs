//! Which day is meant, counted from today. May import: chrono's civil dates, `extent`, `found`, `holiday`, `meaning`.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

use super::extent::{self, Extent};
use super::found::{Day, Grain, OfYear, Shift, Stretch, Which};
use super::holiday::Holiday;
use super::meaning::{DateOrder, Policy};

/// A day that words name, and how firmly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub date: NaiveDate,
    /// The day to take when the time of day has passed on `date`: a week later for "Friday" said on a Friday.
    pub again: Option<NaiveDate>,
    /// A nearer day of the same name that the policy passed over.
    pub nearer: Option<NaiveDate>,
    /// The date of that name a year on, where the calendar's date was said.
    pub year_on: Option<NaiveDate>,
    /// The date with day and month the other way round, where nobody knows which was meant.
    pub swapped: Option<NaiveDate>,
}

/// The day meant; `None` when the calendar has no such day ("30 February").
///
/// `stretch` may say which week a weekday is of ("Tuesday at 3 next week").
pub(super) fn day(day: &Day, stretch: Option<&Stretch>, today: NaiveDate, policy: &Policy) -> Option<Named> {
    match *day {
        Day::Away(days) => today.checked_add_signed(TimeDelta::try_days(days)?).map(firm),
        Day::Weekday(weekday, Which::Bare) => {
            let which = match stretch {
                Some(Stretch::Away(Grain::Week | Grain::Weekend, weeks)) if *weeks != 0 => Which::Week(*weeks),
                _ => Which::Bare,
            };
            Some(named(weekday, which, today, policy))
        }
        Day::Workday(count) => Some(firm(workdays_on(today, count))),
        Day::Weekday(weekday, which) => Some(named(weekday, which, today, policy)),
        Day::Date { year, month, day } => {
            // "next year on May 5"
            let year = match (year, stretch) {
                (OfYear::Next, Some(Stretch::Away(Grain::Year, years))) => OfYear::Away(i32::try_from(*years).ok()?),
                _ => year,
            };
            date(year, month, day, today)
        }
        Day::Numeric { year, first, second } => {
            let (day, month) = if policy.date_order == DateOrder::DayFirst {
                (first, second)
            } else {
                (second, first)
            };
            // A month beyond twelve was meant as the day.
            let (day, month) = if month > 12 { (month, day) } else { (day, month) };
            let unsure = policy.date_order == DateOrder::Unknown && day <= 12 && day != month;
            let swapped = unsure.then(|| date(year, day, month, today)).flatten();
            date(year, month, day, today).map(|named| Named {
                swapped: swapped.map(|other| other.date),
                ..named
            })
        }
        Day::OfMonth { day, months } => {
            let months = match stretch {
                Some(Stretch::Away(Grain::Month, away)) if months.is_none() => i32::try_from(*away).ok(),
                _ => months,
            };
            of_month(day, months, today)
        }
        Day::Holiday(holiday, year) => feast(holiday, year, today).map(firm),
        Day::Nth { nth, weekday, ref of } => nth_of(nth, weekday, of, today, policy).map(firm),
        Day::NthWorkday { nth, ref of } => nth_workday(nth, extent::extent(of, today, policy)?).map(firm),
        Day::Shifted(shift, ref of) => shifted(self::day(of, None, today, policy)?.date, shift).map(firm),
        Day::Beside { nth, weekday, ref of } => {
            beside(nth, weekday, self::day(of, None, today, policy)?.date).map(firm)
        }
        Day::Closest { nth, weekday, ref to } => {
            closest(nth, weekday, self::day(to, None, today, policy)?.date).map(firm)
        }
    }
}

/// A day that is meant whatever the time of day.
pub(super) fn firm(date: NaiveDate) -> Named {
    Named {
        date,
        again: None,
        nearer: None,
        year_on: None,
        swapped: None,
    }
}

fn named(weekday: Weekday, which: Which, today: NaiveDate, policy: &Policy) -> Named {
    let ahead = ahead(today, weekday);
    let nearest = later(today, ahead);
    let week_on = |date| later(date, 7);
    let monday = extent::monday(today);
    let of_week = |weeks: i64| {
        let days = weeks * 7 + i64::from(weekday.num_days_from_monday());
        TimeDelta::try_days(days)
            .and_then(|days| monday.checked_add_signed(days))
            .unwrap_or(NaiveDate::MAX)
    };
    let coming = if ahead == 0 { week_on(today) } else { nearest };
    match which {
        Which::Bare | Which::This => Named {
            again: (ahead == 0).then(|| week_on(today)),
            ..firm(nearest)
        },
        Which::Week(weeks) => firm(of_week(weeks)),
        Which::Next if policy.next_skips_this_week => Named {
            nearer: (ahead > 0 && nearest < of_week(1)).then_some(nearest),
            ..firm(of_week(1))
        },
        Which::Next | Which::Coming => firm(coming),
        // As far back as "next Friday" lies ahead.
        Which::Last if policy.next_skips_this_week => firm(of_week(-1)),
        Which::Last | Which::Past => firm(coming - Days::new(if ahead == 0 { 14 } else { 7 })),
        Which::Count(count) => firm(later(coming, 7 * count.saturating_sub(1).min(1_000))),
    }
}

/// So many days from Monday to Friday on, never today.
fn workdays_on(today: NaiveDate, count: u32) -> NaiveDate {
    // From Saturday and Sunday one counts as from Friday; each five of them are a week.
    let weekday = today.weekday().num_days_from_monday().min(4);
    let since_monday = weekday + count.clamp(1, 1_000);
    later(extent::monday(today), since_monday / 5 * 7 + since_monday % 5)
}

/// Days from `date` to the next such weekday, which may be the same day.
fn ahead(date: NaiveDate, weekday: Weekday) -> u32 {
    (7 + weekday.num_days_from_monday() - date.weekday().num_days_from_monday()) % 7
}

fn later(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(u64::from(days)))
        .unwrap_or(NaiveDate::MAX)
}

/// A date without its year is the next one of that name. One that has only just passed stays in the past, to be asked about: more
/// likely a slip than a plan for next year.
fn date(year: OfYear, month: u32, day: u32, today: NaiveDate) -> Option<Named> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
    // The 29th of February comes every fourth year, at times every eighth.
    let next = (1..=8).find_map(|years| in_year(today.year() + years));
    match year {
        OfYear::Is(year) => {
            return in_year(year).map(|date| Named {
                year_on: next,
                ..firm(date)
            });
        }
        OfYear::Away(years) => return in_year(today.year() + years).map(firm),
        OfYear::Last => {
            return (0..=8)
                .find_map(|years| in_year(today.year() - years).filter(|date| *date < today))
                .map(firm);
        }
        OfYear::Next => {}
    }
    match in_year(today.year()) {
        Some(this) if (today - this).num_days() <= JUST_PASSED => {
            let again = next.filter(|_| this == today);
            Some(Named {
                again,
                year_on: next,
                ..firm(this)
            })
        }
        _ => next.map(firm),
    }
}

/// Days within which a date that has passed is taken for a slip.
const JUST_PASSED: i64 = 30;

fn of_month(day: u32, months: Option<i32>, today: NaiveDate) -> Option<Named> {
    let first = today.with_day(1)?;
    let in_month = |months| extent::months_later(first, months).and_then(|month| month.with_day(day));
    match months {
        Some(months) => in_month(months).map(firm),
        // No two months in a row are without a 31st, and one without the 29th or 30th is followed by one with it.
        None => {
            let mut dates = (0..3).filter_map(in_month).filter(|date| *date >= today);
            let date = dates.next()?;
            Some(Named {
                again: if date == today { dates.next() } else { None },
                ..firm(date)
            })
        }
    }
}

fn feast(holiday: &Holiday, year: OfYear, today: NaiveDate) -> Option<NaiveDate> {
    let this = today.year();
    match year {
        OfYear::Is(year) => holiday.in_year(year),
        OfYear::Away(years) => holiday.in_year(this + years),
        OfYear::Next => holiday
            .in_year(this)
            .filter(|date| *date >= today)
            .or_else(|| holiday.in_year(this + 1)),
        OfYear::Last => holiday
            .in_year(this)
            .filter(|date| *date < today)
            .or_else(|| holiday.in_year(this - 1)),
    }
}

/// The `nth` such day of a stretch, from its end when negative. In a month without its year the next one that is ahead.
fn nth_of(nth: i32, weekday: Option<Weekday>, of: &Stretch, today: NaiveDate, policy: &Policy) -> Option<NaiveDate> {
    let found = nth_within(nth, weekday, extent::extent(of, today, policy)?)?;
    match *of {
        Stretch::Month {
            month,
            year: OfYear::Next,
        } if found < today => {
            let year = OfYear::Is(found.year() + 1);
            nth_within(
                nth,
                weekday,
                extent::extent(&Stretch::Month { month, year }, today, policy)?,
            )
        }
        _ => Some(found),
    }
}

/// The `nth` day from Monday to Friday of a stretch, from its end when negative.
fn nth_workday(nth: i32, of: Extent) -> Option<NaiveDate> {
    let works = |date: &NaiveDate| date.weekday().num_days_from_monday() < 5;
    let index = usize::try_from(nth.unsigned_abs()).ok()?.checked_sub(1)?;
    let inside = |date: &NaiveDate| (of.first..=of.last).contains(date);
    if nth > 0 {
        of.first.iter_days().take_while(inside).filter(works).nth(index)
    } else {
        of.last.iter_days().rev().take_while(inside).filter(works).nth(index)
    }
}

fn nth_within(nth: i32, weekday: Option<Weekday>, of: Extent) -> Option<NaiveDate> {
    let step = if weekday.is_some() { 7 } else { 1 };
    let steps = (i64::from(nth.unsigned_abs()) - 1) * step;
    let date = if nth > 0 {
        let first = weekday.map_or(of.first, |weekday| later(of.first, ahead(of.first, weekday)));
        first.checked_add_signed(TimeDelta::try_days(steps)?)?
    } else {
        let back = weekday.map_or(0, |weekday| (7 - ahead(of.last, weekday)) % 7);
        of.last
            .checked_sub_signed(TimeDelta::try_days(steps + i64::from(back))?)?
    };
    (of.first..=of.last).contains(&date).then_some(date)
}

fn shifted(date: NaiveDate, shift: Shift) -> Option<NaiveDate> {
    extent::months_later(date, shift.months)?.checked_add_signed(TimeDelta::try_days(shift.days)?)
}

/// The `nth` closest such weekday to a date: by turns on either side of it.
fn closest(nth: u32, weekday: Weekday, date: NaiveDate) -> Option<NaiveDate> {
    let ahead = i64::from(ahead(date, weekday));
    let (first, turn) = if ahead > 3 { (ahead - 7, 7) } else { (ahead, -7) };
    let (turns, steps) = (i64::from(nth % 2), i64::from(nth / 2));
    // The second lies on the other side, the third a week beyond the first.
    let days = if turns == 1 {
        first - turn * steps
    } else {
        first + turn * steps
    };
    date.checked_add_signed(TimeDelta::try_days(days)?)
}

/// The `nth` such weekday after a date, or before it.
fn beside(nth: i32, weekday: Weekday, date: NaiveDate) -> Option<NaiveDate> {
    let ahead = i64::from(ahead(date, weekday));
    let days = match nth {
        1.. => (if ahead == 0 { 7 } else { ahead }) + i64::from(nth - 1) * 7,
        _ => ahead + i64::from(nth) * 7,
    };
    date.checked_add_signed(TimeDelta::try_days(days)?)
}
