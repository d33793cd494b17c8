//! Grants, and the sealed form in which every tier keeps them.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};

use super::tier::Record;
use crate::domain::account::GoogleAccount;
use crate::domain::person::PersonId;
use crate::seal::{KeyRing, Unsealable};

/// What a person's consent gave us: durable, and one version per change.
///
/// A version is the moment of the change in UTC milliseconds, or one more than the version before it if that is later. So it
/// only grows, and a consent on a fresh disk outranks whatever old copy a tier that was silent then comes back with.
#[derive(Clone, Debug)]
pub struct Grant {
    pub person: PersonId,
    pub version: i64,
    pub account: GoogleAccount,
    pub refresh_token: SecretString,
    /// The scopes that were granted, not the ones that were asked for.
    pub scopes: Vec<String>,
    /// The OAuth client that the refresh token belongs to.
    pub client_id: String,
    pub written_at: DateTime<Utc>,
}

/// A grant that no version has been given yet: fresh from the code exchange, or waiting for the typed code.
#[derive(Clone, Debug)]
pub struct NewGrant {
    pub account: GoogleAccount,
    /// Empty when Google sent none: the door refuses it then, in words for the person.
    pub refresh_token: SecretString,
    pub scopes: Vec<String>,
    pub client_id: String,
}

/// What a record says once it is open.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Alive(Grant),
    /// Disconnected. A version like any other, so that an older copy can't come back to life.
    Tombstone,
}

/// The form under the seal.
#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Plain {
    Alive {
        #[serde(flatten)]
        parts: Parts,
        written_at: i64,
    },
    Tombstone {
        written_at: i64,
    },
}

#[derive(Serialize, Deserialize)]
struct Parts {
    account: GoogleAccount,
    refresh_token: String,
    scopes: Vec<String>,
    client_id: String,
}

impl NewGrant {
    /// The sealed form of a grant that has to wait; it opens only with the same `context` (the sign-in's own id).
    pub fn seal(&self, keys: &KeyRing, context: &str) -> Vec<u8> {
        let parts = Parts {
            account: self.account.clone(),
            refresh_token: self.refresh_token.expose_secret().to_owned(),
            scopes: self.scopes.clone(),
            client_id: self.client_id.clone(),
        };
        keys.seal(&pending_context(context), plain_bytes(&parts).expose_secret())
    }

    /// Opens what [`NewGrant::seal`] made.
    ///
    /// # Errors
    /// When it was changed, moved, or is under a key that is not in the ring.
    pub fn open(keys: &KeyRing, context: &str, sealed: &[u8]) -> Result<Self, Unsealable> {
        let plain = SecretSlice::from(keys.open(&pending_context(context), sealed)?);
        let parts: Parts = serde_json::from_slice(plain.expose_secret()).map_err(|_| Unsealable::Form)?;
        Ok(Self {
            account: parts.account,
            refresh_token: SecretString::from(parts.refresh_token),
            scopes: parts.scopes,
            client_id: parts.client_id,
        })
    }

    pub(super) fn numbered(self, person: &PersonId, version: i64, written_at: DateTime<Utc>) -> Grant {
        Grant {
            person: person.clone(),
            version,
            account: self.account,
            refresh_token: self.refresh_token,
            scopes: self.scopes,
            client_id: self.client_id,
            written_at,
        }
    }
}

impl Grant {
    pub(super) fn seal(&self, keys: &KeyRing) -> Record {
        let plain = Plain::Alive {
            parts: Parts {
                account: self.account.clone(),
                refresh_token: self.refresh_token.expose_secret().to_owned(),
                scopes: self.scopes.clone(),
                client_id: self.client_id.clone(),
            },
            written_at: self.written_at.timestamp_millis(),
        };
        record(keys, &self.person, self.version, &plain)
    }
}

/// The sealed tombstone of `person` at `version`.
pub(super) fn tombstone(keys: &KeyRing, person: &PersonId, version: i64, written_at: DateTime<Utc>) -> Record {
    let plain = Plain::Tombstone {
        written_at: written_at.timestamp_millis(),
    };
    record(keys, person, version, &plain)
}

