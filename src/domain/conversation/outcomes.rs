//! Hearing how acts ended.

use super::{Request, Stage, Talk, ZoneLearnt};
use crate::domain::act::{
    Act, BookTried, ConnectTried, DisconnectTried, Done, LinkChecked, MeetAwaited, MoveTried, RemovalTried, ZoneSought,
};
use crate::domain::booking::{Booking, BookingState, Meet, Plan};
use crate::domain::letter::{Message, ReturnAddress};
use crate::domain::person::ZoneSource;
use crate::domain::words;

impl Talk<'_> {
    pub(super) fn done(&mut self, done: Done, booking: Option<Booking>) {
        match done {
            Done::ZoneSought { request, end } => self.zone_sought(*request, end),
            Done::BookTried {
                request,
                plan,
                regardless,
                end,
            } => self.book_tried(*request, plan, regardless, end),
            Done::MeetAwaited {
                to, letter, news, end, ..
            } => {
                self.meet_awaited(&to, letter, news, end, booking);
            }
            Done::RemovalTried { to, end, .. } => self.removal_tried(&to, end, booking),
            Done::MoveTried { plan, to, end } => self.move_tried(&to, plan, end, booking),
            Done::ConnectTried { to, end } => self.connect_tried(&to, end),
            Done::DisconnectTried { to, end } => self.disconnect_tried(&to, end),
            Done::LinkChecked {
                sign_in,
                end: LinkChecked::Expired,
            } => self.link_expired(&sign_in),
            Done::QuestionExpired { request } => self.question_expired(request),
            // It was used: the connection has been told.
            Done::LinkChecked {
                end: LinkChecked::Moot, ..
            } => {}
        }
    }

    fn zone_sought(&mut self, request: Request, end: ZoneSought) {
        if let ZoneSought::Found { zone, source } = &end {
            match source {
                ZoneSource::Profile => self.turn.zones.push(ZoneLearnt::Profile(zone.clone())),
                ZoneSource::Calendar => self.turn.zones.push(ZoneLearnt::Calendar(zone.clone())),
                // These come from the person, never from an act.
                ZoneSource::Message | ZoneSource::Own => {}
            }
        }
        match end {
            ZoneSought::Found { zone, source } => self.consider_in(request, &zone, source),
            ZoneSought::Unknown => {
                let message = words::zone_for_request(request.id, &request.text, self.scene.default_zone);
                self.ask(request, message, |buttons| Stage::AskingZone { buttons });
            }
            ZoneSought::NeedsSignIn(reason) => self.park(request, None, reason),
            ZoneSought::Delayed => self.interim(request, words::delayed(None), |request| Act::FindZone { request }),
            ZoneSought::Failed(fault) => {
                let message = words::no_zone_found(request.id, &request.text, &fault, self.scene.contact);
                self.ask(request, message, |buttons| Stage::AskingZone { buttons });
            }
        }
    }

    fn book_tried(&mut self, mut request: Request, plan: Plan, regardless: bool, end: BookTried) {
        let contact = self.scene.contact;
        match end {
            BookTried::Booked { meet, etag } => {
                self.booked(
                    request,
                    Booking {
                        plan,
                        meet,
                        etag,
                        state: BookingState::Booked,
                    },
                );
            }
            BookTried::Busy { conflicts, free_at } => {
                let message = words::busy(request.id, &plan, &conflicts, free_at);
                self.ask(request, message, |buttons| Stage::Busy { plan, buttons });
            }
            BookTried::Unreadable(fault) => {
                let message = words::unreadable(request.id, &plan, &fault, contact);
                self.ask(request, message, |buttons| Stage::Unreadable { plan, buttons });
            }
            BookTried::Failed(fault) => {
                let message = words::not_done(request.id, &plan, &fault, contact);
                self.ask(request, message, |buttons| Stage::Unreadable { plan, buttons });
            }
            BookTried::TooLate => self.late(request, plan),
            BookTried::DeletedSince => {
                let booking = Booking {
                    plan,
                    meet: Meet::Failed,
                    etag: String::new(),
                    state: BookingState::Removed,
                };
                self.state().latest = Some(booking.plan.id.clone());
                let message = words::deleted_since(&booking.plan).buttons([words::book_again_offer(&booking)]);
                self.tell(&mut request, message);
                self.turn.bookings.push(booking);
            }
            BookTried::NeedsSignIn(reason) => self.park(request, Some(plan), reason),
            BookTried::Delayed => {
                let message = words::delayed(Some(&plan));
                self.interim(request, message, |request| Act::Book {
                    request,
                    plan,
                    regardless,
                });
            }
            BookTried::Checking => {
                let message = words::checking(&plan);
                self.interim(request, message, |request| Act::Book {
                    request,
                    plan,
                    regardless,
                });
            }
        }
    }

    fn booked(&mut self, mut request: Request, booking: Booking) {
        let message = words::booked(&booking, &request.notes, self.scene.person.id.platform());
        let letter = self.tell(&mut request, message);
        if booking.meet == Meet::Pending {
            let news = self.turn.letters.last().and_then(|letter| letter.message.above.clone());
            self.order(Act::AwaitMeet {
                booking: booking.plan.id.clone(),
                to: request.to,
                letter,
                news,
            });
        }
        self.state().latest = Some(booking.plan.id.clone());
        self.turn.bookings.push(booking);
    }

    fn meet_awaited(
        &mut self,
        to: &ReturnAddress,
        letter: i64,
        news: Option<Box<Message>>,
        end: MeetAwaited,
        booking: Option<Booking>,
    ) {
        let Some(booking) = booking else { return };
        match end {
            MeetAwaited::Settled { meet, etag } => {
                let booking = Booking { meet, etag, ..booking };
                let message = words::meet_settled(&booking, self.scene.person.id.platform());
                self.letter(to, message.under(news), Some(letter), true);
                self.turn.bookings.push(booking);
            }
            // The first reply has said that the link follows; it stands in the event, if the event still stands.
            MeetAwaited::Unknown => {}
        }
    }

    fn removal_tried(&mut self, to: &ReturnAddress, end: RemovalTried, booking: Option<Booking>) {
        let Some(booking) = booking else { return };
        let message = match end {
            RemovalTried::Removed => {
                let booking = Booking {
                    state: BookingState::Removed,
                    ..booking
                };
                let message = words::removed(&booking);
                self.state().latest = Some(booking.plan.id.clone());
                self.turn.bookings.push(booking);
                message
            }
            RemovalTried::EditedSince => words::edited(&booking),
            RemovalTried::NeedsSignIn(_) => return self.reconnect_for(to, "removed", &booking),
            RemovalTried::Failed(fault) => words::not_changed("removed", &booking, &fault, self.scene.contact),
        };
        self.write(to, message);
    }

    fn move_tried(&mut self, to: &ReturnAddress, plan: Plan, end: MoveTried, booking: Option<Booking>) {
        let Some(booking) = booking else { return };
        let message = match end {
            MoveTried::Moved { etag } => {
                let booking = Booking { plan, etag, ..booking };
                let message = words::moved(&booking);
                self.turn.bookings.push(booking);
                message
            }
            MoveTried::EditedSince => words::edited_not_moved(&booking),
            MoveTried::Gone => words::gone(&booking),
            MoveTried::NeedsSignIn(_) => return self.reconnect_for(to, "moved", &booking),
            MoveTried::Failed(fault) => words::not_changed("moved", &booking, &fault, self.scene.contact),
        };
        self.write(to, message);
    }

    fn reconnect_for(&mut self, to: &ReturnAddress, what: &str, booking: &Booking) {
        self.write(to, words::needs_connection(what, booking));
        self.offer_link(to);
    }

    fn connect_tried(&mut self, to: &ReturnAddress, end: ConnectTried) {
        let message = match end {
            ConnectTried::Already(account) => words::already_connected(&account),
            ConnectTried::LinkDue => return self.offer_link(to),
            ConnectTried::Failed(fault) => words::not_linked(&fault, self.scene.contact),
        };
        self.write(to, message);
    }

    fn disconnect_tried(&mut self, to: &ReturnAddress, end: DisconnectTried) {
        let message = match end {
            DisconnectTried::Disconnected(account) => {
                self.turn.zones.push(ZoneLearnt::CalendarGone);
                words::disconnected(account.as_ref())
            }
            DisconnectTried::Failed(fault) => words::not_linked(&fault, self.scene.contact),
        };
        self.write(to, message);
    }
}
