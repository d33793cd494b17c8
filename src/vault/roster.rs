//! Which tiers keep grants of this database: also those that this process lacks, as a shell without `REDIS_URL` does, or a replica
//! that was not upgraded yet. They are owed what is written here, and what they hold is not known here.
//!
//! Every service says now and then that it serves its tiers. One that no service serves any more is given up: it is owed nothing, and
//! should it come back it is met as on the first day, person by person.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::{Vault, rows};
use crate::args;
use crate::sql::{self, Error, Tx};

/// How often a service says that it serves a tier.
pub(super) const TOLD_EVERY: TimeDelta = TimeDelta::minutes(5);

/// After so long without a word a tier that others served is given up. A database that is not shared has one service, whose own
/// tiers are all there are.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(1);

/// How often to look for such tiers.
const LOOK: Duration = Duration::from_secs(60);

/// What to say of a tier that this process lacks.
pub(super) const LACKING: &str = "not set here, and the service keeps grants there";

/// A tier that keeps grants of this database, and that this process lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    pub tier: String,
    /// When a service last said that it serves it.
    pub served_at: DateTime<Utc>,
    /// How many records wait for it.
    pub waiting: i64,
}

fn fact(tier: &str) -> String {
    format!("credential tier served: {tier}")
}

/// A service serves `tier`.
pub(super) fn serve(tx: &mut Tx<'_>, tier: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let now = now.timestamp_millis().to_string();
    tx.execute(
        "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        args![&fact(tier), now.as_bytes()],
    )?;
    Ok(())
}

/// Every tier that is served, with its fact's value.
fn served(tx: &mut Tx<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let start = fact("");
    let found = tx.rows(
        "SELECT name, value FROM facts WHERE name LIKE $1 ORDER BY name",
        args![&format!("{start}%")],
        |row| Ok((row.get::<String>(0)?, row.get(1)?)),
    )?;
    Ok(found
        .into_iter()
        .map(|(name, value)| (name.replacen(&start, "", 1), value))
        .collect())
}

/// The tiers besides `own` that are served.
pub(super) fn elsewhere(tx: &mut Tx<'_>, own: &[&str]) -> Result<Vec<String>, Error> {
    let names = served(tx)?.into_iter().map(|(tier, _)| tier);
    Ok(names.filter(|tier| !own.contains(&tier.as_str())).collect())
}

fn moment(value: &[u8]) -> DateTime<Utc> {
    let millis = str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    millis.and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}

/// Gives `tier` up, unless a service has spoken for it since `value` was read.
fn give_up(tx: &mut Tx<'_>, tier: &str, value: &[u8]) -> Result<bool, Error> {
    let gone = tx.execute(
        "DELETE FROM facts WHERE name = $1 AND value = $2",
        args![&fact(tier), value],
    )?;
    if gone == 0 {
        return Ok(false);
    }
    rows::forget_tier(tx, tier)?;
    Ok(true)
}

impl Vault {
    /// The tiers that keep grants of this database and that this process lacks.
    ///
    /// # Errors
    /// When the database fails.
    pub fn elsewhere(&self, tx: &mut Tx<'_>) -> Result<Vec<Elsewhere>, Error> {
        elsewhere_of(tx, &self.tier_names())
    }

    /// Gives up tiers that no service serves any more, until `stop`.
    pub(super) async fn give_tiers_up(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.give_up_unserved().await {
                tracing::warn!(%error, "credential tiers that are no more could not be looked for");
            }
            stop.run_until_cancelled(self.0.parts.clock.sleep(LOOK)).await;
        }
    }

    async fn give_up_unserved(&self) -> Result<(), sql::Error> {
        let (own, db) = (self.tier_names(), &self.0.parts.db);
        let patience = if db.is_shared() {
            GIVEN_UP_AFTER
        } else {
            TimeDelta::zero()
        };
        let before = self.0.parts.clock.now() - patience;
        let unserved = move |tx: &mut Tx<'_>| {
            let mut found = served(tx)?;
            found.retain(|(tier, value)| !own.contains(&tier.as_str()) && moment(value) <= before);
            Ok::<_, sql::Error>(found)
        };
        for (tier, value) in db.read(unserved).await? {
            let name = tier.clone();
            if db.write(move |tx| give_up(tx, &name, &value)).await? {
                tracing::warn!(
                    tier,
                    "no service has this credential tier any more: it is owed nothing, and what it holds is left as it is"
                );
            }
        }
        Ok(())
    }
}

/// The tiers besides `own` that keep grants of this database.
///
/// # Errors
/// When the database fails.
pub fn elsewhere_of(tx: &mut Tx<'_>, own: &[&str]) -> Result<Vec<Elsewhere>, Error> {
    let mut found = served(tx)?;
    found.retain(|(tier, _)| !own.contains(&tier.as_str()));
    let told = found.into_iter().map(|(tier, value)| {
        Ok(Elsewhere {
            waiting: rows::waiting(tx, &tier)?,
            served_at: moment(&value),
            tier,
        })
    });
    told.collect()
}
