//! What leads to a request: "it would be great if you could …", "is it possible to …", "Shelly, …". May import: `token`, `clause`, `sense`.

use super::super::token::{Kind, Tokens};
use super::clause::{Clause, Mood, Step};
use super::sense::Sense;

/// "have the meeting start at 4"
pub(super) fn starts_at(text: &Tokens, clause: &Clause, at: usize) -> bool {
    let starts = |at: usize| {
        matches!(text.low(at), "start" | "end" | "begin" | "last" | "meet")
            || text.sense(at).is(Sense::MOVED.or(Sense::CANCELLED))
    };
    text.low(at) == "have" && !clause.asks && (at + 2..clause.range.end.min(at + 6)).any(starts)
}

/// Past the "if you could" of "it would be great if you could".
pub(super) fn if_you(text: &Tokens, clause: &Clause, at: usize) -> Option<usize> {
    let soon = at + 1..clause.range.end.min(at + 7);
    let would = soon
        .clone()
        .take(2)
        .any(|at| matches!(text.low(at), "would" | "be" | "is"));
    let condition = soon
        .into_iter()
        .find(|&at| text.low(at) == "if" && matches!(text.low(at + 1), "you" | "we" | "i"))?;
    would.then_some(condition + 2)
}

/// Past the "if you could" of "I'd appreciate it if you could".
pub(super) fn would_thank(text: &Tokens, clause: &Clause, at: usize) -> Option<usize> {
    let soon = at + 1..clause.range.end.min(at + 6);
    let thanks = soon.clone().any(|at| {
        matches!(
            text.low(at),
            "appreciate" | "grateful" | "love" | "glad" | "happy" | "thankful"
        )
    });
    let condition = soon
        .into_iter()
        .find(|&at| text.low(at) == "if" && matches!(text.low(at + 1), "you" | "we"))?;
    thanks.then_some(condition + 2)
}

/// Past the "be so kind as to" of "would you be so kind as to".
pub(super) fn kind_to(text: &Tokens, clause: &Clause, at: usize) -> Option<usize> {
    let soon = at + 1..clause.range.end.min(at + 6);
    let kind = soon
        .clone()
        .any(|at| matches!(text.low(at), "kind" | "nice" | "good" | "able" | "willing"));
    let to = soon.into_iter().find(|&at| text.low(at) == "to")?;
    kind.then_some(to + 1)
}

/// "…, ok?" asks for no answer.
pub(super) fn is_tagged(text: &Tokens, start: usize, end: usize) -> bool {
    let tag = end.saturating_sub(1);
    tag > start + 1
        && text.is_mark(tag - 1, ',')
        && matches!(
            text.low(tag),
            "ok" | "okay" | "k" | "please" | "pls" | "plz" | "thanks" | "alright" | "cool"
        )
}

/// Past the "I don't forget" of "make sure I don't forget".
pub(super) fn forgets(text: &Tokens, at: usize) -> Option<usize> {
    let at = at + usize::from(text.low(at) == "that");
    let forget = text.sense(at).is(Sense::ME) && text.sense(at + 1).is(Sense::NOT) && text.low(at + 2) == "forget";
    let remember = text.sense(at).is(Sense::ME) && text.low(at + 1) == "remember";
    forget.then_some(at + 3).or(remember.then_some(at + 2))
}

/// "make sure to book …", "make sure you book …"; not "make sure my table is there".
pub(super) fn after_leads(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "to" | "you" | "that" | "not") || text.sense(at).is(Sense::VERBS)
}

/// "is it possible to …", "are there ways to …", "are you able to …".
pub(super) fn possible(text: &Tokens, clause: &Clause, at: usize) -> Step {
    let soon = (at + 2)..clause.range.end.min(at + 6);
    let able = soon.clone().any(|at| {
        matches!(
            text.low(at),
            "possible" | "way" | "ways" | "able" | "okay" | "ok" | "chance"
        )
    });
    let to = soon.clone().chain(soon.end..clause.range.end.min(at + 9)).find(|&at| {
        matches!(text.low(at), "to" | "if") || text.sense(at).is(Sense::ME) || text.low(at) == "you" && at > soon.start
    });
    match to {
        Some(to) if able => Step::On(Mood::Request, to + 1),
        _ => Step::Stop(Mood::Question),
    }
}

/// A name at the start: "Shelly, check …", "Jeeves book …".
pub(super) fn called(text: &Tokens, clause: &Clause, at: usize) -> bool {
    let unknown = text.sense(at).is_strange() && matches!(text.kind(at), Some(Kind::Word(_)));
    unknown
        && at == clause.range.start
        && (text.is_mark(at + 1, ',')
            || text
                .sense(at + 1)
                .is(Sense::BOOK.or(Sense::CANCEL).or(Sense::POSTPONE).or(Sense::REMIND)))
}
