//! Google's public signing keys, kept as long as Google says (RFC 7517; `Cache-Control: max-age`).

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use super::trouble::Trouble;
use crate::clock::Clock;
use crate::http::header::{AGE, CACHE_CONTROL, HeaderMap};
use crate::http::{Http, RetryPolicy};

const FETCHING: RetryPolicy = RetryPolicy::thrice(Duration::from_secs(10));
/// A key that we don't know may be Google's newest, or anybody's invention: asked for at most this often.
const REFETCH: TimeDelta = TimeDelta::minutes(1);
/// What is kept when Google does not say.
const DEFAULT_AGE: TimeDelta = TimeDelta::minutes(5);
const LONGEST_AGE: TimeDelta = TimeDelta::days(1);

/// The keys by their id.
pub(super) struct Jwks {
    http: Http,
    clock: Clock,
    url: Url,
    /// Held while fetching, so that many sign-ins at once fetch once.
    keys: Mutex<Option<Keys>>,
}

struct Keys {
    by_id: HashMap<String, DecodingKey>,
    fetched_at: DateTime<Utc>,
    fresh_until: DateTime<Utc>,
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jwks({})", self.url)
    }
}

impl Jwks {
    pub fn new(http: Http, clock: Clock, url: Url) -> Self {
        Self {
            http,
            clock,
            url,
            keys: Mutex::new(None),
        }
    }

    /// The key named `id`; `None` when Google has no such key.
    ///
    /// # Errors
    /// When the keys could not be fetched.
    pub async fn key(&self, id: &str) -> Result<Option<DecodingKey>, Trouble> {
        let mut keys = self.keys.lock().await;
        let now = self.clock.now();
        if let Some(known) = &*keys
            && now < known.fresh_until
        {
            let key = known.by_id.get(id).cloned();
            if key.is_some() || now < known.fetched_at + REFETCH {
                return Ok(key);
            }
        }
        let fetched = self.fetch(now).await?;
        let key = fetched.by_id.get(id).cloned();
        *keys = Some(fetched);
        Ok(key)
    }

    async fn fetch(&self, now: DateTime<Utc>) -> Result<Keys, Trouble> {
        #[derive(Deserialize)]
        struct Set {
            // One at a time: a kind of key that we can't read must not hide the others.
            keys: Vec<serde_json::Value>,
        }
        let unreadable = || Trouble::unreachable("Google's signing keys can't be read");
        let answer = self.http.send(&FETCHING, |client| client.get(self.url.clone())).await?;
        if !answer.status.is_success() {
            return Err(unreadable());
        }
        let set: Set = answer.json().map_err(|_| unreadable())?;
        let by_id = set.keys.into_iter().filter_map(signing_key).collect();
        Ok(Keys {
            by_id,
            fetched_at: now,
            fresh_until: now + max_age(&answer.headers),
        })
    }
}

/// The key, if it is one for RS256 signatures.
fn signing_key(key: serde_json::Value) -> Option<(String, DecodingKey)> {
    let key: Jwk = serde_json::from_value(key).ok()?;
    let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let rs256 = matches!(key.common.key_algorithm, None | Some(KeyAlgorithm::RS256));
    let AlgorithmParameters::RSA(rsa) = &key.algorithm else {
        return None;
    };
    if !signs || !rs256 {
        return None;
    }
    let decoding = DecodingKey::from_rsa_components(&rsa.n, &rsa.e).ok()?;
    Some((key.common.key_id?, decoding))
}

fn max_age(headers: &HeaderMap) -> TimeDelta {
    let seconds = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
    let said = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .find_map(|directive| seconds(directive.trim().strip_prefix("max-age=")?));
    let age = headers
        .get(AGE)
        .and_then(|value| seconds(value.to_str().ok()?))
        .unwrap_or(0);
    said.map_or(DEFAULT_AGE, |said| {
        TimeDelta::seconds((said - age).max(0)).min(LONGEST_AGE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_as_long_as_google_says() {
        for (control, age, expected) in [
            ("public, max-age=21600, must-revalidate", "0", 21_600),
            ("max-age=100", "40", 60),
            ("max-age=10", "40", 0),
            ("max-age=99999999", "0", 86_400),
            ("no-store", "0", 300),
            ("max-age=soon", "0", 300),
        ] {
            let headers = [(CACHE_CONTROL, control), (AGE, age)];
            let headers = headers.map(|(name, value)| (name, value.parse().unwrap()));
            assert_eq!(
                max_age(&HeaderMap::from_iter(headers)).num_seconds(),
                expected,
                "{control}"
            );
        }
    }
}
