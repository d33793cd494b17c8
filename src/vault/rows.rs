//! The vault's rows: each person's version (the compare-and-set), what tiers still have to get, what was set aside.

use chrono::{DateTime, TimeDelta, Utc};

use super::finding::Flaw;
use super::grant::{Content, Grant};
use super::news::Change;
use super::tier::Record;
use crate::args;
use crate::domain::account::GoogleAccount;
use crate::domain::person::PersonId;
use crate::seal::KeyRing;
use crate::sql::{Error, Row, Tx};

/// What SQL knows of a person's grant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub version: i64,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Alive(GoogleAccount),
    /// Google ended it, for this reason. A new consent makes a new version.
    Revoked(GoogleAccount, String),
    Tombstone,
}

impl Standing {
    /// The account that is linked, whether or not its grant still works.
    pub fn account(self) -> Option<GoogleAccount> {
        match self.state {
            State::Alive(account) | State::Revoked(account, _) => Some(account),
            State::Tombstone => None,
        }
    }
}

/// A row's new content.
pub(super) struct Next<'a> {
    pub version: i64,
    /// `None` writes a tombstone.
    pub grant: Option<&'a Grant>,
    pub at: DateTime<Utc>,
}

impl<'a> Next<'a> {
    pub fn of(content: &'a Content, version: i64, at: DateTime<Utc>) -> Self {
        let grant = match content {
            Content::Alive(grant) => Some(grant),
            Content::Tombstone => None,
        };
        Self { version, grant, at }
    }
}

pub(super) fn standing(tx: &mut Tx<'_>, person: &PersonId) -> Result<Option<Standing>, Error> {
    tx.row(
        "SELECT version, state, reason, account_sub, account_email FROM grants WHERE person = $1",
        args![person.as_str()],
        read_standing,
    )
}

fn read_standing(row: &Row<'_>) -> Result<Standing, Error> {
    let state: String = row.get(1)?;
    let account = || {
        Ok::<_, Error>(GoogleAccount {
            sub: row.get(3)?,
            email: row.get(4)?,
        })
    };
    Ok(Standing {
        version: row.get(0)?,
        state: match state.as_str() {
            "alive" => State::Alive(account()?),
            "revoked" => State::Revoked(account()?, row.get(2)?),
            "tombstone" => State::Tombstone,
            other => return Err(Error::Nonsense(format!("a grant's state is {other:?}"))),
        },
    })
}

/// The people whose grants (usable or not) are of this Google account.
pub(super) fn persons_of(tx: &mut Tx<'_>, sub: &str) -> Result<Vec<PersonId>, Error> {
    tx.rows(
        "SELECT person FROM grants WHERE account_sub = $1 ORDER BY person",
        args![sub],
        |row| row.parse(0, PersonId::parse),
    )
}

/// Everybody of whom there is a row.
pub(super) fn everybody(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, Error> {
    tx.rows("SELECT person FROM grants ORDER BY person", args![], |row| {
        row.parse(0, PersonId::parse)
    })
}

/// Everybody of whom there is a row, with its version.
pub(super) fn versions(tx: &mut Tx<'_>) -> Result<Vec<(PersonId, i64)>, Error> {
    tx.rows("SELECT person, version FROM grants", args![], |row| {
        Ok((row.parse(0, PersonId::parse)?, row.get(1)?))
    })
}

/// This database knows everybody of whom `tier` holds a record.
pub(super) fn make_known(tx: &mut Tx<'_>, tier: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        args![&known(tier), b"1".as_slice()],
    )?;
    Ok(())
}

pub(super) fn is_known(tx: &mut Tx<'_>, tier: &str) -> Result<bool, Error> {
    let fact: Option<Vec<u8>> = tx.row("SELECT value FROM facts WHERE name = $1", args![&known(tier)], |row| {
        row.get(0)
    })?;
    Ok(fact.is_some())
}

fn known(tier: &str) -> String {
    format!("credential tier known: {tier}")
}

/// Writes the row if it still stands at `expected` (`None`: there is none yet). False when somebody else was quicker.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    person: &PersonId,
    expected: Option<i64>,
    next: &Next<'_>,
) -> Result<bool, Error> {
    match expected {
        None => upsert(
            tx,
            "INSERT INTO grants (person, version, state, account_sub, account_email, client_id, written_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person) DO NOTHING",
            person,
            next,
        ),
        Some(expected) => {
            let (state, sub, email, client) = columns(next);
            let written = tx.execute(
                "UPDATE grants SET version = $1, state = $2, reason = NULL, account_sub = $3, account_email = $4, \
                 client_id = $5, written_at = $6 WHERE person = $7 AND version = $8",
                args![
                    next.version,
                    state,
                    sub,
                    email,
                    client,
                    next.at,
                    person.as_str(),
                    expected
                ],
            )?;
            changed(tx, person, written)
        }
    }
}

