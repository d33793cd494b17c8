//! What operators and their machines look at.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Web;

/// Something that people depend on: a store, a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// What is wrong with it, in words without secrets; `None` when nothing is.
    pub trouble: Option<String>,
    /// Without it people are not served. Of several places for credentials, one is enough.
    pub vital: bool,
}

/// `GET /readyz`: a line for each part; 503 while a vital one is in trouble.
pub async fn ready(State(web): State<Arc<Web>>) -> Response {
    let parts = (web.parts)().await;
    let status = if parts.iter().all(|part| part.trouble.is_none() || !part.vital) {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let lines: String = parts
        .iter()
        .map(|part| format!("{}: {}\n", part.name, part.trouble.as_deref().unwrap_or("ok")))
        .collect();
    (status, lines).into_response()
}

/// `GET /metrics`
pub async fn metrics(State(web): State<Arc<Web>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, (web.metrics)()).into_response()
}
