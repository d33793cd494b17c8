//! Times of day with what leads to them, and stretches between two: "at 3", "3-4pm", "from 2 until 3:30", "before noon".
//! May import: std, `clock_time`, `number`, `score`, `token`, `words`, `zones`, `found`.

use super::clock_time::clock;
use super::found::{Clock, Face, Found};
use super::number::{fits_before, follows_day};
use super::score::{is_label, is_numbered};
use super::token::{Kind, Tokens};
use super::words::Word;
use super::zones;

/// A clock time, a range or an end that starts at token `at`, and the token after it. `led`: what stands before makes a bare
/// number a time ("tomorrow 3").
pub(super) fn time(text: &Tokens, at: usize, led: bool) -> Option<(Found, usize)> {
    let word = text.word(at);
    match word {
        Word::Until => {
            let (end, next) = clock(text, skip_at(text, at + 1), true)?;
            Some((Found::Until(end), next))
        }
        // "between now and 8"
        Word::And if text.word_before(at) == Word::Now && text.word(at.wrapping_sub(2)) == Word::Between => {
            let (end, next) = clock(text, at + 1, true)?;
            Some((Found::Until(end), next))
        }
        // "that should go to 8 pm"
        Word::To => {
            let (end, next) = clock(text, at + 1 + usize::from(text.is_mark(at + 1, ':')), led)?;
            Some((Found::Until(end), next))
        }
        // "on a scale from 1 to 10"
        Word::From | Word::Between if is_numbered(text, at) => None,
        Word::From | Word::Between => {
            let from = skip_at(text, at + 1);
            range(text, from, true, word == Word::Between).or_else(|| {
                // "between 5 and 10 people", "from 10 to 15 percent"
                let (found, next) = point(text, from, true).filter(|(_, next)| !counts_things(text, from, *next))?;
                let counts = joint(text, next, word == Word::Between).is_some_and(|end| text.number(end).is_some());
                (!counts).then_some((found, next))
            })
        }
        Word::At | Word::After | Word::About => after_preposition(text, at + 1, word == Word::After),
        // "not before 10" is from ten on.
        Word::Before if text.low(at.wrapping_sub(1)) == "not" => after_preposition(text, at + 1, true),
        Word::Before => latest(text, at + 1).map(|(end, next)| (Found::Before(end), next)),
        Word::Later | Word::Earlier if text.low(at + 1) == "than" => {
            let denied = matches!(text.low(at.wrapping_sub(1)), "no" | "not");
            if denied == (word == Word::Later) {
                latest(text, at + 2).map(|(end, next)| (Found::By(end), next))
            } else {
                after_preposition(text, at + 2, true)
            }
        }
        Word::On | Word::For | Word::In | Word::The => {
            let at = skip_at(text, at + 1);
            range(text, at, false, false).or_else(|| point(text, at, false))
        }
        Word::Filler | Word::Unknown if is_about(text, at) => after_preposition(text, at + 1, false),
        // "one by one", "two by four"
        Word::By if matches!(text.word_before(at), Word::Cardinal(_)) || text.low(at.wrapping_sub(1)) == "off" => None,
        Word::By if at == 1 && text.number(0).is_some() => None,
        Word::By => latest(text, at + 1).map(|(end, next)| (Found::By(end), next)),
        Word::Edge(_) | Word::Unknown if matches!(text.low(at), "end" | "finish" | "finishes" | "finishing") => {
            let (end, next) = clock(text, skip_at(text, at + 1), false)?;
            Some((Found::Until(end), next))
        }
        _ if text.is_mark(at, '@') || text.is_mark(at, '~') => after_preposition(text, at + 1, false),
        _ => range(text, at, led, false).or_else(|| point(text, at, led)),
    }
}

/// The "1400" or "140000" of "20270303T140000" (ISO 8601's basic format).
pub(super) fn basic(text: &Tokens, at: usize) -> Option<(Clock, usize)> {
    let value = match text.number(at)? {
        (value, 4) => value,
        (value, 6) => value / 100,
        (value, 2) if !text.is_mark(at + 1, ':') => value * 100,
        _ => return None,
    };
    let (hour, minute) = (value / 100, value % 100);
    let face = Face::Day;
    (hour <= 24 && minute < 60).then_some((Clock { hour, minute, face }, at + 1))
}

