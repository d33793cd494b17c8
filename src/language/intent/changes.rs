//! Commands that take an event away or change it. May import: std, `asks`, `command`, `phrasal`, `sense`, `meaning`.

use std::ops::Range;

use super::super::meaning::Intent;
use super::When;
use super::asks;
use super::command::{Command, PLANNED};
use super::phrasal::phrasal;
use super::sense::Sense;

impl Command<'_, '_> {
    /// "back out of the dinner", "walk me through my day". The outer `None`: the verb is none of several words.
    pub(super) fn of_several_words(&self, object: Range<usize>) -> Option<Option<Intent>> {
        let (verb, past) = phrasal(self.text, self.at)?;
        Some(match () {
            () if verb.is(Sense::REMOVE) => Some(self.remove()),
            () if verb.is(Sense::CANCEL) && (self.planned() || self.text.low(self.at) == "call") => {
                Some(Intent::Cancel)
            }
            () if verb.is(Sense::CANCEL) => Some(Intent::Other),
            () if verb.is(Sense::ANSWER) && self.it.all.is(Sense::EVENT) => Some(Intent::Query),
            () if verb.is(Sense::ANSWER) => return None,
            () if verb.is(Sense::CHANGE) => Some(self.change()),
            () if verb.is(Sense::LOOK) => Some(asks::asks(self.text, object, true, self.when)),
            () if past >= self.end || !self.when.is_said() && !self.it.first.is(Sense::EVENT) => return None,
            () => Some(self.made("write")),
        })
    }

    /// "cancel …": only plans are.
    pub(super) fn cancel(&self) -> Intent {
        // Other programs look after them, whatever the hour.
        if self.says(&[
            "alarm",
            "alarms",
            "timer",
            "timers",
            "subscription",
            "membership",
            "account",
        ]) && !self.it.all.is(PLANNED)
            && !self.it.calendar()
        {
            return Intent::Other;
        }
        if self.it.elsewhere() && !self.it.all.is(PLANNED) && !self.it.calendar() && !self.when.is_said() {
            return Intent::Other;
        }
        Intent::Cancel
    }

    /// "remove …": anything may be.
    pub(super) fn remove(&self) -> Intent {
        let somebody = matches!(self.next(), "him" | "her" | "them") && self.says(&["from"]);
        if somebody || self.person_to_event("from") || self.person_to_event("off") {
            return Intent::Reschedule;
        }
        let foreign = self.it.first.is(Sense::FOREIGN.or(Sense::TRAVEL)) && !self.it.first.is(PLANNED);
        if (foreign || self.it.on_list) && !self.it.calendar() {
            return Intent::Other;
        }
        // Other verbs clean kitchens, too.
        let strong = matches!(
            self.text.low(self.at),
            "delete" | "remove" | "erase" | "clear" | "undo" | "get" | "wipe" | "free" | "empty"
        );
        let weak = matches!(
            self.text.low(self.at),
            "forget"
                | "ignore"
                | "skip"
                | "kill"
                | "trash"
                | "stop"
                | "abort"
                | "abandon"
                | "cut"
                | "ditch"
                | "axe"
                | "withdraw"
                | "nuke"
        );
        // "drop a sync on my calendar"
        if self.text.low(self.at) == "drop"
            && matches!(self.next(), "a" | "an" | "in" | "some")
            && (self.onto_calendar() || self.when == When::Clock)
            && self.planned()
        {
            return Intent::Book;
        }
        // "drop the kids off at 8"
        if self.text.low(self.at) == "drop" && self.says(&["off"]) && self.when.is_said() && !self.it.calendar() {
            return Intent::Book;
        }
        // "cut the meeting to 30 minutes"
        if self.text.low(self.at) == "cut" && self.says(&["to", "down", "short", "by"]) && self.planned() {
            return Intent::Reschedule;
        }
        // "drop my 2 o'clock"
        if self.text.low(self.at) == "drop"
            && matches!(self.next(), "my" | "our")
            && self.when == When::Clock
            && !self.it.elsewhere()
        {
            return Intent::Cancel;
        }
        if weak && !self.it.first.is(Sense::EVENT) && !self.it.the_plan {
            return Intent::Other;
        }
        let stretch = asks::says_my_day(self.text, self.words());
        let meant = self.planned()
            || stretch
            || strong && (self.points_back() || self.when.is_said() || self.says(&["my", "everything", "all"]));
        if meant || self.text.low(self.at) == "delete" {
            Intent::Cancel
        } else {
            Intent::Other
        }
    }

    /// "take lunch off my calendar"
    pub(super) fn takes_off(&self) -> bool {
        matches!(self.text.low(self.at), "take" | "get" | "scratch" | "cross" | "knock")
            && (self.says(&["off", "out"])
                || self.says(&["away"]) && (self.it.calendar() || self.it.the_plan && self.it.first.is(Sense::EVENT)))
            && (self.planned() || self.points_back())
    }

    pub(super) fn postpone(&self) -> Intent {
        let mixed = self.it.first.is(Sense::FOREIGN.or(Sense::TRAVEL)) && !self.it.first.is(Sense::EVENT);
        if mixed && !self.it.calendar() && !self.when.is_said() {
            return Intent::Other;
        }
        Intent::Reschedule
    }

    /// "move …": anything may be.
    pub(super) fn change(&self) -> Intent {
        // Money is transferred, too.
        let transfers = self.text.low(self.at) == "transfer" && !self.it.first.is(Sense::EVENT);
        if transfers || matches!(self.next(), "on" | "me") && !self.planned() {
            return Intent::Other;
        }
        // "change the name of the event"
        let named = self.it.the_plan
            && self.it.all.is(Sense::EVENT)
            && self.says(&["name", "description", "colour", "color", "subject"]);
        // "update my health insurance plan"
        let mixed = self.it.first.is(Sense::FOREIGN) && !self.it.first.is(Sense::EVENT) && !self.when.is_said();
        let foreign = (self.it.elsewhere() || mixed) && !self.it.calendar() && !named;
        let halves = self.says(&["my", "the"]) && self.says(&["to", "until", "by"]) && self.says(&["from"]);
        let meant = self.planned()
            || self.points_back()
            || self.when.is_said()
            || self.it.first.is(Sense::ATTRIBUTE)
            || halves
            || named;
        // "change the title to Budget"
        let attribute = self.it.first_noun_at.is_some_and(|at| {
            self.text.sense(at).is(Sense::ATTRIBUTE) && at <= self.at + 2 && self.text.low(at + 1) == "to"
        });
        if meant && !foreign || attribute {
            Intent::Reschedule
        } else {
            Intent::Other
        }
    }

    /// Answers to other people's invitations: they read the calendar.
    pub(super) fn answer(&self) -> Intent {
        if self.planned()
            || self.when.is_said()
            || self.says(&["invite", "invitation", "request", "the", "my", "that"]) && self.text.low(self.at) != "reply"
        {
            Intent::Query
        } else {
            Intent::Other
        }
    }
}
