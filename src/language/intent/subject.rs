//! What a clause says of "I" and "we": a wish, a duty, or a tale. May import: `clause`, `sense`, `token`.

use super::super::token::Tokens;
use super::clause::{Clause, Mood, Opening, Step};
use super::sense::Sense;

/// "I would like you to …", "we don't need …", "I have …".
pub(super) fn subject(text: &Tokens, clause: &Clause, opening: &mut Opening) -> Step {
    let mut wishes = false;
    let mut would = text.low(opening.at).ends_with('d');
    let mut at = opening.at + 1;
    while at < clause.range.end {
        let sense = text.sense(at);
        // "I can't remember when …"
        if opening.negative && matches!(text.low(at), "remember" | "recall" | "know" | "sure" | "certain") {
            opening.at = at + 1;
            opening.negative = false;
            return Step::Stop(Mood::Question);
        }
        // "I forgot when the recital is"
        if matches!(text.low(at), "forgot" | "forget" | "forgotten") && text.sense(at + 1).is(Sense::WH) {
            opening.at = at + 1;
            return Step::Stop(Mood::Question);
        }
        // "I was going to …"
        if matches!(text.low(at), "was" | "were")
            && !matches!(text.low(at + 1), "wondering" | "hoping" | "thinking" | "looking")
        {
            break;
        }
        // "I was hoping you could …"
        if matches!(text.low(at), "hoping" | "wondering") && text.low(at + 1) == "you" {
            return Step::On(opening.mood, at + 1);
        }
        let to = text.low(at + 1) == "to";
        if would && text.low(at) == "to" {
            // "I would to make …": a word was forgotten.
            wishes = true;
        }
        if sense.is(Sense::NOT) || text.low(at) == "longer" {
            opening.negative = true;
        } else if matches!(text.low(at), "have" | "going" | "got" | "planning" | "need")
            && to
            && !(text.low(at) == "going" && is_going_somewhere(text, at + 2))
        {
            wishes = true;
            opening.duty = true;
        } else if text.low(at) == "going" && to && is_going_somewhere(text, at + 2) {
            // "we are going to the zoo"
            break;
        } else if matches!(
            text.low(at),
            "going" | "planning" | "trying" | "think" | "guess" | "believe"
        ) && !to
        {
            // "I'm going golfing", "I think we should …"
            if matches!(text.low(at), "think" | "guess" | "believe") {
                at += 1;
                return Step::On(opening.mood, at);
            }
            break;
        } else if is_taste(text, at) && !would && !wishes {
            // "I like jazz"
            break;
        } else if sense.is(Sense::WISH) {
            wishes = true;
            opening.duty |= matches!(text.low(at), "gotta" | "must" | "gonna" | "need" | "should");
        } else if !(sense.is(Sense::ADVERB) && !matches!(text.low(at), "have")
            || text.low(at) == "are"
            || wishes && matches!(text.low(at), "for" | "you" | "that"))
        {
            break;
        }
        would |= matches!(text.low(at), "would" | "should" | "could");
        at += 1;
    }
    if wishes {
        Step::On(Mood::Wish, at)
    } else if opening.mood == Mood::Question {
        Step::Stop(Mood::Question)
    } else {
        opening.at = at;
        Step::Stop(Mood::Tale)
    }
}

/// "the zoo", "Paris": no verb follows "going to".
fn is_going_somewhere(text: &Tokens, at: usize) -> bool {
    matches!(
        text.low(at),
        "the" | "a" | "an" | "my" | "our" | "his" | "her" | "their"
    ) || text.sense(at).is(Sense::OCCASION) && !text.sense(at).is(Sense::VERBS)
}

/// "like", "love": no wish by itself, unless for a booking.
fn is_taste(text: &Tokens, at: usize) -> bool {
    let books = text.low(at + 1) == "to" && text.sense(at + 2).is(Sense::BOOK);
    matches!(text.low(at), "like" | "love" | "hope") && !books
}
