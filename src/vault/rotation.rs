//! Bringing what the vault has sealed under the first key of the ring, while it is in use. Every step stands for itself: a rotation
//! that was cut off is begun anew, and passes over what is done.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::tier::{Put, Tier, TierDown, in_time};
use super::{AccessToken, Vault, grant, roster, rows};
use crate::domain::person::PersonId;
use crate::seal::{KeyId, KeyRing, Tally, Unsealable};
use crate::sql;

/// How many records of a tier are in hand at once.
const AT_ONCE: usize = 16;

/// How often a record is taken up again that somebody else changes meanwhile.
const ROUNDS: usize = 8;

/// The key that something is under in the end, or why it does not open; `None` where there is nothing.
type Found = Option<Result<KeyId, Unsealable>>;

/// What was found in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// A tier, or a column.
    pub place: String,
    pub tally: Tally,
    /// Why it could not be looked through to its end.
    pub down: Option<String>,
}

impl Vault {
    /// Counts, by their keys, the records and access tokens in every tier; with `renew` they are brought under the first key before.
    ///
    /// # Errors
    /// When the database fails. A tier that does is told in its own place.
    pub async fn reseal(&self, renew: bool) -> Result<Vec<Counted>, sql::Error> {
        let versions: BTreeMap<_, _> = self.0.parts.db.read(rows::versions).await?.into_iter().collect();
        let mut counted = Vec::new();
        for tier in &self.0.parts.tiers {
            let mut tally = Tally::default();
            let done = self.reseal_tier(tier.as_ref(), &versions, renew, &mut tally).await;
            counted.push(Counted {
                place: tier.name().to_owned(),
                tally,
                down: done.err().map(|TierDown(why)| why),
            });
        }
        let vault = self.clone();
        for elsewhere in self.0.parts.db.read(move |tx| vault.elsewhere(tx)).await? {
            counted.push(Counted {
                place: elsewhere.tier,
                tally: Tally::default(),
                down: Some(roster::LACKING.to_owned()),
            });
        }
        Ok(counted)
    }

    async fn reseal_tier(
        &self,
        tier: &dyn Tier,
        versions: &BTreeMap<PersonId, i64>,
        renew: bool,
        tally: &mut Tally,
    ) -> Result<(), TierDown> {
        let mut people = tier.people().await?;
        people.extend(versions.keys().cloned());
        people.sort_unstable();
        people.dedup();
        let work = people.iter().map(|person| async move {
            let record = self.reseal_record(tier, person, renew).await?;
            let access = match versions.get(person) {
                Some(version) => self.reseal_access(tier, person, *version, renew).await?,
                None => None,
            };
            Ok::<_, TierDown>([record, access])
        });
        let mut done = stream::iter(work).buffer_unordered(AT_ONCE);
        while let Some(found) = done.try_next().await? {
            found.into_iter().flatten().for_each(|one| tally.count(one));
        }
        Ok(())
    }

    async fn reseal_record(&self, tier: &dyn Tier, person: &PersonId, renew: bool) -> Result<Found, TierDown> {
        let keys = &self.0.parts.keys;
        for _ in 0..ROUNDS {
            let Some(found) = in_time(tier.get(person)).await? else {
                return Ok(None);
            };
            let id = KeyRing::key_of(&found.sealed);
            match grant::renew(keys, person, &found) {
                Err(why) => return Ok(Some(Err(why))),
                Ok(Some(renewed)) if renew => match in_time(tier.put(person, &renewed)).await? {
                    Put::Kept => return Ok(Some(Ok(keys.current()))),
                    // A newer one has come meanwhile: look at that.
                    Put::Outranked(_) => {}
                },
                Ok(_) => return Ok(Some(id)),
            }
        }
        Err(TierDown("a record keeps changing".to_owned()))
    }

    /// The same for the access token that is left there for other replicas. One that does not open is as good as none.
    async fn reseal_access(
        &self,
        tier: &dyn Tier,
        person: &PersonId,
        version: i64,
        renew: bool,
    ) -> Result<Found, TierDown> {
        let keys = &self.0.parts.keys;
        let Some(sealed) = in_time(tier.access(person)).await? else {
            return Ok(None);
        };
        let Some(token) = AccessToken::open(keys, person, version, &sealed) else {
            return Ok(None);
        };
        let id = KeyRing::key_of(&sealed);
        let life = (token.expires_at() - self.0.parts.clock.now()).to_std();
        match life {
            Ok(life) if renew && id != Ok(keys.current()) => {
                in_time(tier.keep_access(person, &token.seal(keys, person), life)).await?;
                Ok(Some(Ok(keys.current())))
            }
            Ok(_) => Ok(Some(id)),
            Err(_) => Ok(None),
        }
    }
}
