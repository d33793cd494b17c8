//! What Google's stand-in can be asked for, and how its APIs put their errors when trouble is ordered.

use axum::http::Method;
use serde_json::json;

pub use crate::sandbox::fault::Fault;

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

impl Fault {
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
}
