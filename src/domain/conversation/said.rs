//! Hearing words: fixed words first, then answers to what was asked, then requests.

use chrono::{DateTime, Utc};

use super::answering::{Meant, plainly};
use super::typed::Typed;
use super::word::Word;
use super::{Conversation, Request, Stage, Talk, ZoneQuestion};
use crate::domain::act::Act;
use crate::domain::booking::{Booking, BookingId, Guest, Plan, UNTITLED};
use crate::domain::choice::{Answer, Choice, Deed};
use crate::domain::incoming::{Delivery, Said};
use crate::domain::letter::ReturnAddress;
use crate::domain::person::ZoneSource;
use crate::domain::words;
use crate::language::{self, Assumption, Doubt, Intent, Puzzle, Reading, Resolution, Slot};
use crate::zone::Zone;

/// Which booking has to be at hand when `said` is heard.
pub fn booking_meant(conversation: &Conversation, said: &Said) -> Option<BookingId> {
    let asked_about = || {
        conversation
            .asking_zone
            .as_ref()
            .and_then(|question| question.booking.clone())
    };
    match said {
        Said::Pressed(Choice::Booking(booking, _)) => Some(booking.clone()),
        Said::Pressed(Choice::UseZone(_)) => asked_about(),
        Said::Text(text) | Said::Chatcal(text) => match Word::read(text) {
            Some(Word::Deed(_)) => conversation.latest.clone(),
            Some(Word::Timezone(Some(_))) | None => asked_about(),
            Some(Word::Help | Word::Connect | Word::Disconnect | Word::Privacy | Word::Timezone(None)) => None,
        },
        Said::Book(_) | Said::Pressed(_) | Said::ShowMe(_) | Said::Admin { .. } => None,
    }
}

