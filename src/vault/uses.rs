//! When each grant was last good for an access token: for keeping alive those of people who are away, and for telling a Google
//! project that is still in "Testing", where every grant ends seven days after the consent
//! (<https://developers.google.com/identity/protocols/oauth2#expiration>).

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::grant::Grant;
use super::{Vault, place_of};
use crate::args;
use crate::domain::person::PersonId;
use crate::sql::{Error, Tx};

/// A use is written down when the last one that was is older: a write for every refresh would be for nothing.
const COARSE: TimeDelta = TimeDelta::hours(6);

/// What a grant lives in a project that is in "Testing".
const TESTING: TimeDelta = TimeDelta::days(7);
/// A grant that was good so long after its consent was given by a published project.
const SURVIVED: TimeDelta = TimeDelta::days(8);
/// How exactly the end has to be known for one person's to say enough. Of two people, that both ended around then does.
const NARROW: TimeDelta = TimeDelta::hours(30);
/// How far clocks, Google's and ours, may be apart.
const TOLERANCE: TimeDelta = TimeDelta::hours(1);

/// The fact that holds what was noticed, and how much of it is kept.
const FACT: &str = "grants that ended after seven days";
const KEPT: usize = 20;

/// A grant that may have ended because of "Testing".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Ending {
    /// The person's hash.
    who: String,
    consented_at: i64,
    last_used_at: i64,
    ended_at: i64,
}

/// Grants end seven days after the consent: the Google project is in "Testing".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestingLife {
    /// How many people's grants ended so.
    pub people: usize,
    pub last_at: DateTime<Utc>,
}

impl TestingLife {
    /// The one step that ends it.
    pub const REMEDY: &str = "publish the app: https://console.cloud.google.com/auth/audience, “Publish app”. Whoever connected \
                              before connects once more";
}

impl Ending {
    /// The seventh day lies between the last use and the end.
    fn is_suspect(&self) -> bool {
        let limit = self.consented_at + TESTING.num_milliseconds();
        let tolerance = TOLERANCE.num_milliseconds();
        self.last_used_at <= limit + tolerance && self.ended_at >= limit - tolerance
    }

    fn is_narrow(&self) -> bool {
        self.ended_at - self.last_used_at <= NARROW.num_milliseconds()
    }
}

impl Vault {
    /// The grant was good for an access token.
    pub(super) async fn note_use(&self, grant: &Grant, version: i64) {
        let now = self.0.parts.clock.now();
        let (person, consented_at) = (grant.person.clone(), grant.written_at);
        let db = &self.0.parts.db;
        let who = person.clone();
        let known = db.read(move |tx| last_use(tx, &who, version)).await;
        if known.is_ok_and(|known| known.is_some_and(|(_, used_at)| now - used_at < COARSE)) {
            return;
        }
        let noted = db.write(move |tx| put(tx, &person, version, consented_at, now)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "a grant's use could not be written down");
        }
    }
}

/// Google ended `grant`: does that tell of a project in "Testing"? Inside the transaction that notes the end; true when it has just
/// become plain.
pub(super) fn note_end(tx: &mut Tx<'_>, grant: &Grant, now: DateTime<Utc>) -> Result<bool, Error> {
    let (consented_at, last_used_at) =
        last_use(tx, &grant.person, grant.version)?.unwrap_or((grant.written_at, grant.written_at));
    let ending = Ending {
        who: place_of(&grant.person),
        consented_at: consented_at.timestamp_millis(),
        last_used_at: last_used_at.timestamp_millis(),
        ended_at: now.timestamp_millis(),
    };
    if !ending.is_suspect() {
        return Ok(false);
    }
    let before = testing_life(tx)?;
    let mut endings = endings(tx)?;
    endings.retain(|known| known.who != ending.who);
    endings.push(ending);
    let first = endings.len().saturating_sub(KEPT);
    let text = serde_json::to_vec(&endings[first..]).expect("numbers and hashes turn into JSON");
    tx.execute(
        "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        args![FACT, &text],
    )?;
    Ok(before.is_none() && testing_life(tx)?.is_some())
}

