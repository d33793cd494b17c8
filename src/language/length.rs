//! Lengths, waits and shifts: "for 90 min", "in 2 hours", "an hour later", "half an hour before noon", "within the hour".
//! May import: std, `amount`, `clock_time`, `intent`'s senses, `token`, `words`, `found`.

use super::amount::{Amount, amount, lower_end, whole};
use super::clock_time;
use super::counted::{from_now, shift};
use super::date::shifted;
use super::found::{Clock, Day, Face, Found};
use super::intent::Sense;
use super::number::{follows_day, is_day};
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};

/// What leads to an amount.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    None,
    For,
    In,
    /// "after an hour"
    After,
    Within,
    /// "the next two hours"
    Next,
}

/// A length, or a wait from now, that starts at token `at`, and the token after it. `after_day`: a day stands before.
pub(super) fn length(text: &Tokens, at: usize, after_day: bool) -> Option<(Found, usize)> {
    if let Some(next) = now(text, at) {
        // "now + 40 minutes"
        let more = amount(text, next + 1).filter(|_| text.is_mark(next, '+'));
        let later = more.and_then(|(amount, after)| Some((i32::try_from(amount.minutes).ok()?, after)));
        let (minutes, next) = later.unwrap_or((0, next));
        return Some((Found::After(minutes), next));
    }
    if is_clock(text, at, after_day) {
        return None;
    }
    let (lead, from) = lead(text, at);
    // "R2D2"
    let part_of_name = from == at && text.is_glued(at) && text.word_before(at) == Word::Unknown;
    if part_of_name || !may_start(text, from) {
        return None;
    }
    if let Some((found, next)) = signed(text, from, lead) {
        return Some((found, next));
    }
    if let Some(found) = between(text, from, lead).or_else(|| bare_minutes(text, from, lead)) {
        return Some(found);
    }
    let (amount, next) = amount(text, from)
        .or_else(|| all_day(text, from))
        .or_else(|| lone_unit(text, from, lead))?;
    let minutes = i32::try_from(amount.minutes).ok()?;
    let hence = from_now(text, next);
    Some(match (lead, text.word(next)) {
        _ if hence > next => (Found::After(minutes), hence),
        (Lead::None, Word::Ago) => (Found::After(-minutes), next + 1),
        (Lead::None, Word::Before) if text.word(next + 1) == Word::Now => (Found::After(-minutes), next + 2),
        // "from now until 3 hours later"
        (Lead::None, Word::Later) if text.word_before(at) == Word::Until => (Found::Length(amount.seconds), next + 1),
        (Lead::None, Word::Later) => (Found::Shift(minutes), next + 1),
        (Lead::None, Word::Earlier) => (Found::Shift(-minutes), next + 1),
        (Lead::In, _) => (Found::After(minutes), next),
        (Lead::After, word) if word != Word::Of => (Found::After(minutes), next),
        (Lead::After, _) => return None,
        (Lead::Within, _) => (Found::Within(amount.minutes), next),
        (Lead::Next, _) if amount.unit > Unit::Hour || !ends(text, next) => return None,
        (Lead::None, _) if let Some(shifted) = beside_clock(text, from, amount, next) => shifted,
        _ => return is_length(text, lead, amount, at, next).then_some((Found::Length(amount.seconds), next)),
    })
}

/// Past "now", "at this time", "at the present moment"; "now and then" is another thing, and so is "at this time tomorrow".
fn now(text: &Tokens, at: usize) -> Option<usize> {
    match (text.word(at), text.word(at + 1)) {
        (Word::Now, _) => return (!is_idiom(text, at)).then_some(at + 1),
        (Word::At, Word::This | Word::The) => {}
        _ => return None,
    }
    let present = at + 2 + usize::from(matches!(text.low(at + 2), "present" | "current" | "very" | "exact"));
    let points = present > at + 2 || text.word(at + 1) == Word::This;
    let says = text.low(present) == "moment" || points && text.word(present) == Word::Time;
    let other = matches!(
        text.word(present + 1),
        Word::Of | Word::On | Word::Near(_) | Word::Weekday(_) | Word::Next | Word::Last | Word::Every
    );
    (says && !other).then_some(present + 1)
}

/// Most words start no amount, and need no rule to say so.
fn may_start(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Number { .. } | Kind::Mark('-' | '+')) => true,
        Some(Kind::Word(_)) if matches!(text.low(at), "p" | "pt") => text.is_glued(at + 1),
        Some(Kind::Word(word)) => {
            matches!(
                word,
                Word::Cardinal(_) | Word::A | Word::HalfOf | Word::Quarter | Word::Unit(_) | Word::The
            ) || text.sense(at).is(Sense::AMOUNT)
        }
        _ => false,
    }
}

