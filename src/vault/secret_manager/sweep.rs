//! The walk through all secrets after a start: what was superseded before it is destroyed too.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, Utc};

use super::api::Which;
use super::{KEPT_FOR, PREFIX, SecretManager, find, superseded};
use crate::vault::tier::TierDown;

/// How many secrets are looked at per step: listings share a quota of 600 a minute.
const STEP: usize = 20;

/// How far the walk has come.
pub struct Sweep {
    waiting: VecDeque<String>,
    /// The token of the next page; `None` after the last one.
    next: Option<String>,
}

impl Sweep {
    pub fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            next: Some(String::new()),
        }
    }
}

impl SecretManager {
    /// One step of the walk; nothing once it has ended.
    pub(super) async fn sweep(&self) -> Result<(), TierDown> {
        let mut sweep = self.sweep.lock().await;
        if sweep.waiting.is_empty()
            && let Some(token) = sweep.next.clone()
        {
            let (ids, next) = self.api.secrets(token).await?;
            sweep
                .waiting
                .extend(ids.into_iter().filter(|id| id.starts_with(PREFIX)));
            sweep.next = next;
        }
        for _ in 0..STEP {
            let Some(id) = sweep.waiting.front() else { break };
            self.sweep_one(id).await?;
            sweep.waiting.pop_front();
        }
        Ok(())
    }

    async fn sweep_one(&self, id: &str) -> Result<(), TierDown> {
        let mut versions = self.api.versions(id).await?;
        if versions.iter().filter(|version| version.enabled).count() < 2 {
            return Ok(());
        }
        let mut found = find::cold(&self.api, id).await?;
        for version in versions.iter().filter(|version| version.enabled) {
            if !found.holds(version.number) {
                found.take(self.api.access(id, Which::Number(version.number)).await?);
            }
        }
        let Some(best) = &found.best else { return Ok(()) };
        let superseded: HashSet<u64> = superseded(&found.others, best).collect();
        self.settle(id, &found);
        versions.sort_by_key(|version| version.number);
        for pair in versions.windows(2) {
            if superseded.contains(&pair[0].number) {
                // It was superseded when the next one was written.
                let since = DateTime::<Utc>::from_timestamp(pair[1].created, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
                let due = since.checked_add_signed(KEPT_FOR).unwrap_or(since);
                self.doomed.add(id, pair[0].number, due);
            }
        }
        Ok(())
    }
}
