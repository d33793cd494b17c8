//! Sign-ins under way. A row moves from *open* (its link is out) to *started* (a browser is at Google) to *code* (the grant waits
//! for the code to be typed), and ends as *done*, *denied*, *spent* (too many wrong codes) or *expired*.

use chrono::{DateTime, Utc};

use super::{BATCH, in_row};
use crate::args;
use crate::domain::act::SignInId;
use crate::domain::person::PersonId;
use crate::sql::{Error, Row, Tx};

/// A sign-in as its row tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    pub id: SignInId,
    pub person: PersonId,
    /// From then on the link, or the code, is dead.
    pub expires_at: DateTime<Utc>,
    /// The hash of the cookie of the browser that goes on, or went on, with it.
    pub browser: Option<Vec<u8>>,
    pub stage: Stage,
}

/// How far a sign-in has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Open,
    Started(Started),
    Code {
        pending: Vec<u8>,
        code: Vec<u8>,
        wrong: i64,
    },
    /// The account is linked; `goes_on` when requests had waited for that.
    Done {
        goes_on: bool,
    },
    /// The other words that a row ends in.
    Ended(String),
}

/// A browser is at Google.
#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    /// The hash of that browser's cookie.
    pub browser: Vec<u8>,
    /// The hash of OAuth's `state`.
    pub oauth_state: Vec<u8>,
    /// The sealed PKCE verifier and nonce.
    pub secrets: Vec<u8>,
    /// It is the second round: in the first one Google gave no lasting permission.
    pub consent: bool,
}

/// How a sign-in can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done {
        goes_on: bool,
    },
    Denied,
    /// Too many wrong codes.
    Spent,
}

/// Opens a sign-in for `person`, whose older ones end: only the newest link works.
///
/// # Errors
/// When the database fails.
pub fn open(
    tx: &mut Tx<'_>,
    id: &SignInId,
    person: &PersonId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    tx.execute(
        "UPDATE sign_ins SET state = 'expired', oauth_state = NULL, secrets = NULL, pending = NULL, code = NULL \
         WHERE person = $1 AND state IN ('open', 'started', 'code')",
        args![person.as_str()],
    )?;
    tx.execute(
        "INSERT INTO sign_ins (id, person, opened_at, expires_at, state, consent, wrong, goes_on) \
         VALUES ($1, $2, $3, $4, 'open', 0, 0, 0)",
        args![id, person.as_str(), now, expires_at],
    )
    .map(|_| ())
}

/// The sign-in of that id.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<SignIn>, Error> {
    tx.row(
        "SELECT id, person, expires_at, state, browser, oauth_state, secrets, consent, pending, code, wrong, goes_on \
         FROM sign_ins WHERE id = $1",
        args![id],
        |row| sign_in(row).map_err(in_row("sign_ins", id)),
    )
}

/// The sign-in that was started with the `state` of that hash.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn by_state(tx: &mut Tx<'_>, oauth_state: &[u8]) -> Result<Option<SignIn>, Error> {
    tx.row(
        "SELECT id, person, expires_at, state, browser, oauth_state, secrets, consent, pending, code, wrong, goes_on \
         FROM sign_ins WHERE oauth_state = $1",
        args![oauth_state],
        |row| sign_in(row).map_err(in_row("sign_ins", "of a state")),
    )
}

/// The person's sign-in that waits for its code.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn awaiting_code(tx: &mut Tx<'_>, person: &PersonId) -> Result<Option<SignIn>, Error> {
    tx.row(
        "SELECT id, person, expires_at, state, browser, oauth_state, secrets, consent, pending, code, wrong, goes_on \
         FROM sign_ins WHERE person = $1 AND state = 'code'",
        args![person.as_str()],
        |row| sign_in(row).map_err(in_row("sign_ins", person)),
    )
}

/// A browser goes to Google; one that went before is left behind. `false` when the sign-in has come further or has ended.
///
/// # Errors
/// When the database fails.
pub fn start(tx: &mut Tx<'_>, id: &str, started: &Started) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE sign_ins SET state = 'started', browser = $1, oauth_state = $2, secrets = $3, consent = $4 \
         WHERE id = $5 AND state IN ('open', 'started')",
        args![
            &started.browser,
            &started.oauth_state,
            &started.secrets,
            started.consent,
            id
        ],
    )?;
    Ok(changed == 1)
}

