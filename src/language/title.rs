//! What a meeting is about: said between quotation marks, after "called" or "about", else the words that nothing else has taken.
//! May import: `invisible`, `name`, `token`, `words`.

use std::ops::Range;

use super::invisible::is_invisible;
use super::meaning::Span;
use super::name::is_large;
use super::token::{Kind, Tokens};
use super::words::Word;

/// A title has at most so many bytes.
const LONGEST: usize = 300;

/// The title and where it stands. `taken` says which tokens mean something else, `courtesy` which only lead to the verb.
pub(super) fn title(text: &Tokens, taken: &[bool], courtesy: Option<&Range<usize>>) -> Option<(String, Span)> {
    quoted(text)
        .or_else(|| announced(text, taken))
        .or_else(|| leftover(text, taken, courtesy))
}

fn quoted(text: &Tokens) -> Option<(String, Span)> {
    let at = (0..text.len()).find(|&at| text.kind(at) == Some(Kind::Quoted))?;
    let mut inside = text.raw(at).chars();
    inside.next();
    inside.next_back();
    let words = clean(inside.as_str().to_owned());
    (!words.is_empty()).then(|| (words, text.span(at, at + 1)))
}

/// "called Planning", "about the budget"
fn announced(text: &Tokens, taken: &[bool]) -> Option<(String, Span)> {
    let from = (0..text.len()).filter(|&at| !taken[at]).find_map(|at| {
        let from = match text.word(at) {
            Word::Called => at + 1,
            Word::About if text.word_before(at) != Word::Question => at + 1,
            _ if matches!(text.low(at), "call" | "name") && matches!(text.low(at + 1), "it" | "this") => at + 2,
            _ => return None,
        };
        Some(from + usize::from(text.is_mark(from, ':')))
    })?;
    let to = (from..text.len())
        .find(|&at| taken[at] || is_end(text, at))
        .unwrap_or(text.len());
    let (from, to) = trimmed(text, from, to, &mut false);
    named(text, &[(from, to)])
}

/// What is left over: in the sentence of the verb behind `courtesy`, else anywhere.
fn leftover(text: &Tokens, taken: &[bool], courtesy: Option<&Range<usize>>) -> Option<(String, Span)> {
    let free = |at: usize| !taken[at] && courtesy.is_none_or(|courtesy| !courtesy.contains(&at));
    let own = courtesy.and_then(|courtesy| {
        let end = (courtesy.end..text.len()).find(|&at| is_end(text, at) && !is_shortened(text, at));
        pieced(text, free, courtesy.end..end.unwrap_or(text.len()))
    });
    own.or_else(|| pieced(text, free, 0..text.len()))
}

/// The point of "Dr. Snow" and "J. Snow".
fn is_shortened(text: &Tokens, point: usize) -> bool {
    let Some(word) = point.checked_sub(1).map(|at| text.low(at)) else {
        return false;
    };
    word.chars().count() == 1 || matches!(word, "dr" | "mr" | "mrs" | "ms" | "prof" | "st" | "rev" | "sgt" | "vs")
}

/// What is left over there, cleaned at its edges.
fn pieced(text: &Tokens, free: impl Fn(usize) -> bool, part: Range<usize>) -> Option<(String, Span)> {
    let mut pieces = Vec::new();
    let mut verb_seen = false;
    let mut at = part.start;
    while at < part.end {
        let to = (at..part.end)
            .find(|&to| !free(to) || is_end(text, to) || is_own_calendar(text, to))
            .unwrap_or(part.end);
        let piece = trimmed(text, at, to, &mut verb_seen);
        if piece.0 < piece.1 {
            pieces.push(piece);
        }
        at = to + 1;
    }
    let only_things = pieces.iter().all(|&(from, to)| (from..to).all(|at| is_thing(text, at)));
    if only_things {
        return None;
    }
    named(text, &pieces)
}

