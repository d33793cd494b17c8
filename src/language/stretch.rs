//! Stretches of days: "next week", "the weekend", "in May". May import: std, `counted`, `date`, `month_day`, `open_end`, `period`,
//! `token`, `words`, `found`.

use super::counted::count;
use super::date::{DEPTH, day_at, which_nth};
use super::found::{Day, Found, Grain, OfYear, Shift, Stretch};
use super::month_day::past_joiner;
use super::open_end::{bounded, open};
use super::period::{dated_season, decade, half, middle, numeric_month, quarter, season, week, weekends, year};
use super::token::{Kind, Tokens};
use super::words::{Edge, Unit, Word};
use super::year::year_after;

/// A stretch of days that starts at token `at`, and the token after it.
pub(super) fn stretch(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let (stretch, next) = match text.word(at) {
        Word::Before | Word::By | Word::After | Word::Since | Word::Within => open(text, at)?,
        Word::Until | Word::To | Word::Later | Word::Earlier | Word::Or if let Some(found) = bounded(text, at) => found,
        Word::From if text.low(at) == "beginning" && text.word(at + 1) == Word::Of => edge(text, at, DEPTH)?,
        Word::In | Word::On | Word::For | Word::Of | Word::From => {
            let from = at + 1 + usize::from(text.word(at + 1) == Word::The);
            // "on March 3rd"
            if matches!(text.word(from), Word::Month(_) | Word::Ordinal(_)) && day_at(text, from, DEPTH).is_some() {
                return None;
            }
            // "the class of 2010", "the class of '99"
            let quote = usize::from(matches!(text.kind(from), Some(Kind::Mark('\'' | '’'))));
            let counts = text.word(at) == Word::Of && text.number(from + quote).is_some();
            led(text, from).filter(|_| !counts).or_else(|| unled(text, from))?
        }
        Word::The => unled(text, at + 1)?,
        Word::Unknown if matches!(text.low(at), "during" | "throughout" | "over" | "all" | "current") => {
            whole(text, at)?
        }
        _ => unled(text, at).or_else(|| dated_month(text, at))?,
    };
    Some((Found::Stretch(stretch), next))
}

/// "during June", "all week", "over the weekend", "the current year"
fn whole(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let from = at + 1 + usize::from(text.word(at + 1) == Word::The);
    match text.word(from) {
        word @ (Word::Unit(_) | Word::Quarter) if week_end(text, from).is_none() => {
            Some((Stretch::Away(grain(word)?, 0), from + 1))
        }
        _ => led(text, from).or_else(|| unled(text, from)),
    }
}

/// What needs no word before it to be a stretch.
pub(super) fn unled(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    match text.word(at) {
        Word::Last => some(text, at)
            .or_else(|| nth(text, at, DEPTH))
            .or_else(|| away(text, at)),
        Word::This | Word::Next | Word::Coming | Word::Past => away(text, at),
        Word::Weekend | Word::Unit(_) => numbered_week(text, at)
            .or_else(|| half(text, at))
            .or_else(|| week(text, at))
            .or_else(|| around(text, at)),
        Word::Ordinal(_) => some(text, at)
            .or_else(|| nth(text, at, DEPTH))
            .or_else(|| quarter(text, at)),
        Word::Calendar => week(text, at),
        // "w/c 16 March": the week that begins then.
        Word::With if text.is_mark(at + 1, '/') && text.low(at + 2) == "c" && text.is_glued(at + 2) => {
            let (day, next) = day_at(text, at + 3, DEPTH)?;
            Some((Stretch::Around(Grain::Week, Box::new(day)), next))
        }
        Word::With => week(text, at),
        Word::Edge(_) | Word::From => edge(text, at, DEPTH),
        // "later this week"
        Word::Later if text.word(at + 1) == Word::This => {
            let (of, next) = away(text, at + 1)?;
            Some((Stretch::Edge(Edge::Rest, Box::new(of)), next))
        }
        Word::EndOf(unit) => {
            let of = Stretch::Away(grain(Word::Unit(unit))?, 0);
            Some((Stretch::Edge(Edge::End, Box::new(of)), at + 1))
        }
        Word::Unknown => quarter(text, at)
            .or_else(|| half(text, at))
            .or_else(|| week(text, at))
            .or_else(|| dated_season(text, at))
            .or_else(|| middle(text, at)),
        Word::Cardinal(_) | Word::A => weekends(text, at),
        Word::None => nth(text, at, DEPTH)
            .or_else(|| weekends(text, at))
            .or_else(|| week(text, at))
            .or_else(|| quarter(text, at))
            .or_else(|| half(text, at))
            .or_else(|| numeric_month(text, at))
            .or_else(|| dated_season(text, at)),
        _ => None,
    }
}

