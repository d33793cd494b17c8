//! Amounts of time: "90 min", "half an hour", "1h30", "two and a half hours", "1 day 2 hours". May import: std, `token`, `words`.

use super::token::{Kind, Tokens};
use super::words::{Part, Unit, Word};

/// No amount of ours is larger, in minutes; what is, is too long anyway.
const MOST: u64 = 10_000_000;

/// A length of time, and how it was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    /// To the nearest minute.
    pub minutes: u32,
    pub seconds: u32,
    /// The smallest unit that was named.
    pub unit: Unit,
    /// "a week", "one day": as much a way to say how often, or on some day.
    pub vague: bool,
}

/// The amount that starts at token `at`, in one or more steps, and the token after it.
pub(super) fn amount(text: &Tokens, at: usize) -> Option<(Amount, usize)> {
    // "PT1H30M", "P2D", as ISO 8601 writes them
    let at = at + usize::from(matches!(text.raw(at), "PT" | "P") && text.is_glued(at + 1));
    let (mut seconds, mut unit, mut next) = step(text, at)?;
    let mut vague = matches!(text.word(at), Word::A | Word::Cardinal(1)) && unit >= Unit::Day && next == at + 2;
    for _ in 0..3 {
        let Some((more, smaller, after)) = another(text, next, unit) else {
            break;
        };
        (seconds, unit, next, vague) = (seconds + more, smaller, after, false);
    }
    // "an hour or so"
    if text.word(next) == Word::Or && text.low(next + 1) == "so" {
        next += 2;
    }
    let seconds = u32::try_from(seconds.min(MOST * 60)).ok()?;
    let amount = Amount {
        minutes: (seconds + 30) / 60,
        seconds,
        unit,
        vague,
    };
    Some((amount, next))
}

/// The "30" of "30 to 60 minutes", in minutes, and the token after what joins them.
pub(super) fn lower_end(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let (count, next) = whole(text, at)?;
    let joined = text.is_mark(next, '-') || matches!(text.word(next), Word::To | Word::Or);
    let (_, unit_at) = whole(text, next + 1).filter(|_| joined)?;
    let (unit, _) = unit(text, past_dash(text, unit_at)).filter(|(unit, _)| *unit <= Unit::Day)?;
    let minutes = u32::try_from(count.checked_mul(seconds_of(unit))? / 60).ok()?;
    Some((minutes, next + 1))
}

/// What follows a step of an amount: "and a half", "30 minutes", the "30" of "1h30".
fn another(text: &Tokens, at: usize, unit: Unit) -> Option<(u64, Unit, usize)> {
    let and = text.word(at) == Word::And;
    let from = at + usize::from(and || text.is_mark(at, ','));
    if and
        && let Some((part, after)) = fraction(text, from)
        && !matches!(text.word(after), Word::Unit(_))
        && unit > Unit::Second
    {
        return Some((part * seconds_of(unit) / 100, unit, after));
    }
    if let Some((more, smaller, after)) = step(text, from).filter(|(_, smaller, _)| *smaller < unit) {
        return Some((more, smaller, after));
    }
    // "1h30", "an hour and 15", "one hour thirty"
    let (minutes, after) = whole(text, from).filter(|(minutes, _)| (1..60).contains(minutes))?;
    let glued = text.is_glued(from) && from == at;
    let round = minutes % 15 == 0 && from == at && ends(text, after);
    let counts = unit == Unit::Hour && (glued || (and || round) && !goes_on(text, after));
    counts.then_some((minutes * 60, Unit::Minute, after))
}

/// "an hour and 3pm": the number belongs to something else.
fn goes_on(text: &Tokens, at: usize) -> bool {
    matches!(
        text.word(at),
        Word::Half(_) | Word::OClock | Word::Unit(_) | Word::OrdinalEnd | Word::Month(_)
    ) || text.is_mark(at, ':')
        || text.is_mark(at, '-')
}

/// Nothing follows that the number before could count.
fn ends(text: &Tokens, at: usize) -> bool {
    !matches!(
        text.kind(at),
        Some(Kind::Word(Word::Unknown | Word::Thing) | Kind::Number { .. })
    )
}

