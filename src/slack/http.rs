//! Signed HTTP: the three addresses that Slack delivers to.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, Utc};
use url::form_urlencoded;

use super::command::{self, Command};
use super::event::Delivered;
use super::intake::Intake;
use super::interaction::Interaction;
use super::lenient;
use super::signature::{Claim, Disbelief};

/// The largest body that is read; Slack's own stay far below.
const LARGEST: usize = 1 << 20;

/// How long a body may take to arrive. Slack itself gives up after three seconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// `/slack/events`, `/slack/commands` and `/slack/interactions`; nothing when there is no secret to check signatures with.
pub fn routes(intake: Arc<Intake>) -> Router {
    if intake.verifier.is_none() {
        return Router::new();
    }
    Router::new()
        .route("/slack/events", post(events))
        .route("/slack/commands", post(commands))
        .route("/slack/interactions", post(interactions))
        .with_state(intake)
}

/// Slack sends an event again when it is refused; a malformed one would come back the same.
async fn events(State(intake): State<Arc<Intake>>, request: Verified) -> Result<Response, Refusal> {
    let delivered: Delivered = lenient::read(&request.body).map_err(|_| Refusal::Unreadable)?;
    if let (Some(challenge), "url_verification") = (&delivered.challenge, delivered.kind.as_str()) {
        return Ok(challenge.clone().into_response());
    }
    if let Some(incoming) = delivered.incoming(&intake.api) {
        intake.ear.hear(incoming).await.map_err(|_| Refusal::NotHeard)?;
    }
    Ok(StatusCode::OK.into_response())
}

/// Slack sends a command once, so the person is asked to send it again when it could not be kept.
async fn commands(State(intake): State<Arc<Intake>>, request: Verified) -> Result<Response, Refusal> {
    let Some(command) = Command::of_form(&request.body) else {
        return Ok(StatusCode::OK.into_response());
    };
    let incoming = command
        .incoming(request.signed_at, &intake.api)
        .ok_or(Refusal::Unreadable)?;
    Ok(match intake.ear.hear(incoming).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(_) => axum::Json(command::not_taken()).into_response(),
    })
}

/// Slack sends a press once; a refusal shows the person a warning sign on the button.
async fn interactions(State(intake): State<Arc<Intake>>, request: Verified) -> Result<StatusCode, Refusal> {
    let mut form = form_urlencoded::parse(&request.body);
    let payload = form.find(|(name, _)| name == "payload").ok_or(Refusal::Unreadable)?.1;
    let interaction: Interaction = lenient::read(payload.as_bytes()).map_err(|_| Refusal::Unreadable)?;
    if let Some(incoming) = interaction.incoming(request.signed_at, &intake.api) {
        intake.ear.hear(incoming).await.map_err(|_| Refusal::NotHeard)?;
    }
    Ok(StatusCode::OK)
}

/// The body of a request that Slack signed, just now, and nobody has changed. There is no other way to get at one.
struct Verified {
    body: Bytes,
    /// When Slack sent it, to the second.
    signed_at: DateTime<Utc>,
}

/// Why a request was not taken.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Disbelieved(#[from] Disbelief),
    #[error("larger than {LARGEST} bytes")]
    TooLarge,
    #[error("the body did not arrive in time")]
    TooSlow,
    #[error("not what Slack sends")]
    Unreadable,
    #[error("could not be stored")]
    NotHeard,
}

impl FromRequest<Arc<Intake>> for Verified {
    type Rejection = Refusal;

    async fn from_request(request: Request, intake: &Arc<Intake>) -> Result<Self, Refusal> {
        let verifier = intake.verifier.as_ref().ok_or(Disbelief::Unsigned)?;
        let (head, body) = request.into_parts();
        let claim = Claim::read(&head.headers, intake.clock.now())?;
        let declared = head.headers.get(header::CONTENT_LENGTH);
        let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if declared.is_some_and(|length| length > LARGEST) {
            return Err(Refusal::TooLarge);
        }
        let body = match tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST)).await {
            Ok(body) => body.map_err(|_| Refusal::TooLarge)?,
            Err(_) => return Err(Refusal::TooSlow),
        };
        verifier.check(&claim, &body)?;
        Ok(Self {
            body,
            signed_at: claim.signed_at,
        })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        tracing::warn!(reason = %self, "a request to Slack's addresses was refused");
        match self {
            Self::Disbelieved(_) => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::NotHeard => StatusCode::SERVICE_UNAVAILABLE,
        }
        .into_response()
    }
}
