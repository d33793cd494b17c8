//! Presses of our buttons.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use super::address::Address;
use super::api::Api;
use super::event::instant;
use crate::domain::choice::Choice;
use crate::domain::incoming::{Delivery, Incoming, Said};
use crate::domain::person::PersonId;

/// What Slack tells about a press.
#[derive(Debug, Deserialize)]
pub(super) struct Interaction {
    #[serde(rename = "type", default)]
    kind: String,
    team: Option<Team>,
    user: Option<User>,
    trigger_id: Option<String>,
    response_url: Option<String>,
    channel: Option<Channel>,
    container: Option<Container>,
    message: Option<Pressed>,
    #[serde(default)]
    actions: Vec<Action>,
}

#[derive(Debug, Deserialize)]
struct Team {
    id: String,
    domain: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    /// Their own workspace: in a shared channel another one than ours.
    team_id: Option<String>,
    username: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Channel {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Container {
    #[serde(default)]
    is_ephemeral: bool,
    message_ts: Option<String>,
}

/// The message that held the button.
#[derive(Debug, Deserialize)]
struct Pressed {
    thread_ts: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Action {
    value: Option<String>,
    action_ts: Option<String>,
}

impl Interaction {
    /// Which of our buttons was pressed; `None` for everything else, which is ignored. `now` counts where Slack gives no time.
    pub(super) fn incoming(self, now: DateTime<Utc>, api: &Api) -> Option<Incoming> {
        let action = self
            .actions
            .into_iter()
            .next()
            .filter(|_| self.kind == "block_actions")?;
        let choice: Choice = action.value?.parse().ok()?;
        let user = self.user?;
        let team = self.team.as_ref().map(|team| team.id.as_str());
        let home = user.team_id.as_deref().or(team)?;
        let team = team.unwrap_or(home);
        let at = action.action_ts.as_deref().and_then(instant).unwrap_or(now);
        let press = self.trigger_id.or_else(|| {
            let message = self.container.as_ref()?.message_ts.as_deref()?;
            Some(format!("{}|{message}|{}", user.id, action.action_ts?))
        })?;
        let person = PersonId::slack(home, &user.id);
        let direct = Address::Direct { user: user.id };
        let channel = self.channel.map(|channel| channel.id).unwrap_or_default();
        let ephemeral = self.container.is_none_or(|container| container.is_ephemeral);
        let here = if channel.starts_with('D') && !ephemeral {
            // The bot posted there itself, so it can again, and the answer stays where an ephemeral one would vanish.
            let thread = self.message.and_then(|message| message.thread_ts);
            Some(Address::Channel { channel, thread }.way())
        } else {
            let url = self.response_url.and_then(|url| Url::parse(&url).ok());
            url.filter(|url| api.may_answer_at(url))
                .map(|url| Address::response_url(url, at))
        };
        Some(Incoming {
            delivery: Delivery(format!("slack|{team}|{press}")),
            handle: api.handle(&person, user.username.or(user.name).as_deref()),
            workspace: api.workspace(team, self.team.as_ref().and_then(|team| team.domain.as_deref())),
            person,
            said: Said::Pressed(choice),
            said_at: at,
            ways: here.into_iter().chain([direct.way()]).collect(),
        })
    }
}
