//! Facts that are told in passing: who will come, what a plan is instead, how many will eat. May import: `clause`, `noun`, `sense`, `meaning`, `token`,
//! `words`.

use std::ops::Range;

use super::super::meaning::Intent;
use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::When;
use super::clause::Clause;
use super::noun::About;
use super::sense::Sense;

/// What a fact asks for: a change of a plan that is there, or a table.
pub(super) fn fact(text: &Tokens, clause: &Clause, it: &About, when: When) -> Option<Intent> {
    let range = clause.range.clone();
    if joins(text, &range, it) || contrasts(text, &range, it) || is_elsewhere(text, &range, it, when) {
        return Some(Intent::Reschedule);
    }
    if is_off(text, &range, it) {
        return Some(Intent::Cancel);
    }
    (is_reserved(text, &range, when) || is_company(text, &range) || is_unavailable(text, &range, when))
        .then_some(Intent::Book)
}

/// "Jen will be there too", "Kim can't make it to the meeting", "they are also coming to my party".
fn joins(text: &Tokens, range: &Range<usize>, it: &About) -> bool {
    let somebody = !text
        .sense(range.start)
        .is(Sense::ME.or(Sense::VERBS).or(Sense::WH).or(Sense::AUX))
        && matches!(text.kind(range.start), Some(Kind::Word(_)))
        && !matches!(
            text.low(range.start),
            "it" | "it's" | "that" | "that's" | "there" | "there's" | "this"
        );
    if !somebody {
        return false;
    }
    let will = |at: usize| {
        matches!(
            text.low(at),
            "will"
                | "won't"
                | "is"
                | "are"
                | "isn't"
                | "aren't"
                | "can't"
                | "cannot"
                | "can"
                | "'ll"
                | "not"
                | "also"
                | "he'll"
                | "she'll"
                | "they'll"
                | "they're"
                | "be"
                | "going"
                | "to"
                | "able"
        )
    };
    let end = range.end.min(range.start + 5);
    let Some(from) = (range.start..end).find(|&at| will(at)) else {
        return false;
    };
    let verb = (from..range.end).find(|&at| !will(at)).unwrap_or(range.end);
    let comes = match text.low(verb) {
        "there" | "joining" | "attending" | "coming" | "join" | "attend" | "come" => true,
        "make" => text.low(verb + 1) == "it",
        "at" => text.low(verb - 1) == "be",
        _ => false,
    };
    let also = range
        .clone()
        .any(|at| matches!(text.low(at), "too" | "also" | "anymore" | "either"));
    let there = matches!(text.low(verb), "there" | "make");
    // "the plumber is coming" joins nothing.
    let plan_follows = it.first_noun_at.is_some_and(|at| at > verb);
    let us = matches!((text.low(verb), text.low(verb + 1)), ("join" | "joining", "us" | "me"));
    comes
        && (us
            || plan_follows && it.the_plan && it.first.is(Sense::EVENT.or(Sense::OCCASION))
            || also && (there || it.first == Sense::NONE))
}

/// "it's on Friday, not Thursday", "that meeting is with Ann, not Bob".
fn contrasts(text: &Tokens, range: &Range<usize>, it: &About) -> bool {
    let being = range.clone().take(6).find(|&at| {
        matches!(
            text.low(at),
            "is" | "was" | "be" | "will" | "it's" | "that's" | "it’s" | "that’s" | "starts" | "ends" | "begins"
        )
    });
    let Some(being) = being else { return false };
    let points = matches!(
        text.low(range.start),
        "it" | "it's" | "it’s" | "that" | "that's" | "that’s" | "this"
    );
    let planned =
        (it.the_plan || it.first_noun_at == Some(range.start)) && it.first.is(Sense::EVENT.or(Sense::OCCASION));
    let other = |at: usize| text.number(at).is_some() || matches!(text.word(at), Word::Cardinal(_) | Word::Weekday(_));
    let not = (being + 2..range.end).any(|at| text.low(at) == "not" && (text.is_mark(at - 1, ',') || other(at + 1)));
    not && (points && it.first.only(Sense::FOREIGN) == Sense::NONE || planned)
}

/// "the meeting is in room 5", "the meeting is now at 5".
fn is_elsewhere(text: &Tokens, range: &Range<usize>, it: &About, when: When) -> bool {
    let Some(noun) = it
        .first_noun_at
        .filter(|&at| at <= range.start + 2 && it.the_plan && it.first.is(Sense::EVENT.or(Sense::OCCASION)))
    else {
        return false;
    };
    let is_now = matches!((text.low(noun + 1), text.low(noun + 2)), ("is" | "was", "now"));
    let somewhere = matches!(
        (text.low(noun + 1), text.low(noun + 2)),
        ("is", "in" | "at" | "on" | "with")
    );
    is_now || somewhere && !when.is_said() && text.sense(range.start).is(Sense::MINE.or(Sense::SMALL))
}

