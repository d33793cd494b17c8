//! One refresh per person among all replicas: a lease that ends with its holder, whose row also carries the token to those who wait.
//!
//! It spares calls and is no fence: that is the grant's version, which whoever writes compares and sets.

use std::time::Duration;

use chrono::TimeDelta;

use super::reading::database;
use super::refresh::Failure;
use super::{AccessToken, Vault};
use crate::domain::person::PersonId;
use crate::sql::{self, Lease, Replica};

/// How often to look whether somebody else's refresh has ended.
const LOOK: Duration = Duration::from_millis(100);

/// Longer than any refresh takes with its retries.
const PATIENCE: TimeDelta = TimeDelta::seconds(90);

impl Vault {
    /// Gets a token while no other replica does so for this person; usually the one that another got meanwhile.
    pub(super) async fn obtain_alone(&self, person: &PersonId) -> Result<AccessToken, Failure> {
        if !self.0.parts.db.is_shared() {
            return self.obtain(person, None).await;
        }
        let left = self.take_turn(person).await.map_err(|error| (database(error), None))?;
        let outcome = self.obtain(person, left).await;
        let token = outcome
            .as_ref()
            .ok()
            .map(|token| token.seal(&self.0.parts.keys, person));
        self.end_turn(person, token).await;
        outcome
    }

    /// Waits for the lease; returns the sealed token that its last holder left. Nobody waits for ever: what a lease spares is not
    /// worth a person's answer.
    async fn take_turn(&self, person: &PersonId) -> Result<Option<Vec<u8>>, sql::Error> {
        let db = &self.0.parts.db;
        let until = self.0.parts.clock.now() + PATIENCE;
        while self.0.parts.clock.now() < until {
            let (replica, name) = (db.replica(), lease(person));
            if let Lease::Ours { left } = db.write(move |tx| replica.take(tx, &name)).await? {
                return Ok(left);
            }
            while {
                self.0.parts.clock.sleep(LOOK).await;
                let name = lease(person);
                self.0.parts.clock.now() < until && db.read(move |tx| Replica::is_taken(tx, &name)).await?
            } {}
        }
        tracing::warn!(%person, "somebody else's refresh does not end: asking Google beside it");
        Ok(None)
    }

    async fn end_turn(&self, person: &PersonId, token: Option<Vec<u8>>) {
        let (replica, name) = (self.0.parts.db.replica(), lease(person));
        let ended = self
            .0
            .parts
            .db
            .write(move |tx| replica.give_back(tx, &name, token.as_deref()));
        if let Err(error) = ended.await {
            tracing::warn!(%person, %error, "a refresh could not be ended: others wait until this process ends");
        }
    }
}

fn lease(person: &PersonId) -> String {
    format!("refresh|{person}")
}
