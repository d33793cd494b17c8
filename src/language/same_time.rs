//! "this time tomorrow", "this time next week": the time of day at which it is said. May import: std, `date`, `token`, `words`, `found`.

use super::date::shifted;
use super::found::{Day, Found, Shift};
use super::token::Tokens;
use super::words::{Unit, Word};

/// The "this time" that starts at token `at` before a day, and the token after it.
pub(super) fn same_time(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let from = at + usize::from(matches!(text.word(at), Word::At | Word::About | Word::By));
    let says = (text.word(from), text.word(from + 1)) == (Word::This, Word::Time);
    let day = match text.word(from + 2) {
        Word::Near(_) | Word::Weekday(_) | Word::Next | Word::Last => true,
        Word::On | Word::This => matches!(text.word(from + 3), Word::Weekday(_) | Word::The | Word::Month(_)),
        _ => false,
    };
    (says && day).then_some((Found::SameTime, from + 2))
}

/// The "next week" behind it: the day that lies so far from today.
pub(super) fn step(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let side = match text.word(at) {
        Word::Next => 1,
        Word::Last => -1,
        _ => return None,
    };
    let (months, days) = match text.word(at + 1) {
        Word::Unit(Unit::Day) => (0, 1),
        Word::Unit(Unit::Week) => (0, 7),
        Word::Unit(Unit::Month) => (1, 0),
        Word::Unit(Unit::Year) => (12, 0),
        _ => return None,
    };
    let shift = Shift {
        months: months * side,
        days: days * i64::from(side),
    };
    // "this time next week on Friday"
    let on = text.word(at + 2) == Word::On || matches!(text.word(at + 2), Word::Weekday(_));
    (!on).then_some((Found::Day(shifted(shift, Day::Away(0))), at + 2))
}
