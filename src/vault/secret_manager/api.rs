//! Secret Manager's operations, as few as we need: each under a short deadline, behind a circuit breaker, counted, never retried
//! here (the journal comes again).

use std::time::Duration;

use google_cloud_auth::credentials::anonymous;
use google_cloud_gax::error::Error;
use google_cloud_gax::error::rpc::Code;
use google_cloud_gax::retry_policy::NeverRetry;
use google_cloud_secretmanager_v1::client::SecretManagerService;
use google_cloud_secretmanager_v1::model::secret_version::State;
use google_cloud_secretmanager_v1::model::{Replication, Secret, SecretPayload, replication};
use tokio::sync::OnceCell;
use tokio::time::timeout;
use url::{Host, Url};

use super::spent::{Operation, Spent};
use crate::clock::Clock;
use crate::http::{Breakers, Pace, install_crypto};
use crate::vault::tier::TierDown;

/// For one request, and for getting credentials the first time (which may take 52 s to fail by itself).
const PATIENCE: Duration = Duration::from_millis(1500);

/// A tier that is back shall be in step again within half a minute, so its circuit may not stay open for long.
const PACE: Pace = Pace {
    failures: 4,
    longest_pause: Duration::from_secs(5),
};

/// How many secrets or versions are listed at once.
const PAGE: i32 = 1000;

/// One project's Secret Manager.
pub struct Api {
    project: String,
    url: Url,
    /// Made at the first use: its making may ask for credentials.
    client: OnceCell<SecretManagerService>,
    breakers: Breakers,
    pub spent: Spent,
}

/// Which version is meant.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// Always answered with what is true.
    Number(u64),
    /// Lags behind for a while.
    Latest,
}

/// What reading a version ends in.
pub enum Access {
    Content {
        number: u64,
        bytes: Vec<u8>,
    },
    /// It exists, but was destroyed or disabled.
    Unreadable,
    Missing,
}

/// A version as listings show it.
pub struct Listed {
    pub number: u64,
    /// Readable, so far as the listing knows.
    pub enabled: bool,
    /// Seconds since the Unix epoch.
    pub created: i64,
}

/// A refusal that tells something about what is stored.
#[derive(Clone, Copy, PartialEq)]
enum Refusal {
    NotFound,
    Exists,
    WrongState,
}

impl Api {
    pub fn new(project: &str, url: &Url, clock: Clock) -> Self {
        Self {
            project: project.to_owned(),
            url: url.clone(),
            client: OnceCell::new(),
            breakers: Breakers::new(clock, PACE),
            spent: Spent::default(),
        }
    }

    /// Reads a version's content, checked against the checksum that came with it.
    pub async fn access(&self, id: &str, which: Which) -> Result<Access, TierDown> {
        let which = match which {
            Which::Number(number) => number.to_string(),
            Which::Latest => "latest".to_owned(),
        };
        self.access_by_name(&format!("{}/versions/{which}", self.secret(id)))
            .await
    }

    /// Reads a version by its full name.
    pub async fn access_by_name(&self, name: &str) -> Result<Access, TierDown> {
        let name = name.to_owned();
        let answer = self
            .call(Operation::Access, |client| async move {
                client.access_secret_version().set_name(name).send().await
            })
            .await?;
        let answer = match answer {
            Ok(answer) => answer,
            Err(Refusal::WrongState) => return Ok(Access::Unreadable),
            Err(Refusal::NotFound | Refusal::Exists) => return Ok(Access::Missing),
        };
        let payload = answer.payload.unwrap_or_default();
        let intact = payload.data_crc32c.is_none_or(|sum| sum == checksum(&payload.data));
        if !intact {
            return Err(TierDown("a content arrived damaged".to_owned()));
        }
        Ok(Access::Content {
            number: number_of(&answer.name)?,
            bytes: payload.data.into(),
        })
    }

    /// Adds a version and tells its number; `None` when there is no such secret.
    pub async fn add(&self, id: &str, bytes: Vec<u8>) -> Result<Option<u64>, TierDown> {
        let parent = self.secret(id);
        let sum = checksum(&bytes);
        let payload = SecretPayload::new().set_data(bytes).set_data_crc32c(sum);
        let answer = self
            .call(Operation::Add, |client| async move {
                let request = client.add_secret_version().set_parent(parent);
                request.set_payload(payload).send().await
            })
            .await?;
        answer.ok().map(|version| number_of(&version.name)).transpose()
    }

    /// Makes a secret without versions, unless it is there.
    pub async fn create(&self, id: &str) -> Result<(), TierDown> {
        let parent = format!("projects/{}", self.project);
        let replication = Replication::new().set_automatic(replication::Automatic::new());
        let secret = Secret::new()
            .set_replication(replication)
            .set_labels([("app", "chatcal")]);
        let id = id.to_owned();
        let answer = self
            .call(Operation::Create, |client| async move {
                let request = client.create_secret().set_parent(parent).set_secret_id(id);
                request.set_secret(secret).send().await
            })
            .await?;
        match answer {
            Ok(_) | Err(Refusal::Exists) => Ok(()),
            Err(Refusal::NotFound | Refusal::WrongState) => Err(TierDown("the project is not there".to_owned())),
        }
    }