/// Brings the row up to what a tier holds, if that is newer: after the loss of the database, or a backup put back.
pub(super) fn raise(tx: &mut Tx<'_>, person: &PersonId, next: &Next<'_>) -> Result<bool, Error> {
    upsert(
        tx,
        "INSERT INTO grants (person, version, state, account_sub, account_email, client_id, written_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (person) DO UPDATE SET version = excluded.version, state = excluded.state, reason = NULL, \
         account_sub = excluded.account_sub, account_email = excluded.account_email, client_id = excluded.client_id, \
         written_at = excluded.written_at WHERE excluded.version > grants.version",
        person,
        next,
    )
}

fn upsert(tx: &mut Tx<'_>, sql: &'static str, person: &PersonId, next: &Next<'_>) -> Result<bool, Error> {
    let (state, sub, email, client) = columns(next);
    let written = tx.execute(
        sql,
        args![person.as_str(), next.version, state, sub, email, client, next.at],
    )?;
    changed(tx, person, written)
}

/// Gives the row that was written, if it was, the next number of change.
fn changed(tx: &mut Tx<'_>, person: &PersonId, written: usize) -> Result<bool, Error> {
    if written == 0 {
        return Ok(false);
    }
    // One transaction at a time writes, on either engine, so that numbers become visible in their order.
    tx.execute(
        "UPDATE grants SET change = (SELECT MAX(change) + 1 FROM grants) WHERE person = $1",
        args![person.as_str()],
    )?;
    Ok(true)
}

/// The number of the last change.
pub(super) fn last_change(tx: &mut Tx<'_>) -> Result<i64, Error> {
    let last = tx.row("SELECT MAX(change) FROM grants", args![], |row| row.get(0))?;
    Ok(last.flatten().unwrap_or(0))
}

/// What was changed after the change `heard`, in order, at most `most`.
pub(super) fn changes_after(tx: &mut Tx<'_>, heard: i64, most: i64) -> Result<Vec<Change>, Error> {
    tx.rows(
        "SELECT change, person, version, state FROM grants WHERE change > $1 ORDER BY change LIMIT $2",
        args![heard, most],
        |row| {
            Ok(Change {
                number: row.get(0)?,
                person: row.parse(1, PersonId::parse)?,
                version: row.get(2)?,
                alive: row.get::<String>(3)? == "alive",
            })
        },
    )
}

fn columns<'a>(next: &Next<'a>) -> (&'static str, Option<&'a str>, Option<&'a str>, Option<&'a str>) {
    let Some(grant) = next.grant else {
        return ("tombstone", None, None, None);
    };
    let account = &grant.account;
    (
        "alive",
        Some(account.sub.as_str()),
        Some(account.email.as_str()),
        Some(grant.client_id.as_str()),
    )
}

/// Notes that Google ended this very version. False when a newer one has come since.
pub(super) fn revoke(tx: &mut Tx<'_>, person: &PersonId, version: i64, reason: &str) -> Result<bool, Error> {
    let written = tx.execute(
        "UPDATE grants SET state = 'revoked', reason = $1 WHERE person = $2 AND version = $3 AND state = 'alive'",
        args![reason, person.as_str(), version],
    )?;
    changed(tx, person, written)
}

/// Notes that `tier` has to get `record`; a newer one in waiting stays.
pub(super) fn journal(
    tx: &mut Tx<'_>,
    person: &PersonId,
    tier: &str,
    record: &Record,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO grant_journal (person, tier, version, sealed, attempts, due_at) VALUES ($1, $2, $3, $4, 0, $5) \
         ON CONFLICT (person, tier) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, \
         attempts = 0, due_at = excluded.due_at WHERE excluded.version > grant_journal.version",
        args![person.as_str(), tier, record.version, &record.sealed, now],
    )?;
    Ok(())
}

/// What tiers still have to get of `person`, newest first.
pub(super) fn journaled(tx: &mut Tx<'_>, person: &PersonId) -> Result<Vec<(String, Record)>, Error> {
    tx.rows(
        "SELECT tier, version, sealed FROM grant_journal WHERE person = $1 ORDER BY version DESC",
        args![person.as_str()],
        |row| Ok((row.get(0)?, read_record(row, 1)?)),
    )
}

