//! What a socket's loop is doing, for whoever must tell: `/readyz`, metrics, tests.

use tokio::sync::watch;

/// How it stands with a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Opening, for the first time.
    Connecting,
    /// Open, greeted and listening.
    Up,
    /// Left to another replica, which has it open.
    Standby,
    /// Lost; its loop is trying again.
    Down { why: String },
    /// Given up: only the operator can mend it, and `why` says what.
    Fatal { why: String },
}

/// One socket's present [`State`], shared between the loop that sets it and those who read it.
#[derive(Clone, Debug)]
pub struct Status(watch::Sender<State>);

impl Default for Status {
    fn default() -> Self {
        Self(watch::Sender::new(State::Connecting))
    }
}

impl Status {
    /// A socket that is [`State::Connecting`].
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set(&self, state: State) {
        self.0.send_if_modified(|present| {
            let changed = *present != state;
            *present = state;
            changed
        });
    }

    pub fn get(&self) -> State {
        self.0.borrow().clone()
    }

    pub fn is_up(&self) -> bool {
        *self.0.borrow() == State::Up
    }

    /// Returns the state once it is as wanted.
    pub async fn wait_for(&self, wanted: impl FnMut(&State) -> bool) -> State {
        let mut watched = self.0.subscribe();
        let state = watched.wait_for(wanted).await.map(|state| state.clone());
        // `self` holds a sender, so the channel can't have closed.
        state.unwrap_or_else(|_| self.get())
    }
}
