//! Work that needs the network: asked for by a turn of the conversation, done by a worker, its outcome heard by a later turn.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::account::GoogleAccount;
use super::booking::{BookingId, Conflict, Meet, Plan};
use super::choice::RequestId;
use super::person::ZoneSource;
use crate::zone::Zone;

/// Something to be done outside, harmless to do twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Learn the person's time zone: from the platform's profile, else from their calendar.
    FindZone { request: RequestId },
    /// Write the event if it is not there yet; unless `regardless`, only into free time.
    Book {
        request: RequestId,
        plan: Plan,
        regardless: bool,
    },
    /// Ask until the event's Meet link is ready or has failed.
    AwaitMeet { booking: BookingId },
    /// Take the event out of the calendar; unless `regardless`, only as we left it.
    Remove { booking: BookingId, regardless: bool },
    /// Give the event other times.
    Move { booking: BookingId, plan: Plan },
    /// End the person's grant here, and at Google if nobody else uses the account.
    Disconnect,
}

/// How an act ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Zone {
        zone: Zone,
        source: ZoneSource,
    },
    /// Nobody could tell the zone.
    NoZone,
    Booked {
        meet: Meet,
        etag: String,
        calendar_zone: Option<Zone>,
    },
    Busy {
        conflicts: Vec<Conflict>,
        free_at: Option<DateTime<Utc>>,
    },
    /// The calendar could not be read, so nothing was written.
    Unreadable {
        fault: Fault,
    },
    /// The start had passed before the event could be written.
    TooLate,
    /// The event was written for this request and has been deleted since: it stays deleted.
    DeletedSince,
    MeetSettled {
        meet: Meet,
        etag: String,
    },
    Removed,
    /// It was edited in Google since we wrote it: asked before anything is removed.
    EditedSince,
    Moved {
        etag: String,
    },
    Disconnected {
        account: Option<GoogleAccount>,
    },
    /// The person has no usable grant: a sign-in link is due.
    NeedsSignIn {
        reason: SignInReason,
    },
    /// It was not done.
    Failed {
        fault: Fault,
    },
}

/// Why somebody has to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInReason {
    /// They never connected, or disconnected.
    NotConnected,
    /// Google ended the grant.
    Revoked,
    /// The grant lacks a permission that we need.
    MissingPermission,
}

/// Why something was not done, by who can mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Google, or the way to it, is down: it will pass.
    Passing,
    /// Settings or quotas of the bot are wrong; `incident` is the id in the operator's log.
    Operator { incident: String },
    /// Google refused the request itself, in its own words.
    Refused { reason: String },
}
