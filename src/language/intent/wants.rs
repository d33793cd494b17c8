//! Commands and wishes to see, to have and to do. May import: `asks`, `clause`, `command`, `sense`, `meaning`, `words`.

use std::ops::Range;

use super::super::meaning::Intent;
use super::super::words::Word;
use super::When;
use super::asks;
use super::clause::Mood;
use super::command::{Command, PLANNED};
use super::sense::Sense;

/// What one has done to a thing of one's own, by appointment.
pub(super) const SERVICED: &[&str] = &[
    "changed",
    "checked",
    "fixed",
    "repaired",
    "inspected",
    "serviced",
    "rotated",
    "replaced",
    "cleaned",
    "tuned",
    "installed",
    "filled",
    "cut",
    "examined",
    "tested",
    "aligned",
    "balanced",
    "washed",
    "detailed",
    "groomed",
    "looked",
];

impl Command<'_, '_> {
    pub(super) fn look(&self, object: Range<usize>) -> Intent {
        // "show me as busy from 3 to 4"
        if self.text.low(self.at) == "show" && self.says(&["as"]) && self.it.all.is(Sense::FREE) && self.when.is_said()
        {
            return Intent::Book;
        }
        if matches!(self.next(), "you" | "u" | "ya") {
            return Intent::Other;
        }
        // "tell me to take out the bins at 6"
        if self.text.low(self.at) == "tell"
            && self.next() == "me"
            && self.text.low(self.at + 2) == "to"
            && self.when.is_said()
        {
            return Intent::Book;
        }
        // "bring my car in for an oil change"
        if self.text.low(self.at) == "bring"
            && self.says(&["in"])
            && self.it.first.is(Sense::WORLDLY)
            && self.when.is_said()
        {
            return Intent::Book;
        }
        // "I want to see a doctor"
        let low = self.text.low(self.at);
        let told =
            matches!(self.next(), "my" | "the" | "about") && self.it.first.is(Sense::EVENT) && self.it.unknown == 0;
        if matches!(low, "tell" | "inform") && !matches!(self.next(), "me" | "us") && !told {
            return Intent::Other;
        }
        let sees = low == "see" && self.opening.mood == Mood::Wish;
        if sees
            && !self.it.first.is(Sense::EVENT.or(Sense::CALENDAR).or(Sense::FREE))
            && !self.text.sense(self.at + 1).is(Sense::WH)
            && !self.says(&["if", "when", "what"])
        {
            return self.does();
        }
        // "find me a table": wants one.
        let table =
            self.says(&["table", "reservation"]) && matches!(low, "look" | "search" | "find") && self.says(&["a"]);
        if table {
            return Intent::Book;
        }
        asks::asks(self.text, object, true, self.when)
    }

    pub(super) fn finds_time(&self) -> bool {
        let soon = self.at + 1..self.end.min(self.at + 6);
        let is_length = |at: usize| matches!(self.text.word(at), Word::Unit(_)) || self.text.low(at) == "time";
        let Some(time) = soon.into_iter().find(|&at| is_length(at)) else {
            return false;
        };
        let one_of_them =
            self.text.low(time) == "time" && matches!(self.text.low(time - 1), "a" | "the" | "best" | "good");
        !one_of_them && (time + 1..self.end.min(time + 8)).any(|at| matches!(self.text.low(at), "for" | "to"))
    }

