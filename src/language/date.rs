//! Days: "tomorrow", "next Friday", "3 March", "2027-03-03", "the 3rd". May import: std, chrono's weekdays, `token`, `words`, `found`.

use super::found::{Day, Found, Stretch, Which};
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};

/// A day that starts at token `at`, and the token after it.
pub(super) fn day(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let (day, next) = near(text, at)
        .or_else(|| weekday(text, at))
        .or_else(|| written(text, at))
        .or_else(|| spoken(text, at))
        .or_else(|| of_month(text, at))
        .or_else(|| counted(text, at))?;
    Some((Found::Day(day), next))
}

/// "next week", "this weekend", "next month", "in May": days without one that is named.
pub(super) fn stretch(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let from = at + usize::from(matches!(text.word(at), Word::In | Word::On | Word::For | Word::Of));
    let from = from + usize::from(text.word(from) == Word::The);
    if from > at && day(text, from).is_some() {
        return None;
    }
    let led = from > at;
    // "in 3 months": nobody counts days there.
    if text.word(at) == Word::In
        && let Some((_, next)) = count(text, from)
        && matches!(text.word(next), Word::Unit(Unit::Month | Unit::Year))
    {
        return Some((Found::Stretch(Stretch::Longer), next + 1));
    }
    let (stretch, next) = match (text.word(from), text.word(from + 1)) {
        (Word::This, Word::Unit(Unit::Week)) => (Stretch::ThisWeek, from + 2),
        (Word::Next, Word::Unit(Unit::Week)) => (Stretch::NextWeek, from + 2),
        (Word::This | Word::Next, Word::Unit(Unit::Month | Unit::Year) | Word::Weekend) => (Stretch::Longer, from + 2),
        (Word::This | Word::Next, Word::Month(_)) => (Stretch::Longer, from + 2),
        (Word::Month(_), _) if led => (Stretch::Longer, from + 1),
        (Word::Weekend, _) => (Stretch::Longer, from + 1),
        _ => return None,
    };
    Some((Found::Stretch(stretch), next))
}

/// "today", "tomorrow", "the day after tomorrow".
fn near(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    match text.word(at) {
        Word::Near(days) => Some((Day::Away(days), at + 1)),
        Word::The => near(text, at + 1).filter(|_| text.word(at + 1) == Word::Unit(Unit::Day)),
        Word::Unit(Unit::Day) if text.word(at + 1) == Word::After => match text.word(at + 2) {
            Word::Near(days) => Some((Day::Away(days + 1), at + 3)),
            _ => None,
        },
        _ => None,
    }
}

