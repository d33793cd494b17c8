//! Days that are counted: "in 3 days", "two weeks from now", "a week from Friday", "2 days before Christmas". May import: std, `date`,
//! `token`, `words`, `found`.

use chrono::Weekday;

use super::date::{day_at, past_workday, shifted};
use super::found::{Day, Shift, Stretch, Which};
use super::stretch;
use super::token::{Kind, Tokens};
use super::words::{Edge, Part, Unit, Word};

/// "in 3 days", "two weeks from now", "3 days ago", "a week from Friday", "2 days before Christmas", "two Fridays from now". Hours
/// and minutes are `length`'s.
pub(super) fn counted(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let led = text.word(at) == Word::In;
    let from = at + usize::from(led);
    if let Some(found) = counted_weekdays(text, from).or_else(|| workdays(text, from, led)) {
        return Some(found);
    }
    let (shift, next, unit) = shift(text, from)?;
    // "in 2 days and 3 hours" is a moment.
    if goes_on_in_hours(text, next) {
        return None;
    }
    let back = Shift {
        months: -shift.months,
        days: -shift.days,
    };
    let today = Day::Away(0);
    let hence = from_now(text, next);
    if hence > next {
        return Some(on_weekday(text, shift, hence).unwrap_or((shifted(shift, today), hence)));
    }
    let (shift, of) = match text.word(next) {
        Word::Ago => return Some((shifted(back, today), next + 1)),
        Word::Before if text.word(next + 1) == Word::Now => return Some((shifted(back, today), next + 2)),
        Word::From if text.low(next) != "from" => return None,
        Word::From | Word::After | Word::Past => (shift, next + 1),
        Word::Before => (back, next + 1 + usize::from(text.word(next + 1) == Word::To)),
        _ if led => {
            let owner = usize::from(matches!(text.kind(next), Some(Kind::Mark('\'' | '’'))) && text.is_glued(next));
            let time = text.word(next + owner) == Word::Time;
            let next = if time { next + owner + 1 } else { next };
            return Some(weekday_of_week(text, shift, next).unwrap_or((shifted(shift, today), next)));
        }
        _ if text.low(next) == "later" => return Some((shifted(shift, today), next + 1)),
        // "a week on Tuesday", "a week tomorrow"; "for a week on Tuesday" is a length.
        Word::On if unit_of_weeks(unit) && text.word_before(at) != Word::For => (shift, next + 1),
        Word::Near(0..) if unit_of_weeks(unit) && text.word_before(at) != Word::For => (shift, next),
        _ => return None,
    };
    let (of, next) = day_at(text, of, depth).or_else(|| edge_day(text, of))?;
    Some((shifted(shift, of), next))
}

/// The day at the "end of the month", or at its start.
fn edge_day(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let at = at + usize::from(text.word(at) == Word::The);
    if !matches!(text.word(at), Word::Edge(_) | Word::From) {
        return None;
    }
    let (nth, of, next) = match stretch::unled(text, at)? {
        (Stretch::Edge(Edge::End, of), next) => (-1, of, next),
        (Stretch::Edge(Edge::Early, of), next) => (1, of, next),
        _ => return None,
    };
    let weekday = None;
    Some((Day::Nth { nth, weekday, of }, next))
}

/// "and 3 hours", "2h" behind so many days.
fn goes_on_in_hours(text: &Tokens, at: usize) -> bool {
    let from = at + usize::from(text.word(at) == Word::And || text.is_mark(at, ','));
    let counted = count(text, from).is_some_and(|(_, unit)| {
        matches!(text.word(unit), Word::Unit(Unit::Hour | Unit::Minute)) || text.low(unit) == "m" && text.is_glued(unit)
    });
    counted || text.word(from) == Word::HalfOf && text.word(from + 2) == Word::Unit(Unit::Hour)
}

