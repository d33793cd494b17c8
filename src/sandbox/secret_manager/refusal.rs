//! How Secret Manager says no: Google's JSON form for errors, with the status's name. The messages are those of the real service.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::world::State;

/// The number of the project, which stands in every name that the service gives back; requests may name its id instead.
pub const PROJECT_NUMBER: &str = "123456789012";

#[derive(Clone, Debug)]
pub struct Refusal {
    status: StatusCode,
    name: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, name: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            name,
            message: message.into(),
        }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", message)
    }

    pub fn unknown_parameter(name: &str) -> Self {
        Self::invalid(format!(
            "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."
        ))
    }

    pub fn no_secret(id: &str) -> Self {
        let message = format!("Secret [projects/{PROJECT_NUMBER}/secrets/{id}] not found.");
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub fn no_versions(id: &str) -> Self {
        let message = format!("Secret [projects/{PROJECT_NUMBER}/secrets/{id}] not found or has no versions.");
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub fn no_version(id: &str, number: usize) -> Self {
        let message = format!("Secret Version [projects/{PROJECT_NUMBER}/secrets/{id}/versions/{number}] not found.");
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub fn in_state(id: &str, number: usize, state: State) -> Self {
        let message = format!(
            "Secret Version [projects/{PROJECT_NUMBER}/secrets/{id}/versions/{number}] is in {} state.",
            state.wire().0
        );
        Self::new(StatusCode::BAD_REQUEST, "FAILED_PRECONDITION", message)
    }

    pub fn exists(id: &str) -> Self {
        let message = format!("Secret [projects/{PROJECT_NUMBER}/secrets/{id}] already exists.");
        Self::new(StatusCode::CONFLICT, "ALREADY_EXISTS", message)
    }

    pub fn forbidden(project: &str) -> Self {
        let message = format!("Permission denied on resource project {project}.");
        Self::new(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
    }

    pub fn quota() -> Self {
        let message = "Quota exceeded for quota metric 'Access requests' and limit 'Access requests per minute' of service \
                       'secretmanager.googleapis.com'.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", message)
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn body(&self) -> String {
        let error = json!({ "code": self.status.as_u16(), "message": self.message, "status": self.name });
        json!({ "error": error }).to_string()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body: serde_json::Value = serde_json::from_str(&self.body()).unwrap_or_default();
        (self.status, Json(body)).into_response()
    }
}

/// An address or a method that the stand-in does not have.
pub async fn no_such_address() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Method not found.")
}
