//! Corrections: "make it 3", "no, Wednesday", "not Tuesday, Wednesday", "an hour later". Each is an answer in a frame of words that say
//! that something said before is meant. May import: std, `found`, `phrase`, `reading`, `token`, `words`.

use std::mem::discriminant;

use super::found::Found;
use super::phrase::Rest;
use super::reading::{Reading, read};
use super::token::{Kind, Seen};
use super::words::Word;

/// A correction is short: so many bytes at most.
const LONGEST: usize = 200;

/// Words before the answer that point back. Where one begins another, the longer stands first.
const OPENERS: &[&str] = &[
    "make it",
    "make that",
    "i'd rather",
    "i would rather",
    "i'd prefer",
    "i would prefer",
    "i prefer",
    "i meant",
    "i mean",
    "it should be",
    "that should be",
    "should be",
    "how about",
    "what about",
    "do",
    "say",
    "actually",
    "rather",
    "better",
    "instead",
    "preferably",
    "correction",
    "scratch that",
    "same time",
    "the same time",
    "sorry",
    "oops",
    "wait",
    "no",
    "nope",
    "nah",
];

/// What is moved, and where to: "move it to Friday".
const MOVERS: &[&str] = &["move", "change", "shift", "push", "switch", "set", "put", "bring"];
const MOVED: &[&str] = &["it", "that", "this", "the time", "the day", "the meeting"];
const TO: &[&str] = &["to", "back to", "forward to", "up to", "for", "on", "at"];

/// Which way: "push it back an hour".
const LATER: &[&str] = &["back by", "back", "out by", "out"];
const EARLIER: &[&str] = &["forward by", "forward", "up by", "up"];

/// Words after the answer that say as much.
const CLOSERS: &[&str] = &[
    "would be better",
    "would be fine",
    "would be great",
    "would work",
    "would suit me",
    "works better",
    "works for me",
    "works",
    "suits me",
    "is better",
    "is best",
    "is fine",
    "is good",
    "is ok",
    "is okay",
    "instead",
    "rather",
    "then",
    "actually",
    "at the same time",
    "same time",
    "sorry",
    "i meant",
    "i mean",
];

/// Words around it that say nothing.
const IDLE: &[&str] = &[
    "thank you",
    "please",
    "pls",
    "plz",
    "thanks",
    "ok",
    "okay",
    "yes",
    "yeah",
    "yep",
    "sure",
    "well",
    "so",
    "and",
    "or",
    "but",
    "oh",
    "ah",
    "um",
    "uh",
    "hm",
    "hmm",
    "let's",
    "can you",
    "could you",
    "can we",
    "could we",
    "we could",
    "maybe",
    "perhaps",
    "just",
];

/// What parts the answer from what it takes the place of: "Wednesday instead of Tuesday".
const INSTEAD_OF: &[&str] = &["instead of", "rather than", "and not", "not"];

/// The answer in a message that corrects what was said before ("make it 3" holds "3"); `None` where it holds more than that.
pub fn correction(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    let mut rest = Rest::of(&tokens);
    let framed = unframe(&mut rest);
    if let Some(shift) = pushes(&rest) {
        return Some(shift);
    }
    let reading = answer(&rest)?;
    (framed || shifts(&reading)).then(|| rest.words().to_owned())
}

/// Takes the frame off; `true` where there was one.
pub(super) fn unframe(rest: &mut Rest) -> bool {
    let mut framed = false;
    loop {
        rest.bare();
        if rest.opens(IDLE) || rest.closes(IDLE) {
            continue;
        }
        if !(rest.opens(OPENERS) || rest.closes(CLOSERS) || moves(rest) || denies(rest) || replaces(rest)) {
            return framed;
        }
        framed = true;
    }
}

/// "move it to Friday", "move it an hour later"; what "move it an hour" means isn't said.
fn moves(rest: &mut Rest) -> bool {
    let start = rest.range.start;
    let moves =
        rest.opens(MOVERS) && rest.opens(MOVED) && (rest.opens(TO) || answer(rest).is_some_and(|it| shifts(&it)));
    if !moves {
        rest.range.start = start;
    }
    moves
}

/// "push it back an hour", in the words of a shift.
pub(super) fn pushes(rest: &Rest) -> Option<String> {
    let mut rest = rest.part(rest.range.clone());
    if !(rest.opens(MOVERS) && rest.opens(MOVED)) {
        return None;
    }
    let way = match (rest.opens(LATER), rest.opens(EARLIER)) {
        (true, _) => "later",
        (_, true) => "earlier",
        _ => return None,
    };
    let amount = answer(&rest)?;
    let is_amount = matches!(amount.findings(), [one] if matches!(one.found, Found::Length(_)));
    is_amount.then(|| format!("{} {way}", rest.words()))
}

/// "not Tuesday, Wednesday": what is denied goes, and so does what parts it from the answer.
fn denies(rest: &mut Rest) -> bool {
    let start = rest.range.start;
    if !rest.opens(&["not"]) {
        return false;
    }
    let parts = |at: &usize| {
        let ends = matches!(rest.text.kind(*at), Some(Kind::Mark('.' | '-'))) && !rest.text.is_glued(at + 1);
        ends || matches!(rest.text.kind(*at), Some(Kind::Mark(',' | ';'))) || rest.text.low(*at) == "but"
    };
    let apart = rest.range.clone().find(parts);
    let denied = apart.filter(|&at| answer(&rest.part(rest.range.start..at)).is_some());
    let next = denied.map(|at| at + 1).or_else(|| second_of_two(rest));
    rest.range.start = next.unwrap_or(start);
    next.is_some()
}

/// Where the second day of "Tuesday Wednesday" begins, or the second time of day.
fn second_of_two(rest: &Rest) -> Option<usize> {
    let reading = answer(rest)?;
    let [first, second] = reading.findings() else {
        return None;
    };
    let alike = discriminant(&first.found) == discriminant(&second.found);
    let start = rest.text.span(rest.range.start, rest.range.end).start + second.span.start;
    let at = rest.range.clone().find(|&at| rest.text.list[at].start >= start);
    at.filter(|_| alike)
}

/// "Wednesday instead of Tuesday": what is replaced goes.
fn replaces(rest: &mut Rest) -> bool {
    let replaced = rest.range.clone().skip(1).find(|&at| {
        let other = INSTEAD_OF.iter().find_map(|phrase| rest.stands(phrase, at));
        other.is_some_and(|other| answer(&rest.part(other..rest.range.end)).is_some())
    });
    rest.range.end = replaced.unwrap_or(rest.range.end);
    replaced.is_some()
}

/// What is left holds nothing but details of a meeting.
pub(super) fn answer(rest: &Rest) -> Option<Reading> {
    let names_meeting = rest.range.clone().any(|at| rest.text.word(at) == Word::Thing);
    let reading = read(rest.words());
    (reading.is_answer() && !names_meeting).then_some(reading)
}

/// "an hour later": than what was said before.
pub(super) fn shifts(reading: &Reading) -> bool {
    let mut findings = reading.findings().iter();
    findings.any(|finding| matches!(finding.found, Found::Shift(_)))
}