/// "the booking is under Cole", "my reservation is for one", "I made a reservation for Sunday": what a waiter is told.
fn is_reserved(text: &Tokens, range: &Range<usize>, when: When) -> bool {
    let table = |at: usize| matches!(text.low(at), "booking" | "reservation" | "table");
    let at = range.start;
    let whose = matches!(text.low(at), "the" | "my" | "our") && table(at + 1) && text.low(at + 2) == "is";
    let made = text.sense(at).is(Sense::ME)
        && (at + 1..range.end.min(at + 6)).any(|at| {
            matches!(text.low(at), "a" | "the")
                && table(at + 1)
                && matches!(text.low(at + 2), "for" | "at" | "that" | "under")
        })
        && (at + 1..at + 3).any(|at| matches!(text.low(at), "made" | "booked" | "reserved"))
        && when.is_said();
    let past = range
        .clone()
        .any(|at| matches!(text.low(at), "yesterday" | "last" | "ago"));
    whose && matches!(text.low(at + 3), "under" | "for" | "just") || made && !past
}

/// "the party is off"
fn is_off(text: &Tokens, range: &Range<usize>, it: &About) -> bool {
    let Some(last) = range.end.checked_sub(1) else {
        return false;
    };
    let before = text.low(last.wrapping_sub(1));
    let off = text.low(last) == "off"
        && (matches!(before, "is" | "are" | "called") || before.ends_with("'s") || before.ends_with("’s"));
    off && it.the_plan
}

/// "there will be 4 of us", "it's for 5 people", "my party is 6 people": an answer to a waiter, and no more than that.
fn is_company(text: &Tokens, range: &Range<usize>) -> bool {
    let counted = |at: usize| {
        let many = matches!(
            text.low(at + 1),
            "people" | "persons" | "person" | "guests" | "adults" | "pax" | "ppl" | "diners"
        );
        let of_us = text.low(at + 1) == "of" && matches!(text.low(at + 2), "us" | "them");
        let number = text.number(at).is_some() || matches!(text.word(at), Word::Cardinal(_));
        number && (many || of_us)
    };
    if !range.clone().any(counted) {
        return false;
    }
    let has = |words: &[&str]| range.clone().any(|at| words.contains(&text.low(at)));
    let foretells = has(&[
        "for",
        "will",
        "we'll",
        "we’ll",
        "party",
        "reservation",
        "table",
        "booking",
        "us",
    ]);
    let idle = |at: usize| match text.kind(at) {
        Some(Kind::Word(Word::Cardinal(_) | Word::Filler | Word::The | Word::Of | Word::For | Word::And | Word::A)) => {
            true
        }
        Some(Kind::Word(_)) => matches!(
            text.low(at),
            "will"
                | "is"
                | "are"
                | "it"
                | "party"
                | "reservation"
                | "table"
                | "booking"
                | "people"
                | "persons"
                | "person"
                | "guests"
                | "adults"
                | "pax"
                | "ppl"
                | "diners"
                | "us"
                | "them"
                | "we"
                | "be"
                | "there"
                | "in"
                | "total"
                | "only"
                | "indoors"
                | "outdoors"
                | "inside"
                | "outside"
                | "about"
                | "would"
        ),
        _ => true,
    };
    foretells
        && range
            .clone()
            .all(|at| idle(at) || text.sense(at).is(Sense::OPENER) || is_when(text, at))
}

/// A word of a day or a time.
fn is_when(text: &Tokens, at: usize) -> bool {
    matches!(
        text.word(at),
        Word::At
            | Word::On
            | Word::Near(_)
            | Word::Tonight
            | Word::Weekday(_)
            | Word::Month(_)
            | Word::Half(_)
            | Word::OrdinalEnd
            | Word::This
            | Word::Next
            | Word::Part(_)
            | Word::Noon
            | Word::OClock
            | Word::Ordinal(_)
    )
}

/// "I'm busy from 3 to 5 tomorrow", "I'm out of office on Friday", "we'll be away next week".
fn is_unavailable(text: &Tokens, range: &Range<usize>, when: When) -> bool {
    let own = matches!(
        text.low(range.start),
        "i'm" | "i’m" | "im" | "i'll" | "i’ll" | "we're" | "we’re" | "we'll" | "we’ll"
    ) || text.sense(range.start).is(Sense::ME) && matches!(text.low(range.start + 1), "am" | "will" | "are");
    let state = (range.start + 1..range.end.min(range.start + 4)).find(|&at| {
        matches!(text.low(at), "busy" | "unavailable" | "off" | "away" | "ooo" | "booked")
            || text.low(at) == "out"
                && (text.low(at + 1) != "of" || text.low(at + 2).starts_with("of") || text.low(at + 2) == "the")
            || text.low(at) == "on" && matches!(text.low(at + 1), "vacation" | "holiday" | "leave" | "pto")
    });
    let plain = |at: usize| {
        matches!(
            text.low(at),
            "am" | "are" | "will" | "be" | "also" | "fully" | "very" | "really"
        )
    };
    let Some(state) = state.filter(|&state| own && (range.start + 1..state).all(plain)) else {
        return false;
    };
    let next = text.low(state + 1);
    when.is_said() && !matches!(next, "to" | "with" | "because")
}
