//! What is done by the clock: taking up rows that have fallen due, and erasing what need not be kept.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{App, LEASE};
use crate::sql::{Error, Tx};
use crate::store::acts::DueAct;
use crate::store::outbox::OutgoingLetter;
use crate::store::{BATCH, acts, inbox, outbox};

/// How many rows are taken up at a time.
const TAKEN: i64 = 64;
/// Looked for at least this often, in case another process left something behind.
const ROUND: TimeDelta = TimeDelta::seconds(30);
/// Words of messages, and letters that arrived, are erased after this.
const WORDS: TimeDelta = TimeDelta::hours(24);
/// Redeliveries are recognised for this long; platforms redeliver for a day at most.
const KEYS: TimeDelta = TimeDelta::days(7);

impl App {
    /// Takes up acts and letters that are due and in nobody's hands: put off, or left by a process that died.
    pub(super) async fn sweep(&self) {
        while !self.0.stop.is_cancelled() {
            let rung = self.0.due.notified();
            let now = self.clock().now();
            let next = match self.db().write(move |tx| take_up(tx, now)).await {
                Ok(found) => self.work_on(found, now),
                Err(error) => {
                    tracing::error!(%error, "what is due could not be looked for");
                    now + TimeDelta::seconds(1)
                }
            };
            tokio::select! {
                () = rung => {}
                () = self.clock().sleep_until(next.min(now + ROUND)) => {}
                () = self.0.stop.cancelled() => {}
            }
        }
    }

    fn work_on(&self, found: Found, now: DateTime<Utc>) -> DateTime<Utc> {
        for act in found.acts {
            self.run(act);
        }
        for letter in found.letters {
            self.send(letter);
        }
        found.next.unwrap_or(now + ROUND)
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

fn take_up(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Found, Error> {
    let leased_until = now + LEASE;
    let acts = acts::lease_lapsed(tx, now, leased_until, TAKEN)?;
    let letters = outbox::lease_lapsed(tx, now, leased_until, TAKEN)?;
    let next = [acts::next_due(tx)?, outbox::next_due(tx)?].into_iter().flatten().min();
    Ok(Found { acts, letters, next })
}

/// One batch; `true` while there may be more.
fn erase(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<bool, Error> {
    let texts = inbox::erase_texts(tx, now - WORDS)?;
    let letters = outbox::erase(tx, now - WORDS)?;
    let keys = inbox::forget(tx, now - KEYS)?;
    Ok(texts.max(letters).max(keys) >= BATCH)
}
