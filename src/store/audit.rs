//! Who did what to whose account: entries are only ever added, each one sealed together with the one before.
//!
//! The seals are HMACs under a key of their own, which lies in the database sealed under `CHATCAL_KEY`: who can write the database
//! but lacks that key can neither change an entry nor add one, and no rotation of `CHATCAL_KEY` touches the entries. The newest
//! entry's number is sealed too, so that entries cut off the end are missed. What is left to such a person is to put a whole
//! earlier copy of the database back; against that the [`Unbroken::head`] can be written down elsewhere.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

use super::facts;
use crate::args;
use crate::seal::KeyRing;
use crate::sql::{Error, Tx};

/// The facts that hold the chain's key, sealed, and the seal of its newest entry's number.
const KEY: &str = "audit key";
const HEAD: &str = "audit head";

/// How many entries are read at a time.
const PAGE: i64 = 1000;

type Seal = [u8; 32];

/// What is noted. It holds no secret and no words of a message.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub at: DateTime<Utc>,
    /// A person's id, an operator at the terminal, or a part of the service.
    pub who: &'a str,
    pub what: &'a str,
    pub detail: &'a str,
}

/// A chain without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbroken {
    pub entries: i64,
    /// The beginning of the newest entry's seal, in hexadecimal; empty where nothing was noted yet.
    pub head: String,
}

/// Where the chain is broken first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq} {why}")]
pub struct Broken {
    pub seq: i64,
    /// In words that continue "entry 7 …".
    pub why: &'static str,
}

/// Notes what somebody did, inside the transaction that does it.
///
/// # Errors
/// When the database fails, or the chain's key does not open under `keys`: then nothing may be done either.
pub fn note(tx: &mut Tx<'_>, keys: &KeyRing, entry: Entry<'_>) -> Result<(), Error> {
    let key = chain_key(tx, keys)?;
    // A transaction that writes is alone, so nobody else takes the same number.
    let newest = tx.row(
        "SELECT seq, seal FROM audit ORDER BY seq DESC LIMIT 1",
        args![],
        |row| Ok((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?)),
    )?;
    let (seq, before) = newest.map_or((1, Vec::new()), |(seq, seal)| (seq + 1, seal));
    let seal = seal_of(&key, &before, seq, entry);
    tx.execute(
        "INSERT INTO audit (seq, at, who, what, detail, seal) VALUES ($1, $2, $3, $4, $5, $6)",
        args![seq, entry.at, entry.who, entry.what, entry.detail, seal.as_slice()],
    )?;
    facts::put(tx, HEAD, &seal_of_head(&key, seq, &seal))
}

