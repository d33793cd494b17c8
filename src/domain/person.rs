//! Who writes to us, and what we know of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::zone::Zone;

/// Where people chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    Slack,
    Discord,
    /// The terminal of `chatcal sandbox`.
    Console,
}

impl Platform {
    /// The word that ids, rows and metrics use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Console => "console",
        }
    }
}

/// One person on one platform: `slack:<team>:<user>`, `discord:<user>`, `console:<name>`.
///
/// Slack's user ids are only unique within a workspace, so the workspace is part of the id: the same user id elsewhere is
/// somebody else.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonId(String);

/// The text is not a person's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a person's id: expected slack:<team>:<user>, discord:<user> or console:<name>")]
pub struct NotAPerson(pub String);

impl PersonId {
    pub fn slack(team: &str, user: &str) -> Self {
        Self(format!("slack:{team}:{user}"))
    }

    pub fn discord(user: u64) -> Self {
        Self(format!("discord:{user}"))
    }

    pub fn console(name: &str) -> Self {
        Self(format!("console:{name}"))
    }

    /// Reads the stored form back.
    ///
    /// # Errors
    /// When `text` starts with no known platform, or names nobody on it.
    pub fn parse(text: &str) -> Result<Self, NotAPerson> {
        let good = match text.split_once(':') {
            Some(("slack", rest)) => rest
                .split_once(':')
                .is_some_and(|(team, user)| !team.is_empty() && !user.is_empty()),
            Some(("discord" | "console", rest)) => !rest.is_empty(),
            _ => false,
        };
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPerson(text.to_owned()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn platform(&self) -> Platform {
        match self.0.split_once(':') {
            Some(("slack", _)) => Platform::Slack,
            Some(("discord", _)) => Platform::Discord,
            _ => Platform::Console,
        }
    }

    /// The platform's own id of the user: Slack's `U…`, Discord's snowflake.
    pub fn user(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or_default()
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What we keep about a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: PersonId,
    /// How the platform shows them, without the `@`.
    pub handle: String,
    /// The workspace or server they wrote from, as people call it; empty when unknown.
    pub workspace: String,
    pub zones: Zones,
}

/// What is known about a person's time zone, by who said so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zones {
    /// They told us: outranks everything but a zone named in the message.
    pub own: Option<Zone>,
    /// The chat platform's profile.
    pub profile: Option<Zone>,
    /// Their Google Calendar's setting.
    pub calendar: Option<Zone>,
}

/// Where a time zone was taken from; every reply says it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneSource {
    /// Named in the message itself.
    Message,
    Own,
    Profile,
    Calendar,
}

impl Zones {
    /// The zone to read this person's words in, best source first.
    pub fn best(&self) -> Option<(&Zone, ZoneSource)> {
        let own = self.own.as_ref().map(|zone| (zone, ZoneSource::Own));
        let profile = || self.profile.as_ref().map(|zone| (zone, ZoneSource::Profile));
        let calendar = || self.calendar.as_ref().map(|zone| (zone, ZoneSource::Calendar));
        own.or_else(profile).or_else(calendar)
    }
}
