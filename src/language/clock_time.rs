//! Times of day and stretches between two of them: "2pm", "at 14:00", "half past three", "3-4pm". May import: std, `token`, `words`, `found`.

use super::found::{Clock, Face, Found};
use super::token::{Kind, Tokens};
use super::words::{Half, Part, Unit, Word};

/// A clock time, a range or an end that starts at token `at`, and the token after it. `led`: what stands before makes a bare
/// number a time ("tomorrow 3").
pub(super) fn time(text: &Tokens, at: usize, led: bool) -> Option<(Found, usize)> {
    let word = text.word(at);
    match word {
        Word::Until => clock(text, skip_at(text, at + 1), true).map(|(end, next)| (Found::Until(end), next)),
        // "that should go to 8 pm"
        Word::To => {
            let (end, next) = clock(text, at + 1, false)?;
            Some((Found::Until(end), next))
        }
        Word::From | Word::Between => range(text, skip_at(text, at + 1), true, word == Word::Between)
            .or_else(|| point(text, skip_at(text, at + 1), true)),
        Word::At | Word::After | Word::About => after_preposition(text, at + 1),
        Word::On | Word::For | Word::In | Word::The => {
            let at = skip_at(text, at + 1);
            range(text, at, false, false).or_else(|| point(text, at, false))
        }
        _ if text.is_mark(at, '@') => after_preposition(text, at + 1),
        _ => range(text, at, led, false).or_else(|| point(text, at, led)),
    }
}

fn after_preposition(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    // "at around 3", "at exactly 3"
    let at = match text.word(at) {
        Word::Filler | Word::About if !matches!(text.low(at), "my" | "our" | "your") => at + 1,
        _ => at,
    };
    range(text, at, true, false).or_else(|| point(text, at, true))
}

/// Past the "at" of "from at 3".
fn skip_at(text: &Tokens, at: usize) -> usize {
    at + usize::from(
        matches!(text.word(at), Word::At | Word::About) || matches!(text.low(at), "around" | "approximately"),
    )
}

fn point(text: &Tokens, at: usize, led: bool) -> Option<(Found, usize)> {
    clock(text, at, led).map(|(clock, next)| (Found::Clock(clock), next))
}

/// "3-4pm", "from 2 until 3:30", "between 9 and 11".
fn range(text: &Tokens, at: usize, led: bool, between: bool) -> Option<(Found, usize)> {
    let (start, next) = clock(text, at, true)?;
    let joined = text.is_mark(next, '-')
        || matches!(text.word(next), Word::To | Word::Until)
        || between && text.word(next) == Word::And;
    if !joined {
        return None;
    }
    let (end, after) = clock(text, skip_at(text, next + 1), true)?;
    let says_clock = |clock: Clock, from, to| clock.face != Face::Bare || (from..to).any(|at| text.is_mark(at, ':'));
    let sure = led || is_day(text, after) || says_clock(start, at, next) || says_clock(end, next, after);
    // "1-2-3" and "555-1234-9" are numbers.
    let goes_on = text.is_mark(after, '-') && text.is_glued(after);
    (sure && !goes_on).then_some((Found::Range(start, end), after))
}

/// One clock time, with the words that tell its part of the day: "8 in the morning", "evening 7".
fn clock(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    if let Word::Part(part) = text.word(at) {
        let (mut clock, next) = digits(text, at + 1, true).or_else(|| spoken(text, at + 1, true))?;
        if clock.face == Face::Bare {
            clock.face = Face::Part(part);
        }
        return Some((clock, next));
    }
    let led = led || part_after(text, at + 1).is_some();
    let (mut clock, mut next) = relative_to_hour(text, at, led)
        .or_else(|| digits(text, at, led))
        .or_else(|| spoken(text, at, led))
        .or_else(|| named(text, at))?;
    if clock.face == Face::Bare {
        if let Some((part, after)) = part_after(text, next) {
            (clock.face, next) = (Face::Part(part), after);
        }
    } else if let Some((_, after)) = part_after(text, next) {
        next = after;
    }
    Some((clock, next))
}

/// "in the morning", "at night".
fn part_after(text: &Tokens, at: usize) -> Option<(Part, usize)> {
    let from = match (text.word(at), text.word(at + 1)) {
        (Word::In, Word::The) => at + 2,
        (Word::At | Word::In, _) => at + 1,
        _ => return None,
    };
    match text.word(from) {
        Word::Part(part) => Some((part, from + 1)),
        _ => None,
    }
}

