//! Reading a grant: memory, the journal, then every tier, never anything older than the row in SQL.

use futures_util::future::join_all;

use super::finding::{Finding, Flaw};
use super::grant::{self, Content, Grant};
use super::roster;
use super::rows::{self, Next, Standing, State};
use super::tier::{Record, Tier, TierDown, in_time};
use super::{NoAccess, Vault};
use crate::domain::person::PersonId;
use crate::seal::KeyRing;
use crate::sql;

/// What the database knows of one person.
pub(super) struct Known {
    pub standing: Option<Standing>,
    /// What tiers still have to get, newest first.
    pub owed: Vec<(String, Record)>,
    /// Tiers that keep grants too, and that this process lacks.
    pub elsewhere: Vec<String>,
}

impl Known {
    /// The version that the row says was written last: never anything older is used.
    pub fn version(&self) -> Option<i64> {
        self.standing.as_ref().map(|standing| standing.version)
    }

    /// The newest record that is still on its way to some tier.
    pub(super) fn waiting(&self) -> Option<&Record> {
        self.owed.first().map(|(_, record)| record)
    }

    /// The version that `tier` has said it has, though it now shows an older one.
    fn lost_by(&self, tier: &str, found: &Record) -> Option<i64> {
        let given = self.version().filter(|given| found.version < *given)?;
        self.owed.iter().all(|(owed, _)| owed != tier).then_some(given)
    }
}

/// What all tiers together answered about one person.
pub(super) struct Survey {
    /// The highest version that may be used.
    best: Option<(Record, Content)>,
    /// Tiers that gave no answer, or that this process can't ask.
    pub(super) silent: Vec<String>,
    unusable: Vec<(&'static str, Record, Flaw)>,
    /// Tiers that do not hold the best record, or could not say.
    behind: Vec<&'static str>,
}

impl Vault {
    /// The grant as it stands.
    pub(super) async fn current(&self, person: &PersonId) -> Result<Grant, NoAccess> {
        let known = self.known(person).await?;
        if let Some(standing) = &known.standing {
            match &standing.state {
                State::Tombstone => return Err(NoAccess::NotConnected),
                State::Revoked(_, reason) => return Err(NoAccess::Revoked { reason: reason.clone() }),
                State::Alive(_) => {}
            }
            let memory = self.0.memory.look(person);
            for record in memory.iter().chain(known.waiting()) {
                if record.version == standing.version
                    && let Ok(Content::Alive(grant)) = self.judge(person, record, known.version())
                {
                    self.0.memory.keep(person, record);
                    return Ok(grant);
                }
            }
        }
        let survey = self.survey(person, &known).await;
        self.choose(person, known.version(), survey).await
    }

    /// What the database knows of a person.
    pub(super) async fn known(&self, person: &PersonId) -> Result<Known, NoAccess> {
        let (person, own) = (person.clone(), self.tier_names());
        let db = &self.0.parts.db;
        let known = db.read(move |tx| {
            Ok(Known {
                standing: rows::standing(tx, &person)?,
                owed: rows::journaled(tx, &person)?,
                elsewhere: roster::elsewhere(tx, &own)?,
            })
        });
        known.await.map_err(database)
    }

    /// Asks every tier at once, and counts in what is still on its way to them.
    pub(super) async fn survey(&self, person: &PersonId, known: &Known) -> Survey {
        let tiers = &self.0.parts.tiers;
        let answers = join_all(tiers.iter().map(|tier| self.ask(tier.as_ref(), person))).await;
        let mut survey = Survey {
            best: known.waiting().and_then(|record| {
                let content = self.judge(person, record, known.version()).ok()?;
                Some((record.clone(), content))
            }),
            silent: known.elsewhere.clone(),
            unusable: Vec::new(),
            behind: Vec::new(),
        };
        let mut versions = Vec::new();
        for (tier, answer) in tiers.iter().zip(answers) {
            let version = survey.count_in(tier.name(), answer, |record| {
                self.judge_in(tier.name(), person, record, known)
            });
            versions.push((tier.name(), version));
        }
        if let Some((best, _)) = &survey.best {
            let behind = versions.iter().filter(|(_, version)| *version != Some(best.version));
            survey.behind = behind.map(|(name, _)| *name).collect();
        }
        survey
    }

    pub(super) async fn ask(&self, tier: &dyn Tier, person: &PersonId) -> Result<Option<Record>, TierDown> {
        let answer = in_time(tier.get(person)).await;
        self.note(tier, &answer);
        answer
    }

    /// Opens a record and judges what is in it; `vouched` is the version of which the row says that it was written.
    pub(super) fn judge(&self, person: &PersonId, record: &Record, vouched: Option<i64>) -> Result<Content, Flaw> {
        let content = grant::open(&self.0.parts.keys, person, record)?;
        // A tombstone is believed whatever its date says: to pass over one would bring an ended grant back to life.
        if let Content::Alive(grant) = &content {
            self.0.parts.door.at_rest(grant, vouched, self.0.parts.clock.now())?;
        }
        Ok(content)
    }

    /// Judges a record that was found in `tier`, which must not have lost a newer one since.
    pub(super) fn judge_in(
        &self,
        tier: &str,
        person: &PersonId,
        record: &Record,
        known: &Known,
    ) -> Result<Content, Flaw> {
        let content = self.judge(person, record, known.version())?;
        match known.lost_by(tier, record) {
            Some(given) => Err(Flaw::RolledBack {
                found: record.version,
                given,
            }),
            None => Ok(content),
        }
    }

