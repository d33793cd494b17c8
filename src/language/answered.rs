//! Answers to a question that is open: "the 4pm one", "4pm sounds good", "is 4pm ok?", "1, and it's about the roadmap". They may be framed
//! in more words than a correction, since something waits for them. May import: std, `correction`, `found`, `meaning`, `phrase`, `reading`,
//! `token`, `words`.

use super::correction::{answer, pushes, unframe};
use super::found::Found;
use super::meaning::Intent;
use super::phrase::Rest;
use super::token::{Kind, Seen};
use super::words::Word;

/// An answer is short: so many bytes at most.
const LONGEST: usize = 200;

/// Words before what is chosen. Where one begins another, the longer stands first.
const LEADS: &[&str] = &[
    "i guess",
    "i think",
    "i suppose",
    "i'd say",
    "i'd like",
    "i would like",
    "i'll take",
    "i'll go with",
    "i will take",
    "i choose",
    "i pick",
    "i want",
    "let's say",
    "let's go with",
    "let's go for",
    "let's take",
    "go with",
    "go for",
    "going with",
    "choose",
    "pick",
    "take",
    "book it for",
    "book it at",
    "book it on",
    "book it",
    "the one at",
    "the one on",
    "the slot at",
];

/// Words behind it.
const TAILS: &[&str] = &[
    "sounds good to me",
    "sounds good",
    "sounds great",
    "sounds fine",
    "sounds perfect",
    "sounds right",
    "sounds best",
    "looks good",
    "looks great",
    "looks best",
    "is perfect",
    "is great",
    "is ideal",
    "is fine by me",
    "is fine with me",
    "works best",
    "works great",
    "works well",
    "works fine",
    "would be good",
    "would be best",
    "would be perfect",
    "would be nice",
    "would be lovely",
    "would be ideal",
    "would be ok",
    "would be okay",
    "would do",
    "would suit",
    "will be fine",
    "will do",
    "will work",
    "suits me best",
    "suits best",
    "suits",
    "fits me",
    "fits better",
    "fits",
    "it is",
    "i guess",
    "i think",
    "i suppose",
    "if possible",
    "if that works",
    "for me",
    "sounds ok",
    "sounds okay",
];

/// What makes it a question, before and behind: "is 4pm ok", "would 4 work".
const ASKS: &[&str] = &["is", "would", "does", "will", "what if", "can it be", "could it be"];
const WHETHER: &[&str] = &[
    "ok",
    "okay",
    "ok for you",
    "fine",
    "good",
    "possible",
    "free",
    "available",
    "work",
    "work for you",
    "be ok",
    "be okay",
    "be fine",
    "be good",
    "be possible",
    "be better",
    "all right",
    "alright",
    "better",
];

/// Questions that are orders, or suggestions of whoever decides.
const SUGGESTS: &[&str] = &[
    "how about",
    "what about",
    "can you",
    "could you",
    "can we",
    "could we",
    "shall we",
    "let's",
    "make",
    "move",
    "change",
    "push",
    "shift",
];

/// What adds a guest to those who are invited already.
const ADDS: &[&str] = &[
    "also add",
    "also invite",
    "add",
    "invite",
    "include",
    "also",
    "plus",
    "and",
];

/// What joins a subject to what was chosen: "1, and it's about the roadmap".
const JOINTS: &[&str] = &[
    "and it's",
    "and it is",
    "and that's",
    "and it will be",
    "it's",
    "it is",
    "and",
];

/// What answers an open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer without its frame.
    pub words: String,
    /// "about the roadmap": what it adds of the meeting's subject.
    pub subject: Option<String>,
    /// It asks whether that would do, and so orders nothing.
    pub asks: bool,
}

