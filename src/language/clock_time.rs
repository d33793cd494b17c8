//! Times of day: "2pm", "14:00", "1430 hours", "half past three", "twenty to five". May import: std, `amount`, `clock_words`,
//! `month_day`, `number`, `score`, `token`, `words`, `found`, `zones`.

use super::amount::whole;
use super::clock_words::{minutes_in_words, named, spoken};
use super::found::{Clock, Face};
use super::month_day::is_dotted;
use super::number::{
    continues, ends_a_clause, ends_a_number, fits_before, follows_day, is_address, is_day, is_set_for, is_told,
};
use super::score::{is_numbered, is_verse};
use super::token::{Kind, Tokens};
use super::words::{Half, Part, Unit, Word};
use super::zones;

/// The clock time that starts at token `at`, with the words that tell its part of the day ("8 in the morning", "evening 7"), and the
/// token after it. `led`: what stands before makes a bare number a time ("tomorrow 3").
pub(super) fn clock(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    if !may_start(text, at) {
        return None;
    }
    if let Word::Part(part) = text.word(at) {
        let (mut clock, next) = digits(text, at + 1, true).or_else(|| spoken(text, at + 1, true))?;
        if clock.face == Face::Bare {
            clock.face = Face::Part(part);
        }
        return Some((clock, next));
    }
    let read = |led| relative_to_hour(text, at, led).or_else(|| plain(text, at, led));
    let led = led || is_set_for(text, at);
    let (mut clock, mut next) =
        read(led).or_else(|| read(true).filter(|(_, next)| !led && leads_back(text, at, *next)))?;
    if let Some((part, after)) = part_after(text, next) {
        next = after;
        if clock.face == Face::Bare {
            clock.face = Face::Part(part);
        }
    }
    Some((clock, next))
}

/// Most words start no time of day, and need no rule to say so.
fn may_start(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Number { .. }) => true,
        Some(Kind::Word(word)) => match word {
            Word::Part(_)
            | Word::Cardinal(_)
            | Word::HalfOf
            | Word::Quarter
            | Word::A
            | Word::Noon
            | Word::Midnight => true,
            Word::Unknown | Word::Edge(_) => text.is_mark(at + 1, '-'),
            _ => false,
        },
        _ => false,
    }
}

/// A time of day by itself: in digits, in words, by name.
fn plain(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    // "12 noon"
    let twelve = text.number(at) == Some((12, 2)) || text.word(at) == Word::Cardinal(12);
    let said = named(text, at).filter(|_| twelve);
    said.or_else(|| digits(text, at, led))
        .or_else(|| spoken(text, at, led))
        .or_else(|| named(text, at))
}

