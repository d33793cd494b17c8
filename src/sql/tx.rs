//! A transaction as store functions see it, whichever engine it runs on.

use super::value::{Arg, Column, Value};
use super::{Error, postgres, sqlite};

/// A transaction under way. Nothing that is done in it is seen by others before it is durable.
pub struct Tx<'a>(Engine<'a>);

enum Engine<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut postgres::Session),
}

/// One row of an answer; columns count from 0.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a ::postgres::Row),
}

impl<'a> Tx<'a> {
    pub(super) fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self(Engine::Sqlite(connection))
    }

    pub(super) fn postgres(session: &'a mut postgres::Session) -> Self {
        Self(Engine::Postgres(session))
    }

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<usize, Error> {
        match &mut self.0 {
            Engine::Sqlite(connection) => sqlite::execute(connection, sql, args),
            Engine::Postgres(session) => session.execute(sql, args),
        }
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
        match &mut self.0 {
            Engine::Sqlite(connection) => sqlite::rows(connection, sql, args, |row| convert(&Row::Sqlite(row))),
            Engine::Postgres(session) => {
                let rows = session.query(sql, args)?;
                rows.iter().map(|row| convert(&Row::Postgres(row))).collect()
            }
        }
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
        match &mut self.0 {
            Engine::Sqlite(connection) => sqlite::row(connection, sql, args, |row| convert(&Row::Sqlite(row))),
            Engine::Postgres(session) => {
                let rows = session.query(sql, args)?;
                rows.first().map(|row| convert(&Row::Postgres(row))).transpose()
            }
        }
    }

    /// Runs `body` so that its error undoes what it did, and only that: the transaction goes on.
    ///
    /// # Errors
    /// Those of `body`, and the database's own.
    pub fn savepoint<T, E: From<Error>>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.execute("SAVEPOINT inner_work", &[])?;
        let done = body(self);
        if done.is_err() {
            self.execute("ROLLBACK TO SAVEPOINT inner_work", &[])?;
        }
        self.execute("RELEASE SAVEPOINT inner_work", &[])?;
        done
    }
}

impl Row<'_> {
    /// Column `n`, as what the caller expects there.
    ///
    /// # Errors
    /// [`Error::Nonsense`] when the value is of another type.
    pub fn get<T: Column>(&self, n: usize) -> Result<T, Error> {
        let value = self.value(n)?;
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
        match self.value(n)? {
            Value::Text(text) => {
                parse(text).map_err(|error| Error::Nonsense(format!("column {:?}: {error}", self.name(n))))
            }
            other => Err(self.mistyped(n, other, "text")),
        }
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
        if self.value(n)? == Value::Null {
            Ok(None)
        } else {
            self.parse(n, parse).map(Some)
        }
    }

    fn value(&self, n: usize) -> Result<Value<'_>, Error> {
        match self {
            Self::Sqlite(row) => sqlite::value(row, n),
            Self::Postgres(row) => postgres::value(row, n),
        }
    }

    fn mistyped(&self, n: usize, value: Value<'_>, expected: &str) -> Error {
        Error::Nonsense(format!(
            "column {:?} is {}, expected {expected}",
            self.name(n),
            value.kind()
        ))
    }

    fn name(&self, n: usize) -> &str {
        let name = match self {
            Self::Sqlite(row) => row.as_ref().column_name(n).ok(),
            Self::Postgres(row) => row.columns().get(n).map(::postgres::Column::name),
        };
        name.unwrap_or("?")
    }
}