/// Opens a record that was found in `person`'s place.
pub(super) fn open(keys: &KeyRing, person: &PersonId, record: &Record) -> Result<Content, Unsealable> {
    let plain = SecretSlice::from(keys.open(&context(person.as_str(), record.version), &record.sealed)?);
    match serde_json::from_slice(plain.expose_secret()).map_err(|_| Unsealable::Form)? {
        Plain::Alive { parts, written_at } => Ok(Content::Alive(Grant {
            person: person.clone(),
            version: record.version,
            account: parts.account,
            refresh_token: SecretString::from(parts.refresh_token),
            scopes: parts.scopes,
            client_id: parts.client_id,
            written_at: DateTime::from_timestamp_millis(written_at).ok_or(Unsealable::Form)?,
        })),
        Plain::Tombstone { .. } => Ok(Content::Tombstone),
    }
}

/// The same record under the first key of the ring; `None` when it is under that one already.
pub(super) fn renew(keys: &KeyRing, person: &PersonId, record: &Record) -> Result<Option<Record>, Unsealable> {
    let renewed = keys.renew(&context(person.as_str(), record.version), &record.sealed)?;
    Ok(renewed.map(|sealed| Record {
        version: record.version,
        sealed,
    }))
}

fn record(keys: &KeyRing, person: &PersonId, version: i64, plain: &Plain) -> Record {
    Record {
        version,
        sealed: keys.seal(&context(person.as_str(), version), plain_bytes(plain).expose_secret()),
    }
}

/// What a record is sealed together with.
pub fn context(person: &str, version: i64) -> String {
    format!("grant|{person}|{version}")
}

/// What a grant that waits for its sign-in's end is sealed together with.
pub fn pending_context(context: &str) -> String {
    format!("pending grant|{context}")
}

fn plain_bytes(plain: &impl Serialize) -> SecretSlice<u8> {
    SecretSlice::from(serde_json::to_vec(plain).expect("plain structs of text and numbers turn into JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    fn keys(seed: u64) -> KeyRing {
        let entropy = Entropy::seeded(seed);
        KeyRing::new(&[KeyRing::make_key(&entropy)], entropy).unwrap()
    }

    fn fresh() -> NewGrant {
        NewGrant {
            account: GoogleAccount {
                sub: "1".into(),
                email: "ana@example.org".into(),
            },
            refresh_token: SecretString::from("1//secret"),
            scopes: vec!["openid".into()],
            client_id: "client".into(),
        }
    }

    #[test]
    fn a_record_opens_only_in_its_own_place_at_its_own_version() {
        let (keys, ana, bo) = (keys(1), PersonId::console("ana"), PersonId::console("bo"));
        let sealed = fresh().numbered(&ana, 7, DateTime::UNIX_EPOCH).seal(&keys);
        let Content::Alive(opened) = open(&keys, &ana, &sealed).unwrap() else {
            panic!("a tombstone")
        };
        assert_eq!(opened.refresh_token.expose_secret(), "1//secret");
        assert_eq!((opened.version, opened.account), (7, fresh().account));

        assert_eq!(open(&keys, &bo, &sealed).err(), Some(Unsealable::Broken));
        let renumbered = Record { version: 8, ..sealed };
        assert_eq!(open(&keys, &ana, &renumbered).err(), Some(Unsealable::Broken));
        let grave = tombstone(&keys, &ana, 9, DateTime::UNIX_EPOCH);
        assert!(matches!(open(&keys, &ana, &grave), Ok(Content::Tombstone)));
    }

    #[test]
    fn a_waiting_grant_opens_only_for_its_own_sign_in_and_never_as_a_grant() {
        let keys = keys(1);
        let sealed = fresh().seal(&keys, "sign-in 1");
        let opened = NewGrant::open(&keys, "sign-in 1", &sealed).unwrap();
        assert_eq!(opened.refresh_token.expose_secret(), "1//secret");
        assert!(NewGrant::open(&keys, "sign-in 2", &sealed).is_err());
        let posing = Record { version: 1, sealed };
        assert!(open(&keys, &PersonId::console("ana"), &posing).is_err());
    }

    #[test]
    fn no_secret_shows_in_debug_output() {
        let shown = format!(
            "{:?}",
            fresh().numbered(&PersonId::console("ana"), 1, DateTime::UNIX_EPOCH)
        );
        assert!(
            !shown.contains("1//secret") && !shown.contains("ana@example.org"),
            "{shown}"
        );
    }
}
