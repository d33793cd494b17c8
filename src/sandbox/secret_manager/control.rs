//! What tests arrange and inspect, past the wire.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::SecretManager;
use super::fault::{Fault, Operation};
use super::world::State;

/// Requests that wait behind it.
pub struct Gate<'a> {
    service: &'a SecretManager,
    operation: Operation,
    passes: Arc<Semaphore>,
    before: usize,
}

impl Gate<'_> {
    /// Returns once so many requests have come.
    pub async fn waiting(&self, times: usize) {
        while self.service.count(self.operation) < self.before + times {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Lets all of them through, in the order of their coming, and those that come later.
    pub fn open(self) {
        self.service.shared.faults.clear(self.operation);
        self.passes.add_permits(Semaphore::MAX_PERMITS);
    }
}

impl SecretManager {
    /// The next `times` requests for `operation` meet `fault`. `usize::MAX`: until healed.
    pub fn fail(&self, operation: Operation, fault: Fault, times: usize) {
        self.shared.faults.add(operation, fault, times);
    }

    /// Every request meets `fault` until healed.
    pub fn fail_all(&self, fault: &Fault) {
        for operation in Operation::ALL {
            self.fail(operation, fault.clone(), usize::MAX);
        }
    }

    pub fn heal(&self) {
        for operation in Operation::ALL {
            self.shared.faults.clear(operation);
        }
    }

    /// Holds every request for `operation` back until the gate is opened.
    pub fn hold(&self, operation: Operation) -> Gate<'_> {
        let passes = Arc::new(Semaphore::new(0));
        self.fail(operation, Fault::Hold(passes.clone()), usize::MAX);
        let before = self.count(operation);
        Gate {
            service: self,
            operation,
            passes,
            before,
        }
    }

    /// From now on `latest` and the listings say what is true at this moment, until [`SecretManager::catch_up`].
    pub fn lag(&self) {
        let mut world = self.shared.world();
        world.stale = Some(world.secrets.clone());
    }

    pub fn catch_up(&self) {
        self.shared.world().stale = None;
    }

    /// Pages hold no more than this, whatever is asked for.
    pub fn pages_of(&self, most: usize) {
        self.shared.page.store(most, Ordering::Release);
    }

    /// The next `times` contents arrive with a bit flipped, under the checksum of what was stored.
    pub fn damage(&self, times: usize) {
        self.shared.damaged.store(times, Ordering::Release);
    }

    /// How often `operation` was asked for.
    pub fn count(&self, operation: Operation) -> usize {
        self.shared.counts().get(&operation).copied().unwrap_or_default()
    }

    /// How many versions are paid for: all that are not destroyed.
    pub fn billed_versions(&self) -> usize {
        let world = self.shared.world();
        let versions = world.secrets.values().flat_map(|secret| &secret.versions);
        versions.filter(|version| version.state != State::Destroyed).count()
    }

    /// The ids of all secrets.
    pub fn ids(&self) -> Vec<String> {
        self.shared.world().secrets.keys().cloned().collect()
    }

    /// The labels of all secrets, as text.
    pub fn labels(&self) -> String {
        let world = self.shared.world();
        format!(
            "{:?}",
            world.secrets.values().map(|secret| &secret.labels).collect::<Vec<_>>()
        )
    }

    /// Every content that is stored.
    pub fn contents(&self) -> Vec<Vec<u8>> {
        let world = self.shared.world();
        let versions = world.secrets.values().flat_map(|secret| &secret.versions);
        versions
            .filter(|version| version.state != State::Destroyed)
            .map(|version| version.data.clone())
            .collect()
    }

    /// Adds a version by another hand (an operator's, a script's).
    pub fn put(&self, id: &str, data: &[u8]) {
        let now = (self.shared.now)();
        self.shared.world().add(id, data.to_vec(), now);
    }

    /// Everything is gone, as in another project.
    pub fn forget(&self) {
        *self.shared.world() = super::World::default();
    }
}