/// Whether grants end because the Google project is in "Testing", as far as can be told. A grant that was given later and lived
/// longer proves that the project is published.
///
/// # Errors
/// When the database fails.
pub fn testing_life(tx: &mut Tx<'_>) -> Result<Option<TestingLife>, Error> {
    let survivor: Option<i64> = tx
        .row(
            "SELECT MAX(consented_at) FROM grant_uses WHERE used_at > consented_at + $1",
            args![SURVIVED.num_milliseconds()],
            |row| row.get(0),
        )?
        .flatten();
    let mut endings = endings(tx)?;
    endings.retain(|ending| survivor.is_none_or(|survivor| ending.consented_at > survivor));
    let plain = endings.len() >= 2 || endings.iter().any(Ending::is_narrow);
    let last_at = endings.iter().map(|ending| ending.ended_at).max();
    let last_at = last_at.and_then(DateTime::from_timestamp_millis);
    Ok(last_at.filter(|_| plain).map(|last_at| TestingLife {
        people: endings.len(),
        last_at,
    }))
}

fn endings(tx: &mut Tx<'_>) -> Result<Vec<Ending>, Error> {
    let known: Option<Vec<u8>> = tx.row("SELECT value FROM facts WHERE name = $1", args![FACT], |row| row.get(0))?;
    Ok(known
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default())
}

/// When a version was consented to, and when it was last good.
type Span = (DateTime<Utc>, DateTime<Utc>);

fn last_use(tx: &mut Tx<'_>, person: &PersonId, version: i64) -> Result<Option<Span>, Error> {
    tx.row(
        "SELECT consented_at, used_at FROM grant_uses WHERE person = $1 AND version = $2",
        args![person.as_str(), version],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

fn put(
    tx: &mut Tx<'_>,
    person: &PersonId,
    version: i64,
    consented_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO grant_uses (person, version, consented_at, used_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (person) DO UPDATE SET version = excluded.version, consented_at = excluded.consented_at, \
         used_at = excluded.used_at WHERE excluded.version >= grant_uses.version",
        args![person.as_str(), version, consented_at, now],
    )
    .map(|_| ())
}

/// People whose living grants were last good, or given, before `before`; those who are away longest first.
pub(super) fn unused(
    tx: &mut Tx<'_>,
    before: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(PersonId, DateTime<Utc>)>, Error> {
    tx.rows(
        "SELECT grants.person, COALESCE(grant_uses.used_at, grants.written_at) FROM grants \
         LEFT JOIN grant_uses ON grant_uses.person = grants.person AND grant_uses.version = grants.version \
         WHERE grants.state = 'alive' AND COALESCE(grant_uses.used_at, grants.written_at) <= $1 \
         ORDER BY COALESCE(grant_uses.used_at, grants.written_at) LIMIT $2",
        args![before, most],
        |row| Ok((row.parse(0, PersonId::parse)?, row.get(1)?)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_suspect_when_the_seventh_day_lies_in_it() {
        let hours = |hours: i64| hours * 3_600_000;
        for (last_used, ended, suspect, narrow) in [
            (160, 169, true, true),
            (167, 168, true, true),
            (100, 400, true, false),
            (0, 24 * 30, true, false),
            // Ended before, or good after: another reason.
            (100, 110, false, true),
            (0, 100, false, false),
            (200, 210, false, true),
            (24 * 60, 24 * 60 + 1, false, true),
        ] {
            let ending = Ending {
                who: String::new(),
                consented_at: 0,
                last_used_at: hours(last_used),
                ended_at: hours(ended),
            };
            assert_eq!(
                (ending.is_suspect(), ending.is_narrow()),
                (suspect, narrow),
                "{last_used}–{ended} h"
            );
        }
    }
}
