//! Acts that are not done yet.
//!
//! `due_at` is when a row may next be taken up. Whoever works on it is its `holder` and has moved that on, past the work's own
//! deadline. When the holder is gone ([`Replica`](crate::sql::Replica)) somebody else takes it up, and the holder itself when the
//! time has come: it is *abandoned* then, and the old lease has no more say. Whoever is heard keeps what they hold, whatever other
//! machines' clocks say.

use chrono::{DateTime, Utc};

use super::{from_json, json, read_or_tell};
use crate::args;
use crate::domain::act::Act;
use crate::domain::person::PersonId;
use crate::sql::{Error, Holder, Row, Tx};

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
    /// Who is to do it: nobody else may say how it went.
    pub holder: Holder,
}

/// Adds an act that is due at `due_at`, or whose `holder` works on it until then.
///
/// # Errors
/// When the database fails, or the person has an act of that number.
pub fn add(
    tx: &mut Tx<'_>,
    person: &PersonId,
    seq: i64,
    act: &Act,
    due_at: DateTime<Utc>,
    holder: Option<Holder>,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO acts (person, seq, act, attempts, due_at, holder, abandoned) VALUES ($1, $2, $3, 0, $4, $5, 0)",
        args![person.as_str(), seq, &json(act)?, due_at, holder],
    )
    .map(|_| ())
}