/// "am", "p.m.", a glued "p", "o'clock".
fn half_after(text: &Tokens, at: usize) -> Option<(Face, usize)> {
    match text.word(at) {
        Word::Half(half) => Some((Face::Half(half), at + 1)),
        Word::OClock => half_after(text, at + 1).or(Some((Face::Bare, at + 1))),
        _ if text.is_glued(at) && text.low(at) == "p" => Some((Face::Half(Half::Pm), at + 1)),
        _ if text.is_glued(at) && text.low(at) == "a" => Some((Face::Half(Half::Am), at + 1)),
        _ => None,
    }
}

/// Times in digits.
fn digits(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    let (value, count) = text.number(at)?;
    // Parts of a longer number, amounts: "1.30.2", "$5".
    if text.is_glued(at)
        && at > 0
        && matches!(
            text.kind(at - 1),
            Some(Kind::Mark('.' | ':' | '/' | '$' | '#' | '+' | '€' | '£'))
        )
    {
        return None;
    }
    let separated = |mark| text.is_mark(at + 1, mark) && text.is_glued(at + 1) && text.is_glued(at + 2);
    let minutes = text
        .number(at + 2)
        .filter(|(_, digits)| *digits == 2)
        .map(|(value, _)| value);
    if count <= 2 && separated(':') {
        return hour_and_minute(text, at, value, count, minutes?);
    }
    if count <= 2
        && (separated('.') || separated('h'))
        && let Some(minute) = minutes
            .filter(|_| led || half_after(text, at + 3).is_some() || is_day(text, at + 3) || is_hours(text, at + 3))
    {
        return hour_and_minute(text, at, value, count, minute);
    }
    if count <= 2 && led && text.low(at + 1) == "h" && text.is_glued(at + 1) {
        let minute = text.number(at + 2).filter(|_| text.is_glued(at + 2));
        let minute = minute.map_or((0, at + 2), |(minute, _)| (minute, at + 3));
        return Some((told(value, minute.0, Face::Day), minute.1));
    }
    if let Some((face, next)) = half_after(text, at + 1) {
        let (hour, minute) = if count > 2 {
            (value / 100, value % 100)
        } else {
            (value, 0)
        };
        return (count <= 4).then_some((told(hour, minute, face), next));
    }
    if !led || !ends_a_number(text, at + 1) {
        return None;
    }
    match count {
        1 | 2 if value <= 24 || ends_a_clause(text, at + 1) => {
            let face = if count == 2 && !(10..=12).contains(&value) {
                Face::Day
            } else {
                Face::Bare
            };
            Some((told(value, 0, face), at + 1))
        }
        3 | 4 => {
            let face = if count == 4 && !(1000..1300).contains(&value) {
                Face::Day
            } else {
                Face::Bare
            };
            let possible = value / 100 <= 24 && value % 100 < 60;
            possible.then_some((told(value / 100, value % 100, face), at + 1))
        }
        _ => None,
    }
}

/// "2:30", "14:00", "2.30 pm", with seconds that nobody needs.
fn hour_and_minute(text: &Tokens, at: usize, hour: u32, digits: usize, minute: u32) -> Option<(Clock, usize)> {
    let mut next = at + 3;
    let more = |next| text.is_mark(next, ':') && text.is_glued(next) && text.is_glued(next + 1);
    if more(next) && text.number(next + 1).is_some() {
        next += 2;
    }
    let written = if (digits == 2 && hour < 10) || hour == 0 || hour > 12 {
        Face::Day
    } else {
        Face::Bare
    };
    let (face, next) = half_after(text, next).unwrap_or((written, next + usize::from(is_hours(text, next))));
    let face = if face == Face::Bare { written } else { face };
    Some((told(hour, minute, face), next))
}

/// A clock time, with what cannot be meant by halves told right: "13 pm" is 13:00.
fn told(hour: u32, minute: u32, face: Face) -> Clock {
    let face = if hour > 12 && hour <= 24 { Face::Day } else { face };
    Clock { hour, minute, face }
}

/// "18.30 h"
fn is_hours(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "h" | "uhr" | "hrs")
}

fn is_day(text: &Tokens, at: usize) -> bool {
    matches!(text.word(at), Word::Near(_) | Word::Weekday(_) | Word::Tonight)
}

