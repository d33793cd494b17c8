//! Who did what to whose account. Rows are only ever added.

use chrono::{DateTime, Utc};

use crate::args;
use crate::sql::{Error, Tx};

/// Notes what `who` (a person's id, or a part of the service) did. `detail` holds no secret and no words of a message.
///
/// # Errors
/// When the database fails, or the id was noted before.
pub fn note(tx: &mut Tx<'_>, id: &str, at: DateTime<Utc>, who: &str, what: &str, detail: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO audit (id, at, who, what, detail) VALUES ($1, $2, $3, $4, $5)",
        args![id, at, who, what, detail],
    )
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, within};
    use super::*;

    #[test]
    fn what_is_noted_stays_as_it_was() {
        within(|tx| {
            note(tx, "1", at(0), ana().as_str(), "connected", "a•••@example.org")?;
            let forged = tx.savepoint(|tx| note(tx, "1", at(1), ana().as_str(), "nothing", ""));
            assert!(forged.is_err());
            let kept: Option<(String, String)> =
                tx.row("SELECT what, detail FROM audit WHERE id = $1", args!["1"], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            assert_eq!(kept, Some(("connected".to_owned(), "a•••@example.org".to_owned())));
            Ok(())
        });
    }
}
