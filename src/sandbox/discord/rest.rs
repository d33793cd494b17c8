//! REST v10 as far as a bot like ours uses it (<https://discord.com/developers/docs/reference>).

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request as Incoming, State as Shelf};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::state::{APPLICATION, Channel, EPHEMERAL, GUILD, LOADING, Message, Shown, State, TOKEN};
use super::{Shared, check};

/// A request as it came, for tests that hold it against Discord's own description.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Below `/api/v10`.
    pub path: String,
    /// [`Value::Null`] when there was none.
    pub body: Value,
    pub status: u16,
    /// What was answered; [`Value::Null`] when there was no content.
    pub answer: Value,
}

/// What may befall a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status, with Discord's error `code`; nothing happens.
    Refused { status: u16, code: u64 },
    /// 429: come back after so many seconds.
    Limited { retry_after: f64, global: bool },
    /// It is done, and then the answer is lost: a 502 comes from the proxy in front.
    AnswerLost,
    /// It is never answered.
    Hangs,
}

/// An error as Discord words it.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    body: Value,
}

impl Refusal {
    pub fn new(status: u16, code: u64, message: &str) -> Self {
        Self {
            status,
            body: json!({ "message": message, "code": code }),
        }
    }

    pub fn about(mut self, what: &str) -> Self {
        self.body["errors"] = json!({ "_errors": [{ "code": "SANDBOX", "message": what }] });
        self
    }
}

/// What is answered when all went well; no content when there is none.
pub(super) type Answer = Result<Option<Value>, Refusal>;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new().fallback(answer).with_state(shared);
    // Ends with its task, when the stand-in is dropped.
    let _ = axum::serve(listener, router).await;
}

async fn answer(Shelf(shared): Shelf<Arc<Shared>>, request: Incoming) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = head.uri.path().strip_prefix("/api/v10").unwrap_or_default().to_owned();
    let fault = shared.state.change(|state| state.fault(&head.method, &path));
    if matches!(fault, Some(Fault::Hangs)) {
        std::future::pending::<()>().await;
    }
    let read = read_body(&head.headers, &body);
    let gateway = format!("ws://{}", shared.gateway);
    let (status, answer) = shared.state.change(|state| {
        let answer = match (&fault, &read) {
            (Some(Fault::Refused { status, code }), _) => Err(Refusal::new(*status, *code, "As the test asked")),
            (Some(Fault::Limited { retry_after, global }), _) => Err(Refusal {
                status: 429,
                body: json!({ "message": "You are being rate limited.", "retry_after": retry_after, "global": global }),
            }),
            (_, Err(_)) => Err(check::form("the body is not JSON")),
            (_, Ok(body)) => {
                allowed(&head.headers, &path).and_then(|()| state.route(&head.method, &path, body, &gateway))
            }
        };
        let (status, body) = match answer {
            _ if matches!(fault, Some(Fault::AnswerLost)) => (502, Some(json!("<html>bad gateway</html>"))),
            Ok(None) => (204, None),
            Ok(body) => (200, body),
            Err(refusal) => (refusal.status, Some(refusal.body)),
        };
        state.requests.push(Request {
            method: head.method.to_string(),
            path: path.clone(),
            body: read.unwrap_or_default(),
            status,
            answer: body.clone().unwrap_or_default(),
        });
        (status, body)
    });
    respond(status, answer)
}

fn respond(status: u16, body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Some(body) = body else {
        return status.into_response();
    };
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    if let Some(seconds) = body["retry_after"].as_f64() {
        let headers = response.headers_mut();
        // Whole seconds in the header, the exact figure in the body, as Discord does.
        headers.insert(header::RETRY_AFTER, (seconds.ceil() as u64).into());
    }
    response
}

fn read_body(headers: &HeaderMap, body: &Bytes) -> Result<Value, ()> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind != Some("application/json") {
        return Err(());
    }
    serde_json::from_slice(body).map_err(|_| ())
}

