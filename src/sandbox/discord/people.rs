//! The side that reads like a conversation: what people say and press, and what they see.

use std::sync::Arc;

use serde_json::{Value, json};

use super::state::{APPLICATION, Channel, EPHEMERAL, GUILD, Interaction, Message, State, buttons, stamp};
use super::{NotThere, Shared, View};

const DIRECT_MESSAGES: u64 = 1 << 12;
const GUILD_MESSAGES: u64 = 1 << 9;

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Person {
    shared: Arc<Shared>,
    id: u64,
}

impl Person {
    pub(super) fn new(shared: Arc<Shared>, id: u64) -> Self {
        Self { shared, id }
    }

    /// Their user id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Writes to the bot in private; the answer is the message's id.
    pub fn says_dm(&self, text: &str) -> u64 {
        self.shared.state.change(|state| {
            let channel = state.dm(self.id).unwrap_or_default();
            state.says(self.id, channel, text, &[])
        })
    }

    /// Writes `@ChatCal text` in a channel of the server.
    pub fn mentions(&self, channel: &str, text: &str) -> u64 {
        self.shared.state.change(|state| {
            let channel = state.channel(channel);
            let text = format!("<@{APPLICATION}> {text}");
            state.says(self.id, channel, text.trim_end(), &[APPLICATION])
        })
    }

    /// Writes in a channel without a word to the bot.
    pub fn says_in(&self, channel: &str, text: &str) -> u64 {
        self.shared.state.change(|state| {
            let channel = state.channel(channel);
            state.says(self.id, channel, text, &[])
        })
    }

    /// Edits a message of theirs.
    pub fn edits(&self, message: u64, text: &str) {
        self.shared.state.change(|state| state.edits(message, text));
    }

    /// Uses a command (`/book`) in a channel of the server.
    pub fn commands(&self, channel: &str, command: &str, text: &str) -> u64 {
        self.shared.state.change(|state| {
            let channel = state.channel(channel);
            state.commands(self.id, channel, command, text)
        })
    }

    /// Uses a command in the private conversation with the bot.
    pub fn commands_dm(&self, command: &str, text: &str) -> u64 {
        self.shared.state.change(|state| {
            let channel = state.dm(self.id).unwrap_or_default();
            state.commands(self.id, channel, command, text)
        })
    }

    /// Presses the newest button of that label that they can see.
    ///
    /// # Errors
    /// When there is none.
    pub fn presses(&self, label: &str) -> Result<u64, NotThere> {
        self.shared.state.change(|state| state.presses(self.id, label))
    }

    /// Presses a button that the bot never showed them, as a forged client might: on the newest message to them, with that
    /// `custom_id`.
    pub fn presses_unseen(&self, custom_id: &str) {
        self.shared.state.change(|state| {
            let channel = state.dm(self.id).unwrap_or_default();
            let newest = state.messages.values().rev().find(|message| message.channel == channel);
            let on = newest.map(|message| message.id);
            let data = json!({ "component_type": 2, "custom_id": custom_id });
            state.interacts(self.id, channel, 3, &data, on);
        });
    }

    /// The next thing that the bot shows to them alone, once it is there.
    pub async fn sees(&self) -> View {
        self.shared.state.until(|state| state.next_view(self.id)).await
    }

    /// How much the bot has shown to them alone that no one has looked at.
    pub fn unread(&self) -> usize {
        let state = self.shared.state.look();
        state
            .people
            .get(&self.id)
            .map_or(0, |someone| someone.views.len() - someone.read)
    }

    pub fn closes_dms(&self) {
        self.sets_dms_closed(true);
    }

    pub fn opens_dms(&self) {
        self.sets_dms_closed(false);
    }

    fn sets_dms_closed(&self, closed: bool) {
        self.shared.state.change(|state| {
            if let Some(someone) = state.people.get_mut(&self.id) {
                someone.dms_closed = closed;
            }
        });
    }
}

impl State {
    /// The next thing that nobody has looked at, of what the bot has shown to `person` alone.
    fn next_view(&mut self, person: u64) -> Option<View> {
        let someone = self.people.get_mut(&person)?;
        let view = someone.views.get(someone.read)?.clone();
        someone.read += 1;
        Some(view)
    }

    fn says(&mut self, person: u64, channel: u64, text: &str, mentions: &[u64]) -> u64 {
        let message = Message {
            id: self.snowflake(),
            channel,
            author: person,
            content: text.to_owned(),
            flags: 0,
            components: json!([]),
            only_for: None,
            at: self.now(),
            edited_at: None,
        };
        let id = message.id;
        self.messages.insert(id, message);
        self.tell("MESSAGE_CREATE", id, mentions);
        id
    }

