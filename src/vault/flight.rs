//! One refresh per person at a time, and a pause after one that failed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use moka::sync::Cache;

use super::{AccessToken, NoAccess};
use crate::domain::person::PersonId;

type Outcome = Result<AccessToken, NoAccess>;
pub(super) type Flight = Shared<BoxFuture<'static, Outcome>>;

/// The refreshes under way. Each is a task of its own: a caller that goes away takes nothing with it, above all not a refresh
/// token that Google has just rotated.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<PersonId, Flight>>>);

impl Flights {
    /// Joins the flight for `person`, or starts `work`.
    pub fn join<F>(&self, person: &PersonId, work: impl FnOnce() -> F) -> Flight
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(person) {
            return flight.clone();
        }
        let landing = Landing {
            flights: self.clone(),
            person: person.clone(),
        };
        let work = work();
        let task = tokio::spawn(async move {
            let _landing = landing;
            work.await
        });
        let flight = task
            .map(|done| done.unwrap_or_else(|_| Err(NoAccess::unreachable("the refresh crashed or was stopped"))))
            .boxed()
            .shared();
        flights.insert(person.clone(), flight.clone());
        flight
    }
}

/// Takes the flight off the board when it ends, however it ends.
struct Landing {
    flights: Flights,
    person: PersonId,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.remove(&self.person);
    }
}

/// Who has to wait before the next attempt, and what they are told meanwhile.
pub(super) struct Pauses(Cache<PersonId, Pause>);

#[derive(Clone)]
struct Pause {
    until: DateTime<Utc>,
    failures: u32,
    told: NoAccess,
}

impl Pauses {
    pub fn new(people: u64) -> Self {
        Self(Cache::new(people))
    }

    /// What to say while the pause lasts.
    pub fn told(&self, person: &PersonId, now: DateTime<Utc>) -> Option<NoAccess> {
        self.0
            .get(person)
            .filter(|pause| now < pause.until)
            .map(|pause| pause.told)
    }

    /// One more failure: 1 s, then twice as long each time up to 30 s, half of it by chance; never less than the other side asked
    /// for, of which ten minutes are believed.
    pub fn begin(
        &self,
        person: &PersonId,
        told: &NoAccess,
        retry_after: Option<Duration>,
        now: DateTime<Utc>,
        jitter: f64,
    ) {
        let failures = self.0.get(person).map_or(0, |pause| pause.failures);
        let whole = Duration::from_secs(1 << failures.min(5)).min(Duration::from_secs(30));
        let asked = retry_after.unwrap_or_default().min(Duration::from_secs(600));
        let wait = whole.mul_f64(0.5 + jitter / 2.0).max(asked);
        let pause = Pause {
            until: now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX),
            failures: failures.saturating_add(1),
            told: told.clone(),
        };
        self.0.insert(person.clone(), pause);
    }

    pub fn lift(&self, person: &PersonId) {
        self.0.invalidate(person);
    }
}
