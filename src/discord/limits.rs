//! Whom Discord has asked us to leave alone, and until when (<https://discord.com/developers/docs/topics/rate-limits>).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::http::Answer;

/// Entries that have passed are cleared away whenever there are more than these.
const TIDY_ABOVE: usize = 1024;

/// Limits per route, where the channel or webhook is part of the route, and one over all.
#[derive(Default)]
pub(super) struct Limits(Mutex<Until>);

#[derive(Default)]
struct Until {
    everything: Option<Instant>,
    routes: HashMap<String, Instant>,
}

impl Limits {
    /// How long `route` has to wait from `now` on, if it has to.
    pub fn wait(&self, route: &str, now: Instant) -> Option<Duration> {
        let until = self.lock();
        let latest = until.everything.max(until.routes.get(route).copied())?;
        Some(latest.saturating_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    /// Learns from an answer that came `now`; the span is what a 429 asks for.
    pub fn learn(&self, route: &str, answer: &Answer, now: Instant) -> Option<Duration> {
        let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok());
        if answer.status.as_u16() == 429 {
            let body: serde_json::Value = answer.json().unwrap_or_default();
            // The body has the exact figure; a 429 of the proxy in front has only the header.
            let exact = body["retry_after"]
                .as_f64()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            let wait = exact.or(answer.retry_after).unwrap_or(Duration::from_secs(1));
            let global = body["global"] == true || header("x-ratelimit-global").is_some();
            self.block(route, now, wait, global);
            return Some(wait);
        }
        let spent = header("x-ratelimit-remaining") == Some("0");
        let reset = header("x-ratelimit-reset-after").and_then(|seconds| seconds.parse().ok());
        if let (true, Some(seconds)) = (spent, reset) {
            self.block(
                route,
                now,
                Duration::try_from_secs_f64(seconds).unwrap_or_default(),
                false,
            );
        }
        None
    }

    fn block(&self, route: &str, now: Instant, wait: Duration, global: bool) {
        // No reset of Discord's is a day away; the cap keeps a wild figure from overflowing.
        let end = now + wait.min(Duration::from_secs(86_400));
        let mut until = self.lock();
        if global {
            until.everything = until.everything.max(Some(end));
            return;
        }
        if until.routes.len() > TIDY_ABOVE {
            until.routes.retain(|_, end| *end > now);
        }
        until.routes.insert(route.to_owned(), end);
    }

    fn lock(&self) -> MutexGuard<'_, Until> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::StatusCode;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: body.as_bytes().to_vec(),
            retry_after: None,
        }
    }

    #[test]
    fn p04_a_limit_holds_for_its_channel_only_unless_it_is_global() {
        let (limits, now) = (Limits::default(), Instant::now());
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let own = answer(429, &[], r#"{"retry_after": 2.0, "global": false}"#);
        assert_eq!(limits.learn("POST /channels/1", &own, now), seconds(2));
        assert_eq!(limits.wait("POST /channels/1", now), seconds(2));
        assert_eq!(limits.wait("POST /channels/2", now), None);
        let all = answer(429, &[], r#"{"retry_after": 9, "global": true}"#);
        limits.learn("POST /channels/1", &all, now);
        assert_eq!(limits.wait("POST /channels/2", now), seconds(9));
        assert_eq!(limits.wait("POST /channels/1", now + Duration::from_secs(9)), None);
    }

    #[test]
    fn a_spent_bucket_waits_for_its_reset() {
        let (limits, now) = (Limits::default(), Instant::now());
        let bucket = |remaining| {
            [
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset-after", "0.25"),
            ]
        };
        assert_eq!(limits.learn("r", &answer(200, &bucket("1"), ""), now), None);
        assert_eq!(limits.wait("r", now), None);
        limits.learn("r", &answer(200, &bucket("0"), ""), now);
        assert_eq!(limits.wait("r", now), Some(Duration::from_millis(250)));
    }
}
