//! A booking: what is to be written to a calendar, and what was.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use data_encoding::BASE32HEX_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::incoming::Delivery;
use super::person::ZoneSource;
use crate::zone::Zone;

/// A booking's id, and its event's id in Google Calendar: 32 characters of base32hex in lower case, as Google allows.
///
/// It is a hash of the delivery that asked for it, so that a second attempt meets the first one's event instead of making
/// another.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BookingId(String);

impl BookingId {
    /// The id of what `delivery` asked for: base32hex of the first 20 bytes of its SHA-256.
    pub fn of(delivery: &Delivery) -> Self {
        let hash = Sha256::digest(delivery.0.as_bytes());
        Self(BASE32HEX_NOPAD.encode(&hash[..20]).to_ascii_lowercase())
    }

    /// Reads the text form; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'v'));
        good.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BookingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BookingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BookingId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is not a booking's id"))
    }
}

impl From<BookingId> for String {
    fn from(id: BookingId) -> Self {
        id.0
    }
}

/// Somebody to invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub email: String,
    pub name: Option<String>,
}

impl Guest {
    /// What to call them in a sentence.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }
}

/// The title of an event whose person gave it none.
pub const UNTITLED: &str = "Meeting";

/// An event as it shall stand in the calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub id: BookingId,
    pub title: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// The zone that the person's words were read in; every reply shows the times in it, and Google gets it by name.
    pub zone: Zone,
    pub zone_source: ZoneSource,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<Guest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// No video link was wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_link: bool,
}

impl Plan {
    pub fn wall_start(&self) -> NaiveDateTime {
        self.zone.wall(self.start)
    }

    /// The same time of day on the next day from `now` on that is still ahead.
    pub fn next_day(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let wall = self.wall_start();
        let today = self.zone.wall(now).date();
        let on = |day: NaiveDate| self.zone.settle(day.and_time(wall.time()));
        let first = on(today);
        if first > now {
            first
        } else {
            on(today.succ_opt().unwrap_or(today))
        }
    }

    pub fn wall_end(&self) -> NaiveDateTime {
        self.zone.wall(self.end)
    }
}

/// The video link of a written event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meet {
    /// Google is still making it.
    Pending,
    Ready(String),
    /// Google could not make one; the event stands without.
    Failed,
}

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingState {
    Booked,
    Removed,
}

/// A written event, as it was promised to its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Booking {
    pub plan: Plan,
    pub meet: Meet,
    /// Google's `etag` after our own last write: another one means that somebody edited the event.
    pub etag: String,
    pub state: BookingState,
}

impl Booking {
    /// It stands in the calendar, as far as we know.
    pub fn is_booked(&self) -> bool {
        self.state == BookingState::Booked
    }
}

/// What stands in the way of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    pub title: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// The event fills whole days.
    pub all_day: bool,
}
