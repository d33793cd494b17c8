//! Who has written to us.

use chrono::{DateTime, TimeDelta, Utc};

use super::in_row;
use crate::args;
use crate::domain::person::{Person, PersonId, Zones};
use crate::sql::{Error, Row, Tx};
use crate::zone::Zone;

/// How stale `seen_at` may get before it is worth a write.
const SEEN: TimeDelta = TimeDelta::days(1);

/// The person who writes, made known if they are new, brought up to date if they changed their name.
///
/// A handle that is only the platform's id, or an empty workspace, says nothing and replaces nothing. Mostly this only reads.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn meet(
    tx: &mut Tx<'_>,
    id: &PersonId,
    handle: &str,
    workspace: &str,
    now: DateTime<Utc>,
) -> Result<Person, Error> {
    let known = tx.row(
        "SELECT handle, workspace, own_zone, profile_zone, calendar_zone, seen_at FROM people WHERE id = $1",
        args![id.as_str()],
        |row| {
            Ok((
                person(id, row)?,
                row.get::<DateTime<Utc>>(5).map_err(in_row("people", id))?,
            ))
        },
    )?;
    let (mut handle, mut workspace) = (handle, workspace);
    if let Some((person, seen_at)) = &known {
        if handle == id.user() {
            handle = &person.handle;
        }
        if workspace.is_empty() {
            workspace = &person.workspace;
        }
        if person.handle == handle && person.workspace == workspace && now - seen_at < SEEN {
            return Ok(person.clone());
        }
    }
    tx.row(
        "INSERT INTO people (id, handle, workspace, seen_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET handle = excluded.handle, workspace = excluded.workspace, seen_at = excluded.seen_at \
         RETURNING handle, workspace, own_zone, profile_zone, calendar_zone",
        args![id.as_str(), handle, workspace, now],
        |row| person(id, row),
    )?
    .ok_or_else(|| Error::Failed("an upsert returned no row".to_owned()))
}

/// The person, if they ever wrote.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn load(tx: &mut Tx<'_>, id: &PersonId) -> Result<Option<Person>, Error> {
    tx.row(
        "SELECT handle, workspace, own_zone, profile_zone, calendar_zone FROM people WHERE id = $1",
        args![id.as_str()],
        |row| person(id, row),
    )
}

/// How the platform shows them, learnt from their profile.
///
/// # Errors
/// When the database fails.
pub fn set_handle(tx: &mut Tx<'_>, id: &PersonId, handle: &str) -> Result<(), Error> {
    tx.execute(
        "UPDATE people SET handle = $1 WHERE id = $2",
        args![handle, id.as_str()],
    )
    .map(|_| ())
}

/// The zone they told us.
///
/// # Errors
/// When the database fails.
pub fn set_own_zone(tx: &mut Tx<'_>, id: &PersonId, zone: Option<&Zone>) -> Result<(), Error> {
    tx.execute(
        "UPDATE people SET own_zone = $1 WHERE id = $2",
        args![zone.map(Zone::name), id.as_str()],
    )
    .map(|_| ())
}

/// The zone of their profile on the platform.
///
/// # Errors
/// When the database fails.
pub fn set_profile_zone(tx: &mut Tx<'_>, id: &PersonId, zone: Option<&Zone>) -> Result<(), Error> {
    tx.execute(
        "UPDATE people SET profile_zone = $1 WHERE id = $2",
        args![zone.map(Zone::name), id.as_str()],
    )
    .map(|_| ())
}

/// The zone of their Google Calendar.
///
/// # Errors
/// When the database fails.
pub fn set_calendar_zone(tx: &mut Tx<'_>, id: &PersonId, zone: Option<&Zone>) -> Result<(), Error> {
    tx.execute(
        "UPDATE people SET calendar_zone = $1 WHERE id = $2",
        args![zone.map(Zone::name), id.as_str()],
    )
    .map(|_| ())
}

/// Forgets what their calendar said: it is no longer theirs to tell, once they disconnect it.
///
/// # Errors
/// When the database fails.
pub fn forget_calendar_zone(tx: &mut Tx<'_>, id: &PersonId) -> Result<(), Error> {
    set_calendar_zone(tx, id, None)
}

