//! Access tokens in memory: the quick path of every booking. No SQL, no network, no lock that a reader waits for.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use moka::ops::compute::Op;
use moka::sync::Cache;

use super::access::AccessToken;

/// After a forced refresh a further 401 proves nothing about the token for this long.
const FORCED_APART: TimeDelta = TimeDelta::seconds(60);

/// The tokens of the people who were here lately; the least used leave first.
pub(super) struct Held<K>(Cache<K, Arc<Entry>>);

/// What is known in this process about one person. Never steps back to an older version of the grant.
#[derive(Clone)]
struct Entry {
    version: i64,
    token: Option<Timed>,
    /// The token that Google refused although it looked valid.
    refused: Option<AccessToken>,
}

#[derive(Clone)]
struct Timed {
    token: AccessToken,
    times: Times,
    /// When it was got.
    got_at: DateTime<Utc>,
    /// It came from a forced refresh at this moment.
    forced_at: Option<DateTime<Utc>>,
}

/// When a token is to be renewed, and when it is no longer handed out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Times {
    pub refresh_from: DateTime<Utc>,
    pub usable_until: DateTime<Utc>,
}

impl Times {
    /// For a token that lives from `now` until `expires_at`: renewed five to seven minutes ahead (`jitter` in 0..1 spreads people
    /// who consented together), not used in its last ten seconds; short-lived ones in proportion.
    pub fn of(now: DateTime<Utc>, expires_at: DateTime<Utc>, jitter: f64) -> Self {
        let life = (expires_at - now).max(TimeDelta::zero());
        let early = TimeDelta::milliseconds(300_000 + (120_000.0 * jitter) as i64).min(life / 5);
        Self {
            refresh_from: expires_at - early,
            usable_until: expires_at - TimeDelta::seconds(10).min(life / 10),
        }
    }
}

pub(super) enum Found {
    /// Good for now.
    Fresh(AccessToken),
    /// Good for now, and due to be renewed.
    Aging(AccessToken),
    Nothing,
}

pub(super) enum Rejection {
    /// It is gone: a new one has to be got.
    Dropped,
    /// Somebody has replaced it already.
    Replaced(AccessToken),
    /// It is itself the fruit of a forced refresh: another one would not help.
    Pointless,
}

