//! One request to book, from its first words to its event.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::booking::{BookingId, Plan};
use crate::domain::choice::RequestId;
use crate::domain::incoming::Delivery;
use crate::domain::letter::{Button, ReturnAddress};
use crate::language::{self, Reading};

/// An open request.
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
    /// The last interim word ("Checking …"), which the result may replace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interim: Option<Interim>,
    pub stage: Stage,
}

/// An interim word: which letter, and when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interim {
    pub letter: i64,
    pub at: DateTime<Utc>,
}

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Work: learning the person's zone.
    FindingZone,
    /// The person: an answer to what could not be read or settled.
    Asking { plans: Vec<Plan>, buttons: Vec<Button> },
    /// The person: which zone they are in.
    AskingZone { buttons: Vec<Button> },
    /// The person: may the guests be invited?
    Inviting { plan: Plan, buttons: Vec<Button> },
    /// Work: writing the event.
    Booking { plan: Plan },
    /// The person: something else is in the calendar.
    Busy { plan: Plan, buttons: Vec<Button> },
    /// The person: the calendar could not be read, or Google did not answer.
    Unreadable { plan: Plan, buttons: Vec<Button> },
    /// The person: the start has passed.
    Late { plan: Plan, buttons: Vec<Button> },
    /// The person: a Google account to connect. Without a plan, the words are read once the calendar tells its zone.
    Parked { plan: Option<Plan>, buttons: Vec<Button> },
}

impl Stage {
    /// What can be pressed, or typed, in this stage.
    pub fn buttons(&self) -> &[Button] {
        match self {
            Self::Asking { buttons, .. }
            | Self::AskingZone { buttons }
            | Self::Inviting { buttons, .. }
            | Self::Busy { buttons, .. }
            | Self::Unreadable { buttons, .. }
            | Self::Late { buttons, .. }
            | Self::Parked { buttons, .. } => buttons,
            Self::FindingZone | Self::Booking { .. } => &[],
        }
    }

    /// It waits for the person, not for work under way.
    pub fn waits_for_person(&self) -> bool {
        match self {
            Self::Asking { .. }
            | Self::AskingZone { .. }
            | Self::Inviting { .. }
            | Self::Busy { .. }
            | Self::Unreadable { .. }
            | Self::Late { .. } => true,
            Self::FindingZone | Self::Booking { .. } | Self::Parked { .. } => false,
        }
    }

    /// What [Book anyway] would book.
    pub fn held_back(&self) -> Option<&Plan> {
        match self {
            Self::Busy { plan, .. } | Self::Unreadable { plan, .. } => Some(plan),
            Self::FindingZone
            | Self::Asking { .. }
            | Self::AskingZone { .. }
            | Self::Inviting { .. }
            | Self::Booking { .. }
            | Self::Late { .. }
            | Self::Parked { .. } => None,
        }
    }

    /// What waits for a word about its guests.
    pub fn inviting(&self) -> Option<&Plan> {
        match self {
            Self::Inviting { plan, .. } => Some(plan),
            Self::FindingZone
            | Self::Asking { .. }
            | Self::AskingZone { .. }
            | Self::Booking { .. }
            | Self::Busy { .. }
            | Self::Unreadable { .. }
            | Self::Late { .. }
            | Self::Parked { .. } => None,
        }
    }

    /// The plan for another start: one of those that were offered, or the same plan moved.
    pub fn planned_at(&self, start: DateTime<Utc>) -> Option<Plan> {
        match self {
            Self::Asking { plans, .. } => plans.iter().find(|plan| plan.start == start).cloned(),
            Self::Busy { plan, .. } | Self::Late { plan, .. } => Some(Plan {
                start,
                end: start + (plan.end - plan.start),
                ..plan.clone()
            }),
            Self::FindingZone
            | Self::AskingZone { .. }
            | Self::Inviting { .. }
            | Self::Booking { .. }
            | Self::Unreadable { .. }
            | Self::Parked { .. } => None,
        }
    }
}

impl Request {
    /// The id of the event that this request makes.
    pub fn booking(&self) -> BookingId {
        BookingId::of(&self.delivery)
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