/// Follows the whole chain.
///
/// # Errors
/// When the database fails, or the chain's key does not open under `keys`. A broken chain is an answer.
pub fn verify(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<Result<Unbroken, Broken>, Error> {
    let (mut seq, mut before) = (0, Vec::new());
    let Some(sealed) = facts::get(tx, KEY)? else {
        return begins_with_nothing(tx);
    };
    let key = open_key(keys, &sealed)?;
    loop {
        let page = page(tx, seq)?;
        if page.is_empty() {
            break;
        }
        for row in page {
            seq += 1;
            if row.seq != seq {
                return Ok(Err(Broken { seq, why: "is missing" }));
            }
            if seal_of(&key, &before, seq, row.entry()).as_slice() != row.seal {
                let why = "was changed, or the one before it was";
                return Ok(Err(Broken { seq, why }));
            }
            before = row.seal;
        }
    }
    let head = facts::get(tx, HEAD)?.unwrap_or_default();
    if head != seal_of_head(&key, seq, &before) {
        let why = "and perhaps more were cut off the end";
        return Ok(Err(Broken { seq: seq + 1, why }));
    }
    Ok(Ok(Unbroken {
        entries: seq,
        head: HEXLOWER.encode(before.get(..8).unwrap_or_default()),
    }))
}

/// Brings the chain's key under the first key of the ring, or makes it: to be told at every start of a service, before an old key goes,
/// and before a shell with another key in front makes the first entry.
///
/// # Errors
/// When the database fails, or the chain's key does not open under `keys`.
pub fn renew_key(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<(), Error> {
    match facts::get(tx, KEY)? {
        Some(sealed) if KeyRing::key_of(&sealed).ok() != Some(keys.current()) => {
            let key = open_key(keys, &sealed)?;
            facts::put(tx, KEY, &keys.seal(KEY, key.expose_secret()))
        }
        Some(_) => Ok(()),
        // Entries without a key: somebody took it away, and that is to be seen.
        None if !page(tx, i64::MIN)?.is_empty() => Ok(()),
        None => chain_key(tx, keys).map(|_| ()),
    }
}

/// A row as it stands in the table.
struct Noted {
    seq: i64,
    at: DateTime<Utc>,
    who: String,
    what: String,
    detail: String,
    seal: Vec<u8>,
}

impl Noted {
    fn entry(&self) -> Entry<'_> {
        Entry {
            at: self.at,
            who: &self.who,
            what: &self.what,
            detail: &self.detail,
        }
    }
}

fn page(tx: &mut Tx<'_>, after: i64) -> Result<Vec<Noted>, Error> {
    tx.rows(
        "SELECT seq, at, who, what, detail, seal FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
        args![after, PAGE],
        |row| {
            Ok(Noted {
                seq: row.get(0)?,
                at: row.get(1)?,
                who: row.get(2)?,
                what: row.get(3)?,
                detail: row.get(4)?,
                seal: row.get(5)?,
            })
        },
    )
}

/// There is no key: nothing was ever noted, or somebody took the key away.
fn begins_with_nothing(tx: &mut Tx<'_>) -> Result<Result<Unbroken, Broken>, Error> {
    Ok(match page(tx, i64::MIN)?.first() {
        None => Ok(Unbroken {
            entries: 0,
            head: String::new(),
        }),
        Some(first) => Err(Broken {
            seq: first.seq,
            why: "can't be checked: the key of the chain was taken away",
        }),
    })
}

/// The chain's key; the first start of a service makes it, or the first entry.
fn chain_key(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<SecretSlice<u8>, Error> {
    if let Some(sealed) = facts::get(tx, KEY)? {
        return open_key(keys, &sealed);
    }
    let key = SecretSlice::from(keys.mac(KEY, b"").to_vec());
    facts::put(tx, KEY, &keys.seal(KEY, key.expose_secret()))?;
    facts::put(tx, HEAD, &seal_of_head(&key, 0, b""))?;
    Ok(key)
}

fn open_key(keys: &KeyRing, sealed: &[u8]) -> Result<SecretSlice<u8>, Error> {
    match keys.open(KEY, sealed) {
        Ok(key) => Ok(SecretSlice::from(key)),
        Err(why) => Err(Error::Nonsense(format!("facts, row {KEY}, {why}"))),
    }
}

fn seal_of(key: &SecretSlice<u8>, before: &[u8], seq: i64, entry: Entry<'_>) -> Seal {
    let mut mac = begin(key, "entry");
    mac.update(&seq.to_be_bytes());
    mac.update(&entry.at.timestamp_millis().to_be_bytes());
    // Each part with its length, so that no two entries are written the same.
    for part in [
        before,
        entry.who.as_bytes(),
        entry.what.as_bytes(),
        entry.detail.as_bytes(),
    ] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn seal_of_head(key: &SecretSlice<u8>, seq: i64, newest: &[u8]) -> Seal {
    let mut mac = begin(key, "head");
    mac.update(&seq.to_be_bytes());
    mac.update(newest);
    mac.finalize().into_bytes().into()
}

fn begin(key: &SecretSlice<u8>, kind: &str) -> Hmac<Sha256> {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose_secret()).expect("HMAC takes keys of any length");
    mac.update(kind.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::super::tests::{ana, at, within};
    use super::*;
    use crate::entropy::Entropy;

    fn ring(seeds: &[u64]) -> KeyRing {
        let key = |seed: &u64| KeyRing::make_key(&Entropy::seeded(*seed));
        let keys: Vec<SecretString> = seeds.iter().map(key).collect();
        KeyRing::new(&keys, Entropy::seeded(9)).unwrap()
    }

    fn fill(tx: &mut Tx<'_>, keys: &KeyRing) {
        let ana = ana();
        for (n, what) in ["connected", "refused", "disconnected", "connected"]
            .into_iter()
            .enumerate()
        {
            let entry = Entry {
                at: at(n as i64),
                who: ana.as_str(),
                what,
                detail: "a•••@example.org",
            };
            note(tx, keys, entry).unwrap();
        }
    }

    /// What `verify` says after `forgery` of a filled chain.
    fn after(forgery: &'static str) -> Result<Unbroken, Broken> {
        within(move |tx| {
            let keys = ring(&[1]);
            fill(tx, &keys);
            tx.execute(forgery, args![])?;
            verify(tx, &keys)
        })
    }

    #[test]
    fn a_chain_that_nobody_touched_is_whole() {
        within(|tx| {
            let keys = ring(&[1]);
            assert_eq!(verify(tx, &keys)?.unwrap().entries, 0);
            fill(tx, &keys);
            let whole = verify(tx, &keys)?.unwrap();
            assert_eq!((whole.entries, whole.head.len()), (4, 16));
            Ok(())
        });
    }

    #[test]
    fn every_forgery_is_named_by_its_first_broken_entry() {
        for (forgery, seq) in [
            ("UPDATE audit SET who = 'slack:T1:UEVE' WHERE seq = 2", 2),
            ("UPDATE audit SET what = 'x' WHERE seq = 1", 1),
            ("UPDATE audit SET detail = '' WHERE seq = 4", 4),
            ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
            (
                "UPDATE audit SET seal = (SELECT seal FROM audit WHERE seq = 1) WHERE seq = 2",
                2,
            ),
            // Words moved from one column to the next.
            (
                "UPDATE audit SET what = what || 'a', detail = '•••@example.org' WHERE seq = 3",
                3,
            ),
            ("DELETE FROM audit WHERE seq = 1", 1),
            ("DELETE FROM audit WHERE seq = 3", 3),
            ("DELETE FROM audit WHERE seq = 4", 4),
            ("DELETE FROM audit WHERE seq > 1", 2),
            ("DELETE FROM audit", 1),
            ("DELETE FROM facts WHERE name = 'audit head'", 5),
            ("DELETE FROM facts WHERE name = 'audit key'", 1),
            (
                "INSERT INTO audit SELECT 5, at, who, what, detail, seal FROM audit WHERE seq = 4",
                5,
            ),
        ] {
            assert_eq!(after(forgery).unwrap_err().seq, seq, "{forgery}");
        }
    }

    #[test]
    fn t09_the_chain_goes_on_under_a_new_key() {
        within(|tx| {
            fill(tx, &ring(&[1]));
            assert!(verify(tx, &ring(&[2])).is_err(), "the key is another one");
            renew_key(tx, &ring(&[2, 1]))?;
            fill(tx, &ring(&[2]));
            assert_eq!(verify(tx, &ring(&[2]))?.unwrap().entries, 8);
            Ok(())
        });
    }

    #[test]
    fn t09_a_shell_with_another_key_in_front_does_not_shut_a_service_out_of_its_chain() {
        within(|tx| {
            renew_key(tx, &ring(&[1]))?;
            assert_eq!(verify(tx, &ring(&[1]))?.unwrap().entries, 0);
            fill(tx, &ring(&[2, 1]));
            assert_eq!(verify(tx, &ring(&[1]))?.unwrap().entries, 4);
            Ok(())
        });
    }

    #[test]
    fn what_is_undone_leaves_no_gap() {
        within(|tx| {
            let keys = ring(&[1]);
            fill(tx, &keys);
            let undone: Result<(), Error> = tx.savepoint(|tx| {
                fill(tx, &keys);
                Err(Error::Closed)
            });
            assert!(undone.is_err());
            fill(tx, &keys);
            assert_eq!(verify(tx, &keys)?.unwrap().entries, 8);
            Ok(())
        });
    }
}