impl Talk<'_> {
    pub(super) fn said(
        &mut self,
        delivery: Delivery,
        said: Said,
        said_at: DateTime<Utc>,
        to: ReturnAddress,
        booking: Option<Booking>,
    ) {
        match said {
            Said::Pressed(choice) => self.pressed(delivery, choice, to, booking),
            // The waiting letter itself is the answer: it leaves as soon as it has this way.
            // And operators' orders are answered outside of their own conversation.
            Said::ShowMe(_) | Said::Admin { .. } => {}
            // Half a message may mean anything: it is not acted on.
            Said::Book(text) | Said::Text(text) | Said::Chatcal(text) if text.len() > language::READ_AT_MOST => {
                self.write(&to, words::too_long(&text));
            }
            Said::Book(text) if text.trim().is_empty() => self.greet(&to),
            Said::Book(text) => self.request(delivery, text, said_at, to, true),
            Said::Text(text) | Said::Chatcal(text) => self.text(delivery, text, said_at, to, booking),
        }
    }

    fn text(
        &mut self,
        delivery: Delivery,
        text: String,
        said_at: DateTime<Utc>,
        to: ReturnAddress,
        booking: Option<Booking>,
    ) {
        if text.trim().is_empty() {
            return self.greet(&to);
        }
        // A waiting question's own words come first: "cancel" there means that question.
        match self.typed(&text) {
            Some(Typed::Button(choice)) => return self.pressed(delivery, choice, to, booking),
            Some(Typed::Unclear) => {
                let offered = self.turn.conversation.open.last();
                let buttons = offered.map_or(Vec::new(), |open| open.stage.buttons().to_vec());
                return self.remind(&to, |request| words::which_one(request, &buttons));
            }
            None => {}
        }
        if let Some(word) = Word::read(&text) {
            return self.word(delivery, word, to, booking);
        }
        if let Some(zone) = self.typed_zone(&text) {
            return self.use_zone(zone, to, booking);
        }
        let reading = language::read(&text);
        if self.awaits_words() {
            match self.meant_as_answer(&text, &reading) {
                Meant::Answer(answer) => return self.amend(answer, to),
                Meant::Denied(request) => {
                    return self.pressed(delivery, Choice::Answer(request, Answer::Other), to, None);
                }
                Meant::Unclear => return self.remind(&to, |request| words::unclear(&text, request)),
                Meant::Nothing => {}
            }
        }
        // Read once more only where something is there to be corrected. While a sign-in waits nothing was asked, so that only what
        // points back is about the request.
        let corrects = self.newest_is_parked() || self.talks_of_request();
        let correction = if corrects { language::correction(&text) } else { None };
        if let (Some(words), true) = (&correction, self.newest_is_parked()) {
            return self.amend(plainly(words), to);
        }
        match reading.intent() {
            // What was asked for before is meant, and nothing new.
            Intent::Book | Intent::Other if correction.is_some() && self.talks_of_request() => {
                self.write(&to, words::cannot_yet(Intent::Reschedule));
            }
            Intent::Book => self.request(delivery, text, said_at, to, false),
            Intent::Connect => self.word(delivery, Word::Connect, to, booking),
            Intent::Disconnect => self.word(delivery, Word::Disconnect, to, booking),
            Intent::Help => self.word(delivery, Word::Help, to, booking),
            Intent::Timezone => self.word(delivery, Word::Timezone(None), to, booking),
            Intent::Privacy => self.word(delivery, Word::Privacy, to, booking),
            Intent::Settings => {
                let person = self.scene.person;
                let settings = words::settings(person.zones.best(), self.scene.policy, person.id.platform());
                self.write(&to, settings);
            }
            Intent::Cancel | Intent::Reschedule if reading.asks_twice() => {
                self.write(&to, words::one_at_a_time());
            }
            intent @ (Intent::Query | Intent::Reschedule | Intent::Cancel) => {
                self.write(&to, words::cannot_yet(intent));
            }
            Intent::Other => self.other_words(&text, &to),
        }
    }

    pub(super) fn greet(&mut self, to: &ReturnAddress) {
        let seen = std::mem::replace(&mut self.state().greeted, true);
        let message = if seen {
            words::help(self.scene.contact)
        } else {
            words::examples()
        };
        self.write(to, message);
    }

    fn word(&mut self, delivery: Delivery, word: Word, to: ReturnAddress, booking: Option<Booking>) {
        let person = self.scene.person;
        match word {
            Word::Help => {
                self.write(&to, words::help(self.scene.contact));
            }
            Word::Privacy => {
                self.write(&to, words::privacy(self.scene.contact));
            }
            Word::Connect => self.connect(to),
            Word::Disconnect => self.order(Act::Disconnect { to }),
            Word::Timezone(Some(text)) => match language::zone_called(&text) {
                Some(zone) => self.use_zone(zone, to, booking),
                None => {
                    self.state().asking_zone = Some(ZoneQuestion { booking: None });
                    self.write(&to, words::no_such_zone(&text));
                }
            },
            Word::Timezone(None) => {
                self.state().asking_zone = Some(ZoneQuestion { booking: None });
                self.write(&to, words::zone_is(person.zones.best(), person.id.platform()));
            }
            Word::Deed(deed) => match (booking, deed) {
                (Some(booking), deed) => self.deed(delivery, deed, booking, to),
                (None, Deed::ChangeZone) => self.ask_zone(&to, None),
                (None, Deed::Undo | Deed::UndoAnyway | Deed::Keep | Deed::BookAgain | Deed::Move) => {
                    self.write(&to, words::nothing_to_undo());
                }
            },
        }
    }

    fn typed_zone(&self, text: &str) -> Option<Zone> {
        let state = &self.turn.conversation;
        let asked = state.asking_zone.is_some()
            || state
                .open
                .iter()
                .any(|open| matches!(open.stage, Stage::AskingZone { .. }));
        if asked { language::zone_called(text) } else { None }
    }

    /// The newest request waits for an account.
    fn newest_is_parked(&self) -> bool {
        let newest = self.turn.conversation.open.last();
        newest.is_some_and(|open| matches!(open.stage, Stage::Parked { .. }))
    }

    pub(super) fn request(
        &mut self,
        delivery: Delivery,
        text: String,
        said_at: DateTime<Utc>,
        to: ReturnAddress,
        by_command: bool,
    ) {
        let since = self.scene.now;
        self.state().greeted = true;
        let request = Request {
            id: self.new_request(),
            delivery,
            text,
            answers: Vec::new(),
            said_at,
            since,
            to,
            by_command,
            notes: Vec::new(),
            news: None,
            question: None,
            unsure: false,
            interim: None,
        };
        self.consider(request);
    }

    /// Reads a request in the person's zone, or finds that zone first.
    pub(super) fn consider(&mut self, request: Request) {
        if let Some((zone, source)) = self.scene.person.zones.best() {
            let zone = zone.clone();
            return self.consider_in(request, &zone, source);
        }
        // A question that no zone would answer is asked at once; one that hangs on the zone waits for it.
        let reading = request.reading();
        let utc = Zone::utc();
        let zone = self.scene.default_zone.unwrap_or(&utc);
        let resolution = language::resolve(&reading, request.said_at, zone, self.scene.policy);
        let certain = match (&resolution.slot, resolution.doubts.first()) {
            (Some(slot), _) => slot.zone_named,
            // What it may mean instead is a time of day as well.
            (None, Some(doubt)) => doubt.puzzle != Puzzle::Past && doubt.options.iter().all(|slot| slot.zone_named),
            (None, None) => true,
        };
        if certain {
            // Which day it is there is not known yet, and so not said.
            let resolution = Resolution {
                day: None,
                ..resolution
            };
            return self.settle(request, &reading, resolution, ZoneSource::Calendar);
        }
        self.find_zone(request);
    }

    /// Reads a request in `zone`: it is booked, or its first doubt is asked.
    pub(super) fn consider_in(&mut self, request: Request, zone: &Zone, source: ZoneSource) {
        let reading = request.reading();
        let resolution = language::resolve(&reading, request.said_at, zone, self.scene.policy);
        self.settle(request, &reading, resolution, source);
    }

    fn settle(&mut self, mut request: Request, reading: &Reading, resolution: Resolution, source: ZoneSource) {
        let plan = |slot: &Slot| plan(&request, reading, slot, source);
        if let (Some(slot), None) = (&resolution.slot, resolution.doubts.first()) {
            let plan = plan(slot);
            request.notes = notes(reading, &resolution.assumptions);
            // The question about guests shows the plan, too.
            if std::mem::take(&mut request.unsure) && plan.guests.is_empty() {
                let message = words::shall_i(request.id, &plan, self.scene.person.id.platform());
                let plans = vec![plan];
                return self.ask(request, message, |buttons| Stage::Asking { plans, buttons });
            }
            return self.proceed(request, plan);
        }
        // They hold for what is chosen, too.
        let notes = notes(reading, &resolution.assumptions);
        let doubt = resolution.doubts.into_iter().next().unwrap_or_else(|| no_time(reading));
        let plans: Vec<Plan> = doubt.options.iter().map(plan).collect();
        request.notes = notes;
        let quote = reading.quote(&doubt.span);
        let message = words::ask(
            request.id,
            &doubt,
            quote,
            resolution.day,
            &plans,
            reading.rule().as_ref(),
        );
        self.ask(request, message, |buttons| Stage::Asking { plans, buttons });
    }

    pub(super) fn find_zone(&mut self, request: Request) {
        self.order(Act::FindZone {
            request: Box::new(request),
        });
    }

    /// Books a plan, or asks about its guests first.
    pub(super) fn proceed(&mut self, request: Request, plan: Plan) {
        if plan.guests.is_empty() {
            return self.book(request, plan, false);
        }
        let message = words::inviting(request.id, &plan, self.scene.person.id.platform());
        self.ask(request, message, |buttons| Stage::Inviting { plan, buttons });
    }

    /// Has the event written, unless its start has passed.
    pub(super) fn book(&mut self, request: Request, plan: Plan, regardless: bool) {
        if plan.start <= self.scene.now {
            return self.late(request, plan);
        }
        self.order(Act::Book {
            request: Box::new(request),
            plan,
            regardless,
        });
    }

    pub(super) fn late(&mut self, request: Request, plan: Plan) {
        let instead = plan.next_day(self.scene.now);
        let message = words::late(request.id, &plan, instead);
        self.ask(request, message, |buttons| Stage::Late { plan, buttons });
    }
}

