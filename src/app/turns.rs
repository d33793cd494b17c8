//! One turn of a conversation inside a transaction: load, turn, keep everything it comes to. What is to be done at once is handed
//! back, already leased, so that nobody has to look for it in the database.

use chrono::{DateTime, Utc};
use tokio::runtime::Handle;

use super::sign_in::Adopted;
use super::{App, LEASE};
use crate::domain::act::Act;
use crate::domain::booking::BookingId;
use crate::domain::conversation::{Conversation, Heard, Scene, Turn, ZoneLearnt};
use crate::domain::letter::LetterKey;
use crate::domain::person::{Person, PersonId};
use crate::sql::{Error, Holder, Tx};
use crate::store::acts::DueAct;
use crate::store::outbox::OutgoingLetter;
use crate::store::{acts, bookings, conversations, outbox, people, sign_ins};

/// What a committed turn has left to do.
#[derive(Debug, Default)]
pub(super) struct Effects {
    acts: Vec<DueAct>,
    letters: Vec<OutgoingLetter>,
    /// Something was put off: the sweeper must know.
    put_off: bool,
    /// A grant was taken in: the vault must know.
    adopted: Option<Adopted>,
    /// What the act that is under way is to remember.
    pub(super) amended: Option<Act>,
}

impl Effects {
    /// Nothing to hand on, but a row has fallen due.
    pub(super) fn due() -> Self {
        Self {
            put_off: true,
            ..Self::default()
        }
    }

    /// The same, and a grant was taken in.
    pub(super) fn and_adopted(self, adopted: Option<Adopted>) -> Self {
        Self { adopted, ..self }
    }

    /// The same, and a row was put off besides.
    pub(super) fn and_due(self) -> Self {
        Self { put_off: true, ..self }
    }
}

impl App {
    /// Turns `person`'s conversation by what `heard` makes of its present state.
    pub(super) fn turn_in(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        heard: impl FnOnce(&mut Tx<'_>, &Conversation) -> Result<Heard, Error>,
    ) -> Result<Effects, Error> {
        let now = self.clock().now();
        let conversation: Conversation = conversations::load(tx, &person.id)?.unwrap_or_default();
        let heard = heard(tx, &conversation)?;
        let scene = Scene {
            now,
            person,
            policy: &self.parts().policy,
            default_zone: self.parts().default_zone.as_ref(),
            contact: &self.parts().contact,
        };
        let turn = conversation.turn(scene, heard);
        let us = self.db().replica().standing(tx)?;
        keep(tx, person, turn, now, us)
    }

    /// Runs `body` in a transaction and sets to work on what it has ordered: in the order of the commits, so that letters keep it,
    /// and also when whoever asked has gone away in between (a connection broke off), since what is leased to us must come into
    /// our hands.
    pub(super) async fn write_and_carry_out<T, F>(&self, body: F) -> Result<T, Error>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<(Effects, T), Error> + Send + 'static,
        T: Send + 'static,
    {
        let (app, runtime) = (self.clone(), Handle::current());
        let carry_out = move |(effects, told)| {
            let _within = runtime.enter();
            app.carry_out(effects);
            told
        };
        self.db().write_then(body, carry_out).await
    }

    /// Sets to work on what a turn, now durable, has ordered.
    fn carry_out(&self, effects: Effects) {
        if let Some(Adopted {
            person,
            version,
            access,
        }) = effects.adopted
        {
            self.parts().vault.adopted(&person, version);
            if let Some(access) = access {
                self.parts().vault.hand_over(&person, version, access);
            }
        }
        for act in effects.acts {
            self.run(act);
        }
        for letter in effects.letters {
            self.send(letter);
        }
        if effects.put_off {
            self.0.due.notify_one();
        }
    }
}

/// Whether a request of theirs waits until an account is linked.
pub(super) fn awaits_account(tx: &mut Tx<'_>, person: &PersonId, now: DateTime<Utc>) -> Result<bool, Error> {
    let conversation: Option<Conversation> = conversations::load(tx, person)?;
    Ok(conversation.is_some_and(|conversation| conversation.awaits_account(now)))
}

/// The booking of that id, if there is an id and the booking is this person's.
pub(super) fn booking_of(
    tx: &mut Tx<'_>,
    person: &Person,
    id: Option<&BookingId>,
) -> Result<Option<crate::domain::booking::Booking>, Error> {
    id.map_or(Ok(None), |id| bookings::find(tx, &person.id, id))
}

/// Keeps what a turn came to. What is due at once is leased to `us`; where we were struck off, it is anybody's.
fn keep(
    tx: &mut Tx<'_>,
    person: &Person,
    turn: Turn,
    now: DateTime<Utc>,
    us: Option<Holder>,
) -> Result<Effects, Error> {
    let id = &person.id;
    let leased_until = now + LEASE;
    conversations::save(tx, id, &turn.conversation, turn.conversation.waits_until(), now)?;
    let mut effects = Effects {
        amended: turn.amended,
        ..Effects::default()
    };
    for new in turn.acts {
        if let Some(holder) = us.filter(|_| new.due <= now) {
            acts::add(tx, id, new.seq, &new.act, leased_until, us)?;
            effects.acts.push(DueAct {
                person: id.clone(),
                seq: new.seq,
                act: new.act,
                attempts: 0,
                abandoned: false,
                holder,
            });
        } else {
            acts::add(tx, id, new.seq, &new.act, new.due, None)?;
            effects.put_off = true;
        }
    }
    let holder = match us {
        Some(us) if !turn.letters.is_empty() && !outbox::is_held_up(tx, id, us)? => Some(us),
        _ => None,
    };
    for letter in turn.letters {
        let letter = OutgoingLetter {
            key: LetterKey {
                person: id.clone(),
                seq: letter.seq,
            },
            to: letter.to,
            message: letter.message,
            edits: letter.edits,
            silent: letter.silent,
            written_at: now,
            attempts: 0,
            abandoned: false,
            holder,
        };
        if holder.is_some() {
            outbox::add(tx, &letter, leased_until)?;
            effects.letters.push(letter);
        } else {
            outbox::add(tx, &letter, now)?;
            effects.put_off = true;
        }
    }
    for booking in &turn.bookings {
        bookings::keep(tx, id, booking)?;
    }
    if let Some(sign_in) = &turn.sign_in {
        sign_ins::open(tx, &sign_in.id, id, now, sign_in.expires_at)?;
    }
    for zone in &turn.zones {
        match zone {
            ZoneLearnt::Own(zone) => people::set_own_zone(tx, id, Some(zone))?,
            ZoneLearnt::Profile(zone) => people::set_profile_zone(tx, id, Some(zone))?,
            ZoneLearnt::Calendar(zone) => people::set_calendar_zone(tx, id, Some(zone))?,
            ZoneLearnt::CalendarGone => people::forget_calendar_zone(tx, id)?,
        }
    }
    Ok(effects)
}
