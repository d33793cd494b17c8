//! Discord's gateway session, so that a restart resumes instead of identifying again.

use chrono::{DateTime, Utc};

use super::{from_json, in_row, json};
use crate::args;
use crate::sql::{Error, Tx};

/// A session that can be resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewaySession {
    /// Sealed by the caller.
    pub session_id: Vec<u8>,
    pub resume_url: String,
    /// The number of the last event that was taken in.
    pub sequence: i64,
}

/// The application's session, if there is one to resume.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn load(tx: &mut Tx<'_>, application: &str) -> Result<Option<GatewaySession>, Error> {
    let found = tx.row(
        "SELECT session_id, resume_url, sequence FROM gateway_sessions WHERE application = $1",
        args![application],
        |row| {
            let Some(session_id) = row.get(0)? else { return Ok(None) };
            Ok(Some(GatewaySession {
                session_id,
                resume_url: row.get(1)?,
                sequence: row.get(2)?,
            }))
        },
    );
    found
        .map(Option::flatten)
        .map_err(in_row("gateway_sessions", application))
}

/// Keeps a new session, or forgets it: one that Discord has ended can't be resumed.
///
/// # Errors
/// When the database fails.
pub fn save(tx: &mut Tx<'_>, application: &str, session: Option<&GatewaySession>) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO gateway_sessions (application, session_id, resume_url, sequence, identifies) \
         VALUES ($1, $2, $3, $4, '[]') ON CONFLICT (application) DO UPDATE SET \
         session_id = excluded.session_id, resume_url = excluded.resume_url, sequence = excluded.sequence",
        args![
            application,
            session.map(|session| &session.session_id),
            session.map_or("", |session| &session.resume_url),
            session.map_or(0, |session| session.sequence)
        ],
    )
    .map(|_| ())
}

/// Moves the session on to the event that is taken in by the same transaction.
///
/// # Errors
/// When the database fails.
pub fn advance(tx: &mut Tx<'_>, application: &str, sequence: i64) -> Result<(), Error> {
    tx.execute(
        "UPDATE gateway_sessions SET sequence = $1 WHERE application = $2",
        args![sequence, application],
    )
    .map(|_| ())
}

/// When the application identified lately, as [`save_identifies`] was told.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn identifies(tx: &mut Tx<'_>, application: &str) -> Result<Vec<DateTime<Utc>>, Error> {
    let found = tx.row(
        "SELECT identifies FROM gateway_sessions WHERE application = $1",
        args![application],
        |row| row.parse(0, times),
    );
    let found = found.map_err(in_row("gateway_sessions", application))?;
    Ok(found.unwrap_or_default())
}

/// Keeps when the application identified lately: Discord takes 1,000 of them a day, and then resets the bot's token.
///
/// # Errors
/// When the database fails.
pub fn save_identifies(tx: &mut Tx<'_>, application: &str, identifies: &[DateTime<Utc>]) -> Result<(), Error> {
    let times: Vec<i64> = identifies.iter().map(DateTime::timestamp_millis).collect();
    tx.execute(
        "INSERT INTO gateway_sessions (application, resume_url, sequence, identifies) VALUES ($1, '', 0, $2) \
         ON CONFLICT (application) DO UPDATE SET identifies = excluded.identifies",
        args![application, &json(&times)?],
    )
    .map(|_| ())
}

fn times(text: &str) -> Result<Vec<DateTime<Utc>>, String> {
    let millis: Vec<i64> = from_json(text)?;
    let time = |millis| DateTime::from_timestamp_millis(millis).ok_or_else(|| format!("{millis} is no time"));
    millis.into_iter().map(time).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, nonsense, within};
    use super::*;

    #[test]
    fn a_session_is_kept_moved_on_and_forgotten() {
        within(|tx| {
            assert_eq!(load(tx, "app")?, None);
            let mut session = GatewaySession {
                session_id: b"sealed".to_vec(),
                resume_url: "wss://gateway-us-east1-b.discord.gg".to_owned(),
                sequence: 1,
            };
            save(tx, "app", Some(&session))?;
            advance(tx, "app", 42)?;
            session.sequence = 42;
            assert_eq!(load(tx, "app")?, Some(session));
            assert_eq!(load(tx, "other")?, None);
            save(tx, "app", None)?;
            assert_eq!(load(tx, "app")?, None);
            Ok(())
        });
    }

    #[test]
    fn identifies_outlive_the_session() {
        within(|tx| {
            assert!(identifies(tx, "app")?.is_empty());
            save_identifies(tx, "app", &[at(0), at(5)])?;
            assert_eq!(load(tx, "app")?, None, "no session yet");
            save(tx, "app", None)?;
            assert_eq!(identifies(tx, "app")?, [at(0), at(5)]);
            tx.execute("UPDATE gateway_sessions SET identifies = '[\"x\"]'", args![])?;
            let what = nonsense(identifies(tx, "app"));
            assert!(
                what.starts_with("gateway_sessions, row app, column \"identifies\""),
                "{what}"
            );
            Ok(())
        });
    }
}
