//! Cutting a message into clauses, and what each one opens with: who asks whom for what. "could you please help me to book …" is a
//! request that comes to "book". May import: std, `token`, `leads`, `sense`, `subject`.

use std::ops::Range;

use super::super::token::{Kind, Tokens};
use super::leads::{after_leads, called, forgets, if_you, is_tagged, kind_to, possible, starts_at, would_thank};
use super::sense::Sense;
use super::subject::subject;

/// A stretch of a message that says one thing.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub range: Range<usize>,
    /// It ends in a question mark.
    pub asks: bool,
}

/// The clauses of a message, in order.
pub(super) fn clauses(text: &Tokens) -> impl Iterator<Item = Clause> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from;
        let end = (start..text.len())
            .find(|&at| ends(text, start, at))
            .unwrap_or(text.len());
        from = end + 1;
        let asks = text.is_mark(end, '?') || text.is_mark(end + 1, '?') && text.is_mark(end, '.');
        let asks = asks && !is_tagged(text, start, end);
        (start < text.len()).then_some(Clause {
            range: start..end,
            asks,
        })
    })
}

fn ends(text: &Tokens, start: usize, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Mark('.')) => !text.is_glued(at + 1) || text.kind(at + 1).is_none(),
        Some(Kind::Mark('!' | '?' | '\n' | ';')) => true,
        Some(Kind::Mark(',')) => begins(text, at + 1, Sense::VERBS),
        Some(Kind::Word(_)) if at > start => {
            let and = matches!(text.low(at), "and" | "then")
                && begins(text, at + 1, AFTER_AND)
                && !joins_people(text, at + 1);
            let and = and || text.low(at) == "and" && makes_one(text, at + 1);
            // "we are five and would like to come at 8"
            let and = and
                || text.low(at) == "and"
                    && matches!(
                        (text.low(at + 1), text.low(at + 2)),
                        ("would", "like" | "love" | "prefer")
                    );
            let so = matches!(text.low(at), "so" | "but" | "because") && begins(text, at + 1, Sense::VERBS);
            and || so
        }
        _ => false,
    }
}

/// The verbs that begin a request after "and"; others ("swim and run") may go on with what was said.
const AFTER_AND: Sense = Sense::BOOK
    .or(Sense::CANCEL)
    .or(Sense::REMOVE)
    .or(Sense::POSTPONE)
    .or(Sense::REMIND)
    .or(Sense::LOOK);

/// "make an appointment"
fn makes_one(text: &Tokens, at: usize) -> bool {
    text.sense(at).is(Sense::MAKE)
        && matches!(text.low(at + 1), "a" | "an" | "my" | "the")
        && (at + 2..at + 4).any(|at| text.sense(at).is(Sense::EVENT))
}

/// "Becky and I ate", not "… and I need".
fn joins_people(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "i" | "we") && !text.sense(at + 1).is(Sense::WISH) && text.low(at + 1) != "have"
}

/// A request begins here: a verb of these, or what leads to one.
fn begins(text: &Tokens, at: usize, verbs: Sense) -> bool {
    let at = (at..at + 4)
        .find(|&at| !text.sense(at).is(Sense::OPENER) && !text.is_mark(at, ','))
        .unwrap_or(at);
    let sense = text.sense(at);
    let next = text.low(at + 1);
    sense.is(verbs) && !sense.is(Sense::ING)
        || sense.is(Sense::VERBS) && matches!(next, "it" | "that" | "this" | "them" | "me")
        || matches!(
            (text.low(at), next),
            ("can" | "could" | "would" | "will", "you" | "u" | "i" | "we") | ("let" | "let's" | "lets", _)
        )
        || sense.is(Sense::ME) && !text.sense(at.wrapping_sub(1)).is(Sense::MINE)
}

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// "book …": also a bare title, when no verb follows.
    Bare,
    /// "can you …", "let's …", "please help me to …"
    Request,
    /// "I want to …", "I need …"
    Wish,
    /// "when is …", "do I …"
    Question,
    /// "I have …"
    Tale,
}

