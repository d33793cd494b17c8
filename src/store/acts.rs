//! Acts that are not done yet.
//!
//! `due_at` is when a row may next be taken up. Whoever works on it has moved that on, past its own deadline, and marked the row
//! as `leased`. One who dies leaves the row to lapse, and somebody else takes it up.

use chrono::{DateTime, Utc};

use super::{from_json, json, read_or_tell};
use crate::args;
use crate::domain::act::Act;
use crate::domain::person::PersonId;
use crate::sql::{Error, Row, Tx};

/// An act that its leaseholder is to do.
#[derive(Clone, Debug, PartialEq)]
pub struct DueAct {
    pub person: PersonId,
    /// Its number among the person's acts.
    pub seq: i64,
    pub act: Act,
    /// How often it was tried in vain, as [`again`] was told.
    pub attempts: i64,
    /// Somebody held it before and did not say how it went: it may be half done.
    pub abandoned: bool,
}

/// Adds an act that is due at `due_at`, or that its maker works on until `leased_until`.
///
/// # Errors
/// When the database fails, or the person has an act of that number.
pub fn add(
    tx: &mut Tx<'_>,
    person: &PersonId,
    seq: i64,
    act: &Act,
    due_at: DateTime<Utc>,
    leased_until: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO acts (person, seq, act, attempts, due_at, leased) VALUES ($1, $2, $3, 0, $4, $5)",
        args![
            person.as_str(),
            seq,
            &json(act)?,
            leased_until.unwrap_or(due_at),
            leased_until.is_some()
        ],
    )
    .map(|_| ())
}

