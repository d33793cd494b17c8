//! What a credential tier is: a place that keeps one sealed record per person and never steps back to an older one.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::person::PersonId;

/// A sealed record as a tier keeps it. The version stands in the clear for the tier's own comparison; the seal covers it, so a
/// record that was renumbered does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub version: i64,
    pub sealed: Vec<u8>,
}

impl Record {
    /// Something that stands in a record's place and can't even be taken apart: it ranks below every real record, so the next
    /// write replaces it.
    pub fn garbage(bytes: Vec<u8>) -> Self {
        Self {
            version: 0,
            sealed: bytes,
        }
    }
}

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    Kept,
    /// The tier holds this record of a higher version and left it alone.
    Outranked(Record),
}

/// Whose a place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    Ours,
    /// In words for the operator, with what to do.
    Anothers(String),
}

/// The tier could not be asked. It is never a reason to think that somebody is not connected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TierDown(pub String);

/// One place where records are kept. Every call ends within the tier's own short deadline.
#[async_trait]
pub trait Tier: Send + Sync {
    /// The word that settings, journal rows and the inspection use.
    fn name(&self) -> &'static str;

    /// Where exactly it keeps somebody's record, for an operator who looks there by hand.
    fn place(&self, person: &PersonId) -> String;

    /// Whose the place is. Those that a deployment can't share with another one are always its own.
    ///
    /// # Errors
    /// When the tier can't be asked.
    async fn whose(&self) -> Result<Whose, TierDown> {
        Ok(Whose::Ours)
    }

    /// # Errors
    /// When the tier can't be asked.
    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown>;

    /// Keeps `record` unless a higher version is there; an equal one is replaced. Durable on return where the tier is.
    ///
    /// # Errors
    /// When the tier can't be written.
    async fn put(&self, person: &PersonId, record: &Record) -> Result<Put, TierDown>;

    /// Takes away exactly `record`; another one that has come in its place stays.
    ///
    /// # Errors
    /// When the tier can't be written.
    async fn remove(&self, person: &PersonId, record: &Record) -> Result<(), TierDown>;

    /// Everybody of whom there is a record that tells whose it is, in no order.
    ///
    /// # Errors
    /// When the tier can't be asked.
    async fn people(&self) -> Result<Vec<PersonId>, TierDown>;

    /// The sealed access token that a replica left for the others. Tiers that are not meant for short-lived things keep none.
    ///
    /// # Errors
    /// When the tier can't be asked.
    async fn access(&self, _person: &PersonId) -> Result<Option<Vec<u8>>, TierDown> {
        Ok(None)
    }

    /// Leaves a sealed access token for other replicas, for as long as it lives.
    ///
    /// # Errors
    /// When the tier can't be written.
    async fn keep_access(&self, _person: &PersonId, _sealed: &[u8], _life: Duration) -> Result<(), TierDown> {
        Ok(())
    }

    /// Does what is due and nobody waits for, a little at a time: destroying what was superseded, erasing what has expired.
    /// Called every few seconds.
    ///
    /// # Errors
    /// When the tier can't be asked; the rest is done next time.
    async fn tidy(&self) -> Result<(), TierDown> {
        Ok(())
    }

    /// How often each operation that costs money or quota was asked for since the process started.
    fn spent(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}

/// No tier may make anybody wait longer than this, whatever its own deadline is.
const DEADLINE: Duration = Duration::from_secs(3);

pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, TierDown>>) -> Result<T, TierDown> {
    tokio::time::timeout(DEADLINE, answer)
        .await
        .unwrap_or_else(|_| Err(TierDown("no answer in time".to_owned())))
}
