//! A transaction as store functions see it.

use chrono::{DateTime, Utc};
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::Error;

/// A transaction under way. Nothing that is done in it is seen by others before it is durable.
pub struct Tx<'a> {
    connection: &'a rusqlite::Connection,
}

/// A query's argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// One row of an answer; columns count from 0.
pub struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
}

/// What a column can be read as.
pub trait Column: Sized {
    /// Reads the value, or says what was expected instead.
    ///
    /// # Errors
    /// The name of the type that the value is not.
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str>;
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a rusqlite::Connection) -> Self {
        Self { connection }
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<usize, Error> {
        let mut statement = self.prepare(sql)?;
        Ok(statement.execute(rusqlite::params_from_iter(args))?)
    }

    /// All rows of a query, converted at once.
    ///
    /// # Errors
    /// When the database fails, or `convert` refuses a row.
    pub fn rows<T>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
        mut convert: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(convert(&Row { row })?);
        }
        Ok(found)
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// When the database fails, or `convert` refuses the row.
    pub fn row<T>(
        &mut self,
        sql: &'static str,
        args: &[Arg<'_>],
        convert: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        rows.next()?.map(|row| convert(&Row { row })).transpose()
    }

    /// Runs `body` so that its error undoes what it did, and only that: the transaction goes on.
    ///
    /// # Errors
    /// Those of `body`, and the database's own.
    pub fn savepoint<T, E: From<Error>>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let run = |sql| {
            self.connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute([]))
        };
        run("SAVEPOINT inner_work").map_err(Error::from)?;
        let done = body(&mut Tx::new(self.connection));
        if done.is_err() {
            run("ROLLBACK TO inner_work").map_err(Error::from)?;
        }
        run("RELEASE inner_work").map_err(Error::from)?;
        done
    }

    fn prepare(&self, sql: &'static str) -> Result<rusqlite::CachedStatement<'a>, Error> {
        let statement = self.connection.prepare_cached(sql)?;
        debug_assert!(
            (1..=statement.parameter_count()).all(|n| statement.parameter_name(n) == Some(format!("${n}").as_str())),
            "arguments must first appear in order, $1 to $n, as PostgreSQL counts them: {sql}"
        );
        Ok(statement)
    }
}

impl Row<'_> {
    /// Column `n`, as what the caller expects there.
    ///
    /// # Errors
    /// [`Error::Nonsense`] when the value is of another type.
    pub fn get<T: Column>(&self, n: usize) -> Result<T, Error> {
        let value = self.row.get_ref(n)?;
        T::read(value).map_err(|expected| self.mistyped(n, value, expected))
    }

    /// Column `n`'s text, read by `parse`.
    ///
    /// # Errors
    /// [`Error::Nonsense`] with `parse`'s own words.
    pub fn parse<T, E: std::fmt::Display>(
        &self,
        n: usize,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Error> {
        let value = self.row.get_ref(n)?;
        let text = value.as_str().map_err(|_| self.mistyped(n, value, "text"))?;
        parse(text).map_err(|error| Error::Nonsense(format!("column {:?}: {error}", self.name(n))))
    }

    /// [`Row::parse`] for a column that may be empty.
    ///
    /// # Errors
    /// As [`Row::parse`].
    pub fn parse_optional<T, E: std::fmt::Display>(
        &self,
        n: usize,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Error> {
        if self.row.get_ref(n)? == ValueRef::Null {
            Ok(None)
        } else {
            self.parse(n, parse).map(Some)
        }
    }

    fn mistyped(&self, n: usize, value: ValueRef<'_>, expected: &str) -> Error {
        Error::Nonsense(format!(
            "column {:?} is {}, expected {expected}",
            self.name(n),
            value.data_type()
        ))
    }

    fn name(&self, n: usize) -> String {
        self.row.as_ref().column_name(n).unwrap_or("?").to_owned()
    }
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

impl From<i64> for Arg<'_> {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<bool> for Arg<'_> {
    fn from(yes: bool) -> Self {
        Self::Int(i64::from(yes))
    }
}

impl From<DateTime<Utc>> for Arg<'_> {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Int(at.timestamp_millis())
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Arg<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Column for i64 {
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str> {
        value.as_i64().map_err(|_| "an integer")
    }
}

impl Column for bool {
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str> {
        value.as_i64().map(|n| n != 0).map_err(|_| "a truth value")
    }
}

impl Column for String {
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str> {
        value.as_str().map(str::to_owned).map_err(|_| "text")
    }
}

impl Column for Vec<u8> {
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str> {
        value.as_blob().map(<[u8]>::to_vec).map_err(|_| "bytes")
    }
}

impl Column for DateTime<Utc> {
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str> {
        let expected = "milliseconds since the epoch";
        value
            .as_i64()
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .ok_or(expected)
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: ValueRef<'_>) -> Result<Self, &'static str> {
        if value == ValueRef::Null {
            Ok(None)
        } else {
            T::read(value).map(Some)
        }
    }
}