fn person(id: &PersonId, row: &Row<'_>) -> Result<Person, Error> {
    let read = || {
        Ok(Person {
            id: id.clone(),
            handle: row.get(0)?,
            workspace: row.get(1)?,
            zones: Zones {
                own: row.parse_optional(2, Zone::named)?,
                profile: row.parse_optional(3, Zone::named)?,
                calendar: row.parse_optional(4, Zone::named)?,
            },
        })
    };
    read().map_err(in_row("people", id))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, ben, nonsense, within};
    use super::*;

    fn seen_at(tx: &mut Tx<'_>) -> DateTime<Utc> {
        let found = tx.row(
            "SELECT seen_at FROM people WHERE id = $1",
            args![ana().as_str()],
            |row| row.get(0),
        );
        found.unwrap().unwrap()
    }

    #[test]
    fn meeting_again_writes_only_what_is_new_or_a_day_old() {
        within(|tx| {
            let first = meet(tx, &ana(), "ana", "Acme", at(0))?;
            assert_eq!((first.handle.as_str(), first.workspace.as_str()), ("ana", "Acme"));
            assert_eq!(meet(tx, &ana(), "ana", "Acme", at(3600))?, first);
            assert_eq!(seen_at(tx), at(0), "nothing was worth a write");
            assert_eq!(meet(tx, &ana(), "ana", "Acme", at(24 * 3600))?, first);
            assert_eq!(seen_at(tx), at(24 * 3600));
            let renamed = meet(tx, &ana(), "anita", "Acme", at(24 * 3600 + 1))?;
            assert_eq!(renamed.handle, "anita");
            assert_eq!(load(tx, &ana())?, Some(renamed));
            assert_eq!(load(tx, &ben())?, None);
            Ok(())
        });
    }

    #[test]
    fn what_says_nothing_replaces_nothing() {
        within(|tx| {
            assert_eq!(meet(tx, &ana(), "UANA", "", at(0))?.handle, "UANA");
            set_handle(tx, &ana(), "ana")?;
            assert_eq!(meet(tx, &ana(), "UANA", "Acme", at(1))?.handle, "ana");
            let person = meet(tx, &ana(), "UANA", "", at(48 * 3600))?;
            assert_eq!((person.handle.as_str(), person.workspace.as_str()), ("ana", "Acme"));
            Ok(())
        });
    }

    #[test]
    fn each_source_of_the_zone_has_its_own_place() {
        let [own, profile, calendar] =
            ["Europe/Berlin", "America/New_York", "Asia/Tokyo"].map(|name| Zone::named(name).unwrap());
        within(move |tx| {
            meet(tx, &ana(), "ana", "Acme", at(0))?;
            set_own_zone(tx, &ana(), Some(&own))?;
            set_profile_zone(tx, &ana(), Some(&profile))?;
            set_calendar_zone(tx, &ana(), Some(&calendar))?;
            let mut zones = Zones {
                own: Some(own),
                profile: Some(profile),
                calendar: Some(calendar),
            };
            assert_eq!(meet(tx, &ana(), "anita", "Acme", at(1))?.zones, zones);
            forget_calendar_zone(tx, &ana())?;
            set_own_zone(tx, &ana(), None)?;
            (zones.own, zones.calendar) = (None, None);
            assert_eq!(load(tx, &ana())?.unwrap().zones, zones);
            Ok(())
        });
    }

    #[test]
    fn a_zone_that_does_not_exist_is_named_with_its_row() {
        within(|tx| {
            meet(tx, &ana(), "ana", "Acme", at(0))?;
            tx.execute("UPDATE people SET profile_zone = 'Mars/Base'", args![])?;
            for what in [
                nonsense(load(tx, &ana())),
                nonsense(meet(tx, &ana(), "ana", "Acme", at(1))),
            ] {
                assert!(
                    what.starts_with("people, row slack:T1:UANA, column \"profile_zone\""),
                    "{what}"
                );
            }
            Ok(())
        });
    }
}
