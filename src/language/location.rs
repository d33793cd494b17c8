//! Where it takes place: "at Billy's Tavern", "in room 5", "at the office", "on Zoom", a link to join by. May import: std,
//! `intent`'s senses, `token`, `title`, `words`.

use std::ops::Range;

use super::intent::Sense;
use super::title::capital;
use super::token::{Kind, Tokens};
use super::words::Word;

/// A place's name has at most so many tokens.
const LONGEST: usize = 9;
/// A name in small letters has at most so many words.
const LONGEST_SMALL: usize = 3;

/// The place and its tokens, the preposition included.
pub(super) fn location(text: &Tokens, taken: &[bool]) -> Option<(String, Range<usize>)> {
    let free = |at: usize| taken.get(at) == Some(&false);
    let named = (0..text.len()).filter(|&at| free(at)).find_map(|at| {
        let place = match (text.word(at), text.low(at)) {
            (Word::At, _) => after_preposition(text, at, Word::At, &free),
            (Word::In, _) | (_, "inside" | "outside" | "near") => after_preposition(text, at, Word::In, &free),
            // "on campus", "on Main Street"; most else after "on" is a day or a subject.
            (Word::On, _) => medium(text, at, &free).or_else(|| after_preposition(text, at, Word::On, &free)),
            (_, "@") => after_preposition(text, at, Word::At, &free),
            (_, "via" | "over" | "by" | "using" | "through") => medium(text, at, &free),
            (_, "room" | "suite") => bare_room(text, at, &free),
            (_, "location" | "where" | "place" | "venue") => labelled(text, at, &free),
            _ => None,
        }?;
        Some((capital(words(text, place.clone())), at..place.end))
    });
    named.or_else(|| link(text, taken))
}

/// "on Zoom", "by phone", "over the phone", "via Google Meet"
fn medium(text: &Tokens, at: usize, free: &impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let from = at + 1 + usize::from(text.word(at + 1) == Word::The);
    let by_maker =
        matches!(text.low(from), "google" | "microsoft" | "ms" | "apple") && text.sense(from + 1).is(Sense::MEDIUM);
    let to = from + 1 + usize::from(by_maker);
    let said = by_maker || text.sense(from).is(Sense::MEDIUM);
    let whole = !matches!(text.word(to), Word::Unknown | Word::Thing) || matches!(text.low(to), "call" | "chat");
    (said && whole && (from..to).all(free)).then_some(from..to)
}

/// "location: the lobby", "the location is Room 5"
fn labelled(text: &Tokens, at: usize, free: &impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let label = matches!(text.low(at), "location" | "where" | "place" | "venue") && text.is_mark(at + 1, ':');
    let told = text.low(at) == "location" && (text.low(at + 1) == "is" || text.word(at + 1) == Word::To);
    if !(label || told) {
        return None;
    }
    let from = at + 2;
    let to = name_end(text, from, free);
    (to > from).then_some(from..to)
}

fn after_preposition(text: &Tokens, at: usize, lead: Word, free: &impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let from = at + 1;
    let article = matches!(text.word(from), Word::The | Word::A) || is_owner(text.low(from));
    let first = from + usize::from(article);
    let to = name_end(text, first, free);
    if to == first || !free(from) {
        return None;
    }
    let place = from..to;
    let large = is_large(text, first);
    let numbered = text.number(first).is_some();
    let is_sort = (first..to).any(|at| text.sense(at).is(Sense::SORT));
    let stops = text.sense(first).is(Sense::NO_PLACE) && !is_sort;
    let good = match lead {
        Word::On => is_sort && !stops,
        _ if large => true,
        _ if stops || text.low(first).ends_with("ing") => false,
        _ if numbered => to > first + 1 && matches!(text.kind(first + 1), Some(Kind::Word(Word::Unknown))),
        Word::At => true,
        // "in chicago", "in the lobby"
        _ => is_sort || !article && to == first + 1,
    };
    good.then_some(place)
}

/// "Friday 3pm, room 5"
fn bare_room(text: &Tokens, at: usize, free: &impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let room = matches!(text.low(at), "room" | "suite") && text.number(at + 1).is_some() && free(at + 1);
    room.then(|| at..name_end(text, at, free))
}

fn is_owner(low: &str) -> bool {
    matches!(low, "my" | "our" | "your" | "his" | "her" | "their")
}

fn is_large(text: &Tokens, at: usize) -> bool {
    text.raw(at).starts_with(char::is_uppercase)
}