/// The Friday of "in 2 weeks on Friday".
fn weekday_of_week(text: &Tokens, shift: Shift, at: usize) -> Option<(Day, usize)> {
    let from = at + usize::from(text.word(at) == Word::On);
    match text.word(from) {
        Word::Weekday(weekday) if shift.months == 0 && shift.days % 7 == 0 => {
            Some((Day::Weekday(weekday, Which::Week(shift.days / 7)), from + 1))
        }
        _ => None,
    }
}

/// "in 3 working days", "two business days from now"
fn workdays(text: &Tokens, at: usize, led: bool) -> Option<(Day, usize)> {
    let (count, next) = count(text, at)?;
    let unit = past_workday(text, next)?;
    let hence = from_now(text, unit);
    (led || hence > unit).then_some((Day::Workday(count), hence))
}

/// "for three weeks from today"; "for three weeks" is a length.
pub(super) fn counted_from_now(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let (_, next, unit) = shift(text, at)?;
    if from_now(text, next) > next {
        return counted(text, at, depth);
    }
    // "for a week from tomorrow at noon": a time of day says that it is a day.
    let one = matches!(text.word(at), Word::A | Word::Cardinal(1)) && unit >= Unit::Week && text.low(next) == "from";
    let found = one.then(|| counted(text, at, depth))?;
    found.filter(|(_, next)| text.word(*next) == Word::At)
}

/// The weekday of "three months from today on Thursday": the first one from then on.
fn on_weekday(text: &Tokens, shift: Shift, at: usize) -> Option<(Day, usize)> {
    let from = at + usize::from(text.word(at) == Word::On);
    match text.word(from) {
        Word::Weekday(weekday) if shift.months != 0 => Some((weekday_from(weekday, shift), from + 1)),
        _ => None,
    }
}

/// The first such weekday from a step after today on.
pub(super) fn weekday_from(weekday: Weekday, shift: Shift) -> Day {
    let day_before = Shift {
        days: shift.days - 1,
        ..shift
    };
    let of = Box::new(Day::Shifted(day_before, Box::new(Day::Away(0))));
    Day::Beside { nth: 1, weekday, of }
}

fn unit_of_weeks(unit: Unit) -> bool {
    matches!(unit, Unit::Week | Unit::Fortnight)
}

/// So much of the calendar: "3 days", "two months and 5 days", and the last unit of it.
pub(super) fn shift(text: &Tokens, at: usize) -> Option<(Shift, usize, Unit)> {
    let (mut shift, mut next, mut unit) = step(text, at)?;
    // Years, months, weeks and days.
    for _ in 0..3 {
        let comma = next + usize::from(text.is_mark(next, ','));
        let joined = comma + usize::from(text.word(comma) == Word::And);
        let Some((more, after, smaller)) = step(text, joined).filter(|(.., smaller)| *smaller < unit) else {
            break;
        };
        shift.months += more.months;
        shift.days += more.days;
        (next, unit) = (after, smaller);
    }
    Some((shift, next, unit))
}

fn step(text: &Tokens, at: usize) -> Option<(Shift, usize, Unit)> {
    if let Some(half) = with_half(text, at) {
        return Some(half);
    }
    let (count, next) = match text.word(at) {
        Word::Unit(Unit::Fortnight) => (1, at),
        _ => count(text, at)?,
    };
    let unit = match text.word(next) {
        Word::Unit(unit) => unit,
        // "in 3 nights"
        Word::Part(Part::Night) => Unit::Day,
        // "two quarters ago", but not those of an hour
        Word::Quarter if text.low(next) == "quarters" && text.word(next + 1) != Word::Of => Unit::Month,
        _ => return None,
    };
    let count = i32::try_from(count).ok()? * if text.word(next) == Word::Quarter { 3 } else { 1 };
    let days = |each: i32| Shift {
        months: 0,
        days: i64::from(count * each),
    };
    let months = |each: i32| Shift {
        months: count * each,
        days: 0,
    };
    let shift = match unit {
        Unit::Day => days(1),
        Unit::Week => days(7),
        Unit::Fortnight => days(14),
        Unit::Month => months(1),
        Unit::Year => months(12),
        Unit::Second | Unit::Minute | Unit::Hour => return None,
    };
    Some((shift, next + 1, unit))
}

