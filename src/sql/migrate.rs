//! Bringing a database to the present schema.

use super::db::Connection;
use super::{Arg, Error};

/// Every migration ever shipped, oldest first. A shipped one is never edited: data out there was made by it.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_spine.sql")),
    (2, include_str!("../../migrations/0002_sign_ins.sql")),
    (3, include_str!("../../migrations/0003_vault.sql")),
];

/// Runs what the database has not seen yet, each migration in a transaction of its own. Processes that start together take turns.
///
/// # Errors
/// When the database fails, or was written by a newer ChatCal than this one.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    connection.within(|step| step.batch("CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY)"))?;
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    for (version, sql) in MIGRATIONS {
        connection.within(|step| {
            let newest = newest(step)?;
            if newest > known {
                return Err(Error::Failed(format!(
                    "it was written by a newer ChatCal (schema {newest}, this one knows {known}): start that one, or restore a backup"
                )));
            }
            if *version <= newest {
                return Ok(());
            }
            step.batch(sql)?;
            step.tx()?.execute("INSERT INTO migrations (version) VALUES ($1)", &[Arg::Int(*version)])?;
            Ok(())
        })?;
    }
    Ok(())
}

/// Looks whether the database is at the present schema, and changes nothing: somebody else may be using it.
///
/// # Errors
/// When the database fails, or is older or newer than this program.
pub(super) fn require_present(connection: &mut Connection) -> Result<(), Error> {
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    match connection.within(newest) {
        Ok(found) if found == known => Ok(()),
        Ok(found) => Err(Error::Failed(format!(
            "its schema is {found}, and this ChatCal's is {known}: use the version that serves it"
        ))),
        Err(error) => Err(error),
    }
}

fn newest(step: &mut Connection) -> Result<i64, Error> {
    let found = step
        .tx()?
        .row("SELECT COALESCE(MAX(version), 0) FROM migrations", &[], |row| {
            row.get(0)
        })?;
    Ok(found.unwrap_or(0))
}