/// The answer to an open question in `text`; `None` where it holds more than that, or none.
pub fn answered(text: &str) -> Option<Answered> {
    if text.len() > LONGEST {
        return None;
    }
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    let mut rest = Rest::of(&tokens);
    let asks = asks(&mut rest);
    let subject = subject(&mut rest);
    while unframed(&mut rest, asks) {}
    let plain = |words: &str| Answered {
        words: words.to_owned(),
        subject: subject.clone(),
        asks,
    };
    if let Some(shift) = pushes(&rest) {
        return Some(plain(&shift));
    }
    let found = answer(&rest)?;
    let names_guest = found
        .findings()
        .iter()
        .any(|finding| matches!(finding.found, Found::Guest(_)));
    // "with Bob instead": of whoever was to come.
    let instead = (0..tokens.len()).any(|at| matches!(tokens.low(at), "instead" | "rather"));
    if names_guest && instead {
        return Some(plain(&format!("{} {INSTEAD}", rest.words())));
    }
    Some(plain(rest.words()))
}

/// The word by which an answer's guests take the place of those who were named before.
pub(super) const INSTEAD: &str = "instead";

/// "not at 7": what is offered is denied, and nothing said in its place.
pub fn denied(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    let mut rest = Rest::of(&tokens);
    rest.bare();
    while rest.opens(&["no", "nope", "sorry", "please"]) {
        rest.bare();
    }
    rest.opens(&["not"]) && {
        rest.closes(&["please", "thanks"]);
        rest.bare();
        answer(&rest).is_some()
    }
}

/// It orders a booking in so many words ("book lunch"), and so is a request of its own.
pub fn orders(text: &str) -> bool {
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    (0..tokens.len()).any(|at| tokens.word(at) == Word::Verb(Intent::Book))
}

/// Takes off what frames it; `true` where there was something.
fn unframed(rest: &mut Rest, asks: bool) -> bool {
    let before = rest.range.clone();
    unframe(rest);
    rest.bare();
    rest.opens(LEADS);
    rest.closes(TAILS);
    if asks {
        rest.opens(ASKS);
        rest.closes(WHETHER);
    }
    pointed(rest);
    adds(rest);
    rest.bare();
    rest.range != before && !rest.range.is_empty()
}

/// "the 4pm one"
fn pointed(rest: &mut Rest) {
    let whole = rest.range.clone();
    let pointed = rest.opens(&["the", "that"]) && rest.closes(&["one", "slot", "option", "time"]);
    if !pointed || rest.range.is_empty() {
        rest.range = whole;
    }
}

/// "add bo@example.org"
fn adds(rest: &mut Rest) {
    let whole = rest.range.clone();
    let guests = rest.opens(ADDS)
        && answer(rest).is_some_and(|found| {
            let mut findings = found.findings().iter();
            findings.all(|finding| matches!(finding.found, Found::Guest(_))) && !found.findings().is_empty()
        });
    if !guests {
        rest.range = whole;
    }
}

/// It is a question and no suggestion.
fn asks(rest: &mut Rest) -> bool {
    let whole = rest.range.clone();
    let marked = whole
        .end
        .checked_sub(1)
        .is_some_and(|last| rest.text.kind(last) == Some(Kind::Mark('?')));
    rest.bare();
    while rest.opens(&["ok", "okay", "so", "hm", "hmm", "and", "or", "well", "maybe", "but"]) {
        rest.bare();
    }
    let suggests = rest.opens(SUGGESTS);
    let asks = rest.opens(ASKS);
    rest.range = whole;
    (marked || asks) && !suggests
}

/// Takes "and it's about the roadmap" off the end.
fn subject(rest: &mut Rest) -> Option<String> {
    let at = rest
        .range
        .clone()
        .skip(1)
        .find(|&at| matches!(rest.text.word(at), Word::About | Word::Called))?;
    let subject = rest.part(at..rest.range.end);
    let mut chosen = rest.part(rest.range.start..at);
    chosen.bare();
    chosen.closes(JOINTS);
    chosen.bare();
    let mut plain = chosen.part(chosen.range.clone());
    while unframed(&mut plain, false) {}
    answer(&plain)?;
    rest.range = chosen.range;
    Some(subject.words().to_owned())
}
