//! What outlives a connection and a process: the session to resume, and when we identified.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A gateway session that can be resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    /// Where to resume: READY's `resume_gateway_url`.
    pub resume_url: String,
    /// Everything up to this sequence number is safely taken in; what comes after it, Discord sends again.
    pub seq: u64,
}

/// What is kept for one application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub session: Option<Session>,
    /// The IDENTIFYs of the last ten minutes, oldest first.
    #[serde(default)]
    pub identified_at: Vec<DateTime<Utc>>,
}

/// Where it is kept. A sequence number is saved only after its message is taken in, so what is kept may be behind, never
/// ahead: Discord then sends something again that is recognised by its delivery key, and nothing is lost. That is why it
/// need not be in the message's own transaction.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// What is kept for `application` (its id), if anything.
    ///
    /// # Errors
    /// When the store can't be read now.
    async fn load(&self, application: &str) -> Result<Option<Saved>, NotKept>;

    /// Keeps `saved` in place of what was kept.
    ///
    /// # Errors
    /// When the store can't be written now.
    async fn save(&self, application: &str, saved: &Saved) -> Result<(), NotKept>;
}

/// The store could not be reached; the cause is in the operator's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the gateway session could not be kept")]
pub struct NotKept;
