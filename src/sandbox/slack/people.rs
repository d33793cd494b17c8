//! The side that reads like a conversation: what people say and press, and what they see.

use std::sync::Arc;

use serde_json::{Value, json};

use super::blocks::{Button, Shown};
use super::deliver::{self, Kind};
use super::state::{APP, BOT, Message, Someone, State, TEAM};
use super::{NotThere, Shared, View};

/// A member of the workspace.
#[derive(Clone, Debug)]
pub struct Person {
    shared: Arc<Shared>,
    id: String,
}

impl Person {
    pub(super) fn new(shared: Arc<Shared>, id: &str) -> Self {
        Self {
            shared,
            id: id.to_owned(),
        }
    }

    /// Their user id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Their profile's address, confirmed.
    #[must_use]
    pub fn email(self, email: &str) -> Self {
        self.set(|someone| someone.email = Some(email.to_owned()))
    }

    /// Their profile's address, which nobody has shown to be theirs.
    #[must_use]
    pub fn unconfirmed_email(self, email: &str) -> Self {
        self.set(|someone| (someone.email, someone.email_confirmed) = (Some(email.to_owned()), false))
    }

    /// Their profile's time zone.
    #[must_use]
    pub fn tz(self, tz: &str) -> Self {
        self.set(|someone| tz.clone_into(&mut someone.tz))
    }

    /// What they are called.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.set(|someone| name.clone_into(&mut someone.name))
    }

    /// Belongs to another workspace, and is here through a shared channel.
    #[must_use]
    pub fn from_team(self, team: &str) -> Self {
        self.set(|someone| team.clone_into(&mut someone.team))
    }

    /// Has left the workspace.
    #[must_use]
    pub fn deactivated(self) -> Self {
        self.set(|someone| someone.deleted = true)
    }

    /// Is somebody else's bot.
    #[must_use]
    pub fn bot(self) -> Self {
        self.set(|someone| someone.bot = true)
    }

    fn set<T>(self, f: impl FnOnce(&mut Someone) -> T) -> Self {
        self.shared.state.change(|state| f(state.person(&self.id)));
        self
    }

    /// Writes to the bot in private; the answer is the message's `ts`.
    pub fn says_dm(&self, text: &str) -> String {
        let channel = self.shared.state.change(|state| state.direct(&self.id));
        self.says(&channel, None, "message", &encoded(text))
    }

    /// Writes to the bot in a thread of the private conversation; the answer is the message's `ts`.
    pub fn says_dm_in_thread(&self, thread: &str, text: &str) -> String {
        let channel = self.shared.state.change(|state| state.direct(&self.id));
        self.says(&channel, Some(thread), "message", &encoded(text))
    }

    /// Writes `@ChatCal text` in a channel.
    pub fn mentions(&self, channel: &str, text: &str) -> String {
        self.says(
            channel,
            None,
            "app_mention",
            format!("<@{BOT}> {}", encoded(text)).trim_end(),
        )
    }

    /// Writes `@ChatCal text` in a thread.
    pub fn mentions_in_thread(&self, channel: &str, thread: &str, text: &str) -> String {
        let text = format!("<@{BOT}> {}", encoded(text));
        self.says(channel, Some(thread), "app_mention", text.trim_end())
    }

    /// Edits a message of theirs.
    pub fn edits(&self, ts: &str, text: &str) {
        let envelope = self.shared.state.change(|state| {
            let message = state.messages.iter_mut().find(|message| message.ts == ts)?;
            let (channel, before) = (message.channel.clone(), message.text.clone());
            message.text = encoded(text);
            let edited = json!({ "type": "message", "user": self.id, "text": message.text, "ts": ts,
                "edited": { "user": self.id, "ts": ts } });
            let event_ts = state.ts();
            Some(state.envelope(json!({
                "type": "message", "subtype": "message_changed", "hidden": true, "channel": channel, "channel_type": "im",
                "ts": event_ts, "event_ts": event_ts, "message": edited,
                "previous_message": { "type": "message", "user": self.id, "text": before, "ts": ts },
            })))
        });
        if let Some(envelope) = envelope {
            deliver::event(&self.shared, envelope);
        }
    }

    /// Uses a command (`/book`) in a channel.
    pub fn commands(&self, channel: &str, command: &str, text: &str) {
        let payload = self
            .shared
            .state
            .change(|state| state.command(&self.id, channel, command, text));
        let payload = with_hook(&self.shared, payload);
        deliver::interaction(&self.shared, Kind::Command, payload);
    }

    /// Uses a command in the private conversation with the bot.
    pub fn commands_dm(&self, command: &str, text: &str) {
        let channel = self.shared.state.change(|state| state.direct(&self.id));
        self.commands(&channel, command, text);
    }

    /// Presses the newest button of that label that they can see.
    ///
    /// # Errors
    /// When there is none.
    pub fn presses(&self, label: &str) -> Result<(), NotThere> {
        let payload = self
            .shared
            .state
            .change(|state| state.press(&self.id, label))
            .ok_or_else(|| NotThere {
                label: label.to_owned(),
            })?;
        let payload = with_hook(&self.shared, payload);
        deliver::interaction(&self.shared, Kind::Interaction, payload);
        Ok(())
    }

    /// Presses a button that the bot never showed them, as a forged client might: on the newest message to them, with `value`.
    pub fn presses_unseen(&self, value: &str) {
        let payload = self.shared.state.change(|state| {
            let channel = state.direct(&self.id);
            let message = state
                .messages
                .iter()
                .rev()
                .find(|message| message.channel == channel)
                .cloned()?;
            let button = Button {
                label: "?".to_owned(),
                value: value.to_owned(),
                action_id: "forged".to_owned(),
                block_id: "forged".to_owned(),
            };
            Some(state.block_actions(&self.id, &message, &button))
        });
        if let Some(payload) = payload {
            let payload = with_hook(&self.shared, payload);
            deliver::interaction(&self.shared, Kind::Interaction, payload);
        }
    }

    /// The next thing that the bot shows to them alone, once it is there.
    pub async fn sees(&self) -> View {
        self.shared
            .state
            .until(|state| {
                let someone = state.person(&self.id);
                let view = someone.views.get(someone.read)?.clone();
                someone.read += 1;
                Some(view)
            })
            .await
    }

    /// How much the bot has shown to them alone that no one has looked at.
    pub fn unread(&self) -> usize {
        self.shared.state.change(|state| {
            let someone = state.person(&self.id);
            someone.views.len() - someone.read
        })
    }

    /// Everything that the bot has shown to them alone, looked at or not.
    pub fn views(&self) -> Vec<View> {
        self.shared.state.change(|state| state.person(&self.id).views.clone())
    }

    fn says(&self, channel: &str, thread: Option<&str>, kind: &str, text: &str) -> String {
        let (ts, envelope) = self
            .shared
            .state
            .change(|state| state.say(&self.id, channel, thread, kind, text));
        deliver::event(&self.shared, envelope);
        ts
    }
}