/// What a clause opens with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub mood: Mood,
    /// Where that leads to: the verb, or whatever follows.
    pub at: usize,
    /// "don't", "not"
    pub negative: bool,
    /// Speaks of help: "I need help with …".
    pub help: bool,
    /// "I need to …", "I have to …": will be done, not only liked.
    pub duty: bool,
    /// "don't let me forget …": whatever follows, it is to be remembered.
    pub reminds: bool,
}

/// Reads the words before what a clause is about. `said` tells which words are findings: a time may stand before the verb.
pub(super) fn opening(text: &Tokens, clause: &Clause, said: &[bool]) -> Opening {
    let mut opening = Opening {
        mood: Mood::Bare,
        at: clause.range.start,
        negative: false,
        help: false,
        duty: false,
        reminds: false,
    };
    let mut doubts = false;
    // Each step moves on; no real opening has more of them.
    for _ in 0..MOST_STEPS {
        let (mood, next) = match step(text, clause, said, &mut opening) {
            Step::On(mood, next) => (mood, next),
            Step::Whether(next) => {
                doubts = true;
                (opening.mood, next)
            }
            Step::Stop(mood) => {
                opening.mood = mood;
                break;
            }
        };
        opening.mood = mood;
        opening.at = next.min(clause.range.end);
    }
    // "I wonder if I have …" asks.
    if doubts && opening.mood == Mood::Tale {
        opening.mood = Mood::Question;
    }
    opening
}

const MOST_STEPS: usize = 24;

pub(super) enum Step {
    /// On to another word.
    On(Mood, usize),
    /// "if": what follows is a question, or a request.
    Whether(usize),
    Stop(Mood),
}

