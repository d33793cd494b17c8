//! How long the Calendar API is waited for, and how often it is asked.

use std::time::Duration;

use super::trouble;
use crate::http::RetryPolicy;

/// How long Google is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For one attempt.
    pub attempt: Duration,
    /// For a whole method of [`Calendar`](super::Calendar), all its attempts and pauses included.
    pub total: Duration,
    /// Before the second attempt; doubled each time.
    pub first_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(7),
            total: Duration::from_secs(20),
            first_pause: Duration::from_millis(250),
        }
    }
}

impl Patience {
    /// Attempts and pauses as every call of the Calendar API makes them.
    pub(super) fn policy(&self) -> RetryPolicy {
        RetryPolicy {
            attempts: 3,
            attempt_timeout: self.attempt,
            total_timeout: self.total,
            first_pause: self.first_pause,
            repeatable: false,
            throttled: trouble::is_throttled,
        }
    }
}
