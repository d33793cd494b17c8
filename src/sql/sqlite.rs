//! SQLite: one file on this machine, one process at a time.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, Row, params_from_iter};

use super::value::{Arg, Value};
use super::{Error, Tx};

/// A connection that closures run on, one transaction at a time.
pub(super) struct Sqlite {
    connection: Connection,
    begin: &'static str,
}

impl Sqlite {
    /// Opens (or makes) the file, readable by its owner only.
    pub fn writer(path: &Path) -> Result<Self, Error> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| Error::Failed(format!("{}: {error}", path.display())))?;
        Ok(Self {
            connection: connect(path)?,
            begin: "BEGIN IMMEDIATE",
        })
    }

    pub fn reader(path: &Path) -> Result<Self, Error> {
        let connection = connect(path)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(Self {
            connection,
            begin: "BEGIN",
        })
    }

    pub fn begin(&mut self) -> Result<(), Error> {
        execute(&self.connection, self.begin, &[]).map(|_| ())
    }

    pub fn commit(&mut self) -> Result<(), Error> {
        execute(&self.connection, "COMMIT", &[]).map(|_| ())
    }

    pub fn roll_back(&mut self) {
        // The transaction may be over already (a full disk ends it): then there is nothing to roll back.
        let _ = execute(&self.connection, "ROLLBACK", &[]);
    }

    pub fn tx(&mut self) -> Tx<'_> {
        Tx::sqlite(&self.connection)
    }

    /// Runs several statements at once.
    pub fn batch(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.connection.execute_batch(sql)?)
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit is on the disk when it returns, also through a loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What was deleted is overwritten, and not only left out.
    connection.pragma_update(None, "secure_delete", true)?;
    // Fewer, larger checkpoints: each one makes a group of writers wait.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "cache_size", -4096)?;
    Ok(connection)
}

pub(super) fn execute(connection: &Connection, sql: &'static str, args: &[Arg<'_>]) -> Result<usize, Error> {
    Ok(prepare(connection, sql)?.execute(params_from_iter(args))?)
}

pub(super) fn rows<T>(
    connection: &Connection,
    sql: &'static str,
    args: &[Arg<'_>],
    mut convert: impl FnMut(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut statement = prepare(connection, sql)?;
    let mut rows = statement.query(params_from_iter(args))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(convert(row)?);
    }
    Ok(found)
}

pub(super) fn row<T>(
    connection: &Connection,
    sql: &'static str,
    args: &[Arg<'_>],
    convert: impl FnOnce(&Row<'_>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let mut statement = prepare(connection, sql)?;
    let mut rows = statement.query(params_from_iter(args))?;
    rows.next()?.map(convert).transpose()
}

fn prepare<'c>(connection: &'c Connection, sql: &'static str) -> Result<CachedStatement<'c>, Error> {
    let statement = connection.prepare_cached(sql)?;
    debug_assert!(
        (1..=statement.parameter_count()).all(|n| statement.parameter_name(n) == Some(format!("${n}").as_str())),
        "arguments must first appear in order, $1 to $n, as PostgreSQL counts them: {sql}"
    );
    Ok(statement)
}

pub(super) fn value<'r>(row: &'r Row<'_>, n: usize) -> Result<Value<'r>, Error> {
    Ok(match row.get_ref(n)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(text) => str::from_utf8(text).map_or(Value::Other("text that is not UTF-8"), Value::Text),
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Real(_) => Value::Other("a fraction"),
    })
}

impl rusqlite::ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(*n),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
