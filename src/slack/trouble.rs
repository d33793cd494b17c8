//! What Slack's errors ask of us.
//!
//! Source: the "Errors" tables of the methods that `scopes` names. Only Slack's short error code is ever told: the body of an
//! answer may repeat a private message.

use slack_morphism::errors::SlackClientError;

use crate::domain::ports::Undelivered;

/// What is to be done about an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Take the next way.
    Closed,
    /// The same again, later: nothing was done.
    Passing,
    /// The same again, later: but it may have been done all the same.
    Unsure,
    /// Only the operator can mend it; how.
    Operator(&'static str),
}

const TOKEN: &str = "Slack does not accept the token: check SLACK_BOT_TOKEN and SLACK_APP_TOKEN";
const SCOPE: &str = "the app lacks a permission: update it from bot-manifest.yaml and install it again";

/// What kind of call it was: the same error asks for different things.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    /// A Web API method.
    Method,
    /// `apps.connections.open`, which is tried again for as long as there is hope.
    Opening,
    /// An answer at a `response_url`.
    ResponseUrl,
}

impl Call {
    fn on_code(self, code: &str) -> Trouble {
        match (self, of_method(code)) {
            (Self::ResponseUrl, _) if matches!(code, "used_url" | "expired_url" | "invalid_url" | "cancelled") => {
                Trouble::Closed
            }
            (Self::Opening, trouble) if !matches!(trouble, Trouble::Operator(TOKEN | SCOPE)) => Trouble::Passing,
            (_, trouble) => trouble,
        }
    }

    fn on_status(self, status: u16) -> Trouble {
        match (self, status) {
            (Self::Opening, _) | (_, 425 | 429) => Trouble::Passing,
            (_, 408 | 500..) => Trouble::Unsure,
            // Anything else that is wrong with a response_url is wrong with it for good.
            (Self::ResponseUrl, _) => Trouble::Closed,
            (Self::Method, _) => Trouble::Operator("check SLACK_API_URL"),
        }
    }
}

/// By the error code of a Web API method.
fn of_method(code: &str) -> Trouble {
    match code {
        "channel_not_found"
        | "not_in_channel"
        | "user_not_in_channel"
        | "is_archived"
        | "is_inactive"
        | "messages_tab_disabled"
        | "restricted_action"
        | "restricted_action_read_only_channel"
        | "restricted_action_thread_only_channel"
        | "restricted_action_non_threadable_channel"
        | "restricted_action_thread_locked"
        | "cannot_reply_to_message"
        | "thread_not_found"
        | "user_not_found"
        | "users_not_found"
        | "user_not_visible"
        | "user_disabled"
        | "cannot_dm_bot"
        | "external_channel_migrating"
        | "message_not_found"
        | "cant_update_message"
        | "edit_window_closed" => Trouble::Closed,
        "ratelimited"
        | "rate_limited"
        | "service_unavailable"
        | "request_timeout"
        | "team_added_to_org"
        | "message_limit_exceeded" => Trouble::Passing,
        // "It's possible some aspect of the operation succeeded before the error was raised."
        "internal_error" | "fatal_error" => Trouble::Unsure,
        "invalid_auth"
        | "not_authed"
        | "account_inactive"
        | "token_revoked"
        | "token_expired"
        | "not_allowed_token_type" => Trouble::Operator(TOKEN),
        "missing_scope" | "no_permission" | "access_denied" => Trouble::Operator(SCOPE),
        _ => Trouble::Operator("Slack refused the call"),
    }
}

/// An error of the crate's client, sorted. `what` names the method.
pub(super) fn sorted(call: Call, what: &str, error: SlackClientError) -> Undelivered {
    let unsure = |reason: &str| told(what, reason, Trouble::Unsure);
    match error {
        SlackClientError::ApiError(error) => told(what, &error.code, call.on_code(&error.code)),
        SlackClientError::RateLimitError(error) => Undelivered::Later {
            retry_after: error.retry_after,
            reason: format!("{what}: ratelimited"),
            unsure: false,
        },
        SlackClientError::HttpError(error) => {
            let status = error.status_code.as_u16();
            told(what, &format!("HTTP {status}"), call.on_status(status))
        }
        SlackClientError::ProtocolError(_) => unsure("not Slack's JSON"),
        SlackClientError::HttpProtocolError(_)
        | SlackClientError::EndOfStream(_)
        | SlackClientError::SystemError(_)
        | SlackClientError::SocketModeProtocolError(_) => unsure("could not be reached"),
    }
}

fn told(what: &str, reason: &str, trouble: Trouble) -> Undelivered {
    match trouble {
        Trouble::Closed => Undelivered::WayClosed(format!("{what}: {reason}")),
        Trouble::Passing | Trouble::Unsure => Undelivered::Later {
            retry_after: None,
            reason: format!("{what}: {reason}"),
            unsure: trouble == Trouble::Unsure,
        },
        Trouble::Operator(advice) => Undelivered::Refused(format!("{what}: {reason}: {advice}")),
    }
}
