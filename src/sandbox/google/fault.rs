//! Trouble on order: what an endpoint does instead of, or after, its work.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use tokio::sync::Semaphore;

/// One thing that the stand-in can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Auth,
    Decide,
    Token,
    Revoke,
    Certs,
    Userinfo,
    EventsList,
    EventsGet,
    EventsInsert,
    EventsPatch,
    EventsDelete,
    /// The page that draws a calendar.
    Week,
    /// An address that the stand-in does not have.
    Other,
}

impl Endpoint {
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("GET" | "HEAD", ["o", "oauth2", "v2", "auth"]) => Self::Auth,
            ("POST", ["o", "oauth2", "v2", "auth", "decide"]) => Self::Decide,
            ("POST", ["token"]) => Self::Token,
            ("POST", ["revoke"]) => Self::Revoke,
            ("GET", ["certs"]) => Self::Certs,
            ("GET", ["userinfo"]) => Self::Userinfo,
            ("GET", ["calendar", "v3", "calendars", _, "events"]) => Self::EventsList,
            ("POST", ["calendar", "v3", "calendars", _, "events"]) => Self::EventsInsert,
            ("GET", ["calendar", "v3", "calendars", _, "events", _]) => Self::EventsGet,
            ("PATCH", ["calendar", "v3", "calendars", _, "events", _]) => Self::EventsPatch,
            ("DELETE", ["calendar", "v3", "calendars", _, "events", _]) => Self::EventsDelete,
            ("GET" | "HEAD", ["calendar", _]) => Self::Week,
            _ => Self::Other,
        }
    }
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This answer instead of the work.
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// No answer until the caller gives up or the stand-in stops.
    Hang,
    /// The connection is reset before anything is done.
    Reset,
    /// The work is done, then the connection is reset instead of an answer.
    DropAnswer,
    /// The work is done, and the answer breaks off in its middle though its length says that it is whole.
    Truncate,
    /// The work is done after this long.
    Delay(Duration),
    /// The work waits for a gate (see [`super::Google::hold`]).
    Hold(Arc<Semaphore>),
}

impl Fault {
    /// A bare status.
    pub fn status(status: u16) -> Self {
        Self::answer(status, "text/plain", String::new())
    }

    /// What a broken proxy in front of Google says.
    pub fn html(status: u16) -> Self {
        Self::answer(
            status,
            "text/html; charset=UTF-8",
            "<!DOCTYPE html><html lang=en><title>Error (Server Error)!!1</title><p>That’s an error.</html>".to_owned(),
        )
    }

    /// The Calendar API's error of that status and reason, such as 403 `rateLimitExceeded`.
    pub fn api(status: u16, reason: &str) -> Self {
        let inner = json!({ "domain": "global", "reason": reason, "message": reason });
        let body = json!({ "error": { "errors": [inner], "code": status, "message": reason } });
        Self::answer(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// The token endpoint's error, such as 400 `invalid_grant`.
    pub fn oauth(status: u16, error: &str) -> Self {
        let body = json!({ "error": error, "error_description": "Asked for by a test." });
        Self::answer(status, "application/json; charset=utf-8", body.to_string())
    }

    /// Adds `Retry-After` in seconds to an answer.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push(("retry-after".to_owned(), seconds.to_string()));
        }
        self
    }

    fn answer(status: u16, kind: &str, body: String) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body,
        }
    }
}

/// What is still to go wrong, by endpoint.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<HashMap<Endpoint, VecDeque<(Fault, usize)>>>);

impl Faults {
    pub fn add(&self, endpoint: Endpoint, fault: Fault, times: usize) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.entry(endpoint).or_default().push_back((fault, times));
    }

    pub fn clear(&self, endpoint: Endpoint) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&endpoint);
    }

    pub fn take(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = faults.get_mut(&endpoint)?;
        while waiting.front().is_some_and(|(_, times)| *times == 0) {
            waiting.pop_front();
        }
        let (fault, times) = waiting.front_mut()?;
        *times -= 1;
        Some(fault.clone())
    }
}