/// Who asks: the bot by its token everywhere, but for the answers to interactions, whose own token is in the path.
fn allowed(headers: &HeaderMap, path: &str) -> Result<(), Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if !text(header::USER_AGENT).is_some_and(|agent| agent.starts_with("DiscordBot (")) {
        return Err(Refusal::new(403, 40333, "internal network error"));
    }
    let by_path = path.starts_with("/interactions/") || path.starts_with("/webhooks/");
    match text(header::AUTHORIZATION) {
        None if by_path => Ok(()),
        Some(token) if token == format!("Bot {TOKEN}") => Ok(()),
        _ => Err(Refusal::new(401, 0, "401: Unauthorized")),
    }
}

impl State {
    fn fault(&mut self, method: &Method, path: &str) -> Option<Fault> {
        let line = format!("{method} {path}");
        let at = self.faults.iter().position(|(route, _)| line.starts_with(route))?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    fn route(&mut self, method: &Method, path: &str, body: &Value, gateway: &str) -> Answer {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match (method.as_str(), segments.as_slice()) {
            ("GET", ["gateway", "bot"]) => Ok(Some(json!({
                "url": gateway, "shards": 1,
                "session_start_limit": {
                    "total": 1000, "remaining": self.gateway.rules.identifies_left, "reset_after": 86_400_000, "max_concurrency": 1,
                },
            }))),
            ("GET", ["applications", "@me"]) => Ok(Some(json!({
                "id": APPLICATION.to_string(), "name": "ChatCal", "description": "", "icon": null, "type": null, "flags": 0,
                "flags_new": "0", "verify_key": "0".repeat(64), "redirect_uris": [], "interactions_endpoint_url": null,
                "role_connections_verification_url": null, "approximate_guild_count": 1, "approximate_user_install_count": 0,
                "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null,
                "eligible_oauth2_scopes": [], "owner": self.user(APPLICATION), "bot": self.user(APPLICATION),
            }))),
            ("GET", ["users", "@me", "guilds"]) => Ok(Some(json!([{
                "id": GUILD.to_string(), "name": "Sandbox", "icon": null, "banner": null, "owner": false, "permissions": "0", "features": [],
            }]))),
            ("GET", ["applications", app, "commands"]) => {
                known_application(app)?;
                Ok(Some(Value::from(self.commands.clone())))
            }
            ("PUT", ["applications", app, "commands"]) => {
                known_application(app)?;
                self.put_commands(body)
            }
            ("POST", ["users", "@me", "channels"]) => self.open_dm(body),
            ("POST", ["channels", channel, "messages"]) => self.post(id(channel), body),
            ("PATCH", ["channels", channel, "messages", message]) => self.edit(id(channel), id(message), body),
            ("POST", ["interactions", interaction, token, "callback"]) => self.callback(id(interaction), token, body),
            ("POST", ["webhooks", app, token]) => {
                known_application(app)?;
                self.follow_up(token, body)
            }
            (verb @ ("GET" | "PATCH"), ["webhooks", app, token, "messages", message]) => {
                known_application(app)?;
                self.answer_of(verb, token, message, body)
            }
            _ => Err(Refusal::new(404, 0, "404: Not Found")),
        }
    }

    fn put_commands(&mut self, body: &Value) -> Answer {
        let wanted = check::commands(body)?;
        let mut commands = Vec::new();
        for mut command in wanted {
            let known = self
                .commands
                .iter()
                .find(|known| known["name"] == command["name"])
                .cloned();
            let command_id = known.map_or_else(|| json!(self.snowflake().to_string()), |known| known["id"].clone());
            command["id"] = command_id;
            command["application_id"] = json!(APPLICATION.to_string());
            command["version"] = json!(self.snowflake().to_string());
            command["default_member_permissions"] = Value::Null;
            if command["type"].is_null() {
                command["type"] = json!(1);
            }
            // Discord leaves out what is at its default.
            for option in command["options"].as_array_mut().into_iter().flatten() {
                if let Some(option) = option.as_object_mut() {
                    option.retain(|_, value| {
                        value != false && !value.is_null() && !value.as_array().is_some_and(Vec::is_empty)
                    });
                }
            }
            commands.push(command);
        }
        self.commands = commands;
        Ok(Some(Value::from(self.commands.clone())))
    }

    fn open_dm(&mut self, body: &Value) -> Answer {
        let body = check::object(body, &["recipient_id"])?;
        let with = id(body.get("recipient_id").and_then(Value::as_str).unwrap_or_default());
        let channel = self
            .dm(with)
            .ok_or_else(|| Refusal::new(400, 50033, "Invalid Recipient(s)"))?;
        Ok(Some(
            json!({ "id": channel.to_string(), "type": 1, "flags": 0, "last_message_id": null, "recipients": [self.user(with)] }),
        ))
    }

    fn writable(&self, channel: u64) -> Result<(), Refusal> {
        match self.channels.get(&channel) {
            None => Err(Refusal::new(404, 10003, "Unknown Channel")),
            Some(Channel::Dm { with }) if self.people.get(with).is_none_or(|someone| someone.dms_closed) => {
                Err(Refusal::new(403, 50007, "Cannot send messages to this user"))
            }
            Some(_) if self.barred.contains(&channel) => Err(Refusal::new(403, 50001, "Missing Access")),
            Some(_) => Ok(()),
        }
    }

    fn post(&mut self, channel: u64, body: &Value) -> Answer {
        let checked = check::message(body, check::MESSAGE, true)?;
        self.writable(channel)?;
        let reply_to = body
            .get("message_reference")
            .map(|reference| id(reference["message_id"].as_str().unwrap_or_default()));
        let reply_known = reply_to.is_none_or(|message| self.messages.contains_key(&message));
        if !reply_known && body["message_reference"]["fail_if_not_exists"] != false {
            return Err(check::form("message_reference: Unknown message"));
        }
        let key = checked.nonce.clone().map(|nonce| (channel, nonce));
        let known = key.as_ref().and_then(|key| self.nonces.get(key)).copied();
        let message = match known {
            Some(message) => message,
            None => {
                let message = self.bot_writes(channel, checked, None);
                self.nonces.extend(key.map(|key| (key, message)));
                self.show(message, Shown::New);
                message
            }
        };
        self.shown(message)
    }

    fn edit(&mut self, channel: u64, message: u64, body: &Value) -> Answer {
        let checked = check::message(body, check::EDIT, false)?;
        self.writable(channel)?;
        let ours = self
            .messages
            .get(&message)
            .filter(|message| message.channel == channel && message.only_for.is_none());
        match ours {
            None => Err(Refusal::new(404, 10008, "Unknown Message")),
            Some(message) if message.author != APPLICATION => Err(Refusal::new(
                403,
                50005,
                "Cannot edit a message authored by another user",
            )),
            Some(_) => self.rewrite(message, checked),
        }
    }

    pub(super) fn bot_writes(&mut self, channel: u64, checked: check::Checked, ephemeral_for: Option<u64>) -> u64 {
        let message = Message {
            id: self.snowflake(),
            channel,
            author: APPLICATION,
            content: checked.content.unwrap_or_default(),
            flags: checked.flags,
            components: checked.components.unwrap_or_else(|| json!([])),
            only_for: ephemeral_for.filter(|_| checked.flags & EPHEMERAL != 0),
            at: self.now(),
            edited_at: None,
        };
        let id = message.id;
        self.messages.insert(id, message);
        id
    }

    pub(super) fn rewrite(&mut self, id: u64, checked: check::Checked) -> Answer {
        let now = self.now();
        let mut first = false;
        if let Some(message) = self.messages.get_mut(&id) {
            first = message.flags & LOADING != 0;
            message.flags &= !LOADING;
            message.edited_at = (!first).then_some(now);
            if let Some(content) = checked.content {
                message.content = content;
            }
            if let Some(components) = checked.components {
                message.components = components;
            }
        }
        self.show(id, if first { Shown::InPlace } else { Shown::Edited });
        self.shown(id)
    }

    pub(super) fn shown(&self, id: u64) -> Answer {
        Ok(self.messages.get(&id).map(|message| self.message(message)))
    }
}

fn known_application(text: &str) -> Result<(), Refusal> {
    if id(text) == APPLICATION {
        Ok(())
    } else {
        Err(Refusal::new(404, 10002, "Unknown Application"))
    }
}

/// A snowflake in a path or body; nothing has the id 0.
pub(super) fn id(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}