/// "meeting", "a quick event": what every booking is.
fn is_thing(text: &Tokens, at: usize) -> bool {
    matches!(text.word(at), Word::Thing | Word::Time | Word::A | Word::Filler)
        || !matches!(text.kind(at), Some(Kind::Word(_) | Kind::Number { .. }))
}

/// The end of a sentence or a line.
fn is_end(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Mark('\n' | ';' | '!' | '?')) => true,
        Some(Kind::Mark('.')) => !text.is_glued(at + 1),
        _ => false,
    }
}

/// The last word of "my calendar", "our schedule": where everything is put.
fn is_own_calendar(text: &Tokens, at: usize) -> bool {
    let calendar = text.word(at) == Word::Calendar || text.low(at) == "schedule";
    calendar && at > 0 && matches!(text.low(at - 1), "my" | "our" | "the" | "your" | "google" | "work")
}

/// Words that tell of the time that follows them.
fn leads_to_time(text: &Tokens, at: usize) -> bool {
    matches!(
        text.low(at),
        "lasting" | "lasts" | "last" | "takes" | "take" | "starting" | "starts" | "scheduled" | "beginning"
    )
}

/// Past the verb that opens a request: "set up", "put down", "remind me to".
fn past_verb(text: &Tokens, at: usize) -> usize {
    let particle = matches!(
        (text.low(at), text.low(at + 1)),
        ("set", "up")
            | ("put" | "set" | "write" | "note", "down")
            | ("put" | "pencil", "in")
            | ("block", "off" | "out")
    );
    at + 1 + usize::from(particle)
}

/// What opens a request like a verb, and stands in no title: "remind me to …", "don't let me forget …".
const LEADS: &[&[&str]] = &[
    &["remind", "me"],
    &["remind", "us"],
    &["write", "down"],
    &["jot", "down"],
    &["note", "down"],
    &["carve", "out"],
    &["line", "up"],
    &["lock", "in"],
    &["send", "out"],
    &["send", "a"],
    &["send", "an"],
    &["drop", "a"],
    &["drop", "an"],
    &["pop", "a"],
    &["pop", "in"],
    &["throw", "a"],
    &["throw", "in"],
    &["stick", "a"],
    &["forget"],
    &["remember"],
    &["if", "you", "can"],
    &["if", "you", "could"],
];

/// Past such a lead at that place.
fn past_lead(text: &Tokens, at: usize) -> Option<usize> {
    let lead = LEADS
        .iter()
        .find(|lead| lead.iter().enumerate().all(|(i, word)| text.low(at + i) == *word))?;
    let past = at + lead.len();
    // "send a calendar invite"
    let sent = lead[0] == "send" && text.word(past) == Word::Calendar;
    let past = past + usize::from(sent);
    Some(past + usize::from(lead[0] == "send" && text.word(past) == Word::Invite))
}

/// Past "I'm Rosa Marsh and my email is …": who writes is not what it is about.
fn past_introduction(text: &Tokens, at: usize, to: usize) -> usize {
    let name = match (text.low(at), text.low(at + 1), text.low(at + 2)) {
        ("i'm" | "i’m" | "im", ..) => at + 1,
        ("i", "am", _) => at + 2,
        ("my", "name", "is") => at + 3,
        _ => return at,
    };
    let is_name = |at: &usize| text.word(*at) == Word::Unknown && is_large(text, *at);
    let next = (name..to).find(|at| !is_name(at)).unwrap_or(to);
    let more = next + usize::from(text.is_mark(next, ',')) + usize::from(text.word(next) == Word::And);
    match (text.low(more), text.low(more + 1)) {
        _ if next == name => at,
        ("my", "email" | "e" | "mail" | "address") => to,
        _ => next,
    }
}

