//! The Google room against a scripted server of its own (what is sent, how every kind of answer is sorted), and once through
//! its whole life against the stand-in.

mod booking;
mod faults;
mod reading;
mod sign_in;
mod stand_in;

pub use stand_in::settings_for;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use chatcal::clock::Clock;
use chatcal::domain::booking::{BookingId, Plan};
use chatcal::domain::incoming::Delivery;
use chatcal::domain::person::ZoneSource;
use chatcal::entropy::Entropy;
use chatcal::google::{Calendar, OAuth, Patience};
use chatcal::http::Http;
use chatcal::settings;
use chatcal::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::specs::google_discovery;

/// One scripted answer.
#[derive(Clone)]
enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Never answers.
    Hang,
    /// Begins to answer, and breaks the connection.
    Drop,
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    fn text(status: u16, kind: &str, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.to_owned(),
        }
    }

    fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Answer {
                status,
                mut headers,
                body,
            } => {
                headers.push((name, value.to_owned()));
                Self::Answer { status, headers, body }
            }
            other => other,
        }
    }
}

/// A refusal as the Calendar API writes it.
fn refusal(status: u16, reason: &str) -> Reply {
    let error = json!({
        "code": status,
        "message": format!("Google says {reason}"),
        "errors": [{ "domain": "calendar", "reason": reason, "message": "…" }],
    });
    Reply::json(status, &json!({ "error": error }))
}

/// A request that arrived.
#[derive(Clone)]
struct Seen {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Seen {
    fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn form(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(&self.body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// A server that answers from its script, the last line for ever.
#[derive(Clone)]
struct Script(Arc<Mutex<Lines>>, String);

struct Lines {
    replies: VecDeque<Reply>,
    seen: Vec<Seen>,
}

impl Script {
    async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let lines = Lines {
            replies: replies.into_iter().collect(),
            seen: Vec::new(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script = Self(
            Arc::new(Mutex::new(lines)),
            format!("http://{}", listener.local_addr().unwrap()),
        );
        let app = Router::new().fallback(reply).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        script
    }

    fn then(&self, reply: Reply) {
        self.0.lock().unwrap().replies.push_back(reply);
    }

    fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    /// The requests, and that each is one that Google's own description allows.
    fn lines(&self) -> Vec<String> {
        let calendar = google_discovery("calendar");
        for seen in self.seen() {
            if let Some(calendar) = &calendar {
                let checked = calendar.check_request(seen.method.as_str(), &seen.target, &seen.body);
                assert_eq!(checked, Ok(()), "{}", seen.line());
            }
        }
        let cut = |line: String| line.split('?').next().unwrap_or_default().to_owned();
        self.seen().iter().map(|seen| cut(seen.line())).collect()
    }

    fn settings(&self) -> settings::Google {
        let url = |path: &str| Url::parse(&format!("{}/{path}", self.1)).unwrap();
        settings::Google {
            client_id: CLIENT_ID.to_owned(),
            client_secret: "GOCSPX-canary-secret".into(),
            redirect_uri: Url::parse("http://127.0.0.1:8080/auth/callback").unwrap(),
            auth_url: url("auth"),
            token_url: url("token"),
            revoke_url: url("revoke"),
            jwks_url: url("certs"),
            userinfo_url: url("userinfo"),
            calendar_url: url("calendar/v3/"),
        }
    }

    fn calendar(&self) -> Calendar {
        Calendar::new(http(), &self.settings()).with_patience(QUICK)
    }

    fn oauth(&self) -> OAuth {
        OAuth::new(http(), clock(), &self.settings())
    }
}

async fn reply(State(script): State<Script>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let reply = {
        let mut lines = script.0.lock().unwrap();
        lines.seen.push(Seen {
            method,
            target: uri.to_string(),
            headers,
            body,
        });
        match lines.replies.len() {
            0 => panic!("an unexpected request: {uri}"),
            1 => lines.replies[0].clone(),
            _ => lines.replies.pop_front().unwrap(),
        }
    };
    match reply {
        Reply::Answer { status, headers, body } => {
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Reply::Hang => std::future::pending().await,
        Reply::Drop => Response::new(Body::from_stream(futures_util::stream::once(async {
            Err::<Bytes, _>(std::io::Error::other("dropped"))
        }))),
    }
}

const CLIENT_ID: &str = "123-abc.apps.googleusercontent.com";

/// Long enough for a busy machine, short enough for a test; the hang itself is what is waited for.
const QUICK: Patience = Patience {
    attempt: Duration::from_secs(10),
    total: Duration::from_secs(20),
    first_pause: Duration::from_millis(1),
};

/// For servers that hang.
const HASTY: Patience = Patience {
    attempt: Duration::from_millis(1500),
    ..QUICK
};

fn now() -> DateTime<Utc> {
    at("2026-11-23T09:00:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn clock() -> Clock {
    Clock::manual(now())
}

fn http() -> Http {
    Http::new(clock(), Entropy::seeded(1)).unwrap()
}

fn access() -> SecretString {
    "ya29.canary-access".into()
}

fn booking() -> BookingId {
    BookingId::of(&Delivery("slack|T1|Ev0001".to_owned()))
}

fn plan() -> Plan {
    let start = at("2026-11-24T13:00:00Z");
    Plan {
        id: booking(),
        title: "Lunch".to_owned(),
        start,
        end: start + TimeDelta::minutes(30),
        zone: Zone::named("Europe/Berlin").unwrap(),
        zone_source: ZoneSource::Calendar,
        guests: Vec::new(),
        location: None,
        without_link: false,
    }
}

/// The plan's event as Google answers it.
fn event() -> Value {
    json!({
        "id": booking().as_str(),
        "status": "confirmed",
        "etag": "\"1\"",
        "htmlLink": "https://www.google.com/calendar/event?eid=1",
        "summary": "Lunch",
        "start": { "dateTime": "2026-11-24T14:00:00+01:00", "timeZone": "Europe/Berlin" },
        "end": { "dateTime": "2026-11-24T14:30:00+01:00", "timeZone": "Europe/Berlin" },
        "conferenceData": { "createRequest": { "status": { "statusCode": "pending" } } },
        "extendedProperties": { "private": { "chatcal": booking().as_str() } },
    })
}
