//! Years: "2027", "'27", "twenty twenty-seven", "next year" behind a date. May import: std, `amount`, `token`, `words`, `found`.

use super::amount::whole;
use super::found::OfYear;
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};

pub(super) fn full_year(year: u32, digits: u32) -> OfYear {
    let year = if digits == 2 { of_century(year) } else { year };
    i32::try_from(year).map_or(OfYear::Next, OfYear::Is)
}

/// "'98" was in the last century.
fn of_century(year: u32) -> u32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

/// "2027", "of 2027", "next year" after a date.
pub(super) fn year_after(text: &Tokens, at: usize) -> (OfYear, usize) {
    let joins = matches!(text.word(at), Word::Of | Word::In)
        || matches!(text.kind(at), Some(Kind::Mark(',' | '-' | '/' | '.')));
    let from = at + usize::from(joins);
    match text.number(from) {
        // "01/Nov/2027:09:30:00", as servers log it
        Some((year @ 1900..2100, 4)) if !text.is_mark(from + 1, ':') || text.is_mark(at, '/') => {
            return (full_year(year, 4), from + 1);
        }
        // "17 March 27": no clock shows it.
        Some((year @ (25..=39 | 70..=99), 2)) if ends_a_year(text, from + 1) => return (full_year(year, 2), from + 1),
        // "3/Mar/27"
        Some((year, 2))
            if from > at && text.is_glued(at) && text.is_glued(from) && text.word_before(at) != Word::None =>
        {
            return (full_year(year, 2), from + 1);
        }
        _ => {}
    }
    if let Some((year, next)) = short_year(text, from).or_else(|| year_in_words(text, from)) {
        return (full_year(year, 4), next);
    }
    if let Some(year) = behind_clock(text, at) {
        return (full_year(year, 4), at);
    }
    let years = match (text.word(from), text.word(from + 1)) {
        (Word::This, Word::Unit(Unit::Year)) => 0,
        (Word::Next, Word::Unit(Unit::Year)) => 1,
        (Word::Last, Word::Unit(Unit::Year)) => -1,
        _ => return (OfYear::Next, at),
    };
    (OfYear::Away(years), from + 2)
}

/// The year of "Nov 1 09:30:00 2027", as programs write it; a zone may stand before it.
fn behind_clock(text: &Tokens, at: usize) -> Option<u32> {
    let written = text.is_mark(at + 1, ':') && text.is_mark(at + 3, ':') && text.number(at + 4).is_some();
    let (year @ 1900..2100, 4) = text
        .number(at + 5)
        .or_else(|| text.number(at + 6))
        .filter(|_| written)?
    else {
        return None;
    };
    Some(year)
}

/// Nothing follows that would make a number more than a year.
fn ends_a_year(text: &Tokens, at: usize) -> bool {
    let mark = matches!(text.kind(at), Some(Kind::Mark(':' | '-' | '/' | '%')))
        || text.is_mark(at, '.') && text.is_glued(at + 1);
    !mark
        && !matches!(
            text.word(at),
            Word::Unknown | Word::Thing | Word::Unit(_) | Word::Half(_) | Word::OrdinalEnd | Word::OClock
        )
}

/// "'27"
pub(super) fn short_year(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let mark = matches!(text.kind(at), Some(Kind::Mark('\'' | '’' | '‘')));
    let (year, 2) = text.number(at + 1)? else { return None };
    (mark && text.is_glued(at + 1)).then_some((of_century(year), at + 2))
}

/// "two thousand (and) twenty seven", "twenty twenty-seven", "nineteen ninety nine".
fn year_in_words(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let small = |at: usize| {
        let at = at + usize::from(text.is_mark(at, '-'));
        let (value, next) = whole(text, at).filter(|_| text.number(at).is_none())?;
        Some((u32::try_from(value).ok()?, next))
    };
    if text.low(at + 1) == "thousand" {
        let from = at + 2 + usize::from(text.word(at + 2) == Word::And);
        let rest = small(from).filter(|(rest, _)| *rest < 100);
        return (text.word(at) == Word::Cardinal(2))
            .then(|| rest.map_or((2000, at + 2), |(rest, next)| (2000 + rest, next)));
    }
    let century = match text.word(at) {
        Word::Cardinal(19) => 1900,
        Word::Cardinal(20) => 2000,
        _ => return None,
    };
    let (rest, next) = small(at + 1).filter(|(rest, _)| (10..100).contains(rest))?;
    Some((century + rest, next))
}
