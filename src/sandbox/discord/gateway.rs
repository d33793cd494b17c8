//! The gateway, version 10 in JSON (<https://discord.com/developers/docs/events/gateway>).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::state::{APPLICATION, GUILD, Rules, TOKEN};
use super::{Counts, Shared};

/// GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT: granted by hand, after a review for larger bots.
const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;
/// Every intent that there is.
const KNOWN: u64 = ((1 << 17) - 1) | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
const RESUME_PATH: &str = "/resume";

/// What is done to a connection from the other side.
#[derive(Debug)]
pub(super) enum Order {
    Send(Value),
    Close(Option<u16>),
    /// The TCP connection ends, without a word.
    Drop,
}

#[derive(Debug)]
pub(super) struct Gateway {
    pub rules: Rules,
    pub counts: Counts,
    sessions: BTreeMap<String, Session>,
    /// The newest connection, greeted or not.
    newest: Option<mpsc::UnboundedSender<Order>>,
}

#[derive(Debug)]
struct Session {
    intents: u64,
    seq: u64,
    log: Vec<(u64, Value)>,
    live: Option<mpsc::UnboundedSender<Order>>,
}

impl Session {
    fn push(&mut self, event: &str, data: &Value) {
        self.seq += 1;
        let frame = json!({ "op": 0, "s": self.seq, "t": event, "d": data });
        if let Some(live) = &self.live {
            // A connection that is gone leaves its events in the log, for the resume.
            let _ = live.send(Order::Send(frame.clone()));
        }
        self.log.push((self.seq, frame));
    }
}

impl Gateway {
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            counts: Counts::default(),
            sessions: BTreeMap::new(),
            newest: None,
        }
    }

    /// Gives every session an event that its intents include; 0 needs none.
    pub fn dispatch(&mut self, event: &str, data: &Value, intent: u64) {
        for session in self.sessions.values_mut() {
            if session.intents & intent == intent {
                session.push(event, data);
            }
        }
    }

    /// Gives every session again what it was given of the message or interaction with that id.
    pub fn replay(&mut self, id: u64) {
        let id = json!(id.to_string());
        for session in self.sessions.values_mut() {
            if let Some((_, frame)) = session.log.iter().find(|(_, frame)| frame["d"]["id"] == id).cloned() {
                session.push(frame["t"].as_str().unwrap_or_default(), &frame["d"]);
            }
        }
    }

    /// Does something to the newest connection.
    pub fn order(&mut self, order: Order) {
        if let Some(newest) = &self.newest {
            let _ = newest.send(order);
        }
    }

    pub fn reconnect(&mut self) {
        self.order(Order::Send(json!({ "op": 7, "d": null })));
    }

    pub fn invalidate(&mut self, resumable: bool) {
        if !resumable {
            self.sessions.clear();
        }
        self.order(Order::Send(json!({ "op": 9, "d": resumable })));
    }

    pub fn forget(&mut self) {
        self.sessions.clear();
    }
}

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, Arc::clone(&shared)));
        // Reaps what has ended.
        while connections.try_join_next().is_some() {}
    }
}

/// One connection of a bot, and how far it has got.
struct Connection {
    shared: Arc<Shared>,
    orders: mpsc::UnboundedSender<Order>,
    at_resume_address: bool,
    session: Option<String>,
    /// Without a heartbeat until then, it is taken for dead.
    patience: Duration,
    heard_at: Instant,
}

