//! Work that needs the network: asked for by a turn of the conversation, done by a worker, its outcome heard by a later turn.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::account::GoogleAccount;
use super::admin::Order;
use super::booking::{BookingId, Conflict, Meet, Plan};
use super::choice::RequestId;
use super::letter::{Message, ReturnAddress};
use super::person::ZoneSource;
use super::request::Request;
use crate::zone::Zone;

/// Something to be done outside, harmless to do twice. It carries whatever its outcome will be answered with: whom to tell (`to`),
/// or the request that is worked on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Learn the person's time zone: from the platform's profile, else from their calendar.
    FindZone { request: Box<Request> },
    /// Write the event if it is not there yet; unless `regardless`, only into free time.
    Book {
        request: Box<Request>,
        plan: Plan,
        regardless: bool,
    },
    /// Ask until the event's Meet link is ready or has failed; the letter that promised it is to be replaced then,
    /// and with it the news that it told.
    AwaitMeet {
        booking: BookingId,
        to: ReturnAddress,
        letter: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        news: Option<Box<Message>>,
    },
    /// Take the event out of the calendar; unless `regardless`, only as we left it.
    Remove {
        booking: BookingId,
        regardless: bool,
        to: ReturnAddress,
    },
    /// Give the event other times.
    Move { plan: Plan, to: ReturnAddress },
    /// See whether a link to connect Google is due at all.
    Connect { to: ReturnAddress },
    /// Tell the person when their sign-in link has expired unused.
    ExpireLink { sign_in: SignInId },
    /// Let a question go that was not answered: the request's words are kept no longer.
    ExpireQuestion { request: RequestId },
    /// End the person's grant here, and at Google if nobody else uses the account.
    Disconnect { to: ReturnAddress },
    /// Do an operator's order, which was noted. Its answer stands outside of the conversation.
    Order { order: Order, to: ReturnAddress },
}

/// A sign-in's id; its link's token is an HMAC of it, made when the letter is sent.
pub type SignInId = String;

/// How an act ended, or how it stands: each kind of act has its own ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    ZoneSought {
        request: Box<Request>,
        end: ZoneSought,
    },
    BookTried {
        request: Box<Request>,
        plan: Plan,
        regardless: bool,
        end: BookTried,
    },
    MeetAwaited {
        booking: BookingId,
        to: ReturnAddress,
        letter: i64,
        news: Option<Box<Message>>,
        end: MeetAwaited,
    },
    RemovalTried {
        booking: BookingId,
        to: ReturnAddress,
        end: RemovalTried,
    },
    MoveTried {
        plan: Plan,
        to: ReturnAddress,
        end: MoveTried,
    },
    ConnectTried {
        to: ReturnAddress,
        end: ConnectTried,
    },
    LinkChecked {
        sign_in: SignInId,
        end: LinkChecked,
    },
    QuestionExpired {
        request: RequestId,
    },
    DisconnectTried {
        to: ReturnAddress,
        end: DisconnectTried,
    },
}

/// Of [`Act::FindZone`].
#[derive(Clone, Debug, PartialEq)]
pub enum ZoneSought {
    Found {
        zone: Zone,
        source: ZoneSource,
    },
    /// Nobody could tell.
    Unknown,
    NeedsSignIn(SignInReason),
    /// Not ended yet: Google can't be reached.
    Delayed,
    Failed(Fault),
}

/// Of [`Act::Book`].
#[derive(Clone, Debug, PartialEq)]
pub enum BookTried {
    Booked {
        meet: Meet,
        etag: String,
    },
    Busy {
        conflicts: Vec<Conflict>,
        free_at: Option<DateTime<Utc>>,
    },
    /// The calendar could not be read, so nothing was written.
    Unreadable(Fault),
    /// The start had passed before the event could be written.
    TooLate,
    /// The event was written for this request and has been deleted since: it stays deleted.
    DeletedSince,
    NeedsSignIn(SignInReason),
    /// Not ended yet: Google can't be reached to begin; it is tried again until the start.
    Delayed,
    /// Not ended yet: an attempt may have written it before it was cut off or lost its answer; it is looked up before anything is
    /// tried again.
    Checking,
    Failed(Fault),
}

/// Of [`Act::AwaitMeet`].
#[derive(Clone, Debug, PartialEq)]
pub enum MeetAwaited {
    Settled {
        meet: Meet,
        etag: String,
    },
    /// The event is gone, or Google would not tell.
    Unknown,
}

/// Of [`Act::Remove`].
#[derive(Clone, Debug, PartialEq)]
pub enum RemovalTried {
    Removed,
    /// It was edited in Google since we wrote it: asked before anything is removed.
    EditedSince,
    NeedsSignIn(SignInReason),
    Failed(Fault),
}

/// Of [`Act::Move`].
#[derive(Clone, Debug, PartialEq)]
pub enum MoveTried {
    Moved {
        etag: String,
    },
    EditedSince,
    /// It is no longer in the calendar.
    Gone,
    NeedsSignIn(SignInReason),
    Failed(Fault),
}

/// Of [`Act::Connect`].
#[derive(Clone, Debug, PartialEq)]
pub enum ConnectTried {
    /// There is a live grant already.
    Already(GoogleAccount),
    /// There is none: a link is due.
    LinkDue,
    Failed(Fault),
}

/// Of [`Act::ExpireLink`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkChecked {
    Expired,
    /// It was used, or ended otherwise.
    Moot,
}

/// Of [`Act::Disconnect`].
#[derive(Clone, Debug, PartialEq)]
pub enum DisconnectTried {
    /// The account that was connected, if there was one.
    Disconnected(Option<GoogleAccount>),
    Failed(Fault),
}

impl Done {
    /// The written event that it is about.
    pub fn booking(&self) -> Option<&BookingId> {
        match self {
            Self::MeetAwaited { booking, .. } | Self::RemovalTried { booking, .. } => Some(booking),
            Self::MoveTried { plan, .. } => Some(&plan.id),
            Self::ZoneSought { .. }
            | Self::BookTried { .. }
            | Self::ConnectTried { .. }
            | Self::LinkChecked { .. }
            | Self::QuestionExpired { .. }
            | Self::DisconnectTried { .. } => None,
        }
    }
}

/// Why somebody has to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInReason {
    /// They never connected, or disconnected.
    NotConnected,
    /// Google ended the grant.
    Revoked(Ended),
    /// The grant lacks a permission that we need.
    MissingPermission,
}

/// Why Google ended a grant, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person or an administrator took the access back, or it ran out: Google tells them not apart.
    TakenBack,
    AccountGone,
    Unsaid,
}

impl Ended {
    /// Reads Google's own words (`error_description` of `invalid_grant`).
    pub fn of(reason: &str) -> Self {
        let reason = reason.to_lowercase();
        if reason.contains("deleted") || reason.contains("disabled") {
            Self::AccountGone
        } else if reason.contains("expired") || reason.contains("revoked") {
            Self::TakenBack
        } else {
            Self::Unsaid
        }
    }
}

/// Why something was not done, by who can mend it.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Google, or the way to it, is down: it will pass.
    Passing,
    /// Settings or quotas of the bot are wrong; `incident` is the id in the operator's log.
    Operator { incident: String },
    /// The person's organisation forbids it: its administrators decide.
    Policy { reason: String },
    /// Google refused the request itself, in its own words.
    Refused { reason: String },
}