    /// "get me a table", "I need a haircut on Friday"; "get my calendar" wants to see it.
    pub(super) fn fetch(&self, object: Range<usize>) -> Intent {
        let low = self.text.low(self.at);
        let event = self.it.first.is(Sense::EVENT.or(Sense::REMINDER));
        if matches!(low, "need" | "want") && self.onto_calendar() {
            return Intent::Book;
        }
        if self.serviced() {
            return Intent::Book;
        }
        // "find time for lunch with Bo", "find 3 hours to paint"; "find a time" only asks for one.
        let finds_time = low == "find" && self.finds_time();
        if finds_time {
            return Intent::Book;
        }
        if self.says(&["information", "info", "details"]) && self.it.all.is(Sense::EVENT) {
            return asks::asks(self.text, object, true, self.when);
        }
        let shown = self.it.first.is(Sense::CALENDAR) && self.says(&["my", "our"]) && !self.it.all.is(PLANNED);
        let room = self.says(&["room"]) && self.says(&["meeting", "conference"]);
        let one = matches!(self.next(), "me" | "us") && self.says(&["appointment", "booking"]);
        let table =
            (self.says(&["table", "reservation"]) || (room || one) && self.when.is_said()) && self.says(&["a", "an"]);
        let time = self.says(&["time", "hour", "slot", "gap", "window", "opening", "hours", "minutes"]);
        if low == "find" && time && !table && !self.it.all.is(Sense::FOREIGN.or(Sense::TRAVEL)) {
            return Intent::Query;
        }
        // "give me two hours of focus time tomorrow", "give me a heads up before my 3pm"
        let amount = (self.at + 1..self.end.min(self.at + 5)).any(|at| matches!(self.text.word(at), Word::Unit(_)));
        let heads_up = self.says(&["heads"]) && self.says(&["up"]);
        if low == "give" && (amount && self.when.is_said() || heads_up) {
            return Intent::Book;
        }
        // "get me a ride home at 6"
        if matches!(low, "get" | "find")
            && matches!(self.next(), "me" | "us")
            && self.says(&["ride", "lift"])
            && !self.onto_calendar()
        {
            return Intent::Other;
        }
        let list = self.says(&["list", "overview", "summary", "rundown"])
            && (self.it.all.is(Sense::EVENT) || self.it.calendar());
        if matches!(low, "give" | "get") && list {
            return Intent::Query;
        }
        let attribute = self
            .it
            .first_noun_at
            .is_some_and(|at| self.text.sense(at).is(Sense::ATTRIBUTE));
        if low == "find" && !table || low == "give" && (!event || attribute) || shown {
            return asks::asks(self.text, object, true, self.when);
        }
        // "have my reservation cancelled"
        if low == "have" && self.it.the_plan && self.it.all.is(Sense::CANCELLED) {
            return Intent::Cancel;
        }
        if low == "have" && self.it.the_plan && self.it.all.is(Sense::MOVED) {
            return Intent::Reschedule;
        }
        // "have the party start at 5"
        let asked = self.opening.mood == Mood::Request || matches!(self.next(), "the" | "my" | "our");
        if low == "have" && asked && self.it.the_plan && self.says(&["start", "end", "last", "be"]) {
            return Intent::Reschedule;
        }
        self.wants()
    }

    /// A command to other machines; "send me a reminder" is none, nor is "I have to call Ann on Friday".
    pub(super) fn elsewhere(&self) -> Intent {
        let reminds = self.it.first.is(Sense::REMINDER) && !self.it.first.is(Sense::FOREIGN)
            || self.text.low(self.at) == "repeat" && self.it.first.is(Sense::EVENT);
        let duty = self.opening.duty
            && self.opening.mood == Mood::Wish
            && (self.when == When::Clock
                || self.when.is_said() && !self.it.elsewhere() && self.text.low(self.at) != "pay");
        let reads = matches!(self.text.low(self.at), "like" | "listen" | "watch" | "answer");
        if reminds || duty && !reads {
            Intent::Book
        } else {
            Intent::Other
        }
    }

    /// "get my oil changed", "my car serviced", "someone to look at my roof"
    pub(super) fn serviced(&self) -> bool {
        let done = self.says(SERVICED) && self.says(&["my", "our", "the"]);
        let someone = (self.at.saturating_sub(1)..self.end)
            .any(|at| matches!(self.text.low(at), "someone" | "somebody"))
            && self.says(&["look", "check", "fix", "repair", "inspect", "clean", "install"]);
        // "someone to check my engine light"
        (done || someone) && (!self.it.first.is(Sense::FOREIGN) || self.says(&["engine"]))
    }

    /// "plan a trip, with the flight": for those who sell tickets.
    pub(super) fn flies(&self) -> bool {
        let ticket = self.says(&["flight", "flights", "airline", "airlines", "airfare"]);
        ticket
            && self.says(&[
                "trip",
                "way",
                "oneway",
                "roundtrip",
                "round",
                "vacation",
                "leave",
                "leaving",
            ])
            && !self.it.calendar()
    }