/// "now and then", "from now on"
fn is_idiom(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at + 1), "then" | "what" | "hiring")
        || text.word(at + 1) == Word::Or && text.low(at + 2) == "never"
        || text.low(at.wrapping_sub(1)) == "not"
        || text.word_before(at) == Word::The
        || text.word(at + 1) == Word::And && matches!(text.low(at + 2), "then" | "again")
        || text.word_before(at) == Word::From && text.word(at + 1) == Word::On
        // "for now", "until now", "any day now"
        || matches!(text.word_before(at), Word::For | Word::Until | Word::By)
        || text.word_before(at) == Word::Unit(Unit::Day)
        || matches!((text.low(at.wrapping_sub(2)), text.word_before(at)), ("up", Word::To))
}

/// Past "for", "in about", "within the next".
fn lead(text: &Tokens, at: usize) -> (Lead, usize) {
    let (lead, mut next) = match text.word(at) {
        Word::For => (Lead::For, at + 1),
        Word::In => (Lead::In, at + 1),
        Word::After => (Lead::After, at + 1),
        Word::Within => (Lead::Within, at + 1),
        Word::Next => (Lead::Next, at),
        Word::The if text.word(at + 1) == Word::Next => (Lead::Next, at),
        _ => return (Lead::None, at),
    };
    if matches!(text.word(next), Word::Filler | Word::About) || text.is_mark(next, '~') {
        next += 1;
    }
    let the = next + usize::from(text.word(next) == Word::The);
    match text.word(the) {
        // "in the next hour" is any time until then.
        Word::Next if lead == Lead::In => (Lead::Within, the + 1),
        Word::Next => (lead, the + 1),
        _ => (lead, next),
    }
}

/// "30 to 60 minutes": two lengths, of which the second is read next; "in 10 to 15 minutes" is no time yet.
fn between(text: &Tokens, at: usize, lead: Lead) -> Option<(Found, usize)> {
    let (lower, next) = lower_end(text, at)?;
    // "14-15h" are times of day.
    if lower >= 5 * 60 && text.low(next + 1) == "h" {
        return None;
    }
    let (upper, after) = amount(text, next)?;
    match lead {
        Lead::In | Lead::After | Lead::Within => Some((Found::Within(upper.minutes), after)),
        Lead::None | Lead::For | Lead::Next if from_now(text, after) == after => {
            Some((Found::Length(lower.saturating_mul(60)), next))
        }
        _ => None,
    }
}

/// "2pm for 45": too many to be guests of a meeting, and the minutes that meetings last.
fn bare_minutes(text: &Tokens, at: usize, lead: Lead) -> Option<(Found, usize)> {
    let (minutes @ (30 | 45 | 60 | 90), next) = whole(text, at).filter(|_| lead == Lead::For)? else {
        return None;
    };
    let ends = match text.kind(next) {
        Some(Kind::Word(word)) => matches!(
            word,
            Word::With | Word::On | Word::At | Word::Near(_) | Word::Weekday(_)
        ),
        Some(Kind::Mark(mark)) => {
            matches!(mark, ',' | ';' | '!' | '?' | '\n') || mark == '.' && !text.is_glued(next + 1)
        }
        Some(_) => false,
        None => true,
    };
    ends.then_some((Found::Length(u32::try_from(minutes * 60).ok()?), next))
}

/// "all day", "the whole day"
fn all_day(text: &Tokens, at: usize) -> Option<(Amount, usize)> {
    if !matches!(text.low(at), "all" | "whole" | "entire" | "full") {
        return None;
    }
    let day = at + 1 + usize::from(text.is_mark(at + 1, '-'));
    let amount = Amount {
        minutes: 24 * 60,
        seconds: 24 * 60 * 60,
        unit: Unit::Day,
        vague: false,
    };
    (text.word(day) == Word::Unit(Unit::Day)).then_some((amount, day + 1))
}

/// The "hour" of "the next hour", "within the hour".
fn lone_unit(text: &Tokens, at: usize, lead: Lead) -> Option<(Amount, usize)> {
    let at = at + usize::from(text.word(at) == Word::The);
    let led = matches!(lead, Lead::Within | Lead::Next);
    let amount = Amount {
        minutes: 60,
        seconds: 60 * 60,
        unit: Unit::Hour,
        vague: false,
    };
    (led && text.word(at) == Word::Unit(Unit::Hour)).then_some((amount, at + 1))
}

