//! Reading a grant: memory, the journal, then every tier, never anything older than the row in SQL.

use futures_util::future::join_all;

use super::door::Refused;
use super::grant::{self, Content, Grant};
use super::rows::{self, Next, Standing, State};
use super::tier::{Record, Tier, TierDown, in_time};
use super::{NoAccess, Vault};
use crate::domain::person::PersonId;
use crate::seal::Unsealable;
use crate::sql;

/// Why a record that was found must not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("{0}")]
    Sealed(#[from] Unsealable),
    #[error("poisoned: {0}")]
    Poison(#[from] Refused),
}

/// What all tiers together answered about one person.
pub(super) struct Survey {
    /// The highest version that may be used.
    best: Option<(Record, Content)>,
    /// Tiers that gave no answer.
    pub(super) silent: Vec<&'static str>,
    unusable: Vec<(&'static str, Record, Unusable)>,
    /// Tiers that do not hold the best record, or could not say.
    behind: Vec<&'static str>,
}

impl Vault {
    /// The grant as it stands.
    pub(super) async fn current(&self, person: &PersonId) -> Result<Grant, NoAccess> {
        let (standing, waiting) = self.standing(person).await?;
        if let Some(standing) = &standing {
            match &standing.state {
                State::Tombstone => return Err(NoAccess::NotConnected),
                State::Revoked(_, reason) => return Err(NoAccess::Revoked { reason: reason.clone() }),
                State::Alive(_) => {}
            }
            let memory = self.0.memory.look(person);
            for record in memory.iter().chain(&waiting) {
                if record.version == standing.version
                    && let Ok(Content::Alive(grant)) = self.usable(person, record)
                {
                    self.0.memory.keep(person, record);
                    return Ok(grant);
                }
            }
        }
        let survey = self.survey(person, waiting).await;
        self.choose(person, standing, survey).await
    }

    /// The person's row, and the newest record in the journal.
    pub(super) async fn standing(&self, person: &PersonId) -> Result<(Option<Standing>, Option<Record>), NoAccess> {
        let person = person.clone();
        self.0
            .parts
            .db
            .read(move |tx| Ok((rows::standing(tx, &person)?, rows::journaled(tx, &person)?)))
            .await
            .map_err(database)
    }

    /// Asks every tier at once, and counts in what the journal has `waiting` for them.
    pub(super) async fn survey(&self, person: &PersonId, waiting: Option<Record>) -> Survey {
        let tiers = &self.0.parts.tiers;
        let answers = join_all(tiers.iter().map(|tier| self.ask(tier.as_ref(), person))).await;
        let mut survey = Survey {
            best: waiting.and_then(|record| {
                let content = self.usable(person, &record).ok()?;
                Some((record, content))
            }),
            silent: Vec::new(),
            unusable: Vec::new(),
            behind: Vec::new(),
        };
        let mut versions = Vec::new();
        for (tier, answer) in tiers.iter().zip(answers) {
            let mut version = None;
            match answer {
                Err(TierDown(_)) => survey.silent.push(tier.name()),
                Ok(None) => {}
                Ok(Some(record)) => match self.usable(person, &record) {
                    Err(why) => survey.unusable.push((tier.name(), record, why)),
                    Ok(content) => {
                        version = Some(record.version);
                        if survey
                            .best
                            .as_ref()
                            .is_none_or(|(best, _)| best.version < record.version)
                        {
                            survey.best = Some((record, content));
                        }
                    }
                },
            }
            versions.push((tier.name(), version));
        }
        if let Some((best, _)) = &survey.best {
            let behind = versions.iter().filter(|(_, version)| *version != Some(best.version));
            survey.behind = behind.map(|(name, _)| *name).collect();
        }
        survey
    }

    async fn ask(&self, tier: &dyn Tier, person: &PersonId) -> Result<Option<Record>, TierDown> {
        let answer = in_time(tier.get(person)).await;
        self.note(tier, &answer);
        answer
    }

    /// Opens a record and judges what is in it.
    pub(super) fn usable(&self, person: &PersonId, record: &Record) -> Result<Content, Unusable> {
        let content = grant::open(&self.0.parts.keys, person, record)?;
        if let Content::Alive(grant) = &content {
            self.0.parts.door.at_rest(grant)?;
        }
        Ok(content)
    }

    /// Takes the best of what the tiers hold, if it is no older than the row, and has the others healed.
    pub(super) async fn choose(
        &self,
        person: &PersonId,
        standing: Option<Standing>,
        survey: Survey,
    ) -> Result<Grant, NoAccess> {
        let floor = standing.map(|standing| standing.version);
        self.set_aside(person, &survey).await;
        match survey.best {
            Some((record, content)) if floor.is_none_or(|floor| record.version >= floor) => {
                self.settle(person, floor, &record, &content, survey.behind).await?;
                match content {
                    Content::Alive(grant) => Ok(grant),
                    Content::Tombstone => Err(NoAccess::NotConnected),
                }
            }
            // Silence leaves everything open, but for strangers to a database that knows all who are in the silent tier.
            _ if !survey.silent.is_empty()
                && (floor.is_some() || !survey.unusable.is_empty() || !self.are_known(&survey.silent).await?) =>
            {
                Err(silent(&survey.silent))
            }
            _ => Err(nowhere(person, floor, &survey.unusable)),
        }
    }

    /// After `invalid_grant` for `failed`: is a newer version stored anywhere? It is brought into the row then. While a tier is
    /// silent the question stays open.
    pub(super) async fn is_superseded(&self, person: &PersonId, failed: &Grant) -> Result<bool, NoAccess> {
        let (standing, waiting) = self.standing(person).await?;
        let floor = standing.map(|standing| standing.version);
        if floor != Some(failed.version) {
            return Ok(true);
        }
        let survey = self.survey(person, waiting).await;
        self.set_aside(person, &survey).await;
        match survey.best {
            Some((record, content)) if record.version > failed.version => {
                self.settle(person, floor, &record, &content, survey.behind).await?;
                Ok(true)
            }
            _ if survey.silent.is_empty() => Ok(false),
            _ => Err(silent(&survey.silent)),
        }
    }

    /// Whether this database knows everybody of whom these tiers hold a record.
    async fn are_known(&self, tiers: &[&'static str]) -> Result<bool, NoAccess> {
        let tiers = tiers.to_vec();
        let db = &self.0.parts.db;
        let known = db.read(move |tx| {
            tiers
                .iter()
                .try_fold(true, |all, tier| Ok(all && rows::is_known(tx, tier)?))
        });
        known.await.map_err(database)
    }

    /// Brings the row up to `record`, and journals it for the tiers that are `behind`.
    async fn settle(
        &self,
        person: &PersonId,
        floor: Option<i64>,
        record: &Record,
        content: &Content,
        behind: Vec<&'static str>,
    ) -> Result<(), NoAccess> {
        let news = floor.is_none_or(|floor| floor < record.version);
        self.0.memory.keep(person, record);
        if !news && behind.is_empty() {
            return Ok(());
        }
        match self.heal(person, record, content, behind).await {
            // The row says the same already: people are served although the healing has to wait.
            Err(error) if !news => tracing::warn!(%person, %error, "healing of credential tiers was put off"),
            other => other.map_err(database)?,
        }
        if news {
            self.0.held.settle(person, record.version);
        }
        Ok(())
    }

    pub(super) async fn heal(
        &self,
        person: &PersonId,
        record: &Record,
        content: &Content,
        behind: Vec<&'static str>,
    ) -> Result<(), sql::Error> {
        let (who, record, content) = (person.clone(), record.clone(), content.clone());
        let now = self.0.parts.clock.now();
        let raised = self
            .0
            .parts
            .db
            .write(move |tx| {
                let at = match &content {
                    Content::Alive(grant) => grant.written_at,
                    Content::Tombstone => now,
                };
                let raised = rows::raise(tx, &who, &Next::of(&content, record.version, at))?;
                for tier in behind {
                    rows::journal(tx, &who, tier, &record, now)?;
                }
                Ok::<_, sql::Error>(raised)
            })
            .await?;
        if raised {
            tracing::info!(%person, "a grant's row was rebuilt from a credential tier");
        }
        self.0.journal_bell.notify_waiters();
        Ok(())
    }

    /// Names, and keeps a copy of, every record that must not be used.
    async fn set_aside(&self, person: &PersonId, survey: &Survey) {
        for (tier, record, why) in &survey.unusable {
            self.quarantine(person, tier, record, why).await;
        }
    }

    pub(super) async fn quarantine(&self, person: &PersonId, tier: &'static str, record: &Record, why: &Unusable) {
        let (who, record, reason) = (person.clone(), record.clone(), why.to_string());
        let now = self.0.parts.clock.now();
        let noted = self
            .0
            .parts
            .db
            .write(move |tx| rows::quarantine(tx, &who, tier, &record, &reason, now))
            .await;
        match noted {
            Ok(true) => tracing::error!(%person, tier, %why, "a credential record can't be used and was set aside"),
            Ok(false) => {}
            Err(error) => tracing::error!(%person, tier, %why, %error, "a credential record can't be used"),
        }
    }
}

/// The database failed: never a reason to think that somebody is not connected.
pub(super) fn database(error: sql::Error) -> NoAccess {
    NoAccess::unreachable(error.to_string())
}

fn silent(tiers: &[&str]) -> NoAccess {
    NoAccess::unreachable(format!("credential tier {}", tiers.join(", ")))
}

/// Every tier has answered, and none of them holds a copy that can be used.
fn nowhere(person: &PersonId, floor: Option<i64>, unusable: &[(&'static str, Record, Unusable)]) -> NoAccess {
    let mendable = unusable.iter().find(|(_, _, why)| match why {
        Unusable::Sealed(Unsealable::UnknownKey(_)) | Unusable::Poison(_) => true,
        Unusable::Sealed(Unsealable::Form | Unsealable::Broken) => false,
    });
    if let Some((tier, _, why)) = mendable {
        return NoAccess::Misconfigured {
            what: format!("the grant in tier {tier} can't be used: {why}"),
        };
    }
    if floor.is_some() || !unusable.is_empty() {
        tracing::error!(%person, "no credential tier holds the grant any more: the person has to connect again");
    }
    NoAccess::NotConnected
}
