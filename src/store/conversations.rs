//! Where each person's conversation stands. Its form belongs to the conversation; here it is JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{BATCH, from_json, in_row, json};
use crate::args;
use crate::domain::person::PersonId;
use crate::sql::{Error, Tx};

/// The person's conversation, for a turn that ends in [`save`]; `None` when they never wrote.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn load<T: DeserializeOwned>(tx: &mut Tx<'_>, person: &PersonId) -> Result<Option<T>, Error> {
    // SQLite has one writer, so nobody else can turn this conversation now. PostgreSQL needs `FOR UPDATE` here, which SQLite
    // does not know.
    tx.row(
        "SELECT state FROM conversations WHERE person = $1",
        args![person.as_str()],
        |row| row.parse(0, from_json).map_err(in_row("conversations", person)),
    )
}

/// Keeps what a turn has made of the conversation. What waits in it for its person waits until `until`.
///
/// # Errors
/// When the database fails.
pub fn save<T: Serialize>(
    tx: &mut Tx<'_>,
    person: &PersonId,
    state: &T,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO conversations (person, state, waits_until, changed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (person) DO UPDATE SET state = excluded.state, waits_until = excluded.waits_until, \
         changed_at = excluded.changed_at",
        args![person.as_str(), &json(state)?, until, now],
    )
    .map(|_| ())
}

/// Those in whose conversation something has waited for them in vain, at most [`BATCH`] of them. Each is told once.
///
/// # Errors
/// When the database fails.
pub fn take_overdue(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Vec<PersonId>, Error> {
    tx.rows(
        "UPDATE conversations SET waits_until = NULL WHERE person IN \
         (SELECT person FROM conversations WHERE waits_until <= $1 ORDER BY waits_until LIMIT $2) RETURNING person",
        args![now, BATCH as i64],
        |row| row.parse(0, PersonId::parse),
    )
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::tests::{ana, at, ben, nonsense, within};
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct State {
        turns: i64,
    }

    #[test]
    fn each_person_has_the_conversation_that_was_saved_last() {
        within(|tx| {
            assert_eq!(load::<State>(tx, &ana())?, None);
            save(tx, &ana(), &State { turns: 1 }, None, at(0))?;
            save(tx, &ben(), &State { turns: 7 }, None, at(0))?;
            save(tx, &ana(), &State { turns: 2 }, None, at(1))?;
            assert_eq!(load(tx, &ana())?, Some(State { turns: 2 }));
            assert_eq!(load(tx, &ben())?, Some(State { turns: 7 }));
            Ok(())
        });
    }

    #[test]
    fn those_who_let_something_wait_for_too_long_are_told_once() {
        within(|tx| {
            save(tx, &ana(), &State { turns: 1 }, Some(at(10)), at(0))?;
            save(tx, &ben(), &State { turns: 1 }, None, at(0))?;
            assert_eq!(take_overdue(tx, at(9))?, []);
            assert_eq!(take_overdue(tx, at(10))?, [ana()]);
            assert_eq!(take_overdue(tx, at(11))?, []);
            Ok(())
        });
    }

    #[test]
    fn a_broken_conversation_is_named() {
        within(|tx| {
            save(tx, &ana(), &"something else", None, at(0))?;
            let what = nonsense(load::<State>(tx, &ana()));
            assert!(
                what.starts_with("conversations, row slack:T1:UANA, column \"state\""),
                "{what}"
            );
            Ok(())
        });
    }
}
