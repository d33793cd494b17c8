//! A verb with what it is about, and the questions that the rules ask of it. May import: `clause`, `noun`, `sense`, `token`, `words`.

use std::ops::Range;

use super::super::token::Tokens;
use super::super::words::Word;
use super::When;
use super::clause::Opening;
use super::noun::{About, about};
use super::sense::Sense;

/// A verb with what it is about.
pub(super) struct Command<'t, 'a> {
    pub text: &'t Tokens<'a>,
    /// Where the verb stands, and where its clause ends.
    pub at: usize,
    pub end: usize,
    pub it: About,
    pub when: When,
    pub opening: Opening,
}

/// What stands, or can stand, in a calendar.
pub(super) const PLANNED: Sense = Sense::EVENT.or(Sense::OCCASION).or(Sense::REMINDER);

impl Command<'_, '_> {
    pub(super) fn next(&self) -> &str {
        self.text.low(self.at + 1)
    }

    /// "it", "that": what was spoken of before.
    pub(super) fn points_back(&self) -> bool {
        matches!(self.next(), "it" | "that" | "this" | "them" | "these" | "those" | "one")
            && !self.text.sense(self.at + 2).is(Sense::FOREIGN)
            || self.at + 1 >= self.end
    }

    pub(super) fn planned(&self) -> bool {
        self.it.first.is(PLANNED) || self.it.calendar()
    }

    pub(super) fn words(&self) -> Range<usize> {
        self.at + 1..self.end
    }

    pub(super) fn says(&self, words: &[&str]) -> bool {
        self.words().any(|at| words.contains(&self.text.low(at)))
    }

    /// "on my calendar", "into the diary"
    pub(super) fn onto_calendar(&self) -> bool {
        self.words().any(|at| {
            let onto = |at: usize| matches!(self.text.low(at), "on" | "to" | "in" | "into" | "onto");
            self.text.sense(at).is(Sense::CALENDAR) && (onto(at - 1) || onto(at.saturating_sub(2)))
        })
    }

    /// "add Ann to the party": somebody joins an event that is there; "from" for who leaves it.
    pub(super) fn person_to_event(&self, preposition: &str) -> bool {
        let Some(to) = self.words().find(|&at| self.text.low(at) == preposition) else {
            return false;
        };
        let object = about(self.text, self.at + 1..to);
        let event = about(self.text, to + 1..self.end);
        let determined = matches!(
            self.text.low(to + 1),
            "my" | "the" | "our" | "that" | "this" | "it" | "tomorrow's" | "today's"
        ) || self.text.low(to + 1).ends_with("'s")
            || event.first.is(Sense::EVENT) && !event.first.is(Sense::PLURAL) && object.unknown > 0;
        let names = self.text.low(to + 1) == "it"
            || self.text.low(to + 1) == "that"
            || event.first.is(Sense::EVENT.or(Sense::OCCASION));
        // "invite the team to a retro on Tuesday" makes one.
        let new = matches!(self.text.low(to + 1), "a" | "an") && self.when.is_said();
        !new && !object.first.is(PLANNED) && to > self.at + 1 && determined && names && !event.calendar()
    }

    /// "an additional hour", "another 15 minutes"
    pub(super) fn lengthens(&self) -> bool {
        let from = self.at + 1;
        let soon = from..self.end.min(from + 4);
        let unit = soon.clone().any(|at| matches!(self.text.word(at), Word::Unit(_)));
        let onto = self.says(&["onto", "longer", "more", "additional", "extra", "another"]);
        unit && onto && self.text.low(self.at) == "add" || unit && self.person_to_event("to")
    }
}