    fn edits(&mut self, id: u64, text: &str) {
        let now = self.now();
        if let Some(message) = self.messages.get_mut(&id) {
            text.clone_into(&mut message.content);
            message.edited_at = Some(now);
            self.tell("MESSAGE_UPDATE", id, &[]);
        }
    }

    /// Dispatches a message to the bot, as far as its intents let it see one.
    fn tell(&mut self, event: &str, id: u64, mentions: &[u64]) {
        let Some(message) = self.messages.get(&id) else { return };
        let mut data = self.message(message);
        data["mentions"] = mentions.iter().map(|user| self.user(*user)).collect();
        let intent = if self.in_guild(message.channel) {
            data["guild_id"] = json!(GUILD.to_string());
            data["member"] =
                json!({ "roles": [], "joined_at": stamp(message.at), "deaf": false, "mute": false, "flags": 0 });
            // Without the privileged intent, only what speaks to the bot is shown to it.
            if !mentions.contains(&APPLICATION) {
                data["content"] = json!("");
            }
            GUILD_MESSAGES
        } else {
            DIRECT_MESSAGES
        };
        self.gateway.dispatch(event, &data, intent);
    }

    fn commands(&mut self, person: u64, channel: u64, command: &str, text: &str) -> u64 {
        let name = command.trim_start_matches('/');
        let options = if text.is_empty() {
            json!([])
        } else {
            json!([{ "name": "text", "type": 3, "value": text }])
        };
        let id = self.commands.iter().find(|known| known["name"] == name);
        let id = id.map_or(json!("1"), |known| known["id"].clone());
        let data = json!({ "id": id, "name": name, "type": 1, "options": options });
        self.interacts(person, channel, 2, &data, None)
    }

    fn presses(&mut self, person: u64, label: &str) -> Result<u64, NotThere> {
        let visible = self.messages.values().rev().filter(|message| {
            let dm_of_another =
                matches!(self.channels.get(&message.channel), Some(Channel::Dm { with }) if *with != person);
            message.author == APPLICATION && !dm_of_another && message.only_for.is_none_or(|only| only == person)
        });
        let found = visible.into_iter().find_map(|message| {
            let (_, custom_id) = buttons(&message.components)
                .into_iter()
                .find(|(text, _)| text == label)?;
            Some((message.id, message.channel, custom_id))
        });
        let (on, channel, custom_id) = found.ok_or_else(|| NotThere {
            label: label.to_owned(),
        })?;
        let data = json!({ "component_type": 2, "custom_id": custom_id });
        Ok(self.interacts(person, channel, 3, &data, Some(on)))
    }

    fn interacts(&mut self, person: u64, channel: u64, kind: u8, data: &Value, on: Option<u64>) -> u64 {
        let id = self.snowflake();
        let interaction = Interaction {
            token: format!("interaction-token-{id}"),
            by: person,
            channel,
            at: self.now(),
            on,
            original: None,
            answered: false,
        };
        let mut event = json!({
            "id": id.to_string(), "application_id": APPLICATION.to_string(), "type": kind, "version": 1, "data": data,
            "token": interaction.token, "channel_id": channel.to_string(), "locale": "en-GB", "entitlements": [],
            "attachment_size_limit": 10_485_760,
            "authorizing_integration_owners": { "0": GUILD.to_string() },
        });
        if self.in_guild(channel) {
            event["guild_id"] = json!(GUILD.to_string());
            event["guild"] = json!({ "id": GUILD.to_string(), "locale": "en-GB", "features": [] });
            event["member"] =
                json!({ "user": self.user(person), "roles": [], "permissions": "2147483648", "nick": null });
            event["context"] = json!(0);
        } else {
            event["user"] = self.user(person);
            event["context"] = json!(1);
        }
        if let Some(message) = on.and_then(|on| self.messages.get(&on)) {
            event["message"] = self.message(message);
            if message.only_for.is_some() {
                event["message"]["flags"] = json!(message.flags | EPHEMERAL);
            }
        }
        self.interactions.insert(id, interaction);
        self.gateway.dispatch("INTERACTION_CREATE", &event, 0);
        id
    }

    pub(super) fn in_guild(&self, channel: u64) -> bool {
        matches!(self.channels.get(&channel), Some(Channel::Guild { .. }))
    }
}
