//! Taking an event out of the calendar, and giving it other times. An event that somebody has edited is asked about first.

use crate::app::App;
use crate::app::faults::Stopped;
use crate::domain::act::{Fault, MoveTried, RemovalTried};
use crate::domain::booking::{Booking, BookingId, Plan};
use crate::domain::person::PersonId;
use crate::google::{Found, Stored, Trouble};
use crate::store::bookings;

impl App {
    pub(super) async fn remove(&self, person: &PersonId, id: &BookingId, regardless: bool) -> RemovalTried {
        self.try_removal(person, id, regardless)
            .await
            .unwrap_or_else(|stopped| match stopped.fault() {
                Ok(fault) => RemovalTried::Failed(fault),
                Err(reason) => RemovalTried::NeedsSignIn(reason),
            })
    }

    async fn try_removal(&self, person: &PersonId, id: &BookingId, regardless: bool) -> Result<RemovalTried, Stopped> {
        let booking = self.booking(person, id).await?;
        let calendar = &self.parts().calendar;
        let tell_guests = !booking.plan.guests.is_empty();
        let mut etag = (!regardless).then(|| booking.etag.clone());
        if etag.is_some() {
            match self
                .as_person(person, async |access| calendar.get(&access, id).await)
                .await?
            {
                Some(Found::Standing(stored)) if !as_left(&stored, &booking) => return Ok(RemovalTried::EditedSince),
                Some(Found::Standing(stored)) => etag = Some(stored.etag),
                Some(Found::Cancelled) | None => return Ok(RemovalTried::Removed),
            }
        }
        let deleted = self
            .as_person(person, async |access| {
                calendar.delete(&access, id, etag.as_deref(), tell_guests).await
            })
            .await;
        match deleted {
            Ok(_) => Ok(RemovalTried::Removed),
            Err(Stopped::Event(Trouble::Edited)) => Ok(RemovalTried::EditedSince),
            Err(stopped) => Err(stopped),
        }
    }

    pub(super) async fn move_to(&self, person: &PersonId, plan: &Plan) -> MoveTried {
        self.try_move(person, plan)
            .await
            .unwrap_or_else(|stopped| match stopped.fault() {
                Ok(fault) => MoveTried::Failed(fault),
                Err(reason) => MoveTried::NeedsSignIn(reason),
            })
    }

    async fn try_move(&self, person: &PersonId, plan: &Plan) -> Result<MoveTried, Stopped> {
        let id = &plan.id;
        let booking = self.booking(person, id).await?;
        let calendar = &self.parts().calendar;
        let etag = match self
            .as_person(person, async |access| calendar.get(&access, id).await)
            .await?
        {
            // The move itself may have been done by an attempt that was cut off.
            Some(Found::Standing(stored)) if stored.has_times_of(plan) => {
                return Ok(MoveTried::Moved { etag: stored.etag });
            }
            Some(Found::Standing(stored)) if !as_left(&stored, &booking) => return Ok(MoveTried::EditedSince),
            Some(Found::Standing(stored)) => stored.etag,
            Some(Found::Cancelled) | None => return Ok(MoveTried::Gone),
        };
        match self
            .as_person(person, async |access| {
                calendar.move_to(&access, plan, Some(&etag)).await
            })
            .await
        {
            Ok(written) => Ok(MoveTried::Moved {
                etag: written.stored.etag,
            }),
            Err(Stopped::Event(Trouble::Edited)) => Ok(MoveTried::EditedSince),
            Err(Stopped::Event(Trouble::NotFound | Trouble::Gone)) => Ok(MoveTried::Gone),
            Err(stopped) => Err(stopped),
        }
    }

    async fn booking(&self, person: &PersonId, id: &BookingId) -> Result<Booking, Stopped> {
        let (owner, wanted) = (person.clone(), id.clone());
        match self.db().read(move |tx| bookings::find(tx, &owner, &wanted)).await {
            Ok(Some(booking)) => Ok(booking),
            Ok(None) => Err(Stopped::Fault(Fault::Refused {
                reason: "that booking is not yours".to_owned(),
            })),
            Err(error) => Err(Stopped::Fault(self.operator_fault(&error.to_string()))),
        }
    }
}

/// Nobody has changed what the owner was promised. The etag alone would not tell: Google changes it when a Meet link is ready.
fn as_left(stored: &Stored, booking: &Booking) -> bool {
    let plan = &booking.plan;
    let invited = plan.guests.iter().all(|guest| {
        stored
            .guests
            .iter()
            .any(|email| email.eq_ignore_ascii_case(&guest.email))
    });
    stored.etag == booking.etag
        || (stored.has_times_of(plan)
            && stored.title == plan.title
            && invited
            && stored.guests.len() == plan.guests.len())
}
