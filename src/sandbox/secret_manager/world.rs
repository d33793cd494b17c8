//! What is stored: secrets, each with its versions, and what listings show of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::refusal::Refusal;

/// All secrets by id.
pub type Secrets = BTreeMap<String, Secret>;

#[derive(Debug, Default)]
pub struct World {
    /// What is true.
    pub secrets: Secrets,
    /// What `latest` and the listings say while they lag.
    pub stale: Option<Secrets>,
}

#[derive(Clone, Debug)]
pub struct Secret {
    pub created: DateTime<Utc>,
    pub labels: BTreeMap<String, String>,
    /// The first is version 1. None ever leaves.
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug)]
pub struct Version {
    pub created: DateTime<Utc>,
    pub state: State,
    pub destroyed: Option<DateTime<Utc>>,
    /// Empty once destroyed.
    pub data: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Enabled,
    Disabled,
    Destroyed,
}

impl State {
    /// The word, and the number of the protocol's enum.
    pub fn wire(self) -> (&'static str, u8) {
        match self {
            Self::Enabled => ("ENABLED", 1),
            Self::Disabled => ("DISABLED", 2),
            Self::Destroyed => ("DESTROYED", 3),
        }
    }
}

/// What can be done to a version.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    Enable,
    Disable,
    Destroy,
}

impl World {
    /// What listings and `latest` go by.
    pub fn listed(&self) -> &Secrets {
        self.stale.as_ref().unwrap_or(&self.secrets)
    }

    pub fn secret(&self, id: &str) -> Result<&Secret, Refusal> {
        self.secrets.get(id).ok_or_else(|| Refusal::no_secret(id))
    }

    /// The number that `name` (a number, or `latest`) stands for.
    pub fn number(&self, id: &str, name: &str) -> Result<usize, Refusal> {
        if name == "latest" {
            let newest = self.listed().get(id).map_or(0, |secret| secret.versions.len());
            return if newest == 0 {
                Err(Refusal::no_versions(id))
            } else {
                Ok(newest)
            };
        }
        let number = name.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| Refusal::invalid(format!("Invalid version id [{name}].")))
    }

    /// Reading by number is never behind.
    pub fn version(&self, id: &str, number: usize) -> Result<&Version, Refusal> {
        let secret = self.secret(id)?;
        secret
            .versions
            .get(number - 1)
            .ok_or_else(|| Refusal::no_version(id, number))
    }

    pub fn change(&mut self, id: &str, number: usize, change: Change, now: DateTime<Utc>) -> Result<Version, Refusal> {
        let secret = self.secrets.get_mut(id).ok_or_else(|| Refusal::no_secret(id))?;
        let version = secret
            .versions
            .get_mut(number - 1)
            .ok_or_else(|| Refusal::no_version(id, number))?;
        if version.state == State::Destroyed {
            return Err(Refusal::in_state(id, number, version.state));
        }
        match change {
            Change::Enable => version.state = State::Enabled,
            Change::Disable => version.state = State::Disabled,
            Change::Destroy => {
                version.state = State::Destroyed;
                version.destroyed = Some(now);
                version.data.clear();
            }
        }
        Ok(version.clone())
    }
}

impl World {
    /// Adds a version to a secret, which is made where it is missing.
    pub fn add(&mut self, id: &str, data: Vec<u8>, now: DateTime<Utc>) {
        let secret = self.secrets.entry(id.to_owned()).or_insert_with(|| Secret {
            created: now,
            labels: BTreeMap::new(),
            versions: Vec::new(),
        });
        secret.versions.push(Version::new(data, now));
    }
}

impl Version {
    pub fn new(data: Vec<u8>, now: DateTime<Utc>) -> Self {
        Self {
            created: now,
            state: State::Enabled,
            destroyed: None,
            data,
        }
    }
}
