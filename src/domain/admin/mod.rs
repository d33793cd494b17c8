//! What an operator can order about people's credentials, and what comes of it: the same in the terminal and in a chat.

mod archive;
mod order;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::inspection::{Health, Inspection, Listing, TierLine};
use super::person::PersonId;

pub use archive::{Exported, Imported, SealedLine};
pub use order::{Order, Who};

/// What came of an order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Nobody is known by that name.
    Nobody {
        who: String,
    },
    /// Several people are: the order has to name one of them.
    Several(Listing),
    Listed(Listing),
    Inspected(Box<Inspection>),
    Verified(Verified),
    Cleared(Cleared),
    Disconnected(Disconnected),
    Refreshed(Refreshed),
    Cost(Costs),
}

/// Of [`Order::Verify`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verified {
    pub people: usize,
    /// Whose records are all as they should be.
    pub fine: usize,
    /// Those of whom some are not, with the tiers where.
    pub troubled: Vec<Troubled>,
    /// The audit log, where everybody was verified.
    pub audit: Option<Chain>,
}

/// One person whose records are not all as they should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Troubled {
    pub person: PersonId,
    pub name: String,
    #[serde(flatten)]
    pub health: Health,
    pub tiers: Vec<TierLine>,
}

/// How it stands with the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "chain", rename_all = "snake_case")]
pub enum Chain {
    Whole { entries: i64, head: String },
    Broken { at: i64, why: String },
}

/// Of [`Order::Clear`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cleared {
    pub person: PersonId,
    pub name: String,
    /// What can't be used, by tier; empty when there is nothing to clear.
    pub gone: Vec<TierLine>,
    /// The copies of such records that had been moved aside, by tier.
    pub forgotten: Vec<String>,
    /// Tiers that were meant and hold nothing that may be cleared, with what they hold.
    pub kept: Vec<TierLine>,
    /// No other copy can be used: without these the person has to connect again.
    pub last: bool,
    /// It was done; else this is what would be.
    pub applied: bool,
}

/// Of [`Order::Disconnect`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disconnected {
    pub person: PersonId,
    pub name: String,
    /// Masked; `None` when there was nothing to end.
    pub account: Option<String>,
    /// Others who are linked to the same account, which is therefore not revoked at Google.
    pub others: Vec<PersonId>,
    /// False when it was done and Google could not be told.
    pub google_told: bool,
    pub applied: bool,
}

/// Of [`Order::Refresh`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refreshed {
    pub person: PersonId,
    pub name: String,
    #[serde(flatten)]
    pub end: Refresh,
}

/// Of [`Order::Cost`]: what a month costs, in US dollars.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Costs {
    /// Readings of Secret Manager per person and month.
    pub access_per_person: f64,
    /// Whether that was counted, or is assumed for want of people.
    pub counted: bool,
    pub rows: Vec<Cost>,
    /// The same as a table of text.
    #[serde(skip)]
    pub table: String,
}

/// What so many people cost, by where their credentials are kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cost {
    pub people: u64,
    /// One secret per person.
    pub secret_each: f64,
    /// The database, under one master key in Secret Manager.
    pub master_key: f64,
    /// A managed Redis.
    pub redis: f64,
}

/// How a refresh ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum Refresh {
    Fresh { until: DateTime<Utc> },
    Failed { why: String },
}
