//! Rows to domain values and back, a file per table. Rank 2: imports `entropy`, `seal`, `zone`, `domain` and `sql`.
//!
//! Every function runs inside a [`Tx`](crate::sql::Tx) of its caller, who thereby decides what becomes durable together. Times come
//! in as arguments. A row that makes no sense is an [`Error::Nonsense`] that names its table, key and column; where many rows
//! are taken up at once, it is logged and left alone instead, so that it does not stop the others.

pub mod acts;
pub mod audit;
pub mod bookings;
pub mod conversations;
pub mod facts;
pub mod gateway;
pub mod inbox;
pub mod outbox;
pub mod people;
pub mod sealed;
pub mod sign_ins;

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sql::{Error, Row};

/// How many rows one call erases at most, so that it never holds up the writer for long: call again while it erases as many.
pub const BATCH: usize = 500;

/// The place of a broken row, added to the error that only knows its column.
fn in_row(table: &'static str, key: impl Display) -> impl FnOnce(Error) -> Error {
    move |error| match error {
        Error::Nonsense(what) => Error::Nonsense(format!("{table}, row {key}, {what}")),
        other => other,
    }
}

/// The JSON form that goes into a column.
fn json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Nonsense(format!("a value has no JSON form: {error}")))
}

/// Reads the JSON form back. The error tells where reading ended, and nothing of what stands there: that may be private.
fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("not the JSON expected, from character {}", error.column()))
}

/// Reads a row that is known by its first two columns, person and number. A broken one is told to the operator, once per lease.
fn read_or_tell<T>(
    table: &'static str,
    row: &Row<'_>,
    read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let (person, seq): (String, i64) = (row.get(0)?, row.get(1)?);
    match read(row).map_err(in_row(table, format_args!("{person}#{seq}"))) {
        Ok(value) => Ok(Some(value)),
        Err(error @ Error::Nonsense(_)) => {
            tracing::error!(%error, "left alone: a row that can't be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use crate::domain::person::PersonId;
    use crate::sql::{Db, Error, Tx};

    /// Runs `body` over a fresh database.
    pub fn within<T, F>(body: F) -> T
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let dir = tempfile::tempdir().unwrap();
        over(&Db::open(&dir.path().join("a.db")).unwrap(), body)
    }

    /// Runs `body` over `db` and waits until that is durable.
    pub fn over<T, F>(db: &Db, body: F) -> T
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        T: Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(db.write(body)).unwrap()
    }

    pub fn ana() -> PersonId {
        PersonId::slack("T1", "UANA")
    }

    pub fn ben() -> PersonId {
        PersonId::discord(7)
    }

    /// So many seconds after the tests' beginning of time.
    pub fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    /// The words of the error that a broken row must give.
    pub fn nonsense<T>(outcome: Result<T, Error>) -> String {
        match outcome {
            Err(Error::Nonsense(what)) => what,
            Err(other) => panic!("another error: {other}"),
            Ok(_) => panic!("a broken row was read"),
        }
    }
}
