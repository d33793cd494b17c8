//! Tales that ask for nothing: what others said, what shops and trains do, parting words. May import: std, `noun`, `sense`, `token`, `words`.

use std::ops::Range;

use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::noun::{About, about};
use super::sense::Sense;

/// "he said the meeting is at 4", "they're meeting at 5", "the train leaves at 5"
pub(super) fn others_tell(text: &Tokens, all: &Range<usize>, it: &About) -> bool {
    let others = matches!(
        text.low(all.start),
        "he" | "she" | "they" | "he's" | "she's" | "they're" | "he’s" | "she’s" | "they’re"
    );
    (others || runs(text, all)) && !it.my_plan
}

/// What shops, trains, the sun and shows do by themselves.
const RUNS: &[&str] = &[
    "leaves",
    "opens",
    "reopens",
    "closes",
    "shuts",
    "arrives",
    "departs",
    "airs",
    "rises",
    "sets",
    "resumes",
    "premieres",
    "expires",
    "boards",
    "docks",
];

/// The same of many.
const RUN: &[&str] = &["leave", "open", "reopen", "close", "shut", "arrive", "depart", "resume"];

/// "the train leaves at 5", "the shop reopens at 9", "the bakery bakes at 4": what is told has a verb of its own, and is no plan.
fn runs(text: &Tokens, all: &Range<usize>) -> bool {
    let begins = all.start;
    let mine = text.sense(begins).is(Sense::MINE);
    if text.sense(begins).is(Sense::ME.or(Sense::VERBS)) {
        return false;
    }
    let told = matches!(text.word(begins), Word::The | Word::A | Word::This);
    (begins + 1..all.end.min(begins + 6)).any(|at| {
        let low = text.low(at);
        let goes_on = matches!(
            text.word(at + 1),
            Word::At | Word::On | Word::In | Word::From | Word::Every
        );
        let habit = matches!(low, "works" | "lives" | "sleeps" | "eats" | "goes") && goes_on
            || matches!(low, "work" | "go" | "eat" | "live")
                && text.low(at - 1).len() > 3
                && goes_on | matches!(text.word(at + 1), Word::To);
        let of_many = text.low(at - 1).ends_with('s') && RUN.contains(&low);
        let public = matches!(
            text.low(at - 1),
            "game" | "match" | "movie" | "film" | "show" | "parade" | "sun"
        );
        let starts = public && matches!(low, "starts" | "begins" | "kicks");
        let known = habit || !mine && (RUNS.contains(&low) || of_many || starts);
        if !known && (mine || !told || at == begins + 1 || !is_unknown_verb(text, at, all.end)) {
            return false;
        }
        let subject = about(text, begins..at).first;
        !subject.is(Sense::EVENT.or(Sense::REMINDER)) && (known || !subject.is(PLANS))
    })
}

const PLANS: Sense = Sense::EVENT.or(Sense::OCCASION);

/// A word that no table knows, in the form of "bakes", with a time behind it.
fn is_unknown_verb(text: &Tokens, at: usize, end: usize) -> bool {
    let low = text.low(at);
    let shaped = low.len() > 3 && low.ends_with('s') && !low.ends_with("ss") && !low.contains(['\'', '’']);
    let time_follows = at + 1 >= end
        || text.number(at + 1).is_some()
        || matches!(
            text.word(at + 1),
            Word::At
                | Word::On
                | Word::In
                | Word::From
                | Word::Until
                | Word::Near(_)
                | Word::Tonight
                | Word::Weekday(_)
                | Word::Next
                | Word::This
                | Word::Every
        );
    text.word(at) == Word::Unknown && text.sense(at).is_strange() && shaped && time_follows
}

/// "talk tomorrow", "in a minute"
pub(super) fn is_parting(text: &Tokens, all: &Range<usize>) -> bool {
    let words = || all.clone().filter(|&at| matches!(text.kind(at), Some(Kind::Word(_))));
    let first = words().next().map_or("", |at| text.low(at));
    let short = words().count() <= 3 && !all.clone().any(|at| text.number(at).is_some());
    let talks = matches!(first, "talk" | "speak" | "chat" | "until")
        && words().skip(1).all(|at| {
            matches!(
                text.word(at),
                Word::Near(_) | Word::Weekday(_) | Word::Next | Word::Unit(_) | Word::Later
            )
        });
    let last = words().next_back().map_or("", |at| text.low(at));
    let soon = matches!(first, "in" | "just")
        && matches!(last, "minute" | "min" | "sec" | "second" | "moment")
        && words().any(|at| text.word(at) == Word::A);
    short && (talks || soon)
}

/// "thanks for booking"
pub(super) fn is_told_off(text: &Tokens, all: &Range<usize>) -> bool {
    matches!(text.low(all.start), "thanks" | "thank" | "sorry" | "thx")
        && all.clone().take(3).any(|at| text.low(at) == "for")
}
