//! Keeping grants alive of people who are away: Google ends a refresh token that nobody has used for six months
//! (<https://developers.google.com/identity/protocols/oauth2#expiration>).

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::{NoAccess, Vault, uses};
use crate::domain::person::PersonId;
use crate::sql::{self, Lease};

/// After so long a grant is used for its own sake, and up to [`SPREAD`] later: people who consented together are not all due at
/// once. The rest of the six months is for trying again.
const UNUSED: TimeDelta = TimeDelta::days(150);
const SPREAD: TimeDelta = TimeDelta::days(20);

/// About one refresh a second at most: 86,000 people a day.
const PACE: Duration = Duration::from_secs(1);
/// How often to look when nobody is due, and how long to let Google be that does not answer.
const REST: Duration = Duration::from_secs(3600);
/// Whoever could not be helped is let be for a day.
const LET_BE: TimeDelta = TimeDelta::days(1);

/// How many people are looked up at once.
const BATCH: i64 = 100;

/// The one replica that does this.
const LEASE: &str = "keep grants alive";

impl Vault {
    /// Works until `stop`, slowly. Only one replica does.
    pub async fn keep_alive(&self, stop: CancellationToken) {
        let mut tried = HashMap::new();
        while !stop.is_cancelled() {
            let rest = match self.keep_next_alive(&mut tried).await {
                Ok(true) => PACE,
                Ok(false) => REST,
                Err(error) => {
                    tracing::warn!(%error, "grants of people who are away could not be looked for");
                    REST
                }
            };
            let rest = rest.mul_f64(0.5 + self.0.parts.entropy.fraction());
            stop.run_until_cancelled(self.0.parts.clock.sleep(rest)).await;
        }
        let (replica, db) = (self.0.parts.db.replica(), &self.0.parts.db);
        // Whoever does not hear of it takes over once this process is seen to be gone.
        let _ = db.write(move |tx| replica.give_back(tx, LEASE, None)).await;
    }

    /// Uses the grant of one person who is due. False when there is nothing to do for a while.
    async fn keep_next_alive(&self, tried: &mut HashMap<PersonId, DateTime<Utc>>) -> Result<bool, sql::Error> {
        let (replica, db) = (self.0.parts.db.replica(), &self.0.parts.db);
        let now = self.0.parts.clock.now();
        if db.write(move |tx| replica.take(tx, LEASE)).await? == Lease::Taken {
            return Ok(false);
        }
        tried.retain(|_, at| now - *at < LET_BE);
        let most = BATCH + i64::try_from(tried.len()).unwrap_or(i64::MAX - BATCH);
        let unused = db.read(move |tx| uses::unused(tx, now - UNUSED, most)).await?;
        let due = unused
            .into_iter()
            .find(|(person, used_at)| *used_at + UNUSED + spread(person) <= now && !tried.contains_key(person));
        let Some((person, _)) = due else { return Ok(false) };
        tried.insert(person.clone(), now);
        match self.access(&person).await {
            Ok(_) => Ok(true),
            // The others would fare no better.
            Err(NoAccess::Unreachable { .. } | NoAccess::Misconfigured { .. }) => Ok(false),
            Err(
                NoAccess::NotConnected
                | NoAccess::Revoked { .. }
                | NoAccess::MissingScope { .. }
                | NoAccess::Policy { .. },
            ) => Ok(true),
        }
    }
}

/// A person's own part of [`SPREAD`], always the same.
fn spread(person: &PersonId) -> TimeDelta {
    let hash = Sha256::digest(person.as_str().as_bytes());
    let part = i64::from(u16::from_be_bytes([hash[0], hash[1]]));
    TimeDelta::milliseconds(SPREAD.num_milliseconds() / 65_536 * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_consented_together_are_due_on_many_days_and_all_in_time() {
        let days: Vec<_> = (0..1000).map(|n| spread(&PersonId::discord(n)).num_days()).collect();
        for day in 0..SPREAD.num_days() {
            let due = days.iter().filter(|due| **due == day).count();
            assert!((20..100).contains(&due), "{due} on day {day}");
        }
        // Six months have 181 days at least.
        assert!(
            (UNUSED + SPREAD).num_days() <= 181 - 7,
            "a week is left for trying again"
        );
    }
}
