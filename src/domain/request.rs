//! One request to book, from its first words to its event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::booking::BookingId;
use crate::domain::choice::RequestId;
use crate::domain::incoming::Delivery;
use crate::domain::letter::{Message, ReturnAddress};
use crate::language::{self, Reading};

/// What somebody wants booked. While work on it is under way it travels in the act; while it waits for its person, the
/// conversation keeps it with what it waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub id: RequestId,
    /// The delivery that made it: its event's id is a hash of this.
    pub delivery: Delivery,
    /// The person's words.
    pub text: String,
    /// What they answered to our questions about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// When they were said: relative words count from here.
    pub said_at: DateTime<Utc>,
    /// When it was taken in.
    pub since: DateTime<Utc>,
    pub to: ReturnAddress,
    /// It came as `/book`, so it is a request to book whatever its words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_command: bool,
    /// What the policy settled, in words, to be said with the result.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What goes above its next letter: the account that was connected while it waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Box<Message>>,
    /// The last letter that asked its person about it: what says that the question has expired takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<i64>,
    /// The last answer was a question itself, so the plan is shown before it is booked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsure: bool,
    /// The last interim word ("Checking …"), which the result may replace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interim: Option<Interim>,
}

/// An interim word: which letter, and when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interim {
    pub letter: i64,
    pub at: DateTime<Utc>,
}

impl Request {
    /// The id of the event that this request makes.
    pub fn booking(&self) -> BookingId {
        BookingId::of(&self.delivery)
    }

    /// Takes what its next letter tells above the rest. News that an interim word has told are told again only by the letter
    /// that `replaces` that word.
    pub fn take_news(&mut self, replaces: bool) -> Option<Box<Message>> {
        let told = self.interim.is_some();
        self.news.take().filter(|_| replaces || !told)
    }

    /// The words read, later answers included.
    pub fn reading(&self) -> Reading {
        let first = language::read(&self.text);
        let first = if self.by_command { first.as_booking() } else { first };
        self.answers
            .iter()
            .fold(first, |reading, answer| reading.with(&language::read(answer)))
    }
}
