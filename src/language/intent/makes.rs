//! Commands that make an event: "schedule", "add", "invite", "remind"; and those that look so, but change one.
//! May import: `asks`, `command`, `noun`, `sense`, `meaning`, `words`.

use super::super::meaning::Intent;
use super::super::words::Word;
use super::When;
use super::asks;
use super::clause::Mood;
use super::command::{Command, PLANNED};
use super::sense::Sense;

impl Command<'_, '_> {
    /// "schedule …": books whatever it is, but for what one books elsewhere.
    pub(super) fn book(&self) -> Intent {
        // "schedule" by itself is a noun as well.
        if self.at + 1 >= self.end && self.text.low(self.at) == "schedule" {
            return Intent::Query;
        }
        // "schedule for tomorrow"
        let only_when = self.it.first == Sense::NONE && self.it.unknown == 0 && self.when == When::Day;
        if self.text.low(self.at) == "schedule" && self.next() == "for" && only_when && self.opening.mood == Mood::Bare
        {
            return Intent::Query;
        }
        let soon = self.it.first_noun_at.is_some_and(|at| at <= self.at + 4);
        let foreign = soon && self.it.first.is(Sense::TRAVEL.or(Sense::FOREIGN)) && !self.it.first.is(PLANNED);
        let planned = !matches!(self.text.low(self.at), "book" | "reserve")
            && self.when.is_said()
            && !self.says(&[
                "alarm", "alarms", "timer", "timers", "uber", "cab", "taxi", "payment", "payments", "transfer",
                "deposit",
            ]);
        // "book two nights at the Hilton", "reserve a car for Friday"
        let hires = self.flies()
            || matches!(self.text.low(self.at), "book" | "reserve")
                && !self.it.all.is(PLANNED)
                && !self.it.calendar()
                && (self.says(&["nights"])
                    || matches!(self.next(), "a" | "the" | "me")
                        && self.says(&["car", "van", "truck"])
                        && !self.says(&["my", "for my"]));
        // "arrange the flowers", "plan my diet"
        let other = matches!(self.text.low(self.at), "arrange" | "plan" | "organise" | "organize")
            && !self.planned()
            && !self.when.is_said()
            && !self.says(&["with", "a", "an", "someone", "somebody"]);
        if other || hires || foreign && !planned && !self.it.calendar() || self.it.on_list {
            return Intent::Other;
        }
        if self.says(&["instead"]) && self.points_back() {
            return Intent::Reschedule;
        }
        Intent::Book
    }

    /// "add …", "set …"
    pub(super) fn make(&self) -> Option<Intent> {
        let low = self.text.low(self.at);
        if self.points_back() && self.at + 1 < self.end && matches!(low, "make" | "set") {
            return self.makes_it().then_some(Intent::Reschedule);
        }
        // "make my calendar empty"
        if low == "make"
            && (self.it.calendar()
                || self.next() == "my"
                    && self.it.first == Sense::NONE
                    && (self.when.is_said() || asks::says_my_day(self.text, self.words())))
            && self.says(&["empty", "clear", "free", "blank", "open"])
        {
            return Some(Intent::Cancel);
        }
        // "do" does anything.
        if low == "do" && !(self.it.first.is(Sense::EVENT) || self.when == When::Clock && !self.it.elsewhere()) {
            return (self.opening.mood != Mood::Wish).then_some(Intent::Other);
        }
        Some(self.made(low))
    }

    /// "make it 3", "set that an hour longer"; not "make it snappy", "make it to Los Angeles".
    pub(super) fn makes_it(&self) -> bool {
        let told = self.when.is_said()
            || self.words().any(|at| {
                matches!(self.text.word(at), Word::Cardinal(_) | Word::Unit(_)) || self.text.number(at).is_some()
            });
        let place = matches!(self.text.low(self.at + 2), "in" | "at")
            && matches!(self.text.low(self.at + 3), "the" | "a" | "my");
        place
            || told && (self.text.low(self.at + 2) != "to" || self.when.is_said())
            || self.says(&[
                "longer",
                "shorter",
                "later",
                "earlier",
                "private",
                "public",
                "recurring",
                "weekly",
                "daily",
                "busy",
                "free",
                "instead",
            ])
    }

