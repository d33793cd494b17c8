//! What may be wrong with a record in a tier, in words for the operator and without any part of a secret.

use super::door::Refused;
use crate::seal::{KeyId, Unsealable};

/// Why a record must not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("{0}")]
    Sealed(#[from] Unsealable),
    /// It opens, and what is in it can't be a grant of ours.
    #[error("poisoned: {0}")]
    Poison(#[from] Refused),
    /// The tier was given a newer one, and has said that it has it.
    #[error("rolled back to version {found}, although it was given version {given}")]
    RolledBack { found: i64, given: i64 },
}

/// One record that must not be used, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub tier: &'static str,
    /// As it stands in the clear; 0 for what can't even be taken apart.
    pub version: i64,
    /// The key that it says it is under.
    pub key: Option<KeyId>,
    pub flaw: Flaw,
}

impl Flaw {
    /// The name of the rule that caught it, for listings and scripts.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Sealed(Unsealable::Form) => "not-a-record",
            Self::Sealed(Unsealable::UnknownKey(_)) => "unknown-key",
            Self::Sealed(Unsealable::Broken) => "broken-seal",
            Self::Poison(refused) => refused.rule(),
            Self::RolledBack { .. } => "rolled-back",
        }
    }

    /// The record is sealed and may be good: under a key that is lacking, or by a clock that was ahead, which time catches up with. What
    /// breaks another rule can't be a grant of ours, however new it is.
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Sealed(Unsealable::UnknownKey(_)) | Self::Poison(Refused::FromTheFuture { .. })
        )
    }

    /// It may be a person's grant all the same: another setting, or time, would make it usable.
    pub(super) fn may_be_good(&self) -> bool {
        self.may_pass() || matches!(self, Self::Poison(Refused::OtherClient { .. }))
    }

    /// The operator can mend it without asking the person to sign in again: by the right key, or by the right client.
    pub(super) fn is_mendable(&self) -> bool {
        match self {
            Self::Sealed(Unsealable::UnknownKey(_)) | Self::Poison(_) => true,
            Self::Sealed(Unsealable::Form | Unsealable::Broken) | Self::RolledBack { .. } => false,
        }
    }
}
