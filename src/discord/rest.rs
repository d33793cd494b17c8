//! The REST calls: one attempt each, under a deadline, with Discord's errors read.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::limits::Limits;
use crate::domain::ports::Undelivered;
use crate::http::{Http, Method, RetryPolicy, header};

/// For every call. Long enough for a slow answer, short enough that a letter's lease outlives it.
const DEADLINE: Duration = Duration::from_secs(10);
/// A limit that ends this soon is waited for; a longer one is the caller's to plan.
const SHORT_WAIT: Duration = Duration::from_secs(1);
/// Discord blocks callers without one of this form (<https://discord.com/developers/docs/reference#user-agent>).
const USER_AGENT: &str = concat!("DiscordBot (ChatCal, ", env!("CARGO_PKG_VERSION"), ")");

pub(super) struct Rest {
    http: Http,
    base: Url,
    token: SecretString,
    limits: Limits,
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").finish_non_exhaustive()
    }
}

/// One call. Its path may hold an interaction's token, so neither is ever printed.
pub(super) struct Call {
    method: Method,
    path: String,
    /// What Discord counts limits by: method, and path with the channel or webhook but without the message.
    route: String,
    body: Option<Value>,
    /// Answers to interactions carry their own token in the path.
    anonymous: bool,
}

impl Call {
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            route: format!("{method} {path}"),
            method,
            path,
            body: None,
            anonymous: false,
        }
    }

    pub fn body(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_value(body).expect("what the builders make has text keys"));
        self
    }

    pub fn route(mut self, route: impl Into<String>) -> Self {
        self.route = route.into();
        self
    }

    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
}

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("{reason}")]
    Later {
        retry_after: Option<Duration>,
        reason: String,
        /// Discord may have done it all the same.
        unsure: bool,
    },
    /// Discord's word on the request itself; `code` is its JSON error code, 0 where it gave none
    /// (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes>).
    #[error("HTTP {status}, code {code}: {message}")]
    Refused { status: u16, code: u64, message: String },
}

impl Problem {
    /// The bot's own token is not (any more) valid.
    pub fn is_bad_token(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                status: 401,
                code: 0,
                ..
            }
        )
    }
}

/// An interaction's token is over, by a code that comes with status 401 like a bad bot token.
const INVALID_WEBHOOK_TOKEN: u64 = 50027;
const INVALID_RECIPIENT: u64 = 50033;

impl From<Problem> for Undelivered {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Later {
                retry_after,
                reason,
                unsure,
            } => Self::Later {
                retry_after,
                reason,
                unsure,
            },
            Problem::Refused { status, code, message } => {
                let text = format!("Discord: {message} ({code})");
                match (status, code) {
                    (401, INVALID_WEBHOOK_TOKEN) | (400, INVALID_RECIPIENT) => Self::WayClosed(text),
                    // 50007 closed direct messages, 10003 and 10015 gone channels and webhooks, 50001 and 50013 missing rights.
                    (403 | 404, 10_000..) => Self::WayClosed(text),
                    (401, _) => Self::Refused("Discord refuses the bot's token (DISCORD_TOKEN)".to_owned()),
                    _ => Self::Refused(text),
                }
            }
        }
    }
}

impl Rest {
    pub fn new(http: Http, base: Url, token: SecretString) -> Self {
        Self {
            http,
            base,
            token,
            limits: Limits::default(),
        }
    }

    pub fn token(&self) -> &SecretString {
        &self.token
    }

    pub async fn get(&self, path: impl Into<String>) -> Result<Value, Problem> {
        self.call(Call::new(Method::GET, path)).await
    }

    /// Makes one call; the answer is [`Value::Null`] where Discord sends none.
    pub async fn call(&self, call: Call) -> Result<Value, Problem> {
        if let Some(wait) = self.limits.wait(&call.route, Instant::now()) {
            if wait > SHORT_WAIT {
                return Err(limited(wait));
            }
            tokio::time::sleep(wait).await;
        }
        let url = format!("{}{}", self.base.as_str().trim_end_matches('/'), call.path);
        let policy = RetryPolicy::once(DEADLINE);
        let sent = self.http.send(&policy, |client| {
            let mut request = client
                .request(call.method.clone(), &url)
                .header(header::USER_AGENT, USER_AGENT);
            if !call.anonymous {
                request = request.header(header::AUTHORIZATION, format!("Bot {}", self.token.expose_secret()));
            }
            match &call.body {
                Some(body) => request.json(body),
                None => request,
            }
        });
        let answer = sent.await.map_err(|none| Problem::Later {
            retry_after: none.retry_after,
            reason: format!("Discord: {none}"),
            unsure: none.may_be_done(),
        })?;
        if let Some(wait) = self.limits.learn(&call.route, &answer, Instant::now()) {
            return Err(limited(wait));
        }
        match answer.status.as_u16() {
            200..=299 => Ok(answer.json().unwrap_or_default()),
            status @ (408 | 500..) => Err(Problem::Later {
                retry_after: answer.retry_after,
                reason: format!("Discord: HTTP {status}"),
                unsure: true,
            }),
            status => {
                let body: Value = answer.json().unwrap_or_default();
                let code = body["code"].as_u64().unwrap_or_default();
                // A refusal without Discord's JSON is the proxy's in front of it, which blocks for a while.
                if status == 403 && code == 0 {
                    return Err(Problem::Later {
                        retry_after: None,
                        reason: "Discord: HTTP 403 from its proxy".to_owned(),
                        unsure: false,
                    });
                }
                let message = body["message"].as_str().unwrap_or("no reason given").to_owned();
                Err(Problem::Refused { status, code, message })
            }
        }
    }
}

fn limited(wait: Duration) -> Problem {
    Problem::Later {
        retry_after: Some(wait),
        reason: "Discord: rate limited".to_owned(),
        unsure: false,
    }
}
