//! How far the answer to each recent interaction has got.
//!
//! The letter may be ready before Discord has taken our deferral, so the courier waits for it here. What is not known, after a
//! restart or a deferral that failed, is asked of Discord.

use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::watch;

/// How far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// We are asking Discord to wait for our answer.
    Deferring,
    /// It shows "thinking…" until `@original` is edited.
    Loading,
    /// `@original` has been written: what comes now is a follow-up.
    Answered,
}

/// By the interaction's token; forgotten when that has expired.
#[derive(Clone)]
pub(super) struct Deferrals(Cache<String, watch::Sender<Stage>>);

impl std::fmt::Debug for Deferrals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Deferrals")
    }
}

impl Default for Deferrals {
    fn default() -> Self {
        let life = Duration::from_secs(15 * 60);
        Self(Cache::builder().max_capacity(10_000).time_to_live(life).build())
    }
}

impl Deferrals {
    pub fn set(&self, token: &str, stage: Stage) {
        match self.0.get(token) {
            Some(known) => drop(known.send_replace(stage)),
            None => self.0.insert(token.to_owned(), watch::Sender::new(stage)),
        }
    }

    pub fn forget(&self, token: &str) {
        self.0.invalidate(token);
    }

    /// The stage, once the deferral is settled; `None` when nothing is known, or it takes too long.
    pub async fn settled(&self, token: &str) -> Option<Stage> {
        let mut stage = self.0.get(token)?.subscribe();
        let settled = stage.wait_for(|stage| *stage != Stage::Deferring);
        // Discord itself waits for 3 s only. Forgotten meanwhile, the channel closes.
        let settled = tokio::time::timeout(Duration::from_secs(5), settled).await;
        settled.ok()?.ok().map(|stage| *stage)
    }
}
