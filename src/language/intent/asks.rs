//! Questions: whether they ask about the person's calendar, or about anything else. They never write.
//! May import: std, `noun`, `sense`, `meaning`, `token`, `words`.

use std::ops::Range;

use super::super::meaning::Intent;
use super::super::token::Tokens;
use super::When;
use super::noun::{About, about};
use super::sense::Sense;

/// A question, or with `shows` what is to be shown ("show me …").
pub(super) fn asks(text: &Tokens, range: Range<usize>, shows: bool, when: When) -> Intent {
    // "show me who is coming": what stands behind is a question of its own.
    let inner = range
        .clone()
        .take(4)
        .find(|&at| matches!(text.low(at), "who" | "who's" | "where" | "when"));
    if let Some(inner) = inner.filter(|_| shows)
        && asks(text, inner..range.end, false, when) == Intent::Query
    {
        return Intent::Query;
    }
    let it = about(text, range.clone());
    let said = range.clone().fold(Sense::NONE, |said, at| said.or(text.sense(at)));
    let question = Question {
        text,
        range,
        it,
        said,
        shows,
        when,
    };
    if question.is_of_calendar() {
        Intent::Query
    } else {
        Intent::Other
    }
}

pub(super) struct Question<'t, 'a> {
    pub text: &'t Tokens<'a>,
    pub range: Range<usize>,
    pub it: About,
    /// What all its words are, whatever they stand beside.
    pub said: Sense,
    pub shows: bool,
    pub when: When,
}

impl Question<'_, '_> {
    pub(super) fn low(&self, at: usize) -> &str {
        self.text.low(self.range.start + at)
    }

    pub(super) fn says(&self, words: &[&str]) -> bool {
        self.range.clone().any(|at| words.contains(&self.text.low(at)))
    }

    fn has(&self, group: Sense) -> bool {
        self.said.is(group)
    }

    /// "my", "our", "I", "we"
    pub(super) fn mine(&self) -> bool {
        self.it.me || self.says(&["my", "our"])
    }

