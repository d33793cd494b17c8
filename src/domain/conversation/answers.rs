//! Hearing a press, or the word that stands for one.

use super::{Open, Request, Stage, Talk, ZoneQuestion};
use crate::domain::act::Act;
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
            Choice::Answer(id, answer) => match self.take_open(id) {
                Some(Open { request, stage }) => self.answer(Request { to, ..request }, stage, answer),
                // A link can be had without the request that it was first for.
                None if answer == Answer::NewLink => self.connect(to),
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
            Choice::Disconnect => self.order(Act::Disconnect { to }),
            Choice::Help => {
                self.write(&to, words::help(self.scene.contact));
            }
        }
    }

    fn answer(&mut self, mut request: Request, stage: Stage, answer: Answer) {
        match answer {
            Answer::Cancel => {
                self.tell(&mut request, words::cancelled());
            }
            Answer::At(at) => match stage.planned_at(at) {
                Some(plan) => {
                    request.answers.push(in_words(&plan));
                    // Guests were agreed to already where the plan was shown with them.
                    if matches!(stage, Stage::Asking { .. }) {
                        self.proceed(request, plan);
                    } else {
                        self.book(request, plan, false);
                    }
                }
                None => self.stay(request, stage),
            },
            Answer::In(zone) => self.in_zone(request, zone),
            Answer::BookAnyway => match stage.held_back().cloned() {
                Some(plan) => self.book(request, plan, true),
                None => self.stay(request, stage),
            },
            Answer::InviteAndBook => match stage.inviting().cloned() {
                Some(plan) => self.book(request, plan, false),
                None => self.stay(request, stage),
            },
            Answer::BookWithoutGuests => match stage.inviting().cloned() {
                Some(plan) => self.book(
                    request,
                    Plan {
                        guests: Vec::new(),
                        ..plan
                    },
                    false,
                ),
                None => self.stay(request, stage),
            },
            Answer::Other => self.other(request, stage),
            Answer::TryAgain | Answer::NewLink => self.again(request, stage),
        }
    }

    fn again(&mut self, request: Request, stage: Stage) {
        match stage {
            Stage::Busy { plan, .. } | Stage::Unreadable { plan, .. } => self.book(request, plan, false),
            Stage::Parked { plan, .. } => self.park_anew(request, plan),
            Stage::AskingZone { .. } => self.consider(request),
            Stage::Asking { .. } | Stage::Inviting { .. } | Stage::Late { .. } => self.stay(request, stage),
        }
    }

    /// None of what is offered: which time, then? What was said otherwise stays.
    fn other(&mut self, request: Request, stage: Stage) {
        match stage {
            Stage::Asking { .. } | Stage::Busy { .. } | Stage::Late { .. } => {
                let plans = Vec::new();
                let message = words::other_time(&request);
                self.ask(request, message, |buttons| Stage::Asking { plans, buttons });
            }
            Stage::AskingZone { .. } | Stage::Inviting { .. } | Stage::Unreadable { .. } | Stage::Parked { .. } => {
                self.stay(request, stage);
            }
        }
    }

    /// A button that does not fit where the request stands by now: an old one. The request goes on waiting.
    fn stay(&mut self, request: Request, stage: Stage) {
        let to = request.to.clone();
        self.write(&to, words::closed());
        self.keep(request, stage);
    }

    fn in_zone(&mut self, request: Request, zone: Zone) {
        self.turn.zones.push(ZoneLearnt::Own(zone.clone()));
        self.consider_in(request, &zone, ZoneSource::Own);
    }

    pub(super) fn use_zone(&mut self, zone: Zone, to: ReturnAddress, booking: Option<Booking>) {
        self.turn.zones.push(ZoneLearnt::Own(zone.clone()));
        let question = self.state().asking_zone.take();
        let asked = |open: &Open| matches!(open.stage, Stage::AskingZone { .. });
        let (waiting, others) = std::mem::take(&mut self.state().open)
            .into_iter()
            .partition::<Vec<_>, _>(asked);
        self.state().open = others;
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
        for Open { request, .. } in waiting {
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

/// A plan that was picked, as its person might have written it: what they say next corrects this.
fn in_words(plan: &Plan) -> String {
    let start = plan.wall_start().format("%F %H:%M");
    let minutes = (plan.end - plan.start).num_minutes();
    let zone = match plan.zone_source {
        ZoneSource::Message => plan.zone.name(),
        ZoneSource::Own | ZoneSource::Profile | ZoneSource::Calendar => "",
    };
    format!("{start} for {minutes} minutes {zone}")
}
