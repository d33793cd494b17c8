//! Where it takes place: "at Billy's Tavern", "in Room 5", a link to join by. May import: std, `token`, `words`.

use std::ops::Range;

use super::token::{Kind, Tokens};
use super::words::Word;

/// A place's name has at most so many tokens.
const LONGEST: usize = 8;

/// The place and its tokens, the preposition included.
pub(super) fn location(text: &Tokens, taken: &[bool]) -> Option<(String, Range<usize>)> {
    let free = |at: usize| taken.get(at) == Some(&false);
    let named = (0..text.len()).filter(|&at| free(at)).find_map(|at| {
        let from = opening(text, at)?;
        let to = (from..text.len().min(from + LONGEST))
            .find(|&at| !free(at) || ends(text, at))
            .unwrap_or(text.len().min(from + LONGEST));
        (from < to && is_name(text, from, at)).then(|| (words(text, from, to), at..to))
    });
    named.or_else(|| link(text, taken))
}

/// Past the words that lead to a place.
fn opening(text: &Tokens, at: usize) -> Option<usize> {
    let led = matches!(text.word(at), Word::At | Word::In) || text.is_mark(at, '@');
    if led {
        return Some(at + 1);
    }
    let labelled = matches!(text.low(at), "location" | "where" | "place" | "venue") && text.is_mark(at + 1, ':');
    labelled.then_some(at + 2)
}

/// A name is written large, opens with "the" or a house's number, or says that it is a room.
fn is_name(text: &Tokens, from: usize, at: usize) -> bool {
    let labelled = text.is_mark(at + 1, ':');
    let large = text.raw(from).starts_with(char::is_uppercase);
    let number = text.number(from).is_some() && matches!(text.kind(from + 1), Some(Kind::Word(Word::Unknown)));
    let room = matches!(text.low(from), "room" | "office" | "building");
    let the = text.word(from) == Word::The && text.word(at) == Word::At && text.word(from + 1) == Word::Unknown;
    labelled || large || number || room || the
}

fn ends(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Word(word)) => matches!(
            word,
            Word::With
                | Word::About
                | Word::Called
                | Word::For
                | Word::On
                | Word::At
                | Word::In
                | Word::From
                | Word::To
                | Word::Invite
                | Word::Or
        ),
        Some(Kind::Mark('\'' | '’' | '&' | '-' | '#')) => false,
        Some(Kind::Number { .. }) => false,
        _ => true,
    }
}

fn words(text: &Tokens, from: usize, to: usize) -> String {
    let span = text.span(from, to);
    text.text[span].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A web address, without the brackets and the label that Slack puts around it.
fn link(text: &Tokens, taken: &[bool]) -> Option<(String, Range<usize>)> {
    let at = (0..text.len())
        .find(|&at| !taken[at] && text.kind(at) == Some(Kind::Sealed) && text.low(at).contains("://"))?;
    let raw = text.raw(at).trim_start_matches('<').trim_end_matches('>');
    let address = raw.split('|').next().unwrap_or(raw);
    Some((address.to_owned(), at..at + 1))
}
