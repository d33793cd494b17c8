//! Every HTTP call that leaves us: one shared client, deadlines, retries with backoff, `Retry-After`, and a circuit breaker per
//! host. Rank 0: imports `clock` and `entropy`.
//!
//! Deadlines and the pauses between attempts are the machine's own time: they guard against a peer that hangs, whatever the
//! calendar says. What outlives a call (the breaker, a `Retry-After` date) goes by the [`Clock`].

mod answer;
mod breaker;
mod policy;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Position;

pub use self::answer::{Answer, Cause, NoAnswer};
pub use self::breaker::{Breakers, Pace, Permit};
pub use self::policy::RetryPolicy;
pub use reqwest::header;
pub use reqwest::{Client, Method, RequestBuilder, StatusCode};

use crate::clock::Clock;
use crate::entropy::Entropy;

/// No host that answers at all takes longer to take a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Idle connections kept per host: enough for a burst to find them all again.
const POOL_PER_HOST: usize = 512;
/// Larger answers are refused: nothing that we ask for comes near it.
const LARGEST_ANSWER: usize = 4 << 20;

/// The shared way out, cheap to clone.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    breakers: Arc<Breakers>,
    clock: Clock,
    entropy: Entropy,
}

/// The client could not be made: most often the machine has no root certificates (the package `ca-certificates`).
#[derive(Debug, thiserror::Error)]
#[error("no HTTPS client: {0} (are root certificates installed, such as the package ca-certificates?)")]
pub struct NoClient(#[source] reqwest::Error);

/// Chooses ring for every TLS connection of this process. Harmless to repeat; without it the first HTTPS client panics.
pub fn install_crypto() {
    // An error says that a provider is installed already, which is all that is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Http {
    /// A client with its own connection pool: make one for the whole process.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn new(clock: Clock, entropy: Entropy) -> Result<Self, NoClient> {
        install_crypto();
        let client = Client::builder()
            .user_agent(concat!("ChatCal/", env!("CARGO_PKG_VERSION")))
            // Nothing that we call answers with a redirect, and a followed one would carry our credentials elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(POOL_PER_HOST)
            // Over HTTP/2 all calls share one connection: find out soon when it is dead.
            .http2_keep_alive_interval(Duration::from_secs(15))
            .http2_keep_alive_timeout(Duration::from_secs(5))
            .build()
            .map_err(NoClient)?;
        Ok(Self {
            client,
            breakers: Arc::new(Breakers::new(clock.clone(), Pace::default())),
            clock,
            entropy,
        })
    }

    /// Sends what `build` makes, under `policy`. `build` is called once per attempt, so that nothing is copied for a retry that
    /// is rarely needed.
    ///
    /// An answer is returned whatever its status; when attempts run out it is the last one.
    ///
    /// # Errors
    /// When there is no complete answer within the policy's time, or the breaker of that host is open.
    pub async fn send(
        &self,
        policy: &RetryPolicy,
        build: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Answer, NoAnswer> {
        let deadline = Instant::now() + policy.total_timeout;
        let mut attempt = 1;
        loop {
            let patience = policy.attempt_timeout.min(deadline - Instant::now());
            let outcome = self.attempt(patience, build(&self.client)).await;
            let Some(pause) = policy.pause_after(attempt, &outcome, &self.entropy) else {
                return outcome;
            };
            if Instant::now() + pause >= deadline {
                return outcome;
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, patience: Duration, request: RequestBuilder) -> Result<Answer, NoAnswer> {
        let request = request.build().map_err(|_| NoAnswer::unsendable())?;
        let authority = &request.url()[Position::BeforeHost..Position::AfterPort];
        let permit = self.breakers.permit(authority)?;
        let outcome = match tokio::time::timeout(patience, self.exchange(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Cause::TimedOut),
        };
        permit.settle(match &outcome {
            Ok(answer) => !answer.status.is_server_error(),
            Err(cause) => *cause == Cause::TooLarge,
        });
        outcome.map_err(|cause| NoAnswer {
            host: permit.host().to_owned(),
            cause,
            retry_after: None,
        })
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<Answer, Cause> {
        let mut response = self.client.execute(request).await.map_err(|error| Cause::of(&error))?;
        let expected = response.content_length().unwrap_or(0);
        let expected = usize::try_from(expected).unwrap_or(usize::MAX);
        let mut body = Vec::with_capacity(expected.min(64 << 10));
        while let Some(chunk) = response.chunk().await.map_err(|error| Cause::of(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Cause::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let retry_after = policy::retry_after(&headers, &self.clock);
        Ok(Answer {
            status,
            headers,
            body,
            retry_after,
        })
    }
}
