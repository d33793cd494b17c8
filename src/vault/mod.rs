//! The vault: people's grants, kept sealed in several tiers, and the access tokens made from them.
//! Rank 2: imports `clock`, `entropy`, `http`, `seal`, `telltale`, `domain` and `sql`; Google's token endpoint comes in as a closure.
//!
//! A grant is written in two steps: the row in SQL is compared and set, and the same transaction journals the sealed record for
//! every tier ([`Vault::adopt`], [`Vault::end`]); then a worker ([`Vault::run_journal`]) brings it to each tier, however long one
//! of them is down. Reading goes the other way: memory, what the journal still holds, then the tiers, never anything older than
//! the row. So a store that fails makes a grant *unreachable*, and nothing but Google's own word makes it *revoked*.

mod access;
mod alone;
mod archive;
mod clear;
pub mod cost;
mod database;
mod door;
mod file;
mod finding;
mod flight;
mod grant;
mod held;
mod inspect;
mod journal;
mod keep_alive;
mod key_check;
mod listing;
mod memory;
mod news;
mod owned;
mod reading;
mod redis;
mod refresh;
mod roster;
mod rotation;
mod rows;
mod secret_manager;
mod sheet;
mod step;
mod tier;
mod upkeep;
mod uses;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::BASE32HEX_NOPAD;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::domain::account::GoogleAccount;
use crate::domain::person::PersonId;
use crate::entropy::Entropy;
use crate::seal::KeyRing;
use crate::sql::{self, Db, Tx};

pub use access::{AccessToken, NewAccess, NoAccess};
pub use archive::Weighed;
pub use clear::Swept;
pub use database::Database;
pub use door::{CLOCK_SKEW, Door, Refused};
pub use file::{Folder, NoFolder};
pub use finding::{Finding, Flaw};
pub use grant::{Grant, NewGrant, context as grant_context, pending_context};
pub use key_check::{KeyTrouble, check_key, renew_key_check};
pub use listing::other_clients;
pub use memory::Memory;
pub use owned::{Deployment, Owned};
pub use redis::{NotARedis, Redis};
pub use refresh::{Fresh, NotRefreshed, Refresh};
pub use roster::{Elsewhere, elsewhere_of};
pub use rotation::Counted;
pub use rows::aside_context;
pub use secret_manager::{SecretManager, Unread, read_version};
pub use tier::{Put, Record, Tier, TierDown, Whose};
pub use upkeep::{Spending, spending};
pub use uses::{TestingLife, testing_life};

use flight::{Flights, Pauses};
use held::Held;
use rows::{Next, State};

/// How many people's grants and tokens are kept in memory.
const PEOPLE_IN_MEMORY: u64 = 100_000;

/// The vault, cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    parts: Parts,
    memory: Memory,
    held: Held<PersonId>,
    flights: Flights,
    pauses: Pauses,
    /// Rings when the journal has something new.
    journal_bell: Notify,
    trouble: Mutex<Trouble>,
}

/// What the tiers' last answers tell.
#[derive(Default)]
struct Trouble {
    /// The tiers that could not be asked, and why.
    down: HashMap<&'static str, String>,
    /// The tiers that may have lost something since they were last in step: they have been down.
    stale: HashSet<&'static str>,
}

/// What a vault is made of.
pub struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub keys: Arc<KeyRing>,
    /// The tiers that outlast this process, in reading order; memory is always there and stands before them.
    pub tiers: Vec<Arc<dyn Tier>>,
    pub door: Door,
    /// Asks Google for a new access token.
    pub refresh: Refresh,
}

/// A vault needs at least one tier that outlasts the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place to keep credentials: CHATCAL_TIERS names none")]
pub struct NoTier;

/// Why a grant was not taken in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotAdopted {
    /// The grant itself is at fault.
    #[error("refused at the door: {0}")]
    Refused(#[from] Refused),
    /// Somebody else changed the person's grant in the same moment: try again.
    #[error("the grant was changed by somebody else")]
    Overtaken,
    #[error(transparent)]
    Sql(#[from] sql::Error),
}

/// A person's account as it is linked now.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    pub account: GoogleAccount,
    pub version: i64,
}

/// A link that was ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub account: GoogleAccount,
    /// The tombstone's version.
    pub version: i64,
    /// Nobody else here uses the account: only then may it be revoked at Google, which ends every token of the project.
    pub last: bool,
}

/// How a tier is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierHealth {
    pub tier: &'static str,
    /// Why it could not be asked last time.
    pub down: Option<String>,
    /// How many records it still has to get.
    pub waiting: i64,
}

impl Vault {
    /// # Errors
    /// When there is no tier that outlasts the process.
    pub fn open(parts: Parts) -> Result<Self, NoTier> {
        if parts.tiers.is_empty() {
            return Err(NoTier);
        }
        Ok(Self(Arc::new(Inner {
            parts,
            memory: Memory::new(PEOPLE_IN_MEMORY),
            held: Held::new(PEOPLE_IN_MEMORY),
            flights: Flights::default(),
            pauses: Pauses::new(PEOPLE_IN_MEMORY),
            journal_bell: Notify::new(),
            trouble: Mutex::default(),
        })))
    }

