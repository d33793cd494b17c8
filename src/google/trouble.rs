//! What can go wrong at Google, sorted by what the caller must do about it. Nothing here ever holds a secret.
//!
//! The reasons are Google's: <https://developers.google.com/workspace/calendar/api/guides/errors> for Calendar, RFC 6749 section
//! 5.2 and <https://developers.google.com/identity/protocols/oauth2/web-server#handling-errors> for OAuth.

use std::time::Duration;

use serde::Deserialize;

use super::text;
use crate::http::{Answer, NoAnswer, StatusCode};

/// Why Google did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Google ended the grant: the person has to sign in again. Only `invalid_grant` for a refresh token ever means this.
    #[error("the grant has ended: {reason}")]
    Revoked { reason: String },
    /// Google, or the way there, is down or too busy: try later. Says nothing about the grant.
    #[error("unreachable: {what}")]
    Unreachable {
        retry_after: Option<Duration>,
        what: String,
    },
    /// The OAuth client or the Google project is set up wrongly: the operator has to mend it.
    #[error("set up wrongly: {what}")]
    Misconfigured { what: String },
    /// The person's own organisation does not allow it: its administrator decides.
    #[error("not allowed by the organisation: {what}")]
    Policy { what: String },
    /// The access token is not accepted: refresh it once, then try again.
    #[error("the access token was not accepted")]
    Unauthorized,
    /// The grant lacks the calendar permission: ask for consent again.
    #[error("the calendar permission is missing")]
    MissingScope,
    #[error("no such event")]
    NotFound,
    /// The event has been deleted before.
    #[error("the event is deleted")]
    Gone,
    /// An event of that id exists already.
    #[error("the event exists already")]
    Duplicate,
    /// The event is no longer as we left it.
    #[error("the event was edited")]
    Edited,
    /// Google refuses this very request, in its own words; the same again ends the same way.
    #[error("refused: {reason}")]
    Refused { reason: String },
    /// An id_token that proves nothing: refuse the sign-in, and write it into the audit.
    #[error("the id_token is not acceptable: {why}")]
    BadIdToken { why: &'static str },
}

impl Trouble {
    pub(super) fn unreachable(what: impl Into<String>) -> Self {
        Self::Unreachable {
            retry_after: None,
            what: what.into(),
        }
    }

    fn passing(answer: &Answer, who: &str) -> Self {
        Self::Unreachable {
            retry_after: answer.retry_after,
            what: format!("{who} answered {}", answer.status.as_u16()),
        }
    }
}

impl From<NoAnswer> for Trouble {
    fn from(none: NoAnswer) -> Self {
        Self::Unreachable {
            retry_after: none.retry_after,
            what: none.to_string(),
        }
    }
}

/// Whether the answer says "later": too many requests, or a failure of the server's own.
pub(super) fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

/// A refusal by the Calendar API: `{"error": {"code", "message", "errors": [{"reason"}], "details": [{"reason"}]}}`.
#[derive(Deserialize)]
struct CalendarRefusal {
    error: CalendarError,
}

#[derive(Deserialize)]
struct CalendarError {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Reason>,
    #[serde(default)]
    details: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

impl CalendarError {
    fn has(&self, reasons: &[&str]) -> bool {
        let mut all = self.errors.iter().chain(&self.details);
        all.any(|item| reasons.contains(&item.reason.as_str()))
    }
}

const RATE_LIMITS: [&str; 3] = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"];

/// Google says "too many requests" with 403 as well.
pub(super) fn is_throttled(answer: &Answer) -> bool {
    answer.status == StatusCode::FORBIDDEN
        && answer
            .json::<CalendarRefusal>()
            .is_ok_and(|refusal| refusal.error.has(&RATE_LIMITS))
}

/// Sorts an answer of the Calendar API that is not a success.
pub(super) fn of_calendar(answer: &Answer) -> Trouble {
    if is_passing(answer.status) {
        return Trouble::passing(answer, "Google Calendar");
    }
    // A page of some proxy in between is nobody's refusal.
    let Ok(CalendarRefusal { error }) = answer.json() else {
        return Trouble::passing(answer, "something other than Google Calendar");
    };
    match answer.status {
        StatusCode::UNAUTHORIZED => Trouble::Unauthorized,
        StatusCode::FORBIDDEN => of_forbidden(&error, answer),
        StatusCode::NOT_FOUND => Trouble::NotFound,
        StatusCode::CONFLICT => Trouble::Duplicate,
        StatusCode::GONE => Trouble::Gone,
        StatusCode::PRECONDITION_FAILED => Trouble::Edited,
        _ => Trouble::Refused {
            reason: text::reason(&error.message),
        },
    }
}

fn of_forbidden(error: &CalendarError, answer: &Answer) -> Trouble {
    let said = text::reason(&error.message);
    if error.has(&RATE_LIMITS) {
        Trouble::passing(answer, "Google Calendar, asked too often,")
    } else if error.has(&["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]) {
        Trouble::MissingScope
    } else if error.has(&[
        "accessNotConfigured",
        "SERVICE_DISABLED",
        "dailyLimitExceeded",
        "dailyLimitExceededUnreg",
    ]) {
        Trouble::Misconfigured { what: said }
    } else if error.has(&["domainPolicy", "domainCannotUseApis", "insufficientAudience"]) {
        Trouble::Policy { what: said }
    } else {
        Trouble::Refused { reason: said }
    }
}

/// A refusal by an OAuth endpoint (RFC 6749, section 5.2), with Google's own `error_subtype`.
#[derive(Deserialize)]
struct OAuthRefusal {
    error: String,
    #[serde(default)]
    error_subtype: String,
    #[serde(default)]
    error_description: String,
}

/// What was asked of the OAuth endpoint: `invalid_grant` means something else for a code than for a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    Exchange,
    Refresh,
    Revoke,
}

/// Sorts an answer of an OAuth endpoint that is not a success.
pub(super) fn of_oauth(answer: &Answer, errand: Errand) -> Trouble {
    if is_passing(answer.status) {
        return Trouble::passing(answer, "Google's sign-in");
    }
    let Ok(refusal) = answer.json::<OAuthRefusal>() else {
        return Trouble::passing(answer, "something other than Google's sign-in");
    };
    let said = text::reason(&format!("{} {}", refusal.error, refusal.error_description));
    // A session that the organisation limits ends in `invalid_grant` too.
    let reauthentication =
        refusal.error_subtype == "invalid_rapt" || refusal.error_description.contains("invalid_rapt");
    match refusal.error.as_str() {
        "invalid_grant" if reauthentication => Trouble::Policy { what: said },
        "invalid_grant" if errand == Errand::Refresh => Trouble::Revoked { reason: said },
        error => named(error, said),
    }
}

/// Sorts the `error` that Google's consent page sends back to the redirect address; `None` when the person just said no.
pub(super) fn of_callback(error: &str) -> Option<Trouble> {
    (error != "access_denied").then(|| named(error, text::reason(error)))
}

fn named(error: &str, said: String) -> Trouble {
    match error {
        "invalid_client"
        | "unauthorized_client"
        | "redirect_uri_mismatch"
        | "invalid_redirect_uri"
        | "deleted_client"
        | "disabled_client"
        | "unsupported_grant_type"
        | "invalid_scope" => Trouble::Misconfigured { what: said },
        "admin_policy_enforced" | "org_internal" | "access_denied" | "invalid_rapt" | "rapt_required" => {
            Trouble::Policy { what: said }
        }
        "temporarily_unavailable" | "server_error" | "internal_failure" => Trouble::unreachable(said),
        _ => Trouble::Refused { reason: said },
    }
}
