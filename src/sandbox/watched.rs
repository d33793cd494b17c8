//! A stand-in's state, which wakes whoever waits for it to change.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

#[derive(Debug)]
pub(super) struct Watched<S> {
    state: Mutex<S>,
    changed: Notify,
}

impl<S> Watched<S> {
    pub fn new(state: S) -> Self {
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    /// The state as it is, held until the guard is dropped.
    pub fn look(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the state, and wakes everyone who waits.
    pub fn change<T>(&self, f: impl FnOnce(&mut S) -> T) -> T {
        let done = f(&mut self.look());
        self.changed.notify_waiters();
        done
    }

    /// Returns what `ready` finds, as soon as it finds something.
    pub async fn until<T>(&self, mut ready: impl FnMut(&mut S) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enabled before looking, so that a change in between is not missed.
            changed.as_mut().enable();
            if let Some(value) = ready(&mut self.look()) {
                return value;
            }
            changed.await;
        }
    }
}
