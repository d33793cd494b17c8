//! Taking away records that can't be used, and nothing else.

use super::finding::Flaw;
use super::reading::{Known, database};
use super::tier::{Record, TierDown, in_time};
use super::{NoAccess, Vault, rows};
use crate::domain::person::PersonId;
use crate::seal::Unsealable;

/// What was cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Tiers from which a record was taken.
    pub tiers: Vec<&'static str>,
    /// Tiers whose copy that had been moved aside was forgotten.
    pub forgotten: Vec<String>,
    /// Tiers that could not be asked, and why.
    pub down: Vec<(&'static str, String)>,
}

impl Vault {
    /// The tiers' names, in reading order.
    pub fn tier_names(&self) -> Vec<&'static str> {
        self.0.parts.tiers.iter().map(|tier| tier.name()).collect()
    }

    /// Takes away the person's records that can't be used, in one tier or in all, with their copies that were moved aside. One
    /// under an unknown key may open again under the old key: it goes only where its tier is named. What is good elsewhere is then
    /// brought to the emptied tier.
    ///
    /// # Errors
    /// When the database fails, or can't be asked for the good copy.
    pub async fn clear(&self, person: &PersonId, only: Option<&str>) -> Result<Swept, NoAccess> {
        let mut swept = Swept::default();
        let known = self.known(person).await?;
        for tier in &self.0.parts.tiers {
            if only.is_some_and(|only| only != tier.name()) {
                continue;
            }
            match self.clear_in(tier.as_ref(), person, &known, only.is_some()).await {
                Ok(true) => swept.tiers.push(tier.name()),
                Ok(false) => {}
                Err(TierDown(why)) => swept.down.push((tier.name(), why)),
            }
        }
        let silent: Vec<_> = swept.down.iter().map(|(tier, _)| *tier).collect();
        swept.forgotten = self.forgettable(person, only, &silent).await?;
        let (who, forgotten) = (person.clone(), swept.forgotten.clone());
        let forgetting = self.0.parts.db.write(move |tx| {
            let mut forgotten = forgotten.iter();
            forgotten.try_for_each(|tier| rows::forget_aside(tx, &who, tier))
        });
        forgetting.await.map_err(database)?;
        let survey = self.survey(person, &known).await;
        // Whether they may use the grant is not the question here.
        let _ = self.choose(person, known.version(), survey).await;
        Ok(swept)
    }

    /// The tiers whose copies that were moved aside [`Vault::clear`] forgets. What a silent tier holds can't be seen, so that nothing
    /// of it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgettable(
        &self,
        person: &PersonId,
        only: Option<&str>,
        silent: &[&str],
    ) -> Result<Vec<String>, NoAccess> {
        let (who, keys) = (person.clone(), self.0.parts.keys.clone());
        let aside = self.0.parts.db.read(move |tx| rows::aside(tx, &keys, &who)).await;
        let meant = |tier: &str, record: &Record| match only {
            Some(only) => only == tier,
            None => !self.is_under_unknown_key(person, record),
        };
        let aside = aside.map_err(database)?.into_iter();
        let forgettable = aside.filter(|(tier, record)| !silent.contains(&tier.as_str()) && meant(tier, record));
        Ok(forgettable.map(|(tier, _)| tier).collect())
    }

    async fn clear_in(
        &self,
        tier: &dyn super::Tier,
        person: &PersonId,
        known: &Known,
        named: bool,
    ) -> Result<bool, TierDown> {
        let Some(record) = self.ask(tier, person).await? else {
            return Ok(false);
        };
        match self.judge_in(tier.name(), person, &record, known) {
            Ok(_) => return Ok(false),
            Err(Flaw::Sealed(Unsealable::UnknownKey(_))) if !named => return Ok(false),
            Err(_) => {}
        }
        in_time(tier.remove(person, &record)).await?;
        tracing::info!(%person, tier = tier.name(), "a credential record that can't be used was cleared");
        Ok(true)
    }

    fn is_under_unknown_key(&self, person: &PersonId, record: &Record) -> bool {
        matches!(
            self.judge(person, record, None),
            Err(Flaw::Sealed(Unsealable::UnknownKey(_)))
        )
    }
}