/// One count with its unit, in seconds: "90 min", "half an hour", "hour and a half"'s hour, "1:30h".
fn step(text: &Tokens, at: usize) -> Option<(u64, Unit, usize)> {
    match text.kind(at)? {
        Kind::Number { .. }
        | Kind::Word(Word::Cardinal(_) | Word::A | Word::HalfOf | Word::Quarter | Word::Unknown) => {}
        // "an hour-long call"
        Kind::Word(Word::Unit(Unit::Hour)) if text.low(past_dash(text, at + 1)) == "long" => {
            return Some((3600, Unit::Hour, past_dash(text, at + 1) + 1));
        }
        // "hour and a half"; a happy hour is none.
        Kind::Word(Word::Unit(Unit::Hour))
            if text.word(at + 1) == Word::And && matches!(text.word(at + 2), Word::A | Word::HalfOf) =>
        {
            return Some((3600, Unit::Hour, at + 1));
        }
        _ => return None,
    }
    if let Some(found) = as_clock(text, at) {
        return Some(found);
    }
    // "half an hour", "three quarters of an hour", "half hour"
    if let Some((part, next)) = fraction(text, at) {
        let next = next + usize::from(text.word(next) == Word::Of || text.is_mark(next, '-'));
        let (unit, next) = unit(text, next + usize::from(text.word(next) == Word::A))?;
        return (unit > Unit::Minute).then_some((part * seconds_of(unit) / 100, unit_below(unit), next));
    }
    let (hundredths, next) = count(text, at)?;
    // "2 more minutes", "a 30-minute call"
    let next = if is_idle(text.low(next)) {
        next + 1
    } else {
        past_dash(text, next)
    };
    let (unit, next) = unit(text, next)?;
    // "1430 hours" is a time of day, and so is "eight hundred hours".
    let military = unit == Unit::Hour
        && (next == at + 2 && text.number(at).is_some_and(|(_, digits)| digits == 4)
            || text.low(next - 2) == "hundred");
    (!military).then_some((hundredths * seconds_of(unit) / 100, unit, next))
}

fn past_dash(text: &Tokens, at: usize) -> usize {
    at + usize::from(text.is_mark(at, '-'))
}

/// Words between a count and its unit that change nothing.
fn is_idle(word: &str) -> bool {
    matches!(
        word,
        "more" | "full" | "whole" | "additional" | "extra" | "solid" | "straight" | "good" | "of"
    )
}

/// Half an hour is said to the minute, half a day to the hour.
fn unit_below(unit: Unit) -> Unit {
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour => Unit::Minute,
        Unit::Day => Unit::Hour,
        Unit::Week | Unit::Fortnight | Unit::Month | Unit::Year => Unit::Day,
    }
}

/// "1:30h", "0:45 hours": up to four hours; later ones are times of day.
fn as_clock(text: &Tokens, at: usize) -> Option<(u64, Unit, usize)> {
    let (hours, digits) = text.number(at)?;
    let parted = text.is_mark(at + 1, ':') && text.is_glued(at + 1) && text.is_glued(at + 2);
    let (minutes, 2) = text.number(at + 2)? else {
        return None;
    };
    let says = parted && digits == 1 && hours <= 4 && minutes < 60 && text.word(at + 3) == Word::Unit(Unit::Hour);
    says.then(|| (u64::from(hours * 60 + minutes) * 60, Unit::Minute, at + 4))
}

/// The unit at that place; a single letter only when it touches its number.
fn unit(text: &Tokens, at: usize) -> Option<(Unit, usize)> {
    let unit = match text.word(at) {
        Word::Unit(unit) => unit,
        Word::Part(Part::Night) if text.low(at) == "nights" => Unit::Day,
        _ if !text.is_glued(at) => return None,
        _ => match text.low(at) {
            "m" => Unit::Minute,
            "d" => Unit::Day,
            "w" => Unit::Week,
            "mo" | "mos" => Unit::Month,
            "y" => Unit::Year,
            // "10m30s", but not the music of the "80s"
            "s" if text.is_glued(at - 1) => Unit::Second,
            _ => return None,
        },
    };
    Some((unit, at + 1))
}

/// Months have 30 days and years 365: longer than any meeting, whatever the calendar says.
fn seconds_of(unit: Unit) -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    match unit {
        Unit::Second => 1,
        Unit::Minute => 60,
        Unit::Hour => 60 * 60,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
        Unit::Fortnight => 14 * DAY,
        Unit::Month => 30 * DAY,
        Unit::Year => 365 * DAY,
    }
}

/// A part of one, in hundredths: "half", "a quarter", "three quarters", "3/4", "½".
fn fraction(text: &Tokens, at: usize) -> Option<(u64, usize)> {
    let from = at + usize::from(text.word(at) == Word::A);
    match (text.word(from), text.word(from + 1)) {
        (Word::HalfOf, _) => return Some((50, from + 1)),
        (Word::Quarter, _) => return Some((25, from + 1)),
        (Word::Cardinal(3), Word::Quarter) => return Some((75, from + 2)),
        (Word::Cardinal(3), _) if text.is_mark(from + 1, '-') && text.word(from + 2) == Word::Quarter => {
            return Some((75, from + 3));
        }
        (Word::Unknown, _) => return sign(text.raw(from)).map(|part| (part, from + 1)),
        _ => {}
    }
    if from > at || !text.is_mark(at + 1, '/') {
        return None;
    }
    let part = match (text.number(at)?, text.number(at + 2)?) {
        ((1, 1), (2, 1)) => 50,
        ((1, 1), (4, 1)) => 25,
        ((3, 1), (4, 1)) => 75,
        _ => return None,
    };
    Some((part, at + 3))
}

