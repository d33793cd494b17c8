//! The Redis tier: shared between replicas, quick, and the first place to look for an access token that another one got.

mod address;
mod link;

use std::time::Duration;

use async_trait::async_trait;
use redis::{Cmd, RedisError, Script, cmd};
use secrecy::{ExposeSecret, SecretString};

use self::address::Address;
use self::link::{Link, Live};
use super::place_of;
use super::tier::{Put, Record, Tier, TierDown};
use crate::domain::person::PersonId;

/// What the keys of records begin with.
const GRANT: &str = "chatcal:grant:";

/// Compares and sets in one step. What is no number counts as no version. The answer is the record that outranks, or nil.
const PUT: &str = r"
local present = tonumber(redis.call('HGET', KEYS[1], 'version') or '')
if present and present > tonumber(ARGV[1]) then
    return redis.call('HMGET', KEYS[1], 'version', 'sealed')
end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'sealed', ARGV[2], 'person', ARGV[3])
return false";

/// Compares and deletes in one step.
const REMOVE: &str = r"
if (redis.call('HGET', KEYS[1], 'sealed') or '') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return false";

/// Sealed records in Redis.
pub struct Redis {
    link: Link,
    put: Script,
    remove: Script,
}

/// `REDIS_URL` is no address of a Redis.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "REDIS_URL can't be used ({0}): expected redis://[user:password@]host[:port][/number], \
     redis+sentinel://[user:password@]host[:port],…/service[?sentinels=user:password], or redis+cluster://[user:password@]host[:port],…; rediss for TLS"
)]
pub struct NotARedis(String);

/// Version and sealed bytes as they stand in a hash; either may be missing.
type Fields = (Option<Vec<u8>>, Option<Vec<u8>>);

impl Redis {
    /// Opens the tier without waiting for the server: that one may come later, and go.
    ///
    /// # Errors
    /// When the address makes no sense.
    pub fn open(url: &SecretString) -> Result<Self, NotARedis> {
        let address = Address::read(url.expose_secret()).map_err(NotARedis)?;
        // The category only: the details may quote the address, and that holds the password.
        let link = Link::new(address).map_err(|error| NotARedis(error.category().to_owned()))?;
        Ok(Self {
            link,
            put: Script::new(PUT),
            remove: Script::new(REMOVE),
        })
    }

    async fn query<T: redis::FromRedisValue>(&self, command: &Cmd) -> Result<T, TierDown> {
        let run = |mut live: Live| async move { command.query_async(&mut live).await };
        self.link.run(run).await.map_err(down)
    }

    async fn run<T: redis::FromRedisValue>(&self, script: &redis::ScriptInvocation<'_>) -> Result<T, TierDown> {
        let run = |mut live: Live| async move { script.invoke_async(&mut live).await };
        self.link.run(run).await.map_err(down)
    }
}

fn down(error: RedisError) -> TierDown {
    TierDown(error.to_string())
}

fn record((version, sealed): Fields) -> Option<Record> {
    if version.is_none() && sealed.is_none() {
        return None;
    }
    let sealed = sealed.unwrap_or_default();
    let version = version.and_then(|text| str::from_utf8(&text).ok()?.parse().ok());
    Some(match version {
        Some(version) => Record { version, sealed },
        None => Record::garbage(sealed),
    })
}

fn grant_key(person: &PersonId) -> String {
    format!("{GRANT}{}", place_of(person))
}

fn access_key(person: &PersonId) -> String {
    format!("chatcal:access:{}", place_of(person))
}

#[async_trait]
impl Tier for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn place(&self, person: &PersonId) -> String {
        format!("the key {}", grant_key(person))
    }

    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        let fields = self
            .query(cmd("HMGET").arg(grant_key(person)).arg("version").arg("sealed"))
            .await?;
        Ok(record(fields))
    }

    async fn put(&self, person: &PersonId, put: &Record) -> Result<Put, TierDown> {
        let mut script = self.put.key(grant_key(person));
        script.arg(put.version).arg(&put.sealed).arg(person.as_str());
        let outranking: Option<Fields> = self.run(&script).await?;
        Ok(outranking.and_then(record).map_or(Put::Kept, Put::Outranked))
    }

    async fn remove(&self, person: &PersonId, gone: &Record) -> Result<(), TierDown> {
        let mut script = self.remove.key(grant_key(person));
        script.arg(&gone.sealed);
        self.run(&script).await
    }

    async fn people(&self) -> Result<Vec<PersonId>, TierDown> {
        let pattern = format!("{GRANT}*");
        let keys = self.link.run(|live| live.keys(&pattern)).await.map_err(down)?;
        let mut found = Vec::new();
        for key in keys {
            let person: Option<String> = self.query(cmd("HGET").arg(key).arg("person")).await?;
            found.extend(person.and_then(|person| PersonId::parse(&person).ok()));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    async fn access(&self, person: &PersonId) -> Result<Option<Vec<u8>>, TierDown> {
        self.query(cmd("GET").arg(access_key(person))).await
    }

    async fn keep_access(&self, person: &PersonId, sealed: &[u8], life: Duration) -> Result<(), TierDown> {
        let millis = i64::try_from(life.as_millis()).unwrap_or(i64::MAX).max(1);
        self.query(cmd("SET").arg(access_key(person)).arg(sealed).arg("PX").arg(millis))
            .await
    }
}
