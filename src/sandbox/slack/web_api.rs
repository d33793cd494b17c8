//! The Web API and `response_url`s, as far as a bot like ours uses them (<https://docs.slack.dev/reference/methods>).

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request as Incoming, State as Shelf};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::blocks::{self, Shown};
use super::state::{APP_TOKEN, BOT, BOT_TOKEN, Message, State, TEAM, TEAM_NAME};
use super::{Shared, deliver};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method's name; `response_url` for an answer at one.
    pub method: String,
    /// Its arguments, from the query or the body.
    pub arguments: Value,
    pub status: u16,
    /// What went wrong, in Slack's code.
    pub error: Option<String>,
}

/// What may befall a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Slack's own error code, with status 200 (404 at a `response_url`); nothing happens.
    Error(&'static str),
    /// 429: come back after so many seconds.
    Limited { retry_after: u64 },
    /// A bare status from something in front of Slack.
    Status(u16),
    /// It is done, and then the answer is lost: a 502 comes from the proxy in front.
    AnswerLost,
    /// It is never answered.
    Hangs,
}

/// Slack's error code, and in what way.
#[derive(Debug)]
struct Refusal {
    code: String,
    about: Option<String>,
}

impl From<&str> for Refusal {
    fn from(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            about: None,
        }
    }
}

type Answer = Result<Value, Refusal>;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new().fallback(answer).with_state(shared);
    // Ends with its task, when the stand-in is dropped.
    let _ = axum::serve(listener, router).await;
}

async fn answer(Shelf(shared): Shelf<Arc<Shared>>, request: Incoming) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = head.uri.path();
    let hook = path.strip_prefix('/').filter(|path| path.starts_with("actions/"));
    let method = match hook {
        Some(_) => "response_url",
        None => path.strip_prefix("/api/").unwrap_or_default(),
    };
    let fault = shared.change(|state| state.fault(method));
    if matches!(fault, Some(Fault::Hangs)) {
        std::future::pending::<()>().await;
    }
    let arguments = arguments(&head.method, &head.headers, head.uri.query(), &body);
    let recorded = arguments
        .as_ref()
        .map_or(Value::Null, |fields| Value::Object(fields.clone()));
    let socket_url = format!("ws://{}/link", shared.gateway);
    let (result, echo) = shared.change(|state| {
        let result = match (&fault, arguments) {
            (Some(Fault::Error(code)), _) => Err(Refusal::from(*code)),
            (Some(Fault::Limited { .. }), _) => Err(Refusal::from("ratelimited")),
            (Some(Fault::Status(_)), _) => Err(Refusal::from("(a bare status)")),
            (_, Err(refusal)) => Err(refusal),
            (_, Ok(fields)) => match hook {
                Some(path) => state.respond(path, &fields),
                None => state
                    .authorised(method, &head.headers)
                    .and_then(|()| state.call(method, &fields, &socket_url)),
            },
        };
        let echo = result.as_ref().ok().and_then(|_| state.echo(method, &recorded));
        (result, echo)
    });
    if let Some(event) = echo {
        deliver::event(&shared, event);
    }
    let response = respond(hook.is_some(), fault.as_ref(), &result);
    shared.change(|state| {
        state.requests.push(Request {
            method: method.to_owned(),
            arguments: recorded,
            status: response.status().as_u16(),
            error: result.err().map(|refusal| refusal.code),
        });
    });
    response
}

fn respond(at_hook: bool, fault: Option<&Fault>, result: &Answer) -> Response {
    let html = |status: u16| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (
            status,
            [(header::CONTENT_TYPE, "text/html")],
            "<html>from the proxy</html>",
        )
            .into_response()
    };
    match fault {
        Some(Fault::Status(status)) => return html(*status),
        Some(Fault::AnswerLost) => return html(502),
        _ => {}
    }
    let (status, body) = match result {
        Ok(_) if at_hook => return "ok".into_response(),
        Ok(answer) => (StatusCode::OK, answer.clone()),
        Err(refusal) => {
            let mut body = json!({ "ok": false, "error": refusal.code });
            if let Some(about) = &refusal.about {
                body["response_metadata"] = json!({ "messages": [format!("[ERROR] {about}")] });
            }
            match fault {
                Some(Fault::Limited { .. }) => (StatusCode::TOO_MANY_REQUESTS, body),
                _ if at_hook => (StatusCode::NOT_FOUND, body),
                _ => (StatusCode::OK, body),
            }
        }
    };
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    let mut response = (status, kind, body.to_string()).into_response();
    if let Some(Fault::Limited { retry_after }) = fault {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, (*retry_after).into());
    }
    response
}

/// The arguments: a query, a form or JSON.
fn arguments(
    method: &Method,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &Bytes,
) -> Result<Map<String, Value>, Refusal> {
    let form = |text: &[u8]| {
        let pairs = url::form_urlencoded::parse(text);
        pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect()
    };
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    match (method, kind.split(';').next().unwrap_or_default().trim()) {
        (&Method::GET, _) => Ok(form(query.unwrap_or_default().as_bytes())),
        (&Method::POST, "application/json") => serde_json::from_slice(body).map_err(|_| Refusal::from("invalid_json")),
        (&Method::POST, "application/x-www-form-urlencoded") => Ok(form(body)),
        (&Method::POST, _) => Err(Refusal::from("invalid_post_type")),
        _ => Err(Refusal::from("invalid_request")),
    }
}

impl State {
    fn fault(&mut self, method: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(meant, _)| meant == method)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    fn authorised(&self, method: &str, headers: &HeaderMap) -> Result<(), Refusal> {
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

    fn call(&mut self, method: &str, fields: &Map<String, Value>, socket_url: &str) -> Answer {
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
        let message = self.message(channel, fields, None, words, blocks, shown);
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

    fn respond(&mut self, path: &str, fields: &Map<String, Value>) -> Answer {
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
        }
    }

    /// What the bot hears of its own message in a direct message: everything said there is an event, its own words too.
    fn echo(&mut self, method: &str, arguments: &Value) -> Option<Value> {
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

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    let value = fields
        .get(name)
        .and_then(Value::as_str)
        .filter(|value| !value.is_empty());
    value.ok_or_else(|| Refusal {
        code: "invalid_arguments".to_owned(),
        about: Some(format!("missing required field: {name}")),
    })
}

fn only(fields: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match fields.keys().find(|name| !known.contains(&&***name)) {
        None => Ok(()),
        Some(unknown) => Err(Refusal {
            code: "invalid_arguments".to_owned(),
            about: Some(format!("no such argument: {unknown}")),
        }),
    }
}
