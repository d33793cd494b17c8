//! Trouble on order: what an endpoint of a stand-in does instead of, or after, its work. Imports nothing of ours.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::wire::Line;

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
    /// The work waits for a gate (see [`super::google::Google::hold`]).
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

    /// Adds `Retry-After` in seconds to an answer.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push(("retry-after".to_owned(), seconds.to_string()));
        }
        self
    }

    pub(super) fn answer(status: u16, kind: &str, body: String) -> Self {
        Self::Answer {
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body,
        }
    }

    /// Meets the request with this trouble; `work` is what would have been done without it.
    pub(super) async fn suffer(self, line: &Line, work: impl Future<Output = Response>) -> Response {
        match self {
            Fault::Answer { status, headers, body } => {
                let mut response = Response::builder().status(status);
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                response
                    .body(Body::from(body))
                    .expect("a test orders well-formed answers")
            }
            Fault::Hang => {
                line.server_stopped().await;
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            Fault::Reset => {
                line.cut();
                StatusCode::NO_CONTENT.into_response()
            }
            Fault::DropAnswer => {
                let response = work.await;
                line.cut();
                response
            }
            Fault::Truncate => truncate(work.await).await,
            Fault::Delay(span) => {
                tokio::time::sleep(span).await;
                work.await
            }
            Fault::Hold(gate) => {
                tokio::select! {
                    pass = gate.acquire() => {
                        // An error means that the gate was thrown open for good.
                        if let Ok(pass) = pass {
                            pass.forget();
                        }
                        work.await
                    }
                    () = line.server_stopped() => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                }
            }
        }
    }
}

async fn truncate(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half: Bytes = whole.slice(..whole.len() / 2);
    parts.headers.remove("content-length");
    Response::from_parts(parts, Body::from(half))
}

/// What is still to go wrong, by endpoint.
#[derive(Debug)]
pub(super) struct Faults<E>(Mutex<HashMap<E, VecDeque<(Fault, usize)>>>);

impl<E> Default for Faults<E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<E: Copy + Eq + Hash> Faults<E> {
    pub fn add(&self, endpoint: E, fault: Fault, times: usize) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.entry(endpoint).or_default().push_back((fault, times));
    }

    pub fn clear(&self, endpoint: E) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&endpoint);
    }

    pub fn take(&self, endpoint: E) -> Option<Fault> {
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
