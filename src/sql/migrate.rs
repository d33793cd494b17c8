//! Bringing a database to the present schema.

use rusqlite::Connection;

use super::Error;

/// Every migration ever shipped, oldest first. A shipped one is never edited: data out there was made by it.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_spine.sql")),
    (2, include_str!("../../migrations/0002_sign_ins.sql")),
    (3, include_str!("../../migrations/0003_vault.sql")),
];

/// Runs what `connection` has not seen yet, each migration in a transaction of its own.
///
/// # Errors
/// When the database fails, or was written by a newer ChatCal than this one.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    connection.execute_batch("CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY)")?;
    let newest: i64 = connection.query_row("SELECT COALESCE(MAX(version), 0) FROM migrations", [], |row| row.get(0))?;
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    if newest > known {
        return Err(Error::Failed(format!(
            "it was written by a newer ChatCal (schema {newest}, this one knows {known}): start that one, or restore a backup"
        )));
    }
    for (version, sql) in MIGRATIONS.iter().filter(|(version, _)| *version > newest) {
        let step = connection.transaction()?;
        step.execute_batch(sql)?;
        step.execute("INSERT INTO migrations (version) VALUES ($1)", [version])?;
        step.commit()?;
    }
    Ok(())
}
