//! When to try again, and how long to wait before.

use std::time::Duration;

use chrono::DateTime;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::answer::{Answer, Cause, NoAnswer};
use crate::clock::Clock;
use crate::entropy::Entropy;

/// No pause between two attempts is longer, except one that `Retry-After` asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// How patiently a call is made. What was certainly not done is always tried again; what may have been done, only if it is
/// `repeatable`.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// At most so many attempts.
    pub attempts: u32,
    /// For each attempt, until its answer is complete.
    pub attempt_timeout: Duration,
    /// For all attempts and the pauses between them. A `Retry-After` that would go beyond is left to the caller.
    pub total_timeout: Duration,
    /// Before the second attempt; doubled each time up to 8 s, of which chance takes up to a half.
    pub first_pause: Duration,
    /// Doing it twice does no harm.
    pub repeatable: bool,
    /// Further answers that say "too many requests" in the peer's own way.
    pub throttled: fn(&Answer) -> bool,
}

impl RetryPolicy {
    /// A single attempt.
    pub const fn once(timeout: Duration) -> Self {
        Self {
            attempts: 1,
            attempt_timeout: timeout,
            total_timeout: timeout,
            first_pause: Duration::ZERO,
            repeatable: false,
            throttled: |_| false,
        }
    }

    /// Three attempts of a third of `total` each, for what is harmless to repeat.
    pub const fn thrice(total: Duration) -> Self {
        Self {
            attempts: 3,
            attempt_timeout: total.checked_div(3).expect("three is not zero"),
            total_timeout: total,
            first_pause: Duration::from_millis(200),
            repeatable: true,
            throttled: |_| false,
        }
    }

    /// The pause before the next attempt; `None` when this outcome is the last.
    pub(super) fn pause_after(
        &self,
        attempt: u32,
        outcome: &Result<Answer, NoAnswer>,
        entropy: &Entropy,
    ) -> Option<Duration> {
        if attempt >= self.attempts || !self.worth_repeating(outcome) {
            return None;
        }
        let asked = outcome.as_ref().ok().and_then(|answer| answer.retry_after);
        let doubled = self.first_pause.saturating_mul(1 << (attempt - 1).min(16));
        let pause = doubled.min(LONGEST_PAUSE).mul_f64(1.0 - entropy.fraction() / 2.0);
        Some(asked.map_or(pause, |asked| asked.max(pause)))
    }

    fn worth_repeating(&self, outcome: &Result<Answer, NoAnswer>) -> bool {
        match outcome {
            Ok(answer) => match answer.status {
                StatusCode::TOO_MANY_REQUESTS => true,
                StatusCode::REQUEST_TIMEOUT
                | StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => self.repeatable,
                _ => (self.throttled)(answer),
            },
            Err(none) => match none.cause {
                Cause::Unconnected => true,
                Cause::TimedOut | Cause::Broken => self.repeatable,
                Cause::Unsendable | Cause::CircuitOpen | Cause::TooLarge => false,
            },
        }
    }
}

/// `Retry-After` in either form, seconds or an HTTP date (RFC 9110, section 10.2.3), as a span from now. What is neither is left out.
pub(super) fn retry_after(headers: &HeaderMap, clock: &Clock) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        // Discord sends fractions.
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    Some((date.to_utc() - clock.now()).to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z").unwrap().to_utc();
        for (text, expected) in [
            ("7", Some(7_000)),
            ("0.25", Some(250)),
            ("Mon, 23 Nov 2026 09:01:00 GMT", Some(60_000)),
            ("Mon, 23 Nov 2026 08:00:00 GMT", Some(0)),
            ("-1", None),
            ("NaN", None),
            ("1e300", None),
            ("soon", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            let span = retry_after(&headers, &Clock::manual(now));
            assert_eq!(span, expected.map(Duration::from_millis), "{text}");
        }
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_vary_by_at_most_a_half() {
        let policy = RetryPolicy {
            attempts: 40,
            ..RetryPolicy::thrice(Duration::from_secs(9))
        };
        let lost = Err(NoAnswer {
            host: String::new(),
            cause: Cause::Broken,
            retry_after: None,
        });
        for (attempt, longest) in [(1, 200), (2, 400), (3, 800), (7, 8_000), (39, 8_000)] {
            let longest = Duration::from_millis(longest);
            let pause = policy.pause_after(attempt, &lost, &Entropy::seeded(7)).unwrap();
            assert!(pause <= longest && pause >= longest / 2, "{attempt}: {pause:?}");
        }
        assert_eq!(policy.pause_after(40, &lost, &Entropy::seeded(7)), None);
    }

    #[test]
    fn what_may_have_been_done_is_repeated_only_where_that_does_no_harm() {
        let status = |status: u16| {
            Ok(Answer {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: Vec::new(),
                retry_after: None,
            })
        };
        let none = |cause| {
            Err(NoAnswer {
                host: String::new(),
                cause,
                retry_after: None,
            })
        };
        let careful = RetryPolicy {
            repeatable: false,
            ..RetryPolicy::thrice(Duration::from_secs(9))
        };
        for (outcome, if_repeatable, otherwise) in [
            (status(200), false, false),
            (status(400), false, false),
            (status(429), true, true),
            (status(500), true, false),
            (status(503), true, false),
            (none(Cause::Unconnected), true, true),
            (none(Cause::TimedOut), true, false),
            (none(Cause::Broken), true, false),
            (none(Cause::CircuitOpen), false, false),
            (none(Cause::TooLarge), false, false),
        ] {
            let chance = Entropy::seeded(7);
            let free = RetryPolicy::thrice(Duration::from_secs(9)).pause_after(1, &outcome, &chance);
            assert_eq!(free.is_some(), if_repeatable, "{outcome:?}");
            assert_eq!(
                careful.pause_after(1, &outcome, &chance).is_some(),
                otherwise,
                "{outcome:?}"
            );
        }
    }
}
