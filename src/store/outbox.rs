//! Letters on their way, in order for each person.
//!
//! A letter is *waiting* until it was *sent*, was put behind a [Show me] button (*held*), or is given up (*dead*). `due_at` and
//! `holder` are a lease as in [`acts`](super::acts). One whose holder fell silent, or could not tell whether it arrived, is
//! *abandoned*, even if it had only waited its turn. What becomes of a letter, its holder alone can say: anybody else hears `false`.

use chrono::{DateTime, Utc};

use super::{BATCH, from_json, json, read_or_tell};
use crate::args;
use crate::domain::letter::{LetterKey, Message, ReturnAddress};
use crate::domain::person::PersonId;
use crate::sql::{Error, Holder, Row, Tx};

/// Where the numbers of letters outside the conversation begin; nobody is sent so many that they reach its own, which begin at one.
const OUTSIDE: i64 = -1_000_000_000_000;

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
    /// Somebody held it before and did not say how it went, or did not know: it may have arrived.
    pub abandoned: bool,
    /// Who is to send it, if anybody yet.
    pub holder: Option<Holder>,
}

/// Adds a letter that may leave from `due_at` on, or that its holder is sending until then.
///
/// # Errors
/// When the database fails, or the person has a letter of that number.
pub fn add(tx: &mut Tx<'_>, letter: &OutgoingLetter, due_at: DateTime<Utc>) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO outbox (person, seq, address, message, edits, silent, state, attempts, written_at, due_at, holder, abandoned) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10, $11)",
        args![
            letter.key.person.as_str(),
            letter.key.seq,
            &letter.to.0,
            &json(&letter.message)?,
            letter.edits,
            letter.silent,
            letter.attempts,
            letter.written_at,
            due_at,
            letter.holder,
            letter.abandoned
        ],
    )
    .map(|_| ())
}

