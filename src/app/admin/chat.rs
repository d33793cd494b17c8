//! Operators' orders in a chat: who may give them, and where.

use super::NotDone;
use crate::app::App;
use crate::app::turns::Effects;
use crate::domain::act::Act;
use crate::domain::admin::Order;
use crate::domain::letter::{Message, ReturnAddress};
use crate::domain::person::{Person, PersonId};
use crate::domain::words;
use crate::sql::{Error, Tx};
use crate::store::acts;

impl App {
    /// `/chatcal-admin TEXT`. An order that is taken is in the audit log when this is durable, and is done after that.
    pub(in crate::app) fn hear_order(
        &self,
        tx: &mut Tx<'_>,
        person: &Person,
        text: &str,
        alone: bool,
        to: ReturnAddress,
    ) -> Result<Effects, Error> {
        if !self.is_admin(&person.id) {
            self.note_refused_order(tx, &person.id, "an order by nobody's operator")?;
            return self.say_outside(tx, person, to, words::not_an_admin(&person.id, &self.parts().contact));
        }
        if !alone {
            self.note_refused_order(tx, &person.id, "an order where others are")?;
            return self.say_outside(tx, person, to, words::orders_in_private());
        }
        match Order::parse(text) {
            Err(why) => self.say_outside(tx, person, to, words::orders(&why)),
            Ok(order) => {
                self.note_order(tx, person.id.as_str(), &order)?;
                let seq = acts::lowest_of(tx, &person.id)?.min(0) - 1;
                acts::add(tx, &person.id, seq, &Act::Order { order, to }, self.clock().now(), None)?;
                Ok(Effects::due())
            }
        }
    }

    /// Does an order that was noted, unless whoever gave it may not any more.
    pub(in crate::app) async fn obey(&self, by: &PersonId, order: &Order) -> Message {
        if !self.is_admin(by) {
            return words::not_an_admin(by, &self.parts().contact);
        }
        match self.perform(by.as_str(), order).await {
            Ok(answer) => words::credentials::answer(&answer),
            Err(NotDone::Refused(why)) => words::orders(&why),
            Err(why @ (NotDone::Sql(_) | NotDone::Access(_))) => {
                let incident = self.incident();
                tracing::error!(incident, %by, %why, order = order.verb(), "an operator's order came to nothing");
                words::order_failed(order.verb(), &why.to_string(), &incident)
            }
        }
    }

    fn is_admin(&self, person: &PersonId) -> bool {
        self.parts().admins.contains(person)
    }

    /// Into the audit log, unless too many were lately.
    fn note_refused_order(&self, tx: &mut Tx<'_>, who: &PersonId, what: &str) -> Result<(), Error> {
        if self.0.guesses.count() {
            self.note(tx, who.as_str(), "refused", what)?;
        }
        Ok(())
    }
}
