//! Letters on their way: one lane per person, so that they arrive in order; the ways of each are tried in turn.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use data_encoding::BASE64_NOPAD;

use super::App;
use crate::domain::letter::{LetterKey, Message, Parcel, ReturnAddress, Span, Way};
use crate::domain::person::PersonId;
use crate::domain::ports::{Courier, Receipt, Traces, Undelivered};
use crate::sql::{self, Holder};
use crate::store::outbox::{self, OutgoingLetter};

/// A letter that did not arrive for this long is given up.
const PATIENCE: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// The letters that this process is sending, by person.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<PersonId, VecDeque<OutgoingLetter>>>);

/// What became of one letter.
enum Fate {
    Sent {
        handle: Option<String>,
    },
    Held,
    /// `unsure`: it may have arrived all the same.
    Later {
        after: Option<Duration>,
        unsure: bool,
    },
    Dead,
}

impl Lanes {
    /// Puts a letter at the end of its lane; `true` when nobody works on that lane yet.
    fn push(&self, letter: OutgoingLetter) -> bool {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (lane, is_new) = match lanes.entry(letter.key.person.clone()) {
            Entry::Occupied(lane) => (lane.into_mut(), false),
            Entry::Vacant(lane) => (lane.insert(VecDeque::new()), true),
        };
        match lane.iter_mut().find(|waiting| waiting.key == letter.key) {
            // Leased once more: only the newest lease counts.
            Some(waiting) => *waiting = letter,
            None => lane.push_back(letter),
        }
        is_new
    }

    /// The letter at the head of the lane. When there is none the lane ends.
    fn head(&self, person: &PersonId) -> Option<OutgoingLetter> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let head = lanes.get(person).and_then(|lane| lane.front().cloned());
        if head.is_none() {
            lanes.remove(person);
        }
        head
    }

    /// Takes a letter off its lane, unless it has been leased once more.
    fn pop(&self, letter: &OutgoingLetter) {
        self.forget(&letter.key.person, |waiting| waiting == letter);
    }

    /// Takes off what was leased in one life.
    fn leave(&self, person: &PersonId, holder: Option<Holder>) {
        self.forget(person, |waiting| waiting.holder == holder);
    }

    fn forget(&self, person: &PersonId, which: impl Fn(&OutgoingLetter) -> bool) {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get_mut(person) {
            lane.retain(|letter| !which(letter));
        }
    }
}

impl App {
    /// Sends a letter after those that were handed in before it for the same person.
    pub(super) fn send(&self, letter: OutgoingLetter) {
        let person = letter.key.person.clone();
        if self.0.lanes.push(letter) {
            let app = self.clone();
            self.spawn(async move { app.work_lane(person).await });
        }
    }

    async fn work_lane(&self, person: PersonId) {
        let mut others_wait = false;
        while let Some(letter) = self.0.lanes.head(&person) {
            let noted = match self.deliver(&letter).await {
                Fate::Later { after, unsure } => self.put_off(letter, after, unsure).await,
                fate => {
                    self.0.lanes.pop(&letter);
                    self.note_fate(letter, fate).await
                }
            };
            others_wait = *noted.as_ref().unwrap_or(&false);
            self.note_progress(noted);
        }
        if others_wait {
            self.0.due.notify_one();
        }
    }

    /// Writes down what became of a letter, and tells whether another one waited behind it: put off, or written by a replica that
    /// could not send it before ours.
    async fn note_fate(&self, letter: OutgoingLetter, fate: Fate) -> Result<bool, sql::Error> {
        let handle = match &fate {
            Fate::Sent { handle } => handle.as_deref().map(|handle| self.seal_handle(&letter.key, handle)),
            Fate::Held | Fate::Later { .. } | Fate::Dead => None,
        };
        let (person, holder) = (letter.key.person.clone(), letter.holder);
        let noted = self.db().write(move |tx| {
            let ours = match fate {
                Fate::Sent { .. } => outbox::sent(tx, &letter, handle.as_deref()),
                Fate::Held => outbox::held(tx, &letter),
                Fate::Dead | Fate::Later { .. } => outbox::dead(tx, &letter),
            }?;
            Ok::<_, sql::Error>((ours, outbox::anybody_s(tx, &letter.key.person)?))
        });
        let (ours, others_wait) = noted.await?;
        if !ours {
            // Another replica has taken it over, and with it whatever we leased in that life.
            self.0.lanes.leave(&person, holder);
        }
        Ok(others_wait)
    }

