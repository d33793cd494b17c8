//! Bringing a tier and the database into step: at their first meeting, and whenever the tier has been down.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::journal::LOOK;
use super::tier::{Tier, TierDown};
use super::{Vault, roster, rows};
use crate::sql;

impl Vault {
    /// Looks after one tier until `stop`.
    pub(super) async fn keep_in_step(&self, tier: &dyn Tier, stop: &CancellationToken) {
        let name = tier.name();
        let known = self.0.parts.db.read(move |tx| rows::is_known(tx, name)).await;
        if !known.unwrap_or(false) {
            self.trouble().stale.insert(name);
        }
        let mut told: Option<DateTime<Utc>> = None;
        while !stop.is_cancelled() {
            self.tell_served(name, &mut told).await;
            // Taken off before the work: a tier that goes down meanwhile is put on again.
            let stale = self.trouble().stale.remove(name);
            let work = async {
                if stale && let Err(TierDown(why)) = self.bring_into_step(tier).await {
                    tracing::debug!(tier = name, %why, "a credential tier is not in step yet");
                    self.trouble().stale.insert(name);
                }
                self.0.parts.clock.sleep(LOOK).await;
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        }
    }

    /// Says for others, who may lack the tier, that it keeps grants.
    async fn tell_served(&self, name: &'static str, told: &mut Option<DateTime<Utc>>) {
        let now = self.0.parts.clock.now();
        if told.is_some_and(|at| now - at < roster::TOLD_EVERY) {
            return;
        }
        match self.0.parts.db.write(move |tx| roster::serve(tx, name, now)).await {
            Ok(()) => *told = Some(now),
            Err(error) => tracing::warn!(tier = name, %error, "that a credential tier is served could not be noted"),
        }
    }

    /// Compares everybody whom the tier or the database knows: the database learns of people it has lost, the tier is sent what it
    /// has lost. Afterwards a stranger is known to be one, also while the tier is silent.
    async fn bring_into_step(&self, tier: &dyn Tier) -> Result<(), TierDown> {
        let (name, db) = (tier.name(), &self.0.parts.db);
        let listed = tier.people().await;
        self.note(tier, &listed);
        let mut people: BTreeSet<_> = listed?.into_iter().collect();
        people.extend(db.read(rows::everybody).await.map_err(database)?);
        for person in people {
            let known = self.known(&person).await.map_err(|none| TierDown(none.to_string()))?;
            let survey = self.survey(&person, &known).await;
            if survey.silent.iter().any(|silent| silent == name) {
                return Err(TierDown("it went down again".to_owned()));
            }
            // Whether the person may use the grant is not the question here.
            let _ = self.choose(&person, known.version(), survey).await;
        }
        db.write(move |tx| rows::make_known(tx, name)).await.map_err(database)
    }
}

fn database(error: sql::Error) -> TierDown {
    TierDown(error.to_string())
}
