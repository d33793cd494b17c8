//! Single facts about the database itself, such as the check of its key.

use crate::args;
use crate::sql::{Error, Tx};

/// The fact of that name.
///
/// # Errors
/// When the database fails.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<Vec<u8>>, Error> {
    tx.row("SELECT value FROM facts WHERE name = $1", args![name], |row| row.get(0))
}

/// Sets the fact, or replaces it.
///
/// # Errors
/// When the database fails.
pub fn put(tx: &mut Tx<'_>, name: &str, value: &[u8]) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        args![name, value],
    )
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::tests::within;
    use super::*;

    #[test]
    fn a_fact_is_what_was_put_last() {
        within(|tx| {
            assert_eq!(get(tx, "key check")?, None);
            put(tx, "key check", b"one")?;
            put(tx, "key check", b"two")?;
            assert_eq!(get(tx, "key check")?.as_deref(), Some(b"two".as_slice()));
            Ok(())
        });
    }
}
