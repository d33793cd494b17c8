//! How long to wait before trying again.

use std::time::Duration;

use crate::entropy::Entropy;

/// Truncated exponential backoff with jitter: the n-th wait in a row is drawn evenly from the upper half of
/// `first * 2^n`, never above `most`.
#[derive(Debug)]
pub struct Backoff {
    entropy: Entropy,
    first: Duration,
    most: Duration,
    failures: u32,
}

impl Backoff {
    pub fn new(entropy: Entropy, first: Duration, most: Duration) -> Self {
        Self {
            entropy,
            first,
            most,
            failures: 0,
        }
    }

    /// The wait before the next attempt; each call counts as one more failure.
    pub fn after_failure(&mut self) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1);
        // Half is always waited, so that a server that closes at once is never hammered by lucky draws.
        doubled.min(self.most).mul_f64(0.5 + self.entropy.fraction() / 2.0)
    }

    /// A link has ended that had been up for `span`: one that outlasted the longest wait wipes the failures out, a shorter one
    /// proves nothing.
    pub fn after_uptime(&mut self, span: Duration) {
        if span >= self.most {
            self.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_most_and_only_a_lasting_link_resets_them() {
        let secs = Duration::from_secs;
        let mut backoff = Backoff::new(Entropy::seeded(7), secs(1), secs(60));
        for whole in [1, 2, 4, 8, 16, 32, 60, 60] {
            let wait = backoff.after_failure();
            assert!((secs(whole) / 2..=secs(whole)).contains(&wait), "{wait:?} of {whole} s");
        }
        backoff.after_uptime(secs(59));
        assert!(backoff.after_failure() >= secs(30));
        backoff.after_uptime(secs(60));
        assert!(backoff.after_failure() <= secs(1));
    }

    #[test]
    fn a_thousand_failures_overflow_nothing() {
        let mut backoff = Backoff::new(Entropy::seeded(7), Duration::from_secs(1), Duration::from_secs(60));
        for _ in 0..1000 {
            assert!(backoff.after_failure() <= Duration::from_secs(60));
        }
    }
}
