//! Versions that are to be destroyed, and when: disabled ones would still be paid for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// The queue. It lives in memory; what a restart forgets, the sweep at the next start finds.
#[derive(Default)]
pub struct Doomed(Mutex<BTreeMap<(String, u64), DateTime<Utc>>>);

impl Doomed {
    /// Destroys version `number` of `id` at `due`, or at the earlier moment that was named before.
    pub fn add(&self, id: &str, number: u64, due: DateTime<Utc>) {
        let mut queue = self.lock();
        let entry = queue.entry((id.to_owned(), number)).or_insert(due);
        *entry = due.min(*entry);
    }

    /// At most `most` of those whose moment has come. They stay until they are [`Doomed::done`].
    pub fn due(&self, now: DateTime<Utc>, most: usize) -> Vec<(String, u64)> {
        let queue = self.lock();
        let due = queue.iter().filter(|(_, due)| **due <= now);
        due.map(|(version, _)| version.clone()).take(most).collect()
    }

    pub fn done(&self, id: &str, number: u64) {
        self.lock().remove(&(id.to_owned(), number));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, u64), DateTime<Utc>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
