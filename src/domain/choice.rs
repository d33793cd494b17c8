//! What a button means, and the short text that travels through the platform and back.
//!
//! The text comes back from outside, so it is read as strictly as a message: what it names (a request, a booking) is looked up
//! among the presser's own. Discord keeps 100 characters of it, Slack more.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::booking::BookingId;
use crate::zone::Zone;

/// A request's number within its person's conversation.
pub type RequestId = u32;

/// A button's meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Choice {
    /// An answer to what was asked about a request.
    Answer(RequestId, Answer),
    /// Something about a booking.
    Booking(BookingId, Deed),
    /// Set the person's own zone.
    UseZone(Zone),
    Connect,
    Disconnect,
    Help,
}

/// An answer to a question about a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Begin at this instant instead.
    At(DateTime<Utc>),
    /// Read the request in this zone.
    In(Zone),
    BookAnyway,
    InviteAndBook,
    BookWithoutGuests,
    TryAgain,
    NewLink,
    /// None of the times that are offered.
    Other,
    Cancel,
}

/// Something to do with a booking.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Undo,
    /// Remove it although it was edited in Google since.
    UndoAnyway,
    Keep,
    BookAgain,
    ChangeZone,
    /// Move it to the same wall-clock time in the person's present zone.
    Move,
}

/// The text is not a button of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a button of ours")]
pub struct NotAChoice;

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(request, answer) => match answer {
                Answer::At(at) => write!(f, "r/{request}/at/{}", at.timestamp_millis()),
                Answer::In(zone) => write!(f, "r/{request}/in/{zone}"),
                Answer::BookAnyway => write!(f, "r/{request}/anyway"),
                Answer::InviteAndBook => write!(f, "r/{request}/invite"),
                Answer::BookWithoutGuests => write!(f, "r/{request}/alone"),
                Answer::TryAgain => write!(f, "r/{request}/again"),
                Answer::NewLink => write!(f, "r/{request}/link"),
                Answer::Other => write!(f, "r/{request}/other"),
                Answer::Cancel => write!(f, "r/{request}/cancel"),
            },
            Self::Booking(booking, deed) => write!(
                f,
                "b/{booking}/{}",
                match deed {
                    Deed::Undo => "undo",
                    Deed::UndoAnyway => "undo-anyway",
                    Deed::Keep => "keep",
                    Deed::BookAgain => "again",
                    Deed::ChangeZone => "zone",
                    Deed::Move => "move",
                }
            ),
            Self::UseZone(zone) => write!(f, "z/{zone}"),
            Self::Connect => f.write_str("connect"),
            Self::Disconnect => f.write_str("disconnect"),
            Self::Help => f.write_str("help"),
        }
    }
}

impl std::str::FromStr for Choice {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        let (kind, rest) = text.split_once('/').unwrap_or((text, ""));
        match kind {
            "connect" => Ok(Self::Connect),
            "disconnect" => Ok(Self::Disconnect),
            "help" => Ok(Self::Help),
            "z" => Zone::named(rest).map(Self::UseZone).map_err(|_| NotAChoice),
            "r" => {
                let (request, answer) = rest.split_once('/').ok_or(NotAChoice)?;
                Ok(Self::Answer(
                    request.parse().map_err(|_| NotAChoice)?,
                    read_answer(answer)?,
                ))
            }
            "b" => {
                let (booking, deed) = rest.split_once('/').ok_or(NotAChoice)?;
                let deed = match deed {
                    "undo" => Deed::Undo,
                    "undo-anyway" => Deed::UndoAnyway,
                    "keep" => Deed::Keep,
                    "again" => Deed::BookAgain,
                    "zone" => Deed::ChangeZone,
                    "move" => Deed::Move,
                    _ => return Err(NotAChoice),
                };
                Ok(Self::Booking(BookingId::parse(booking).ok_or(NotAChoice)?, deed))
            }
            _ => Err(NotAChoice),
        }
    }
}

fn read_answer(text: &str) -> Result<Answer, NotAChoice> {
    let (word, rest) = text.split_once('/').unwrap_or((text, ""));
    Ok(match word {
        "at" => {
            let millis = rest.parse().map_err(|_| NotAChoice)?;
            Answer::At(DateTime::from_timestamp_millis(millis).ok_or(NotAChoice)?)
        }
        "in" => Answer::In(Zone::named(rest).map_err(|_| NotAChoice)?),
        "anyway" => Answer::BookAnyway,
        "invite" => Answer::InviteAndBook,
        "alone" => Answer::BookWithoutGuests,
        "again" => Answer::TryAgain,
        "link" => Answer::NewLink,
        "other" => Answer::Other,
        "cancel" => Answer::Cancel,
        _ => return Err(NotAChoice),
    })
}

impl TryFrom<String> for Choice {
    type Error = NotAChoice;

    fn try_from(text: String) -> Result<Self, NotAChoice> {
        text.parse()
    }
}

impl From<Choice> for String {
    fn from(choice: Choice) -> Self {
        choice.to_string()
    }
}
