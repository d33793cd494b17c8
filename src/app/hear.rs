//! Taking in what people say: the inbox row, the turn and everything it orders are one commit, and no network is touched.

use async_trait::async_trait;

use super::App;
use super::housekeeping::WORDS;
use super::turns::{Effects, booking_of};
use crate::domain::conversation::{Heard, booking_meant};
use crate::domain::incoming::{Incoming, Said};
use crate::domain::letter::{LetterKey, ReturnAddress};
use crate::domain::person::Person;
use crate::domain::ports::{Ear, NotHeard};
use crate::domain::words;
use crate::sql::{Error, Tx};
use crate::store::outbox::{OutgoingLetter, Released};
use crate::store::{inbox, outbox, people};

#[async_trait]
impl Ear for App {
    async fn hear(&self, incoming: Incoming) -> Result<(), NotHeard> {
        let to = self.seal_ways(&incoming.person, &incoming.ways);
        let app = self.clone();
        self.write_and_carry_out(move |tx| Ok((app.take_in(tx, incoming, to)?, ())))
            .await
            .map_err(|error| {
                tracing::error!(%error, "a message could not be taken in: its platform will deliver it again");
                NotHeard
            })?;
        metrics::counter!("chatcal_messages_total").increment(1);
        Ok(())
    }
}

impl App {
    fn take_in(&self, tx: &mut Tx<'_>, incoming: Incoming, to: ReturnAddress) -> Result<Effects, Error> {
        let now = self.clock().now();
        if !inbox::take(tx, &incoming, now)? {
            // A redelivery: it was taken in before, and so its answer is on its way or has arrived.
            return Ok(Effects::default());
        }
        let person = people::meet(tx, &incoming.person, &incoming.handle, &incoming.workspace, now)?;
        let delivery = incoming.delivery.clone();
        let answered = tx.savepoint(|tx| self.answer(tx, &person, incoming, to.clone()));
        answered.or_else(|error| {
            // The message stays in the inbox for the operator; its person is told, and can write again.
            let incident = self.incident();
            tracing::error!(incident, %error, person = %person.id, "a message could not be worked on");
            inbox::stuck(tx, &delivery)?;
            self.apologise(tx, &person, to, &incident)
        })
    }

    fn answer(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        incoming: Incoming,
        to: ReturnAddress,
    ) -> Result<Effects, Error> {
        let Incoming {
            delivery,
            said,
            said_at,
            ..
        } = incoming;
        if let Said::ShowMe(letter) = &said {
            return self.show(tx, person, letter, to);
        }
        if let Said::Admin { text, alone } = &said {
            return self.hear_order(tx, person, text, *alone, to);
        }
        if let Some(code) = typed_code(&said) {
            let (judged, adopted) = self.judge_code(tx, &person.id, code)?;
            let effects = self.turn_in(tx, person, |_, _| Ok(Heard::Code { to, judged }))?;
            return Ok(effects.and_adopted(adopted));
        }
        self.turn_in(tx, person, |tx, conversation| {
            let booking = booking_of(tx, person, booking_meant(conversation, &said).as_ref())?;
            Ok(Heard::Said {
                delivery,
                said,
                said_at,
                to,
                booking,
            })
        })
    }

    /// [Show me]: the held letter leaves on the presser's own private way, if it is theirs.
    fn show(&self, tx: &mut Tx<'_>, person: &Person, letter: &LetterKey, to: ReturnAddress) -> Result<Effects, Error> {
        if letter.person != person.id {
            return self.say_outside(tx, person, to, words::not_for_you());
        }
        match outbox::release(tx, letter, &to, self.clock().now() - WORDS)? {
            Released::Now => Ok(Effects::due()),
            Released::Before => self.say_outside(tx, person, to, words::shown_already()),
            Released::Gone => self.say_outside(tx, person, to, words::shown_too_late()),
        }
    }

    fn apologise(&self, tx: &mut Tx<'_>, person: &Person, to: ReturnAddress, incident: &str) -> Result<Effects, Error> {
        self.say_outside(tx, person, to, words::mishap(incident, &self.parts().contact))
    }

    /// A letter outside the conversation, whose state may be what is broken: numbered apart from the conversation's own letters.
    pub(super) fn say_outside(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        to: ReturnAddress,
        message: crate::domain::letter::Message,
    ) -> Result<Effects, Error> {
        let now = self.clock().now();
        let seq = outbox::next_outside(tx, &person.id)?;
        let letter = OutgoingLetter {
            key: LetterKey {
                person: person.id.clone(),
                seq,
            },
            to,
            message,
            edits: None,
            silent: false,
            written_at: now,
            attempts: 0,
            abandoned: false,
            holder: None,
        };
        outbox::add(tx, &letter, now)?;
        Ok(Effects::due())
    }
}

/// The six digits of `connect 482913`.
fn typed_code(said: &Said) -> Option<&str> {
    let (Said::Text(text) | Said::Chatcal(text)) = said else {
        return None;
    };
    let (word, code) = text.trim().split_once(char::is_whitespace)?;
    let code = code.trim();
    let digits = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    (word.eq_ignore_ascii_case("connect") && digits).then_some(code)
}