/// What `tier` is to get now, longest waiting first.
pub(super) fn due(
    tx: &mut Tx<'_>,
    tier: &str,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<(PersonId, Record)>, Error> {
    tx.rows(
        "SELECT person, version, sealed FROM grant_journal WHERE tier = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3",
        args![tier, now, most],
        |row| Ok((row.parse(0, PersonId::parse)?, read_record(row, 1)?)),
    )
}

/// How many records `tier` still has to get.
pub(super) fn waiting(tx: &mut Tx<'_>, tier: &str) -> Result<i64, Error> {
    let count = tx.row(
        "SELECT COUNT(*) FROM grant_journal WHERE tier = $1",
        args![tier],
        |row| row.get(0),
    )?;
    Ok(count.unwrap_or_default())
}

/// `tier` has this version (or a newer one): nothing is owed to it any more.
pub(super) fn delivered(tx: &mut Tx<'_>, person: &PersonId, tier: &str, version: i64) -> Result<(), Error> {
    tx.execute(
        "DELETE FROM grant_journal WHERE person = $1 AND tier = $2 AND version <= $3",
        args![person.as_str(), tier, version],
    )?;
    Ok(())
}

/// `tier` is no more: nothing is owed to it, and should it come back nobody of whom it holds a record is known.
pub(super) fn forget_tier(tx: &mut Tx<'_>, tier: &str) -> Result<(), Error> {
    tx.execute("DELETE FROM grant_journal WHERE tier = $1", args![tier])?;
    tx.execute("DELETE FROM facts WHERE name = $1", args![&known(tier)])?;
    Ok(())
}

/// `tier` could not be written: the record is due again after 1, 2, 4, 8 and then every 10 seconds.
pub(super) fn postpone(tx: &mut Tx<'_>, person: &PersonId, tier: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let attempts: Option<i64> = tx.row(
        "SELECT attempts FROM grant_journal WHERE person = $1 AND tier = $2",
        args![person.as_str(), tier],
        |row| row.get(0),
    )?;
    let Some(attempts) = attempts else { return Ok(()) };
    let wait = TimeDelta::seconds((1 << attempts.clamp(0, 4)).min(10));
    tx.execute(
        "UPDATE grant_journal SET attempts = attempts + 1, due_at = $1 WHERE person = $2 AND tier = $3",
        args![now + wait, person.as_str(), tier],
    )?;
    Ok(())
}

/// What is set aside is sealed together with this.
pub fn aside_context(person: &str, version: i64) -> String {
    format!("aside|{person}|{version}")
}

/// Sets a record aside that must not be used: sealed by us, whatever it is, since it may be a secret that a careless hand has put there
/// in the clear. True when it is news.
pub(super) fn quarantine(
    tx: &mut Tx<'_>,
    keys: &KeyRing,
    person: &PersonId,
    tier: &str,
    record: &Record,
    flaw: &Flaw,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let before = aside(tx, keys, person)?;
    if before.iter().any(|(at, there)| at == tier && there == record) {
        return Ok(false);
    }
    let context = aside_context(person.as_str(), record.version);
    tx.execute(
        "INSERT INTO grant_quarantine (person, tier, version, sealed, rule, reason, found_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (person, tier) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, \
         rule = excluded.rule, reason = excluded.reason, found_at = excluded.found_at",
        args![
            person.as_str(),
            tier,
            record.version,
            &keys.seal(&context, &record.sealed),
            flaw.rule(),
            &flaw.to_string(),
            now
        ],
    )?;
    Ok(true)
}

/// What was set aside of a person's records, as it was found, by the tier where that was.
pub(super) fn aside(tx: &mut Tx<'_>, keys: &KeyRing, person: &PersonId) -> Result<Vec<(String, Record)>, Error> {
    tx.rows(
        "SELECT tier, version, sealed FROM grant_quarantine WHERE person = $1 ORDER BY tier",
        args![person.as_str()],
        |row| Ok((row.get(0)?, as_found(keys, person, read_record(row, 1)?))),
    )
}

/// What was set aside, without the seal that it got from us. Nothing is left of one whose key is gone.
pub(super) fn as_found(keys: &KeyRing, person: &PersonId, aside: Record) -> Record {
    let context = aside_context(person.as_str(), aside.version);
    Record {
        sealed: keys.open(&context, &aside.sealed).unwrap_or_default(),
        ..aside
    }
}

pub(super) fn forget_aside(tx: &mut Tx<'_>, person: &PersonId, tier: &str) -> Result<(), Error> {
    tx.execute(
        "DELETE FROM grant_quarantine WHERE person = $1 AND tier = $2",
        args![person.as_str(), tier],
    )?;
    Ok(())
}

fn read_record(row: &Row<'_>, first: usize) -> Result<Record, Error> {
    Ok(Record {
        version: row.get(first)?,
        sealed: row.get(first + 1)?,
    })
}
