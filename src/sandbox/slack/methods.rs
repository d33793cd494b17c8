//! What each method of the Web API does, and what it refuses (<https://docs.slack.dev/reference/methods>).

use axum::http::{HeaderMap, header};
use serde_json::{Map, Value, json};

use super::blocks::{self, Shown};
use super::history;
use super::state::{APP_TOKEN, BOT, BOT_TOKEN, Message, State, TEAM, TEAM_NAME};
use super::web_api::{Answer, Fault, Refusal};

impl State {
    pub(super) fn fault(&mut self, method: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(meant, _)| meant == method)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    pub(super) fn authorised(&self, method: &str, headers: &HeaderMap) -> Result<(), Refusal> {
        let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or("not_authed")?;
        let for_app = method == "apps.connections.open";
        match token {
            _ if self.revoked => Err("invalid_auth".into()),
            BOT_TOKEN if for_app => Err("not_allowed_token_type".into()),
            APP_TOKEN if !for_app => Err("not_allowed_token_type".into()),
            BOT_TOKEN | APP_TOKEN => Ok(()),
            _ => Err("invalid_auth".into()),
        }
    }

    pub(super) fn call(&mut self, method: &str, fields: &Map<String, Value>, socket_url: &str) -> Answer {
        match method {
            "auth.test" => {
                only(fields, &[])?;
                Ok(json!({
                    "ok": true, "url": "https://acme.slack.com/", "team": TEAM_NAME, "user": "chatcal", "team_id": TEAM,
                    "user_id": BOT, "bot_id": "B1", "is_enterprise_install": false
                }))
            }
            "users.info" => self.users_info(fields),
            "conversations.open" => self.conversations_open(fields),
            "conversations.history" => self.conversations_history(fields),
            "conversations.replies" => self.conversations_replies(fields),
            "chat.postMessage" => self.post_message(fields),
            "chat.postEphemeral" => self.post_ephemeral(fields),
            "chat.update" => self.update(fields),
            "apps.connections.open" => {
                only(fields, &[])?;
                let ticket = self.sockets.ticket();
                Ok(json!({ "ok": true, "url": format!("{socket_url}?ticket={ticket}&app_id=A1") }))
            }
            _ => Err("unknown_method".into()),
        }
    }

    fn users_info(&mut self, fields: &Map<String, Value>) -> Answer {
        only(fields, &["user", "include_locale"])?;
        let id = text(fields, "user")?;
        let someone = self.people.get(id).ok_or("user_not_found")?;
        let stranger = someone.team != TEAM;
        let mut profile = json!({ "real_name": someone.name, "display_name": "", "team": someone.team });
        if let Some(email) = someone.email.as_ref().filter(|_| !stranger) {
            profile["email"] = json!(email);
        }
        Ok(json!({ "ok": true, "user": {
            "id": id, "team_id": someone.team, "name": someone.name, "real_name": someone.name, "deleted": someone.deleted,
            "tz": someone.tz, "tz_offset": 3600, "is_bot": someone.bot, "is_stranger": stranger, "is_app_user": false,
            "is_email_confirmed": someone.email_confirmed, "updated": 1_700_000_000, "profile": profile,
        } }))
    }

    fn conversations_open(&mut self, fields: &Map<String, Value>) -> Answer {
        only(fields, &["users", "return_im", "prevent_creation"])?;
        let user = text(fields, "users")?.to_owned();
        match self.people.get(&user) {
            None => Err("user_not_found".into()),
            Some(someone) if someone.deleted => Err("user_disabled".into()),
            Some(someone) if someone.bot => Err("cannot_dm_bot".into()),
            Some(_) => Ok(json!({ "ok": true, "channel": { "id": self.direct(&user) } })),
        }
    }

    fn post_message(&mut self, fields: &Map<String, Value>) -> Answer {
        only(
            fields,
            &[
                "channel",
                "text",
                "blocks",
                "thread_ts",
                "unfurl_links",
                "unfurl_media",
                "mrkdwn",
                "metadata",
            ],
        )?;
        let channel = self.open_channel(fields)?;
        let (words, blocks, shown) = content(fields)?;
        let mut message = self.message(channel, fields, None, words, blocks, shown);
        message.metadata = history::metadata(fields)?;
        let answer = json!({
            "ok": true, "channel": message.channel, "ts": message.ts,
            "message": { "type": "message", "user": BOT, "bot_id": "B1", "ts": message.ts, "text": message.text, "team": TEAM },
        });
        self.post(message);
        Ok(answer)
    }

    fn post_ephemeral(&mut self, fields: &Map<String, Value>) -> Answer {
        only(fields, &["channel", "user", "text", "blocks", "thread_ts"])?;
        let channel = self.open_channel(fields)?;
        let user = text(fields, "user")?.to_owned();
        match self.people.get(&user) {
            Some(someone) if !someone.deleted => {}
            _ => return Err("user_not_in_channel".into()),
        }
        let (words, blocks, shown) = content(fields)?;
        let message = self.message(channel, fields, Some(user), words, blocks, shown);
        let answer = json!({ "ok": true, "message_ts": message.ts });
        self.post(message);
        Ok(answer)
    }