impl<K: std::hash::Hash + Eq + Clone + Send + Sync + 'static> Held<K> {
    pub fn new(people: u64) -> Self {
        Self(Cache::new(people))
    }

    pub fn look(&self, person: &K, now: DateTime<Utc>) -> Found {
        let Some(entry) = self.0.get(person) else {
            return Found::Nothing;
        };
        match &entry.token {
            Some(Timed { token, times, .. }) if now < times.usable_until => {
                if now < times.refresh_from {
                    Found::Fresh(token.clone())
                } else {
                    Found::Aging(token.clone())
                }
            }
            _ => Found::Nothing,
        }
    }

    /// When the token that is held was got.
    pub fn got_at(&self, person: &K) -> Option<DateTime<Utc>> {
        Some(self.0.get(person)?.token.as_ref()?.got_at)
    }

    /// The token that Google refused, if the next one shall not be the same again.
    pub fn refused(&self, person: &K) -> Option<AccessToken> {
        self.0.get(person)?.refused.clone()
    }

    pub fn keep(&self, person: &K, token: &AccessToken, times: Times, now: DateTime<Utc>) {
        self.change(person, |present| {
            if present.is_some_and(|present| present.version > token.version()) {
                return None;
            }
            let forced = present.is_some_and(|present| present.refused.is_some());
            Some(Entry {
                version: token.version(),
                token: Some(Timed {
                    token: token.clone(),
                    times,
                    got_at: now,
                    forced_at: forced.then_some(now),
                }),
                refused: None,
            })
        });
    }

    /// The grant is now at `version`: tokens of older ones are gone, and stay out. Says whether that was news here.
    pub fn settle(&self, person: &K, version: i64) -> bool {
        let mut news = false;
        self.change(person, |present| {
            news = present.is_none_or(|present| present.version < version);
            news.then_some(Entry {
                version,
                token: None,
                refused: None,
            })
        });
        news
    }

    /// The grant of `version` is no more: neither are its tokens.
    pub fn end(&self, person: &K, version: i64) {
        self.change(person, |present| {
            let newer = present.is_some_and(|present| present.version > version);
            (!newer).then_some(Entry {
                version,
                token: None,
                refused: None,
            })
        });
    }

    /// Google refused `token`.
    pub fn reject(&self, person: &K, token: &AccessToken, now: DateTime<Utc>) -> Rejection {
        let mut told = Rejection::Dropped;
        self.change(person, |present| {
            let version = present.map_or(token.version(), |present| present.version);
            match present.and_then(|present| present.token.as_ref()) {
                Some(timed) if !timed.token.is(token) && now < timed.times.usable_until => {
                    told = Rejection::Replaced(timed.token.clone());
                    None
                }
                Some(timed) if timed.forced_at.is_some_and(|at| now - at < FORCED_APART) => {
                    told = Rejection::Pointless;
                    None
                }
                _ => Some(Entry {
                    version,
                    token: None,
                    refused: Some(
                        present
                            .and_then(|present| present.refused.clone())
                            .unwrap_or_else(|| token.clone()),
                    ),
                }),
            }
        });
        told
    }

    /// Changes one person's entry in one step.
    fn change(&self, person: &K, change: impl FnOnce(Option<&Entry>) -> Option<Entry>) {
        self.0.entry_by_ref(person).and_compute_with(|present| {
            let present = present.map(moka::Entry::into_value);
            change(present.as_deref()).map_or(Op::Nop, |entry| Op::Put(Arc::new(entry)))
        });
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn token(text: &str, version: i64) -> AccessToken {
        AccessToken::new(SecretString::from(text), at(3600), version)
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn times() -> Times {
        Times::of(at(0), at(3600), 0.0)
    }

    #[test]
    fn a_token_is_renewed_early_and_not_used_in_its_last_seconds() {
        let spread = Times::of(at(0), at(3600), 0.999);
        assert_eq!(times().refresh_from, at(3300));
        assert!((at(3180)..at(3182)).contains(&spread.refresh_from), "{spread:?}");
        assert_eq!(times().usable_until, at(3590));
        let short = Times::of(at(0), at(20), 0.5);
        assert_eq!((short.refresh_from, short.usable_until), (at(16), at(18)));
    }

    #[test]
    fn memory_never_steps_back_to_an_older_version() {
        let held = Held::new(10);
        held.settle(&"ana", 8);
        held.keep(&"ana", &token("late", 7), times(), at(0));
        assert!(matches!(held.look(&"ana", at(1)), Found::Nothing));
        held.keep(&"ana", &token("new", 8), times(), at(0));
        assert!(matches!(held.look(&"ana", at(1)), Found::Fresh(_)));
        held.settle(&"ana", 8);
        assert!(matches!(held.look(&"ana", at(3300)), Found::Aging(_)));
        held.settle(&"ana", 9);
        assert!(matches!(held.look(&"ana", at(1)), Found::Nothing));
    }

    #[test]
    fn one_refused_token_forces_one_refresh() {
        let held = Held::new(10);
        let (old, new) = (token("old", 1), token("new", 1));
        held.keep(&"ana", &old, times(), at(0));
        assert!(matches!(held.reject(&"ana", &old, at(1)), Rejection::Dropped));
        assert!(matches!(held.look(&"ana", at(1)), Found::Nothing));
        assert!(held.refused(&"ana").is_some_and(|refused| refused.is(&old)));

        held.keep(&"ana", &new, times(), at(2));
        assert!(matches!(held.reject(&"ana", &old, at(3)), Rejection::Replaced(token) if token.is(&new)));
        assert!(matches!(held.reject(&"ana", &new, at(3)), Rejection::Pointless));
        assert!(matches!(held.look(&"ana", at(3)), Found::Fresh(_)));
        assert!(matches!(held.reject(&"ana", &new, at(100)), Rejection::Dropped));
    }
}
