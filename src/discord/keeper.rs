//! Keeps the session while the gateway goes on: one save at a time, and always of the newest.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::session::{Saved, Sessions};

/// Between attempts while the store is down.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Keeper {
    wanted: watch::Sender<(u64, Saved)>,
    kept: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Keeper {
    pub fn start(sessions: Arc<dyn Sessions>, application: String, saved: Saved) -> Self {
        let (wanted, news) = watch::channel((0, saved));
        let (keeping, kept) = watch::channel(0);
        Self {
            wanted,
            kept,
            task: tokio::spawn(keep(sessions, application, news, keeping)),
        }
    }

    /// Asks for `saved` to be kept; what was asked for before it may be skipped.
    pub fn note(&self, saved: Saved) {
        self.wanted.send_modify(|wanted| *wanted = (wanted.0 + 1, saved));
    }

    /// Returns once everything asked for so far is kept.
    pub async fn all_kept(&self) {
        let version = self.wanted.borrow().0;
        // It fails only when the task is gone, at the end of the process.
        let _ = self.kept.clone().wait_for(|kept| *kept >= version).await;
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep(
    sessions: Arc<dyn Sessions>,
    application: String,
    mut news: watch::Receiver<(u64, Saved)>,
    keeping: watch::Sender<u64>,
) {
    while news.changed().await.is_ok() {
        loop {
            let (version, saved) = news.borrow_and_update().clone();
            match sessions.save(&application, &saved).await {
                Ok(()) => {
                    keeping.send_replace(version);
                    break;
                }
                Err(error) => tracing::warn!(%error, "Discord: trying again"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
