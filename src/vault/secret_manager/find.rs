//! Finding a person's record among the versions of a secret.
//!
//! Reading by number is strongly consistent, while `latest` and listings lag
//! (cloud.google.com/secret-manager/docs/resource-consistency). So the numbers are climbed from the last one known until there is
//! none. Of several readable versions the one whose record has the highest version counts: two replicas may have written at once.

use super::api::{Access, Api, Which};
use crate::domain::person::PersonId;
use crate::vault::sheet;
use crate::vault::tier::{Record, TierDown};

/// How far below the newest one a cold search looks for a version that outranks it. What lies deeper is the sweep's.
const DEPTH: u64 = 8;

/// A readable version.
#[derive(Clone, Debug)]
pub struct Held {
    pub number: u64,
    pub record: Record,
    pub person: Option<PersonId>,
}

/// What is known of a secret's versions.
#[derive(Debug, Default)]
pub struct Found {
    pub best: Option<Held>,
    /// Readable versions besides the best.
    pub others: Vec<Held>,
    /// The highest number that exists; 0 where there is none.
    pub top: u64,
}

impl Found {
    /// Counts in what lies under `number`; says whether that could be read.
    pub fn take(&mut self, access: Access) -> bool {
        let Access::Content { number, bytes } = access else {
            return false;
        };
        let person = sheet::person(&bytes);
        self.weigh(Held {
            number,
            person,
            record: sheet::record(bytes),
        });
        true
    }

    /// Whether version `number` was counted in.
    pub fn holds(&self, number: u64) -> bool {
        self.best.iter().chain(&self.others).any(|held| held.number == number)
    }

    /// The higher record wins; of two the same, the one that was written later.
    pub fn weigh(&mut self, held: Held) {
        self.top = self.top.max(held.number);
        let rank = |held: &Held| (held.record.version, held.number);
        let loser = match &mut self.best {
            Some(best) if rank(best) >= rank(&held) => held,
            best => match best.replace(held) {
                Some(outranked) => outranked,
                None => return,
            },
        };
        self.others.push(loser);
    }

    async fn climb(&mut self, api: &Api, id: &str) -> Result<(), TierDown> {
        loop {
            let number = self.top + 1;
            match api.access(id, Which::Number(number)).await? {
                Access::Missing => return Ok(()),
                access => {
                    self.take(access);
                    self.top = number;
                }
            }
        }
    }
}

/// Goes on from what was known: the number of the best version, and the highest number.
pub async fn again(api: &Api, id: &str, best: Option<u64>, top: u64) -> Result<Found, TierDown> {
    let mut found = Found {
        top,
        ..Found::default()
    };
    if let Some(number) = best {
        let access = api.access(id, Which::Number(number)).await?;
        if matches!(access, Access::Missing) {
            // The whole secret was deleted, and perhaps made anew.
            return cold(api, id).await;
        }
        found.take(access);
    }
    found.climb(api, id).await?;
    if best.is_some() && found.best.is_none() {
        return cold(api, id).await;
    }
    Ok(found)
}

/// Knows nothing yet.
pub async fn cold(api: &Api, id: &str) -> Result<Found, TierDown> {
    let mut found = Found::default();
    let latest = api.access(id, Which::Latest).await?;
    match latest {
        Access::Content { number, .. } => {
            found.take(latest);
            for below in (number.saturating_sub(DEPTH).max(1)..number).rev() {
                if !found.take(api.access(id, Which::Number(below)).await?) {
                    break;
                }
            }
        }
        // The newest one that it knows is destroyed: only a listing tells its number.
        Access::Unreadable => {
            for listed in api.versions(id).await? {
                found.top = found.top.max(listed.number);
                if listed.enabled {
                    found.take(api.access(id, Which::Number(listed.number)).await?);
                }
            }
        }
        Access::Missing => {}
    }
    found.climb(api, id).await?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(number: u64, version: i64) -> Held {
        let sealed = vec![u8::try_from(number).unwrap()];
        Held {
            number,
            record: Record { version, sealed },
            person: None,
        }
    }

    #[test]
    fn the_highest_record_counts_and_of_two_the_same_the_later() {
        for (versions, best) in [
            (&[(1, 5)][..], 1),
            (&[(1, 5), (2, 6)], 2),
            (&[(1, 7), (2, 6)], 1),
            (&[(1, 7), (2, 7)], 2),
            (&[(3, 7), (2, 7), (1, 9)], 1),
            (&[(1, 5), (2, 0)], 1),
        ] {
            let mut found = Found::default();
            for (number, version) in versions {
                found.weigh(held(*number, *version));
            }
            assert_eq!(found.best.unwrap().number, best, "{versions:?}");
            assert_eq!(found.others.len(), versions.len() - 1);
            assert_eq!(found.top, versions.iter().map(|(number, _)| *number).max().unwrap());
        }
    }
}
