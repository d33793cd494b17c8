//! Which day is meant, counted from today. May import: chrono's civil dates, `found`, `meaning`.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};

use super::found::{Day, Stretch, Which};
use super::meaning::Policy;

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
}

/// The day meant; `None` when the calendar has no such day ("30 February").
///
/// `stretch` may say which week a weekday is of ("Tuesday at 3 next week").
pub(super) fn day(day: Day, stretch: Option<Stretch>, today: NaiveDate, policy: &Policy) -> Option<Named> {
    match day {
        Day::Weekday(weekday, Which::Bare) if stretch == Some(Stretch::NextWeek) => {
            Some(named(weekday, Which::NextWeek, today, policy))
        }
        Day::Away(days) => today.checked_add_signed(TimeDelta::try_days(days)?).map(firm),
        Day::Weekday(weekday, which) => Some(named(weekday, which, today, policy)),
        Day::Date { year, month, day } => date(year, month, day, today),
        Day::Numeric { year, first, second } => {
            let (day, month) = if policy.day_first {
                (first, second)
            } else {
                (second, first)
            };
            // A month beyond twelve was meant as the day.
            let (day, month) = if month > 12 { (month, day) } else { (day, month) };
            date(year, month, day, today)
        }
        Day::OfMonth { day, months } => of_month(day, months, today),
    }
}

/// A day that is meant whatever the time of day.
pub(super) fn firm(date: NaiveDate) -> Named {
    Named {
        date,
        again: None,
        nearer: None,
        year_on: None,
    }
}

fn named(weekday: Weekday, which: Which, today: NaiveDate, policy: &Policy) -> Named {
    let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    let nearest = later(today, ahead);
    let week_on = |date| later(date, 7);
    let next_week = {
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        later(monday, 7 + weekday.num_days_from_monday())
    };
    match which {
        Which::Bare | Which::This => Named {
            again: (ahead == 0).then(|| week_on(today)),
            ..firm(nearest)
        },
        Which::NextWeek => firm(next_week),
        Which::Next if policy.next_skips_this_week => Named {
            nearer: (ahead > 0 && nearest < next_week).then_some(nearest),
            ..firm(next_week)
        },
        Which::Next => firm(if ahead == 0 { week_on(today) } else { nearest }),
    }
}

fn later(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(u64::from(days)))
        .unwrap_or(NaiveDate::MAX)
}

/// A date without its year is the next one of that name. One that has only just passed stays in the past, to be asked about: more
/// likely a slip than a plan for next year.
fn date(year: Option<i32>, month: u32, day: u32, today: NaiveDate) -> Option<Named> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
    let next = in_year(today.year() + 1);
    if let Some(year) = year {
        return in_year(year).map(|date| Named {
            year_on: next,
            ..firm(date)
        });
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

fn of_month(day: u32, months: Option<u32>, today: NaiveDate) -> Option<Named> {
    let first = today.with_day(1)?;
    let in_month = |months| {
        first
            .checked_add_months(Months::new(months))
            .and_then(|month| month.with_day(day))
    };
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
