//! What the operator has been told: the same trouble again is the same incident, and is not told anew with every message.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// A trouble that was quiet for so long has passed: should it come again, that is news.
const QUIET: TimeDelta = TimeDelta::hours(1);
/// One that goes on is told again after this.
const REMINDER: TimeDelta = TimeDelta::hours(24);
/// So many are remembered; there are never so many at once, unless a trouble's words differ each time.
const MOST: usize = 256;

/// Troubles by their words.
#[derive(Default)]
pub(super) struct Alerts(Mutex<HashMap<String, Alert>>);

struct Alert {
    incident: String,
    told_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
}

impl Alerts {
    /// The incident that `what` belongs to, and whether the operator is to be told of it; `fresh` is for one that is new.
    pub fn raise(&self, what: &str, now: DateTime<Utc>, fresh: impl FnOnce() -> String) -> (String, bool) {
        let mut alerts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(alert) = alerts.get_mut(what).filter(|alert| now - alert.seen_at < QUIET) {
            alert.seen_at = now;
            let due = now - alert.told_at >= REMINDER;
            if due {
                alert.told_at = now;
            }
            return (alert.incident.clone(), due);
        }
        if alerts.len() >= MOST {
            alerts.retain(|_, alert| now - alert.seen_at < QUIET);
        }
        if alerts.len() >= MOST {
            alerts.clear();
        }
        let incident = fresh();
        let alert = Alert {
            incident: incident.clone(),
            told_at: now,
            seen_at: now,
        };
        alerts.insert(what.to_owned(), alert);
        (incident, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t04_a_trouble_that_goes_on_is_told_once_and_one_that_comes_again_is_news() {
        let alerts = Alerts::default();
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let raise = |what, minutes, id: &str| alerts.raise(what, at(minutes), || id.to_owned());
        assert_eq!(raise("invalid_client", 0, "a"), ("a".to_owned(), true));
        assert_eq!(raise("invalid_client", 1, "b"), ("a".to_owned(), false));
        assert_eq!(raise("another", 1, "c"), ("c".to_owned(), true));
        for minutes in (31..24 * 60).step_by(30) {
            assert_eq!(raise("invalid_client", minutes, "d"), ("a".to_owned(), false));
        }
        assert_eq!(raise("invalid_client", 24 * 60, "e"), ("a".to_owned(), true));
        assert_eq!(raise("invalid_client", 26 * 60, "f"), ("f".to_owned(), true));
        for n in 0..1000 {
            alerts.raise(&format!("trouble {n}"), at(27 * 60), || "g".to_owned());
        }
        assert!(alerts.0.lock().unwrap().len() <= MOST);
    }
}