    pub(super) fn made(&self, low: &str) -> Intent {
        // "put the football game on the radio"
        let airs = self.words().any(|at| {
            matches!(
                self.text.low(at),
                "radio" | "tv" | "television" | "speaker" | "speakers" | "stereo"
            ) && matches!(self.text.low(at - 1), "on" | "the" | "my")
        });
        // "put on my running mix"
        if low == "put"
            && self.next() == "on"
            && !self.when.is_said()
            && !self.onto_calendar()
            && self.it.first.only(Sense::CALENDAR) == Sense::NONE
        {
            return Intent::Other;
        }
        let posts = airs || self.says(&["tweet", "twitter", "facebook", "instagram"]);
        if posts || self.it.on_list && !self.it.calendar() {
            return Intent::Other;
        }
        // "set the meeting back an hour", "set the lunch to private"
        let sets = low == "set"
            && self.it.the_plan
            && matches!(self.next(), "the" | "my" | "our")
            && (self.says(&["back", "forward"])
                || self.says(&["instead"])
                || self.says(&["to"]) && self.says(&["private", "public", "recurring", "busy", "free"]));
        if sets || self.person_to_event("to") || self.changes_plan(low) {
            return Intent::Reschedule;
        }
        // "put me down for 5 people at 8", "throw in 30 minutes for email at 9"
        let length = (self.at + 1..self.end.min(self.at + 5)).any(|at| matches!(self.text.word(at), Word::Unit(_)));
        if self.when.is_said()
            && (length && low != "set" || low == "put" && self.says(&["me", "us"]) && self.says(&["down"]))
            && !self.says(&["timer", "alarm"])
        {
            return Intent::Book;
        }
        // "show me as busy", "mark Friday as out of office"
        if self.it.first.is_strange()
            && (self.says(&["busy", "free", "away", "available"]) || self.says(&["office"]) && self.says(&["out"]))
        {
            return if self.when.is_said() {
                Intent::Book
            } else {
                Intent::Reschedule
            };
        }
        // "create a calendar"
        if self.it.first.is(Sense::CALENDAR)
            && !self.it.all.is(PLANNED)
            && !self.when.is_said()
            && self.it.unknown == 0
            && !self.says(&["on", "to", "in"])
        {
            return Intent::Other;
        }
        // "make a few changes to my calendar": which ones is not said.
        if self.says(&["changes", "change"]) && !self.it.first.is(PLANNED) {
            return Intent::Other;
        }
        // "make time for a jog"
        if low == "make" && self.finds_time() {
            return Intent::Book;
        }
        // "make coffee" wants a cup of it, unless it says when, or with whom.
        let weak = matches!(
            low,
            "make" | "do" | "place" | "log" | "save" | "note" | "hold" | "host" | "fix"
        ) && !self.it.first.is(Sense::EVENT.or(Sense::REMINDER))
            && !self.when.is_said()
            && !self.it.calendar()
            && !self.says(&["with"]);
        let brews = matches!(low, "make" | "put" | "set")
            && self.says(&["coffee", "tea", "cup", "pot"])
            && !self.says(&["with"])
            && !self.it.first.is(Sense::EVENT.or(Sense::REMINDER));
        let mixed = self.it.first.is(Sense::FOREIGN)
            && !self.it.first.is(Sense::EVENT)
            && !self.when.is_said()
            && !self.it.calendar();
        if weak || mixed || brews && !self.it.calendar() {
            return Intent::Other;
        }
        if self.planned()
            || self.when.is_said() && !self.it.elsewhere()
            || self.when == When::Clock && self.it.first.is(Sense::WORLDLY.or(Sense::TRAVEL))
        {
            return Intent::Book;
        }
        Intent::Other
    }

