//! The wire of the Web API and of `response_url`s: arguments in, Slack's JSON out, faults in between.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request as Incoming, State as Shelf};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::{Shared, deliver};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method's name; `response_url` for an answer at one.
    pub method: String,
    /// Its arguments, from the query or the body.
    pub arguments: Value,
    pub status: u16,
    /// What went wrong, in Slack's code.
    pub error: Option<String>,
}

/// What may befall a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Slack's own error code, with status 200 (404 at a `response_url`); nothing happens.
    Error(&'static str),
    /// 429: come back after so many seconds.
    Limited { retry_after: u64 },
    /// A bare status from something in front of Slack.
    Status(u16),
    /// It is done, and then the answer is lost: a 502 comes from the proxy in front.
    AnswerLost,
    /// It is never answered.
    Hangs,
    /// It is done, and never answered.
    DoneAndHangs,
}

/// Slack's error code, and in what way.
#[derive(Debug)]
pub(super) struct Refusal {
    pub code: String,
    pub about: Option<String>,
}

impl From<&str> for Refusal {
    fn from(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            about: None,
        }
    }
}

pub(super) type Answer = Result<Value, Refusal>;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new().fallback(answer).with_state(shared);
    // Ends with its task, when the stand-in is dropped.
    let _ = axum::serve(listener, router).await;
}

async fn answer(Shelf(shared): Shelf<Arc<Shared>>, request: Incoming) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = head.uri.path();
    let hook = path.strip_prefix('/').filter(|path| path.starts_with("actions/"));
    let method = match hook {
        Some(_) => "response_url",
        None => path.strip_prefix("/api/").unwrap_or_default(),
    };
    let fault = shared.state.change(|state| state.fault(method));
    if matches!(fault, Some(Fault::Hangs)) {
        std::future::pending::<()>().await;
    }
    let arguments = arguments(&head.method, &head.headers, head.uri.query(), &body);
    let recorded = arguments
        .as_ref()
        .map_or(Value::Null, |fields| Value::Object(fields.clone()));
    let socket_url = format!("ws://{}/link", shared.gateway);
    let (result, echo) = shared.state.change(|state| {
        let result = match (&fault, arguments) {
            (Some(Fault::Error(code)), _) => Err(Refusal::from(*code)),
            (Some(Fault::Limited { .. }), _) => Err(Refusal::from("ratelimited")),
            (Some(Fault::Status(_)), _) => Err(Refusal::from("(a bare status)")),
            (_, Err(refusal)) => Err(refusal),
            (_, Ok(fields)) => match hook {
                Some(path) => state.respond(path, &fields),
                None => state
                    .authorised(method, &head.headers)
                    .and_then(|()| state.call(method, &fields, &socket_url)),
            },
        };
        let echo = result.as_ref().ok().and_then(|_| state.echo(method, &recorded));
        (result, echo)
    });
    if let Some(event) = echo {
        deliver::event(&shared, event);
    }
    let hangs = matches!(fault, Some(Fault::DoneAndHangs));
    let mut response = respond(hook.is_some(), fault.as_ref(), &result);
    if hook.is_none() && result.is_ok() {
        let scopes = shared.state.change(|state| state.scopes());
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    shared.state.change(|state| {
        state.requests.push(Request {
            method: method.to_owned(),
            arguments: recorded,
            status: response.status().as_u16(),
            error: result.err().map(|refusal| refusal.code),
        });
    });
    if hangs {
        std::future::pending::<()>().await;
    }
    response
}

fn respond(at_hook: bool, fault: Option<&Fault>, result: &Answer) -> Response {
    let html = |status: u16| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (
            status,
            [(header::CONTENT_TYPE, "text/html")],
            "<html>from the proxy</html>",
        )
            .into_response()
    };
    match fault {
        Some(Fault::Status(status)) => return html(*status),
        Some(Fault::AnswerLost) => return html(502),
        _ => {}
    }
    let (status, body) = match result {
        Ok(_) if at_hook => return "ok".into_response(),
        Ok(answer) => (StatusCode::OK, answer.clone()),
        Err(refusal) => {
            let mut body = json!({ "ok": false, "error": refusal.code });
            if let Some(about) = &refusal.about {
                body["response_metadata"] = json!({ "messages": [format!("[ERROR] {about}")] });
            }
            match fault {
                Some(Fault::Limited { .. }) => (StatusCode::TOO_MANY_REQUESTS, body),
                _ if at_hook => (StatusCode::NOT_FOUND, body),
                _ => (StatusCode::OK, body),
            }
        }
    };
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    let mut response = (status, kind, body.to_string()).into_response();
    if let Some(Fault::Limited { retry_after }) = fault {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, (*retry_after).into());
    }
    response
}

/// The arguments: a query, a form or JSON.
fn arguments(
    method: &Method,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &Bytes,
) -> Result<Map<String, Value>, Refusal> {
    let form = |text: &[u8]| {
        let pairs = url::form_urlencoded::parse(text);
        pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect()
    };
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    match (method, kind.split(';').next().unwrap_or_default().trim()) {
        (&Method::GET, _) => Ok(form(query.unwrap_or_default().as_bytes())),
        (&Method::POST, "application/json") => serde_json::from_slice(body).map_err(|_| Refusal::from("invalid_json")),
        (&Method::POST, "application/x-www-form-urlencoded") => Ok(form(body)),
        (&Method::POST, _) => Err(Refusal::from("invalid_post_type")),
        _ => Err(Refusal::from("invalid_request")),
    }
}
