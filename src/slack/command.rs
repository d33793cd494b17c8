//! Slash commands.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::address::Address;
use super::api::Api;
use super::markup;
use crate::domain::incoming::{Delivery, Incoming, Said};
use crate::domain::person::PersonId;

/// What the person is shown, to them alone, when a command could not be stored: Slack doesn't deliver a command twice.
pub(super) fn not_taken() -> Value {
    json!({ "response_type": "ephemeral", "text": "I could not take that in; please send it again." })
}

/// A command as Slack sends it: a form over HTTP, the same fields as JSON over Socket Mode.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Command<'a> {
    team_id: Cow<'a, str>,
    team_domain: Cow<'a, str>,
    channel_id: Cow<'a, str>,
    user_id: Cow<'a, str>,
    user_name: Cow<'a, str>,
    command: Cow<'a, str>,
    text: Cow<'a, str>,
    response_url: Cow<'a, str>,
    trigger_id: Cow<'a, str>,
}

impl<'a> Command<'a> {
    /// Reads the form; `None` for Slack's occasional check of our certificate, which says `ssl_check=1`.
    pub(super) fn of_form(body: &'a [u8]) -> Option<Self> {
        let mut command = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "team_id" => &mut command.team_id,
                "team_domain" => &mut command.team_domain,
                "channel_id" => &mut command.channel_id,
                "user_id" => &mut command.user_id,
                "user_name" => &mut command.user_name,
                "command" => &mut command.command,
                "text" => &mut command.text,
                "response_url" => &mut command.response_url,
                "trigger_id" => &mut command.trigger_id,
                "ssl_check" => return None,
                _ => continue,
            };
            *field = value;
        }
        Some(command)
    }

    /// What was said, `at` Slack's own time of sending; `None` when a field that we can't do without is missing.
    pub(super) fn incoming(&self, at: DateTime<Utc>, api: &Api) -> Option<Incoming> {
        let required = [&self.team_id, &self.user_id, &self.command, &self.trigger_id];
        if required.iter().any(|field| field.is_empty()) {
            return None;
        }
        let person = PersonId::slack(&self.team_id, &self.user_id);
        let direct = Address::Direct {
            user: self.user_id.to_string(),
        };
        let response_url = Url::parse(&self.response_url).ok().filter(|url| api.may_answer_at(url));
        let answer = response_url.map(|url| Address::response_url(url, at));
        let text = markup::plain(&self.text, None);
        Some(Incoming {
            delivery: Delivery(format!("slack|{}|{}", self.team_id, self.trigger_id)),
            handle: api.handle(&person, Some(&self.user_name)),
            workspace: api.workspace(&self.team_id, Some(&self.team_domain)),
            person,
            said: match &*self.command {
                "/book" => Said::Book(text),
                // Direct messages have ids that begin with D.
                "/chatcal-admin" => Said::Admin {
                    text,
                    alone: self.channel_id.starts_with('D'),
                },
                // Whatever else an operator has called it, it is a way to talk to us.
                _ => Said::Chatcal(text),
            },
            said_at: at,
            ways: answer.into_iter().chain([direct.way()]).collect(),
        })
    }
}