/// "Friday", "next Friday", "Friday next week", "next week on Friday".
fn weekday(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let which = match text.word(at) {
        Word::Weekday(day) => {
            // "mon" and the like are weekdays; "sun" and "sat" within a sentence are, too, more often than not.
            let next =
                at + 1 + usize::from(text.is_mark(at + 1, '.') && text.is_glued(at + 1) && text.low(at).len() <= 4);
            let next = if which_week(text, next).is_some() || text.is_mark(at + 1, '.') {
                next
            } else {
                at + 1
            };
            let (which, next) = which_week(text, next).unwrap_or((Which::Bare, at + 1));
            return Some((Day::Weekday(day, which), next));
        }
        Word::This => Which::This,
        Word::Next => Which::Next,
        _ => return None,
    };
    match text.word(at + 1) {
        Word::Weekday(day) => {
            let (which, next) = which_week(text, at + 2).unwrap_or((which, at + 2));
            Some((Day::Weekday(day, which), next))
        }
        Word::Unit(Unit::Week) => {
            let from = at + 2 + usize::from(text.word(at + 2) == Word::On || text.is_mark(at + 2, ','));
            let which = if which == Which::Next {
                Which::NextWeek
            } else {
                Which::This
            };
            match text.word(from) {
                Word::Weekday(day) => Some((Day::Weekday(day, which), from + 1)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// "next week", "of this week" after a weekday.
fn which_week(text: &Tokens, at: usize) -> Option<(Which, usize)> {
    let at = at + usize::from(matches!(text.word(at), Word::Of | Word::In) || text.is_mark(at, ','));
    let which = match text.word(at) {
        Word::This => Which::This,
        Word::Next => Which::NextWeek,
        _ => return None,
    };
    (text.word(at + 1) == Word::Unit(Unit::Week)).then_some((which, at + 2))
}

/// Dates in digits alone: "2027-03-03", "3/4", "3/4/2027", "3.4.2027".
fn written(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (first, digits) = text.number(at)?;
    // Not inside a longer number.
    if text.is_glued(at) && at > 0 && matches!(text.kind(at - 1), Some(Kind::Mark('-' | '/' | '.' | ':' | '$'))) {
        return None;
    }
    let mark = match text.kind(at + 1) {
        Some(Kind::Mark(mark @ ('-' | '/' | '.'))) if text.is_glued(at + 1) && text.is_glued(at + 2) => mark,
        _ => return None,
    };
    let (second, second_digits) = text.number(at + 2)?;
    let third = if text.is_mark(at + 3, mark) && text.is_glued(at + 3) && text.is_glued(at + 4) {
        text.number(at + 4)
    } else {
        None
    };
    match (digits, second_digits, third) {
        (4, 1..=2, Some((day, 1..=2))) => Some((date(Some(first), second, day), at + 5)),
        (1..=2, 1..=2, Some((year, count @ (2 | 4)))) => {
            let year = full_year(year, count);
            // Points are written where the day comes first.
            let day = if mark == '.' {
                Day::Date {
                    year,
                    month: second,
                    day: first,
                }
            } else {
                Day::Numeric { year, first, second }
            };
            Some((day, at + 5))
        }
        // "24/7" is no day, nor is "1/2 hour".
        (1..=2, 1..=2, None) if mark == '/' && (first, second) != (24, 7) && is_no_fraction(text, at + 3) => Some((
            Day::Numeric {
                year: None,
                first,
                second,
            },
            at + 3,
        )),
        _ => None,
    }
}

fn is_no_fraction(text: &Tokens, at: usize) -> bool {
    !matches!(text.word(at), Word::Unit(_)) && !(text.word(at) == Word::Of) && !text.is_mark(at, '/')
}

fn date(year: Option<u32>, month: u32, day: u32) -> Day {
    let year = year.and_then(|year| i32::try_from(year).ok());
    Day::Date { year, month, day }
}

fn full_year(year: u32, digits: usize) -> Option<i32> {
    i32::try_from(if digits == 2 { 2000 + year } else { year }).ok()
}

/// Dates with the month's name: "3 March 2027", "March 3rd", "the 3rd of March", "3-Mar-2027".
fn spoken(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let at = at + usize::from(text.word(at) == Word::The);
    let (month, day, next) = if let Word::Month(month) = text.word(at) {
        // "mar. 3"
        let from = at + 1 + usize::from(text.is_mark(at + 1, '.') || text.is_mark(at + 1, '-'));
        let from = from + usize::from(text.word(from) == Word::The);
        let (day, next) = day_number(text, from).or_else(|| cardinal_word(text, from))?;
        // "May 3:30" is no day, nor is "march 2pm".
        let is_clock = text.is_mark(next, ':') || matches!(text.word(next), Word::Half(_));
        if is_clock && !text.low(next.saturating_sub(1)).ends_with("th") {
            return None;
        }
        (month, day, next)
    } else {
        let (day, next) = day_number(text, at)?;
        let from = next + usize::from(text.word(next) == Word::Of || (text.is_mark(next, '-') && text.is_glued(next)));
        let Word::Month(month) = text.word(from) else {
            return None;
        };
        (month, day, from + 1)
    };
    let (year, next) = year_after(text, next);
    Some((Day::Date { year, month, day }, next))
}

/// "3", "3rd", "third", "twenty first".
fn day_number(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    if let Some((day, digits)) = text.number(at) {
        let next = at + 1 + usize::from(text.word(at + 1) == Word::OrdinalEnd && text.is_glued(at + 1));
        return (digits <= 2).then_some((day, next));
    }
    ordinal_word(text, at)
}

fn ordinal_word(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match (text.word(at), at + 1 + usize::from(text.is_mark(at + 1, '-'))) {
        (Word::Ordinal(day), _) => Some((day, at + 1)),
        (Word::Cardinal(tens @ (20 | 30)), next) => match text.word(next) {
            Word::Ordinal(ones @ 1..=9) => Some((tens + ones, next + 1)),
            _ => None,
        },
        _ => None,
    }
}

/// "march twenty five", as it is dictated.
fn cardinal_word(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match (text.word(at), text.word(at + 1)) {
        (Word::Cardinal(tens @ (20 | 30)), Word::Cardinal(ones @ 1..=9)) => Some((tens + ones, at + 2)),
        (Word::Cardinal(day @ 1..=30), _) => Some((day, at + 1)),
        _ => None,
    }
}

fn year_after(text: &Tokens, at: usize) -> (Option<i32>, usize) {
    let from = at + usize::from(text.is_mark(at, ',') || text.is_mark(at, '-'));
    match text.number(from) {
        Some((year @ 1900..=2999, 4)) if !text.is_mark(from + 1, ':') => (i32::try_from(year).ok(), from + 1),
        _ => (None, at),
    }
}

/// "the 3rd", "on the third of next month", "14th".
fn of_month(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let led = text.word_before(at) == Word::On;
    let the = text.word(at) == Word::The;
    let from = at + usize::from(the);
    let (day, next) = match text.number(from) {
        Some((day, 1..=2)) if text.word(from + 1) == Word::OrdinalEnd => (day, from + 2),
        _ => ordinal_word(text, from)?,
    };
    let of = next + usize::from(text.word(next) == Word::Of);
    if of > next && text.word(of + 1) == Word::Unit(Unit::Month) {
        let months = match text.word(of) {
            Word::This | Word::The => Some(0),
            Word::Next => Some(1),
            _ => return None,
        };
        return Some((Day::OfMonth { day, months }, of + 2));
    }
    // "the 3rd quarter", "the first one" and "on second thought" are no days.
    let counts = matches!(
        text.word(next),
        Word::Unknown
            | Word::Thing
            | Word::Unit(_)
            | Word::Meal(_)
            | Word::Quarter
            | Word::HalfOf
            | Word::Of
            | Word::Cardinal(_)
    );
    let in_digits = text.number(from).is_some();
    let sure = if in_digits {
        led || !counts
    } else {
        (led || the) && !counts
    };
    sure.then_some((Day::OfMonth { day, months: None }, next))
}

/// "in 3 days", "in two weeks", "3 days from now". Hours and minutes are `length`'s.
fn counted(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let led = text.word(at) == Word::In;
    let from = at + usize::from(led);
    let (count, next) = count(text, from)?;
    let days = match text.word(next) {
        Word::Unit(Unit::Day) => count,
        Word::Unit(Unit::Week) => count * 7,
        _ => return None,
    };
    let next = next + 1;
    let hence = from_now(text, next);
    (led || hence > next).then_some((Day::Away(i64::from(days)), hence))
}

/// "3", "three", "a".
pub(super) fn count(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match text.word(at) {
        Word::Cardinal(count) => Some((count, at + 1)),
        Word::A => Some((1, at + 1)),
        _ => {
            let (count, digits) = text.number(at)?;
            (digits <= 3).then_some((count, at + 1))
        }
    }
}

/// Past "from now", "hence".
pub(super) fn from_now(text: &Tokens, at: usize) -> usize {
    match (text.word(at), text.word(at + 1)) {
        (Word::Hence, _) => at + 1,
        (Word::From, Word::Now | Word::Near(0)) => at + 2,
        _ => at,
    }
}
