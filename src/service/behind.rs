//! Services that still have another key in front: while one of them runs, what it seals needs that key.

use super::folder::Claim;
use crate::clock::Clock;
use crate::settings::State;
use crate::sql::{self, BEAT, Db, Other, Replica, Tx};

/// So many heartbeats they are waited for. Whoever is not heard in all that time is gone, as replicas judge each other after less.
const BEATS: u32 = 7;

/// Looks for them.
pub(super) struct Behind {
    pub db: Db,
    pub clock: Clock,
    pub state: State,
    /// The key that everybody should have in front.
    pub key: String,
}

/// Who was found.
#[derive(Default)]
pub(super) struct Found {
    /// At work under another key.
    pub behind: Vec<Other>,
    /// Gone without a word: their rows need not be waited for.
    pub gone: Vec<Other>,
}

impl Behind {
    /// Waits for a while for them to end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wait(&self) -> Result<Found, sql::Error> {
        let first = self.look().await?;
        let mut there = first.clone();
        for _ in 0..BEATS {
            if there.is_empty() || self.is_alone() {
                break;
            }
            self.clock.sleep(BEAT).await;
            there = self.look().await?;
        }
        let is_gone = |one: &Other| self.is_alone() || (self.db.is_shared() && first.contains(one));
        let (gone, behind) = there.into_iter().partition(is_gone);
        Ok(Found { behind, gone })
    }

    /// Those that are there in this transaction, besides the ones that are known to be `gone`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn besides(tx: &mut Tx<'_>, key: &str, gone: &[Other]) -> Result<Vec<Other>, sql::Error> {
        let mut there = Replica::all(tx)?;
        there.retain(|one| one.about.key != key && !gone.contains(one));
        Ok(there)
    }

    async fn look(&self) -> Result<Vec<Other>, sql::Error> {
        let key = self.key.clone();
        self.db.read(move |tx| Self::besides(tx, &key, &[])).await
    }

    /// Nobody else can be at work: where one process has the database to itself, it also holds the state folder.
    fn is_alone(&self) -> bool {
        !self.db.is_shared() && !Claim::is_taken(&self.state)
    }
}
