//! How Google says no: its JSON for the API, its JSON for tokens. The messages are those of the real service.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal by the Calendar API.
#[derive(Clone, Debug)]
pub struct Refusal {
    status: u16,
    reason: &'static str,
    message: String,
    location: Option<(&'static str, String)>,
}

impl Refusal {
    fn new(status: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            message: message.into(),
            location: None,
        }
    }

    fn at(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.location = Some((kind, name.into()));
        self
    }

    pub fn unauthenticated() -> Self {
        Self::new(401, "authError", "Invalid Credentials").at("header", "Authorization")
    }

    pub fn missing_scope() -> Self {
        Self::new(
            403,
            "insufficientPermissions",
            "Request had insufficient authentication scopes.",
        )
    }

    pub fn not_found() -> Self {
        Self::new(404, "notFound", "Not Found")
    }

    pub fn duplicate() -> Self {
        Self::new(409, "duplicate", "The requested identifier already exists.")
    }

    pub fn deleted() -> Self {
        Self::new(410, "deleted", "Resource has been deleted")
    }

    pub fn changed_since() -> Self {
        Self::new(412, "conditionNotMet", "Precondition Failed").at("header", "If-Match")
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }

    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(400, "required", message)
    }

    pub fn empty_range() -> Self {
        Self::new(400, "timeRangeEmpty", "The specified time range is empty.").at("parameter", "timeMax")
    }

    pub fn unknown_parameter(name: &str) -> Self {
        Self::invalid(format!(
            "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."
        ))
        .at("parameter", name)
    }

    pub fn unknown_field(path: &str) -> Self {
        Self::invalid(format!(
            "Invalid JSON payload received. Unknown name \"{path}\": Cannot find field."
        ))
    }

    /// Real, but not drawn here: said plainly, so that a test cannot pass on something that was never modelled.
    pub fn not_modelled(what: &str) -> Self {
        Self::invalid(format!("The stand-in does not model {what}."))
    }

    fn body(&self) -> Value {
        let mut inner = json!({ "domain": "global", "reason": self.reason, "message": self.message });
        if let Some((kind, name)) = &self.location {
            inner["locationType"] = json!(kind);
            inner["location"] = json!(name);
        }
        let mut error = json!({ "code": self.status, "message": self.message, "errors": [inner] });
        match self.status {
            401 => {
                error["message"] = json!(
                    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid \
                     authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
                );
                error["status"] = json!("UNAUTHENTICATED");
            }
            403 => error["status"] = json!("PERMISSION_DENIED"),
            _ => {}
        }
        json!({ "error": error })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(self.body())).into_response()
    }
}

/// A refusal by the token endpoints (RFC 6749 section 5.2, with Google's own codes and descriptions).
#[derive(Clone, Debug)]
pub struct TokenRefusal {
    status: u16,
    error: &'static str,
    description: String,
}

impl TokenRefusal {
    pub fn new(status: u16, error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status,
            error,
            description: description.into(),
        }
    }

    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", description)
    }

    pub fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(400, "invalid_grant", description)
    }

    /// What a refresh token that has ended is answered with.
    pub fn ended() -> Self {
        Self::invalid_grant("Token has been expired or revoked.")
    }
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = json!({ "error": self.error, "error_description": self.description });
        (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}

/// An address or a method that the stand-in does not have.
pub async fn not_found() -> Refusal {
    Refusal::not_found()
}