    /// "I want to see animated films at the nearest cinema": what is on is not ours to know.
    fn is_show(&self) -> bool {
        let sees = matches!(self.text.low(self.at), "see" | "watch");
        let near = self.says(&[
            "nearest",
            "nearby",
            "closest",
            "local",
            "neighborhood",
            "neighbourhood",
            "area",
        ]);
        let shown = self.says(&[
            "movie",
            "movies",
            "film",
            "films",
            "show",
            "shows",
            "drama",
            "comedy",
            "thriller",
            "documentary",
        ]);
        shown && (sees || near) && self.when < When::Clock && !self.it.first.is(Sense::EVENT)
    }

    /// An event that somebody wants.
    pub(super) fn wants(&self) -> Intent {
        if self.it.on_list && !self.it.calendar() || self.is_show() || self.flies() {
            return Intent::Other;
        }
        if self.serviced() {
            return Intent::Book;
        }
        // "I want to eat at a diner with 4 people", "I want to visit the apartment on Saturday"
        let low = self.text.low(self.at);
        // "we need seats for 11 indoors"
        let seats = self.says(&["seat", "seats", "seating", "spot", "high"])
            && self.says(&["for"])
            && self
                .words()
                .any(|at| self.text.number(at).is_some() || matches!(self.text.word(at), Word::Cardinal(_)));
        let dines =
            matches!(low, "eat" | "dine") && (self.says(&["people", "party", "guests"]) || self.when == When::Clock);
        let home = self.says(&[
            "apartment",
            "house",
            "property",
            "place",
            "condo",
            "flat",
            "unit",
            "home",
        ]);
        let views = (matches!(low, "visit" | "tour" | "view") || low == "see" && home) && self.when.is_said();
        // "I need to meet with Tom"
        let meets = low == "meet" && self.next() == "with" && self.opening.mood == Mood::Wish;
        if seats && !self.it.all.is(Sense::TRAVEL.or(Sense::FOREIGN)) || dines || views || meets {
            return Intent::Book;
        }
        // "get notifications on sports news"
        let of_news = self.it.first_noun_at.is_some_and(|at| match self.text.low(at + 1) {
            "to" | "that" => false,
            "on" => !matches!(self.text.word(at + 2), Word::Weekday(_)),
            _ => self.text.sense(at).is(Sense::PLURAL),
        });
        if self.it.first.is(Sense::REMINDER) && self.it.all.is(Sense::FOREIGN) && of_news {
            return Intent::Other;
        }
        let event = self.it.first.is(Sense::EVENT.or(Sense::REMINDER)) || self.it.calendar();
        let goes = self.text.sense(self.at).is(Sense::DO) && self.text.low(self.at) != "watch"
            || self.text.low(self.at) == "have"
            || self.when.is_said();
        let occasion = self.it.first.is(Sense::OCCASION)
            && !self.it.first.is(Sense::FOREIGN)
            && (goes || self.it.unknown == 0 && !self.it.first.is(Sense::PERSON) && self.text.low(self.at) != "get");
        // "I need a holiday" is a sigh.
        let sighs = !self.when.is_said()
            && self.says(&[
                "vacation", "holiday", "break", "drink", "beer", "coffee", "nap", "job", "tea", "meal",
            ]);
        let occasion = occasion && !sighs;
        let worldly = self.when == When::Clock
            && (self.it.first.is(Sense::WORLDLY) || self.opening.duty && self.text.sense(self.at).is(Sense::DO));
        if event || occasion || worldly || self.when.is_said() && !self.it.elsewhere() {
            Intent::Book
        } else {
            Intent::Other
        }
    }

    /// "I need to go jogging on Tuesday"
    pub(super) fn does(&self) -> Intent {
        // "can we meet tomorrow at 3?"
        let together = matches!(
            self.text.low(self.at),
            "meet" | "talk" | "speak" | "chat" | "catch" | "sync" | "come" | "dine" | "discuss"
        ) && self.when.is_said();
        if self.opening.mood != Mood::Wish && !self.it.first.is(Sense::EVENT) && !together {
            return Intent::Other;
        }
        self.wants()
    }
}
