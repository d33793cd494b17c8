//! A tier whose place must be this deployment's own. Two deployments under different keys that share a Secret Manager project, a
//! Redis or a folder would write over each other's records.
//!
//! So each place carries a mark, written at its first use: an empty record in the place of nobody, whose version is the number of the
//! database and which is sealed like any other. It is ours when it bears our number, or when our ring opens it: the number outlasts
//! the replacing of keys, the key outlasts the loss of the database. A place of somebody else's is neither read nor written: it is
//! down, and says why. A place that can't be asked is down as ever, and looked at when it answers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::tier::{Put, Record, Tier, TierDown, Whose};
use crate::args;
use crate::clock::Clock;
use crate::domain::person::PersonId;
use crate::entropy::Entropy;
use crate::seal::{KeyRing, Unsealable};
use crate::sql::{Db, Error, Tx};

/// A mark is looked at again after so long: a Redis that was emptied has lost it.
const LOOKED_AT_EVERY: TimeDelta = TimeDelta::hours(1);

/// How often a mark is looked at again that somebody else writes in the same moment.
const ROUNDS: usize = 3;

/// The fact that holds the database's number.
const NUMBER: &str = "deployment";

/// What a deployment is known by.
#[derive(Clone)]
pub struct Deployment {
    pub db: Db,
    pub keys: Arc<KeyRing>,
    pub clock: Clock,
    pub entropy: Entropy,
}

/// A tier, once its place is known to be ours.
pub struct Owned {
    tier: Arc<dyn Tier>,
    deployment: Deployment,
    seen_at: Mutex<Option<DateTime<Utc>>>,
    told: AtomicBool,
}

impl Owned {
    pub fn new(tier: Arc<dyn Tier>, deployment: Deployment) -> Self {
        Self {
            tier,
            deployment,
            seen_at: Mutex::default(),
            told: AtomicBool::new(false),
        }
    }

    /// The database's number, made at its first use. A database that can't be written at the moment is asked for it all the same.
    async fn number(&self) -> Result<i64, Error> {
        let Deployment { db, entropy, .. } = &self.deployment;
        if let Some(number) = db.read(known_number).await? {
            return Ok(number);
        }
        let fresh = fresh_number(entropy).to_string();
        let known = db.write(move |tx| {
            tx.execute(
                "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                args![NUMBER, fresh.as_bytes()],
            )?;
            known_number(tx)
        });
        let known = known.await?;
        known.ok_or_else(|| Error::Nonsense(format!("facts, row {NUMBER}, is no number")))
    }

    /// The tier, if its place is ours.
    async fn ours(&self) -> Result<&dyn Tier, TierDown> {
        let now = self.deployment.clock.now();
        let seen_at = *self.seen_at.lock().unwrap_or_else(PoisonError::into_inner);
        if seen_at.is_none_or(|at| now - at >= LOOKED_AT_EVERY) {
            if let Whose::Anothers(why) = self.whose().await? {
                if !self.told.swap(true, Ordering::Relaxed) {
                    tracing::error!(tier = self.tier.name(), why, "this credential tier is not used");
                }
                return Err(TierDown(why));
            }
            *self.seen_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
        Ok(self.tier.as_ref())
    }
}

/// In whose place the mark lies.
fn nobody() -> PersonId {
    PersonId::console("whose this is")
}

fn context(number: i64) -> String {
    format!("deployment|{number}")
}

/// Small enough to be exact where numbers are floating: Redis compares versions in Lua.
fn fresh_number(entropy: &Entropy) -> i64 {
    let bytes = entropy.bytes::<6>();
    bytes.iter().fold(1, |number, byte| number << 8 | i64::from(*byte))
}

fn known_number(tx: &mut Tx<'_>) -> Result<Option<i64>, Error> {
    let value: Option<Vec<u8>> = tx.row("SELECT value FROM facts WHERE name = $1", args![NUMBER], |row| {
        row.get(0)
    })?;
    Ok(value.and_then(|value| str::from_utf8(&value).ok()?.parse().ok()))
}

#[async_trait]
impl Tier for Owned {
    fn name(&self) -> &'static str {
        self.tier.name()
    }

    fn place(&self, person: &PersonId) -> String {
        self.tier.place(person)
    }

    /// Reads the mark, and leaves one where there is none.
    async fn whose(&self) -> Result<Whose, TierDown> {
        let keys = &self.deployment.keys;
        let number = self.number().await.map_err(|error| TierDown(error.to_string()))?;
        for _ in 0..ROUNDS {
            let found = self.tier.get(&nobody()).await?;
            let opened = found
                .as_ref()
                .map(|mark| keys.open(&context(mark.version), &mark.sealed));
            let wanted = match (&found, opened) {
                (Some(mark), Some(Ok(_))) if KeyRing::key_of(&mark.sealed) == Ok(keys.current()) => {
                    return Ok(Whose::Ours);
                }
                // Under another key of ours.
                (Some(mark), Some(Ok(_))) => mark.version,
                (Some(mark), Some(Err(Unsealable::UnknownKey(key)))) if mark.version != number => {
                    return Ok(Whose::Anothers(format!(
                        "it is marked as another deployment's, under key {key}, which is not in CHATCAL_KEY. Each deployment needs \
                         places of its own; if that one is no more, delete its mark there: {}",
                        self.tier.place(&nobody())
                    )));
                }
                (Some(mark), Some(Err(Unsealable::Form | Unsealable::Broken))) => {
                    self.tier.remove(&nobody(), mark).await?;
                    number
                }
                _ => number,
            };
            let mark = Record {
                version: wanted,
                sealed: keys.seal(&context(wanted), b""),
            };
            if self.tier.put(&nobody(), &mark).await? == Put::Kept {
                return Ok(Whose::Ours);
            }
        }
        Err(TierDown("its mark keeps changing".to_owned()))
    }

    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        self.ours().await?.get(person).await
    }

    async fn put(&self, person: &PersonId, record: &Record) -> Result<Put, TierDown> {
        self.ours().await?.put(person, record).await
    }

    async fn remove(&self, person: &PersonId, record: &Record) -> Result<(), TierDown> {
        self.ours().await?.remove(person, record).await
    }

    async fn people(&self) -> Result<Vec<PersonId>, TierDown> {
        let mut people = self.ours().await?.people().await?;
        people.retain(|person| *person != nobody());
        Ok(people)
    }

    async fn access(&self, person: &PersonId) -> Result<Option<Vec<u8>>, TierDown> {
        self.ours().await?.access(person).await
    }

    async fn keep_access(&self, person: &PersonId, sealed: &[u8], life: Duration) -> Result<(), TierDown> {
        self.ours().await?.keep_access(person, sealed, life).await
    }

    async fn tidy(&self) -> Result<(), TierDown> {
        self.ours().await?.tidy().await
    }

    fn spent(&self) -> Vec<(&'static str, u64)> {
        self.tier.spent()
    }
}
