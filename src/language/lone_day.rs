//! Days of a month that nothing tells: "the 3rd", "14th", "on 15". May import: std, `month_day`, `token`, `words`, `found`.

use super::found::Day;
use super::month_day::day_number;
use super::token::{Kind, Tokens};
use super::words::Word;

/// "the 3rd", "14th", "on 15".
pub(super) fn lone_ordinal(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    // "b4th"
    if text.is_glued(at) && text.word_before(at) != Word::None {
        return None;
    }
    let (day, next) = day_number(text, at)?;
    let in_digits = text.number(at).is_some();
    let is_ordinal = !in_digits || next > at + 1;
    let before = text.word_before(at);
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
            | Word::Edge(_)
            | Word::Weekend
            | Word::Time
    ) || text.number(next).is_some() && !in_digits;
    // "on 2nd thought", "on 5th avenue"
    if matches!(
        text.low(next),
        "thought" | "thoughts" | "floor" | "base" | "hand" | "place" | "street" | "avenue" | "ave" | "grade"
    ) {
        return None;
    }
    let sure = match (is_ordinal, in_digits) {
        (true, true) => before == Word::On || !counts && before != Word::In || is_said_of_days(text.low(next)),
        (true, false) => matches!(before, Word::On | Word::The) && !counts,
        // "on 15", "Friday 31"
        (false, _) => {
            let on_the = before == Word::The && at >= 2 && text.word(at - 2) == Word::On;
            let led = before == Word::On || on_the || day > 12 && matches!(before, Word::Weekday(_));
            led && (1..=31).contains(&day) && ends(text, next)
        }
    };
    sure.then_some((Day::OfMonth { day, months: None }, next))
}

/// "the 9th suits me", "the 8th instead"
pub(super) fn is_said_of_days(word: &str) -> bool {
    matches!(
        word,
        "works" | "work" | "instead" | "suits" | "fits" | "sounds" | "looks" | "seems" | "only" | "either" | "too"
    )
}

/// Nothing follows that would make the number a count or a time of day.
fn ends(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        None => true,
        Some(Kind::Mark(mark)) => !matches!(mark, ':' | '-' | '/' | '%') && !text.is_glued(at + 1),
        Some(Kind::Word(word)) => matches!(
            word,
            Word::At | Word::From | Word::With | Word::For | Word::And | Word::Between
        ),
        _ => false,
    }
}