fn after_preposition(text: &Tokens, at: usize, after: bool) -> Option<(Found, usize)> {
    // "at around 3", "at exactly 3"
    let at = match text.word(at) {
        Word::Filler | Word::About if !matches!(text.low(at), "my" | "our" | "your") => at + 1,
        _ => at,
    };
    if after && is_year(text, at) {
        return None;
    }
    let found = range(text, at, true, false).or_else(|| point(text, at, true))?;
    (!after || !counts_things(text, at, found.1)).then_some(found)
}

/// The bare number of "after 3 tries", "before two judges": some of many things.
fn counts_things(text: &Tokens, at: usize, next: usize) -> bool {
    let thing = text.raw(next);
    let many = thing.len() > 3
        && thing.ends_with('s')
        && !thing.ends_with("'s")
        && thing.starts_with(|c: char| c.is_ascii_lowercase());
    let other = matches!(
        thing,
        "works" | "suits" | "sounds" | "looks" | "seems" | "plus" | "always" | "perhaps" | "unless"
    );
    next == at + 1 && text.word(next) == Word::Unknown && many && !other
}

/// The "4pm" of "before 4pm"; "by 2030" is a year.
fn latest(text: &Tokens, at: usize) -> Option<(Clock, usize)> {
    let at = skip_at(text, at);
    if is_year(text, at) {
        return None;
    }
    let (end, next) = clock(text, at, true)?;
    if counts_things(text, at, next) {
        return None;
    }
    // "won by 3 to 1"
    let counts = joint(text, next, false).is_some_and(|other| text.number(other).is_some());
    (!counts || end.face != Face::Bare).then_some((end, next))
}

fn is_year(text: &Tokens, at: usize) -> bool {
    let whole = !(text.is_mark(at + 1, ':') || text.is_mark(at + 1, '-'));
    whole && matches!(text.number(at), Some((1900..=2100, 4)))
}

fn is_about(text: &Tokens, at: usize) -> bool {
    matches!(
        text.low(at),
        "around" | "approximately" | "approx" | "roughly" | "circa"
    )
}

/// Past the "at" of "from at 3", the ":" of "start: 3".
fn skip_at(text: &Tokens, at: usize) -> usize {
    let at = at + usize::from(text.is_mark(at, ':'));
    // "between the hours of 9 and 10"
    if text.word(at) == Word::The && text.low(at + 1) == "hours" && text.word(at + 2) == Word::Of {
        return at + 3;
    }
    at + usize::from(matches!(text.word(at), Word::At | Word::About) || is_about(text, at))
}

fn point(text: &Tokens, at: usize, led: bool) -> Option<(Found, usize)> {
    let (clock, next) = clock(text, at, led)?;
    if next == at + 1 && is_named(text, at) {
        return None;
    }
    // "at 650-6500", "at 3-4 people"
    let goes_on =
        text.is_mark(next, '-') && text.is_glued(next) && text.is_glued(next + 1) && text.number(next + 1).is_some();
    (!goes_on || clock.face != Face::Bare).then_some((Found::Clock(clock), next))
}

/// "lunch at 21 Club": a number that opens a name, and that nobody says of the clock.
fn is_named(text: &Tokens, at: usize) -> bool {
    let number = matches!(text.number(at), Some((13.., 2)));
    let capital = |at| text.raw(at).starts_with(|c: char| c.is_ascii_uppercase());
    let shouts = || text.text.bytes().all(|byte| !byte.is_ascii_lowercase());
    number && text.word(at + 1) == Word::Unknown && capital(at + 1) && !shouts() && !zones::follows_hour(text, at + 1)
}

