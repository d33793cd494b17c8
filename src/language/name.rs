//! A name in the text: "Ann Lee", "Dr. Smith", "rosa parker". Capitals help, but people write small.
//! May import: std, `intent`'s senses, `token`, `words`.

use std::ops::Range;

use super::intent::Sense;
use super::token::{Kind, Tokens};
use super::words::Word;

/// A name has at most so many words.
pub(super) const LONGEST: usize = 4;

/// Where in a list a member stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    First,
    /// After a comma alone: "with Ann, …" may go on with anything.
    Comma,
    And,
}

/// The name that starts at token `at`: words written large, or one or two small ones.
pub(super) fn name(text: &Tokens, taken: &[bool], at: usize, place: Place) -> Option<Range<usize>> {
    let dot = |at: usize| usize::from(text.is_mark(at, '.') && text.is_glued(at));
    let titled = text.sense(at).is(Sense::TITLE);
    let from = if titled { at + 1 + dot(at + 1) } else { at };
    let free = |at: usize| taken.get(at) == Some(&false);
    let fits = |at: usize| free(at) && is_name_word(text, at);
    // "clerks Lisa and Phoebe"
    let small = |at: usize| free(at) && text.word(at) == Word::Unknown && !is_large(text, at);
    if let Some(large) = (from + 1..from + 3)
        .take_while(|&at| small(at - 1))
        .find(|&at| fits(at) && is_large(text, at))
    {
        return Some(large..large_name(text, large, free));
    }
    if !fits(from) {
        return None;
    }
    let start = if titled { at } else { from };
    if is_large(text, from) {
        let to = large_name(text, from, free);
        return Some(start..to);
    }
    let run = (from..from + LONGEST).find(|&at| !fits(at)).unwrap_or(from + LONGEST);
    let owned = (from..run).find(|&at| is_owned(text, at)).map(|at| at + 1);
    let to = owned.unwrap_or(if run - from <= 2 { run } else { from + 1 });
    let after = text.kind(to).filter(|_| free(to));
    let goes_on = match place {
        Place::First => false,
        // "with ann, bring the slides", "with ann and bring the slides"
        Place::Comma => {
            to > from + 1 || matches!(after, Some(Kind::Word(word)) if word != Word::And && !leads_on(word))
        }
        Place::And => matches!(
            after,
            Some(Kind::Word(
                Word::The | Word::A | Word::This | Word::Filler | Word::Unknown
            ))
        ),
    };
    (!goes_on).then_some(start..to)
}

/// Words that open a new part of the sentence.
fn leads_on(word: Word) -> bool {
    matches!(
        word,
        Word::At | Word::On | Word::In | Word::For | Word::From | Word::To | Word::About | Word::Until
    )
}

/// The end of a name whose first word is written large: "Ann Lee", "Ludwig van Beethoven", "Anna-Maria J. Smith".
pub(super) fn large_name(text: &Tokens, from: usize, free: impl Fn(usize) -> bool) -> usize {
    let mut to = from + 1;
    while to < from + LONGEST * 2 && !is_owned(text, to - 1) {
        let initial = text.low(to - 1).len() == 1 && text.is_mark(to, '.') && text.is_glued(to);
        let hyphen = text.is_mark(to, '-') && text.is_glued(to) && text.is_glued(to + 1);
        let particles = (to..to + 3)
            .take_while(|&at| text.sense(at).is(Sense::PARTICLE))
            .count();
        let next = to + particles.max(usize::from(initial || hyphen));
        let goes_on = free(next) && text.word(next) == Word::Unknown && is_large(text, next);
        if !goes_on || !(to..next).all(&free) {
            break;
        }
        to = next + 1;
    }
    // "Ann lee": nothing else in small letters follows a name without a word between.
    let alone = free(to)
        && is_name_word(text, to)
        && !is_owned(text, to - 1)
        && !(free(to + 1) && text.word(to + 1) == Word::Unknown);
    let small =
        alone && text.word(to) == Word::Unknown && !text.low(to).ends_with("ed") && !text.low(to).ends_with("ly");
    if to == from + 1 && small { to + 1 } else { to }
}

pub(super) fn is_name_word(text: &Tokens, at: usize) -> bool {
    let low = text.low(at);
    match text.word(at) {
        Word::Unknown => {
            let doing = low.ends_with("ing") && low.len() > 5 && !is_large(text, at);
            !doing && !text.sense(at).is(Sense::NO_NAME)
        }
        // "April", "Will"; small they are what they mostly are.
        Word::Month(_) => is_large(text, at),
        Word::Helper => text.raw(at) == "Will",
        _ => false,
    }
}

pub(super) fn is_large(text: &Tokens, at: usize) -> bool {
    text.raw(at).starts_with(char::is_uppercase)
}

pub(super) fn is_owned(text: &Tokens, at: usize) -> bool {
    let low = text.low(at);
    low.ends_with("'s") || low.ends_with("’s")
}