    fn is_of_calendar(&self) -> bool {
        let it = &self.it;
        let listed = it.on_list && !it.all.is(Sense::REMINDER);
        if self.is_general() || self.is_on_show() || (listed || self.has(Sense::NEAR)) && !it.calendar() {
            return false;
        }
        let first = it.first_noun_at.map_or("", |at| self.text.low(at));
        if matches!(first, "weather" | "traffic" | "temperature" | "forecast") {
            return false;
        }
        if it.calendar() || says_my_day(self.text, self.range.clone()) || self.is_my_plan() {
            return true;
        }
        let rest = self.when.is_said() && it.unknown == 0 && it.first == Sense::NONE;
        if self.asks_you() || self.has(Sense::PUBLIC) && !it.first.is(Sense::EVENT) && !rest {
            return false;
        }
        let whereabouts = self.says(&["anywhere", "somewhere"]) || self.low(0) == "where" && self.says(&["be"]);
        // "can I fit in a call at 3?"
        let fits = self.is_able() && self.low(2) == "fit" && self.when.is_said();
        if it.me && (fits || self.has(Sense::OWN_TIME) || whereabouts && self.when.is_said()) {
            return true;
        }
        // "what time works for everyone?"
        let suits = matches!(
            (self.low(0), self.low(1)),
            ("what" | "which", "time" | "times" | "day" | "days")
        ) && self.says(&[
            "works",
            "work",
            "suits",
            "suit",
            "good",
            "best",
            "open",
            "free",
            "available",
        ]);
        if suits && it.unknown <= 1 && !it.all.is(Sense::FOREIGN.or(Sense::TRAVEL).or(Sense::WORLDLY)) {
            return true;
        }
        let invitation =
            self.has(Sense::INVITATION) && (!self.shows || self.says(&["whether", "if"])) && !it.all.is(Sense::FOREIGN);
        let said_yes = self.says(&["said"]) && self.says(&["yes", "no"]) && self.says(&["people", "guests", "who"]);
        // "did Rita accept?", "list the guests of the party"
        // "what's on the books for tomorrow?", "verify that the grill has us down for friday"
        let books = self.range.clone().any(|at| {
            matches!(self.text.low(at), "books" | "docket" | "cards")
                && self.text.low(at - 1) == "the"
                && at > 1
                && self.text.low(at - 2) == "on"
        });
        let down = self.shows && self.says(&["down"]) && self.says(&["us", "me"]) && self.says(&["for", "at"]);
        let clashes = self.says(&["conflict", "conflicts", "overlap", "overlaps", "clash", "clashes"])
            && !it.all.is(Sense::FOREIGN);
        let takes_place = self.says(&["taking", "take", "takes"])
            && self.says(&["place"])
            && matches!(self.low(0), "where" | "when" | "where's" | "when's");
        let follows = it.my_plan && self.says(&["after", "before"]) && matches!(self.low(0), "what" | "what's");
        let details = self.shows
            && it.the_plan
            && self.says(&["details", "info", "information"])
            && it.all.is(Sense::OCCASION.or(Sense::EVENT))
            && !self.says(&["movie", "film", "show"]);
        let with = self.shows && self.says(&["everything"]) && self.says(&["with"]) && it.first == Sense::NONE;
        if books || down || clashes || takes_place || follows || details || with {
            return true;
        }
        let accepts =
            matches!(self.low(0), "did" | "has" | "have") && self.says(&["accept", "decline", "respond", "reply"]);
        let guests = self.shows
            && self.says(&["guests", "attendees", "invitees", "participants"])
            && it.all.is(Sense::EVENT.or(Sense::OCCASION));
        if accepts && !it.all.is(Sense::FOREIGN) || guests {
            return true;
        }
        if (said_yes || invitation) && (it.first.is(Sense::EVENT.or(Sense::OCCASION)) || self.is_of_people()) {
            return true;
        }
        let own = it.me && self.when.is_said() && !self.is_able() && !it.all.is(Sense::FOREIGN.or(Sense::TRAVEL));
        let foreign = it.first.is(Sense::FOREIGN.or(Sense::TRAVEL)) && !it.first.is(Sense::EVENT);
        if (it.elsewhere() || foreign) && !own {
            return it.my_plan && it.all.is(Sense::EVENT);
        }
        if it.first.is(Sense::EVENT.or(Sense::REMINDER)) {
            return self.is_of_event();
        }
        if it.me && self.says(&["anything"]) && self.says(&["have", "there", "need"]) && !it.all.is(Sense::FOREIGN) {
            return true;
        }
        if self.low(0) == "shall" || self.has(Sense::ADVICE) {
            return false;
        }
        if it.first.is(Sense::OCCASION) {
            return self.is_of_occasion();
        }
        if it.all.is(Sense::FREE) {
            return self.is_of_free_time();
        }
        self.is_of_time()
    }

    /// "does Wanda have time on Wednesday?"
    fn is_of_others_time(&self) -> bool {
        let has = self.is_yes_or_no() && self.says(&["have", "has"]);
        has && self.says(&["time", "anything", "something", "room", "space"])
            && self.when.is_said()
            && self.it.unknown <= 1
    }