    /// The platform asks for patience: the whole lane goes back to the database, in its order. It is left where the commits are told
    /// in theirs: what is leased to us later finds that letters wait.
    async fn put_off(&self, letter: OutgoingLetter, after: Option<Duration>, unsure: bool) -> Result<bool, sql::Error> {
        let wait = after.unwrap_or_else(|| self.backoff(letter.attempts));
        let due = self.clock().now() + wait.min(Duration::from_secs(300));
        let (app, person, holder) = (self.clone(), letter.key.person.clone(), letter.holder);
        let put_off = self.db().write_then(
            move |tx| {
                // Once abandoned, it stays so: not to have arrived this time says nothing of the time before.
                outbox::again(tx, &letter, due, letter.attempts + 1, letter.abandoned || unsure)?;
                outbox::wait(tx, &letter.key.person, letter.holder, due)
            },
            {
                let person = person.clone();
                move |()| app.0.lanes.leave(&person, holder)
            },
        );
        let put_off: Result<(), sql::Error> = put_off.await;
        if put_off.is_err() {
            // They wait until their lease lapses.
            self.0.lanes.leave(&person, holder);
        }
        put_off.map(|()| true)
    }

    fn note_progress<T>(&self, noted: Result<T, sql::Error>) {
        if let Err(error) = noted {
            tracing::error!(%error, "a letter's fate could not be noted: it may be sent once more");
        }
        self.0.progress.notify_waiters();
    }

    async fn deliver(&self, letter: &OutgoingLetter) -> Fate {
        let person = &letter.key.person;
        let (Some(courier), Some(ways)) = (self.courier(person.platform()), self.open_ways(person, &letter.to)) else {
            tracing::error!(letter = %letter.key, "given up: its platform is not configured any more, or its address does not open");
            return Fate::Dead;
        };
        let parcel = self.parcel(letter, letter.message.clone());
        if let Some(edited) = self.edit(courier.as_ref(), letter, &parcel).await {
            return edited;
        }
        let parcel = match letter.edits {
            None => parcel,
            // What it was to replace stays, and tells the news.
            Some(_) => self.parcel(letter, letter.message.clone().alone()),
        };
        let now = self.clock().now();
        let open = ways.iter().filter(|way| way.expires_at.is_none_or(|end| end > now));
        let open: Vec<_> = open.collect();
        if letter.abandoned {
            self.post_once(courier.as_ref(), letter, &parcel, &open).await
        } else {
            self.post(courier.as_ref(), letter, &parcel, &open).await
        }
    }

    /// Posts a letter on the first of `ways` that takes it.
    async fn post(&self, courier: &dyn Courier, letter: &OutgoingLetter, parcel: &Parcel, ways: &[&Way]) -> Fate {
        for way in ways {
            if let Some(fate) = self.post_on(courier, letter, parcel, way).await {
                return fate;
            }
        }
        tracing::warn!(letter = %letter.key, "given up: every way to its person is closed");
        Fate::Dead
    }

    /// Posts a letter that may have arrived, unless it has. The ways on which that can't be seen come last: where one of them has
    /// shown the letter, another shows it again, and knows it from then on.
    async fn post_once(&self, courier: &dyn Courier, letter: &OutgoingLetter, parcel: &Parcel, ways: &[&Way]) -> Fate {
        let mut hidden = Vec::new();
        for &way in ways {
            match courier.find(way, parcel).await {
                Ok(Traces::Found(receipt)) => return received(receipt),
                Ok(Traces::Absent) => {
                    if let Some(fate) = self.post_on(courier, letter, parcel, way).await {
                        return fate;
                    }
                }
                Ok(Traces::Hidden) => hidden.push(way),
                Err(Undelivered::WayClosed(reason)) => {
                    tracing::info!(letter = %letter.key, reason, "it can't be seen whether a letter has arrived");
                    hidden.push(way);
                }
                Err(Undelivered::Refused(reason)) => {
                    // To be told twice is better than never.
                    tracing::warn!(letter = %letter.key, reason, "it can't be seen whether a letter has arrived: it is sent again");
                    return self.post(courier, letter, parcel, ways).await;
                }
                Err(later) => return self.undelivered(letter, later),
            }
        }
        self.post(courier, letter, parcel, &hidden).await
    }

