//! What an operator sees of people's credentials: facts without any part of a token, gathered by the vault and put into words by
//! [`words::credentials`](super::words::credentials).

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::person::PersonId;

/// One person's credentials, everywhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    pub person: PersonId,
    /// How the platform shows them; their platform id where they never wrote.
    pub name: String,
    /// The Google account, masked.
    pub account: Option<String>,
    pub health: Health,
    /// The newest access token's end, of those that are at hand.
    pub access_until: Option<DateTime<Utc>>,
    /// When this process last got an access token; one that does not serve holds none.
    pub refreshed_at: Option<DateTime<Utc>>,
    /// Why the last attempt at an access token came to nothing, where that was a moment ago.
    pub trouble: Option<String>,
    /// What the database knows to be the present version.
    pub version: Option<i64>,
    /// In reading order.
    pub tiers: Vec<TierLine>,
    /// Records that were moved aside, kept as they were found.
    pub set_aside: Vec<SetAside>,
    pub advice: Vec<Advice>,
    pub seen_at: DateTime<Utc>,
}

/// How it stands with a person's grant, by who has to do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "health", rename_all = "snake_case")]
pub enum Health {
    Healthy,
    /// The database knows of a grant. The tiers, which hold it, were not asked.
    Connected,
    NotConnected,
    /// They (or an operator) ended the link.
    Disconnected,
    /// Google ended the grant.
    Revoked {
        reason: String,
    },
    LacksPermission {
        scope: String,
    },
    /// The grant may be in one of these tiers, which give no answer.
    Unreachable {
        tiers: Vec<String>,
    },
    /// Every copy that there is must not, or can't, be used.
    Blocked,
    /// All tiers have answered, and none holds the grant that the database knows of.
    Lost,
}

/// One tier's copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierLine {
    pub tier: String,
    pub version: Option<i64>,
    pub written_at: Option<DateTime<Utc>>,
    /// The id of the key that it is sealed under.
    pub key: Option<String>,
    /// A keyed hash of the refresh token: two copies of one token have the same.
    pub fingerprint: Option<String>,
    #[serde(flatten)]
    pub state: State,
    /// A version that is on its way to this tier.
    pub awaits: Option<i64>,
}

/// What is to be thought of a tier's copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    Ok,
    /// Memory alone: an access token, which needs no grant for as long as it lives.
    AccessToken {
        until: DateTime<Utc>,
    },
    Tombstone,
    Absent {
        healed_from: Option<String>,
    },
    /// An older version than there is elsewhere.
    Behind {
        healed_from: Option<String>,
    },
    /// A newer version than the database knows: it learns of it at the next use.
    Ahead,
    /// It opens, and breaks a rule.
    Poisoned {
        rule: String,
        /// With another setting, or later, it could be used.
        may_be_good: bool,
    },
    /// It does not open: broken, or another person's.
    Quarantined {
        why: String,
    },
    /// It is sealed under a key that the ring lacks: with that key it may open again.
    UnknownKey,
    Down {
        why: String,
    },
}

/// A record that was moved aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SetAside {
    pub tier: String,
    pub version: Option<i64>,
    pub key: Option<String>,
    pub reason: String,
    pub found_at: DateTime<Utc>,
}

/// What the operator can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Advice {
    /// Take away what can't be used.
    Clear { tier: String },
    /// Look at the tiers that give no answer.
    Doctor,
    /// Add a key that the ring lacks.
    OldKey { key: String },
    /// No copy can be used, and this client got them: `GOOGLE_CLIENT_ID` is wrong here, or they are.
    OtherClient { client: String },
    /// The person has to connect again; nobody else can.
    ConnectAgain,
}

/// Everybody, at a glance: from the database alone, so that nobody in it is known to be healthy.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Listing {
    pub people: Vec<Listed>,
    /// How many there are in all.
    pub total: i64,
}

/// One person in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    pub person: PersonId,
    pub name: String,
    /// Masked.
    pub account: Option<String>,
    #[serde(flatten)]
    pub health: Health,
    pub version: Option<i64>,
    pub written_at: Option<DateTime<Utc>>,
    /// How many tiers still have to get the present version.
    pub awaited_by: i64,
    /// How many of their records were moved aside.
    pub set_aside: i64,
}

impl State {
    /// Nothing has to be done about it, and nothing will.
    pub fn is_fine(&self) -> bool {
        match self {
            Self::Ok | Self::AccessToken { .. } | Self::Tombstone | Self::Absent { healed_from: None } => true,
            Self::Absent { .. }
            | Self::Behind { .. }
            | Self::Ahead
            | Self::Poisoned { .. }
            | Self::Quarantined { .. }
            | Self::UnknownKey
            | Self::Down { .. } => false,
        }
    }

    /// It can't be used as things are, and may be somebody's grant all the same.
    pub fn may_be_good(&self) -> bool {
        match self {
            Self::Poisoned { may_be_good, .. } => *may_be_good,
            state => *state == Self::UnknownKey,
        }
    }

    /// The copy is of no use, and `clear` takes it away.
    pub fn is_unusable(&self) -> bool {
        matches!(
            self,
            Self::Poisoned { .. } | Self::Quarantined { .. } | Self::UnknownKey
        )
    }
}