    /// Destroys a version for good; one that is gone already is no error.
    pub async fn destroy(&self, id: &str, number: u64) -> Result<(), TierDown> {
        let name = format!("{}/versions/{number}", self.secret(id));
        // Whatever it was refused for, the version is not readable any more.
        let _ = self
            .call(Operation::Destroy, |client| async move {
                client.destroy_secret_version().set_name(name).send().await
            })
            .await?;
        Ok(())
    }

    /// One page of the ids of all secrets, and the token of the next page.
    pub async fn secrets(&self, token: String) -> Result<(Vec<String>, Option<String>), TierDown> {
        let parent = format!("projects/{}", self.project);
        let answer = self
            .call(Operation::List, |client| async move {
                let request = client.list_secrets().set_parent(parent).set_page_size(PAGE);
                request.set_page_token(token).send().await
            })
            .await?;
        let page = answer.map_err(|_| TierDown("the project is not there".to_owned()))?;
        let ids = page.secrets.iter().map(|secret| last_part(&secret.name).to_owned());
        Ok((ids.collect(), next(page.next_page_token)))
    }

    /// All versions of a secret, as the listing knows them.
    pub async fn versions(&self, id: &str) -> Result<Vec<Listed>, TierDown> {
        let (mut found, mut token) = (Vec::new(), Some(String::new()));
        while let Some(from) = token {
            let parent = self.secret(id);
            let answer = self
                .call(Operation::List, |client| async move {
                    let request = client.list_secret_versions().set_parent(parent).set_page_size(PAGE);
                    request.set_page_token(from).send().await
                })
                .await?;
            let Ok(page) = answer else { break };
            for version in &page.versions {
                found.push(Listed {
                    number: number_of(&version.name)?,
                    enabled: version.state == State::Enabled,
                    created: version.create_time.as_ref().map_or(i64::MAX, |time| time.seconds()),
                });
            }
            token = next(page.next_page_token);
        }
        Ok(found)
    }

    fn secret(&self, id: &str) -> String {
        format!("projects/{}/secrets/{id}", self.project)
    }

    async fn call<T, F>(
        &self,
        operation: Operation,
        request: impl FnOnce(SecretManagerService) -> F + Send,
    ) -> Result<Result<T, Refusal>, TierDown>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let host = self.url.host_str().unwrap_or_default();
        let permit = self
            .breakers
            .permit(host)
            .map_err(|shut| TierDown(shut.cause.to_string()))?;
        let work = async {
            let client = self.client.get_or_try_init(|| self.connect()).await?.clone();
            self.spent.count(operation);
            Ok::<_, TierDown>(request(client).await)
        };
        let outcome = match timeout(PATIENCE, work).await {
            Err(_) => Err(TierDown("no answer in time".to_owned())),
            Ok(Err(down)) => Err(down),
            Ok(Ok(answer)) => answer.map(Ok).or_else(|error| sorted(&error).map(Err)),
        };
        permit.settle(outcome.is_ok());
        outcome
    }

    async fn connect(&self) -> Result<SecretManagerService, TierDown> {
        install_crypto();
        let builder = SecretManagerService::builder()
            .with_endpoint(self.url.as_str())
            .with_attempt_timeout(PATIENCE)
            .with_retry_policy(NeverRetry);
        let builder = if stays_here(&self.url) {
            builder.with_credentials(anonymous::Builder::new().build())
        } else {
            builder
        };
        let client = builder.build().await;
        client.map_err(|error| TierDown(format!("no client for Secret Manager: {error}")))
    }
}

/// What a refusal tells; anything else means that the service could not be asked.
fn sorted(error: &Error) -> Result<Refusal, TierDown> {
    match error.status().map(|status| status.code) {
        Some(Code::NotFound) => Ok(Refusal::NotFound),
        Some(Code::AlreadyExists) => Ok(Refusal::Exists),
        Some(Code::FailedPrecondition) => Ok(Refusal::WrongState),
        Some(Code::ResourceExhausted) => Err(TierDown("over its quota".to_owned())),
        _ if error.is_authentication() => Err(TierDown(format!("no credentials for Secret Manager: {error}"))),
        _ if matches!(error.http_status_code(), Some(401 | 403)) => Err(TierDown(format!("refused: {error}"))),
        _ => Err(TierDown(format!("can't be asked: {error}"))),
    }
}

/// A stand-in on this machine: no real credential is ever sent there.
fn stays_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn checksum(bytes: &[u8]) -> i64 {
    i64::from(crc32c::crc32c(bytes))
}

/// Names come back with the project's number instead of its id: only their end can be compared.
fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

fn number_of(name: &str) -> Result<u64, TierDown> {
    let number = last_part(name).parse();
    number.map_err(|_| TierDown("a version without a number".to_owned()))
}

fn next(token: String) -> Option<String> {
    Some(token).filter(|token| !token.is_empty())
}