    /// `None` when the way is closed.
    async fn post_on(
        &self,
        courier: &dyn Courier,
        letter: &OutgoingLetter,
        parcel: &Parcel,
        way: &Way,
    ) -> Option<Fate> {
        match courier.post(way, parcel).await {
            Ok(receipt) => Some(received(receipt)),
            Err(Undelivered::WayClosed(reason)) => {
                tracing::info!(letter = %letter.key, reason, "a way is closed, next one");
                None
            }
            Err(other) => Some(self.undelivered(letter, other)),
        }
    }

    /// Changes the letter that this one replaces; `None` when that can't be done and it has to be sent as a new one.
    async fn edit(&self, courier: &dyn Courier, letter: &OutgoingLetter, parcel: &Parcel) -> Option<Fate> {
        let earlier = LetterKey {
            person: letter.key.person.clone(),
            seq: letter.edits?,
        };
        let key = earlier.clone();
        let sealed = self.db().read(move |tx| outbox::handle_of(tx, &key)).await.ok()??;
        let handle = self.open_handle(&earlier, &sealed)?;
        match courier.edit(&handle, parcel).await {
            // The handle goes on naming the message, for a further edit.
            Ok(Receipt::Delivered { handle: None }) => Some(Fate::Sent { handle: Some(handle) }),
            Ok(receipt) => Some(received(receipt)),
            Err(Undelivered::WayClosed(reason)) => {
                tracing::info!(letter = %letter.key, reason, "can't be edited, sent anew");
                None
            }
            Err(other) => Some(self.undelivered(letter, other)),
        }
    }

    fn undelivered(&self, letter: &OutgoingLetter, why: Undelivered) -> Fate {
        match why {
            Undelivered::Later {
                retry_after,
                reason,
                unsure,
            } if self.clock().now() - letter.written_at < PATIENCE => {
                tracing::info!(letter = %letter.key, reason, "a letter waits");
                Fate::Later {
                    after: retry_after,
                    unsure,
                }
            }
            why => {
                let incident = self.incident();
                tracing::error!(incident, letter = %letter.key, %why, "a letter was given up");
                Fate::Dead
            }
        }
    }

    fn parcel(&self, letter: &OutgoingLetter, message: Message) -> Parcel {
        Parcel {
            key: letter.key.clone(),
            message: self.with_links(message.whole()),
            silent: letter.silent,
            written_at: letter.written_at,
        }
    }

    /// Puts the private links of sign-ins into a message: they exist only from here to the wire.
    fn with_links(&self, mut message: Message) -> Message {
        for span in &mut message.spans {
            if let Span::SignIn(id) = span {
                *span = Span::Link(self.parts().sign_in_links.link(id));
            }
        }
        message
    }

    pub(super) fn seal_ways(&self, person: &PersonId, ways: &[Way]) -> ReturnAddress {
        let plain = serde_json::to_vec(ways).expect("ways are strings and times");
        ReturnAddress(BASE64_NOPAD.encode(&self.parts().keys.seal(&ways_context(person.as_str()), &plain)))
    }

    fn open_ways(&self, person: &PersonId, to: &ReturnAddress) -> Option<Vec<Way>> {
        let sealed = BASE64_NOPAD.decode(to.0.as_bytes()).ok()?;
        let plain = self.parts().keys.open(&ways_context(person.as_str()), &sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    fn seal_handle(&self, key: &LetterKey, handle: &str) -> Vec<u8> {
        self.parts()
            .keys
            .seal(&handle_context(key.person.as_str()), handle.as_bytes())
    }

    fn open_handle(&self, key: &LetterKey, sealed: &[u8]) -> Option<String> {
        let plain = self
            .parts()
            .keys
            .open(&handle_context(key.person.as_str()), sealed)
            .ok()?;
        String::from_utf8(plain).ok()
    }
}

/// What a person's ways are sealed together with.
pub fn ways_context(person: &str) -> String {
    format!("ways|{person}")
}

/// What the handle of a letter to a person is sealed together with.
pub fn handle_context(person: &str) -> String {
    format!("handle|{person}")
}

fn received(receipt: Receipt) -> Fate {
    match receipt {
        Receipt::Delivered { handle } => Fate::Sent { handle },
        Receipt::Held => Fate::Held,
    }
}
