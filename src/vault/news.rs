//! Learning what other processes changed, another replica or a command beside the running service: what is in memory here may be
//! about a grant that is no more.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Vault, rows};
use crate::domain::person::PersonId;
use crate::sql;

/// How often to look.
const LOOK: Duration = Duration::from_secs(1);

/// How many changes are read at once.
const BATCH: i64 = 500;

/// One grant's row as it stands after a change. Each change has a number; who writes next gets the next one.
pub(super) struct Change {
    pub number: i64,
    pub person: PersonId,
    pub version: i64,
    pub alive: bool,
}

impl Vault {
    /// Looks for changes until `stop`. Our own are among them; what they have to do here, they did.
    pub(super) async fn hear_news(&self, stop: &CancellationToken) {
        let mut heard = None;
        while !stop.is_cancelled() {
            match self.heard_after(heard).await {
                Ok(up_to) => heard = Some(up_to),
                Err(error) => tracing::warn!(%error, "changes of grants can't be looked for"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.0.parts.clock.sleep(LOOK) => {}
            }
        }
    }

    /// Takes note of everything that was changed since, or starts with what is.
    async fn heard_after(&self, heard: Option<i64>) -> Result<i64, sql::Error> {
        let db = &self.0.parts.db;
        let Some(mut heard) = heard else {
            return db.read(rows::last_change).await;
        };
        loop {
            let changes = db.read(move |tx| rows::changes_after(tx, heard, BATCH)).await?;
            let Some(last) = changes.last() else {
                return Ok(heard);
            };
            heard = last.number;
            for change in &changes {
                self.take_note(change);
            }
            self.0.journal_bell.notify_waiters();
        }
    }

    fn take_note(&self, change: &Change) {
        let Change { person, version, .. } = change;
        if !change.alive {
            self.0.held.end(person, *version);
        } else if self.0.held.settle(person, *version) {
            // Not where it is our own: a pause may have begun since.
            self.0.pauses.lift(person);
        }
    }
}
