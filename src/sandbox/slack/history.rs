//! Reading back what was said in a direct message: `conversations.history`, `conversations.replies`, and the metadata by which
//! an app knows its own messages again.

use axum::http::HeaderValue;
use serde_json::{Map, Value, json};

use super::methods::{only, text};
use super::state::{APP, BOT, Message, State, TEAM};
use super::web_api::{Answer, Refusal};

/// What both methods take.
const PAGED: &[&str] = &[
    "channel",
    "oldest",
    "latest",
    "inclusive",
    "limit",
    "cursor",
    "include_all_metadata",
];

impl State {
    /// <https://docs.slack.dev/reference/methods/conversations.history>: what is said in threads is not told, the newest comes first.
    pub(super) fn conversations_history(&self, fields: &Map<String, Value>) -> Answer {
        only(fields, PAGED)?;
        let channel = self.readable(fields)?;
        let page = Page::of(fields)?;
        let said = self.said_in(channel).filter(|message| message.thread.is_none());
        Ok(page.answer(said.rev()))
    }

    /// <https://docs.slack.dev/reference/methods/conversations.replies>: the oldest comes first, the thread's parent before all.
    pub(super) fn conversations_replies(&self, fields: &Map<String, Value>) -> Answer {
        only(fields, &[PAGED, &["ts"]].concat())?;
        let channel = self.readable(fields)?;
        let page = Page::of(fields)?;
        let parent = text(fields, "ts")?;
        if !self.said_in(channel).any(|message| message.ts == parent) {
            return Err("thread_not_found".into());
        }
        let thread = self
            .said_in(channel)
            .filter(|message| message.thread.as_deref() == Some(parent) || message.ts == parent);
        Ok(page.answer(thread))
    }

    /// What the app was installed with, as each answer's `X-OAuth-Scopes` tells.
    pub(super) fn scopes(&self) -> HeaderValue {
        HeaderValue::from_static(if self.may_read {
            "app_mentions:read,chat:write,commands,im:history,im:write,users:read,users:read.email"
        } else {
            "app_mentions:read,chat:write,commands,im:write,users:read,users:read.email"
        })
    }

    /// The channel named, if the bot may read it: the manifest asks for direct messages only.
    fn readable<'a>(&self, fields: &'a Map<String, Value>) -> Result<&'a str, Refusal> {
        let channel = text(fields, "channel")?;
        if !self.may_read || channel.starts_with(['C', 'G']) {
            return Err("missing_scope".into());
        }
        // Unlike chat.postMessage, this takes no user in the place of a channel.
        if !self.directs.contains_key(channel) {
            return Err("channel_not_found".into());
        }
        Ok(channel)
    }

    fn said_in(&self, channel: &str) -> impl DoubleEndedIterator<Item = &Message> {
        let here = self.messages.iter().filter(move |message| message.channel == channel);
        here.filter(|message| message.only_for.is_none())
    }
}

/// Which part of a conversation was asked for.
struct Page {
    oldest: Option<(u64, u64)>,
    limit: usize,
    whole_metadata: bool,
}

impl Page {
    fn of(fields: &Map<String, Value>) -> Result<Self, Refusal> {
        let field = |name: &str| fields.get(name).and_then(Value::as_str);
        let limit = match field("limit").map(str::parse) {
            None => 100,
            Some(Ok(limit @ 1..=999)) => limit,
            Some(_) => return Err("invalid_limit".into()),
        };
        if field("cursor").is_some() {
            return Err("invalid_cursor".into());
        }
        Ok(Self {
            oldest: field("oldest")
                .map(|ts| instant(ts).ok_or("invalid_ts_oldest"))
                .transpose()?,
            limit,
            whole_metadata: matches!(field("include_all_metadata"), Some("true" | "1")),
        })
    }

    fn answer<'a>(&self, said: impl Iterator<Item = &'a Message>) -> Value {
        let in_time = |message: &&Message| self.oldest.is_none_or(|oldest| instant(&message.ts) > Some(oldest));
        let mut said = said.filter(in_time);
        let messages: Vec<_> = said.by_ref().take(self.limit).map(|one| self.told(one)).collect();
        let more = said.next().is_some();
        json!({ "ok": true, "messages": messages, "has_more": more, "pin_count": 0 })
    }

    fn told(&self, message: &Message) -> Value {
        let mut told =
            json!({ "type": "message", "user": message.author, "ts": message.ts, "text": message.text, "team": TEAM });
        if message.author == BOT {
            told["bot_id"] = json!("B1");
            told["app_id"] = json!(APP);
            told["blocks"] = message.blocks.clone();
        }
        if let Some(thread) = &message.thread {
            told["thread_ts"] = json!(thread);
        }
        if !message.metadata.is_null() {
            told["metadata"] = message.metadata.clone();
            if !self.whole_metadata {
                told["metadata"]["event_payload"] = json!({});
            }
        }
        told
    }
}

/// The metadata that a message is to bear, if it has the right form (<https://docs.slack.dev/messaging/message-metadata>).
pub(super) fn metadata(fields: &Map<String, Value>) -> Result<Value, Refusal> {
    let Some(metadata) = fields.get("metadata") else {
        return Ok(Value::Null);
    };
    let refused = || Refusal::from("invalid_metadata_format");
    let metadata = metadata.as_object().ok_or_else(refused)?;
    let kind = metadata.get("event_type").and_then(Value::as_str).unwrap_or_default();
    let payload = metadata.get("event_payload").and_then(Value::as_object);
    let named = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !named || payload.is_none() || metadata.len() != 2 {
        return Err(refused());
    }
    Ok(Value::Object(metadata.clone()))
}

fn instant(ts: &str) -> Option<(u64, u64)> {
    let (seconds, micros) = ts.split_once('.')?;
    Some((seconds.parse().ok()?, micros.parse().ok()?))
}
