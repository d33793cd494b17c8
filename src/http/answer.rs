//! What a call ends in: an answer, or the reason why there is none. Both print without bodies, headers, paths or queries, since
//! any of them may hold a secret.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

/// A complete answer, whatever its status.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The `Retry-After` header, if there is one that can be read: how long from now.
    pub retry_after: Option<Duration>,
}

/// The body is not the JSON that was expected. Says nothing of its content, which may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not the JSON that was expected (line {line}, column {column})")]
pub struct NotJson {
    pub line: usize,
    pub column: usize,
}

impl Answer {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is something else, or cut short.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NotJson> {
        serde_json::from_slice(&self.body).map_err(|error| NotJson {
            line: error.line(),
            column: error.column(),
        })
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status.as_u16(), self.body.len())
    }
}

/// There is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host}: {cause}")]
pub struct NoAnswer {
    /// Host and port.
    pub host: String,
    pub cause: Cause,
    /// When to come again, where that is known (the breaker's own pause).
    pub retry_after: Option<Duration>,
}

impl NoAnswer {
    /// The request may have reached the other side, and may have been done there.
    pub fn may_be_done(&self) -> bool {
        match self.cause {
            Cause::Unsendable | Cause::CircuitOpen | Cause::Unconnected => false,
            Cause::TimedOut | Cause::Broken | Cause::TooLarge => true,
        }
    }

    pub(super) fn unsendable() -> Self {
        Self {
            host: String::new(),
            cause: Cause::Unsendable,
            retry_after: None,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    #[error("the request can't be written")]
    Unsendable,
    /// Recent calls failed one after the other: not even tried.
    #[error("left alone for a while after repeated failures")]
    CircuitOpen,
    /// No such host, refused, or no TLS: nothing was sent.
    #[error("no connection")]
    Unconnected,
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended before the answer did.
    #[error("the connection broke")]
    Broken,
    #[error("the answer is too large")]
    TooLarge,
}

impl Cause {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            Self::Unconnected
        } else if error.is_timeout() {
            Self::TimedOut
        } else if error.is_builder() {
            Self::Unsendable
        } else {
            Self::Broken
        }
    }
}