/// Takes the `state` out of use: it is good for one callback. `false` when it was used before.
///
/// # Errors
/// When the database fails.
pub fn use_state(tx: &mut Tx<'_>, id: &str, oauth_state: &[u8]) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE sign_ins SET oauth_state = NULL WHERE id = $1 AND oauth_state = $2 AND state = 'started'",
        args![id, oauth_state],
    )?;
    Ok(changed == 1)
}

/// The grant waits, sealed, until its person types the code. `false` when the sign-in has ended meanwhile.
///
/// # Errors
/// When the database fails.
pub fn await_code(
    tx: &mut Tx<'_>,
    id: &str,
    pending: &[u8],
    code: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE sign_ins SET state = 'code', pending = $1, code = $2, expires_at = $3, oauth_state = NULL, secrets = NULL \
         WHERE id = $4 AND state = 'started'",
        args![pending, code, expires_at, id],
    )?;
    Ok(changed == 1)
}

/// Counts a wrong code.
///
/// # Errors
/// When the database fails.
pub fn count_wrong(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.execute("UPDATE sign_ins SET wrong = wrong + 1 WHERE id = $1", args![id])
        .map(|_| ())
}

/// Ends a sign-in and erases its secrets. `false` when it had ended before.
///
/// # Errors
/// When the database fails.
pub fn end(tx: &mut Tx<'_>, id: &str, end: End) -> Result<bool, Error> {
    let word = match end {
        End::Done { .. } => "done",
        End::Denied => "denied",
        End::Spent => "spent",
    };
    let changed = tx.execute(
        "UPDATE sign_ins SET state = $1, goes_on = $2, oauth_state = NULL, secrets = NULL, pending = NULL, code = NULL \
         WHERE id = $3 AND state IN ('open', 'started', 'code')",
        args![word, end == End::Done { goes_on: true }, id],
    )?;
    Ok(changed == 1)
}

/// Ends a sign-in whose time is over; `false` when it has ended otherwise, or has time left.
///
/// # Errors
/// When the database fails.
pub fn expire(tx: &mut Tx<'_>, id: &str, now: DateTime<Utc>) -> Result<bool, Error> {
    let changed = tx.execute(
        "UPDATE sign_ins SET state = 'expired', oauth_state = NULL, secrets = NULL, pending = NULL, code = NULL \
         WHERE id = $1 AND expires_at <= $2 AND state IN ('open', 'started', 'code')",
        args![id, now],
    )?;
    Ok(changed == 1)
}

