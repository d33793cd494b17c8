//! Work that one replica at a time does, under a lease that ends with its holder.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::socket::{State, Status};
use crate::sql::{self, Db, Lease};

/// How often the others look whether the place is free, and whoever has it, whether it still is theirs.
const LOOK: Duration = Duration::from_secs(1);

/// A place that one replica at a time has.
#[derive(Clone)]
pub(super) struct Leader {
    pub db: Db,
    pub clock: Clock,
    pub name: &'static str,
}

impl Leader {
    /// Does `work` whenever the place is ours, until `stop` or until it ends by itself. The token that `work` gets is cancelled when
    /// somebody else has taken the place.
    pub async fn lead<T, F>(
        &self,
        status: &Status,
        stop: &CancellationToken,
        work: impl Fn(CancellationToken) -> F,
    ) -> Option<T>
    where
        F: Future<Output = T>,
    {
        if !self.db.is_shared() {
            return Some(work(stop.clone()).await);
        }
        while stop.run_until_cancelled(self.take(status)).await.is_some() {
            status.set(State::Connecting);
            let ours = stop.child_token();
            let mut work = std::pin::pin!(work(ours.clone()));
            let ended = tokio::select! {
                ended = &mut work => ended,
                () = self.lost() => {
                    tracing::warn!(place = self.name, "another replica has taken over");
                    ours.cancel();
                    work.await
                }
            };
            self.give_back().await;
            if stop.is_cancelled() || !ours.is_cancelled() {
                return Some(ended);
            }
        }
        None
    }

    /// Whether the place is ours, so that what belongs to it may be written in this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_ours(&self, tx: &mut sql::Tx<'_>) -> Result<bool, sql::Error> {
        Ok(!self.db.is_shared() || self.db.replica().has(tx, self.name)?)
    }

    async fn take(&self, status: &Status) {
        loop {
            let (replica, name) = (self.db.replica(), self.name);
            let taken = self.db.write(move |tx| {
                // Most looks find it taken, and write nothing.
                Ok::<_, sql::Error>(sql::Replica::is_taken(tx, name)? || replica.take(tx, name)? == Lease::Taken)
            });
            match taken.await {
                Ok(false) => return,
                Ok(true) => status.set(State::Standby),
                Err(error) => tracing::warn!(place = name, %error, "it can't be seen whether the place is free"),
            }
            self.clock.sleep(LOOK).await;
        }
    }

    async fn lost(&self) {
        loop {
            self.clock.sleep(LOOK).await;
            let (replica, name) = (self.db.replica(), self.name);
            // While the database can't be asked, nobody else can take the place either.
            if let Ok(false) = self.db.read(move |tx| replica.has(tx, name)).await {
                return;
            }
        }
    }

    async fn give_back(&self) {
        let (replica, name) = (self.db.replica(), self.name);
        let given = self.db.write(move |tx| replica.give_back(tx, name, None));
        if let Err(error) = given.await {
            tracing::warn!(place = name, %error, "the place is free only when this process is gone");
        }
    }
}
