//! What people do with a booking that stands: take it back, book it again, move it to another zone.

use super::{Request, Talk};
use crate::domain::act::Act;
use crate::domain::booking::{Booking, BookingId, Plan};
use crate::domain::choice::Deed;
use crate::domain::incoming::Delivery;
use crate::domain::letter::ReturnAddress;
use crate::domain::person::ZoneSource;
use crate::domain::words;

impl Talk<'_> {
    pub(super) fn deed(&mut self, delivery: Delivery, deed: Deed, booking: Booking, to: ReturnAddress) {
        match deed {
            Deed::Undo => self.undo(&booking, to, false),
            Deed::UndoAnyway => self.undo(&booking, to, true),
            Deed::Keep => {
                self.write(&to, words::keep(&booking));
            }
            Deed::BookAgain => self.book_again(delivery, &booking, to),
            Deed::ChangeZone => self.ask_zone(&to, Some(&booking)),
            Deed::Move => self.move_to_own_zone(booking, to),
        }
    }

    fn undo(&mut self, booking: &Booking, to: ReturnAddress, regardless: bool) {
        if !booking.is_booked() {
            self.write(&to, words::already_removed(booking));
        } else if booking.plan.start <= self.scene.now {
            self.write(&to, words::begun(booking));
        } else {
            self.order(Act::Remove {
                booking: booking.plan.id.clone(),
                regardless,
                to,
            });
        }
    }

    /// A new event with an id of its own, since Google does not take a deleted event's id again.
    fn book_again(&mut self, delivery: Delivery, booking: &Booking, to: ReturnAddress) {
        if booking.is_booked() {
            self.write(&to, words::keep(booking));
            return;
        }
        let plan = Plan {
            id: BookingId::of(&delivery),
            ..booking.plan.clone()
        };
        let now = self.scene.now;
        let request = Request {
            id: self.new_request(),
            delivery,
            text: plan.title.clone(),
            answers: Vec::new(),
            said_at: now,
            since: now,
            to,
            by_command: true,
            notes: Vec::new(),
            news: None,
            question: None,
            unsure: false,
            interim: None,
        };
        self.proceed(request, plan);
    }

    fn move_to_own_zone(&mut self, booking: Booking, to: ReturnAddress) {
        let Some(zone) = self.scene.person.zones.own.clone() else {
            return self.ask_zone(&to, Some(&booking));
        };
        let start = zone.settle(booking.plan.wall_start());
        let plan = Plan {
            start,
            end: start + (booking.plan.end - booking.plan.start),
            zone,
            zone_source: ZoneSource::Own,
            ..booking.plan.clone()
        };
        if plan.start <= self.scene.now {
            self.write(&to, words::begun(&booking));
        } else {
            self.order(Act::Move { plan, to });
        }
    }
}
