//! The worker that brings journaled records to the tiers, each at its own pace, until every tier has them.

use std::time::Duration;

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::finding::Flaw;
use super::grant;
use super::tier::{Put, Record, Tier, TierDown, in_time};
use super::{Vault, rows};
use crate::domain::person::PersonId;
use crate::seal::Unsealable;
use crate::sql;

/// How often the journal is looked at without a bell: for what was put off, and for what a replica left that is gone.
pub(super) const LOOK: Duration = Duration::from_secs(5);

/// How many records are read at once.
const BATCH: i64 = 64;

/// After so many failures in a row the tier is taken to be down, and the rest of the batch is spared.
const ENOUGH: usize = 2;

impl Vault {
    /// Works until `stop`. What is not done by then stays journaled.
    pub async fn run_journal(&self, stop: CancellationToken) {
        let work = self.0.parts.tiers.iter().map(|tier| async {
            let tier = tier.as_ref();
            tokio::join!(
                self.feed(tier, &stop),
                self.keep_in_step(tier, &stop),
                self.keep_tidy(tier, &stop)
            )
        });
        tokio::join!(join_all(work), self.hear_news(&stop), self.give_tiers_up(&stop));
    }

    async fn feed(&self, tier: &dyn Tier, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            // Listening before looking: what is journaled in between rings.
            let bell = self.0.journal_bell.notified();
            tokio::pin!(bell);
            bell.as_mut().enable();
            match self.deliver(tier).await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(tier = tier.name(), %error, "the credential journal can't be read"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.0.parts.clock.sleep(LOOK) => {}
                () = bell => {}
            }
        }
    }

    /// Brings what is due to one tier; says how much of it arrived.
    async fn deliver(&self, tier: &dyn Tier) -> Result<usize, sql::Error> {
        let (name, now) = (tier.name(), self.0.parts.clock.now());
        let db = &self.0.parts.db;
        let due = db.read(move |tx| rows::due(tx, name, now, BATCH)).await?;
        let (mut arrived, mut failed, mut in_a_row) = (Vec::new(), Vec::new(), 0);
        for (person, record) in due {
            let answer = self.bring(tier, &person, &record).await;
            self.note(tier, &answer);
            match answer {
                Ok(()) => {
                    arrived.push((person, record.version));
                    in_a_row = 0;
                }
                Err(TierDown(_)) => {
                    failed.push(person);
                    in_a_row += 1;
                }
            }
            if in_a_row == ENOUGH {
                break;
            }
        }
        let count = arrived.len();
        if count + failed.len() > 0 {
            db.write(move |tx| {
                for (person, version) in &arrived {
                    rows::delivered(tx, person, name, *version)?;
                }
                for person in &failed {
                    rows::postpone(tx, person, name, now)?;
                }
                Ok::<_, sql::Error>(())
            })
            .await?;
        }
        Ok(count)
    }

    /// Brings one record to one tier, past whatever unusable thing stands in its place.
    async fn bring(&self, tier: &dyn Tier, person: &PersonId, record: &Record) -> Result<(), TierDown> {
        // It may have been read before a rotation passed: what is under an old key may not come back behind it.
        let renewed = grant::renew(&self.0.parts.keys, person, record).ok().flatten();
        let record = renewed.as_ref().unwrap_or(record);
        let Put::Outranked(found) = in_time(tier.put(person, record)).await? else {
            return Ok(());
        };
        let known = self.known(person).await.map_err(|none| TierDown(none.to_string()))?;
        match self.judge(person, &found, known.version()) {
            // The tier knows better: this database is younger than the grant, or an old backup of it was put back.
            Ok(content) => {
                let others = self.0.parts.tiers.iter().map(|tier| tier.name());
                let others = others.filter(|name| *name != tier.name()).collect();
                self.heal(person, &found, &content, others)
                    .await
                    .map_err(|error| TierDown(error.to_string()))?;
                self.adopted(person, found.version);
                Ok(())
            }
            // Somebody with a newer ring wrote it: it is not ours to take away.
            Err(Flaw::Sealed(Unsealable::UnknownKey(key))) => Err(TierDown(format!(
                "a newer record stands there under key {key}, which this process lacks"
            ))),
            Err(why) => {
                self.quarantine(person, tier.name(), &found, &why).await;
                in_time(tier.remove(person, &found)).await?;
                match in_time(tier.put(person, record)).await? {
                    Put::Kept => Ok(()),
                    Put::Outranked(_) => Err(TierDown("an unusable record stays in its place".to_owned())),
                }
            }
        }
    }
}