    /// "when is my …", "when am I …", "what time is my …", "my first thing"
    fn is_my_plan(&self) -> bool {
        let being = |at: usize| matches!(self.low(at), "is" | "was" | "are" | "am" | "do" | "did" | "will");
        let mine = |at: usize| matches!(self.low(at), "my" | "our" | "i" | "we");
        let when = match (self.low(0), self.low(1)) {
            ("when", _) => being(1) && mine(2),
            ("when's" | "whens", _) => mine(1),
            ("what" | "which", "time" | "date" | "day") => being(2) && self.low(2) != "do" && mine(3),
            _ => false,
        };
        let sums_up =
            self.says(&["overview", "summary", "rundown", "recap"]) && self.when.is_said() && self.it.unknown <= 1;
        let comes_up = matches!(self.low(0), "what" | "what's" | "whats" | "what’s")
            && self.says(&["coming"])
            && self.says(&["up"])
            && self.it.unknown == 0;
        if sums_up || comes_up && self.it.first == Sense::NONE {
            return true;
        }
        let next_thing = self.says(&["thing"])
            && self.says(&["next", "first", "last"])
            && self.it.me
            && !self.says(&["if", "should"]);
        // "when was the last time I met with Ty?"
        let met = self.says(&["time"])
            && self.says(&["last", "next", "first"])
            && self.it.me
            && self.says(&[
                "met", "meet", "meeting", "saw", "see", "seeing", "visited", "had", "went", "did",
            ]);
        // "what do I need to do today?"
        let to_do = self.low(0) == "what"
            && self.it.me
            && self.says(&["need", "have"])
            && self.says(&["do"])
            && self.it.first == Sense::NONE
            && self.when.is_said()
            && self.it.unknown == 0;
        if next_thing || met || to_do {
            return true;
        }
        let thing = self.says(&["thing"]) && self.says(&["my"]) && self.when.is_said();
        (when || thing) && !self.it.elsewhere() && !self.has(Sense::PUBLIC)
    }

    fn is_able(&self) -> bool {
        matches!(self.low(0), "can" | "could" | "would" | "may" | "might")
    }

    pub(super) fn is_yes_or_no(&self) -> bool {
        matches!(
            self.low(0),
            "is" | "are" | "was" | "were" | "will" | "did" | "does" | "do"
        )
    }

    /// "who …", "has anyone …", "is Kim …"
    fn is_of_people(&self) -> bool {
        self.low(0).starts_with("who")
            || matches!(self.low(0), "has" | "have" | "did")
            || matches!(self.low(1), "anyone" | "anybody" | "everyone" | "everybody")
    }

    /// An event asked about is one of the calendar's, but for "do they take reservations?" and "what events are on in Boston?".
    fn is_of_event(&self) -> bool {
        let policy = self.says(&["accept", "allow", "allowed", "take", "takes", "accepts", "allows"]) && !self.mine();
        let public = self.says(&["events"])
            && self.it.unknown > 0
            && self.says(&["in", "around", "at", "downtown", "local", "latest"]);
        // "do I need a reservation at the grill?"
        let needed = self.low(0) == "do" && self.says(&["need"]) && !self.it.the_plan;
        !policy && !needed && (!public || self.mine())
    }

    /// "when is the party?", "do I have a haircut?", "is there a game on Friday?"; not "what is a game?".
    fn is_of_occasion(&self) -> bool {
        let it = &self.it;
        // "is today a holiday?", "does the gym open at 6?"
        let of_all = self.is_yes_or_no()
            && !self.mine()
            && (self.says(&["holiday"])
                || self.says(&["open", "opens", "close", "closes"]) && self.says(&["does", "do"]));
        if of_all {
            return false;
        }
        let of_holidays = self.says(&["much", "many"])
            && self.says(&["vacation", "holiday", "holidays", "vacations", "leave", "days"]);
        if of_holidays || self.says(&["much"]) {
            return false;
        }
        let asks_time = matches!(self.low(0), "when" | "when's" | "whens" | "where" | "where's")
            || matches!((self.low(0), self.low(1)), ("what", "time") | ("how", "long" | "soon"));
        // "what's the location of the retreat?"
        let asks_detail = it.the_plan
            && matches!(self.low(0), "what" | "what's" | "whats" | "what’s" | "which")
            && self.says(&[
                "location", "address", "venue", "place", "room", "building", "duration", "length", "time", "date",
            ])
            && self.says(&["of", "for", "in", "at"]);
        let asks_time = asks_time
            || matches!(
                (self.low(0), self.low(1)),
                (
                    "what" | "which",
                    "year" | "date" | "day" | "month" | "week" | "weekend" | "room" | "floor"
                )
            );
        let being = matches!(self.low(0), "when's" | "whens" | "where's")
            || (1..3).any(|at| matches!(self.low(at), "is" | "was" | "are" | "were" | "am" | "will"));
        let people = self.is_yes_or_no() && self.says(&["going", "at", "bringing", "still"]);
        let known = (it.my_plan || it.the_plan)
            && (asks_time || self.when.is_said() || self.shows && it.my_plan || self.low(0).starts_with("who"));
        let some = self.shows && self.says(&["a", "an", "good", "best"]);
        let what_about = (self.low(0), self.low(1)) == ("what", "about");
        let upcoming = self.shows && self.says(&["upcoming", "coming", "future"]) && it.unknown == 0;
        let lists = upcoming || self.when.is_said() && it.unknown == 0 && !some && (self.shows || what_about);
        let last = self.range.end.checked_sub(1).map_or("", |last| self.text.low(last));
        let being = being || it.the_plan && matches!(last, "meets" | "starts" | "begins" | "ends" | "is" | "happens");
        let confirmed = self.shows
            && it.the_plan
            && self.range.start > 0
            && matches!(self.text.low(self.range.start - 1), "confirm" | "verify");
        confirmed
            || asks_time && being
            || asks_detail
            || people
            || known
            || lists
            || self.says(&["scheduled", "planned", "booked"])
            || it.me && self.has(Sense::HAVE) && !self.is_able()
            || it.my_plan && (self.low(0) == "how" || self.is_yes_or_no() && it.all.is(Sense::EVENT))
            || self.when.is_said() && (self.is_yes_or_no() || what_about)
    }

