//! Parts of the day: "tonight", "this morning", "in the late afternoon", "end of day". May import: std, `date`, `number`, `token`, `words`,
//! `found`.

use super::date;
use super::found::Found;
use super::lone_day::is_said_of_days;
use super::number::is_day;
use super::token::{Kind, Tokens};
use super::words::{Edge, Half, Part, Share, Unit, Word};

/// A part of the day that starts at token `at`, and the token after it. `follows`: the token before belongs to something found.
/// "movie night" is none, nor is the morning of "good morning".
pub(super) fn part(text: &Tokens, at: usize, follows: bool) -> Option<(Found, usize)> {
    let from = match (text.word(at), text.word(at + 1)) {
        (Word::Tonight, _) => return Some((Found::Part(Part::Evening, Share::Tonight), at + 1)),
        (Word::In | Word::On | Word::At | Word::By | Word::For, Word::The) => at + 2,
        (Word::This | Word::The | Word::In | Word::At, _) => at + 1,
        (Word::Last | Word::Next, Word::Part(_)) => at + 1,
        (
            Word::Part(_)
            | Word::Stage(..)
            | Word::Edge(_)
            | Word::EndOf(_)
            | Word::Meal(_)
            | Word::Unknown
            | Word::After
            | Word::Before
            | Word::Ordinal(1),
            _,
        ) => at,
        // "Friday pm", "tomorrow AM"; "tomorrow am I free?" is a question.
        (Word::Half(half), _) if follows && !matches!(text.low(at + 1), "i" | "me" | "there") => {
            let part = if half == Half::Am {
                Part::Morning
            } else {
                Part::Afternoon
            };
            return Some((Found::Part(part, Share::Whole), at + 1));
        }
        _ => return None,
    };
    let (part, share, next) = named(text, from)
        .or_else(|| beside_meal(text, from))
        .or_else(|| meal(text, at, from))
        .or_else(|| apart(text, at))?;
    // "my afternoon schedule"
    let lists = part != Part::Night && (text.word(next) == Word::Calendar || text.low(next) == "schedule");
    // "the evening news"; "the evening works"
    let named_after = text.word(at) == Word::The
        && share == Share::Whole
        && text.word(next) == Word::Unknown
        && !is_said_of_days(text.low(next));
    if named_after {
        return None;
    }
    let by_itself = matches!(text.word(from), Word::Edge(_) | Word::Unknown);
    let of_day = matches!(text.word(next), Word::Of | Word::On) && date::day(text, next + 1).is_some();
    let led = lists
        || by_itself
        || of_day
        || from > at
        || follows
        || share != Share::Whole
        || ends(text, at, next)
        || date::day(text, at + 1).is_some();
    led.then_some((Found::Part(part, share), next))
}

/// "early morning", "late afternoon", "end of the day", "after work".
fn named(text: &Tokens, at: usize) -> Option<(Part, Share, usize)> {
    match text.word(at) {
        Word::Part(part) => Some((part, Share::Whole, at + 1)),
        Word::Stage(part, share) => Some((part, share, at + 1)),
        Word::EndOf(Unit::Day) => Some((Part::Afternoon, Share::EndOfWork, at + 1)),
        Word::Edge(edge) => edge_of_part(text, at, edge),
        Word::After if text.low(at + 1) == "work" => Some((Part::Evening, Share::AfterWork, at + 2)),
        Word::Before if text.low(at + 1) == "work" => Some((Part::Morning, Share::Early, at + 2)),
        Word::Unknown if text.low(at) == "close" && matches!(text.low(at + 2), "business" | "play") => {
            Some((Part::Afternoon, Share::EndOfWork, at + 3))
        }
        // "first thing tomorrow"
        Word::Ordinal(1) if text.low(at + 1) == "thing" => {
            let in_the = (text.word(at + 2), text.word(at + 3)) == (Word::In, Word::The);
            let behind = at + 2 + if in_the { 2 } else { 0 };
            let next = if text.word(behind) == Word::Part(Part::Morning) {
                behind + 1
            } else {
                at + 2
            };
            let ends = !matches!(text.kind(at + 2), Some(Kind::Word(Word::Unknown | Word::On)));
            (ends || is_day(text, at + 3)).then_some((Part::Morning, Share::Early, next))
        }
        Word::Unknown => in_one_word(text.low(at)).map(|(part, share)| (part, share, at + 1)),
        _ => None,
    }
}

