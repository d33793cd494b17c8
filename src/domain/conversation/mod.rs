//! The conversation with one person: what they say and what became of earlier work goes in, letters and acts come out. Pure:
//! no clock, no store, no network.
//!
//! ```text
//! FindingZone ─┐                     ┌─ Busy ──────┐
//! Asking ──────┼─> Inviting ─> Booking ┼─ Unreadable ┼─> (booked, and gone from here)
//! Parked ──────┘       (guests)      └─ Late ──────┘
//! ```
//!
//! A person may have several requests open at once; each carries its own way back and what it was said in. While work on a
//! request is under way it travels in the act, and so does whom to tell of any other work: the conversation stays small however
//! much somebody asks for at once. While a request waits for its person, it is kept here. What is booked lives on as a
//! [`Booking`].

mod answering;
mod answers;
mod deeds;
mod lapsed;
mod outcomes;
mod said;
mod sign_in;
mod stage;
#[cfg(test)]
mod tests;
mod typed;
mod word;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use said::booking_meant;

use super::account::GoogleAccount;
use super::act::{Act, Done, SignInId};
use super::booking::{Booking, BookingId};
use super::choice::RequestId;
use super::incoming::{Delivery, Said};
use super::letter::{Button, FRESH, Message, ReturnAddress};
use super::person::Person;
use super::request::{Interim, Request};
use crate::language::Policy;
use crate::zone::Zone;
use lapsed::Lapsed;
use stage::{Open, Stage};

/// How many questions to one person may be open; beyond, the oldest is let go.
const OPEN: usize = 8;
/// How long a request waits for its person.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Up to this long after a request, words that correct something are about it.
const TALKED_OF: TimeDelta = TimeDelta::minutes(30);
/// How long a sign-in link lives.
pub const LINK_LIFE: TimeDelta = TimeDelta::minutes(10);

/// What is remembered of the conversation with one person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// They have seen the three examples.
    greeted: bool,
    requests_made: RequestId,
    /// When the newest request was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_at: Option<DateTime<Utc>>,
    letters_made: i64,
    acts_made: i64,
    sign_ins_made: i64,
    /// What waits for the person, the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open: Vec<Open>,
    /// What "undo" means.
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<BookingId>,
    /// The sign-in link that is out.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
    /// Questions that nobody answered, and whose person has yet to be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lapsed: Vec<Lapsed>,
    /// We asked which zone is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    asking_zone: Option<ZoneQuestion>,
}

/// A sign-in link on its way to its person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Link {
    sign_in: SignInId,
    expires_at: DateTime<Utc>,
    to: ReturnAddress,
    letter: i64,
}

/// What a typed zone name is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ZoneQuestion {
    #[serde(skip_serializing_if = "Option::is_none")]
    booking: Option<BookingId>,
}

/// What surrounds a turn and does not change in it.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    pub now: DateTime<Utc>,
    pub person: &'a Person,
    pub policy: &'a Policy,
    /// Preselected where a zone must be asked for.
    pub default_zone: Option<&'a Zone>,
    /// Who runs the bot, in words that people can use.
    pub contact: &'a str,
}

/// What a turn reacts to.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The person said or pressed something; `booking` is the one of theirs that [`booking_meant`] named.
    Said {
        delivery: Delivery,
        said: Said,
        said_at: DateTime<Utc>,
        to: ReturnAddress,
        booking: Option<Booking>,
    },
    /// The person typed the code of a sign-in that waited for it, and it was judged.
    Code { to: ReturnAddress, judged: CodeJudged },
    /// Their Google account was connected in the browser.
    Connected { account: GoogleAccount },
    /// A sign-in ended in the browser without a connection.
    NotConnected { sign_in: SignInId, why: NotConnected },
    /// An act ended, or has a word in between; `booking` is the one it was about.
    Done { done: Done, booking: Option<Booking> },
}

/// What became of a typed code.
#[derive(Clone, Debug, PartialEq)]
pub enum CodeJudged {
    Right(GoogleAccount),
    Wrong {
        tries_left: u32,
    },
    /// No sign-in of theirs waits for a code (any more).
    NoneWaiting,
}

/// Why a sign-in came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotConnected {
    /// They pressed Cancel at Google.
    Cancelled,
    /// The calendar permission was not granted.
    CalendarNotAllowed,
    /// Google gave no lasting permission, even when asked anew.
    NoLastingAccess,
    /// The account, or the person, is linked otherwise; the page has told how.
    Refused,
}

/// What a turn comes to: the next state, and what is to be done about it in the same transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turn {
    pub conversation: Conversation,
    pub letters: Vec<Letter>,
    pub acts: Vec<NewAct>,
    /// The act that is under way, with what it is to remember.
    pub amended: Option<Act>,
    /// Bookings made or changed.
    pub bookings: Vec<Booking>,
    /// A sign-in to open, so that its link works.
    pub sign_in: Option<NewSignIn>,
    /// What was learnt about the person's zone.
    pub zones: Vec<ZoneLearnt>,
}

/// A letter to the conversation's person.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    pub seq: i64,
    pub to: ReturnAddress,
    pub message: Message,
    /// The letter whose place this one takes, if it can still be changed.
    pub edits: Option<i64>,
    pub silent: bool,
}

/// An act to be done, not before `due`.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAct {
    pub seq: i64,
    pub act: Act,
    pub due: DateTime<Utc>,
}

/// A sign-in to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignIn {
    pub id: SignInId,
    pub expires_at: DateTime<Utc>,
}