/// Leases acts that are due and in nobody's hands, at most `limit`, the longest waiting first.
///
/// # Errors
/// When the database fails.
pub fn lease_lapsed(
    tx: &mut Tx<'_>,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DueAct>, Error> {
    // The second look at due_at is for PostgreSQL, where another replica may take a row between our finding and our taking it.
    let found = tx.rows(
        "UPDATE acts SET due_at = $1, leased = CASE WHEN leased = 0 THEN 1 ELSE 2 END WHERE due_at <= $2 AND (person, seq) IN \
         (SELECT person, seq FROM acts WHERE due_at <= $2 ORDER BY due_at LIMIT $3) \
         RETURNING person, seq, act, attempts, leased",
        args![leased_until, now, limit],
        |row| read_or_tell("acts", row, due_act),
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// Postpones an act that could not be done, and gives its lease back.
///
/// # Errors
/// When the database fails.
pub fn again(tx: &mut Tx<'_>, person: &PersonId, seq: i64, due_at: DateTime<Utc>, attempts: i64) -> Result<(), Error> {
    tx.execute(
        "UPDATE acts SET due_at = $1, attempts = $2, leased = 0 WHERE person = $3 AND seq = $4",
        args![due_at, attempts, person.as_str(), seq],
    )
    .map(|_| ())
}

/// Gives an act that goes on something to remember.
///
/// # Errors
/// When the database fails.
pub fn amend(tx: &mut Tx<'_>, person: &PersonId, seq: i64, act: &Act) -> Result<(), Error> {
    tx.execute(
        "UPDATE acts SET act = $1 WHERE person = $2 AND seq = $3",
        args![&json(act)?, person.as_str(), seq],
    )
    .map(|_| ())
}

/// Ends an act, in the transaction in which its outcome is heard. `false` when somebody else ended it: their outcome was heard,
/// ours must not be.
///
/// # Errors
/// When the database fails.
pub fn done(tx: &mut Tx<'_>, person: &PersonId, seq: i64) -> Result<bool, Error> {
    let gone = tx.execute(
        "DELETE FROM acts WHERE person = $1 AND seq = $2",
        args![person.as_str(), seq],
    )?;
    Ok(gone == 1)
}

/// When the next act is due, or the next lease lapses; `None` when there is nothing to do.
///
/// # Errors
/// When the database fails.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<DateTime<Utc>>, Error> {
    let next = tx.row("SELECT MIN(due_at) FROM acts", args![], |row| row.get(0))?;
    Ok(next.flatten())
}

/// Makes everything due that is leased, when nobody can be at work: the only process has just started.
///
/// # Errors
/// When the database fails.
pub fn release_all(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    tx.execute("UPDATE acts SET due_at = $1 WHERE leased > 0", args![now])
        .map(|_| ())
}

/// How many acts of that person are being done or due by now; one that is put off to a later moment does not count.
///
/// # Errors
/// When the database fails.
pub fn under_way(tx: &mut Tx<'_>, person: &PersonId, now: DateTime<Utc>) -> Result<i64, Error> {
    let open = tx.row(
        "SELECT COUNT(*) FROM acts WHERE person = $1 AND (leased > 0 OR attempts > 0 OR due_at <= $2)",
        args![person.as_str(), now],
        |row| row.get(0),
    )?;
    Ok(open.unwrap_or(0))
}

/// How many acts of that person are not done yet.
///
/// # Errors
/// When the database fails.
pub fn open_of(tx: &mut Tx<'_>, person: &PersonId) -> Result<i64, Error> {
    let open = tx.row(
        "SELECT COUNT(*) FROM acts WHERE person = $1",
        args![person.as_str()],
        |row| row.get(0),
    )?;
    Ok(open.unwrap_or(0))
}

fn due_act(row: &Row<'_>) -> Result<DueAct, Error> {
    Ok(DueAct {
        person: row.parse(0, PersonId::parse)?,
        seq: row.get(1)?,
        act: row.parse(2, from_json)?,
        attempts: row.get(3)?,
        abandoned: row.get::<i64>(4)? > 1,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, ben, within};
    use super::*;
    use crate::domain::letter::ReturnAddress;

    fn disconnect() -> Act {
        Act::Disconnect {
            to: ReturnAddress("sealed".to_owned()),
        }
    }

    fn seqs(acts: &[DueAct]) -> Vec<i64> {
        acts.iter().map(|act| act.seq).collect()
    }

    #[test]
    fn a_lease_lapses_and_is_taken_up_once() {
        within(|tx| {
            add(
                tx,
                &ana(),
                1,
                &Act::ExpireLink {
                    sign_in: "abc".to_owned(),
                },
                at(0),
                Some(at(60)),
            )?;
            assert_eq!(next_due(tx)?, Some(at(60)));
            assert_eq!(lease_lapsed(tx, at(59), at(119), 9)?, []);
            let found = lease_lapsed(tx, at(60), at(120), 9)?;
            assert_eq!(
                found,
                [DueAct {
                    person: ana(),
                    seq: 1,
                    act: Act::ExpireLink {
                        sign_in: "abc".to_owned()
                    },
                    attempts: 0,
                    abandoned: true,
                }]
            );
            assert_eq!(lease_lapsed(tx, at(61), at(121), 9)?, [], "it is leased");
            assert_eq!(seqs(&lease_lapsed(tx, at(120), at(180), 9)?), [1]);
            Ok(())
        });
    }

    #[test]
    fn an_act_is_done_once_however_many_worked_on_it() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), Some(at(60)))?;
            add(tx, &ben(), 1, &disconnect(), at(0), Some(at(60)))?;
            assert!(done(tx, &ana(), 1)?);
            assert!(!done(tx, &ana(), 1)?);
            again(tx, &ana(), 1, at(0), 1)?;
            assert_eq!((open_of(tx, &ana())?, open_of(tx, &ben())?), (0, 1));
            Ok(())
        });
    }

    #[test]
    fn a_postponed_act_waits_without_a_lease_and_counts_its_attempts() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), Some(at(60)))?;
            again(tx, &ana(), 1, at(5), 2)?;
            assert_eq!(next_due(tx)?, Some(at(5)));
            assert_eq!(lease_lapsed(tx, at(5), at(65), 9)?[0].attempts, 2);
            assert!(done(tx, &ana(), 1)?);
            assert_eq!(next_due(tx)?, None);
            Ok(())
        });
    }

    #[test]
    fn the_longest_waiting_go_first_and_no_more_than_asked_for() {
        within(|tx| {
            for seq in 1..=5 {
                add(tx, &ana(), seq, &disconnect(), at(0), Some(at(60 - seq)))?;
            }
            let mut first = seqs(&lease_lapsed(tx, at(60), at(120), 2)?);
            first.sort_unstable();
            assert_eq!(first, [4, 5]);
            assert_eq!(lease_lapsed(tx, at(60), at(120), 9)?.len(), 3);
            Ok(())
        });
    }

    #[test]
    fn a_broken_row_is_left_alone_and_stops_no_other() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), None)?;
            add(tx, &ben(), 1, &disconnect(), at(0), None)?;
            tx.execute("UPDATE acts SET act = '{}' WHERE person = $1", args![ana().as_str()])?;
            let found = lease_lapsed(tx, at(1), at(61), 9)?;
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].person, ben());
            assert_eq!(open_of(tx, &ana())?, 1);
            Ok(())
        });
    }

    #[test]
    fn an_act_whose_holder_fell_silent_is_told_from_one_that_was_put_off() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), None)?;
            assert!(
                !lease_lapsed(tx, at(0), at(60), 9)?[0].abandoned,
                "nobody held it before"
            );
            again(tx, &ana(), 1, at(5), 1)?;
            assert!(
                !lease_lapsed(tx, at(5), at(65), 9)?[0].abandoned,
                "its holder gave it back"
            );
            assert!(
                lease_lapsed(tx, at(65), at(125), 9)?[0].abandoned,
                "its holder fell silent"
            );
            release_all(tx, at(70))?;
            assert!(lease_lapsed(tx, at(70), at(130), 9)?[0].abandoned, "its holder is gone");
            Ok(())
        });
    }
}
