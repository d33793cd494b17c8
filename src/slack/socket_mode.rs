//! Socket Mode: the same deliveries over a websocket that we open, for a bot that nobody outside can reach.
//!
//! The crate's own loop is not used: it hears one envelope at a time, drops what comes behind a `disconnect`, hammers Slack
//! without backoff, and never tells that a token is dead; its types for the envelopes can't be named from outside. Source: Slack's page "Using Socket Mode".

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::command::{self, Command};
use super::event::Delivered;
use super::intake::Intake;
use super::interaction::Interaction;
use super::lenient;
use crate::domain::incoming::Incoming;
use crate::domain::ports::Undelivered;
use crate::entropy::Entropy;
use crate::socket::{Backoff, Deadlines, Link, Lost, State, Status};

/// The most envelopes that are heard at the same time on one connection; more wait on the wire.
const AT_ONCE: usize = 256;

/// How long things take.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub deadlines: Deadlines,
    /// The first wait after a failure; each further one doubles it.
    pub first_wait: Duration,
    /// The longest wait; a connection that lasts longer than this counts as a good one.
    pub longest_wait: Duration,
    /// How long a connection that Slack asked to replace is still listened to, unless Slack ends it before.
    pub linger: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            deadlines: Deadlines::default(),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            linger: Duration::from_secs(120),
        }
    }
}

/// Keeps a connection open for as long as the future lives, and `status` true. Returns only when Slack refuses the token: then
/// `status` is [`State::Fatal`] and says why.
pub async fn run(intake: Arc<Intake>, entropy: Entropy, status: Status, timing: Timing) {
    let mut backoff = Backoff::new(entropy, timing.first_wait, timing.longest_wait);
    // Connections that are being replaced: what still comes through them counts.
    let mut retired = JoinSet::new();
    loop {
        let wait = match open(&intake, &timing).await {
            Ok(link) => {
                status.set(State::Up);
                let opened = Instant::now();
                let mut conversation = Conversation::new(link, Arc::clone(&intake));
                let end = conversation.until_over().await;
                let lasted = opened.elapsed();
                backoff.after_uptime(lasted);
                match end {
                    Over::Replace => {
                        retired.spawn(timeout(timing.linger, async move { conversation.see_out().await }));
                        // A long-lived connection's successor is opened before it ends; a server that only ever says "replace me"
                        // is not hammered.
                        if lasted >= timing.longest_wait {
                            continue;
                        }
                    }
                    Over::Lost(lost) => lose(&status, &lost.to_string()),
                }
                backoff.after_failure()
            }
            Err(NotOpened::Fatal(why)) => {
                tracing::error!(%why, "Slack's Socket Mode is given up");
                status.set(State::Fatal { why });
                while retired.join_next().await.is_some() {}
                return;
            }
            Err(NotOpened::Later { retry_after, why }) => {
                while retired.try_join_next().is_some() {}
                if retired.is_empty() {
                    lose(&status, &why);
                }
                backoff.after_failure().max(retry_after.unwrap_or_default())
            }
        };
        sleep(wait).await;
    }
}

fn lose(status: &Status, why: &str) {
    tracing::warn!(why, "no Socket Mode connection to Slack");
    status.set(State::Down { why: why.to_owned() });
}

/// Why there is no connection.
enum NotOpened {
    Fatal(String),
    Later { retry_after: Option<Duration>, why: String },
}

impl From<Lost> for NotOpened {
    fn from(lost: Lost) -> Self {
        Self::Later {
            retry_after: None,
            why: lost.to_string(),
        }
    }
}

/// A connection that Slack has greeted.
async fn open(intake: &Intake, timing: &Timing) -> Result<Link, NotOpened> {
    let url = intake
        .api
        .open_connection()
        .await
        .map_err(|undelivered| match undelivered {
            Undelivered::Refused(why) => NotOpened::Fatal(why),
            Undelivered::Later {
                retry_after, reason, ..
            } => NotOpened::Later {
                retry_after,
                why: reason,
            },
            Undelivered::WayClosed(why) => NotOpened::Later { retry_after: None, why },
        })?;
    let mut link = Link::open(&url, timing.deadlines).await?;
    let greeting = match timeout(timing.deadlines.open, link.next()).await {
        Ok(frame) => frame?,
        Err(_) => String::new(),
    };
    match lenient::read::<Frame>(greeting.as_bytes()) {
        Ok(frame) if frame.kind == "hello" => Ok(link),
        _ => Err(NotOpened::Later {
            retry_after: None,
            why: "Slack did not say hello".to_owned(),
        }),
    }
}

