//! A Secret Manager on this machine, with its own time.

use std::ops::Deref;
use std::sync::Arc;

use chatcal::clock::Clock;
use chatcal::sandbox::secret_manager::{Config, SecretManager as StandIn};
use chatcal::vault::SecretManager;
use chrono::DateTime;

pub const PROJECT: &str = "sandbox-project";

/// The stand-in, and the clock that it and the tiers on it go by.
pub struct Cloud {
    pub service: StandIn,
    pub clock: Clock,
}

impl Cloud {
    pub async fn start() -> Self {
        Self::at(Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap())).await
    }

    pub async fn at(clock: Clock) -> Self {
        let time = clock.clone();
        let service = StandIn::start(Config::new(Arc::new(move || time.now()))).await.unwrap();
        Self { service, clock }
    }

    /// One process's tier.
    pub fn open(&self) -> SecretManager {
        self.open_at(&self.service.url())
    }

    /// One that goes there by another way.
    pub fn open_at(&self, url: &str) -> SecretManager {
        SecretManager::open(PROJECT, &url.parse().unwrap(), self.clock.clone())
    }

    pub fn port(&self) -> u16 {
        self.service.url().rsplit_once(':').unwrap().1.parse().unwrap()
    }
}

impl Deref for Cloud {
    type Target = StandIn;

    fn deref(&self) -> &StandIn {
        &self.service
    }
}