/// "May" and "2027" after "in" and the like.
pub(super) fn led(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    match text.word(at) {
        Word::Month(_) => month(text, at),
        // "the year 2027"
        Word::Unit(Unit::Year) => year(text, at + 1),
        // "in fall colours"
        Word::Unknown => season(text, at, OfYear::Away(0)).filter(|(_, next)| text.word(*next) != Word::Unknown),
        _ => decade(text, at).or_else(|| year(text, at)),
    }
}

/// A stretch after "of": names of months and "the month" will do.
pub(super) fn bare(text: &Tokens, at: usize, depth: u8) -> Option<(Stretch, usize)> {
    let depth = depth.checked_sub(1)?;
    let the = text.word(at) == Word::The;
    let at = at + usize::from(the);
    match text.word(at) {
        word @ (Word::Unit(_) | Word::Quarter) if the => Some((Stretch::Away(grain(word)?, 0), at + 1)),
        Word::Weekend => Some((Stretch::Away(Grain::Weekend, 0), at + 1)),
        Word::This | Word::Next | Word::Coming | Word::Last | Word::Past => away(text, at),
        Word::Month(_) => month(text, at),
        Word::Ordinal(_) => nth(text, at, depth).or_else(|| quarter(text, at)),
        Word::Unknown => quarter(text, at).or_else(|| season(text, at, OfYear::Away(0))),
        Word::Unit(Unit::Week) => week(text, at),
        Word::None => week(text, at).or_else(|| year(text, at)),
        _ => None,
    }
}

/// The grain of a word for a stretch.
fn grain(word: Word) -> Option<Grain> {
    Some(match word {
        Word::Unit(Unit::Week) => Grain::Week,
        Word::Unit(Unit::Month) => Grain::Month,
        Word::Unit(Unit::Year) => Grain::Year,
        Word::Quarter => Grain::Quarter,
        Word::Weekend => Grain::Weekend,
        _ => return None,
    })
}

/// "this week", "next month", "last year", "the next three days", "this May", "next weekend".
fn away(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let from =
        at + 1 + usize::from(text.word(at) == Word::This && matches!(text.word(at + 1), Word::Coming | Word::Past));
    let side = match text.word(from - 1) {
        Word::This => 0,
        Word::Next | Word::Coming => 1,
        Word::Last => -1,
        // "half past"
        Word::Past if from > at + 1 || text.word_before(at) == Word::The || at == 0 => -1,
        _ => return None,
    };
    match text.word(from) {
        // The weekend that comes is this week's.
        word if word == Word::Weekend || week_end(text, from).is_some() => {
            let coming = text.word(from - 1) == Word::Coming;
            let next = week_end(text, from).unwrap_or(from + 1);
            Some((Stretch::Away(Grain::Weekend, if coming { 0 } else { side }), next))
        }
        word @ (Word::Unit(_) | Word::Quarter) => Some((Stretch::Away(grain(word)?, side), from + 1)),
        Word::Month(month) if is_name(text, from) => {
            let year = if side < 0 { OfYear::Last } else { OfYear::Next };
            Some((Stretch::Month { month, year }, from + 1))
        }
        _ => {
            let year = match side {
                0 => OfYear::Away(0),
                1 => OfYear::Next,
                _ => OfYear::Last,
            };
            season(text, from, year).or_else(|| running(text, from, side).filter(|_| side != 0))
        }
    }
}

/// Past "week-end".
fn week_end(text: &Tokens, at: usize) -> Option<usize> {
    let written = text.word(at) == Word::Unit(Unit::Week) && text.is_mark(at + 1, '-') && text.is_glued(at + 1);
    (written && text.is_glued(at + 2) && text.low(at + 2) == "end").then_some(at + 3)
}