    /// Takes a grant in, inside the caller's transaction; it replaces whatever grant the person had. After the commit tell
    /// [`Vault::adopted`].
    ///
    /// # Errors
    /// When the door refuses it, or the database fails.
    pub fn adopt(&self, tx: &mut Tx<'_>, person: &PersonId, grant: NewGrant) -> Result<i64, NotAdopted> {
        self.0.parts.door.admit(&grant)?;
        let present = rows::standing(tx, person)?.map(|standing| standing.version);
        let now = self.0.parts.clock.now();
        let grant = grant.numbered(person, self.next_version(present), now);
        let record = grant.seal(&self.0.parts.keys);
        let next = Next {
            version: grant.version,
            grant: Some(&grant),
            at: now,
        };
        if !rows::advance(tx, person, present, &next)? {
            return Err(NotAdopted::Overtaken);
        }
        self.journal_for_all(tx, person, &record)?;
        Ok(grant.version)
    }

    /// The transaction of [`Vault::adopt`] or [`Vault::end`] is durable: what is in memory about older versions goes.
    pub fn adopted(&self, person: &PersonId, version: i64) {
        self.0.held.settle(person, version);
        self.0.pauses.lift(person);
        self.0.journal_bell.notify_waiters();
    }

    /// Ends a person's link, inside the caller's transaction: a tombstone, which no older copy outranks. `None` when there was
    /// none. After the commit tell [`Vault::adopted`]. Get [`Vault::refresh_token_for_revoke`] first, afterwards it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end(&self, tx: &mut Tx<'_>, person: &PersonId) -> Result<Option<Ended>, sql::Error> {
        let standing = rows::standing(tx, person)?;
        let present = standing.as_ref().map(|standing| standing.version);
        if matches!(&standing, Some(standing) if standing.state == State::Tombstone) {
            return Ok(None);
        }
        let (version, now) = (self.next_version(present), self.0.parts.clock.now());
        let next = Next {
            version,
            grant: None,
            at: now,
        };
        // Also without a row: a tier that is silent today may hold a grant that this database has never seen.
        if !rows::advance(tx, person, present, &next)? {
            return Err(sql::Error::Failed("the grant was changed by somebody else".to_owned()));
        }
        let record = grant::tombstone(&self.0.parts.keys, person, version, now);
        self.journal_for_all(tx, person, &record)?;
        let Some(account) = standing.and_then(rows::Standing::account) else {
            return Ok(None);
        };
        let last = rows::persons_of(tx, &account.sub)?.is_empty();
        Ok(Some(Ended { account, version, last }))
    }

    /// The account that a person is linked to, whether or not its grant still works.
    ///
    /// # Errors
    /// When the database fails.
    pub fn linked(&self, tx: &mut Tx<'_>, person: &PersonId) -> Result<Option<Linked>, sql::Error> {
        Ok(rows::standing(tx, person)?.and_then(|standing| {
            let version = standing.version;
            standing.account().map(|account| Linked { account, version })
        }))
    }

    /// Everybody who is linked to the Google account with this subject.
    ///
    /// # Errors
    /// When the database fails.
    pub fn persons_of(&self, tx: &mut Tx<'_>, sub: &str) -> Result<Vec<PersonId>, sql::Error> {
        rows::persons_of(tx, sub)
    }

    /// The newest refresh token, for Google's revoke endpoint; `None` when there is no grant, or Google has ended it already.
    ///
    /// # Errors
    /// When it can't be read just now.
    pub async fn refresh_token_for_revoke(&self, person: &PersonId) -> Result<Option<SecretString>, NoAccess> {
        match self.current(person).await {
            Ok(grant) => Ok(Some(grant.refresh_token)),
            Err(NoAccess::NotConnected | NoAccess::Revoked { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// How each tier is doing, in reading order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn health(&self) -> Result<Vec<TierHealth>, sql::Error> {
        let names: Vec<_> = self.0.parts.tiers.iter().map(|tier| tier.name()).collect();
        let down = self.trouble().down.clone();
        self.0
            .parts
            .db
            .read(move |tx| {
                let told = names.into_iter().map(|tier| {
                    Ok(TierHealth {
                        tier,
                        down: down.get(tier).cloned(),
                        waiting: rows::waiting(tx, tier)?,
                    })
                });
                told.collect()
            })
            .await
    }

    /// Also for the tiers that this process lacks: others bring it to them.
    fn journal_for_all(&self, tx: &mut Tx<'_>, person: &PersonId, record: &Record) -> Result<(), sql::Error> {
        let (now, own) = (self.0.parts.clock.now(), self.tier_names());
        let elsewhere = roster::elsewhere(tx, &own)?;
        let mut all = own.into_iter().chain(elsewhere.iter().map(String::as_str));
        all.try_for_each(|tier| rows::journal(tx, person, tier, record, now))
    }

    /// The version that follows `present`, as [`Grant`] explains.
    fn next_version(&self, present: Option<i64>) -> i64 {
        let now = self.0.parts.clock.millis();
        present.map_or(now, |present| now.max(present.saturating_add(1)))
    }

    /// Remembers whether a tier answered, and logs when that changes.
    fn note<T>(&self, tier: &dyn Tier, answer: &Result<T, TierDown>) {
        let mut trouble = self.trouble();
        match answer {
            Ok(_) => {
                if trouble.down.remove(tier.name()).is_some() {
                    tracing::info!(tier = tier.name(), "a credential tier answers again");
                }
            }
            Err(TierDown(why)) => {
                trouble.stale.insert(tier.name());
                if trouble.down.insert(tier.name(), why.clone()).is_none() {
                    tracing::warn!(tier = tier.name(), %why, "a credential tier is down");
                }
            }
        }
    }

    fn trouble(&self) -> MutexGuard<'_, Trouble> {
        self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name under which a tier keeps a person's record: it tells nobody who that is.
fn place_of(person: &PersonId) -> String {
    let hash = Sha256::digest(person.as_str().as_bytes());
    BASE32HEX_NOPAD.encode(&hash[..20]).to_ascii_lowercase()
}
