//! When we may IDENTIFY. Past 1,000 a day Discord resets the bot's token
//! (<https://discord.com/developers/docs/events/gateway#session-start-limit-object>), so the last ones are spent ever more slowly.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// In each window, whatever Discord would allow.
const PER_WINDOW: usize = 18;
/// From here on the remaining ones are spread over the time until the limit is reset.
const LOW: u64 = 200;

/// `/gateway/bot`'s `session_start_limit`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct StartLimit {
    pub remaining: u64,
    /// In milliseconds.
    pub reset_after: u64,
}

/// How long to wait before the next IDENTIFY; forgets those that are out of the window.
pub(super) fn wait(now: DateTime<Utc>, identified_at: &mut Vec<DateTime<Utc>>, limit: StartLimit) -> Duration {
    identified_at.retain(|at| now - *at < WINDOW);
    let window = match identified_at.len().checked_sub(PER_WINDOW) {
        Some(over) => identified_at[over] + WINDOW - now,
        None => TimeDelta::zero(),
    };
    let spread = match (limit.remaining, identified_at.last()) {
        (0, _) => limit.reset_after,
        (left, Some(_)) if left < LOW => limit.reset_after / left,
        _ => 0,
    };
    window.to_std().unwrap_or_default().max(Duration::from_millis(spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLENTY: StartLimit = StartLimit {
        remaining: 1000,
        reset_after: 86_400_000,
    };

    #[test]
    fn p08_a_full_window_waits_for_its_oldest_to_leave() {
        let start = DateTime::UNIX_EPOCH;
        let mut all: Vec<_> = (0..18).map(|n| start + TimeDelta::seconds(n)).collect();
        let now = start + TimeDelta::minutes(1);
        assert_eq!(wait(now, &mut all, PLENTY), Duration::from_secs(9 * 60));
        assert_eq!(wait(start + WINDOW, &mut all, PLENTY), Duration::ZERO);
        assert_eq!(all.len(), 17);
    }

    #[test]
    fn p08_the_last_of_a_day_are_spread_over_what_is_left_of_it() {
        let now = DateTime::UNIX_EPOCH;
        for (remaining, seconds) in [(1000, 0), (200, 0), (100, 36), (1, 3600), (0, 3600)] {
            let limit = StartLimit {
                remaining,
                reset_after: 3_600_000,
            };
            assert_eq!(
                wait(now, &mut vec![now], limit),
                Duration::from_secs(seconds),
                "{remaining}"
            );
        }
        let last = StartLimit {
            remaining: 1,
            reset_after: 3_600_000,
        };
        assert_eq!(
            wait(now, &mut Vec::new(), last),
            Duration::ZERO,
            "the first of a start goes at once"
        );
    }
}
