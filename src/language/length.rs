//! Lengths and waits: "for 90 min", "an hour and a half", "1h30", "in 2 hours". May import: std, `token`, `words`, `found`.

use super::date::{count as count_of, from_now};
use super::found::Found;
use super::token::Tokens;
use super::words::{Unit, Word};

/// No count of ours is larger; what is, is too long anyway.
const MOST: u32 = 10_000_000;

/// A length, or a wait from now, that starts at token `at`, and the token after it.
pub(super) fn length(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let word = text.word(at);
    if word == Word::Now {
        return Some((Found::After(0), at + 1));
    }
    // "for 2 weeks": how long exactly is no matter, since no meeting is.
    if word == Word::For
        && let Some((_, next)) = count_of(text, at + 1)
        && matches!(text.word(next), Word::Unit(Unit::Week | Unit::Month | Unit::Year))
    {
        return Some((Found::Length(MOST), next + 1));
    }
    let led = matches!(word, Word::In | Word::For);
    let (minutes, next) = span(text, at + usize::from(led))?;
    let hence = from_now(text, next);
    Some(if word == Word::In || hence > next {
        (Found::After(minutes), hence)
    } else {
        (Found::Length(minutes), next)
    })
}

/// So many minutes, in one or two steps: "1 hour 30 minutes".
fn span(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let (first, unit, next) = step(text, at)?;
    if unit != Unit::Hour {
        return Some((first, next));
    }
    let joined = usize::from(text.word(next) == Word::And || text.is_mark(next, ','));
    let from = next + joined;
    // "an hour and a half", "an hour and a quarter"
    let fraction = from + usize::from(text.word(from) == Word::A);
    if joined == 1 && fraction > from {
        match text.word(fraction) {
            Word::HalfOf if !is_unit(text, fraction + 1) => return Some((first + 30, fraction + 1)),
            Word::Quarter => return Some((first + 15, fraction + 1)),
            _ => {}
        }
    }
    if let Some((more, Unit::Minute, next)) = step(text, from) {
        return Some((first + more, next));
    }
    // "1h30", "an hour and 15"
    let bare = count(text, from).filter(|(hundredths, _)| hundredths % 100 == 0 && *hundredths < 6_000);
    match bare {
        Some((hundredths, after)) if (joined == 1 && !goes_on(text, after)) || (text.is_glued(from) && joined == 0) => {
            Some((first + hundredths / 100, after))
        }
        _ => Some((first, next)),
    }
}

/// "an hour and 3pm": the number belongs to something else.
fn goes_on(text: &Tokens, at: usize) -> bool {
    matches!(
        text.word(at),
        Word::Half(_) | Word::OClock | Word::Unit(_) | Word::OrdinalEnd | Word::Month(_)
    ) || text.is_mark(at, ':')
        || text.is_mark(at, '-')
}

fn is_unit(text: &Tokens, at: usize) -> bool {
    matches!(text.word(at), Word::Unit(_))
}

/// One count with its unit, in minutes: "90 min", "half an hour", "an hour", "1.5 hours", "hour and a half"'s hour.
fn step(text: &Tokens, at: usize) -> Option<(u32, Unit, usize)> {
    let (hundredths, next) = match text.word(at) {
        Word::HalfOf | Word::Quarter => {
            let minutes = if text.word(at) == Word::HalfOf { 30 } else { 15 };
            // "half an hour", "quarter of an hour"
            let mut next = at + 1;
            next += usize::from(text.is_mark(next, '-') || text.word(next) == Word::Of);
            next += usize::from(text.word(next) == Word::A);
            return (text.word(next) == Word::Unit(Unit::Hour)).then_some((minutes, Unit::Minute, next + 1));
        }
        Word::A if matches!(text.word(at + 1), Word::HalfOf | Word::Quarter) => return step(text, at + 1),
        Word::A => (100, at + 1),
        // "hour and a half"; a happy hour is none.
        Word::Unit(Unit::Hour) if text.low(at + 1) == "and" && text.word(at + 2) == Word::A => (100, at),
        _ => count(text, at)?,
    };
    // "a 30-minute call"
    let next = next + usize::from(text.is_mark(next, '-') && is_unit(text, next + 1));
    let unit = match text.word(next) {
        Word::Unit(unit @ (Unit::Minute | Unit::Hour)) => unit,
        Word::Unit(Unit::Day) if text.word(at) != Word::A => Unit::Day,
        _ if text.low(next) == "m" && text.is_glued(next) => Unit::Minute,
        _ => return None,
    };
    let minutes = match unit {
        Unit::Hour => hundredths.min(MOST) * 3 / 5,
        Unit::Day => hundredths.min(MOST) / 5 * 72,
        _ => hundredths / 100,
    };
    Some((minutes, unit, next + 1))
}

/// A count in hundredths: "1.5", "two", "forty five", "1/2", "two and a half".
fn count(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match text.word(at) {
        Word::Cardinal(tens @ (20 | 30 | 40 | 50)) => {
            let next = at + 1 + usize::from(text.is_mark(at + 1, '-'));
            return match text.word(next) {
                Word::Cardinal(ones @ 1..=9) => Some(((tens + ones) * 100, next + 1)),
                _ => Some((tens * 100, at + 1)),
            };
        }
        Word::Cardinal(count) => return Some(and_a_half(text, count, at + 1)),
        _ => {}
    }
    let (whole, whole_digits) = text.number(at)?;
    let whole = whole.min(MOST / 100);
    if (text.is_mark(at + 1, '.') || text.is_mark(at + 1, ','))
        && text.is_glued(at + 1)
        && text.is_glued(at + 2)
        && let Some((fraction, digits)) = text.number(at + 2)
    {
        // "16.29h" is a time of day.
        if whole_digits == 2 && digits == 2 {
            return None;
        }
        let hundredths = if digits == 1 {
            fraction * 10
        } else {
            (2..digits).fold(fraction, |value, _| value / 10).min(99)
        };
        return Some((whole * 100 + hundredths, at + 3));
    }
    if text.is_mark(at + 1, '/') && text.number(at + 2) == Some((2, 1)) && whole == 1 {
        return Some((50, at + 3));
    }
    // "1 1/2"
    let half = text.number(at + 1) == Some((1, 1)) && text.is_mark(at + 2, '/') && text.number(at + 3) == Some((2, 1));
    if half {
        return Some((whole * 100 + 50, at + 4));
    }
    Some(and_a_half(text, whole, at + 1))
}

/// "two and a half hours"
fn and_a_half(text: &Tokens, whole: u32, at: usize) -> (u32, usize) {
    let says = text.word(at) == Word::And && text.word(at + 1) == Word::A && text.word(at + 2) == Word::HalfOf;
    if says && is_unit(text, at + 3) {
        (whole * 100 + 50, at + 3)
    } else {
        (whole * 100, at)
    }
}
