//! The Secret Manager tier: one secret per person, one version of it per change.
//!
//! The secret's id tells nobody whose it is; its content names the person and the record's version beside the sealed bytes.
//! Google charges per version that is not destroyed and per reading, so an unchanged record writes nothing and what was
//! superseded is destroyed within the hour.

mod api;
mod doomed;
mod find;
mod read;
mod spent;
mod sweep;

use async_trait::async_trait;
use chrono::TimeDelta;
use futures_util::{StreamExt, TryStreamExt, stream};
use moka::sync::Cache;
use tokio::sync::Mutex;
use url::Url;

pub use self::read::{Unread, read_version};

use self::api::Api;
use self::doomed::Doomed;
use self::find::{Found, Held};
use self::sweep::Sweep;
use super::tier::{Put, Record, Tier, TierDown};
use super::{PEOPLE_IN_MEMORY, place_of, sheet};
use crate::clock::Clock;
use crate::domain::person::PersonId;
use crate::seal::KeyRing;

/// What the ids of our secrets begin with.
const PREFIX: &str = "chatcal-grant-";

/// How long a superseded version is kept: a replica that still reads by its number is not surprised. With the time that tidying
/// takes, it is gone within the hour.
const KEPT_FOR: TimeDelta = TimeDelta::minutes(55);

/// How many versions are destroyed per round of tidying: writes share a quota of 600 a minute.
const DESTROYED_AT_ONCE: usize = 25;

/// How many secrets are read at once when everybody is asked for.
const AT_ONCE: usize = 16;

/// Sealed records in Google's Secret Manager.
pub struct SecretManager {
    api: Api,
    clock: Clock,
    known: Cache<String, Known>,
    /// Comparing and adding is one step within this process; other processes are noticed afterwards.
    writing: Mutex<()>,
    doomed: Doomed,
    sweep: Mutex<Sweep>,
}

/// Where a person's record lies, so far as this process knows.
#[derive(Clone)]
struct Known {
    person: Option<PersonId>,
    best: Option<u64>,
    top: u64,
}

impl SecretManager {
    /// Opens the tier without waiting for the service. On loopback it is asked without credentials, elsewhere with the
    /// application default credentials.
    pub fn open(project: &str, url: &Url, clock: Clock) -> Self {
        Self {
            api: Api::new(project, url, clock.clone()),
            clock,
            known: Cache::new(PEOPLE_IN_MEMORY),
            writing: Mutex::default(),
            doomed: Doomed::default(),
            sweep: Mutex::new(Sweep::new()),
        }
    }

    async fn find(&self, id: &str) -> Result<Found, TierDown> {
        let found = match self.known.get(id) {
            Some(known) => find::again(&self.api, id, known.best, known.top).await?,
            None => find::cold(&self.api, id).await?,
        };
        self.settle(id, &found);
        Ok(found)
    }

    /// Remembers where the record lies, and what it has superseded.
    fn settle(&self, id: &str, found: &Found) {
        let best = found.best.as_ref();
        let known = Known {
            person: best.and_then(|best| best.person.clone()),
            best: best.map(|best| best.number),
            top: found.top,
        };
        self.known.insert(id.to_owned(), known);
        let Some(best) = best else { return };
        for number in superseded(&found.others, best) {
            self.doomed.add(id, number, self.clock.now() + KEPT_FOR);
        }
    }

    /// Adds `record`, and looks at what others have added since `found`.
    async fn add(&self, id: &str, person: &PersonId, record: &Record, mut found: Found) -> Result<Found, TierDown> {
        if found.top == 0 {
            self.api.create(id).await?;
        }
        let Some(number) = self.api.add(id, sheet::write(person, record)).await? else {
            self.known.invalidate(id);
            return Err(TierDown("the secret was deleted by another hand".to_owned()));
        };
        let between = found.top + 1..number;
        found.weigh(Held {
            number,
            record: record.clone(),
            person: Some(person.clone()),
        });
        for number in between {
            found.take(self.api.access(id, api::Which::Number(number)).await?);
        }
        self.settle(id, &found);
        Ok(found)
    }

