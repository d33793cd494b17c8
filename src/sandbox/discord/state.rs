//! What the stand-in knows: people, channels, messages, interactions.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::View;
use super::gateway::Gateway;
use super::rest::{Fault, Request};

pub(super) const TOKEN: &str = "sandbox-discord-bot-token";
pub(super) const APPLICATION: u64 = 1_200_000_000_000_000_001;
pub(super) const GUILD: u64 = 1_200_000_000_000_000_002;
/// Discord's first second, in milliseconds since the Unix epoch (<https://discord.com/developers/docs/reference#snowflakes>).
const EPOCH: i64 = 1_420_070_400_000;

pub(super) const EPHEMERAL: u64 = 1 << 6;
pub(super) const LOADING: u64 = 1 << 7;
pub(super) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// What may be set about the stand-in.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// In milliseconds.
    pub heartbeat_interval: u64,
    pub answers_heartbeats: bool,
    /// Privileged intents that the application was granted, as bits.
    pub privileged: u64,
    /// How many IDENTIFYs are left today.
    pub identifies_left: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            heartbeat_interval: 41_250,
            answers_heartbeats: true,
            privileged: 0,
            identifies_left: 1000,
        }
    }
}

pub(super) struct State {
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    ids: u64,
    pub people: BTreeMap<u64, Someone>,
    pub channels: BTreeMap<u64, Channel>,
    pub barred: BTreeSet<u64>,
    pub messages: BTreeMap<u64, Message>,
    /// Which message a nonce made in a channel, while `enforce_nonce` remembers it.
    pub nonces: HashMap<(u64, String), u64>,
    pub interactions: BTreeMap<u64, Interaction>,
    pub commands: Vec<Value>,
    pub gateway: Gateway,
    pub faults: VecDeque<(String, Fault)>,
    pub requests: Vec<Request>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("messages", &self.messages.len())
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
pub(super) struct Someone {
    pub name: String,
    pub dm: Option<u64>,
    pub dms_closed: bool,
    /// What only they were shown, in order.
    pub views: Vec<View>,
    /// How many of those a test has read.
    pub read: usize,
}

#[derive(Debug)]
pub(super) enum Channel {
    Dm { with: u64 },
    Guild { name: String, views: Vec<View> },
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub id: u64,
    pub channel: u64,
    pub author: u64,
    pub content: String,
    pub flags: u64,
    pub components: Value,
    /// The only one who sees it.
    pub only_for: Option<u64>,
    pub at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
}

/// How something comes to be shown. Only what is new makes a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    New,
    /// In the place of "thinking…".
    InPlace,
    Edited,
}

#[derive(Debug)]
pub(super) struct Interaction {
    pub token: String,
    pub by: u64,
    pub channel: u64,
    pub at: DateTime<Utc>,
    /// The message whose button was pressed.
    pub on: Option<u64>,
    /// The message that `@original` names, once the interaction has been answered.
    pub original: Option<u64>,
    pub answered: bool,
}

