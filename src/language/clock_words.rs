//! Times of day in words: "three pm", "nine-thirty", "fourteen hundred hours", "noon". May import: std, `amount`, `clock_time`, `number`, `token`, `words`,
//! `found`.

use super::amount::whole;
use super::clock_time::{half_after, is_hours, o_clock, past_ish, told};
use super::found::{Clock, Face};
use super::number::{ends_a_number, fits_before, is_told};
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};

/// Times in words: "three pm", "at eleven", "three thirty", "nine oh five", "fourteen hundred hours".
pub(super) fn spoken(text: &Tokens, at: usize, led: bool) -> Option<(Clock, usize)> {
    let Word::Cardinal(hour @ 0..=23) = text.word(at) else {
        return None;
    };
    let (hour, from) = match text.word(at + 1) {
        // "zero seven thirty"
        Word::Cardinal(ones @ 1..=9) if hour == 0 && minutes_in_words(text, at + 2).is_some() => (ones, at + 2),
        Word::Cardinal(ones @ 1..=3) if hour == 20 => (hour + ones, at + 2),
        // "zero eight hundred"
        Word::Cardinal(ones @ 1..=9) if hour == 0 && text.low(at + 2) == "hundred" => (ones, at + 2),
        _ => (hour, at + 1),
    };
    let hundred = text.low(from) == "hundred";
    let (minute, next) = match minutes_in_words(text, from) {
        Some(found) => found,
        None if hundred => (0, from + 1 + usize::from(is_hours(text, from + 1))),
        // Nobody says "at fifteen" for three.
        None if !(1..=12).contains(&hour) => return None,
        None => (0, from),
    };
    if let Some((face, next)) = half_after(text, next).filter(|_| hour <= 12) {
        return Some((told(hour, minute, face), next));
    }
    let ish = past_ish(text, next);
    if minute == 0 && ish > next {
        return Some((told(hour, 0, Face::Bare), ish));
    }
    // "for eight forty" can only be a time, "for eight" can be a party.
    let oh = text.word(at) == Word::Cardinal(0) || at > 0 && matches!(text.low(at - 1), "oh" | "o");
    let military = hundred && (is_hours(text, next - 1) || oh);
    let led = led || minute > 0 && text.word_before(at) == Word::For || military;
    let zero = text.word(at) == Word::Cardinal(0);
    let face = if (1..=12).contains(&hour) && !hundred && !zero {
        Face::Bare
    } else {
        Face::Day
    };
    ((led || says_itself(text, at, from, next, minute)) && ends_a_number(text, next))
        .then_some((told(hour, minute, face), next))
}

/// "nine-thirty", "eight fifteen": an hour with minutes that are said of clocks needs nothing before it, where nothing follows that it could count.
fn says_itself(text: &Tokens, at: usize, from: usize, next: usize, minute: u32) -> bool {
    let said = matches!(minute, 15 | 30 | 45) || matches!(text.low(from), "oh" | "o");
    let counts = matches!(
        text.kind(next),
        Some(Kind::Word(Word::Unknown | Word::Unit(_)) | Kind::Number { .. })
    );
    // "back at the office eleven forty-eight": nothing is counted so, at the end of what is said.
    let ends = matches!(text.kind(next), None | Some(Kind::Mark('.' | ',' | '!' | '?' | '\n')));
    let told = text.word(at) != Word::Cardinal(0) && minute > 12 && !minute.is_multiple_of(10);
    if ends && told && from == at + 1 && next > from + 1 {
        return true;
    }
    said && next > from
        && !counts
        && (at == 0 || text.is_mark(from, '-') || fits_before(text, at) || ends && is_told(text, at))
}

/// "thirty", "forty-five", "fifteen", "oh five".
pub(super) fn minutes_in_words(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let at = at + usize::from(text.is_mark(at, '-') && text.is_glued(at) && text.is_glued(at + 1));
    if matches!(text.low(at), "oh" | "o" | "zero") {
        let ones = at + 1 + usize::from(text.is_mark(at + 1, '-'));
        let Word::Cardinal(minute @ 1..=9) = text.word(ones) else {
            return None;
        };
        return Some((minute, ones + 1));
    }
    let Word::Cardinal(10..=50) = text.word(at) else {
        return None;
    };
    let (minute, next) = whole(text, at)?;
    Some((u32::try_from(minute).ok()?, next))
}

/// "noon", "12 noon", "midnight".
pub(super) fn named(text: &Tokens, at: usize) -> Option<(Clock, usize)> {
    if text.low(at) == "mid" && text.is_mark(at + 1, '-') && text.word(at + 2) == Word::Unit(Unit::Day) {
        return Some((told(12, 0, Face::Day), at + 3));
    }
    if text.low(at) == "mid" && text.is_mark(at + 1, '-') && text.low(at + 2) == "night" {
        return Some((told(0, 0, Face::Midnight), at + 3));
    }
    let twelve = text.word(at) == Word::Cardinal(12) || text.number(at) == Some((12, 2));
    let at = at + usize::from(twelve);
    // "12 o'clock noon", "12:00 noon"
    let clock =
        o_clock(text, at).or_else(|| (text.is_mark(at, ':') && text.number(at + 1) == Some((0, 2))).then_some(at + 2));
    let at = clock.filter(|_| twelve).unwrap_or(at);
    match text.word(at) {
        Word::Noon => Some((told(12, 0, Face::Day), past_ish(text, at + 1))),
        Word::Midnight => Some((told(0, 0, Face::Midnight), past_ish(text, at + 1))),
        _ => None,
    }
}
