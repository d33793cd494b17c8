//! Letters on their way, in order for each person.
//!
//! A letter is *waiting* until it was *sent*, was put behind a [Show me] button (*held*), or is given up (*dead*). `due_at` is a
//! lease as in [`acts`](super::acts).

use chrono::{DateTime, Utc};

use super::{BATCH, from_json, json, read_or_tell};
use crate::args;
use crate::domain::letter::{LetterKey, Message, ReturnAddress};
use crate::domain::person::PersonId;
use crate::sql::{Error, Row, Tx};

/// A letter that is to leave.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingLetter {
    pub key: LetterKey,
    pub to: ReturnAddress,
    pub message: Message,
    /// The number of the person's earlier letter whose place it takes.
    pub edits: Option<i64>,
    /// No sound.
    pub silent: bool,
    pub written_at: DateTime<Utc>,
    /// How often it was tried in vain, as [`again`] was told.
    pub attempts: i64,
}

/// Adds a letter that may leave from `due_at` on, or that its writer is sending until `leased_until`.
///
/// # Errors
/// When the database fails, or the person has a letter of that number.
pub fn add(
    tx: &mut Tx<'_>,
    letter: &OutgoingLetter,
    due_at: DateTime<Utc>,
    leased_until: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO outbox (person, seq, address, message, edits, silent, state, attempts, written_at, due_at, leased) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10)",
        args![
            letter.key.person.as_str(),
            letter.key.seq,
            &letter.to.0,
            &json(&letter.message)?,
            letter.edits,
            letter.silent,
            letter.attempts,
            letter.written_at,
            leased_until.unwrap_or(due_at),
            leased_until.is_some()
        ],
    )
    .map(|_| ())
}