/// "3-4pm", "from 2 until 3:30", "between 9 and 11".
fn range(text: &Tokens, at: usize, led: bool, between: bool) -> Option<(Found, usize)> {
    let (start, next) = clock(text, at, true)?;
    let from = joint(text, next, between)?;
    let (end, after) = clock(text, skip_at(text, from), true)?;
    // "gate 12-14"
    if is_label(text, at) && next == at + 1 && after == from + 1 {
        return None;
    }
    // "quarter past 3 to 4"
    let says_clock = |clock: Clock, from, to| {
        clock.face != Face::Bare || (from..to).any(|at| text.is_mark(at, ':') || text.word(at) == Word::Past)
    };
    let dashed = text.is_mark(next, '-') && from > next + 1 && start.hour != end.hour && is_likely(start, end);
    let sure = led
        || dashed && matches!(text.word(after), Word::Thing | Word::Meal(_))
        || follows_day(text, after)
        || says_clock(start, at, next)
        || says_clock(end, next, after)
        || stands_free(text, at, after) && is_likely(start, end);
    // "1-2-3" and "555-1234-9" are numbers, so are "1-200" and "7-eleven".
    let goes_on = text.is_mark(after, '-') && text.is_glued(after);
    let long = |at| matches!(text.number(at), Some((_, 3..)));
    let digits = |at| text.number(at).is_some();
    let bare = start.face == Face::Bare && end.face == Face::Bare;
    // "1 to 1"
    let same = bare && (start.hour, start.minute) == (end.hour, end.minute);
    let alike = long(at) == long(from) && !(text.is_glued(from) && digits(at) != digits(from));
    // "900-1030" is a range of hours, "555-1235" a telephone's number.
    let digits_of = |at| text.number(at).map_or(0, |(_, digits)| digits);
    let step = if digits_of(at) == 3 && digits_of(from) == 4 && bare {
        15
    } else {
        5
    };
    let phone = long(at) && !(start.minute.is_multiple_of(step) && end.minute.is_multiple_of(step));
    (sure && !goes_on && !phone && !same && (alike || !bare)).then_some((Found::Range(start, end), after))
}

/// "9-5" and "10-11", but not "3-1": a score goes down.
fn is_likely(start: Clock, end: Clock) -> bool {
    (end.hour + 12 - start.hour % 12) % 12 < 10
}

/// Past what joins the two ends: "-", "to", "->", "and" after "between".
fn joint(text: &Tokens, at: usize, between: bool) -> Option<usize> {
    match text.kind(at)? {
        // "9am through to 10"
        Kind::Word(Word::To | Word::Until) => Some(at + 1 + usize::from(text.word(at + 1) == Word::To)),
        // "9am up to 10"
        Kind::Word(_) if text.low(at) == "up" && matches!(text.word(at + 1), Word::To | Word::Until) => Some(at + 2),
        Kind::Word(Word::And) | Kind::Mark('&') if between => Some(at + 1),
        Kind::Mark('-') if zones::is_mail_offset(text, at) => None,
        // "a ten-to-twelve meeting"
        Kind::Mark('-') if text.word(at + 1) == Word::To => Some(at + 2 + usize::from(text.is_mark(at + 2, '-'))),
        Kind::Mark('-') => Some(at + 1 + usize::from(text.is_mark(at + 1, '>'))),
        Kind::Mark('~' | '→') => Some(at + 1),
        // "3 'til 5"
        Kind::Mark('\'' | '’') if text.word(at + 1) == Word::Until => Some(at + 2),
        _ => None,
    }
}

/// Hours without any clock's sign are a range when they are all that is said, or stand behind what has a time: "9 to 5",
/// "lunch 12-1". A score ("won 3-1") and a count ("2-3 sessions") are none.
fn stands_free(text: &Tokens, at: usize, after: usize) -> bool {
    let ends = !matches!(
        text.kind(after),
        Some(Kind::Word(Word::Unknown | Word::Thing) | Kind::Mark('/' | '.' | ':'))
    ) || text.is_mark(after, '.') && after + 1 == text.len();
    let whole = at == 0 && after >= text.len();
    let has_time = matches!(
        text.word_before(at),
        Word::Thing | Word::Meal(_) | Word::Unknown | Word::Helper
    );
    whole || ends && has_time && fits_before(text, at)
}