/// "the first three days of May", "last 2 weeks of the year"
fn some(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let side = match text.word(at) {
        Word::Last => -1,
        Word::Ordinal(1) => 1,
        _ => return None,
    };
    let (count, next) = several(text, at + 1)?;
    let grain = match text.word(next) {
        Word::Unit(Unit::Day) => Grain::Day,
        word => grain(word)?,
    };
    let of = next + 1;
    let (of, next) = bare(text, of + 1, DEPTH).filter(|_| matches!(text.word(of), Word::Of | Word::In))?;
    let count = i32::try_from(count).ok()? * side;
    let of = Box::new(of);
    Some((Stretch::Some { count, grain, of }, next))
}

/// "3", "few", "couple of"
pub(super) fn several(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match text.low(at) {
        "few" => Some((3, at + 1)),
        "couple" => Some((2, at + 1 + usize::from(text.word(at + 1) == Word::Of))),
        _ => count(text, at),
    }
}

/// The "next month's" that stands before token `at`: "next month's first Monday".
pub(super) fn owner(text: &Tokens, at: usize) -> Option<Stretch> {
    let from = at.checked_sub(2)?;
    let owns = matches!(text.word(from), Word::This | Word::Next | Word::Last) && text.low(at - 1).ends_with("'s");
    away(text, from)
        .filter(|(_, next)| owns && *next == at)
        .map(|(of, _)| of)
}

/// The "three days" of "the next three days". "It will last 2 hours" is a length.
fn running(text: &Tokens, at: usize, side: i64) -> Option<(Stretch, usize)> {
    let (count, next) = several(text, at)?;
    let count = i64::from(count) * side;
    let (grain, count) = match text.word(next) {
        Word::Unit(Unit::Day) => (Grain::Day, count),
        Word::Unit(Unit::Fortnight) => (Grain::Week, count * 2),
        word => (grain(word)?, count),
    };
    Some((Stretch::Running(grain, count), next + 1))
}

/// "the week of June 5th", "the week after next", "the weekend", "weekend of the 3rd".
fn around(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    if let (Word::Unit(Unit::Day), Word::Before | Word::After) = (text.word(at), text.word(at + 1)) {
        let named = matches!(
            text.word(at + 2),
            Word::Unknown | Word::Filler | Word::The | Word::Thing
        );
        return named.then_some((Stretch::Unknown, at + 2));
    }
    let grain = grain(text.word(at))?;
    match (text.word(at + 1), text.word(at + 2)) {
        (Word::After, Word::The) if text.word(at + 3) == Word::Next => {
            return Some((Stretch::Away(grain, 2), at + 4));
        }
        (Word::After, Word::Next) => return Some((Stretch::Away(grain, 2), at + 3)),
        (Word::Before, Word::Last) => return Some((Stretch::Away(grain, -2), at + 3)),
        (word, _) if matches!(word, Word::Of | Word::From) || text.low(at + 1) == "commencing" => {
            if let Some((day, next)) = day_at(text, at + 2, DEPTH) {
                return Some((Stretch::Around(grain, Box::new(day)), next));
            }
        }
        // "the week after Easter", "the weekend before Christmas"
        (word @ (Word::Before | Word::After | Word::Next), _)
            if matches!(grain, Grain::Week | Grain::Weekend)
                && (word != Word::Next || text.low(at + 1) == "following") =>
        {
            let from = at + 2 + usize::from(text.word(at + 2) == Word::To);
            if let Some((day, next)) = day_at(text, from, DEPTH) {
                let days = match (word, grain) {
                    (Word::Before, _) => -7,
                    // From Sunday on it is the next one.
                    (_, Grain::Weekend) => 2,
                    _ => 7,
                };
                let day = Day::Shifted(Shift { months: 0, days }, Box::new(day));
                return Some((Stretch::Around(grain, Box::new(day)), next));
            }
        }
        _ => {}
    }
    // "have a nice weekend"
    if at > 0
        && matches!(
            text.low(at - 1),
            "nice" | "good" | "great" | "lovely" | "wonderful" | "fantastic"
        )
    {
        return None;
    }
    let in_the = text.word_before(at) == Word::The && text.word_before(at - 1) == Word::In;
    (in_the || grain == Grain::Weekend).then_some((Stretch::Away(grain, 0), at + 1))
}

