//! The forms of `Way::address` and of `Receipt::Delivered`'s handle that only this room can read.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serenity::model::id::{ApplicationId, ChannelId, MessageId, UserId};

use crate::domain::letter::Way;
use crate::domain::ports::Undelivered;

/// Where a letter can go. May hold an interaction's token, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub(super) enum Address {
    /// The ephemeral answer to an interaction.
    Interaction {
        application: ApplicationId,
        token: String,
        asked_at: DateTime<Utc>,
    },
    /// A direct message. Where it answers a mention, the channel is told that it was answered, and nothing else.
    Dm { user: UserId, answers: Option<Spot> },
    /// The public [Show me] button in a channel, for somebody whose direct messages are closed.
    ShowMe { at: Spot },
}

/// A message in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spot {
    pub channel: ChannelId,
    pub message: MessageId,
}

/// A delivered message, for edits. May hold an interaction's token, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum Handle {
    Message(Spot),
    /// `message` is missing where it is the interaction's first answer.
    Answer {
        application: ApplicationId,
        token: String,
        message: Option<MessageId>,
    },
}

/// An interaction's token lives for 15 minutes; half a minute is left for the way there.
const TOKEN_LIFE: TimeDelta = TimeDelta::seconds(14 * 60 + 30);

impl Address {
    /// As a way, for something that was said at `said_at`.
    pub fn into_way(self, said_at: DateTime<Utc>) -> Way {
        Way {
            address: serde_json::to_string(&self).expect("an address has text keys"),
            expires_at: matches!(self, Self::Interaction { .. }).then(|| said_at + TOKEN_LIFE),
        }
    }

    pub fn read(way: &Way) -> Result<Self, Undelivered> {
        serde_json::from_str(&way.address).map_err(|_| Undelivered::WayClosed("not an address of Discord's".to_owned()))
    }
}

impl Handle {
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("a handle has text keys")
    }

    pub fn read(text: &str) -> Result<Self, Undelivered> {
        serde_json::from_str(text).map_err(|_| Undelivered::WayClosed("not a message of Discord's".to_owned()))
    }
}
