//! The memory tier: sealed records of the people who were here lately, so that an hourly refresh asks nobody.

use async_trait::async_trait;
use moka::ops::compute::{CompResult, Op};
use moka::sync::Cache;

use super::tier::{Put, Record, Tier, TierDown};
use crate::domain::person::PersonId;

/// Sealed records in this process; the least used leave first.
pub struct Memory(Cache<PersonId, Record>);

impl Memory {
    /// Room for the records of `people`.
    pub fn new(people: u64) -> Self {
        Self(Cache::new(people))
    }

    pub fn look(&self, person: &PersonId) -> Option<Record> {
        self.0.get(person)
    }

    pub fn keep(&self, person: &PersonId, record: &Record) -> Put {
        let done = self.0.entry_by_ref(person).and_compute_with(|present| match present {
            Some(present) if present.value().version > record.version => Op::Nop,
            _ => Op::Put(record.clone()),
        });
        match done {
            CompResult::Unchanged(present) => Put::Outranked(present.into_value()),
            _ => Put::Kept,
        }
    }
}

#[async_trait]
impl Tier for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn place(&self, person: &PersonId) -> String {
        format!("{person} in this process")
    }

    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        Ok(self.look(person))
    }

    async fn put(&self, person: &PersonId, record: &Record) -> Result<Put, TierDown> {
        Ok(self.keep(person, record))
    }

    async fn remove(&self, person: &PersonId, record: &Record) -> Result<(), TierDown> {
        self.0.entry_by_ref(person).and_compute_with(|present| match present {
            Some(present) if present.value() == record => Op::Remove,
            _ => Op::Nop,
        });
        Ok(())
    }

    async fn people(&self) -> Result<Vec<PersonId>, TierDown> {
        Ok(self.0.iter().map(|(person, _)| (*person).clone()).collect())
    }
}