#[expect(
    clippy::result_large_err,
    reason = "the websocket crate's own type of a refused upgrade"
)]
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let mut path = String::new();
    let mut query = String::new();
    let look = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        request.uri().path().clone_into(&mut path);
        request.uri().query().unwrap_or_default().clone_into(&mut query);
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, look).await else {
        return;
    };
    if !query.split('&').any(|pair| pair == "v=10") || !query.split('&').any(|pair| pair == "encoding=json") {
        return close(&mut socket, Some(4012)).await;
    }
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let interval = shared.state.change(|state| {
        state.gateway.counts.connections += 1;
        state.gateway.newest = Some(orders.clone());
        state.gateway.rules.heartbeat_interval
    });
    let mut bot = Connection {
        shared,
        orders,
        at_resume_address: path == RESUME_PATH,
        session: None,
        patience: Duration::from_millis(interval * 2),
        heard_at: Instant::now(),
    };
    bot.tell(json!({ "op": 10, "d": { "heartbeat_interval": interval } }));
    loop {
        let order = tokio::select! {
            // What came in is dealt with before the connection is cut, as on a real wire.
            biased;
            order = ordered.recv() => order,
            frame = socket.next() => match frame {
                Some(Ok(Message::Text(text))) => bot.hears(text.as_str()).err().map(|code| Order::Close(Some(code))),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => None,
            },
            () = sleep_until(bot.heard_at + bot.patience) => Some(Order::Close(Some(4009))),
        };
        let sent = match order {
            None => Ok(()),
            Some(Order::Send(frame)) => socket.send(Message::text(frame.to_string())).await,
            Some(Order::Close(code)) => return close(&mut socket, code).await,
            Some(Order::Drop) => return,
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn close(socket: &mut WebSocketStream<TcpStream>, code: Option<u16>) {
    let frame = code.map(|code| CloseFrame {
        code: code.into(),
        reason: "".into(),
    });
    let _ = socket.close(frame).await;
    while let Some(Ok(_)) = socket.next().await {}
}

impl Connection {
    fn tell(&self, frame: Value) {
        let _ = self.orders.send(Order::Send(frame));
    }

    /// Takes one frame; an error is the code to close with.
    fn hears(&mut self, text: &str) -> Result<(), u16> {
        if text.len() > 4096 {
            return Err(4002);
        }
        let frame: Value = serde_json::from_str(text).map_err(|_| 4002_u16)?;
        match frame["op"].as_u64() {
            Some(1) => self.heartbeat(),
            Some(2) => self.identify(&frame["d"]),
            Some(6) => self.resume(&frame["d"]),
            _ => Err(4001),
        }
    }

    fn heartbeat(&mut self) -> Result<(), u16> {
        self.heard_at = Instant::now();
        let answered = self.shared.state.change(|state| {
            state.gateway.counts.heartbeats += 1;
            state.gateway.rules.answers_heartbeats
        });
        if answered {
            self.tell(json!({ "op": 11 }));
        }
        Ok(())
    }

    fn identify(&mut self, data: &Value) -> Result<(), u16> {
        if self.session.is_some() {
            return Err(4005);
        }
        let fields = [
            "token",
            "properties",
            "intents",
            "shard",
            "presence",
            "compress",
            "large_threshold",
        ];
        let data = data.as_object().ok_or(4002_u16)?;
        let strange = data.keys().any(|key| !fields.contains(&key.as_str()));
        let named = ["os", "browser", "device"]
            .iter()
            .all(|name| data.get("properties").is_some_and(|all| all[name].is_string()));
        if strange || !named {
            return Err(4002);
        }
        let orders = self.orders.clone();
        let resume_url = format!("ws://{}{RESUME_PATH}", self.shared.gateway);
        let session = self.shared.state.change(|state| {
            let gateway = &mut state.gateway;
            gateway.counts.identifies += 1;
            if data["token"] != TOKEN || gateway.rules.identifies_left == 0 {
                return Err(4004_u16);
            }
            gateway.rules.identifies_left -= 1;
            let intents = data.get("intents").and_then(Value::as_u64).ok_or(4013_u16)?;
            if intents & !KNOWN != 0 {
                return Err(4013);
            }
            if intents & PRIVILEGED & !gateway.rules.privileged != 0 {
                return Err(4014);
            }
            let id = format!("session-{}", state.snowflake());
            let ready = json!({
                "v": 10, "user": state.user(APPLICATION), "guilds": [{ "id": GUILD.to_string(), "unavailable": true }],
                "session_id": id, "resume_gateway_url": resume_url, "shard": [0, 1],
                "application": { "id": APPLICATION.to_string(), "flags": 0 }, "session_type": "normal",
            });
            let mut session = Session {
                intents,
                seq: 0,
                log: Vec::new(),
                live: Some(orders),
            };
            session.push("READY", &ready);
            state.gateway.sessions.insert(id.clone(), session);
            Ok(id)
        })?;
        self.session = Some(session);
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<(), u16> {
        let data = data.as_object().ok_or(4002_u16)?;
        if data.len() != 3 || data.get("token") != Some(&json!(TOKEN)) {
            return Err(4004);
        }
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let seq = data["seq"].as_u64().ok_or(4007_u16)?;
        let orders = self.orders.clone();
        let at_resume_address = self.at_resume_address;
        let resumed = self.shared.state.change(|state| {
            state.gateway.counts.resumes += 1;
            // Discord cuts off those who resume elsewhere; here they simply may not.
            let session = state.gateway.sessions.get_mut(&id).filter(|_| at_resume_address);
            let Some(session) = session else { return Ok(false) };
            if seq > session.seq {
                return Err(4007_u16);
            }
            for (_, frame) in session.log.iter().filter(|(at, _)| *at > seq) {
                let _ = orders.send(Order::Send(frame.clone()));
            }
            session.live = Some(orders);
            session.push("RESUMED", &json!({}));
            Ok(true)
        })?;
        if resumed {
            self.session = Some(id);
        } else {
            self.tell(json!({ "op": 9, "d": false }));
        }
        Ok(())
    }
}
