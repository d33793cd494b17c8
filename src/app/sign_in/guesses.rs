//! How often wrong links and callbacks are looked at. None of them can be guessed; this keeps those who try from filling the
//! audit and the log. Right ones are never held up. Each process counts for itself: to share the count would cost every guess a write.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// This many at once, and as many again each minute.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");

/// Counts wrong links and callbacks, of everybody together: addresses of clients are too easily changed to count by.
pub struct Guesses(DefaultDirectRateLimiter);

impl Default for Guesses {
    fn default() -> Self {
        Self(RateLimiter::direct(Quota::per_minute(PER_MINUTE)))
    }
}

impl Guesses {
    /// One more. `false` when there have been too many lately.
    pub fn count(&self) -> bool {
        self.0.check().is_ok()
    }
}
