//! "the second closest Monday to May 5th". May import: std, `date`, `month_day`, `token`, `words`, `found`.

use super::date::{day_at, ordinal};
use super::found::Day;
use super::month_day::ordinal_word;
use super::token::Tokens;
use super::words::Word;

/// "the closest Thursday to August 9th", "second closest Monday to Easter"
pub(super) fn closest(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let (nth, from) = ordinal_word(text, at).or_else(|| ordinal(text, at)).unwrap_or((1, at));
    let Word::Weekday(weekday) = text.word(from + 1) else {
        return None;
    };
    let says = is_close(text, from) && matches!(text.word(from + 2), Word::To | Word::Of);
    let (to, next) = day_at(text, from + 3, depth).filter(|_| says)?;
    let to = Box::new(to);
    Some((Day::Closest { nth, weekday, to }, next))
}

pub(super) fn is_close(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "closest" | "nearest")
}