fn sign(raw: &str) -> Option<u64> {
    match raw {
        "½" => Some(50),
        "¼" => Some(25),
        "¾" => Some(75),
        _ => None,
    }
}

/// A count in hundredths: "1.5", "two", "forty five", "two and a half", "a couple of", "1 1/2".
fn count(text: &Tokens, at: usize) -> Option<(u64, usize)> {
    if let Some(several) = several(text, at) {
        return Some(several);
    }
    if text.word(at) == Word::A {
        return Some((100, at + 1));
    }
    if let Some(found) = decimal(text, at) {
        return found;
    }
    let (whole, next) = hundreds(text, at).or_else(|| whole(text, at))?;
    Some(match with_fraction(text, next) {
        Some((part, next)) => (whole * 100 + part, next),
        None => (whole * 100, next),
    })
}

/// "a couple of" is two, "a few" and "several" are three.
fn several(text: &Tokens, at: usize) -> Option<(u64, usize)> {
    let from = at + usize::from(text.word(at) == Word::A);
    if text.word(from) != Word::Unknown {
        return None;
    }
    let count = match text.low(from) {
        "couple" | "pair" => 200,
        "few" | "several" => 300,
        "dozen" => 1200,
        "hundred" => 10_000,
        _ => return None,
    };
    Some((count, from + 1 + usize::from(text.word(from + 1) == Word::Of)))
}

/// "1.5", "1,25"; the inner `None` is a number that counts nothing.
fn decimal(text: &Tokens, at: usize) -> Option<Option<(u64, usize)>> {
    let (whole, whole_digits) = text.number(at)?;
    // ".5 hours"
    if text.is_glued(at) && text.is_mark(at - 1, '.') && !text.is_glued(at - 1) {
        let part = [1, 10].get(usize::try_from(whole_digits).ok()?.wrapping_sub(1));
        return Some(part.map(|part| (u64::from(whole) * 10 / part, at + 1)));
    }
    let parted = text.is_mark(at + 1, '.') || text.is_mark(at + 1, ',');
    if !(parted && text.is_glued(at + 1) && text.is_glued(at + 2)) {
        return None;
    }
    let (fraction, digits) = text.number(at + 2)?;
    // "16.29h" is a time of day.
    if whole_digits == 2 && digits == 2 {
        return Some(None);
    }
    let hundredths = match digits {
        1 => fraction * 10,
        _ => (2..digits).fold(fraction, |value, _| value / 10).min(99),
    };
    Some(Some((u64::from(whole) * 100 + u64::from(hundredths), at + 3)))
}

/// The fraction of "two and a half hours", "one and three quarter hours", "1 1/2 hours", "1½ hours".
fn with_fraction(text: &Tokens, at: usize) -> Option<(u64, usize)> {
    let dash = |at| past_dash(text, at);
    let and = dash(at);
    let from = if text.word(and) == Word::And {
        let from = dash(and + 1);
        // "two-and-a-half"
        if text.word(from) == Word::A {
            dash(from + 1)
        } else {
            from
        }
    } else {
        at
    };
    let (part, next) = fraction(text, from)?;
    let unit = next + usize::from(text.is_mark(next, '-') || text.word(next) == Word::Of);
    let unit = unit + usize::from(unit > next && text.word(unit) == Word::A);
    matches!(text.word(unit), Word::Unit(_)).then_some((part, unit))
}

/// "one hundred and twenty"
fn hundreds(text: &Tokens, at: usize) -> Option<(u64, usize)> {
    let Word::Cardinal(hundreds @ 1..=9) = text.word(at) else {
        return None;
    };
    let rest = at + 2 + usize::from(text.word(at + 2) == Word::And);
    let (rest, next) = whole(text, rest)
        .filter(|(rest, _)| (1..100).contains(rest))
        .unwrap_or((0, at + 2));
    (text.low(at + 1) == "hundred").then_some((u64::from(hundreds) * 100 + rest, next))
}

/// A whole count: "3", "three", "forty-five".
pub(super) fn whole(text: &Tokens, at: usize) -> Option<(u64, usize)> {
    match text.word(at) {
        Word::Cardinal(tens @ (20 | 30 | 40 | 50 | 60 | 70 | 80 | 90)) => {
            let next = past_dash(text, at + 1);
            match text.word(next) {
                Word::Cardinal(ones @ 1..=9) => Some((u64::from(tens + ones), next + 1)),
                _ => Some((u64::from(tens), at + 1)),
            }
        }
        Word::Cardinal(count) => Some((u64::from(count), at + 1)),
        _ => text.number(at).map(|(value, _)| (u64::from(value), at + 1)),
    }
}