pub(super) fn plan(request: &Request, reading: &Reading, slot: &Slot, source: ZoneSource) -> Plan {
    let guests = reading.attendees();
    Plan {
        id: request.booking(),
        title: reading.title().unwrap_or(UNTITLED).to_owned(),
        start: slot.start,
        end: slot.end,
        zone: slot.zone.clone(),
        zone_source: if slot.zone_named { ZoneSource::Message } else { source },
        guests: guests
            .map(|guest| Guest {
                email: guest.email.clone(),
                name: guest.name.clone(),
            })
            .collect(),
        location: reading.location().map(str::to_owned),
        without_link: reading.without_link(),
    }
}

fn notes(reading: &Reading, assumptions: &[Assumption]) -> Vec<String> {
    let quote = |assumption: &Assumption| match assumption {
        Assumption::Half { span, .. } => reading.quote(span).to_owned(),
        Assumption::Length(_)
        | Assumption::NextWeek { .. }
        | Assumption::Tomorrow
        | Assumption::Gap { .. }
        | Assumption::FirstOfTwo
        | Assumption::Uninvited { .. } => String::new(),
    };
    assumptions
        .iter()
        .map(|assumption| words::assumption(assumption, &quote(assumption)))
        .collect()
}

/// The question that remains when a request says nothing of when.
fn no_time(reading: &Reading) -> Doubt {
    let end = reading.text().len();
    Doubt {
        puzzle: Puzzle::NoTime,
        span: end..end,
        options: Vec::new(),
    }
}
