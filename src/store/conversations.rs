//! Where each person's conversation stands. Its form belongs to the conversation; here it is JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{from_json, in_row, json};
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

/// Keeps what a turn has made of the conversation.
///
/// # Errors
/// When the database fails.
pub fn save<T: Serialize>(tx: &mut Tx<'_>, person: &PersonId, state: &T, now: DateTime<Utc>) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO conversations (person, state, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (person) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at",
        args![person.as_str(), &json(state)?, now],
    )
    .map(|_| ())
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
            save(tx, &ana(), &State { turns: 1 }, at(0))?;
            save(tx, &ben(), &State { turns: 7 }, at(0))?;
            save(tx, &ana(), &State { turns: 2 }, at(1))?;
            assert_eq!(load(tx, &ana())?, Some(State { turns: 2 }));
            assert_eq!(load(tx, &ben())?, Some(State { turns: 7 }));
            Ok(())
        });
    }

    #[test]
    fn a_broken_conversation_is_named() {
        within(|tx| {
            save(tx, &ana(), &"something else", at(0))?;
            let what = nonsense(load::<State>(tx, &ana()));
            assert!(
                what.starts_with("conversations, row slack:T1:UANA, column \"state\""),
                "{what}"
            );
            Ok(())
        });
    }
}
