//! Which days a stretch covers, counted from today: weeks start on Monday. May import: chrono's civil dates, `calendar`, `found`,
//! `meaning`.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};

use super::calendar;
use super::found::{Grain, OfYear, Season, Stretch};
use super::meaning::Policy;
use super::words::Edge;

/// The first and the last day, and how exactly they were said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub grain: Grain,
}

/// The days of a stretch; of an open one ("before Friday") the day that it is counted from.
pub(super) fn extent(stretch: &Stretch, today: NaiveDate, policy: &Policy) -> Option<Extent> {
    match *stretch {
        Stretch::Away(grain, count) => away(grain, count, today),
        Stretch::Running(grain, count) => running(grain, count, today),
        Stretch::Month { month, year } => {
            let first = in_year(year, today, |year| NaiveDate::from_ymd_opt(year, month, 1), 1)?;
            from_first(first, 1, Grain::Month)
        }
        Stretch::Quarter { quarter, year } => {
            let first = in_year(year, today, |year| NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1), 3)?;
            from_first(first, 3, Grain::Quarter)
        }
        Stretch::Unknown => None,
        Stretch::Decade(year) => from_first(NaiveDate::from_ymd_opt(year, 1, 1)?, 120, Grain::Year),
        Stretch::Year(year) => from_first(NaiveDate::from_ymd_opt(year, 1, 1)?, 12, Grain::Year),
        Stretch::Week { week, year } => iso_week(week, year, today),
        Stretch::Season { season, year } => {
            let first = begins(season, year, today)?;
            let last = months_later(first, 3)?.pred_opt()?;
            let grain = Grain::Quarter;
            Some(Extent { first, last, grain })
        }
        Stretch::Some { count, grain, ref of } => some(count, grain, extent(of, today, policy)?),
        Stretch::Around(grain, ref day) => {
            let day = calendar::day(day, None, today, policy)?.date;
            away(grain, 0, day)
        }
        Stretch::Nth { nth, grain, ref of } => {
            let of = extent(of, today, policy)?;
            match grain {
                Grain::Month => nth_month(nth, 1, grain, of),
                Grain::Quarter => nth_month(nth, 3, grain, of),
                _ => nth_week(nth, grain, of),
            }
        }
        Stretch::Edge(edge, ref of) => part(edge, extent(of, today, policy)?, today),
        Stretch::Before(ref day) | Stretch::After(ref day) | Stretch::Since(ref day) | Stretch::Day(ref day) => {
            let day = calendar::day(day, None, today, policy)?.date;
            Some(Extent {
                first: day,
                last: day,
                grain: Grain::Day,
            })
        }
    }
}

/// The first day of a stretch of `months` that has the same name every year: of the one that runs or comes, unless its year is told.
fn in_year(year: OfYear, today: NaiveDate, first: impl Fn(i32) -> Option<NaiveDate>, months: i32) -> Option<NaiveDate> {
    let this = first(today.year())?;
    let is_over = months_later(this, months)? <= today;
    match year {
        OfYear::Is(year) => first(year),
        OfYear::Away(years) => first(today.year() + years),
        OfYear::Next if is_over => first(today.year() + 1),
        OfYear::Next => Some(this),
        OfYear::Last if is_over => Some(this),
        OfYear::Last => first(today.year() - 1),
    }
}

/// The week of that number (ISO 8601); without its year the next one that is not over.
fn iso_week(week: u32, year: OfYear, today: NaiveDate) -> Option<Extent> {
    let monday_in = |year| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon);
    let this = today.iso_week().year();
    let monday = match year {
        OfYear::Is(year) => monday_in(year),
        OfYear::Away(years) => monday_in(this + years),
        OfYear::Last => {
            (0..8).find_map(|years| monday_in(this - years).filter(|monday| *monday + Days::new(6) < today))
        }
        OfYear::Next => {
            (0..8).find_map(|years| monday_in(this + years).filter(|monday| *monday + Days::new(6) >= today))
        }
    };
    days(monday?, 7, Grain::Week)
}

/// The first day of a season. "This summer" is the one that runs or comes, "next summer" has not begun.
fn begins(season: Season, year: OfYear, today: NaiveDate) -> Option<NaiveDate> {
    let (month, day) = match season {
        Season::Spring => (3, 20),
        Season::Summer => (6, 21),
        Season::Autumn => (9, 23),
        Season::Winter => (12, 21),
    };
    let first = |year| NaiveDate::from_ymd_opt(year, month, day);
    let mut near = (today.year() - 2..=today.year() + 1).filter_map(first);
    let is_over = |first: NaiveDate| months_later(first, 3).is_some_and(|end| end <= today);
    match year {
        OfYear::Is(year) => first(year),
        OfYear::Away(0) => near.find(|first| !is_over(*first)),
        OfYear::Away(years) => first(today.year() + years),
        OfYear::Next => near.find(|first| *first > today),
        OfYear::Last => near.rfind(|first| is_over(*first)),
    }
}

/// So many days, weeks or months at the start of a stretch, or at its end.
fn some(count: i32, grain: Grain, of: Extent) -> Option<Extent> {
    let after = of.last.succ_opt()?;
    let later = |date: NaiveDate| match grain {
        Grain::Day => date.checked_add_signed(TimeDelta::try_days(i64::from(count))?),
        Grain::Week => weeks_later(date, i64::from(count)),
        Grain::Month => months_later(date, count),
        _ => None,
    };
    let (first, after) = if count > 0 {
        (of.first, later(of.first)?)
    } else {
        (later(after)?, after)
    };
    let last = after.pred_opt()?.min(of.last);
    let first = first.max(of.first);
    Some(Extent { first, last, grain })
}

