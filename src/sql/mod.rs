//! The database: one writer that groups commits, one reader, migrations, and who works on it. Rank 1: imports nothing of ours.
//!
//! Store functions are plain functions over a [`Tx`]. [`Db::write`] runs many callers' closures, each behind a savepoint of its
//! own, in one transaction and answers them all after one durable commit: under load the disk is waited for once, not once per
//! message. Queries keep to what SQLite and PostgreSQL share: `$1…$n` in order of first appearance, BIGINT, TEXT and BYTEA
//! columns, `ON CONFLICT`, `RETURNING`, keys that we make ourselves.

mod db;
mod migrate;
mod postgres;
mod replica;
mod sqlite;
mod tx;
mod value;

pub use db::Db;
pub use replica::{About, BEAT, Holder, Lease, Other, Replica};
pub use tx::{Row, Tx};
pub use value::{Arg, Column, Value};

/// Why the database did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The database itself failed (full disk, no permission, corrupt file): the operator's trouble.
    #[error("the database failed: {0}")]
    Failed(String),
    /// A row holds what it never should: the operator's trouble, named where it was met.
    #[error("a row makes no sense: {0}")]
    Nonsense(String),
    /// The service is stopping, or the query itself crashed.
    #[error("the database is closed")]
    Closed,
}

/// Builds the argument list of a query: `args![person.as_str(), now, bytes]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        &[$($crate::sql::Arg::from($value)),*]
    };
}
