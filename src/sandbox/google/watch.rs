//! Every request passes here: it is written down, and may meet the trouble that was ordered for it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::Shared;
use super::fault::Endpoint;
use crate::sandbox::wire::Line;

/// Requests are small; whatever is larger is refused.
const MOST_BYTES: usize = 1 << 20;

/// How many requests the log keeps; the counters go on.
const MOST_KEPT: usize = 20_000;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    pub at: DateTime<Utc>,
    pub endpoint: Endpoint,
    pub method: String,
    pub path_and_query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

#[derive(Debug, Default)]
pub(super) struct Log {
    kept: Mutex<VecDeque<Request>>,
    counts: watch::Sender<HashMap<Endpoint, usize>>,
}

impl Log {
    fn push(&self, request: Request) {
        let endpoint = request.endpoint;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back(request);
        drop(kept);
        self.counts
            .send_modify(|counts| *counts.entry(endpoint).or_default() += 1);
    }

    pub fn all(&self) -> Vec<Request> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }

    pub fn clear(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.counts.send_modify(HashMap::clear);
    }

    pub fn count(&self, endpoint: Endpoint) -> usize {
        self.counts.borrow().get(&endpoint).copied().unwrap_or_default()
    }

    /// Returns once `endpoint` was asked `times` times.
    pub async fn reached(&self, endpoint: Endpoint, times: usize) {
        let mut counts = self.counts.subscribe();
        // The sender lives as long as the log, so waiting cannot fail.
        let _ = counts
            .wait_for(|counts| counts.get(&endpoint).copied().unwrap_or_default() >= times)
            .await;
    }
}

/// The layer around all routes.
pub(super) async fn watch(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: HttpRequest,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let endpoint = Endpoint::of(&parts.method, parts.uri.path());
    shared.log.push(Request {
        at: shared.now(),
        endpoint,
        method: parts.method.to_string(),
        path_and_query: parts.uri.to_string(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let fault = shared.faults.take(endpoint);
    let work = async {
        let changes = !parts.method.is_safe();
        let response = next.run(HttpRequest::from_parts(parts, Body::from(body))).await;
        match changes.then(|| shared.save()) {
            Some(Err(error)) => (StatusCode::INSUFFICIENT_STORAGE, error.to_string()).into_response(),
            _ => response,
        }
    };
    match fault {
        None => work.await,
        Some(fault) => fault.suffer(&line, work).await,
    }
}