fn from_first(first: NaiveDate, months: i32, grain: Grain) -> Option<Extent> {
    let last = months_later(first, months)?.pred_opt()?;
    Some(Extent { first, last, grain })
}

fn days(first: NaiveDate, count: i64, grain: Grain) -> Option<Extent> {
    let last = first.checked_add_signed(TimeDelta::try_days(count - 1)?)?;
    Some(Extent { first, last, grain })
}

/// The week, weekend, month … that is `count` from the one that `today` lies in.
fn away(grain: Grain, count: i64, today: NaiveDate) -> Option<Extent> {
    let months = |each: i32| i32::try_from(count).ok()?.checked_mul(each);
    let month = today.with_day(1)?;
    match grain {
        Grain::Minute | Grain::Part | Grain::Day => {
            days(today.checked_add_signed(TimeDelta::try_days(count)?)?, 1, grain)
        }
        Grain::Week => days(weeks_later(monday(today), count)?, 7, grain),
        Grain::Weekend => days(weeks_later(monday(today) + Days::new(5), count)?, 2, grain),
        Grain::Month => from_first(months_later(month, months(1)?)?, 1, grain),
        Grain::Quarter => {
            let first = month.with_month(month.month0() / 3 * 3 + 1)?;
            from_first(months_later(first, months(3)?)?, 3, grain)
        }
        Grain::Year => from_first(months_later(month.with_month(1)?, months(12)?)?, 12, grain),
    }
}

/// "the next three days" begin tomorrow, "the last three days" ended yesterday.
fn running(grain: Grain, count: i64, today: NaiveDate) -> Option<Extent> {
    if grain == Grain::Weekend {
        return away(grain, count, today);
    }
    let span = |from| {
        let count = i32::try_from(count).ok()?;
        match grain {
            Grain::Month => months_later(from, count),
            Grain::Quarter => months_later(from, count.checked_mul(3)?),
            Grain::Year => months_later(from, count.checked_mul(12)?),
            Grain::Week => weeks_later(from, i64::from(count)),
            _ => from.checked_add_signed(TimeDelta::try_days(i64::from(count))?),
        }
    };
    let (first, last) = if count > 0 {
        let tomorrow = today.succ_opt()?;
        (tomorrow, span(tomorrow)?.pred_opt()?)
    } else {
        (span(today)?, today.pred_opt()?)
    };
    Some(Extent { first, last, grain })
}

/// A week belongs to the month that its Thursday lies in (as ISO 8601 has it for years), a weekend to that of its Saturday.
fn nth_week(nth: i32, grain: Grain, of: Extent) -> Option<Extent> {
    let (weekday, back, count) = match grain {
        Grain::Weekend => (5, 0, 2),
        _ => (3, 3, 7),
    };
    let mark =
        |date: NaiveDate| Some(monday(date) + Days::new(weekday)).filter(|mark| (of.first..=of.last).contains(mark));
    let week = TimeDelta::weeks(1);
    let steps = i64::from(nth.unsigned_abs()) - 1;
    let marked = if nth > 0 {
        weeks_later(mark(of.first).or_else(|| mark(of.first + week))?, steps)?
    } else {
        weeks_later(mark(of.last).or_else(|| mark(of.last - week))?, -steps)?
    };
    let inside = (of.first..=of.last).contains(&marked);
    let first = marked.checked_sub_days(Days::new(back))?;
    inside.then(|| days(first, count, grain))?
}

/// The `nth` stretch of so many months.
fn nth_month(nth: i32, months: i32, grain: Grain, of: Extent) -> Option<Extent> {
    let steps = if nth > 0 { nth - 1 } else { nth };
    let from = if nth > 0 { of.first } else { of.last.succ_opt()? };
    let first = months_later(from, steps.checked_mul(months)?)?;
    from_first(first, months, grain).filter(|found| found.first >= of.first && found.last <= of.last)
}

/// "Early", "middle" and "late" are thirds; the end is the last day, and of a week its Friday.
fn part(edge: Edge, of: Extent, today: NaiveDate) -> Option<Extent> {
    let third = ((of.last - of.first).num_days() + 1) / 3;
    let later = |days| of.first.checked_add_signed(TimeDelta::try_days(days)?);
    let (first, last) = match edge {
        Edge::Early => (of.first, later(third - 1)?),
        Edge::Middle => (later(third)?, later(2 * third - 1)?),
        Edge::Late => (later(2 * third)?, of.last),
        Edge::End if of.grain == Grain::Week => (later(4)?, later(4)?),
        Edge::End => return days(of.last, 1, Grain::Day),
        Edge::Rest => (today.max(of.first), of.last),
        Edge::FirstHalf => (of.first, half(of)?.pred_opt()?),
        Edge::SecondHalf => (half(of)?, of.last),
    };
    let grain = if first == last { Grain::Day } else { of.grain };
    (first <= last).then_some(Extent { first, last, grain })
}

/// The first day of the second half: July 1st of a year, the 16th of a month.
fn half(of: Extent) -> Option<NaiveDate> {
    match of.grain {
        Grain::Year => months_later(of.first, 6),
        _ => {
            let days = ((of.last - of.first).num_days() + 1) / 2;
            of.first.checked_add_signed(TimeDelta::try_days(days)?)
        }
    }
}

/// The Monday of a date's week.
pub(super) fn monday(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.weekday().num_days_from_monday()))
}

fn weeks_later(date: NaiveDate, weeks: i64) -> Option<NaiveDate> {
    date.checked_add_signed(TimeDelta::try_weeks(weeks)?)
}

/// So many months later, or earlier; the last of a month that is shorter.
pub(super) fn months_later(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let count = Months::new(months.unsigned_abs());
    if months < 0 {
        date.checked_sub_months(count)
    } else {
        date.checked_add_months(count)
    }
}
