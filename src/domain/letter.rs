//! What goes back to a person, before it takes a platform's form.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::person::PersonId;

/// Up to this long after an interim word, its person still looks at it: the result takes its place, which makes no sound. Later it
/// comes as a message of its own.
pub const FRESH: TimeDelta = TimeDelta::seconds(60);

/// A letter's place in its person's sequence: letters to one person leave in this order.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LetterKey {
    pub person: PersonId,
    /// Counts up from 1.
    pub seq: i64,
}

impl fmt::Display for LetterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.person, self.seq)
    }
}

impl fmt::Debug for LetterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One private road to a person. Only the adapter that made it can read `address`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The adapter's own form, which may hold a token: sealed when it waits in a row, never logged.
    pub address: String,
    /// From then on the platform takes nothing on this road any more.
    pub expires_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A person's ways, sealed as one: the conversation carries it along and can't look inside.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnAddress(pub String);

impl fmt::Debug for ReturnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnAddress(sealed)")
    }
}

/// What a letter says: data that every adapter writes in its platform's own form, escaping all text itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub spans: Vec<Span>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// News that stand above it. Where it takes the place of a letter that told them, it tells them again; where that can't be
    /// done and it comes as a letter of its own, it leaves them out. Adapters are handed the [`whole`](Self::whole).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Box<Message>>,
}

/// A stretch of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Words, shown as they are: nothing in them is markup, a mention or a link. May hold line breaks.
    Text(String),
    /// The part the eye should find first.
    Strong(String),
    /// Something to type or copy, set in a fixed width.
    Code(String),
    /// An address of ours or of Google's, shown in full.
    Link(String),
    /// The private link of a sign-in, by the sign-in's id: its token is made when the letter is sent, and `Link` takes its place.
    SignIn(String),
}

/// Something to press instead of typing its label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// Clear on its own, and the word that may be typed instead.
    pub label: String,
    pub choice: Choice,
    #[serde(default, skip_serializing_if = "Tone::is_plain")]
    pub tone: Tone,
}

/// How a button is dressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    #[default]
    Plain,
    /// What most people want here.
    Primary,
    /// Takes something away.
    Danger,
}

impl Tone {
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

impl Message {
    /// A message that starts with these words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// Goes on with plain words.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>) -> Self {
        self.spans.push(Span::Text(text.into()));
        self
    }

    /// Goes on with the part that the eye should find first.
    #[must_use]
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.spans.push(Span::Strong(text.into()));
        self
    }

    /// Goes on with something to type.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.spans.push(Span::Code(text.into()));
        self
    }

    /// Goes on with an address.
    #[must_use]
    pub fn link(mut self, url: impl Into<String>) -> Self {
        self.spans.push(Span::Link(url.into()));
        self
    }

    /// Goes on with the private link of a sign-in.
    #[must_use]
    pub fn sign_in(mut self, id: impl Into<String>) -> Self {
        self.spans.push(Span::SignIn(id.into()));
        self
    }

    /// Adds a button.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, choice: Choice, tone: Tone) -> Self {
        self.buttons.push(Button {
            label: label.into(),
            choice,
            tone,
        });
        self
    }

    /// Adds buttons made elsewhere.
    #[must_use]
    pub fn buttons(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        self.buttons.extend(buttons);
        self
    }

    /// Puts news above it.
    #[must_use]
    pub fn under(self, news: Option<Box<Message>>) -> Self {
        Self { above: news, ..self }
    }

    /// With the news above it, as one: their words come first, their buttons last.
    #[must_use]
    pub fn whole(self) -> Self {
        let Some(mut news) = self.above else { return self };
        news.spans.push(Span::Text("\n".to_owned()));
        news.spans.extend(self.spans);
        Self {
            spans: news.spans,
            buttons: self.buttons,
            above: None,
        }
        .buttons(news.buttons)
    }

    /// Without the news above it.
    #[must_use]
    pub fn alone(self) -> Self {
        self.under(None)
    }

    /// The words alone, without buttons: what notifications, logs of the terminal and screen readers show.
    pub fn plain(&self) -> String {
        self.spans
            .iter()
            .map(|span| match span {
                Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Link(text) => text.as_str(),
                Span::SignIn(_) => "(private link)",
            })
            .collect()
    }
}

/// A letter ready for the wire: links are filled in, the way is chosen.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub key: LetterKey,
    pub message: Message,
    /// No sound: an edit, or an addition to what was just said.
    pub silent: bool,
    /// No copy of it is older.
    pub written_at: DateTime<Utc>,
}
