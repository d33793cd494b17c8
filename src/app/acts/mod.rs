//! Doing what conversations order. An act is a row under a lease; it ends in the transaction in which its outcome is heard.

mod access;
mod accounts;
mod book;
mod change;
mod zone;

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::App;
use super::turns::{Effects, booking_of};
use crate::domain::act::{Act, Done};
use crate::domain::conversation::Heard;
use crate::domain::letter::{Message, ReturnAddress};
use crate::domain::person::{Person, PersonId};
use crate::sql::{Error, Tx};
use crate::store::acts::DueAct;
use crate::store::{acts, people};

/// How often an outcome is brought to the database, which may have gone away for a moment: for about 15 seconds. Then the act is done
/// again when its lease lapses.
const KEEPING_TRIES: i64 = 6;

/// How one attempt at an act ended.
#[derive(Clone)]
enum Step {
    Done(Done),
    /// Done, and answered outside of the conversation.
    Answered {
        to: ReturnAddress,
        message: Message,
    },
    /// Not ended: tried again after a while; a word in between may be due.
    Later {
        after: Option<Duration>,
        word: Option<Done>,
    },
}

impl Step {
    /// Tried again after a while, with nothing to say until then.
    const LATER: Self = Self::Later {
        after: None,
        word: None,
    };
}

impl App {
    /// Does an act that is leased to us.
    pub(super) fn run(&self, act: DueAct) {
        let app = self.clone();
        self.spawn(async move {
            let step = tokio::select! {
                step = app.attempt(&act) => step,
                // It stays in our hands until we have left.
                () = app.stopped_for_good() => return,
            };
            app.conclude(act, step).await;
        });
    }

    /// A while after the stop was asked for: what is under way may end until then.
    async fn stopped_for_good(&self) {
        self.0.stop.cancelled().await;
        tokio::time::sleep(Duration::from_secs(8)).await;
    }

    async fn attempt(&self, due: &DueAct) -> Step {
        let person = &due.person;
        match &due.act {
            Act::FindZone { request } => self.find_zone(person, request, due.attempts).await,
            Act::Book {
                request,
                plan,
                regardless,
            } => {
                // One that was cut off, or that got no answer, may have written the event.
                let begun = due.abandoned || request.interim.is_some();
                let end = self.book(person, plan, *regardless, begun, due.attempts).await;
                end.step(request, plan, *regardless)
            }
            Act::AwaitMeet {
                booking,
                to,
                letter,
                news,
            } => {
                let end = self.await_meet(person, booking, due.attempts).await;
                end.map_or(Step::LATER, |end| {
                    Step::Done(Done::MeetAwaited {
                        booking: booking.clone(),
                        to: to.clone(),
                        letter: *letter,
                        news: news.clone(),
                        end,
                    })
                })
            }
            Act::Remove {
                booking,
                regardless,
                to,
            } => Step::Done(Done::RemovalTried {
                booking: booking.clone(),
                to: to.clone(),
                end: self.remove(person, booking, *regardless).await,
            }),
            Act::Move { plan, to } => Step::Done(Done::MoveTried {
                plan: plan.clone(),
                to: to.clone(),
                end: self.move_to(person, plan).await,
            }),
            Act::Connect { to } => Step::Done(Done::ConnectTried {
                to: to.clone(),
                end: self.check_connection(person).await,
            }),
            Act::Disconnect { to } => Step::Done(Done::DisconnectTried {
                to: to.clone(),
                end: self.disconnect(person).await,
            }),
            Act::ExpireLink { sign_in } => self.expire_link(sign_in).await,
            // It is due when its time is up; whether it was answered, the conversation knows.
            Act::ExpireQuestion { request } => Step::Done(Done::QuestionExpired { request: *request }),
            Act::Order { order, to } => Step::Answered {
                to: to.clone(),
                message: self.obey(person, order).await,
            },
        }
    }

    async fn conclude(&self, act: DueAct, step: Step) {
        for tried in 0..KEEPING_TRIES {
            match self.keep_outcome(&act, &step).await {
                Ok(()) => break,
                Err(error) => {
                    tracing::error!(%error, person = %act.person, "an act's outcome can't be kept");
                    if let Error::Nonsense(_) = error {
                        break;
                    }
                    self.clock().sleep(self.backoff(tried)).await;
                }
            }
        }
        self.0.progress.notify_waiters();
    }

    async fn keep_outcome(&self, act: &DueAct, step: &Step) -> Result<(), Error> {
        let (app, act, step) = (self.clone(), act.clone(), step.clone());
        let (now, backoff) = (self.clock().now(), self.backoff(act.attempts));
        let kept = self.write_and_carry_out(move |tx| {
            let effects = match step {
                Step::Done(done) => app.ended(tx, &act, done),
                Step::Answered { to, message } => app.answered(tx, &act, to, message),
                Step::Later { after, word } => app.goes_on(tx, &act, now + after.unwrap_or(backoff), word),
            };
            Ok((effects?, ()))
        });
        kept.await
    }

    fn ended(&self, tx: &mut Tx<'_>, act: &DueAct, done: Done) -> Result<Effects, Error> {
        if !acts::done(tx, act)? {
            // Somebody else has taken it up: theirs is heard.
            return Ok(Effects::default());
        }
        self.hear_done(tx, &act.person, act.seq, done)
    }

    fn answered(&self, tx: &mut Tx<'_>, act: &DueAct, to: ReturnAddress, message: Message) -> Result<Effects, Error> {
        if !acts::done(tx, act)? {
            return Ok(Effects::default());
        }
        let person = known(tx, &act.person)?;
        self.say_outside(tx, &person, to, message)
    }

    fn goes_on(&self, tx: &mut Tx<'_>, act: &DueAct, due: DateTime<Utc>, word: Option<Done>) -> Result<Effects, Error> {
        if !acts::again(tx, act, due)? {
            return Ok(Effects::default());
        }
        match word {
            Some(word) => Ok(self.hear_done(tx, &act.person, act.seq, word)?.and_due()),
            None => Ok(Effects::due()),
        }
    }

    fn hear_done(&self, tx: &mut Tx<'_>, person: &PersonId, seq: i64, done: Done) -> Result<Effects, Error> {
        let person = known(tx, person)?;
        let mut effects = self.turn_in(tx, &person, |tx, _| {
            let booking = booking_of(tx, &person, done.booking())?;
            Ok(Heard::Done { done, booking })
        })?;
        if let Some(act) = effects.amended.take() {
            acts::amend(tx, &person.id, seq, &act)?;
        }
        Ok(effects)
    }
}

fn known(tx: &mut Tx<'_>, person: &PersonId) -> Result<Person, Error> {
    people::load(tx, person)?.ok_or_else(|| Error::Nonsense(format!("an act of {person}, whom nobody knows")))
}
