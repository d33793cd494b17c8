//! Where the chat platforms and the use-cases meet without knowing each other: an adapter hands what it heard to an [`Ear`], and
//! letters leave through a [`Courier`].

use std::time::Duration;

use async_trait::async_trait;

use super::incoming::Incoming;
use super::letter::{Parcel, Way};
use super::person::{PersonId, Platform};
use crate::zone::Zone;

/// Takes in what people say.
#[async_trait]
pub trait Ear: Send + Sync {
    /// Returns once `incoming` is durably taken in, or was before: only then may the platform be told that it arrived.
    ///
    /// # Errors
    /// When it could not be stored. The platform must not be told that it arrived, so that it delivers again.
    async fn hear(&self, incoming: Incoming) -> Result<(), NotHeard>;
}

/// The message could not be stored; the cause is in the operator's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message could not be stored")]
pub struct NotHeard;

/// Carries letters to people on one platform. Each call is one attempt with its own deadline; who tries again is the caller.
#[async_trait]
pub trait Courier: Send + Sync {
    fn platform(&self) -> Platform;

    /// Delivers a new message on `way`.
    ///
    /// # Errors
    /// Sorted by what the caller must do.
    async fn post(&self, way: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered>;

    /// Looks on `way` for a message that may have been posted before, by somebody who could not tell how it went.
    ///
    /// # Errors
    /// Sorted by what the caller must do; [`Undelivered::Later`] when it can be seen, but not now.
    async fn find(&self, way: &Way, parcel: &Parcel) -> Result<Traces, Undelivered>;

    /// Puts `parcel` in the place of the message that `handle` (from an earlier [`Receipt`]) names, without a sound.
    ///
    /// # Errors
    /// Sorted by what the caller must do; [`Undelivered::WayClosed`] when that message can't be edited (any more).
    async fn edit(&self, handle: &str, parcel: &Parcel) -> Result<Receipt, Undelivered>;

    /// What the platform knows about a person.
    ///
    /// # Errors
    /// When the platform could not be asked.
    async fn profile(&self, person: &PersonId) -> Result<Profile, Undelivered>;
}

/// What became of a letter on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is there. `handle` names it for a later edit, if the platform allows one; only its courier can read it.
    Delivered { handle: Option<String> },
    /// It waits behind a public [Show me] button until its person presses that.
    Held,
}

/// What can be seen of a letter that may have been posted before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traces {
    /// It is there: nothing is to be posted.
    Found(Receipt),
    /// Posting it puts no second one there: it is missing, or the platform would recognise it.
    Absent,
    /// Nobody can see what was posted on this way.
    Hidden,
}

/// Why a letter did not arrive, by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// This road is closed for good (expired, closed direct messages, no such channel): take the next one.
    #[error("the way is closed: {0}")]
    WayClosed(String),
    /// The platform asks for patience, or could not be reached: the same road again, later.
    #[error("not now: {reason}")]
    Later {
        retry_after: Option<Duration>,
        reason: String,
        /// The call left and nothing told how it ended, so it may have arrived all the same: look for it before it is posted again.
        unsure: bool,
    },
    /// The platform refuses the message or us: only the operator can mend it.
    #[error("refused: {0}")]
    Refused(String),
}

/// What a platform's profile tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub zone: Option<Zone>,
    /// The verified address of the profile, where the platform vouches for it (Slack does; Discord tells none).
    pub email: Option<String>,
    /// How the platform shows them, without the `@`, where it tells: a Slack message itself does not.
    pub handle: Option<String>,
}
