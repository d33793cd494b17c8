//! Access tokens, which belong to a grant's version and never change it, and what is said when there is none.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::domain::person::PersonId;
use crate::seal::KeyRing;

/// A token for Google's APIs, cheap to clone.
#[derive(Clone, Debug)]
pub struct AccessToken(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    token: SecretString,
    expires_at: DateTime<Utc>,
    version: i64,
}

/// An access token that came with a grant, from the code exchange, while the grant has no version yet.
#[derive(Clone, Debug)]
pub struct NewAccess {
    pub token: SecretString,
    pub expires_at: DateTime<Utc>,
}

/// Why there is no access token, by what the caller must do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAccess {
    /// They never connected, or disconnected: send a sign-in link. Never said because something failed.
    #[error("not connected")]
    NotConnected,
    /// Google ended the newest grant: send one sign-in link.
    #[error("Google ended the grant: {reason}")]
    Revoked { reason: String },
    /// The grant lacks a permission: send a sign-in link that says which.
    #[error("the permission {scope} is missing")]
    MissingScope { scope: String },
    /// A store or Google is down: it will pass, so the work waits.
    #[error("unreachable: {what}")]
    Unreachable { what: String },
    /// Our own client or keys are wrong: tell the operator, the work waits.
    #[error("misconfigured: {what}")]
    Misconfigured { what: String },
    /// The account's administrators forbid it: tell the person whom to ask.
    #[error("forbidden by the organisation's policy: {what}")]
    Policy { what: String },
}

impl NoAccess {
    /// A store or Google can't be reached, in words for the operator.
    pub(super) fn unreachable(what: impl Into<String>) -> Self {
        Self::Unreachable { what: what.into() }
    }

    /// Asking again soon would not help, and would only burden whoever is in trouble.
    pub(super) fn is_worth_a_pause(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Misconfigured { .. } | Self::Policy { .. } => true,
            Self::NotConnected | Self::Revoked { .. } | Self::MissingScope { .. } => false,
        }
    }
}

/// The form under the seal.
#[derive(Serialize, Deserialize)]
struct Plain {
    token: String,
    expires_at: i64,
}

impl AccessToken {
    pub(super) fn new(token: SecretString, expires_at: DateTime<Utc>, version: i64) -> Self {
        Self(Arc::new(Inner {
            token,
            expires_at,
            version,
        }))
    }

    /// The token itself, for the `Authorization: Bearer` header.
    pub fn token(&self) -> &SecretString {
        &self.0.token
    }

    pub fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// The version of the grant that it belongs to.
    pub fn version(&self) -> i64 {
        self.0.version
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.0.token.expose_secret(), other.0.token.expose_secret());
        ours.as_bytes().ct_eq(theirs.as_bytes()).into()
    }

    pub(super) fn seal(&self, keys: &KeyRing, person: &PersonId) -> Vec<u8> {
        let plain = Plain {
            token: self.0.token.expose_secret().to_owned(),
            expires_at: self.0.expires_at.timestamp_millis(),
        };
        let plain =
            SecretSlice::from(serde_json::to_vec(&plain).expect("a struct of text and numbers turns into JSON"));
        keys.seal(&context(person, self.0.version), plain.expose_secret())
    }

    /// Opens a token of exactly this version of the grant; anything else is as good as nothing.
    pub(super) fn open(keys: &KeyRing, person: &PersonId, version: i64, sealed: &[u8]) -> Option<Self> {
        let plain = SecretSlice::from(keys.open(&context(person, version), sealed).ok()?);
        let plain: Plain = serde_json::from_slice(plain.expose_secret()).ok()?;
        let expires_at = DateTime::from_timestamp_millis(plain.expires_at)?;
        Some(Self::new(SecretString::from(plain.token), expires_at, version))
    }
}

fn context(person: &PersonId, version: i64) -> String {
    format!("access|{person}|{version}")
}