    /// Makes something of a plan that is there.
    pub(super) fn changes_plan(&self, low: &str) -> bool {
        // "set the location to …", "add the library as the place"
        let attribute = !self.it.calendar()
            && matches!(self.it.first_noun_at.map(|at| self.text.sense(at)), Some(sense) if sense.is(Sense::ATTRIBUTE) && !sense.is(PLANNED));
        let set = attribute
            && matches!(low, "set" | "make")
            && self.next() != "up"
            && self.says(&["the", "my"])
            && !self.says(&["aside"]);
        if low == "add" && self.says(&["as"]) && self.says(&["location", "place", "venue", "room"]) {
            return true;
        }
        let add = low == "add"
            && !self.when.is_said()
            && (attribute || self.says(&["as"]) && self.it.first.is(Sense::ATTRIBUTE));
        // "make my annual physical next month", "make the party end at 10"
        let new = self.says(&["reservation", "booking", "appointment"]) && !self.says(&["instead"]);
        let make = low == "make"
            && self.it.first.is(PLANNED)
            && (self.next() == "my" && !new
                || self.says(&["instead"])
                || self.is_as_long() && self.it.first_noun_at == Some(self.at + 1)
                || self.it.the_plan
                    && (self.is_as_long()
                        || self.says(&["private", "public", "recurring"])
                        || self.says(&[
                            "start", "end", "be", "last", "longer", "shorter", "long", "earlier", "later",
                        ])));
        // "put the meeting in the blue room"
        let puts = low == "put"
            && matches!(self.next(), "the" | "my" | "our")
            && self.it.the_plan
            && self.it.first.is(Sense::EVENT)
            && self.says(&["in", "at"])
            && !self.when.is_said()
            && !self.it.calendar();
        if puts {
            return true;
        }
        set || add || make || self.lengthens()
    }

    /// "make the meeting an hour", "make my call 45 minutes long"
    fn is_as_long(&self) -> bool {
        let noun = self.it.first_noun_at.unwrap_or(self.end);
        let amount = matches!(self.text.word(noun + 1), Word::A | Word::Cardinal(_) | Word::HalfOf)
            || self.text.number(noun + 1).is_some();
        amount && (noun + 2..self.end.min(noun + 5)).any(|at| matches!(self.text.word(at), Word::Unit(_)))
    }

    /// "invite Ann to the party", "include Bo", "invite ann@x.org tomorrow at 2".
    pub(super) fn invite(&self) -> Intent {
        if self.text.low(self.at) != "invite" && self.text.low(self.at) != "include"
            || self.person_to_event("to")
            || self.person_to_event("in")
            || self.person_to_event("on")
        {
            return Intent::Reschedule;
        }
        if self.planned() || self.when.is_said() {
            return Intent::Book;
        }
        if self.it.elsewhere() {
            Intent::Other
        } else {
            Intent::Reschedule
        }
    }

    /// "remind me to …" makes an event; "remind me when …" asks.
    pub(super) fn remind(&self) -> Intent {
        let object = self.at + 1 + usize::from(matches!(self.next(), "me" | "us"));
        let nudges = matches!(self.text.low(self.at), "ping" | "nudge" | "buzz" | "prompt");
        if nudges && !matches!(self.next(), "me" | "us") {
            return Intent::Other;
        }
        // "notify me of news about Tesla"
        let of_news = self.it.first.is(Sense::FOREIGN) && !self.it.first.is(PLANNED) && !self.when.is_said();
        if matches!(self.text.low(self.at), "notify" | "alert") && of_news && self.says(&["of", "about", "on", "for"]) {
            return Intent::Other;
        }
        // "remind me that I like that song"
        let tastes = self.text.low(object) == "that"
            && self.text.sense(object + 1).is(Sense::ME)
            && matches!(self.text.low(object + 2), "like" | "love" | "hate" | "prefer");
        if tastes {
            return Intent::Other;
        }
        let asks = self.text.sense(object).is(Sense::WH) && !matches!(self.text.low(object), "when")
            || self.says(&["date", "time"]) && self.text.low(object) == "of";
        // "alert my bank", "remind me that I like that song"
        let others = !matches!(self.next(), "me" | "us" | "about") && self.it.elsewhere();
        if others {
            return Intent::Other;
        }
        // "remind me when the party is"
        let last = self.end.checked_sub(1).map_or("", |last| self.text.low(last));
        let asks = asks
            || self.text.low(object) == "when"
                && self.it.the_plan
                && matches!(last, "is" | "are" | "starts" | "begins" | "ends");
        if asks { Intent::Query } else { Intent::Book }
    }
}