    /// The records of this person that must not be used, tier by tier, and the tiers that could not be asked. Changes nothing.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn findings(&self, person: &PersonId) -> Result<(Vec<Finding>, Vec<String>), NoAccess> {
        let known = self.known(person).await?;
        let survey = self.survey(person, &known).await;
        let finding = |(tier, record, flaw): (_, Record, _)| Finding {
            tier,
            version: record.version,
            key: KeyRing::key_of(&record.sealed).ok(),
            flaw,
        };
        Ok((survey.unusable.into_iter().map(finding).collect(), survey.silent))
    }

    /// Takes the best of what the tiers hold, if it is no older than the row, and has the others healed.
    pub(super) async fn choose(
        &self,
        person: &PersonId,
        floor: Option<i64>,
        survey: Survey,
    ) -> Result<Grant, NoAccess> {
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
        let known = self.known(person).await?;
        let floor = known.version();
        if floor != Some(failed.version) {
            return Ok(true);
        }
        let survey = self.survey(person, &known).await;
        self.set_aside(person, &survey).await;
        match survey.best {
            Some((record, content)) if record.version > failed.version => {
                self.settle(person, floor, &record, &content, survey.behind).await?;
                Ok(true)
            }
            _ if !survey.silent.is_empty() => Err(silent(&survey.silent)),
            _ => match survey.newer_in_waiting(failed.version) {
                Some(what) => Err(NoAccess::Misconfigured { what }),
                None => Ok(false),
            },
        }
    }

    /// Whether this database knows everybody of whom these tiers hold a record.
    async fn are_known(&self, tiers: &[String]) -> Result<bool, NoAccess> {
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
        let renewed = grant::renew(&self.0.parts.keys, person, record).ok().flatten();
        let record = renewed.unwrap_or_else(|| record.clone());
        let (who, content) = (person.clone(), content.clone());
        let (now, own) = (self.0.parts.clock.now(), self.tier_names());
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
                if raised {
                    let mut elsewhere = roster::elsewhere(tx, &own)?.into_iter();
                    elsewhere.try_for_each(|tier| rows::journal(tx, &who, &tier, &record, now))?;
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
        for (tier, record, flaw) in &survey.unusable {
            self.quarantine(person, tier, record, flaw).await;
        }
    }

    pub(super) async fn quarantine(&self, person: &PersonId, tier: &'static str, record: &Record, flaw: &Flaw) {
        let (who, record, why) = (person.clone(), record.clone(), flaw.clone());
        let (now, keys) = (self.0.parts.clock.now(), self.0.parts.keys.clone());
        let db = &self.0.parts.db;
        let noted = db
            .write(move |tx| rows::quarantine(tx, &keys, &who, tier, &record, &why, now))
            .await;
        let rule = flaw.rule();
        match noted {
            Ok(true) => {
                tracing::error!(%person, tier, rule, why = %flaw, "a credential record can't be used and was set aside")
            }
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%person, tier, rule, why = %flaw, %error, "a credential record can't be used")
            }
        }
    }
}

impl Survey {
    /// Why a record above `version` can't be used, where it may be later: then what was refused was not the newest copy.
    fn newer_in_waiting(&self, version: i64) -> Option<String> {
        let newer = self.unusable.iter().filter(|(_, record, _)| record.version > version);
        let mut waiting = newer.filter(|(_, _, flaw)| flaw.may_pass());
        waiting.next().map(|(tier, _, flaw)| cant_be_used(tier, flaw))
    }

    /// What to say of tiers that gave no answer, if there are any.
    pub(super) fn silence(&self) -> Option<NoAccess> {
        (!self.silent.is_empty()).then(|| silent(&self.silent))
    }

    /// The record of the highest version that may be used.
    pub(super) fn into_best(self) -> Option<Record> {
        self.best.map(|(record, _)| record)
    }

    /// Counts in what one tier answered; says the version that it holds, if that can be used.
    fn count_in(
        &mut self,
        tier: &'static str,
        answer: Result<Option<Record>, TierDown>,
        judge: impl FnOnce(&Record) -> Result<Content, Flaw>,
    ) -> Option<i64> {
        let record = match answer {
            Err(TierDown(_)) => {
                self.silent.push(tier.to_owned());
                return None;
            }
            Ok(found) => found?,
        };
        let version = record.version;
        match judge(&record) {
            Err(flaw) => {
                self.unusable.push((tier, record, flaw));
                None
            }
            Ok(content) => {
                if self.best.as_ref().is_none_or(|(best, _)| best.version < version) {
                    self.best = Some((record, content));
                }
                Some(version)
            }
        }
    }
}

/// The database failed: never a reason to think that somebody is not connected.
pub(super) fn database(error: sql::Error) -> NoAccess {
    NoAccess::unreachable(error.to_string())
}

fn silent(tiers: &[String]) -> NoAccess {
    NoAccess::unreachable(format!("credential tier {}", tiers.join(", ")))
}

fn cant_be_used(tier: &str, flaw: &Flaw) -> String {
    format!("the grant in tier {tier} can't be used: {flaw}")
}

/// Every tier has answered, and none of them holds a copy that can be used.
fn nowhere(person: &PersonId, floor: Option<i64>, unusable: &[(&'static str, Record, Flaw)]) -> NoAccess {
    if let Some((tier, _, why)) = unusable.iter().find(|(_, _, flaw)| flaw.is_mendable()) {
        return NoAccess::Misconfigured {
            what: cant_be_used(tier, why),
        };
    }
    if floor.is_some() || !unusable.is_empty() {
        tracing::error!(%person, "no credential tier holds the grant any more: the person has to connect again");
    }
    NoAccess::NotConnected
}
