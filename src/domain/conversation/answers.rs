//! Hearing a press, or the word that stands for one.

use super::{Request, Stage, Talk, ZoneQuestion};
use crate::domain::act::{Act, SignInReason};
use crate::domain::booking::{Booking, Plan};
use crate::domain::choice::{Answer, Choice};
use crate::domain::incoming::Delivery;
use crate::domain::letter::ReturnAddress;
use crate::domain::person::ZoneSource;
use crate::domain::words;
use crate::zone::Zone;

use super::ZoneLearnt;

impl Talk<'_> {
    pub(super) fn pressed(&mut self, delivery: Delivery, choice: Choice, to: ReturnAddress, booking: Option<Booking>) {
        match choice {
            Choice::Answer(id, answer) => match self.take_request(id) {
                Some(request) => self.answer(Request { to, ..request }, answer),
                None => {
                    self.write(&to, words::closed());
                }
            },
            Choice::Booking(_, deed) => match booking {
                Some(booking) => self.deed(delivery, deed, booking, to),
                // Another person's booking is looked up among the presser's own, and so is not there.
                None => {
                    self.write(&to, words::no_such_booking());
                }
            },
            Choice::UseZone(zone) => self.use_zone(zone, to, booking),
            Choice::Connect => self.connect(to),
            Choice::Disconnect => self.errand(Act::Disconnect, to, None),
            Choice::Help => {
                self.write(&to, words::help(self.scene.contact));
            }
        }
    }

    fn answer(&mut self, request: Request, answer: Answer) {
        match answer {
            Answer::Cancel => self.cancel(request),
            Answer::At(at) => match request.stage.planned_at(at) {
                Some(plan) => self.proceed_known(request, plan),
                None => self.stay(request),
            },
            Answer::In(zone) => self.in_zone(request, zone),
            Answer::BookAnyway => match request.stage.held_back().cloned() {
                Some(plan) => self.book(request, plan, true),
                None => self.stay(request),
            },
            Answer::InviteAndBook => match request.stage.inviting().cloned() {
                Some(plan) => self.book(request, plan, false),
                None => self.stay(request),
            },
            Answer::BookWithoutGuests => match request.stage.inviting().cloned() {
                Some(plan) => self.book(
                    request,
                    Plan {
                        guests: Vec::new(),
                        ..plan
                    },
                    false,
                ),
                None => self.stay(request),
            },
            Answer::TryAgain | Answer::NewLink => self.again(request),
        }
    }

    fn again(&mut self, request: Request) {
        match &request.stage {
            Stage::Busy { plan, .. } | Stage::Unreadable { plan, .. } => {
                let plan = plan.clone();
                self.book(request, plan, false);
            }
            Stage::Parked { plan, .. } => {
                let plan = plan.clone();
                self.park(request, plan, SignInReason::NotConnected);
            }
            Stage::AskingZone { .. } => self.consider(request),
            Stage::FindingZone
            | Stage::Asking { .. }
            | Stage::Inviting { .. }
            | Stage::Booking { .. }
            | Stage::Late { .. } => self.stay(request),
        }
    }

    /// A button that does not fit where the request stands by now (an old one, or pressed twice): the request goes on.
    fn stay(&mut self, request: Request) {
        let to = request.to.clone();
        // While work is under way its result is the answer, and so a second press stays silent.
        if request.stage.waits_for_person() {
            self.write(&to, words::closed());
        }
        self.keep(request);
    }

    fn cancel(&mut self, mut request: Request) {
        if let Stage::Booking { .. } = request.stage {
            // Too late to stop: the result comes with [Undo].
            return self.keep(request);
        }
        self.tell(&mut request, words::cancelled());
    }

    /// Guests were agreed to already where the plan was shown with them; a change of time does not ask again.
    fn proceed_known(&mut self, request: Request, plan: Plan) {
        match request.stage {
            Stage::Asking { .. } => self.proceed(request, plan),
            _ => self.book(request, plan, false),
        }
    }

    fn in_zone(&mut self, request: Request, zone: Zone) {
        self.turn.zones.push(ZoneLearnt::Own(zone.clone()));
        self.consider_in(request, &zone, ZoneSource::Own);
    }

    pub(super) fn use_zone(&mut self, zone: Zone, to: ReturnAddress, booking: Option<Booking>) {
        self.turn.zones.push(ZoneLearnt::Own(zone.clone()));
        let question = self.state().asking_zone.take();
        let waiting: Vec<_> = self
            .turn
            .conversation
            .requests
            .iter()
            .filter(|request| matches!(request.stage, Stage::AskingZone { .. }))
            .map(|request| request.id)
            .collect();
        let movable = booking.filter(|booking| {
            question.is_some()
                && booking.is_booked()
                && booking.plan.start > self.scene.now
                && booking.plan.zone != zone
        });
        if let Some(booking) = movable {
            self.write(&to, words::zone_set_offer_move(&zone, &booking));
        } else if waiting.is_empty() {
            self.write(&to, words::zone_set(&zone));
        }
        for id in waiting {
            if let Some(request) = self.take_request(id) {
                self.consider_in(
                    Request {
                        to: to.clone(),
                        ..request
                    },
                    &zone,
                    ZoneSource::Own,
                );
            }
        }
    }

    pub(super) fn ask_zone(&mut self, to: &ReturnAddress, booking: Option<&Booking>) {
        self.state().asking_zone = Some(ZoneQuestion {
            booking: booking.map(|booking| booking.plan.id.clone()),
        });
        let zones = &self.scene.person.zones;
        let mut offers: Vec<Zone> = Vec::new();
        for zone in [zones.own.as_ref(), zones.profile.as_ref(), self.scene.default_zone]
            .into_iter()
            .flatten()
        {
            let shown = booking.is_some_and(|booking| booking.plan.zone == *zone);
            if !shown && !offers.contains(zone) {
                offers.push(zone.clone());
            }
        }
        self.write(to, words::which_zone(&offers));
    }
}
