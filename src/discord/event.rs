//! The gateway's events, as far as we look at them. Everything else may be absent, null or of another shape.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serenity::model::id::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, UserId};

/// One frame of the gateway, read leniently: numbers may come as strings.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub op: Option<u64>,
    pub seq: Option<u64>,
    /// The event's name, on dispatches.
    pub name: String,
    pub data: Value,
}

impl Frame {
    /// `None` when it is not JSON.
    pub fn read(text: &str) -> Option<Self> {
        let mut frame: Value = serde_json::from_str(text).ok()?;
        Some(Self {
            op: number(&frame["op"]),
            seq: number(&frame["s"]),
            name: frame["t"].as_str().unwrap_or_default().to_owned(),
            data: frame.get_mut("d").map(Value::take).unwrap_or_default(),
        })
    }
}

/// A number, also one that comes as a string.
pub(super) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}

/// READY.
#[derive(Debug, Deserialize)]
pub(super) struct Ready {
    pub session_id: String,
    pub resume_gateway_url: String,
}

/// MESSAGE_CREATE (<https://discord.com/developers/docs/resources/message#message-object>).
#[derive(Debug, Deserialize)]
pub(super) struct MessageCreate {
    pub id: MessageId,
    pub channel_id: ChannelId,
    #[serde(default)]
    pub guild_id: Option<GuildId>,
    pub author: User,
    #[serde(default, deserialize_with = "or_default")]
    pub content: String,
    #[serde(default, deserialize_with = "or_default")]
    pub mentions: Vec<User>,
    #[serde(default)]
    pub webhook_id: Option<Value>,
    #[serde(default, rename = "type")]
    pub kind: Value,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub id: UserId,
    #[serde(default, deserialize_with = "or_default")]
    pub username: String,
    #[serde(default, deserialize_with = "or_default")]
    pub bot: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub system: bool,
}

/// INTERACTION_CREATE (<https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>). Has no
/// `Debug`, for the token.
#[derive(Deserialize)]
pub(super) struct InteractionCreate {
    pub id: InteractionId,
    pub application_id: ApplicationId,
    pub token: String,
    #[serde(default, rename = "type")]
    pub kind: Value,
    #[serde(default)]
    pub guild_id: Option<GuildId>,
    #[serde(default)]
    pub member: Option<Member>,
    #[serde(default)]
    pub user: Option<User>,
    #[serde(default)]
    pub data: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Member {
    pub user: User,
}

/// Null counts as absent.
fn or_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