fn step(text: &Tokens, clause: &Clause, said: &[bool], opening: &mut Opening) -> Step {
    let (at, mood) = (opening.at, opening.mood);
    if at >= clause.range.end {
        return Step::Stop(mood);
    }
    let (low, next, after) = (text.low(at), text.low(at + 1), text.low(at + 2));
    let sense = text.sense(at);
    let fresh = matches!(mood, Mood::Bare);
    match (low, next) {
        ("if" | "whether", _) => Step::Whether(at + 1),
        // Requests that look like questions.
        (
            "can" | "could" | "would" | "will" | "can't" | "couldn't" | "wouldn't",
            "you" | "u" | "ya" | "someone" | "somebody" | "anyone",
        )
        | ("you", "can" | "could") => Step::On(Mood::Request, at + 2),
        // "see if you can get me a table"
        ("see", "if" | "whether") if after == "you" && matches!(text.low(at + 3), "can" | "could") => {
            Step::On(Mood::Request, at + 4)
        }
        // "how about we meet at 3?"
        ("how" | "what", "about") if text.sense(at + 2).is(Sense::ME) && text.sense(at + 3).is(Sense::VERBS) => {
            Step::On(Mood::Request, at + 3)
        }
        // "can I fit in a call at 3?"
        ("can" | "could", "i" | "we") if after == "fit" => Step::Stop(Mood::Question),
        // "… and would like to come at 8"
        ("would", "like" | "love" | "prefer") if fresh => Step::On(Mood::Wish, at + 2),
        ("can" | "could" | "may" | "might", "i" | "we") => Step::On(Mood::Request, at + 2),
        ("can" | "could", _) if fresh && text.sense(at + 1).is(Sense::BOOK.or(Sense::MAKE).or(Sense::CANCEL)) => {
            Step::On(Mood::Request, at + 1)
        }
        // "it would be great if you could …", "is there any way you can …"
        ("it" | "it'd" | "it’d", _) if fresh && if_you(text, clause, at).is_some() => {
            Step::On(Mood::Request, if_you(text, clause, at).unwrap_or(at + 1))
        }
        ("can" | "could", _) if mood == Mood::Request => Step::On(mood, at + 1),
        ("mind", booking) if fresh && booking.ends_with("ing") => Step::On(Mood::Request, at + 1),
        ("any", "chance" | "way") if fresh && matches!(after, "you" | "to") => Step::On(Mood::Request, at + 3),
        ("shall", "we") | ("let", "us") => Step::On(Mood::Request, at + 2),
        ("let's" | "lets" | "let’s", _) => Step::On(Mood::Request, at + 1),
        ("let", "me") if after == "know" => {
            opening.at = at + 3;
            Step::Stop(Mood::Question)
        }
        ("let", "me") => Step::On(Mood::Request, at + 2),
        // "let my wife know …"
        ("let", _) if (at + 2..at + 5).any(|at| text.low(at) == "know") => {
            opening.at = clause.range.end;
            Step::Stop(Mood::Question)
        }
        ("there", "is" | "was") if after == "no" && text.low(at + 3) == "need" => {
            opening.negative = true;
            Step::On(Mood::Wish, at + 4)
        }
        ("there's" | "there’s", "no") if after == "need" => {
            opening.negative = true;
            Step::On(Mood::Wish, at + 3)
        }
        ("no", "need") if fresh => {
            opening.negative = true;
            Step::On(Mood::Wish, at + 2)
        }
        _ if fresh && sense.is(Sense::ME) && would_thank(text, clause, at).is_some() => {
            Step::On(Mood::Request, would_thank(text, clause, at).unwrap_or(at + 1))
        }
        ("would", "it") | ("is" | "are", "it" | "there" | "you") => possible(text, clause, at),
        ("do", "you") if after == "mind" => {
            opening.help = true;
            Step::On(Mood::Request, at + 3)
        }
        // "why don't we meet at 3?"
        ("why", "don't" | "dont" | "don’t") if matches!(after, "we" | "you") && fresh => {
            Step::On(Mood::Request, at + 3)
        }
        // "was wondering if you could …"
        ("was" | "am" | "just", "wondering") if fresh => Step::On(mood, at + 2),
        ("be", _) if mood == Mood::Request && kind_to(text, clause, at).is_some() => {
            Step::On(mood, kind_to(text, clause, at).unwrap_or(at + 1))
        }
        ("do", "you") if after == "think" && matches!(text.low(at + 4), "can" | "could") => {
            Step::On(Mood::Request, at + 5)
        }
        ("make" | "be", "sure") if forgets(text, at + 2).is_some() => {
            opening.reminds = true;
            Step::On(Mood::Request, forgets(text, at + 2).unwrap_or(at + 2))
        }
        ("make", "sure") if !after_leads(text, at + 2) => Step::Stop(Mood::Question),
        ("be", "sure" | "certain") if mood == Mood::Wish && !after_leads(text, at + 2) => {
            opening.at = at + 2;
            Step::Stop(Mood::Question)
        }
        ("remind", "me") if text.is_mark(at + 2, ',') && text.sense(at + 3).is(Sense::WH) => Step::On(mood, at + 3),
        ("some" | "a", "assistance" | "help") if mood == Mood::Wish => Step::On(mood, at + 1),
        ("go", "ahead") | ("be" | "make", "sure") => Step::On(mood, at + 2),
        ("double" | "triple", "check") => Step::On(mood, at + 1),
        // "start planning a party"
        ("start" | "begin", _) if text.sense(at + 1).is(Sense::ING) && text.sense(at + 1).is(Sense::BOOK) => {
            Step::On(Mood::Request, at + 1)
        }
        ("guess", "what" | "who" | "where" | "how") => {
            opening.at = clause.range.end;
            Step::Stop(Mood::Question)
        }
        ("think" | "guess", _) if text.sense(at + 1).is(Sense::ME) => Step::On(mood, at + 1),
        ("about", _) if mood == Mood::Wish => Step::On(mood, at + 1),
        // "Tomorrow at 3 book …"
        _ if fresh && said.get(at) == Some(&true) => Step::On(mood, at + 1),
        ("on" | "for" | "at" | "in" | "from" | "by", _)
            if fresh
                && (at == clause.range.start || said.get(at - 1) == Some(&true))
                && said.get(at + 1) == Some(&true) =>
        {
            Step::On(mood, at + 1)
        }
        ("be", "able") | ("able", "to") if mood != Mood::Bare => Step::On(mood, at + 2),
        ("don't" | "dont" | "don’t", "let") if text.low(at + 3) == "forget" => {
            opening.reminds = true;
            Step::On(mood, at + 4)
        }
        ("don't" | "dont" | "don’t" | "do", "forget" | "not") if low != "do" || next == "not" => {
            let forget = next == "forget" || after == "forget";
            opening.negative = !forget;
            Step::On(mood, at + if next == "not" && forget { 3 } else { 2 })
        }
        ("don't" | "dont" | "don’t" | "never" | "not", _)
            if !text.sense(at + 1).is(Sense::ME.or(Sense::OTHERS).or(Sense::MINE)) && low != "not"
                || low == "not" && (fresh || mood == Mood::Request) =>
        {
            opening.negative = true;
            Step::On(mood, at + 1)
        }
        ("remember" | "try" | "feel" | "wish", "to" | "free" | "that") => {
            opening.reminds |= low == "remember" && clause.range.clone().any(|at| said.get(at) == Some(&true));
            Step::On(mood, at + 2)
        }
        ("help", "me" | "us") => {
            opening.help = true;
            Step::On(Mood::Request, at + 2)
        }
        ("help" | "assist" | "assistance" | "mind" | "trouble" | "hand", _) if mood != Mood::Bare => {
            opening.help = true;
            Step::On(mood, at + 1)
        }
        // "help me how to …" asks how.
        ("how", _) if opening.help => Step::Stop(Mood::Question),
        ("me" | "with" | "in" | "by" | "some" | "a", _) if opening.help => Step::On(mood, at + 1),
        ("do", "i" | "we" | "you" | "they" | "my" | "the" | "people" | "any") if fresh => Step::Stop(Mood::Question),
        ("do", _) if text.sense(at + 1).is(Sense::REMOVE.or(Sense::CANCEL).or(Sense::BOOK)) => Step::On(mood, at + 1),
        ("do", _) => Step::Stop(mood),
        // "looking to book a table"
        ("looking" | "trying" | "hoping" | "wanting" | "planning", "to" | "for") if fresh => {
            Step::On(Mood::Wish, at + 2)
        }
        // "In my calendar delete …"
        ("in" | "on" | "from", "my" | "the") if fresh && text.sense(at + 2).is(Sense::CALENDAR) => {
            Step::On(mood, at + 3)
        }
        // "For what time is my meeting?"
        ("for" | "at" | "in" | "on" | "after" | "until" | "with", "what" | "which" | "how" | "whom" | "who")
            if fresh =>
        {
            Step::On(mood, at + 1)
        }
        (
            "have" | "has" | "had",
            "i" | "we" | "you" | "they" | "he" | "she" | "my" | "the" | "any" | "anyone" | "anybody",
        ) if fresh && !starts_at(text, clause, at) => Step::Stop(Mood::Question),
        ("you", _) if mood != Mood::Bare => Step::On(mood, at + 1),
        _ if sense.is(Sense::ME) => subject(text, clause, opening),
        // "that should last an hour"
        _ if sense.is(Sense::AUX)
            && fresh
            && at > clause.range.start
            && matches!(text.low(at - 1), "it" | "that" | "this") =>
        {
            Step::Stop(Mood::Bare)
        }
        // "4-6pm is choir"
        _ if sense.is(Sense::AUX)
            && fresh
            && !clause.asks
            && at > clause.range.start
            && said.get(at - 1) == Some(&true) =>
        {
            Step::Stop(Mood::Bare)
        }
        _ if sense.is(Sense::WH.or(Sense::AUX)) && (fresh || mood == Mood::Wish && sense.is(Sense::WH)) => {
            Step::Stop(Mood::Question)
        }
        _ if sense.is(Sense::OPENER) || matches!(text.kind(at), Some(Kind::Mark(_) | Kind::Sealed | Kind::Mention)) => {
            Step::On(mood, at + 1)
        }
        // "completely clear …"
        _ if sense.is_strange() && low.len() > 4 && low.ends_with("ly") => Step::On(mood, at + 1),
        _ if called(text, clause, at) => Step::On(mood, at + 1),
        _ => Step::Stop(mood),
    }
}