/// Leases to `holder` acts that are due and in nobody else's hands, at most `limit`, the longest waiting first.
///
/// # Errors
/// When the database fails.
pub fn lease_lapsed(
    tx: &mut Tx<'_>,
    now: DateTime<Utc>,
    holder: Holder,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<DueAct>, Error> {
    let found = tx.rows(
        "UPDATE acts SET due_at = $1, abandoned = CASE WHEN holder IS NULL THEN abandoned ELSE 1 END, holder = $2 \
         WHERE (person, seq) IN (SELECT person, seq FROM acts WHERE due_at <= $3 AND (holder IS NULL OR holder = $2) \
         ORDER BY due_at LIMIT $4) \
         RETURNING person, seq, act, attempts, abandoned, holder",
        args![until, holder, now, limit],
        |row| read_or_tell("acts", row, due_act),
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// Postpones an act that could not be done, and gives its lease back. `false` when that was somebody else's by now.
///
/// # Errors
/// When the database fails.
pub fn again(tx: &mut Tx<'_>, act: &DueAct, due_at: DateTime<Utc>) -> Result<bool, Error> {
    let put_off = tx.execute(
        "UPDATE acts SET due_at = $1, attempts = $2, holder = NULL, abandoned = 0 \
         WHERE person = $3 AND seq = $4 AND holder = $5",
        args![due_at, act.attempts + 1, act.person.as_str(), act.seq, act.holder],
    )?;
    Ok(put_off == 1)
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

/// Ends an act, in the transaction in which its outcome is heard. `false` when somebody else has taken it up: theirs is heard, ours
/// must not be.
///
/// # Errors
/// When the database fails.
pub fn done(tx: &mut Tx<'_>, act: &DueAct) -> Result<bool, Error> {
    let gone = tx.execute(
        "DELETE FROM acts WHERE person = $1 AND seq = $2 AND holder = $3",
        args![act.person.as_str(), act.seq, act.holder],
    )?;
    Ok(gone == 1)
}

/// When the next act is due that `us` may take up; `None` when there is nothing to do.
///
/// # Errors
/// When the database fails.
pub fn next_due(tx: &mut Tx<'_>, us: Holder) -> Result<Option<DateTime<Utc>>, Error> {
    tx.row(
        "SELECT due_at FROM acts WHERE holder IS NULL OR holder = $1 ORDER BY due_at LIMIT 1",
        args![us],
        |row| row.get(0),
    )
}

/// Makes everything due whose holder is gone.
///
/// # Errors
/// When the database fails.
pub fn release_orphans(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    tx.execute(
        "UPDATE acts SET due_at = $1, holder = NULL, abandoned = 1 \
         WHERE holder IS NOT NULL AND holder NOT IN (SELECT id FROM replicas)",
        args![now],
    )
    .map(|_| ())
}

/// How many acts of that person are being done or due by now; one that is put off to a later moment does not count.
///
/// # Errors
/// When the database fails.
pub fn under_way(tx: &mut Tx<'_>, person: &PersonId, now: DateTime<Utc>) -> Result<i64, Error> {
    let open = tx.row(
        "SELECT COUNT(*) FROM acts WHERE person = $1 AND (holder IS NOT NULL OR attempts > 0 OR due_at <= $2)",
        args![person.as_str(), now],
        |row| row.get(0),
    )?;
    Ok(open.unwrap_or(0))
}

/// The lowest number among that person's acts; 0 where there is none.
///
/// # Errors
/// When the database fails.
pub fn lowest_of(tx: &mut Tx<'_>, person: &PersonId) -> Result<i64, Error> {
    let lowest = tx.row(
        "SELECT MIN(seq) FROM acts WHERE person = $1",
        args![person.as_str()],
        |row| row.get(0),
    )?;
    Ok(lowest.flatten().unwrap_or(0))
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
        abandoned: row.get(4)?,
        holder: row.get(5)?,
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

    const US: Holder = Holder::new([1; 8]);

    /// Leases the one act that is due then, for a minute.
    fn take(tx: &mut Tx<'_>, now: i64) -> Result<DueAct, Error> {
        let mut due = lease_lapsed(tx, at(now), US, at(now + 60), 9)?;
        assert_eq!(due.len(), 1);
        Ok(due.remove(0))
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
                at(60),
                Some(US),
            )?;
            assert_eq!(next_due(tx, US)?, Some(at(60)));
            assert_eq!(lease_lapsed(tx, at(59), US, at(119), 9)?, []);
            let found = lease_lapsed(tx, at(60), US, at(120), 9)?;
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
                    holder: US,
                }]
            );
            assert_eq!(lease_lapsed(tx, at(61), US, at(121), 9)?, [], "it is leased");
            assert_eq!(seqs(&lease_lapsed(tx, at(120), US, at(180), 9)?), [1]);
            Ok(())
        });
    }

    #[test]
    fn an_act_is_done_once_however_many_worked_on_it() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(60), Some(US))?;
            add(tx, &ben(), 1, &disconnect(), at(60), Some(US))?;
            let leased = lease_lapsed(tx, at(60), US, at(120), 9)?;
            let act = leased.iter().find(|act| act.person == ana()).expect("Ana's is due");
            assert!(done(tx, act)?);
            assert!(!done(tx, act)?);
            assert!(!again(tx, act, at(0))?);
            assert_eq!((open_of(tx, &ana())?, open_of(tx, &ben())?), (0, 1));
            Ok(())
        });
    }

    #[test]
    fn a_postponed_act_waits_without_a_lease_and_counts_its_attempts() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), None)?;
            let act = take(tx, 0)?;
            assert!(again(tx, &act, at(5))?);
            assert_eq!(next_due(tx, US)?, Some(at(5)));
            let act = take(tx, 5)?;
            assert_eq!(act.attempts, 1);
            assert!(done(tx, &act)?);
            assert_eq!(next_due(tx, US)?, None);
            Ok(())
        });
    }

    #[test]
    fn t02_who_lost_the_lease_has_no_say_any_more() {
        within(|tx| {
            let (fallen_silent, other) = (Holder::new([2; 8]), Holder::new([3; 8]));
            add(tx, &ana(), 1, &disconnect(), at(60), Some(fallen_silent))?;
            release_orphans(tx, at(10))?;
            let taken = &lease_lapsed(tx, at(10), other, at(70), 9)?[0];
            assert!(taken.abandoned);
            let lost = DueAct {
                holder: fallen_silent,
                ..taken.clone()
            };
            assert!(!done(tx, &lost)? && !again(tx, &lost, at(20))?);
            assert!(again(tx, taken, at(20))?);
            assert!(!done(tx, &lost)?, "not even while nobody holds it");
            Ok(())
        });
    }

    #[test]
    fn the_longest_waiting_go_first_and_no_more_than_asked_for() {
        within(|tx| {
            for seq in 1..=5 {
                add(tx, &ana(), seq, &disconnect(), at(60 - seq), Some(US))?;
            }
            let mut first = seqs(&lease_lapsed(tx, at(60), US, at(120), 2)?);
            first.sort_unstable();
            assert_eq!(first, [4, 5]);
            assert_eq!(lease_lapsed(tx, at(60), US, at(120), 9)?.len(), 3);
            Ok(())
        });
    }

    #[test]
    fn a_broken_row_is_left_alone_and_stops_no_other() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), None)?;
            add(tx, &ben(), 1, &disconnect(), at(0), None)?;
            tx.execute("UPDATE acts SET act = '{}' WHERE person = $1", args![ana().as_str()])?;
            let found = lease_lapsed(tx, at(1), US, at(61), 9)?;
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].person, ben());
            assert_eq!(open_of(tx, &ana())?, 1);
            Ok(())
        });
    }

    #[test]
    fn what_somebody_holds_is_not_taken_from_them_by_the_clock() {
        within(|tx| {
            let other = Holder::new([3; 8]);
            add(tx, &ana(), 1, &disconnect(), at(60), Some(other))?;
            add(tx, &ana(), 2, &disconnect(), at(90), None)?;
            assert_eq!(next_due(tx, US)?, Some(at(90)));
            assert_eq!(seqs(&lease_lapsed(tx, at(5000), US, at(5060), 9)?), [2]);
            assert_eq!(seqs(&lease_lapsed(tx, at(5000), other, at(5060), 9)?), [1]);
            Ok(())
        });
    }

    #[test]
    fn an_act_whose_holder_fell_silent_is_told_from_one_that_was_put_off() {
        within(|tx| {
            add(tx, &ana(), 1, &disconnect(), at(0), None)?;
            let act = take(tx, 0)?;
            assert!(!act.abandoned, "nobody held it before");
            again(tx, &act, at(5))?;
            assert!(!take(tx, 5)?.abandoned, "its holder gave it back");
            assert!(take(tx, 65)?.abandoned, "its holder fell silent");
            release_orphans(tx, at(70))?;
            assert!(take(tx, 70)?.abandoned, "its holder is gone");
            Ok(())
        });
    }
}