/// Forgets sign-ins that have ended, and would have expired before `before`, at most [`BATCH`] of them.
///
/// # Errors
/// When the database fails.
pub fn forget(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, Error> {
    tx.execute(
        "DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins \
         WHERE expires_at < $1 AND state NOT IN ('open', 'started', 'code') LIMIT $2)",
        args![before, BATCH as i64],
    )
}

fn sign_in(row: &Row<'_>) -> Result<SignIn, Error> {
    let state: String = row.get(3)?;
    let stage = match state.as_str() {
        "open" => Stage::Open,
        "started" => Stage::Started(Started {
            browser: row.get(4)?,
            oauth_state: row.get::<Option<Vec<u8>>>(5)?.unwrap_or_default(),
            secrets: row.get(6)?,
            consent: row.get(7)?,
        }),
        "code" => Stage::Code {
            pending: row.get(8)?,
            code: row.get(9)?,
            wrong: row.get(10)?,
        },
        "done" => Stage::Done { goes_on: row.get(11)? },
        "denied" | "spent" | "expired" => Stage::Ended(state),
        other => {
            return Err(Error::Nonsense(format!(
                "column \"state\": {other:?} is not a sign-in's state"
            )));
        }
    };
    Ok(SignIn {
        id: row.get(0)?,
        person: row.parse(1, PersonId::parse)?,
        expires_at: row.get(2)?,
        browser: row.get(4)?,
        stage,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, ben, nonsense, within};
    use super::*;

    fn started(n: u8) -> Started {
        Started {
            browser: vec![n],
            oauth_state: vec![n, n],
            secrets: vec![n, n, n],
            consent: false,
        }
    }

    fn opened(tx: &mut Tx<'_>, id: &str, person: &PersonId, now: i64) -> Result<(), Error> {
        open(tx, &id.to_owned(), person, at(now), at(now + 600))
    }

    fn stage(tx: &mut Tx<'_>, id: &str) -> Result<Stage, Error> {
        Ok(find(tx, id)?.unwrap().stage)
    }

    #[test]
    fn s02_a_callback_is_taken_once_and_from_the_latest_browser_only() {
        within(|tx| {
            opened(tx, "1", &ana(), 0)?;
            assert!(start(tx, "1", &started(1))?);
            assert!(start(tx, "1", &started(2))?, "another browser takes over");
            assert_eq!(
                by_state(tx, &[1, 1])?,
                None,
                "the first browser's callback belongs to nothing"
            );
            let found = by_state(tx, &[2, 2])?.unwrap();
            assert_eq!((found.person, found.stage), (ana(), Stage::Started(started(2))));
            assert!(!use_state(tx, "1", &[1, 1])?);
            assert!(use_state(tx, "1", &[2, 2])?);
            assert!(!use_state(tx, "1", &[2, 2])?, "a replay");
            assert!(end(tx, "1", End::Done { goes_on: true })?);
            assert!(!end(tx, "1", End::Denied)? && !start(tx, "1", &started(3))?, "used up");
            assert_eq!(stage(tx, "1")?, Stage::Done { goes_on: true });
            opened(tx, "2", &ben(), 0)?;
            end(tx, "2", End::Done { goes_on: false })?;
            assert_eq!(stage(tx, "2")?, Stage::Done { goes_on: false });
            Ok(())
        });
    }

    #[test]
    fn a_link_dies_in_time_and_when_a_newer_one_is_sent() {
        within(|tx| {
            opened(tx, "1", &ana(), 0)?;
            assert!(!expire(tx, "1", at(599))?);
            assert!(expire(tx, "1", at(600))? && !expire(tx, "1", at(601))?);
            opened(tx, "2", &ana(), 700)?;
            opened(tx, "3", &ben(), 700)?;
            opened(tx, "4", &ana(), 701)?;
            assert_eq!(stage(tx, "2")?, Stage::Ended("expired".to_owned()));
            assert_eq!((stage(tx, "3")?, stage(tx, "4")?), (Stage::Open, Stage::Open));
            assert_eq!(forget(tx, at(1300))?, 1, "those under way stay");
            assert_eq!((find(tx, "1")?, find(tx, "2")?.is_some()), (None, true));
            Ok(())
        });
    }

    #[test]
    fn s01_a_grant_waits_for_its_own_person_and_is_erased_at_the_end() {
        within(|tx| {
            opened(tx, "1", &ana(), 0)?;
            assert!(
                !await_code(tx, "1", b"grant", b"code", at(900))?,
                "no browser was there"
            );
            start(tx, "1", &started(1))?;
            assert!(await_code(tx, "1", b"grant", b"code", at(900))?);
            assert!(!start(tx, "1", &started(2))?, "nobody takes it over now");
            assert!(!expire(tx, "1", at(899))?, "the code has a time of its own");
            assert_eq!(awaiting_code(tx, &ben())?, None);
            count_wrong(tx, "1")?;
            let waiting = awaiting_code(tx, &ana())?.unwrap();
            let expected = Stage::Code {
                pending: b"grant".to_vec(),
                code: b"code".to_vec(),
                wrong: 1,
            };
            assert_eq!((waiting.stage, waiting.browser), (expected, Some(vec![1])));
            assert!(end(tx, "1", End::Spent)?);
            let kept: Option<Option<Vec<u8>>> = tx.row("SELECT pending FROM sign_ins", args![], |row| row.get(0))?;
            assert_eq!(kept, Some(None));
            Ok(())
        });
    }

    #[test]
    fn an_unknown_state_is_named_with_its_row() {
        within(|tx| {
            opened(tx, "1", &ana(), 0)?;
            tx.execute("UPDATE sign_ins SET state = 'odd'", args![])?;
            let what = nonsense(find(tx, "1"));
            assert!(what.starts_with("sign_ins, row 1, column \"state\""), "{what}");
            Ok(())
        });
    }
}
