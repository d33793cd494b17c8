//! Stretches that are open at one end: "before Friday", "since May", "until the end of the month". May import: std, `counted`, `date`,
//! `stretch`, `token`, `words`, `found`.

use super::counted;
use super::date::{DEPTH, day_at};
use super::found::{Day, OfYear, Shift, Stretch, Which};
use super::stretch::{led, unled};
use super::token::Tokens;
use super::words::Word;

/// "before Friday", "by Monday", "after Wednesday", "since May", "within three weeks".
pub(super) fn open(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    if text.word(at) == Word::Within {
        let (shift, next, _) = counted::shift(text, at + 1)?;
        let day = Day::Shifted(shift, Box::new(Day::Away(0)));
        return Some((Stretch::Before(Box::new(day)), next));
    }
    // "prior to Friday"
    let from = at + 1 + usize::from(text.word(at) == Word::Before && text.word(at + 1) == Word::To);
    // "not before Friday" is from then on.
    let word = match text.word(at) {
        Word::Before if text.low(at.wrapping_sub(1)) == "not" => Word::From,
        word => word,
    };
    named(text, from, word)
}

/// "until Friday", "up to Friday", "through May", "no later than Friday", "or before Friday".
pub(super) fn bounded(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let than = text.low(at + 1) == "than";
    let denied = matches!(text.low(at.wrapping_sub(1)), "no" | "not");
    let (word, from) = match text.word(at) {
        Word::Until => (Word::By, at + 1),
        Word::To if text.low(at).starts_with("thr") || text.low(at.wrapping_sub(1)) == "up" => {
            (Word::By, at + 1 + usize::from(text.word(at + 1) == Word::Until))
        }
        Word::Later if than => (if denied { Word::By } else { Word::After }, at + 2),
        Word::Earlier if than => (if denied { Word::From } else { Word::Before }, at + 2),
        _ => return None,
    };
    named(text, from, word)
}

/// On the side that `word` says of the day, or the days, at token `at`.
fn named(text: &Tokens, at: usize, word: Word) -> Option<(Stretch, usize)> {
    if let Some((day, next)) = day_at(text, at, DEPTH) {
        return Some((beside(word, day), next));
    }
    let at = at + usize::from(text.word(at) == Word::The);
    let (of, next) = unled(text, at).or_else(|| led(text, at))?;
    Some((beside_stretch(word, of), next))
}

fn beside(word: Word, day: Day) -> Stretch {
    match word {
        Word::After => Stretch::After(Box::new(day)),
        Word::Since => Stretch::Since(Box::new(passed(day))),
        Word::From => Stretch::Since(Box::new(day)),
        _ => Stretch::Before(Box::new(day)),
    }
}

/// "since Monday" is about a Monday that has passed.
fn passed(day: Day) -> Day {
    let back = |year| if year == OfYear::Next { OfYear::Last } else { year };
    match day {
        Day::Weekday(weekday, Which::Bare) => Day::Weekday(weekday, Which::Past),
        Day::Date { year, month, day } => Day::Date {
            year: back(year),
            month,
            day,
        },
        Day::Holiday(holiday, year) => Day::Holiday(holiday, back(year)),
        other => other,
    }
}

/// "by May" counts from its last day, "after May" from the one behind it, "before May" and "since May" from its first.
fn beside_stretch(word: Word, of: Stretch) -> Stretch {
    let of = match (word, of) {
        (
            Word::Since,
            Stretch::Month {
                month,
                year: OfYear::Next,
            },
        ) => Stretch::Month {
            month,
            year: OfYear::Last,
        },
        (_, of) => of,
    };
    let nth = if matches!(word, Word::After | Word::By) { -1 } else { 1 };
    let of = Box::new(of);
    let day = Day::Nth { nth, weekday: None, of };
    match word {
        Word::After => Stretch::Since(Box::new(Day::Shifted(Shift { months: 0, days: 1 }, Box::new(day)))),
        _ => beside(word, day),
    }
}