fn in_one_word(word: &str) -> Option<(Part, Share)> {
    Some(match word {
        "midmorning" => (Part::Morning, Share::Whole),
        "midafternoon" => (Part::Afternoon, Share::Whole),
        "nighttime" => (Part::Night, Share::Whole),
        _ => return None,
    })
}

fn edge_of_part(text: &Tokens, at: usize, edge: Edge) -> Option<(Part, Share, usize)> {
    let next = at + 1 + usize::from(text.is_mark(at + 1, '-'));
    let share = match edge {
        Edge::Early => Share::Early,
        Edge::Middle if text.word(next) == Word::Of => {
            let day = next + 1 + usize::from(text.word(next + 1) == Word::The);
            let says = text.word(day) == Word::Unit(Unit::Day);
            return says.then_some((Part::Afternoon, Share::Meal, day + 1));
        }
        Edge::Middle => Share::Whole,
        Edge::Late => Share::Late,
        Edge::End => return end_of_day(text, next),
        Edge::Rest | Edge::FirstHalf | Edge::SecondHalf => return None,
    };
    match text.word(next) {
        Word::Part(part) => Some((part, share, next + 1)),
        _ => None,
    }
}

/// "after lunch", "before dinner"
fn beside_meal(text: &Tokens, at: usize) -> Option<(Part, Share, usize)> {
    let Word::Meal(part) = text.word(at + 1) else {
        return None;
    };
    let next = at + 2 + usize::from(text.word(at + 2) == Word::Time);
    Some(match (text.word(at), part) {
        (Word::After, _) => (part, Share::AfterMeal, next),
        (Word::Before, Part::Morning) => (Part::Morning, Share::Early, next),
        (Word::Before, Part::Afternoon) => (Part::Morning, Share::Late, next),
        (Word::Before, _) => (Part::Afternoon, Share::Late, next),
        _ => return None,
    })
}

/// "early in the morning"; the "early" of "early tomorrow morning", whose part is said behind the day.
fn apart(text: &Tokens, at: usize) -> Option<(Part, Share, usize)> {
    let share = match text.word(at) {
        Word::Edge(Edge::Early) if text.low(at) == "early" => Share::Early,
        Word::Edge(Edge::Late) => Share::Late,
        _ => return None,
    };
    let from = at + 1 + usize::from(matches!(text.word(at + 1), Word::In | Word::At | Word::On));
    // "late this afternoon", "early tomorrow morning"
    let apart = is_day(text, from) || matches!(text.word(from), Word::This | Word::Last);
    let part_at = from + usize::from(text.word(from) == Word::The || apart);
    let Word::Part(part) = text.word(part_at) else {
        return None;
    };
    let next = if apart { at + 1 } else { part_at + 1 };
    (part_at > at + 1).then_some((part, share, next))
}

/// "end of day", "end of the day", "end of business"
fn end_of_day(text: &Tokens, at: usize) -> Option<(Part, Share, usize)> {
    if text.word(at) != Word::Of {
        return None;
    }
    let from = at + 1 + usize::from(text.word(at + 1) == Word::The);
    let from = from + usize::from(matches!(text.low(from), "business" | "working" | "work"));
    let next = from + usize::from(text.word(from) == Word::Unit(Unit::Day));
    (next > at + 1 && (text.word(from) == Word::Unit(Unit::Day) || text.low(from - 1) == "business")).then_some((
        Part::Afternoon,
        Share::EndOfWork,
        next,
    ))
}

/// "at lunch", "lunch time", "over lunch"
fn meal(text: &Tokens, at: usize, from: usize) -> Option<(Part, Share, usize)> {
    let during = from == at && matches!(text.low(at), "over" | "during");
    let from = from + usize::from(during);
    let Word::Meal(part) = text.word(from) else {
        return None;
    };
    let dash = usize::from(text.is_mark(from + 1, '-'));
    let time = text.word(from + 1 + dash) == Word::Time;
    let led = during || time || text.word(at) == Word::At;
    let next = if time { from + 2 + dash } else { from + 1 };
    led.then_some((part, Share::Meal, next))
}

/// Nothing stands around it that would make it part of a name: "evening", "morning of June 3rd".
fn ends(text: &Tokens, at: usize, next: usize) -> bool {
    let timed = text.word(next) == Word::At
        && (text.number(next + 1).is_some() || matches!(text.word(next + 1), Word::Cardinal(_)));
    let closes =
        timed || matches!(text.word(next), Word::Of | Word::On) || !matches!(text.kind(next), Some(Kind::Word(_)));
    at == 0 && closes
}