/// "14h30" is a time of day, "1h30" a length; so is "8h" beside a day, and "15h" by itself or before an end.
fn is_clock(text: &Tokens, at: usize, after_day: bool) -> bool {
    let Some((hour, 1..=2)) = text.number(at) else {
        return false;
    };
    let parted = text.low(at + 1) == "h" && text.is_glued(at + 1);
    let minutes = text.is_glued(at + 2) && matches!(text.number(at + 2), Some((_, 2)));
    let by_day = after_day || is_day(text, at + 2) || hour >= 10 && follows_day(text, at + 2);
    let alone = at == 0 && (text.len() == 2 || text.is_mark(2, '-') || text.word(2) == Word::To);
    // "9h-17h", "9h30 to 11h"
    let end = at + 2 + usize::from(minutes);
    let opens = (text.is_mark(end, '-') || matches!(text.word(end), Word::To | Word::Until))
        && text.low(end + 2) == "h"
        && matches!(text.number(end + 1), Some((end, _)) if end > hour);
    // "at 20 hours"
    let led = text.word_before(at) == Word::At && text.word(at + 1) == Word::Unit(Unit::Hour) && hour <= 24;
    led || parted && hour <= 24 && (hour >= 10 && minutes || hour >= 5 && (by_day || opens) || hour >= 13 && alone)
}

/// Nothing follows that the amount could be said of.
fn ends(text: &Tokens, at: usize) -> bool {
    !matches!(text.word(at), Word::Unknown | Word::Thing)
}

/// "-30 minutes" is less than nothing, "+30 minutes" a wait.
fn signed(text: &Tokens, at: usize, lead: Lead) -> Option<(Found, usize)> {
    let Some(Kind::Mark(sign @ ('-' | '+'))) = text.kind(at) else {
        return None;
    };
    // "+2 months, 5 days" is a day.
    if let (Some((step, next, _)), '+', Lead::None) = (shift(text, at + 1), sign, lead)
        && amount(text, at + 1).is_none_or(|(_, after)| after <= next)
    {
        return Some((Found::Day(shifted(step, Day::Away(0))), next));
    }
    // "+ 5 hours"
    let alone = at == 0 && sign == '+' && amount(text, at + 1).is_some_and(|(_, next)| next == text.len());
    if text.is_glued(at) || !(text.is_glued(at + 1) || alone) {
        return None;
    }
    let (amount, next) = amount(text, at + 1)?;
    let minutes = i32::try_from(amount.minutes).ok()?;
    match (sign, lead) {
        ('-', Lead::In | Lead::After) => Some((Found::After(-minutes), next)),
        ('-', _) => Some((Found::Length(0), next)),
        _ if at == 0 => Some((Found::After(minutes), next)),
        _ => Some((Found::Length(amount.seconds), next)),
    }
}

/// "twice a week" and "the 2-week plan" are no lengths of a meeting; "for a week" is.
fn is_length(text: &Tokens, lead: Lead, amount: Amount, at: usize, next: usize) -> bool {
    let whole = at == 0 && next == text.len();
    // "a 5-year-old"
    if text.low(next + usize::from(text.is_mark(next, '-'))) == "old" {
        return false;
    }
    let adjective = amount.unit >= Unit::Week && !ends(text, next);
    lead != Lead::None || whole || !(amount.vague || adjective)
}

/// A day by name, and nothing behind it.
fn is_last_day(text: &Tokens, at: usize) -> bool {
    is_day(text, at) && !matches!(text.kind(at + 1), Some(Kind::Word(_) | Kind::Number { .. }))
}

/// "half an hour before noon", "15 minutes past 3pm".
fn beside_clock(text: &Tokens, from: usize, amount: Amount, at: usize) -> Option<(Found, usize)> {
    if amount.unit > Unit::Hour || amount.minutes >= 12 * 60 {
        return None;
    }
    // "one hour from Thursday": counted from its midnight
    if text.low(at) == "from" && is_last_day(text, at + 1) {
        let (hour, minute) = (amount.minutes / 60, amount.minutes % 60);
        let face = Face::Day;
        return Some((Found::Clock(Clock { hour, minute, face }), at + 1));
    }
    let before = match text.word(at) {
        Word::Past | Word::After => false,
        Word::Before => true,
        // "from 30 minutes to 45" speaks of lengths.
        Word::To if amount.minutes < 60 && text.word_before(from) != Word::From => true,
        _ => return None,
    };
    let (clock, next) = clock_time::clock(text, at + 1, true)?;
    let shift = i32::try_from(amount.minutes).ok()?;
    let clock = clock.shifted(if before { -shift } else { shift })?;
    Some((Found::Clock(clock), next))
}
