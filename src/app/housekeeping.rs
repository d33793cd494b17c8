//! What is done by the clock: taking up rows that have fallen due, and erasing what need not be kept.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;

use super::{App, LEASE};
use crate::domain::conversation::Conversation;
use crate::sql::{Error, Replica, Tx};
use crate::store::acts::DueAct;
use crate::store::outbox::OutgoingLetter;
use crate::store::{BATCH, acts, bookings, conversations, inbox, outbox, sign_ins};

/// How many rows are taken up at a time.
const TAKEN: i64 = 64;
/// Looked for at least this often.
const ROUND: Duration = Duration::from_secs(30);
/// And so soon when it could not be done.
const AGAIN: TimeDelta = TimeDelta::seconds(1);
/// Words of messages, and letters that arrived or that nobody asks to be shown, are erased after this.
pub(super) const WORDS: TimeDelta = TimeDelta::hours(24);
/// Redeliveries are recognised for this long; platforms redeliver for a day at most.
const KEYS: TimeDelta = TimeDelta::days(7);
/// A booking is forgotten so long after its end. Until its start it can be undone, and a removed one be booked again. A redelivered
/// request has no need of it: that is recognised by its key, and by its event in the calendar.
const BOOKINGS: TimeDelta = TimeDelta::days(30);

impl App {
    /// Takes up acts and letters that are due: put off, or left by a process that is gone.
    pub(super) async fn sweep(&self) {
        while !self.0.stop.is_cancelled() {
            let rung = self.0.due.notified();
            let (now, replica) = (self.clock().now(), self.db().replica());
            let (app, runtime) = (self.clone(), Handle::current());
            let work_on = move |found| {
                let _within = runtime.enter();
                app.work_on(found)
            };
            let found = self.db().write_then(move |tx| take_up(tx, now, &replica), work_on);
            let next = match found.await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "what is due could not be looked for");
                    now + AGAIN
                }
            };
            tokio::select! {
                () = rung => {}
                () = self.clock().sleep_until(next) => {}
                // Also when the machine's clock is set back meanwhile.
                () = self.clock().sleep(ROUND) => {}
                () = self.0.stop.cancelled() => {}
            }
        }
    }

    fn work_on(&self, found: Found) -> DateTime<Utc> {
        for act in found.acts {
            self.run(act);
        }
        for letter in found.letters {
            self.send(letter);
        }
        found.next.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Erases, every ten minutes, what its time has come for.
    pub(super) async fn keep_house(&self) {
        while !self.0.stop.is_cancelled() {
            let now = self.clock().now();
            loop {
                match self.db().write(move |tx| erase(tx, now)).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::error!(%error, "old words could not be erased");
                        break;
                    }
                }
            }
            tokio::select! {
                () = self.clock().sleep(Duration::from_secs(600)) => {}
                () = self.0.stop.cancelled() => {}
            }
        }
    }

    /// How long to wait after the `attempts`-th failure: 0.5 s doubled each time, a minute at most, with jitter.
    pub(super) fn backoff(&self, attempts: i64) -> Duration {
        let doubled = 0.5 * f64::from(1_u32 << attempts.clamp(0, 7));
        Duration::from_secs_f64(doubled.min(60.0) * (0.75 + 0.5 * self.parts().entropy.fraction()))
    }
}

struct Found {
    acts: Vec<DueAct>,
    letters: Vec<OutgoingLetter>,
    /// When something falls due next.
    next: Option<DateTime<Utc>>,
}

fn take_up(tx: &mut Tx<'_>, now: DateTime<Utc>, replica: &Replica) -> Result<Found, Error> {
    let Some(holder) = replica.standing(tx)? else {
        return Ok(Found {
            acts: Vec::new(),
            letters: Vec::new(),
            next: Some(now + AGAIN),
        });
    };
    let until = now + LEASE;
    let acts = acts::lease_lapsed(tx, now, holder, until, TAKEN)?;
    let letters = outbox::lease_lapsed(tx, now, holder, until, TAKEN)?;
    let next = [acts::next_due(tx, holder)?, outbox::next_due(tx, holder)?];
    let next = next.into_iter().flatten().min();
    Ok(Found { acts, letters, next })
}

/// One batch; `true` while there may be more.
fn erase(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<bool, Error> {
    let texts = inbox::erase_texts(tx, now - WORDS)?;
    let letters = outbox::erase(tx, now - WORDS)?;
    let keys = inbox::forget(tx, now - KEYS)?;
    let bookings = bookings::forget(tx, now - BOOKINGS)?;
    let sign_ins = sign_ins::forget(tx, now - WORDS)?;
    let requests = let_go(tx, now)?;
    let most = [texts, letters, keys, bookings, sign_ins, requests].into_iter().max();
    Ok(most >= Some(BATCH))
}

/// Lets go of requests that have waited for their person in vain; their words go with them.
fn let_go(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<usize, Error> {
    let overdue = conversations::take_overdue(tx, now)?;
    for person in &overdue {
        match conversations::load::<Conversation>(tx, person) {
            Ok(Some(conversation)) => {
                let tidied = conversation.tidied(now);
                conversations::save(tx, person, &tidied, tidied.waits_until(), now)?;
            }
            Ok(None) => {}
            Err(error @ Error::Nonsense(_)) => tracing::error!(%error, "left alone: a row that can't be read"),
            Err(error) => return Err(error),
        }
    }
    Ok(overdue.len())
}