impl State {
    pub fn new(now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>, rules: Rules) -> Self {
        Self {
            now,
            ids: 0,
            people: BTreeMap::new(),
            channels: BTreeMap::new(),
            barred: BTreeSet::new(),
            messages: BTreeMap::new(),
            nonces: HashMap::new(),
            interactions: BTreeMap::new(),
            commands: Vec::new(),
            gateway: Gateway::new(rules),
            faults: VecDeque::new(),
            requests: Vec::new(),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// A new id that carries the present millisecond.
    pub fn snowflake(&mut self) -> u64 {
        self.ids += 1;
        let millis = u64::try_from(self.now().timestamp_millis() - EPOCH).unwrap_or_default();
        (millis << 22) | (self.ids & 0x3F_FFFF)
    }

    pub fn person(&mut self, name: &str) -> u64 {
        let known = self.people.iter().find(|(_, someone)| someone.name == name);
        if let Some((id, _)) = known {
            return *id;
        }
        let id = self.snowflake();
        let someone = Someone {
            name: name.to_owned(),
            dm: None,
            dms_closed: false,
            views: Vec::new(),
            read: 0,
        };
        self.people.insert(id, someone);
        id
    }

    /// The server's channel of that name (without `#`), made at its first mention.
    pub fn channel(&mut self, wanted: &str) -> u64 {
        let known = self
            .channels
            .iter()
            .find(|(_, channel)| matches!(channel, Channel::Guild { name, .. } if name == wanted));
        if let Some((id, _)) = known {
            return *id;
        }
        let id = self.snowflake();
        let channel = Channel::Guild {
            name: wanted.to_owned(),
            views: Vec::new(),
        };
        self.channels.insert(id, channel);
        id
    }

    /// The channel of the direct messages between the bot and `person`.
    pub fn dm(&mut self, person: u64) -> Option<u64> {
        let known = self.people.get(&person)?.dm;
        if known.is_some() {
            return known;
        }
        let id = self.snowflake();
        self.channels.insert(id, Channel::Dm { with: person });
        self.people.get_mut(&person)?.dm = Some(id);
        Some(id)
    }

    pub fn public_views(&self, channel: u64) -> Vec<View> {
        match self.channels.get(&channel) {
            Some(Channel::Guild { views, .. }) => views.clone(),
            _ => Vec::new(),
        }
    }

    /// Shows a message of the bot to whom it is for.
    pub fn show(&mut self, id: u64, how: Shown) {
        let Some(message) = self.messages.get(&id) else { return };
        if message.flags & LOADING != 0 {
            return;
        }
        let dm_with = match self.channels.get(&message.channel) {
            Some(Channel::Dm { with }) => Some(*with),
            _ => None,
        };
        let reader = message.only_for.or(dm_with);
        let view = View {
            text: message.content.clone(),
            buttons: buttons(&message.components)
                .into_iter()
                .map(|(label, _)| label)
                .collect(),
            ephemeral: message.only_for.is_some(),
            edited: how == Shown::Edited,
            silent: how != Shown::New || message.flags & SUPPRESS_NOTIFICATIONS != 0,
            fallback: message.content.clone(),
            thread: None,
        };
        match reader {
            Some(reader) => {
                if let Some(someone) = self.people.get_mut(&reader) {
                    someone.views.push(view);
                }
            }
            None => {
                if let Some(Channel::Guild { views, .. }) = self.channels.get_mut(&message.channel) {
                    views.push(view);
                }
            }
        }
    }

    /// A user object.
    pub fn user(&self, id: u64) -> Value {
        let bot = id == APPLICATION;
        let name = self.people.get(&id).map_or("ChatCal", |someone| someone.name.as_str());
        json!({
            "id": id.to_string(), "username": name.to_lowercase(), "discriminator": "0", "global_name": (!bot).then_some(name),
            "avatar": null, "public_flags": 0, "flags": 0, "bot": bot, "primary_guild": null,
        })
    }

    /// A message object (<https://discord.com/developers/docs/resources/message#message-object>).
    pub fn message(&self, message: &Message) -> Value {
        json!({
            "id": message.id.to_string(),
            "channel_id": message.channel.to_string(),
            "author": self.user(message.author),
            "content": message.content,
            "timestamp": stamp(message.at),
            "edited_timestamp": message.edited_at.map(stamp),
            "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": false, "type": 0, "flags": message.flags, "components": numbered(&message.components),
        })
    }
}

/// Discord's form of an instant.
pub(super) fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

/// A message's components as Discord gives them back: each with a number.
fn numbered(components: &Value) -> Value {
    let mut components = components.clone();
    let mut id = 0;
    let mut number = |component: &mut Value| {
        id += 1;
        component["id"] = json!(id);
    };
    for row in components.as_array_mut().into_iter().flatten() {
        number(row);
        row["components"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .for_each(&mut number);
    }
    components
}

/// The buttons of a message's components: label and `custom_id`.
pub(super) fn buttons(components: &Value) -> Vec<(String, String)> {
    let rows = components.as_array().into_iter().flatten();
    rows.filter_map(|row| row["components"].as_array())
        .flatten()
        .filter_map(|button| {
            Some((
                button["label"].as_str()?.to_owned(),
                button["custom_id"].as_str()?.to_owned(),
            ))
        })
        .collect()
}