/// What follows makes a bare number a time: "9 tomorrow", "3 in the afternoon", "8 this evening", "9 UTC".
fn leads_back(text: &Tokens, at: usize, next: usize) -> bool {
    part_after(text, next).is_some()
        || zones::follows_hour(text, next)
        || follows_day(text, next) && (fits_before(text, at) || is_told(text, at))
        // "3 or 4 tomorrow"
        || text.word(next) == Word::Or
            && text.number(next + 1).is_some_and(|(hour, digits)| hour <= 12 && digits <= 2)
            && follows_day(text, next + 2)
            && fits_before(text, at)
        // "10, tonight"
        || at == 0 && text.is_mark(next, ',') && follows_day(text, next + 1)
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

/// "am", "p.m.", "p m", "o'clock".
pub(super) fn half_after(text: &Tokens, at: usize) -> Option<(Face, usize)> {
    if let Word::Half(half) = text.word(at) {
        return Some((Face::Half(half), at + 1));
    }
    // "5:30 in the am"
    if let (Word::In, Word::The, Word::Half(half)) = (text.word(at), text.word(at + 1), text.word(at + 2)) {
        return Some((Face::Half(half), at + 3));
    }
    if let Some(next) = o_clock(text, at) {
        return half_after(text, next).or(Some((Face::Bare, next)));
    }
    let half = match text.low(at) {
        "a" => Half::Am,
        "p" => Half::Pm,
        _ => return None,
    };
    // "p m", "p. m."
    let m = at + 1 + usize::from(text.is_mark(at + 1, '.'));
    let dotted = usize::from(m > at + 1 && text.is_mark(m + 1, '.') && text.is_glued(m + 1));
    (text.low(m) == "m").then_some((Face::Half(half), m + 1 + dotted))
}

/// Past "o'clock", "o clock", "o' clock".
pub(super) fn o_clock(text: &Tokens, at: usize) -> Option<usize> {
    if text.word(at) == Word::OClock {
        return Some(at + 1);
    }
    let clock = at + 1 + usize::from(text.is_mark(at + 1, '\'') || text.is_mark(at + 1, '’'));
    (text.low(at) == "o" && text.low(clock) == "clock").then_some(clock + 1)
}

/// The "p" of "2p".
fn letter_after(text: &Tokens, at: usize) -> Option<(Face, usize)> {
    let half = match text.low(at) {
        "a" => Half::Am,
        "p" => Half::Pm,
        _ => return None,
    };
    text.is_glued(at).then_some((Face::Half(half), at + 1))
}

/// Times in digits.
fn digits(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    let (value, count) = text.number(at)?;
    if continues(text, at) {
        return None;
    }
    if count <= 2
        && let Some(found) = with_minutes(text, at, led)
    {
        return found;
    }
    let (hour, minute) = if count > 2 {
        (value / 100, value % 100)
    } else {
        (value, 0)
    };
    // "2pm", "330 pm", "6:pm"
    let colon = at + 1 + usize::from(text.is_mark(at + 1, ':') && text.is_glued(at + 1));
    if let Some((face, next)) = half_after(text, colon) {
        return (count <= 4).then_some((told(hour, minute, face), next));
    }
    // "2p" stands by itself; "4a" may be a flat, "720p" is a picture's height.
    if let Some((face, next)) = letter_after(text, at + 1)
        && (led || follows_day(text, next) || face == Face::Half(Half::Pm) && fits_before(text, at) && value != 720)
    {
        return (count <= 4).then_some((told(hour, minute, face), next));
    }
    // "8h"
    if (led || value >= 13) && count <= 2 && text.low(at + 1) == "h" && text.is_glued(at + 1) {
        return Some((told(value, 0, Face::Day), at + 2));
    }
    // "at 20 hours"
    if led && count <= 2 && value <= 24 && text.word_before(at) == Word::At && is_hours(text, at + 1) {
        return Some((told(value, 0, Face::Day), at + 2));
    }
    // "18 hundred hours"
    if count <= 2 && value <= 24 && text.low(at + 1) == "hundred" && (led || is_hours(text, at + 2)) {
        return Some((told(value, 0, Face::Day), at + 2 + usize::from(is_hours(text, at + 2))));
    }
    // "1430 hours"
    if count == 4 && text.word(at + 1) == Word::Unit(Unit::Hour) && hour <= 24 && minute < 60 {
        return Some((told(hour, minute, Face::Day), at + 2));
    }
    // "5ish"
    let ish = past_ish(text, at + 1);
    if ish > at + 1 && count <= 2 {
        return Some((told(value, 0, bare(value, count)), ish));
    }
    // "0930"
    let military = count == 4 && hour < 10 && minute % 5 == 0 && (fits_before(text, at) || is_day(text, at + 1));
    ((led || military) && ends_a_number(text, at + 1) && !is_address(text, at + 1)).then(|| lone(text, at))?
}

/// A bare number that something leads to: "at 3", "at 0830", "tomorrow 15".
fn lone(text: &Tokens, at: usize) -> Option<(Clock, usize)> {
    let (value, count) = text.number(at)?;
    if text.is_glued(at) && matches!(text.kind(at.wrapping_sub(1)), Some(Kind::Word(Word::Unknown))) {
        return None;
    }
    match count {
        1 if value == 0 => None,
        1 | 2 if value <= 24 || ends_a_clause(text, at + 1) => Some((told(value, 0, bare(value, count)), at + 1)),
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

/// An hour without its half: "08" and "15" are on the clock of 24 hours.
fn bare(hour: u32, digits: u32) -> Face {
    if (digits == 2 && hour < 10) || hour == 0 || hour > 12 {
        Face::Day
    } else {
        Face::Bare
    }
}

/// An hour in digits with its minutes: "2:30", "2.30 pm", "14h30", "8 30 pm", "5-59 pm". The inner `None` is no time.
fn with_minutes(text: &Tokens, at: usize, led: bool) -> Option<Option<(Clock, usize)>> {
    let mark = match text.kind(at + 1)? {
        Kind::Mark(mark @ (':' | '.' | '-')) => Some(mark),
        Kind::Word(_) if text.low(at + 1) == "h" => Some('h'),
        Kind::Number { .. } => None,
        Kind::Word(Word::Cardinal(_)) => return half_spoken(text, at, led),
        _ => return None,
    };
    let from = at + 1 + usize::from(mark.is_some());
    let (hour, digits) = text.number(at)?;
    let (minute, 2) = text.number(from)? else {
        return (mark == Some(':')).then_some(None);
    };
    // "12.12.12" is no time.
    let goes_on = text.is_mark(from + 1, '.') && text.is_glued(from + 2) && text.number(from + 2).is_some();
    if mark == Some('.') && goes_on {
        return Some(None);
    }
    let tight = text.is_glued(at + 1) && text.is_glued(from);
    let halved = half_after(text, from + 1).is_some() || letter_after(text, from + 1).is_some();
    let sure = match mark {
        Some(':') => (tight || led) && !is_numbered(text, at) && !is_verse(text, at) || halved,
        Some('.') if tight => {
            led && !is_dotted(text, at) && ends_a_number(text, from + 1)
                || halved
                || is_day(text, from + 1) && fits_before(text, at)
                || is_hours(text, from + 1)
        }
        Some('h') => tight && (led || halved || hour >= 10),
        // "5-59 pm" has no hour 59, and "10-00" no end.
        Some('-') => tight && (halved && minute > 24 && minute < 60 || led && hour > 0 && minute == 0),
        // "at 10 30", as it is dictated
        None if led && minute < 60 && minute.is_multiple_of(5) && !text.is_glued(from) => {
            halved || ends_a_clause(text, from + 1) && ends_a_number(text, from + 1) && !follows_range(text, from)
        }
        // "8 30 pm", "8. 30 pm"
        _ => halved && minute < 60,
    };
    sure.then(|| Some(hour_and_minute(text, from, hour, digits, minute)))
}

/// "at 10 30-45": the second number opens a range.
fn follows_range(text: &Tokens, at: usize) -> bool {
    text.is_mark(at + 1, '-') || text.word(at + 1) == Word::To
}

/// "3 thirty", "3 fifteen pm"
fn half_spoken(text: &Tokens, at: usize, led: bool) -> Option<Option<(Clock, usize)>> {
    let (hour @ 0..=24, digits) = text.number(at)? else {
        return None;
    };
    let (minute, next) = minutes_in_words(text, at + 1)?;
    if let Some((face, next)) = half_after(text, next) {
        return Some(Some((told(hour, minute, face), next)));
    }
    (led && ends_a_number(text, next)).then_some(Some((told(hour, minute, bare(hour, digits)), next)))
}

/// What follows the minutes at `at`: seconds, which nobody needs, a half of the day, "h".
fn hour_and_minute(text: &Tokens, at: usize, hour: u32, digits: u32, minute: u32) -> (Clock, usize) {
    let mut next = at + 1;
    let more = |next, mark| text.is_mark(next, mark) && text.is_glued(next) && text.is_glued(next + 1);
    for mark in [':', '.'] {
        if more(next, mark) && text.number(next + 1).is_some() && (mark == ':' || next > at + 1) {
            next += 2;
        }
    }
    // "7:30h" is on the clock of 24 hours.
    let written = if is_hours(text, next) {
        Face::Day
    } else {
        bare(hour, digits)
    };
    let after = half_after(text, next).or_else(|| letter_after(text, next));
    let (face, next) = match after {
        Some((Face::Bare, next)) => (written, next),
        Some(after) => after,
        None => (written, past_ish(text, next + usize::from(is_hours(text, next)))),
    };
    (told(hour, minute, face), next)
}

/// A clock time, with what cannot be meant by halves told right: "13 pm" is 13:00.
pub(super) fn told(hour: u32, minute: u32, face: Face) -> Clock {
    let face = if hour > 12 && hour <= 24 { Face::Day } else { face };
    Clock { hour, minute, face }
}

/// "18.30 h"
pub(super) fn is_hours(text: &Tokens, at: usize) -> bool {
    text.word(at) == Word::Unit(Unit::Hour) || text.low(at) == "uhr"
}

/// Past the "ish" of "5ish", "noon-ish".
pub(super) fn past_ish(text: &Tokens, at: usize) -> usize {
    let ish = at + usize::from(text.is_mark(at, '-'));
    if text.low(ish) == "ish" { ish + 1 } else { at }
}

/// "half past three", "quarter to 5", "ten to five", "half eight".
fn relative_to_hour(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    let from = at + usize::from(text.word(at) == Word::A);
    let (minutes, mut next) = match text.word(from) {
        Word::HalfOf => (30, from + 1),
        Word::Quarter => (15, from + 1),
        Word::Cardinal(_) | Word::None => whole(text, from).filter(|(minutes, _)| (1..60).contains(minutes))?,
        _ => return None,
    };
    let minutes = i32::try_from(minutes).ok()?;
    let named = matches!(text.word(from), Word::HalfOf | Word::Quarter);
    let with_unit = text.word(next) == Word::Unit(Unit::Minute);
    // "half-past three"
    next += usize::from(with_unit || named && text.is_mark(next, '-'));
    let before = match text.word(next) {
        Word::Past | Word::After => false,
        Word::To | Word::Before => true,
        Word::Until if named || with_unit || minutes > 12 => true,
        Word::Of if named || minutes % 5 == 0 => true,
        // "half eight"
        Word::Cardinal(_) | Word::None if minutes == 30 && named && led => {
            let (clock, after) = plain(text, next, true).filter(|(clock, _)| clock.minute == 0)?;
            return Some((clock.shifted(30)?, after));
        }
        _ => return None,
    };
    // "2 to 3", "nine to five" and "from ten to five" are ranges.
    let ranges = !named && (minutes % 5 != 0 || text.number(from).is_some() && minutes <= 12)
        || matches!(text.word_before(at), Word::From | Word::Between);
    let (clock, after) = plain(text, next + 1, true).filter(|(clock, _)| clock.minute == 0 && clock.hour <= 24)?;
    // "10 to 8": no meeting lasts from ten to eight.
    let hours = (i32::try_from(clock.hour).ok()? + 12 - minutes % 12) % 12;
    let alone = at == 0 && (after >= text.len() || is_day(text, after));
    let long = minutes % 5 == 0 && hours >= 10 && (alone || text.word_before(at) == Word::At);
    if before && ranges && !with_unit && !long {
        return None;
    }
    Some((clock.shifted(if before { -minutes } else { minutes })?, after))
}
