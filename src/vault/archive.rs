//! Taking sealed records out, and in again: from one set of tiers to another, under the same key.

use super::reading::database;
use super::tier::Record;
use super::{Flaw, NoAccess, Vault};
use crate::domain::person::PersonId;

/// What is to be thought of a record that wants in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weighed {
    /// Newer than what is here.
    Newer,
    /// As it is here already.
    Same,
    /// Something newer is here: it stays out, as any older copy does.
    Older,
    /// It can't be used.
    Unusable(Flaw),
}

impl Vault {
    /// The newest record of a person that may be used, still sealed.
    ///
    /// # Errors
    /// When the database can't be asked, or a tier that may hold a newer one.
    pub async fn newest_record(&self, person: &PersonId) -> Result<Option<Record>, NoAccess> {
        let known = self.known(person).await?;
        let survey = self.survey(person, &known).await;
        let silence = survey.silence();
        let floor = known.version();
        let newest = survey
            .into_best()
            .filter(|record| floor.is_none_or(|floor| record.version >= floor));
        match (newest, silence) {
            (None, Some(silent)) => Err(silent),
            (newest, _) => Ok(newest),
        }
    }

    /// What taking `record` in would come to. Changes nothing.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn weigh(&self, person: &PersonId, record: &Record) -> Result<Weighed, NoAccess> {
        if let Err(flaw) = self.judge(person, record, None) {
            return Ok(Weighed::Unusable(flaw));
        }
        let present = self.known(person).await?.version();
        Ok(match present.map(|present| record.version.cmp(&present)) {
            None | Some(std::cmp::Ordering::Greater) => Weighed::Newer,
            Some(std::cmp::Ordering::Equal) => Weighed::Same,
            Some(std::cmp::Ordering::Less) => Weighed::Older,
        })
    }

    /// Takes a record in that is newer than what is here, by the journal and its rules.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_in_record(&self, person: &PersonId, record: &Record) -> Result<Weighed, NoAccess> {
        let weighed = self.weigh(person, record).await?;
        if let (Weighed::Newer, Ok(content)) = (&weighed, self.judge(person, record, None)) {
            let all = self.tier_names();
            self.heal(person, record, &content, all).await.map_err(database)?;
            self.adopted(person, record.version);
        }
        Ok(weighed)
    }
}
