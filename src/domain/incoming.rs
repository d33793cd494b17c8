//! What an adapter hands in, after it has verified that it is real.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::letter::{LetterKey, Way};
use super::person::PersonId;

/// What makes one message one message, however often the platform delivers it. Unique for ever, over all platforms.
///
/// Slack: `slack|<team>|<channel>|<user>|<ts>` for messages (event ids differ between redeliveries), `slack|<team>|<trigger_id>`
/// for commands and presses. Discord: `discord|<message or interaction id>`. Console: `console|<run>|<line>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivery(pub String);

/// One thing that one person said or pressed, verified, with the roads by which an answer may reach them.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub delivery: Delivery,
    pub person: PersonId,
    /// How the platform shows them, without the `@`; their platform id where the delivery does not tell (a Slack message), until
    /// [`Profile`](super::ports::Profile) does.
    pub handle: String,
    /// The workspace's or server's name; empty when unknown (a Discord DM).
    pub workspace: String,
    pub said: Said,
    /// When the person said it by the platform's clock: relative words count from here.
    pub said_at: DateTime<Utc>,
    /// Private ways back, best first. Never empty.
    pub ways: Vec<Way>,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A message or mention, the bot's own mention cut off. May be empty.
    Text(String),
    /// `/book TEXT`: a request to book, whatever its words.
    Book(String),
    /// `/chatcal TEXT`: a word such as `help`, else read like a message.
    Chatcal(String),
    /// `/chatcal-admin TEXT`: an operator's order. `alone`: nobody else is in the place where it was given.
    Admin { text: String, alone: bool },
    /// A button of ours.
    Pressed(Choice),
    /// [Show me]: the public button that stands in when direct messages are closed. Hands the waiting letter over if the person
    /// who presses is the one it is for.
    ShowMe(LetterKey),
}
