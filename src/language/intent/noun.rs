//! What a stretch of words is about: its nouns, of which the last of a row counts ("birthday cake recipe" is a recipe).
//! May import: std, `token`, `words`, `sense`.

use std::ops::Range;

use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::sense::Sense;

/// The groups that a noun can be of.
const NOUN: Sense = Sense::EVENT
    .or(Sense::OCCASION)
    .or(Sense::CALENDAR)
    .or(Sense::REMINDER)
    .or(Sense::FOREIGN)
    .or(Sense::WORLDLY)
    .or(Sense::TRAVEL)
    .or(Sense::ATTRIBUTE);

/// What a stretch of words is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    /// What its first noun is; an attribute's ("the location of the party") is the next one's, too.
    pub first: Sense,
    /// Where that stands.
    pub first_noun_at: Option<usize>,
    /// What all its nouns are.
    pub all: Sense,
    /// "on my list": whatever it is, it belongs there.
    pub on_list: bool,
    /// Words that are in no table, numbers left out.
    pub unknown: usize,
    /// "I", "we"
    pub me: bool,
    /// A plan of the person's own: "my next dentist appointment".
    pub my_plan: bool,
    /// A plan that is there: "the party", "Ann's wedding", "my …".
    pub the_plan: bool,
}

impl About {
    pub fn calendar(&self) -> bool {
        self.all.is(Sense::CALENDAR)
    }

    /// Of another world.
    pub fn elsewhere(&self) -> bool {
        self.first.is(Sense::FOREIGN.or(Sense::TRAVEL).or(Sense::WORLDLY))
            && !self.first.is(Sense::EVENT.or(Sense::OCCASION))
    }
}

pub(super) fn about(text: &Tokens, range: Range<usize>) -> About {
    let mut about = About::default();
    let (mut my, mut the) = (false, false);
    let mut at = range.start;
    while at < range.end {
        let sense = text.sense(at);
        about.on_list |= is_list(text, at);
        about.me |= sense.is(Sense::ME);
        my |= sense.is(Sense::MINE);
        the |= my || is_definite(text, at);
        if let Some(past) = clock_event(text, at, range.end).filter(|_| the) {
            about.first_noun_at = about.first_noun_at.or(Some(at));
            let first = about.first.is(NOUN.without(Sense::ATTRIBUTE));
            about.first = if first {
                about.first
            } else {
                about.first.or(Sense::EVENT)
            };
            about.all = about.all.or(Sense::EVENT);
            about.my_plan |= my;
            about.the_plan = true;
            at = past;
            continue;
        }
        // "the list of my meetings" is about the meetings.
        let in_time = text.low(at) == "schedule" && at > 0 && text.low(at - 1) == "on" && at + 1 == range.end;
        let guests = at > range.start && is_guest_list(text, at);
        let list_of = text.low(at) == "list" && text.low(at + 1) == "of";
        let other = is_verbal(text, at) || in_time || guests || list_of;
        if sense.is(NOUN) && !other {
            about.first_noun_at = about.first_noun_at.or(Some(at));
            let mut head = sense;
            while at + 1 < range.end && text.sense(at + 1).is(NOUN) && !is_guest_list(text, at + 1) {
                at += 1;
                head = together(head, text.sense(at));
            }
            if head.is(Sense::EVENT.or(Sense::OCCASION).or(Sense::REMINDER)) {
                about.my_plan |= my;
                about.the_plan |= the;
            }
            let first = about.first.is(NOUN.without(Sense::ATTRIBUTE));
            about.first = if first { about.first } else { about.first.or(head) };
            about.all = about.all.or(head);
        } else {
            about.all = about.all.or(sense);
            let unknown = sense.is_strange() && text.word(at) == Word::Unknown;
            about.unknown += usize::from(unknown);
            if sense.is(Sense::SMALL.or(Sense::AUX))
                && !sense.is(Sense::MINE)
                && !is_definite(text, at)
                && !is_adjective(text, at)
            {
                (my, the) = (false, false);
            }
        }
        at += 1;
    }
    about
}

/// "my 3 o'clock", "the 10am": an event by its time, up to the place that is returned. "my 3pm meeting" has a noun of its own.
fn clock_event(text: &Tokens, at: usize, end: usize) -> Option<usize> {
    let hour = matches!(
        text.kind(at),
        Some(Kind::Number { .. } | Kind::Word(Word::Cardinal(1..=12) | Word::Noon))
    );
    let determined = hour
        && at > 0
        && (text.sense(at - 1).is(Sense::MINE) || matches!(text.low(at - 1), "the" | "today's" | "tomorrow's"));
    if !determined {
        return None;
    }
    let minutes = if text.is_mark(at + 1, ':') { at + 3 } else { at + 1 };
    let spaced = text.low(minutes) == "o" && text.low(minutes + 1) == "clock";
    let clock = spaced || matches!(text.word(minutes), Word::Half(_) | Word::OClock);
    let past = minutes + usize::from(clock) + usize::from(spaced);
    let told = clock || minutes > at + 1 || text.word(at) == Word::Noon || text.sense(at - 1).is(Sense::MINE);
    let goes_on = past < end
        && (text.sense(past).is(NOUN)
            || text.word(past) == Word::Unknown && text.sense(past).is_strange()
            || matches!(text.word(past), Word::Unit(_) | Word::OrdinalEnd)
            || text.is_glued(past));
    (told && !goes_on).then_some(past)
}

/// What two nouns in a row are: an event whatever stands before it, but of another world when either is ("cooking tutorial").
fn together(one: Sense, next: Sense) -> Sense {
    let only_attribute = !next.is(NOUN.without(Sense::ATTRIBUTE));
    if next.is(Sense::EVENT) {
        next
    } else if only_attribute {
        one.or(next)
    } else if next.is(Sense::CALENDAR) && one.is(Sense::FOREIGN.or(Sense::TRAVEL)) {
        // "train schedule"
        one
    } else {
        next.or(one.only(Sense::FOREIGN.or(Sense::WORLDLY).or(Sense::TRAVEL)))
    }
}

fn is_definite(text: &Tokens, at: usize) -> bool {
    let sense = text.sense(at);
    sense.is(Sense::DEFINITE) || sense.is_strange() && text.low(at).ends_with("'s")
}

fn is_adjective(text: &Tokens, at: usize) -> bool {
    matches!(
        text.low(at),
        "new" | "coming" | "upcoming" | "current" | "next" | "last" | "other"
    )
}

/// "break up", "break down"
fn is_verbal(text: &Tokens, at: usize) -> bool {
    text.low(at) == "break" && matches!(text.low(at + 1), "up" | "down" | "out" | "into" | "in")
}

/// "list" of "guest list": it belongs to an event.
fn is_guest_list(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "list" | "lists")
        && matches!(
            text.low(at - 1),
            "guest" | "invite" | "invitee" | "attendee" | "meeting"
        )
}

/// "to my to-do list", "off the shopping list"
fn is_list(text: &Tokens, at: usize) -> bool {
    let list =
        matches!(text.low(at), "list" | "lists") && text.low(at + 1) != "of" && !(at > 0 && is_guest_list(text, at));
    list && (at.saturating_sub(5)..at).any(|at| matches!(text.low(at), "on" | "to" | "off" | "from" | "in" | "my"))
}