/// The end of the name that starts at token `from`; `from` itself where none does.
fn name_end(text: &Tokens, from: usize, free: &impl Fn(usize) -> bool) -> usize {
    let mut to = from;
    let mut small = 0;
    while to < from + LONGEST && free(to) {
        let inside = match text.kind(to) {
            Some(Kind::Word(Word::Filler)) => is_new(text, to) && free(to + 1),
            Some(Kind::Word(Word::Unknown)) if is_large(text, to) => true,
            Some(Kind::Word(Word::Unknown)) => {
                small += 1;
                small <= LONGEST_SMALL && !(to > from && ends_name(text, to))
            }
            Some(Kind::Word(Word::Thing)) => to > from || is_large(text, to) || text.low(to + 1) == "room",
            Some(Kind::Word(Word::Of | Word::And | Word::The | Word::In | Word::On | Word::At))
            | Some(Kind::Mark('@' | ',')) => joins(text, from, to, free),
            Some(Kind::Word(Word::OrdinalEnd | Word::Cardinal(_) | Word::Ordinal(_))) => to > from,
            Some(Kind::Word(_)) => is_large(text, to) && to > from && is_large(text, from),
            Some(Kind::Number { .. }) => true,
            Some(Kind::Mark('\'' | '’' | '&' | '#')) => to > from,
            Some(Kind::Mark('.')) if is_short(text, to) => free(to + 1) && is_large(text, to + 1),
            Some(Kind::Mark('.' | '-')) => to > from && text.is_glued(to) && text.is_glued(to + 1) && free(to + 1),
            _ => false,
        };
        if !inside {
            break;
        }
        to += 1;
    }
    to
}

/// "New York", also in small letters
fn is_new(text: &Tokens, at: usize) -> bool {
    let named = matches!(
        text.low(at + 1),
        "york" | "orleans" | "delhi" | "zealand" | "jersey" | "mexico" | "haven" | "hampshire" | "england"
    );
    text.low(at) == "new" && (named || is_large(text, at) && is_large(text, at + 1))
}

/// "Mt. Rainier", "John F. Kennedy Airport": the point ends no sentence.
fn is_short(text: &Tokens, at: usize) -> bool {
    let before = text.low(at.wrapping_sub(1));
    let initial = before.len() == 1 && !before.starts_with(|c: char| c.is_ascii_digit());
    text.is_glued(at) && (initial || matches!(before, "mt" | "st" | "ft" | "dr"))
}

/// "Museum of Art", "the Pier in Galveston", "Portland, Oregon": a small word between two that are written large.
fn joins(text: &Tokens, from: usize, at: usize, free: &impl Fn(usize) -> bool) -> bool {
    let next = at + 1 + usize::from(text.word(at + 1) == Word::The);
    if at == from || !free(next) || !is_large(text, next) || text.word(next) != Word::Unknown {
        return false;
    }
    if text.is_mark(at, ',') {
        // One word more, and the end: a list of names is none of a place.
        return text.word(from.wrapping_sub(1)) == Word::In
            && !matches!(
                text.kind(next + 1),
                Some(Kind::Mark(',')) | Some(Kind::Word(Word::And | Word::Unknown))
            );
    }
    matches!(text.word(at), Word::In | Word::At) || text.is_mark(at, '@') || is_large(text, at - 1)
}

/// A word that follows a place and is none of it.
fn ends_name(text: &Tokens, at: usize) -> bool {
    let sense = text.sense(at);
    let no_place = text.low(at).ends_with("ing") || sense.is(Sense::NO_PLACE) && !sense.is(Sense::SORT);
    no_place || sense.is(Sense::PAST_PLACE)
}

fn words(text: &Tokens, place: Range<usize>) -> String {
    let span = text.span(place.start, place.end);
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

/// "no meet", "without a video link": the tokens that say so.
pub(super) fn without_link(text: &Tokens, taken: &[bool]) -> Option<Range<usize>> {
    (0..text.len())
        .filter(|&at| matches!(text.low(at), "no" | "without" | "don't" | "dont" | "don’t"))
        .find_map(|no| {
            // "don't add a meet link"
            let adds = matches!(text.low(no + 1), "add" | "include" | "attach" | "create" | "need");
            let refuses = !matches!(text.low(no), "no" | "without");
            if refuses && !adds {
                return None;
            }
            let at = no + usize::from(refuses);
            let from = at + 1 + usize::from(text.word(at + 1) == Word::A);
            let from = from + usize::from(text.low(from) == "google");
            let to = from + 1 + usize::from(ends_link(text, from + 1));
            let link = matches!(
                text.low(from),
                "meet" | "video" | "link" | "videoconference" | "conferencing"
            );
            (link && to <= text.len() && taken[no..to].iter().all(|taken| !taken)).then_some(no..to)
        })
}

fn ends_link(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "link" | "links" | "call" | "conference" | "conferencing")
}
