//! The road to the bot: signed HTTP or a socket, with Slack's manners about attempts and acknowledgements.

use std::sync::Arc;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::time::timeout;

use super::Shared;
use super::state::{SIGNING_SECRET, State};

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Event,
    Command,
    Interaction,
}

/// How one attempt to deliver ended.
#[derive(Clone, Debug)]
pub struct Served {
    pub kind: Kind,
    /// The first is 0.
    pub attempt: usize,
    /// `None` when there was no answer in time, or nobody to ask. 200 for an acknowledgement over a socket.
    pub status: Option<u16>,
    /// What came with it.
    pub body: String,
    /// How long the answer took.
    pub took: Duration,
}

/// Sends an event until it is acknowledged or Slack's patience ends.
pub(super) fn event(shared: &Arc<Shared>, envelope: Value) {
    if let Some(ts) = envelope["event"]["ts"].as_str() {
        shared.state.look().events.insert(ts.to_owned(), envelope.clone());
    }
    let pauses = shared.state.look().rules.retries.clone();
    start(shared, Kind::Event, envelope, pauses);
}

/// Sends what was delivered before once more, under another event id.
pub(super) fn redeliver(shared: &Arc<Shared>, ts: &str) {
    let again = shared.state.change(|state| {
        let inner = state.events.get(ts)?["event"].clone();
        Some(state.envelope(inner))
    });
    if let Some(again) = again {
        event(shared, again);
    }
}

/// Sends a command or a press, once.
pub(super) fn interaction(shared: &Arc<Shared>, kind: Kind, payload: Value) {
    start(shared, kind, payload, Vec::new());
}

fn start(shared: &Arc<Shared>, kind: Kind, payload: Value, pauses: Vec<Duration>) {
    shared.state.change(|state| state.in_flight += 1);
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        deliver(&shared, kind, &payload, &pauses).await;
        shared.state.change(|state| state.in_flight -= 1);
    });
}

async fn deliver(shared: &Shared, kind: Kind, payload: &Value, pauses: &[Duration]) {
    for attempt in 0..=pauses.len() {
        if let Some(pause) = attempt.checked_sub(1).and_then(|last| pauses.get(last)) {
            tokio::time::sleep(*pause).await;
        }
        let begun = Instant::now();
        let (status, body) = attempt_once(shared, kind, payload, attempt).await;
        let served = Served {
            kind,
            attempt,
            status,
            body,
            took: begun.elapsed(),
        };
        shared.state.change(|state| state.served.push(served));
        if status.is_some_and(|status| (200..300).contains(&status)) {
            return;
        }
    }
}

async fn attempt_once(shared: &Shared, kind: Kind, payload: &Value, attempt: usize) -> (Option<u16>, String) {
    let patience = shared.state.look().rules.acknowledge_within;
    let over_socket = shared.state.change(|state| {
        let number = state.count();
        state.sockets.send(number, kind, payload, attempt)
    });
    if let Some((envelope_id, acknowledged)) = over_socket {
        let answer = timeout(patience, acknowledged).await;
        shared.state.change(|state| state.sockets.forget(&envelope_id));
        return match answer {
            Ok(Ok(body)) => (Some(200), body),
            _ => (None, String::new()),
        };
    }
    let Some(request) = shared.state.look().signed(kind, payload, attempt, &shared.client) else {
        return (None, String::new());
    };
    let exchange = async {
        let response = request.send().await.ok()?;
        Some((response.status().as_u16(), response.text().await.unwrap_or_default()))
    };
    match timeout(patience, exchange).await {
        Ok(Some((status, body))) => (Some(status), body),
        _ => (None, String::new()),
    }
}

impl State {
    /// Whether anything could be delivered now.
    pub(super) fn reachable(&self) -> bool {
        self.bot_url.is_some() || !self.sockets.is_empty()
    }

    fn signed(
        &self,
        kind: Kind,
        payload: &Value,
        attempt: usize,
        client: &reqwest::Client,
    ) -> Option<reqwest::RequestBuilder> {
        let bot = self.bot_url.as_ref()?;
        let (path, media, body) = match kind {
            Kind::Event => ("events", "application/json", payload.to_string()),
            Kind::Command => ("commands", FORM, form(payload)),
            Kind::Interaction => ("interactions", FORM, form(&json!({ "payload": payload.to_string() }))),
        };
        let timestamp = self.now().timestamp().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).ok()?;
        mac.update(format!("v0:{timestamp}:{body}").as_bytes());
        let signature = format!("v0={}", HEXLOWER.encode(&mac.finalize().into_bytes()));
        let mut request = client
            .post(format!("{bot}/slack/{path}"))
            .header("content-type", media)
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature);
        if attempt > 0 {
            request = request
                .header("x-slack-retry-num", attempt)
                .header("x-slack-retry-reason", "http_timeout");
        }
        Some(request.body(body))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn form(fields: &Value) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.as_object().into_iter().flatten() {
        form.append_pair(name, value.as_str().unwrap_or_default());
    }
    form.finish()
}