    fn update(&mut self, fields: &Map<String, Value>) -> Answer {
        only(fields, &["channel", "ts", "text", "blocks"])?;
        let (channel, ts) = (self.open_channel(fields)?, text(fields, "ts")?.to_owned());
        let (words, blocks, shown) = content(fields)?;
        let message = self
            .messages
            .iter()
            .find(|message| message.ts == ts && message.channel == channel);
        match message {
            None => return Err("message_not_found".into()),
            Some(message) if message.only_for.is_some() => return Err("message_not_found".into()),
            Some(message) if message.author != BOT => return Err("cant_update_message".into()),
            Some(_) => {}
        }
        self.edit(&ts, words.clone(), blocks, shown);
        Ok(
            json!({ "ok": true, "channel": channel, "ts": ts, "text": words, "message": { "text": words, "user": BOT } }),
        )
    }

    pub(super) fn respond(&mut self, path: &str, fields: &Map<String, Value>) -> Answer {
        only(
            fields,
            &[
                "text",
                "blocks",
                "response_type",
                "replace_original",
                "delete_original",
                "thread_ts",
            ],
        )?;
        let (words, blocks, shown) = content(fields)?;
        let hook = self.use_hook(path)?;
        let only_for = match fields.get("response_type").and_then(Value::as_str) {
            Some("in_channel") => None,
            _ => Some(hook.user),
        };
        match hook
            .on
            .filter(|_| fields.get("replace_original") == Some(&Value::Bool(true)))
        {
            Some(ts) => self.edit(&ts, words, blocks, shown),
            None => {
                let message = self.message(hook.channel, fields, only_for, words, blocks, shown);
                self.post(message);
            }
        }
        Ok(Value::Null)
    }

    /// The channel named, if the bot can write there.
    fn open_channel(&mut self, fields: &Map<String, Value>) -> Result<String, Refusal> {
        let channel = text(fields, "channel")?.to_owned();
        if self.barred.contains(&channel) {
            return Err("not_in_channel".into());
        }
        if channel.starts_with('C') {
            return Ok(channel);
        }
        let channel = if self.people.contains_key(&channel) {
            self.direct(&channel)
        } else {
            channel
        };
        match self.directs.get(&channel) {
            None => Err("channel_not_found".into()),
            Some(_) if !self.messages_tab => Err("messages_tab_disabled".into()),
            Some(_) => Ok(channel),
        }
    }

    fn message(
        &mut self,
        channel: String,
        fields: &Map<String, Value>,
        only_for: Option<String>,
        text: String,
        blocks: Value,
        shown: Shown,
    ) -> Message {
        Message {
            ts: self.ts(),
            channel,
            thread: fields.get("thread_ts").and_then(Value::as_str).map(str::to_owned),
            author: BOT.to_owned(),
            only_for,
            text,
            blocks,
            shown,
            metadata: Value::Null,
        }
    }

    /// What the bot hears of its own message in a direct message: everything said there is an event, its own words too.
    pub(super) fn echo(&mut self, method: &str, arguments: &Value) -> Option<Value> {
        let channel = self.messages.last()?.channel.clone();
        if method != "chat.postMessage" || !channel.starts_with('D') || !self.reachable() {
            return None;
        }
        let ts = self.messages.last()?.ts.clone();
        Some(self.envelope(json!({
            "type": "message", "user": BOT, "bot_id": "B1", "app_id": "A1", "text": arguments["text"], "ts": ts, "team": TEAM,
            "channel": channel, "channel_type": "im", "event_ts": ts,
        })))
    }
}

fn content(fields: &Map<String, Value>) -> Result<(String, Value, Shown), Refusal> {
    let words = fields.get("text").and_then(Value::as_str).unwrap_or_default();
    let blocks = fields.get("blocks").cloned().unwrap_or(Value::Null);
    if words.is_empty() {
        // The real one only warns; but without it a notification says nothing.
        return Err("no_text".into());
    }
    if words.chars().count() > 40_000 {
        return Err("msg_too_long".into());
    }
    if blocks.to_string().len() > 50_000 {
        return Err("msg_blocks_too_long".into());
    }
    let shown = blocks::show(words, &blocks).map_err(|about| Refusal {
        code: "invalid_blocks".to_owned(),
        about: Some(about),
    })?;
    Ok((words.to_owned(), blocks, shown))
}

pub(super) fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    let value = fields
        .get(name)
        .and_then(Value::as_str)
        .filter(|value| !value.is_empty());
    value.ok_or_else(|| Refusal {
        code: "invalid_arguments".to_owned(),
        about: Some(format!("missing required field: {name}")),
    })
}

pub(super) fn only(fields: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match fields.keys().find(|name| !known.contains(&&***name)) {
        None => Ok(()),
        Some(unknown) => Err(Refusal {
            code: "invalid_arguments".to_owned(),
            about: Some(format!("no such argument: {unknown}")),
        }),
    }
}