    /// "is Friday free?", "am I busy?"; not "how busy is the bakery?".
    fn is_of_free_time(&self) -> bool {
        let crowded = self.says(&["busy", "open", "opening"]);
        let how = self.low(0) == "how";
        let soonest = self.says(&["earliest", "soonest", "next", "first"]) && !self.it.elsewhere();
        let my_day = self.mine() && self.when.is_said() && self.is_yes_or_no();
        soonest
            || my_day
            || self.it.me && (!self.says(&["much"]) || self.says(&["time"]))
            || !how && (self.it.unknown == 0 || self.when.is_said() && !crowded)
    }

    /// No noun says what it is about: the person and the time must. "what am I doing tomorrow?", "what's on on Friday?".
    fn is_of_time(&self) -> bool {
        let it = &self.it;
        if it.all.is(Sense::FOREIGN.or(Sense::TRAVEL)) {
            return false;
        }
        // "show me Friday", "let me see everything after lunch"
        let stretch = self.shows
            && self.range.len() > 1
            && self.when.is_said()
            && it.unknown == 0
            && it.first == Sense::NONE
            && !self.says(&["date", "today's"]);
        let inner = self.range.clone().any(|at| self.text.sense(at).is(Sense::WH));
        if stretch && !inner || self.is_of_others_time() {
            return true;
        }
        if it.me && self.when.is_said() {
            // "did I lock the door?" is not for a calendar to know.
            let did = self.says(&["did", "been"])
                && !self.says(&["have", "go", "meet", "do", "schedule", "book", "attend", "see", "visit"]);
            return !self.is_able() && !did && !self.says(&["much", "many", "feel", "look", "like"]);
        }
        if it.me && self.has(Sense::AGENDA) && it.unknown == 0 {
            return !self.is_able() && !self.says(&["you", "get"]);
        }
        // "tomorrow at 3?"; but "what's tomorrow's date?" asks about the calendar of all.
        let date = self.says(&["date", "today's", "todays"])
            || matches!((self.low(0), self.low(1)), ("what" | "which", "day"));
        let bare = !self.text.sense(self.range.start).is(Sense::WH.or(Sense::AUX)) && !self.shows;
        let on = self.has(Sense::AGENDA) || self.says(&["for", "about", "plan", "look", "looking", "like"]);
        self.when.is_said() && it.unknown == 0 && !date && (bare || on)
    }
}

/// "how is my day?"
pub(super) fn says_my_day(text: &Tokens, mut range: Range<usize>) -> bool {
    range.any(|at| {
        let stretch = matches!(
            text.low(at),
            "day" | "week" | "weekend" | "morning" | "afternoon" | "evening" | "month" | "night"
        );
        stretch && at > 0 && text.sense(at - 1).is(Sense::MINE)
    })
}