/// Makes the path in a payload's `response_url` an address.
fn with_hook(shared: &Shared, mut payload: Value) -> Value {
    let path = payload["response_url"].as_str().unwrap_or_default();
    payload["response_url"] = json!(format!("http://{}/{path}", shared.api));
    payload
}

impl State {
    fn say(&mut self, person: &str, channel: &str, thread: Option<&str>, kind: &str, text: &str) -> (String, Value) {
        let ts = self.ts();
        let team = self.person(person).team.clone();
        self.messages.push(Message {
            ts: ts.clone(),
            channel: channel.to_owned(),
            thread: thread.map(str::to_owned),
            author: person.to_owned(),
            only_for: None,
            text: text.to_owned(),
            blocks: Value::Null,
            shown: Shown::default(),
            metadata: Value::Null,
        });
        let mut event = json!({
            "type": kind, "user": person, "text": text, "ts": ts, "event_ts": ts, "channel": channel, "team": team,
            "client_msg_id": format!("client-{ts}"),
            "blocks": [{ "type": "rich_text", "block_id": "x", "elements": [{ "type": "rich_text_section", "elements": [] }] }],
        });
        if kind == "message" {
            event["channel_type"] = json!("im");
        }
        if let Some(thread) = thread {
            event["thread_ts"] = json!(thread);
        }
        (ts, self.envelope(event))
    }

    fn command(&mut self, person: &str, channel: &str, command: &str, text: &str) -> Value {
        let number = self.count();
        let someone = self.person(person).clone();
        let place = if channel.starts_with('D') {
            "directmessage"
        } else {
            "general"
        };
        json!({
            "token": "deprecated", "team_id": someone.team, "team_domain": "acme", "channel_id": channel, "channel_name": place,
            "user_id": person, "user_name": someone.name, "command": command, "text": encoded(text), "api_app_id": APP,
            "is_enterprise_install": "false", "response_url": self.hook(channel, person, None),
            "trigger_id": format!("{number}.1.sandbox"),
        })
    }

    fn press(&mut self, person: &str, label: &str) -> Option<Value> {
        let visible = self.messages.iter().rev().filter(|message| {
            let direct_of_another = self.directs.get(&message.channel).is_some_and(|with| with != person);
            let for_another = message.only_for.as_ref().is_some_and(|only| only != person);
            message.author == BOT && !direct_of_another && !for_another
        });
        let (message, button) = visible.into_iter().find_map(|message| {
            let button = message.shown.buttons.iter().find(|button| button.label == label)?;
            Some((message.clone(), button.clone()))
        })?;
        Some(self.block_actions(person, &message, &button))
    }

    /// <https://docs.slack.dev/reference/interaction-payloads/block_actions-payload>
    fn block_actions(&mut self, person: &str, message: &Message, button: &Button) -> Value {
        let number = self.count();
        let someone = self.person(person).clone();
        let ephemeral = message.only_for.is_some();
        let mut payload = json!({
            "type": "block_actions", "api_app_id": APP, "token": "deprecated", "trigger_id": format!("{number}.2.sandbox"),
            "team": { "id": TEAM, "domain": "acme" }, "enterprise": null, "is_enterprise_install": false,
            "user": { "id": person, "username": someone.name, "name": someone.name, "team_id": someone.team },
            "channel": { "id": message.channel, "name": "directmessage" },
            "container": { "type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": ephemeral },
            "response_url": self.hook(&message.channel, person, Some(message.ts.clone())), "state": { "values": {} },
            "actions": [{
                "type": "button", "action_id": button.action_id, "block_id": button.block_id, "value": button.value,
                "text": { "type": "plain_text", "text": button.label, "emoji": true }, "action_ts": self.ts(),
            }],
        });
        if !ephemeral {
            payload["message"] = json!({
                "type": "message", "user": BOT, "bot_id": "B1", "app_id": APP, "team": TEAM, "ts": message.ts,
                "text": message.text, "blocks": message.blocks,
            });
            if let Some(thread) = &message.thread {
                payload["message"]["thread_ts"] = json!(thread);
            }
        }
        payload
    }
}

/// What people type, as Slack sends it on: escaped, with addresses made into links.
fn encoded(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let words = escaped.split(' ').map(|word| match word.split_once('@') {
        _ if word.starts_with("http://") || word.starts_with("https://") => format!("<{word}>"),
        Some((name, host)) if !name.is_empty() && host.contains('.') && !word.contains(['\n', ',', ';']) => {
            format!("<mailto:{word}|{word}>")
        }
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
