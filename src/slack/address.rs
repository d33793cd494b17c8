//! The forms of a [`Way`] on Slack, and of the handle by which a message is edited later.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::letter::Way;

/// Where a letter can go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Address {
    /// The answer to a command or a press, ephemeral: for half an hour, five times (Slack's page "Handling user interaction").
    ResponseUrl(Url),
    /// The direct message that the person wrote in, or its thread.
    Channel { channel: String, thread: Option<String> },
    /// For the person's eyes only, where they mentioned the bot.
    Ephemeral {
        channel: String,
        user: String,
        thread: Option<String>,
    },
    /// The bot's own direct message with the person, opened first.
    Direct { user: String },
}

impl Address {
    /// The answer to a command or press of `at`.
    pub(super) fn response_url(url: Url, at: DateTime<Utc>) -> Way {
        Way {
            expires_at: Some(at + TimeDelta::minutes(30)),
            ..Self::ResponseUrl(url).way()
        }
    }

    /// This address as a way that stays open.
    pub(super) fn way(&self) -> Way {
        Way {
            address: serde_json::to_string(self).expect("an address is plain strings"),
            expires_at: None,
        }
    }

    pub(super) fn of(way: &Way) -> Option<Self> {
        serde_json::from_str(&way.address).ok()
    }
}

/// Names a message that may be edited: Slack's channel and timestamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Handle {
    pub(super) channel: String,
    pub(super) ts: String,
}

impl Handle {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (channel, ts) = text.split_once('/')?;
        Some(Self {
            channel: channel.to_owned(),
            ts: ts.to_owned(),
        })
    }
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.channel, self.ts)
    }
}
