//! What a request waits for, when it waits for its person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::booking::Plan;
use crate::domain::letter::Button;
use crate::domain::request::Request;

/// A request that waits for its person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Open {
    pub request: Request,
    pub stage: Stage,
}

/// What a request waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub(super) enum Stage {
    /// The person: an answer to what could not be read or settled.
    Asking { plans: Vec<Plan>, buttons: Vec<Button> },
    /// The person: which zone they are in.
    AskingZone { buttons: Vec<Button> },
    /// The person: may the guests be invited?
    Inviting { plan: Plan, buttons: Vec<Button> },
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
        }
    }

    /// It waits for words, and not for an account to be connected.
    pub fn takes_words(&self) -> bool {
        match self {
            Self::Asking { .. }
            | Self::AskingZone { .. }
            | Self::Inviting { .. }
            | Self::Busy { .. }
            | Self::Unreadable { .. }
            | Self::Late { .. } => true,
            Self::Parked { .. } => false,
        }
    }

    /// What is offered can be declined for another time.
    pub fn takes_another_time(&self) -> bool {
        match self {
            Self::Asking { .. } | Self::Busy { .. } | Self::Late { .. } => true,
            Self::AskingZone { .. } | Self::Inviting { .. } | Self::Unreadable { .. } | Self::Parked { .. } => false,
        }
    }

    /// The likeliest of several times.
    pub fn likeliest(&self) -> Option<&Plan> {
        match self {
            Self::Asking { plans, .. } => plans.first(),
            Self::AskingZone { .. }
            | Self::Inviting { .. }
            | Self::Busy { .. }
            | Self::Unreadable { .. }
            | Self::Late { .. }
            | Self::Parked { .. } => None,
        }
    }

    /// What [Book anyway] would book.
    pub fn held_back(&self) -> Option<&Plan> {
        match self {
            Self::Busy { plan, .. } | Self::Unreadable { plan, .. } => Some(plan),
            Self::Asking { .. }
            | Self::AskingZone { .. }
            | Self::Inviting { .. }
            | Self::Late { .. }
            | Self::Parked { .. } => None,
        }
    }

    /// What waits for a word about its guests.
    pub fn inviting(&self) -> Option<&Plan> {
        match self {
            Self::Inviting { plan, .. } => Some(plan),
            Self::Asking { .. }
            | Self::AskingZone { .. }
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
            Self::AskingZone { .. } | Self::Inviting { .. } | Self::Unreadable { .. } | Self::Parked { .. } => None,
        }
    }
}