/// One open connection and what is being heard on it.
struct Conversation {
    link: Link,
    intake: Arc<Intake>,
    /// Each resolves to the acknowledgement that is due; a panic or a failure to store leaves it out, and Slack delivers again.
    hearing: JoinSet<Option<String>>,
}

/// How the main part of a conversation ends.
enum Over {
    /// Slack asks for another connection, and goes on using this one meanwhile.
    Replace,
    Lost(Lost),
}

impl Conversation {
    fn new(link: Link, intake: Arc<Intake>) -> Self {
        Self {
            link,
            intake,
            hearing: JoinSet::new(),
        }
    }

    /// Takes part until Slack asks for another connection.
    async fn until_over(&mut self) -> Over {
        loop {
            match self.step().await {
                Ok(true) => return Over::Replace,
                Ok(false) => {}
                Err(lost) => {
                    self.finish().await;
                    return Over::Lost(lost);
                }
            }
        }
    }

    /// Takes part until the connection ends.
    async fn see_out(&mut self) {
        while self.step().await.is_ok() {}
        self.finish().await;
    }

    /// What was begun is heard, though Slack learns nothing of it on this connection: it delivers again, and that counts once.
    async fn finish(&mut self) {
        while self.hearing.join_next().await.is_some() {}
    }

    /// One frame in, or one acknowledgement out; whether Slack asks for another connection.
    async fn step(&mut self) -> Result<bool, Lost> {
        tokio::select! {
            Some(heard) = self.hearing.join_next() => {
                if let Ok(Some(acknowledgement)) = heard {
                    self.link.send(acknowledgement).await?;
                }
                Ok(false)
            }
            frame = self.link.next(), if self.hearing.len() < AT_ONCE => Ok(self.take(&frame?)),
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let Ok(frame) = lenient::read::<Frame>(text.as_bytes()) else {
            tracing::warn!("Slack sent a frame that is not its own JSON");
            return false;
        };
        if frame.kind == "disconnect" {
            return true;
        }
        if let Some(envelope_id) = frame.envelope_id {
            let intake = Arc::clone(&self.intake);
            self.hearing
                .spawn(async move { hear(&intake, &frame.kind, &envelope_id, frame.payload).await });
        }
        false
    }
}

/// Anything that comes through the socket.
#[derive(Deserialize)]
struct Frame {
    #[serde(rename = "type", default)]
    kind: String,
    envelope_id: Option<String>,
    #[serde(default)]
    payload: Value,
}

/// Hears one envelope; the acknowledgement that it is due, if any.
async fn hear(intake: &Intake, kind: &str, envelope_id: &str, payload: Value) -> Option<String> {
    let acknowledgement = json!({ "envelope_id": envelope_id });
    let Ok(incoming) = read(intake, kind, payload) else {
        tracing::warn!(kind, "Slack sent an envelope that is not what Slack sends");
        return Some(acknowledgement.to_string());
    };
    let heard = match incoming {
        Some(incoming) => intake.ear.hear(incoming).await,
        None => Ok(()),
    };
    match heard {
        Ok(()) => Some(acknowledgement.to_string()),
        Err(_) if kind == "slash_commands" => {
            let answer = command::not_taken();
            Some(json!({ "envelope_id": envelope_id, "payload": answer }).to_string())
        }
        Err(_) => None,
    }
}

fn read(intake: &Intake, kind: &str, payload: Value) -> Result<Option<Incoming>, serde_json::Error> {
    // A socket's envelopes carry no time of sending; they arrive within a moment of it.
    let now = intake.clock.now();
    Ok(match kind {
        "events_api" => serde_json::from_value::<Delivered>(payload)?.incoming(&intake.api),
        "slash_commands" => serde_json::from_value::<Command<'_>>(payload)?.incoming(now, &intake.api),
        "interactive" => serde_json::from_value::<Interaction>(payload)?.incoming(now, &intake.api),
        _ => None,
    })
}