/// Something learnt about a person's zone.
#[derive(Clone, Debug, PartialEq)]
pub enum ZoneLearnt {
    Own(Zone),
    Profile(Zone),
    Calendar(Zone),
    /// The calendar is no longer connected: its zone says nothing any more.
    CalendarGone,
}

impl Conversation {
    /// A request waits until an account is linked.
    pub fn awaits_account(&self, now: DateTime<Utc>) -> bool {
        let waits = |open: &&Open| matches!(open.stage, Stage::Parked { .. });
        self.open
            .iter()
            .filter(waits)
            .any(|open| now - open.request.since < KEPT)
    }

    /// Until when something in it waits for its person.
    pub fn waits_until(&self) -> Option<DateTime<Utc>> {
        self.open.iter().map(|open| open.request.since + KEPT).max()
    }

    /// Without what has waited for its person in vain.
    #[must_use]
    pub fn tidied(mut self, now: DateTime<Utc>) -> Self {
        let (open, overdue) = self
            .open
            .into_iter()
            .partition::<Vec<_>, _>(|open| now - open.request.since < KEPT);
        self.open = open;
        self.lapsed.extend(overdue.into_iter().filter_map(Lapsed::of));
        self
    }

    /// The next state, and what to say and do. Everything heard has an answer here, or a written reason for silence.
    pub fn turn(self, scene: Scene<'_>, heard: Heard) -> Turn {
        let mut turn = Talk {
            scene,
            turn: Turn {
                conversation: self.tidied(scene.now),
                ..Turn::default()
            },
        };
        match heard {
            Heard::Said {
                delivery,
                said,
                said_at,
                to,
                booking,
            } => turn.said(delivery, said, said_at, to, booking),
            Heard::Code { to, judged } => turn.code(to, judged),
            Heard::Connected { account } => turn.connected(&account, None),
            Heard::NotConnected { sign_in, why } => turn.not_connected(&sign_in, why),
            Heard::Done { done, booking } => turn.done(done, booking),
        }
        turn.turn
    }
}

/// A turn under way.
struct Talk<'a> {
    scene: Scene<'a>,
    turn: Turn,
}

impl Talk<'_> {
    fn state(&mut self) -> &mut Conversation {
        &mut self.turn.conversation
    }

    /// The number of a request that is made now.
    fn new_request(&mut self) -> RequestId {
        let now = self.scene.now;
        let state = self.state();
        state.requests_made += 1;
        state.asked_at = Some(now);
        state.requests_made
    }

    /// Something was asked for a moment ago.
    fn talks_of_request(&self) -> bool {
        let asked_at = self.turn.conversation.asked_at;
        asked_at.is_some_and(|asked_at| self.scene.now - asked_at <= TALKED_OF)
    }

    /// Writes a letter and returns its number.
    fn write(&mut self, to: &ReturnAddress, message: Message) -> i64 {
        self.letter(to, message, None, false)
    }

    fn letter(&mut self, to: &ReturnAddress, message: Message, edits: Option<i64>, silent: bool) -> i64 {
        let state = self.state();
        state.letters_made += 1;
        let seq = state.letters_made;
        self.turn.letters.push(Letter {
            seq,
            to: to.clone(),
            message,
            edits,
            silent,
        });
        seq
    }

    fn order(&mut self, act: Act) {
        let now = self.scene.now;
        self.order_at(act, now);
    }

    fn order_at(&mut self, act: Act, due: DateTime<Utc>) {
        let state = self.state();
        state.acts_made += 1;
        let seq = state.acts_made;
        self.turn.acts.push(NewAct { seq, act, due });
    }

    fn take_open(&mut self, id: RequestId) -> Option<Open> {
        let open = &mut self.state().open;
        let place = open.iter().position(|open| open.request.id == id)?;
        Some(open.remove(place))
    }

    /// Keeps a request until its person speaks.
    fn keep(&mut self, request: Request, stage: Stage) {
        let open = &mut self.state().open;
        open.push(Open { request, stage });
        if open.len() > OPEN {
            // Eight questions are open and none was answered: the oldest has been forgotten by its asker too, so it goes silently.
            open.remove(0);
        }
    }

    /// Asks a request's person, and keeps it until they answer.
    fn ask(&mut self, mut request: Request, message: Message, stage: impl FnOnce(Vec<Button>) -> Stage) {
        let buttons = message.buttons.clone();
        let letter = self.tell(&mut request, message);
        if request.question.replace(letter).is_none() {
            let expires = Act::ExpireQuestion { request: request.id };
            self.order_at(expires, request.since + KEPT);
        }
        self.keep(request, stage(buttons));
    }

    /// Tells a request's person something, and returns the letter's number; an interim word of the last minute is replaced
    /// instead of followed.
    fn tell(&mut self, request: &mut Request, message: Message) -> i64 {
        let edits = request
            .interim
            .filter(|interim| self.scene.now - interim.at <= FRESH)
            .map(|interim| interim.letter);
        let message = message.under(request.take_news(edits.is_some()));
        request.interim = None;
        let to = request.to.clone();
        self.letter(&to, message, edits, edits.is_some())
    }

    /// Says, at most once, that work on a request is still under way; what that word was is remembered with the work, and so
    /// are the news above it, since the result may replace it.
    fn interim(&mut self, mut request: Request, message: Message, act: impl FnOnce(Box<Request>) -> Act) {
        if request.interim.is_none() {
            let to = request.to.clone();
            let letter = self.write(&to, message.under(request.news.clone()));
            request.interim = Some(Interim {
                letter,
                at: self.scene.now,
            });
            self.turn.amended = Some(act(Box::new(request)));
        }
    }
}