/// "the third week of June", "last month of the year", "the first weekend in May", "the first half of 2027".
fn nth(text: &Tokens, at: usize, depth: u8) -> Option<(Stretch, usize)> {
    let (nth, next) = which_nth(text, at)?;
    let of = next + 1 + usize::from(matches!(text.word(next + 1), Word::Of | Word::In));
    if text.word(next) == Word::HalfOf {
        let edge = match nth {
            1 => Edge::FirstHalf,
            2 | -1 => Edge::SecondHalf,
            _ => return None,
        };
        let (of, next) = bare(text, of, depth).or_else(|| led(text, of))?;
        return Some((Stretch::Edge(edge, Box::new(of)), next));
    }
    let grain = grain(text.word(next)).filter(|grain| *grain != Grain::Year)?;
    // "last month in London", "the third quarter of an hour"
    let (of, next) = bare(text, of, depth)?;
    let of = Box::new(of);
    Some((Stretch::Nth { nth, grain, of }, next))
}

/// "week 2 of October"
fn numbered_week(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let (nth @ 1..=5, _) = text.number(at + 1)? else {
        return None;
    };
    let of = text.word(at) == Word::Unit(Unit::Week) && matches!(text.word(at + 2), Word::Of | Word::In);
    let from = at + 3 + usize::from(text.word(at + 3) == Word::The);
    let of_month = matches!(text.word(from), Word::Month(_) | Word::Unit(Unit::Month))
        || text.word(from + 1) == Word::Unit(Unit::Month);
    let (of, next) = bare(text, at + 3, DEPTH).filter(|_| of && of_month)?;
    let (nth, grain, of) = (i32::try_from(nth).ok()?, Grain::Week, Box::new(of));
    Some((Stretch::Nth { nth, grain, of }, next))
}

/// What needs no "of" behind "early" and "end": "early May", "late summer", "end Q3".
fn leads_edge(text: &Tokens, at: usize, edge: Edge) -> bool {
    matches!(
        text.word(at),
        Word::Month(_) | Word::Next | Word::This | Word::Unit(_) | Word::Quarter
    ) || edge != Edge::End && season(text, at, OfYear::Away(0)).is_some()
        || text.low(at) == "q"
}

/// "the end of the month", "early May", "mid-November", "the rest of the week".
fn edge(text: &Tokens, at: usize, depth: u8) -> Option<(Stretch, usize)> {
    let edge = match text.word(at) {
        Word::Edge(edge) => edge,
        // A word of ranges, too: "beginning Monday".
        Word::From if text.low(at) == "beginning" => Edge::Early,
        _ => return None,
    };
    let mut next = at + 1 + usize::from(text.is_mark(at + 1, '-'));
    let of = text.word(next) == Word::Of
        // "late in June"
        || text.word(next) == Word::In && matches!(edge, Edge::Early | Edge::Middle | Edge::Late);
    if of {
        next += 1;
    } else if text.number(next).is_some() {
        // "early 2027"
        let (of, next) = year(text, next)?;
        return Some((Stretch::Edge(edge, Box::new(of)), next));
    } else if !leads_edge(text, next, edge) {
        return None;
    }
    // "end of month"
    let (of, next) = match text.word(next) {
        word @ (Word::Unit(_) | Word::Quarter) => (Stretch::Away(grain(word)?, 0), next + 1),
        Word::The if edge == Edge::Rest && text.word(next + 1) == Word::Unit(Unit::Day) => {
            return Some((Stretch::Day(Box::new(Day::Away(0))), next + 2));
        }
        _ => bare(text, next, depth)?,
    };
    Some((Stretch::Edge(edge, Box::new(of)), next))
}

/// "May", "May 2027", "May of next year"
fn month(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let Word::Month(month) = text.word(at) else {
        return None;
    };
    if !is_name(text, at) {
        return None;
    }
    let (year, next) = year_after(text, at + 1);
    Some((Stretch::Month { month, year }, next))
}

/// "May" and "March" in small letters are verbs before another word: "this may run over".
fn is_name(text: &Tokens, at: usize) -> bool {
    let verb = matches!(text.raw(at), "may" | "march");
    !verb
        || !matches!(
            text.word(at + 1),
            Word::Unknown | Word::Filler | Word::Verb(_) | Word::Helper
        )
}

/// A month with its year needs no word before it: "Dec-2018". Nor does one that is all there is, nor "May
/// to July".
fn dated_month(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let opens_several = || past_joiner(text, at + 1).is_some_and(|last| matches!(text.word(last), Word::Month(_)));
    month(text, at).filter(|(_, next)| *next > at + 1 || text.len() == 1 || opens_several())
}
