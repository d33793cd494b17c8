//! A record as tiers without columns keep it: one JSON object. The person stands in it so that a lost database can be told
//! whose it is.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::tier::Record;
use crate::domain::person::PersonId;

#[derive(Serialize, Deserialize)]
struct Sheet {
    person: String,
    version: i64,
    sealed: String,
}

pub(super) fn write(person: &PersonId, record: &Record) -> Vec<u8> {
    let sheet = Sheet {
        person: person.as_str().to_owned(),
        version: record.version,
        sealed: BASE64URL_NOPAD.encode(&record.sealed),
    };
    serde_json::to_vec(&sheet).expect("a struct of text and numbers turns into JSON")
}

/// The record; what can't be taken apart is garbage.
pub(super) fn record(bytes: Vec<u8>) -> Record {
    read(&bytes)
        .and_then(|sheet| {
            let sealed = BASE64URL_NOPAD.decode(sheet.sealed.as_bytes()).ok()?;
            Some(Record {
                version: sheet.version,
                sealed,
            })
        })
        .unwrap_or_else(|| Record::garbage(bytes))
}

/// Whose it says that it is.
pub(super) fn person(bytes: &[u8]) -> Option<PersonId> {
    PersonId::parse(&read(bytes)?.person).ok()
}

fn read(bytes: &[u8]) -> Option<Sheet> {
    serde_json::from_slice(bytes).ok()
}