/// Leases to `holder` letters that are due and in nobody else's hands, at most `limit`: of each person only the first that waits, so that none overtakes
/// another.
///
/// # Errors
/// When the database fails.
pub fn lease_lapsed(
    tx: &mut Tx<'_>,
    now: DateTime<Utc>,
    holder: Holder,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<OutgoingLetter>, Error> {
    let found = tx.rows(
        "UPDATE outbox SET due_at = $1, abandoned = CASE WHEN holder IS NULL THEN abandoned ELSE 1 END, holder = $2 \
         WHERE (person, seq) IN \
         (SELECT person, seq FROM outbox AS letter WHERE state = 'waiting' AND due_at <= $3 \
         AND (holder IS NULL OR holder = $2) AND NOT EXISTS \
         (SELECT 1 FROM outbox AS earlier WHERE earlier.person = letter.person AND earlier.seq < letter.seq \
         AND earlier.state = 'waiting') ORDER BY due_at LIMIT $4) \
         RETURNING person, seq, address, message, edits, silent, written_at, attempts, abandoned, holder",
        args![until, holder, now, limit],
        |row| read_or_tell("outbox", row, letter),
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// Whether a letter to that person waits that is not in `us`'s hands: then later ones wait behind it.
///
/// # Errors
/// When the database fails.
pub fn is_held_up(tx: &mut Tx<'_>, person: &PersonId, us: Holder) -> Result<bool, Error> {
    let found = tx.row(
        "SELECT seq FROM outbox WHERE person = $1 AND state = 'waiting' AND (holder IS NULL OR holder <> $2) LIMIT 1",
        args![person.as_str(), us],
        |row| row.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// Whether a letter to that person waits that is in nobody's hands: whoever was in its way and has left says so.
///
/// # Errors
/// When the database fails.
pub fn anybody_s(tx: &mut Tx<'_>, person: &PersonId) -> Result<bool, Error> {
    let found = tx.row(
        "SELECT seq FROM outbox WHERE person = $1 AND state = 'waiting' AND holder IS NULL LIMIT 1",
        args![person.as_str()],
        |row| row.get::<i64>(0),
    )?;
    Ok(found.is_some())
}

/// It arrived: its words are erased, and `handle` (sealed by the caller) stays for a later edit.
///
/// # Errors
/// When the database fails.
pub fn sent(tx: &mut Tx<'_>, letter: &OutgoingLetter, handle: Option<&[u8]>) -> Result<bool, Error> {
    let key = &letter.key;
    let noted = tx.execute(
        "UPDATE outbox SET state = 'sent', handle = $1, message = '', address = '', holder = NULL \
         WHERE person = $2 AND seq = $3 AND holder = $4",
        args![handle, key.person.as_str(), key.seq, letter.holder],
    )?;
    Ok(noted == 1)
}

/// It waits behind a [Show me] button; later letters need not wait for it.
///
/// # Errors
/// When the database fails.
pub fn held(tx: &mut Tx<'_>, letter: &OutgoingLetter) -> Result<bool, Error> {
    let key = &letter.key;
    let noted = tx.execute(
        "UPDATE outbox SET state = 'held', holder = NULL WHERE person = $1 AND seq = $2 AND holder = $3",
        args![key.person.as_str(), key.seq, letter.holder],
    )?;
    Ok(noted == 1)
}

/// Postpones a letter, and gives its lease back: unless it is `abandoned`, it has certainly not arrived.
///
/// # Errors
/// When the database fails.
pub fn again(
    tx: &mut Tx<'_>,
    letter: &OutgoingLetter,
    due_at: DateTime<Utc>,
    attempts: i64,
    abandoned: bool,
) -> Result<bool, Error> {
    let key = &letter.key;
    let noted = tx.execute(
        "UPDATE outbox SET due_at = $1, attempts = $2, holder = NULL, abandoned = $3 \
         WHERE person = $4 AND seq = $5 AND holder = $6",
        args![due_at, attempts, abandoned, key.person.as_str(), key.seq, letter.holder],
    )?;
    Ok(noted == 1)
}

/// Gives back the leases of whatever else `holder` was to send to that person: none of it was tried, and it waits its turn.
///
/// # Errors
/// When the database fails.
pub fn wait(tx: &mut Tx<'_>, person: &PersonId, holder: Option<Holder>, due_at: DateTime<Utc>) -> Result<(), Error> {
    tx.execute(
        "UPDATE outbox SET due_at = $1, holder = NULL WHERE person = $2 AND state = 'waiting' AND holder = $3",
        args![due_at, person.as_str(), holder],
    )
    .map(|_| ())
}

/// Gives a letter up, so that later ones may leave.
///
/// # Errors
/// When the database fails.
pub fn dead(tx: &mut Tx<'_>, letter: &OutgoingLetter) -> Result<bool, Error> {
    let key = &letter.key;
    let noted = tx.execute(
        "UPDATE outbox SET state = 'dead', holder = NULL WHERE person = $1 AND seq = $2 AND holder = $3",
        args![key.person.as_str(), key.seq, letter.holder],
    )?;
    Ok(noted == 1)
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
        "UPDATE outbox SET state = 'waiting', address = $1, due_at = 0, abandoned = 0 \
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

/// When the next letter is due that `us` may take up; `None` when nothing waits. As in [`lease_lapsed`], a letter that waits for an
/// earlier one does not count.
///
/// # Errors
/// When the database fails.
pub fn next_due(tx: &mut Tx<'_>, us: Holder) -> Result<Option<DateTime<Utc>>, Error> {
    tx.row(
        "SELECT due_at FROM outbox AS letter WHERE state = 'waiting' AND (holder IS NULL OR holder = $1) AND NOT EXISTS \
         (SELECT 1 FROM outbox AS earlier WHERE earlier.person = letter.person AND earlier.seq < letter.seq \
         AND earlier.state = 'waiting') ORDER BY due_at LIMIT 1",
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
        "UPDATE outbox SET due_at = $1, holder = NULL, abandoned = 1 \
         WHERE state = 'waiting' AND holder IS NOT NULL AND holder NOT IN (SELECT id FROM replicas)",
        args![now],
    )
    .map(|_| ())
}

/// The number of a person's next letter outside the conversation: below the conversation's own, and above those before it, so that
/// they leave in order too.
///
/// # Errors
/// When the database fails.
pub fn next_outside(tx: &mut Tx<'_>, person: &PersonId) -> Result<i64, Error> {
    let last: Option<i64> = tx
        .row(
            "SELECT MAX(seq) FROM outbox WHERE person = $1 AND seq < 0",
            args![person.as_str()],
            |row| row.get(0),
        )?
        .flatten();
    Ok(last.map_or(OUTSIDE, |last| last + 1))
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
        abandoned: row.get(8)?,
        holder: row.get(9)?,
    })
}

#[cfg(test)]
mod tests;
