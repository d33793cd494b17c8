//! Questions that no calendar answers: what all the world knows, how things are done, how the bot is. May import: `asks`, `sense`.

use super::asks::Question;
use super::sense::Sense;

impl Question<'_, '_> {
    /// "when does the game start?", "the movie schedule", "the schedule for Star Trek": known to all the world, not to a calendar.
    pub(super) fn is_on_show(&self) -> bool {
        let it = &self.it;
        if self.mine() || it.all.is(Sense::EVENT) {
            return false;
        }
        let public = [
            "game",
            "match",
            "concert",
            "movie",
            "film",
            "show",
            "playoffs",
            "superbowl",
            "fireworks",
            "festival",
            "parade",
        ];
        let starts = self.says(&public) && self.says(&["start", "starts", "begin", "begins", "kick"]);
        let shown = [
            "movie", "movies", "film", "films", "theater", "theatre", "cinema", "train", "trains", "bus", "buses",
            "flight", "flights", "tv",
        ];
        let timetable = self.says(&["schedule", "schedules", "times", "timetable"]);
        let of_nothing_ours =
            self.says(&["schedule"]) && self.says(&["for", "of", "at"]) && it.unknown > 0 && !self.when.is_said();
        let plays = it.unknown > 0
            && self.says(&["play", "plays", "playing"])
            && matches!(self.low(0), "when" | "what" | "who");
        let rated = self
            .range
            .clone()
            .any(|at| self.text.low(at) == "reviews" && matches!(self.text.low(at + 1), "on" | "for" | "of" | "about"));
        // "how long is the drive to the party?", "when does the movie come out?"
        let lasts = matches!((self.low(0), self.low(1)), ("how", "long" | "far"))
            && self.says(&[
                "drive", "ride", "wait", "commute", "movie", "film", "flight", "show", "walk", "trip",
            ]);
        let film = self.says(&["movie", "film", "show", "episode"])
            && self.says(&["in", "out", "about", "rated"])
            && !self.when.is_said()
            && it.unknown == 0
            && !self.shows;
        if lasts || film {
            return true;
        }
        starts || plays || rated || timetable && self.says(&shown) || of_nothing_ours && !self.says(&["calendar"])
    }

    /// How a thing is done, or why it is, is no question about a calendar.
    pub(super) fn is_general(&self) -> bool {
        match self.low(0) {
            "why" => true,
            // "how was the meeting?"
            "how" if matches!(self.low(1), "was" | "were") => !self.mine(),
            "how" => matches!(self.low(1), "to" | "do" | "can" | "should" | "would" | "about" | "come"),
            // "what's a good book about meetings?"
            "what's" | "what" | "whats" | "what’s"
                if self.says(&["good", "nice", "decent", "best"])
                    && !self.says(&["time", "day", "date", "slot", "availability"]) =>
            {
                true
            }
            // "where's a good place for a party?", "who's the best doctor?"
            "where" | "where's" | "who" | "who's" | "wheres" | "whos" if self.says(&["good", "best", "nice"]) => true,
            // "what's a calendar?"
            "what's" | "whats" | "what’s" if matches!(self.low(1), "a" | "an") && self.range.len() <= 4 => true,
            "who" if matches!(self.low(1), "invented" | "discovered") => true,
            "what" => matches!(self.low(1), "if" | "can"),
            "will" => self.low(1) == "it",
            // "should I book a table?", "where can I book a table?"
            "should" => true,
            "where" => {
                matches!(self.low(1), "can" | "do" | "should") && self.says(&["book", "reserve", "make", "schedule"])
            }
            _ => false,
        }
    }

    /// "are you free tonight?": whoever answers has no calendar of its own.
    pub(super) fn asks_you(&self) -> bool {
        if self.says(&["plans"]) && self.says(&["you", "your"]) && !self.mine() {
            return true;
        }
        let you = (0..4).any(|at| self.low(at) == "you")
            && !matches!((self.low(1), self.low(2)), ("you", "know" | "see" | "think"));
        you && !self.mine() && !self.says(&["me"]) && !self.it.first.is(Sense::EVENT.or(Sense::REMINDER))
    }
}
