//! What was written to calendars, and whose it is.

use chrono::{DateTime, Utc};

use super::{BATCH, from_json, in_row, json};
use crate::args;
use crate::domain::booking::{Booking, BookingId, BookingState, Plan};
use crate::domain::person::PersonId;
use crate::sql::{Error, Row, Tx};

/// Keeps a booking as its owner was told of it.
///
/// # Errors
/// When the database fails, or the booking is somebody else's.
pub fn keep(tx: &mut Tx<'_>, owner: &PersonId, booking: &Booking) -> Result<(), Error> {
    let plan = &booking.plan;
    let kept = tx.execute(
        "INSERT INTO bookings (id, person, plan, meet, etag, state, starts_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, meet = excluded.meet, etag = excluded.etag, \
         state = excluded.state, starts_at = excluded.starts_at, ends_at = excluded.ends_at \
         WHERE bookings.person = excluded.person",
        args![
            plan.id.as_str(),
            owner.as_str(),
            &json(plan)?,
            &json(&booking.meet)?,
            &booking.etag,
            word(booking.state),
            plan.start,
            plan.end
        ],
    )?;
    if kept == 1 {
        Ok(())
    } else {
        Err(Error::Nonsense(format!(
            "bookings, row {}, column \"person\": it is not {owner}'s",
            plan.id
        )))
    }
}

/// The booking of that id, if it is `owner`'s: nobody else's can be found.
///
/// # Errors
/// When the database fails, or the row makes no sense.
pub fn find(tx: &mut Tx<'_>, owner: &PersonId, id: &BookingId) -> Result<Option<Booking>, Error> {
    tx.row(
        "SELECT plan, meet, etag, state FROM bookings WHERE id = $1 AND person = $2",
        args![id.as_str(), owner.as_str()],
        |row| booking(id, row).map_err(in_row("bookings", id)),
    )
}

/// Forgets bookings that ended before `before`, at most [`BATCH`] of them: from then on their buttons do nothing.
///
/// # Errors
/// When the database fails.
pub fn forget(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<usize, Error> {
    tx.execute(
        "DELETE FROM bookings WHERE id IN (SELECT id FROM bookings WHERE ends_at < $1 LIMIT $2)",
        args![before, BATCH as i64],
    )
}

fn booking(id: &BookingId, row: &Row<'_>) -> Result<Booking, Error> {
    let plan: Plan = row.parse(0, from_json)?;
    if plan.id != *id {
        return Err(Error::Nonsense(format!(
            "column \"plan\": it is the plan of {}",
            plan.id
        )));
    }
    Ok(Booking {
        plan,
        meet: row.parse(1, from_json)?,
        etag: row.get(2)?,
        state: row.parse(3, state)?,
    })
}

fn word(state: BookingState) -> &'static str {
    match state {
        BookingState::Booked => "booked",
        BookingState::Removed => "removed",
    }
}

fn state(word: &str) -> Result<BookingState, String> {
    match word {
        "booked" => Ok(BookingState::Booked),
        "removed" => Ok(BookingState::Removed),
        other => Err(format!("{other:?} is not a booking's state")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ana, at, ben, nonsense, within};
    use super::*;
    use crate::domain::booking::{Guest, Meet};
    use crate::domain::incoming::Delivery;
    use crate::domain::person::ZoneSource;
    use crate::zone::Zone;

    fn lunch(state: BookingState) -> Booking {
        Booking {
            plan: Plan {
                id: BookingId::of(&Delivery("m".to_owned())),
                title: "Lunch, 'quoted' – and —dashed".to_owned(),
                start: at(3600),
                end: at(5400),
                zone: Zone::named("Europe/Berlin").unwrap(),
                zone_source: ZoneSource::Calendar,
                guests: vec![Guest {
                    email: "bo@example.org".to_owned(),
                    name: None,
                }],
                location: None,
                without_link: false,
            },
            meet: Meet::Ready("https://meet.google.com/abc-defg-hij".to_owned()),
            etag: "\"1\"".to_owned(),
            state,
        }
    }

    #[test]
    fn b07_a_booking_is_found_and_changed_by_its_owner_only() {
        within(|tx| {
            let mut booking = lunch(BookingState::Booked);
            booking.meet = Meet::Pending;
            keep(tx, &ana(), &booking)?;
            assert_eq!(find(tx, &ana(), &booking.plan.id)?, Some(booking.clone()));
            assert_eq!(find(tx, &ben(), &booking.plan.id)?, None);
            let removed = lunch(BookingState::Removed);
            assert!(nonsense(keep(tx, &ben(), &removed)).contains("not discord:7's"));
            assert_eq!(find(tx, &ana(), &booking.plan.id)?, Some(booking));
            keep(tx, &ana(), &removed)?;
            assert_eq!(find(tx, &ana(), &removed.plan.id)?, Some(removed));
            Ok(())
        });
    }

    #[test]
    fn what_ended_long_ago_is_forgotten_and_nothing_else() {
        within(|tx| {
            let booking = lunch(BookingState::Booked);
            keep(tx, &ana(), &booking)?;
            assert_eq!(forget(tx, at(5400))?, 0, "it ends just then");
            assert_eq!(find(tx, &ana(), &booking.plan.id)?, Some(booking.clone()));
            assert_eq!(forget(tx, at(5401))?, 1);
            assert_eq!(find(tx, &ana(), &booking.plan.id)?, None);
            Ok(())
        });
    }

    #[test]
    fn a_broken_booking_is_named() {
        let broken = [
            ("UPDATE bookings SET state = 'lost'", "state"),
            ("UPDATE bookings SET meet = '{'", "meet"),
            ("UPDATE bookings SET plan = '{}'", "plan"),
        ];
        for (sql, column) in broken {
            within(move |tx| {
                let booking = lunch(BookingState::Booked);
                keep(tx, &ana(), &booking)?;
                tx.execute(sql, args![])?;
                let what = nonsense(find(tx, &ana(), &booking.plan.id));
                let place = format!("bookings, row {}, column \"{column}\"", booking.plan.id);
                assert!(what.starts_with(&place), "{what}");
                Ok(())
            });
        }
    }

    #[test]
    fn a_plan_in_another_bookings_row_is_not_read() {
        within(|tx| {
            keep(tx, &ana(), &lunch(BookingState::Booked))?;
            let other = BookingId::of(&Delivery("other".to_owned()));
            tx.execute("UPDATE bookings SET id = $1", args![other.as_str()])?;
            assert!(nonsense(find(tx, &ana(), &other)).contains("it is the plan of"));
            Ok(())
        });
    }
}