/// What follows makes a bare number no time: units, ordinals, counted things.
fn ends_a_number(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Word(word)) => {
            !matches!(
                word,
                Word::Unit(_) | Word::OrdinalEnd | Word::HalfOf | Word::Month(_) | Word::Meal(_)
            ) && !matches!(
                text.low(at),
                "people" | "persons" | "person" | "guests" | "of" | "x" | "k" | "m" | "pax" | "more"
            )
        }
        Some(Kind::Mark('/' | '%' | '$' | '€' | '£')) => false,
        Some(Kind::Mark('.' | ',' | ':')) => {
            !(text.is_glued(at) && text.is_glued(at + 1) && text.number(at + 1).is_some())
        }
        Some(Kind::Number { .. }) => false,
        _ => true,
    }
}

/// Nothing follows that could be counted or named: "at 25" is a time that does not exist, "at 25 Main Street" is a place.
fn ends_a_clause(text: &Tokens, at: usize) -> bool {
    !matches!(text.word(at), Word::Unknown | Word::Cardinal(_))
}

/// Times in words: "three pm", "at eleven", "three thirty".
fn spoken(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    let Word::Cardinal(hour @ 1..=12) = text.word(at) else {
        return None;
    };
    let (minute, next) = match (text.word(at + 1), text.word(at + 2)) {
        (Word::Cardinal(tens @ (20 | 30 | 40 | 50)), Word::Cardinal(ones @ 1..=9)) => (tens + ones, at + 3),
        (Word::Cardinal(minute @ (10..=30 | 40 | 50)), _) => (minute, at + 2),
        _ => (0, at + 1),
    };
    if let Some((face, next)) = half_after(text, next) {
        return Some((told(hour, minute, face), next));
    }
    (led && ends_a_number(text, next)).then_some((told(hour, minute, Face::Bare), next))
}

fn named(text: &Tokens, at: usize) -> Option<(Clock, usize)> {
    let at = at + usize::from(text.word(at) == Word::Cardinal(12) || text.number(at) == Some((12, 2)));
    match text.word(at) {
        Word::Noon => Some((told(12, 0, Face::Day), at + 1)),
        Word::Midnight => Some((told(0, 0, Face::Midnight), at + 1)),
        _ => None,
    }
}

/// "half past three", "quarter to 5", "ten to five", "half eight".
fn relative_to_hour(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    let at = at + usize::from(text.word(at) == Word::A);
    let (minutes, mut next) = match text.word(at) {
        Word::HalfOf => (30, at + 1),
        Word::Quarter => (15, at + 1),
        word => (number_of(text, at, word).filter(|n| (1..30).contains(n))?, at + 1),
    };
    let with_unit = text.word(next) == Word::Unit(Unit::Minute);
    next += usize::from(with_unit);
    let before = match text.word(next) {
        Word::Past | Word::After => false,
        Word::To => true,
        _ if matches!(text.low(next), "before" | "of") => true,
        // "half eight"
        _ if minutes == 30 && led => {
            let hour = hour_of(text, next)?;
            return Some((told(hour, 30, Face::Bare), next + 1));
        }
        _ => return None,
    };
    // "2 to 3" and "from ten to five" are ranges.
    let ranges =
        text.number(at).is_some() && minutes <= 12 || matches!(text.word_before(at), Word::From | Word::Between);
    if before && ranges && !with_unit {
        return None;
    }
    let (face, hour, after) = match text.word(next + 1) {
        Word::Noon => (Face::Day, 12, next + 2),
        Word::Midnight => (Face::Day, 24, next + 2),
        _ => {
            let hour = hour_of(text, next + 1)?;
            let (face, after) = half_after(text, next + 2).unwrap_or((Face::Bare, next + 2));
            (face, hour, after)
        }
    };
    if !before {
        return Some((told(hour % 24, minutes, face), after));
    }
    // The hour before one o'clock is twelve.
    let earlier = match (hour, face) {
        (0 | 24, _) => 23,
        (1, Face::Bare | Face::Half(_)) => 12,
        _ => hour - 1,
    };
    // "quarter to 12 am" is before midnight.
    let face = match (hour, face) {
        (12, Face::Half(Half::Am)) => Face::Half(Half::Pm),
        (12, Face::Half(Half::Pm)) => Face::Half(Half::Am),
        _ => face,
    };
    Some((told(earlier, 60 - minutes, face), after))
}

fn number_of(text: &Tokens, at: usize, word: Word) -> Option<u32> {
    match word {
        Word::Cardinal(tens @ (20 | 30 | 40 | 50)) => Some(tens),
        Word::Cardinal(n) => Some(n),
        _ => text
            .number(at)
            .filter(|(_, digits)| *digits <= 2)
            .map(|(value, _)| value),
    }
}

fn hour_of(text: &Tokens, at: usize) -> Option<u32> {
    number_of(text, at, text.word(at)).filter(|hour| *hour <= 24)
}