    async fn person(&self, id: String) -> Result<Option<PersonId>, TierDown> {
        if let Some(person) = self.known.get(&id).and_then(|known| known.person) {
            return Ok(Some(person));
        }
        Ok(self.find(&id).await?.best.and_then(|best| best.person))
    }
}

fn id_of(person: &PersonId) -> String {
    format!("{PREFIX}{}", place_of(person))
}

/// The versions that `best` took the place of. What somebody else's hand put on top of it is theirs to take away, and so is what
/// lies under another key: two deployments may share a project. Of a record that was sealed anew the old form goes all the same.
fn superseded(others: &[Held], best: &Held) -> impl Iterator<Item = u64> {
    let key = |held: &Held| KeyRing::key_of(&held.record.sealed).ok();
    let foreign = move |other: &Held| {
        let keys = key(other).zip(key(best));
        other.record.version != best.record.version && keys.is_some_and(|(theirs, ours)| theirs != ours)
    };
    let ours = move |other: &&Held| (other.number < best.number || other.record.version > 0) && !foreign(other);
    others.iter().filter(ours).map(|other| other.number)
}

#[async_trait]
impl Tier for SecretManager {
    fn name(&self) -> &'static str {
        "secret-manager"
    }

    fn place(&self, person: &PersonId) -> String {
        format!("the secret {}", id_of(person))
    }

    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        Ok(self.find(&id_of(person)).await?.best.map(|best| best.record))
    }

    async fn put(&self, person: &PersonId, record: &Record) -> Result<Put, TierDown> {
        let id = id_of(person);
        let _alone = self.writing.lock().await;
        let found = self.find(&id).await?;
        match &found.best {
            Some(best) if best.record.version > record.version => return Ok(Put::Outranked(best.record.clone())),
            Some(best) if best.record == *record => return Ok(Put::Kept),
            _ => {}
        }
        match self.add(&id, person, record, found).await?.best {
            Some(best) if best.record.version > record.version => Ok(Put::Outranked(best.record)),
            _ => Ok(Put::Kept),
        }
    }

    async fn remove(&self, person: &PersonId, record: &Record) -> Result<(), TierDown> {
        let id = id_of(person);
        let _alone = self.writing.lock().await;
        let mut found = find::cold(&self.api, &id).await?;
        for version in self.api.versions(&id).await? {
            if version.enabled && !found.holds(version.number) {
                found.take(self.api.access(&id, api::Which::Number(version.number)).await?);
            }
        }
        self.settle(&id, &found);
        let Found { best, mut others, top } = found;
        let Some(best) = best.filter(|best| best.record == *record) else {
            let same = others.iter().find(|other| other.record == *record);
            return match same {
                Some(other) => self.api.destroy(&id, other.number).await,
                None => Ok(()),
            };
        };
        // What it superseded goes first, so that nothing older takes its place.
        let gone: Vec<_> = superseded(&others, &best).collect();
        for number in &gone {
            self.api.destroy(&id, *number).await?;
            self.doomed.done(&id, *number);
        }
        self.api.destroy(&id, best.number).await?;
        others.retain(|other| !gone.contains(&other.number));
        let left = others
            .into_iter()
            .max_by_key(|other| (other.record.version, other.number));
        let known = Known {
            person: None,
            best: left.map(|left| left.number),
            top,
        };
        self.known.insert(id, known);
        Ok(())
    }

    async fn people(&self) -> Result<Vec<PersonId>, TierDown> {
        let (mut people, mut token) = (Vec::new(), Some(String::new()));
        while let Some(from) = token {
            let (ids, next) = self.api.secrets(from).await?;
            let ours = ids.into_iter().filter(|id| id.starts_with(PREFIX));
            let named: Vec<_> = stream::iter(ours.map(|id| self.person(id)))
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            people.extend(named.into_iter().flatten());
            token = next;
        }
        Ok(people)
    }

    async fn tidy(&self) -> Result<(), TierDown> {
        self.sweep().await?;
        for (id, number) in self.doomed.due(self.clock.now(), DESTROYED_AT_ONCE) {
            self.api.destroy(&id, number).await?;
            self.doomed.done(&id, number);
        }
        Ok(())
    }

    fn spent(&self) -> Vec<(&'static str, u64)> {
        self.api.spent.all()
    }
}
