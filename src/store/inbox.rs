//! What has been heard: each message once, however often its platform delivers it.

use chrono::{DateTime, Utc};

use super::{BATCH, json};
use crate::args;
use crate::domain::incoming::{Delivery, Incoming};
use crate::sql::{Error, Tx};

/// Takes a message in; `false` when it was taken in before.
///
/// # Errors
/// When the database fails.
pub fn take(tx: &mut Tx<'_>, incoming: &Incoming, now: DateTime<Utc>) -> Result<bool, Error> {
    let added = tx.execute(
        "INSERT INTO inbox (delivery, person, said, said_at, taken_at, state) VALUES ($1, $2, $3, $4, $5, 'heard') \
         ON CONFLICT (delivery) DO NOTHING",
        args![
            &incoming.delivery.0,
            incoming.person.as_str(),
            &json(&incoming.said)?,
            incoming.said_at,
            now
        ],
    )?;
    Ok(added == 1)
}

/// Marks a message that could not be processed, for the operator to find.
///
/// # Errors
/// When the database fails.
pub fn stuck(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<(), Error> {
    tx.execute(
        "UPDATE inbox SET state = 'stuck' WHERE delivery = $1",
        args![&delivery.0],
    )
    .map(|_| ())
}

/// Erases the words of messages that were taken in before `before`, at most [`BATCH`] of them. Their keys stay.
///
/// # Errors
/// When the database fails.
pub fn erase_texts(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, Error> {
    tx.execute(
        "UPDATE inbox SET said = NULL WHERE delivery IN \
         (SELECT delivery FROM inbox WHERE said IS NOT NULL AND taken_at < $1 ORDER BY taken_at LIMIT $2)",
        args![before, BATCH as i64],
    )
}

/// Forgets the keys of messages that were taken in before `before` and whose words are erased, at most [`BATCH`] of them. From
/// then on a redelivery would be new: platforms redeliver for a day, so keep keys for a week.
///
/// # Errors
/// When the database fails.
pub fn forget(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, Error> {
    tx.execute(
        "DELETE FROM inbox WHERE delivery IN \
         (SELECT delivery FROM inbox WHERE said IS NULL AND taken_at < $1 ORDER BY taken_at LIMIT $2)",
        args![before, BATCH as i64],
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, over, within};
    use super::*;
    use crate::domain::incoming::Said;
    use crate::domain::letter::Way;
    use crate::sql::Db;

    const DAY: i64 = 24 * 3600;

    fn message(key: &str) -> Incoming {
        Incoming {
            delivery: Delivery(key.to_owned()),
            person: ana(),
            handle: "ana".to_owned(),
            workspace: "Acme".to_owned(),
            said: Said::Text("book tomorrow at 2 PM".to_owned()),
            said_at: at(0),
            ways: vec![Way {
                address: "dm".to_owned(),
                expires_at: None,
            }],
        }
    }

    fn row(tx: &mut Tx<'_>, key: &str) -> Result<Option<(Option<String>, String)>, Error> {
        tx.row("SELECT said, state FROM inbox WHERE delivery = $1", args![key], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    #[test]
    fn b03_of_eleven_deliveries_one_is_taken_and_none_after_a_day_and_a_reopening() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let taken = over(&Db::open(&path).unwrap(), |tx| {
            (0..11)
                .map(|n| take(tx, &message("slack|T1|D1|UANA|1.1"), at(n)))
                .collect::<Result<Vec<_>, _>>()
        });
        assert_eq!(taken.iter().filter(|new| **new).count(), 1);
        assert!(taken[0]);
        let late = over(&Db::open(&path).unwrap(), |tx| {
            erase_texts(tx, at(DAY))?;
            forget(tx, at(-6 * DAY))?;
            take(tx, &message("slack|T1|D1|UANA|1.1"), at(DAY + 60))
        });
        assert!(!late);
    }

    #[test]
    fn b03_a_message_whose_processing_failed_is_new_when_it_comes_again() {
        within(|tx| {
            let failed = tx.savepoint(|tx| {
                take(tx, &message("m"), at(0))?;
                Err::<(), _>(Error::Nonsense("the turn failed".to_owned()))
            });
            assert!(failed.is_err());
            assert!(take(tx, &message("m"), at(1))?);
            Ok(())
        });
    }

    #[test]
    fn words_are_erased_before_keys_are_forgotten() {
        within(|tx| {
            take(tx, &message("old"), at(0))?;
            take(tx, &message("new"), at(10))?;
            assert_eq!(
                row(tx, "old")?.unwrap().0.unwrap(),
                r#"{"text":"book tomorrow at 2 PM"}"#
            );
            assert_eq!(forget(tx, at(5))?, 0, "the words are still there");
            assert_eq!(erase_texts(tx, at(5))?, 1);
            assert_eq!(erase_texts(tx, at(5))?, 0);
            assert_eq!(row(tx, "old")?.unwrap().0, None);
            assert!(row(tx, "new")?.unwrap().0.is_some());
            assert_eq!(forget(tx, at(5))?, 1);
            assert_eq!(row(tx, "old")?, None);
            assert!(row(tx, "new")?.is_some());
            Ok(())
        });
    }

    #[test]
    fn a_stuck_message_is_marked_and_no_other() {
        within(|tx| {
            take(tx, &message("a"), at(0))?;
            take(tx, &message("b"), at(0))?;
            stuck(tx, &Delivery("a".to_owned()))?;
            assert_eq!(row(tx, "a")?.unwrap().1, "stuck");
            assert_eq!(row(tx, "b")?.unwrap().1, "heard");
            Ok(())
        });
    }
}