/// Without the words at the edges that only hold a sentence together. Of verbs only the first one goes: "add book club" is about
/// a book club.
fn trimmed(text: &Tokens, mut from: usize, mut to: usize, verb_seen: &mut bool) -> (usize, usize) {
    while from < to {
        let introduced = past_introduction(text, from, to);
        if introduced > from {
            from = introduced;
            continue;
        }
        let is_verb = matches!(text.word(from), Word::Verb(_) | Word::Invite);
        if is_verb && !*verb_seen {
            *verb_seen = true;
            from = past_verb(text, from).min(to);
        } else if let Some(past) =
            past_lead(text, from).filter(|_| !*verb_seen || matches!(text.low(from), "forget" | "remember" | "if"))
        {
            *verb_seen = true;
            from = past.min(to);
        } else if is_verb || !is_edge(text, from) {
            break;
        } else {
            from += 1;
        }
    }
    let trails =
        |at| is_edge(text, at) || leads_to_time(text, at) || matches!(text.word(at), Word::With | Word::Invite);
    while from < to && trails(to - 1) {
        to -= 1;
    }
    (from, to)
}

/// "Hey bot, …"
fn is_own_name(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "bot" | "chatbot" | "chatcal") && text.is_mark(at + 1, ',')
}

fn is_edge(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Word(word)) => {
            matches!(
                word,
                Word::At
                    | Word::On
                    | Word::In
                    | Word::For
                    | Word::From
                    | Word::To
                    | Word::Until
                    | Word::Between
                    | Word::And
                    | Word::Or
                    | Word::Of
                    | Word::The
                    | Word::A
                    | Word::This
                    | Word::Next
                    | Word::Filler
                    | Word::Greeting
                    | Word::Helper
                    | Word::Calendar
                    | Word::About
                    | Word::Called
                    | Word::Question
            ) || is_own_name(text, at)
        }
        Some(Kind::Mark(mark)) => mark.is_ascii() && mark != '#',
        _ => false,
    }
}

/// The words of all pieces, joined, fit for a calendar.
fn named(text: &Tokens, pieces: &[(usize, usize)]) -> Option<(String, Span)> {
    let length = pieces.iter().map(|&(from, to)| text.span(from, to).len() + 1).sum();
    let mut words = String::with_capacity(length);
    for &(from, to) in pieces {
        for at in from..to {
            if !words.is_empty() && (at == from || !text.is_glued(at)) {
                words.push(' ');
            }
            words.push_str(text.raw(at));
        }
    }
    let words = clean(words);
    if !words.chars().any(char::is_alphanumeric) {
        return None;
    }
    let span = text.span(pieces.first()?.0, pieces.last()?.1);
    let title = match text.word(pieces.first()?.0) {
        Word::With => format!("Meeting {words}"),
        _ => capital(words),
    };
    Some((title, span))
}

/// With its first letter in upper case.
pub(super) fn capital(mut words: String) -> String {
    let mut rest = words.chars();
    match rest.next() {
        Some(first) if !first.is_ascii() => first.to_uppercase().chain(rest).collect(),
        Some(_) => {
            words[..1].make_ascii_uppercase();
            words
        }
        None => words,
    }
}

/// On one line, without characters that nobody sees, and not endless.
fn clean(mut words: String) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    if !words.bytes().all(is_plain) {
        words.retain(|c| !is_invisible(c));
    }
    words.truncate(words.floor_char_boundary(LONGEST));
    words.truncate(words.trim_end().len());
    let lead = words.len() - words.trim_start().len();
    words.drain(..lead);
    words
}

/// Somewhere among the free words is a verb or a question: the message wants more than to answer. "make it 3" and "how about 3" do
/// not.
pub(super) fn has_verb(text: &Tokens, taken: &[bool]) -> bool {
    (0..text.len()).filter(|&at| !taken[at]).any(|at| match text.word(at) {
        Word::Verb(_) => !matches!((text.low(at), text.low(at + 1)), ("make" | "set", "it" | "that")),
        Word::Question => text.word(at + 1) != Word::About,
        // "I was at the dentist at 3" is a tale.
        _ => matches!(text.low(at), "was" | "were" | "had" | "went" | "did"),
    })
}