/// "half a year", "a year and a half", "one and a half months", "2.5 years": half a year is six months, half a month 15 days.
fn with_half(text: &Tokens, at: usize) -> Option<(Shift, usize, Unit)> {
    let halves = |count: u32, unit_at: usize, next: usize| {
        let count = i32::try_from(count).ok()?;
        let (months, days, unit) = match text.word(unit_at) {
            Word::Unit(Unit::Year) => (count * 6, 0, Unit::Month),
            Word::Unit(Unit::Month) => (count / 2, i64::from(count % 2) * 15, Unit::Day),
            _ => return None,
        };
        Some((Shift { months, days }, next, unit))
    };
    if text.word(at) == Word::HalfOf {
        let unit = at + 1 + usize::from(text.word(at + 1) == Word::A);
        return halves(1, unit, unit + 1);
    }
    let (count, next) = count(text, at)?;
    if text.is_mark(next, '.') && text.is_glued(next) && text.number(next + 1) == Some((5, 1)) {
        return halves(count * 2 + 1, next + 2, next + 3);
    }
    let half = |at| {
        let from = at + 1 + usize::from(text.word(at + 1) == Word::A);
        (text.word(at) == Word::And && text.word(from) == Word::HalfOf).then_some(from + 1)
    };
    let (unit, next) = match half(next) {
        Some(after) => (after, after + 1),
        None => (next, half(next + 1)?),
    };
    halves(count * 2 + 1, unit, next)
}

/// "two Fridays from now", "three Mondays ago"
fn counted_weekdays(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (count, next) = count(text, at)?;
    let (Word::EachWeekday(weekday) | Word::Weekday(weekday)) = text.word(next) else {
        return None;
    };
    let hence = match text.word(next + 1) {
        Word::Later => next + 2,
        Word::Ago => return Some((weekday_back(weekday, count), next + 2)),
        _ if text.low(next + 1) == "back" => return Some((weekday_back(weekday, count), next + 2)),
        _ => from_now(text, next + 1),
    };
    (hence > next + 1).then_some((Day::Weekday(weekday, Which::Count(count)), hence))
}

fn weekday_back(weekday: Weekday, count: u32) -> Day {
    let days = -7 * (i64::from(count) - 1);
    shifted(Shift { months: 0, days }, Day::Weekday(weekday, Which::Past))
}

/// "3", "three", "twenty five", "a", "a couple of", "a few".
pub(super) fn count(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match (text.word(at), text.word(at + 1)) {
        (Word::Cardinal(tens @ (20 | 30 | 40 | 50)), Word::Cardinal(ones @ 1..=9)) => Some((tens + ones, at + 2)),
        (Word::Cardinal(count), _) => Some((count, at + 1)),
        (Word::Unknown, _) => (text.low(at) == "several").then_some((3, at + 1)),
        (Word::HalfOf, Word::A) if text.low(at + 2) == "dozen" => Some((6, at + 3)),
        (Word::A, _) => {
            let some = match text.low(at + 1) {
                "couple" | "pair" => 2,
                "few" => 3,
                "dozen" => 12,
                _ => return Some((1, at + 1)),
            };
            Some((some, at + 2 + usize::from(text.word(at + 2) == Word::Of)))
        }
        _ => {
            let (count, digits) = text.number(at)?;
            (digits <= 3).then_some((count, at + 1))
        }
    }
}

/// Past "from now", "hence", "in the future".
pub(super) fn from_now(text: &Tokens, at: usize) -> usize {
    match (text.word(at), text.word(at + 1)) {
        (Word::Hence, _) => at + 1,
        (Word::In, Word::The) if text.low(at + 2) == "future" => at + 3,
        (Word::From, Word::Filler) if text.word(at + 2) == Word::Now => at + 3,
        (Word::From | Word::After, Word::Now | Word::Near(0)) => at + 2,
        _ => at,
    }
}