/// Leases letters that are due and in nobody's hands, at most `limit`: of each person only the first that waits, so that none
/// overtakes another.
///
/// # Errors
/// When the database fails.
pub fn lease_lapsed(
    tx: &mut Tx<'_>,
    now: DateTime<Utc>,
    leased_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<OutgoingLetter>, Error> {
    // The second look at state and due_at is for PostgreSQL, as in acts.
    let found = tx.rows(
        "UPDATE outbox SET due_at = $1, leased = 1 WHERE state = 'waiting' AND due_at <= $2 AND (person, seq) IN \
         (SELECT person, seq FROM outbox AS letter WHERE state = 'waiting' AND due_at <= $2 AND NOT EXISTS \
         (SELECT 1 FROM outbox AS earlier WHERE earlier.person = letter.person AND earlier.seq < letter.seq \
         AND earlier.state = 'waiting') ORDER BY due_at LIMIT $3) \
         RETURNING person, seq, address, message, edits, silent, written_at, attempts",
        args![leased_until, now, limit],
        |row| read_or_tell("outbox", row, letter),
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// It arrived: its words are erased, and `handle` (sealed by the caller) stays for a later edit.
///
/// # Errors
/// When the database fails.
pub fn sent(tx: &mut Tx<'_>, key: &LetterKey, handle: Option<&[u8]>) -> Result<(), Error> {
    tx.execute(
        "UPDATE outbox SET state = 'sent', handle = $1, message = '', address = '' WHERE person = $2 AND seq = $3",
        args![handle, key.person.as_str(), key.seq],
    )
    .map(|_| ())
}

/// It waits behind a [Show me] button; later letters need not wait for it.
///
/// # Errors
/// When the database fails.
pub fn held(tx: &mut Tx<'_>, key: &LetterKey) -> Result<(), Error> {
    tx.execute(
        "UPDATE outbox SET state = 'held' WHERE person = $1 AND seq = $2",
        args![key.person.as_str(), key.seq],
    )
    .map(|_| ())
}

/// Postpones a letter that did not arrive, and gives its lease back.
///
/// # Errors
/// When the database fails.
pub fn again(tx: &mut Tx<'_>, key: &LetterKey, due_at: DateTime<Utc>, attempts: i64) -> Result<(), Error> {
    tx.execute(
        "UPDATE outbox SET due_at = $1, attempts = $2, leased = 0 WHERE person = $3 AND seq = $4",
        args![due_at, attempts, key.person.as_str(), key.seq],
    )
    .map(|_| ())
}

/// Gives a letter up, so that later ones may leave.
///
/// # Errors
/// When the database fails.
pub fn dead(tx: &mut Tx<'_>, key: &LetterKey) -> Result<(), Error> {
    tx.execute(
        "UPDATE outbox SET state = 'dead' WHERE person = $1 AND seq = $2",
        args![key.person.as_str(), key.seq],
    )
    .map(|_| ())
}

/// What became of a letter that was to be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// It is on its way.
    Now,
    /// It was before.
    Before,
    /// It was held for too long, or there never was one.
    Gone,
}

/// Sends a letter that has been held since `since` or later on its new way, due at once.
///
/// # Errors
/// When the database fails.
pub fn release(tx: &mut Tx<'_>, key: &LetterKey, to: &ReturnAddress, since: DateTime<Utc>) -> Result<Released, Error> {
    let released = tx.execute(
        "UPDATE outbox SET state = 'waiting', address = $1, due_at = 0, leased = 0 \
         WHERE person = $2 AND seq = $3 AND state = 'held' AND due_at >= $4",
        args![&to.0, key.person.as_str(), key.seq, since],
    )?;
    if released == 1 {
        return Ok(Released::Now);
    }
    let passed_on: Option<i64> = tx.row(
        "SELECT seq FROM outbox WHERE person = $1 AND seq = $2 AND state <> 'held'",
        args![key.person.as_str(), key.seq],
        |row| row.get(0),
    )?;
    Ok(passed_on.map_or(Released::Gone, |_| Released::Before))
}

/// The sealed handle of a letter that arrived, if its platform gave one and it has not been erased.
///
/// # Errors
/// When the database fails.
pub fn handle_of(tx: &mut Tx<'_>, key: &LetterKey) -> Result<Option<Vec<u8>>, Error> {
    let handle = tx.row(
        "SELECT handle FROM outbox WHERE person = $1 AND seq = $2",
        args![key.person.as_str(), key.seq],
        |row| row.get(0),
    )?;
    Ok(handle.flatten())
}

/// When the next letter is due, or the next lease lapses; `None` when nothing waits. As in [`lease_lapsed`], a letter that waits
/// for an earlier one does not count.
///
/// # Errors
/// When the database fails.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<DateTime<Utc>>, Error> {
    tx.row(
        "SELECT due_at FROM outbox AS letter WHERE state = 'waiting' AND NOT EXISTS \
         (SELECT 1 FROM outbox AS earlier WHERE earlier.person = letter.person AND earlier.seq < letter.seq \
         AND earlier.state = 'waiting') ORDER BY due_at LIMIT 1",
        args![],
        |row| row.get(0),
    )
}

/// Lifts every lease, when nobody can be at work: the only process has just started.
///
/// # Errors
/// When the database fails.
pub fn release_all(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    tx.execute(
        "UPDATE outbox SET due_at = $1, leased = 0 WHERE state = 'waiting' AND leased = 1",
        args![now],
    )
    .map(|_| ())
}

/// The lowest number among a person's letters, 0 when there are none.
///
/// # Errors
/// When the database fails.
pub fn lowest_of(tx: &mut Tx<'_>, person: &PersonId) -> Result<i64, Error> {
    let lowest = tx.row(
        "SELECT MIN(seq) FROM outbox WHERE person = $1",
        args![person.as_str()],
        |row| row.get(0),
    )?;
    Ok(lowest.flatten().unwrap_or(0))
}

/// How many letters to that person wait.
///
/// # Errors
/// When the database fails.
pub fn waiting_of(tx: &mut Tx<'_>, person: &PersonId) -> Result<i64, Error> {
    let waiting = tx.row(
        "SELECT COUNT(*) FROM outbox WHERE person = $1 AND state = 'waiting'",
        args![person.as_str()],
        |row| row.get(0),
    )?;
    Ok(waiting.unwrap_or(0))
}

/// Erases letters that arrived, were given up or were put behind a button before `before`, at most [`BATCH`] of them: from then on
/// they can't be edited or shown.
///
/// # Errors
/// When the database fails.
pub fn erase(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, Error> {
    // due_at of a letter that left is the end of its last lease: a moment after it arrived.
    tx.execute(
        "DELETE FROM outbox WHERE (person, seq) IN \
         (SELECT person, seq FROM outbox WHERE state IN ('sent', 'dead', 'held') AND due_at < $1 LIMIT $2)",
        args![before, BATCH as i64],
    )
}

fn letter(row: &Row<'_>) -> Result<OutgoingLetter, Error> {
    Ok(OutgoingLetter {
        key: LetterKey {
            person: row.parse(0, PersonId::parse)?,
            seq: row.get(1)?,
        },
        to: ReturnAddress(row.get(2)?),
        message: row.parse(3, from_json)?,
        edits: row.get(4)?,
        silent: row.get(5)?,
        written_at: row.get(6)?,
        attempts: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, ben, within};
    use super::*;

    fn key(person: PersonId, seq: i64) -> LetterKey {
        LetterKey { person, seq }
    }

    fn written(person: PersonId, seq: i64) -> OutgoingLetter {
        OutgoingLetter {
            key: key(person, seq),
            to: ReturnAddress("sealed".to_owned()),
            message: Message::text(format!("letter {seq}")),
            edits: (seq > 1).then_some(seq - 1),
            silent: seq > 1,
            written_at: at(0),
            attempts: 0,
        }
    }

    fn post(tx: &mut Tx<'_>, person: PersonId, seq: i64) -> Result<(), Error> {
        add(tx, &written(person, seq), at(0), None)
    }

    fn lease(tx: &mut Tx<'_>, now: i64) -> Result<Vec<LetterKey>, Error> {
        let found = lease_lapsed(tx, at(now), at(now + 60), 9)?;
        let mut keys: Vec<_> = found.into_iter().map(|letter| letter.key).collect();
        keys.sort();
        Ok(keys)
    }

    fn erased(tx: &mut Tx<'_>) -> Result<bool, Error> {
        let words = tx.rows("SELECT message, address FROM outbox", args![], |row| {
            Ok(row.get::<String>(0)? + &row.get::<String>(1)?)
        })?;
        Ok(words.iter().all(String::is_empty))
    }

    #[test]
    fn a_letter_comes_back_as_it_was_written() {
        within(|tx| {
            let letter = written(ana(), 2);
            add(tx, &letter, at(0), Some(at(60)))?;
            assert_eq!(next_due(tx)?, Some(at(60)));
            assert_eq!(lease_lapsed(tx, at(59), at(119), 9)?, []);
            assert_eq!(lease_lapsed(tx, at(60), at(120), 9)?, [letter]);
            assert_eq!(lease_lapsed(tx, at(61), at(121), 9)?, [], "it is leased");
            assert_eq!(lease(tx, 120)?, [key(ana(), 2)], "the lease lapsed");
            Ok(())
        });
    }

    #[test]
    fn letters_to_one_person_leave_one_after_the_other() {
        within(|tx| {
            for seq in [3, 1, 2] {
                post(tx, ana(), seq)?;
            }
            post(tx, ben(), 1)?;
            assert_eq!(lease(tx, 1)?, [key(ben(), 1), key(ana(), 1)]);
            assert_eq!(lease(tx, 2)?, [], "the first is in somebody's hands");
            assert_eq!(next_due(tx)?, Some(at(61)), "the others count only after it");
            sent(tx, &key(ana(), 1), None)?;
            assert_eq!(lease(tx, 3)?, [key(ana(), 2)]);
            again(tx, &key(ana(), 2), at(30), 1)?;
            assert_eq!(lease(tx, 29)?, [], "the third does not overtake the second");
            assert_eq!(lease(tx, 30)?, [key(ana(), 2)]);
            dead(tx, &key(ana(), 2))?;
            assert_eq!(lease(tx, 31)?, [key(ana(), 3)]);
            assert_eq!(waiting_of(tx, &ana())?, 1);
            assert_eq!(waiting_of(tx, &ben())?, 1);
            Ok(())
        });
    }

    #[test]
    fn a_held_letter_lets_others_pass_until_it_is_released() {
        within(|tx| {
            post(tx, ana(), 1)?;
            held(tx, &key(ana(), 1))?;
            assert_eq!(next_due(tx)?, None);
            post(tx, ana(), 2)?;
            assert_eq!(lease(tx, 1)?, [key(ana(), 2)]);
            sent(tx, &key(ana(), 2), None)?;
            let way = ReturnAddress("new".to_owned());
            for (whose, seq, since, released) in [
                (ben(), 1, 0, Released::Gone),
                (ana(), 2, 0, Released::Before),
                (ana(), 1, 62, Released::Gone),
                (ana(), 1, 0, Released::Now),
                (ana(), 1, 0, Released::Before),
            ] {
                assert_eq!(
                    release(tx, &key(whose, seq), &way, at(since))?,
                    released,
                    "{seq} {since}"
                );
            }
            assert_eq!(lease_lapsed(tx, at(2), at(62), 9)?[0].to, way);
            Ok(())
        });
    }

    #[test]
    fn what_arrived_keeps_its_handle_without_its_words_and_then_goes() {
        within(|tx| {
            for seq in 1..=4 {
                post(tx, ana(), seq)?;
            }
            post(tx, ben(), 1)?;
            held(tx, &key(ben(), 1))?;
            assert_eq!(handle_of(tx, &key(ana(), 1))?, None);
            sent(tx, &key(ana(), 1), Some(b"sealed"))?;
            assert_eq!(handle_of(tx, &key(ana(), 1))?.as_deref(), Some(b"sealed".as_slice()));
            assert!(!erased(tx)?);
            sent(tx, &key(ana(), 2), None)?;
            dead(tx, &key(ana(), 3))?;
            assert_eq!(erase(tx, at(0))?, 0);
            assert_eq!(erase(tx, at(1))?, 4, "what nobody asks to be shown, too");
            assert_eq!(handle_of(tx, &key(ana(), 1))?, None);
            assert_eq!(lease(tx, 1)?, [key(ana(), 4)], "what waits is not erased");
            sent(tx, &key(ana(), 4), None)?;
            assert!(erased(tx)?);
            Ok(())
        });
    }

    #[test]
    fn a_broken_letter_is_left_alone_and_stops_nobody_else() {
        within(|tx| {
            post(tx, ana(), 1)?;
            post(tx, ben(), 1)?;
            tx.execute(
                "UPDATE outbox SET message = '{}' WHERE person = $1",
                args![ana().as_str()],
            )?;
            assert_eq!(lease(tx, 1)?, [key(ben(), 1)]);
            assert_eq!(waiting_of(tx, &ana())?, 1);
            Ok(())
        });
    }
}
