//! Socket Mode (<https://docs.slack.dev/apis/events-api/using-socket-mode>): tickets, hello, envelopes, acknowledgements,
//! refreshes, and the ways in which it goes wrong.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::Shared;
use super::deliver::Kind;
use super::state::APP;

/// The open connections and what is on its way through them.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    open: BTreeMap<u64, Socket>,
    tickets: HashSet<String>,
    made: u64,
    unacknowledged: HashMap<String, (u64, oneshot::Sender<String>)>,
}

#[derive(Debug)]
struct Socket {
    orders: mpsc::UnboundedSender<Order>,
    /// It was asked to be replaced.
    retiring: bool,
    silent: bool,
}

/// What a connection's task is to do.
#[derive(Clone, Debug)]
pub(super) enum Order {
    Send(String),
    Silence,
    Drop,
}

impl Sockets {
    pub fn len(&self) -> usize {
        self.open.len()
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Lets one connection in.
    pub fn ticket(&mut self) -> String {
        self.made += 1;
        let ticket = format!("sandbox-ticket-{}", self.made);
        self.tickets.insert(ticket.clone());
        ticket
    }

    /// Sends an envelope on the newest connection that is not being replaced, else on the newest; what comes back resolves when
    /// it is acknowledged. `None` without any connection.
    pub fn send(
        &mut self,
        number: u64,
        kind: Kind,
        payload: &Value,
        attempt: usize,
    ) -> Option<(String, oneshot::Receiver<String>)> {
        let (id, socket) = self.open.iter().max_by_key(|(id, socket)| (!socket.retiring, **id))?;
        let envelope_id = format!("envelope-{number}");
        let (kind, may_answer) = match kind {
            Kind::Event => ("events_api", false),
            Kind::Command => ("slash_commands", true),
            Kind::Interaction => ("interactive", true),
        };
        let mut frame = json!({
            "type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": may_answer,
        });
        if kind == "events_api" {
            frame["retry_attempt"] = json!(attempt);
            frame["retry_reason"] = json!(if attempt > 0 { "timeout" } else { "" });
        }
        // A task that has ended takes no orders; then nobody acknowledges either.
        let _ = socket.orders.send(Order::Send(frame.to_string()));
        let (acknowledge, acknowledged) = oneshot::channel();
        self.unacknowledged.insert(envelope_id.clone(), (*id, acknowledge));
        Some((envelope_id, acknowledged))
    }

    pub fn forget(&mut self, envelope_id: &str) {
        self.unacknowledged.remove(envelope_id);
        self.hang_up_retired();
    }

    pub fn order(&mut self, order: &Order) {
        for socket in self.open.values() {
            let _ = socket.orders.send(order.clone());
        }
    }

    pub fn refresh(&mut self, reason: &str) {
        let frame = json!({ "type": "disconnect", "reason": reason, "debug_info": { "host": "sandbox" } });
        self.order(&Order::Send(frame.to_string()));
        for socket in self.open.values_mut() {
            socket.retiring = true;
        }
    }

    pub fn silence(&mut self) {
        self.order(&Order::Silence);
        for socket in self.open.values_mut() {
            socket.silent = true;
        }
    }

    /// Drops connections that were asked to go, once there is another one and they owe nothing.
    fn hang_up_retired(&mut self) {
        if self.open.values().all(|socket| socket.retiring) {
            return;
        }
        for (id, socket) in self.open.iter().filter(|(_, socket)| socket.retiring) {
            if self.unacknowledged.values().all(|(on, _)| on != id) {
                let _ = socket.orders.send(Order::Drop);
            }
        }
    }

    fn acknowledge(&mut self, frame: &str) {
        let Ok(frame) = serde_json::from_str::<Value>(frame) else {
            return;
        };
        let known = frame["envelope_id"]
            .as_str()
            .and_then(|id| self.unacknowledged.remove(id));
        if let Some((_, acknowledge)) = known {
            let payload = frame.get("payload").map(Value::to_string).unwrap_or_default();
            // Whoever waited may have lost patience.
            let _ = acknowledge.send(payload);
        }
        self.hang_up_retired();
    }
}

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    #[expect(clippy::result_large_err, reason = "the signature is the websocket crate's")]
    let admit = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        let query = request.uri().query().unwrap_or_default();
        let ticket = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ticket");
        let good = ticket.is_some_and(|(_, ticket)| shared.state.look().sockets.tickets.remove(&*ticket));
        if good {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = StatusCode::NOT_FOUND;
        Err(refusal)
    };
    let Ok(mut socket) = accept_hdr_async(stream, admit).await else {
        return;
    };
    let hello = json!({
        "type": "hello", "num_connections": shared.state.look().sockets.len() + 1, "connection_info": { "app_id": APP },
        "debug_info": { "host": "sandbox", "build_number": 1, "approximate_connection_time": 18060 },
    });
    if socket.send(Message::text(hello.to_string())).await.is_err() {
        return;
    }
    let (orders, received) = mpsc::unbounded_channel();
    let id = shared.state.change(|state| {
        state.greeted += 1;
        state.sockets.made += 1;
        let id = state.sockets.made;
        let socket = Socket {
            orders,
            retiring: false,
            silent: false,
        };
        state.sockets.open.insert(id, socket);
        state.sockets.hang_up_retired();
        id
    });
    talk(socket, received, &shared).await;
    shared.state.change(|state| state.sockets.open.remove(&id));
}

async fn talk(mut socket: WebSocketStream<TcpStream>, mut orders: mpsc::UnboundedReceiver<Order>, shared: &Shared) {
    let mut silent = false;
    let mut pings = tokio::time::interval(shared.state.look().rules.ping_every);
    loop {
        let sent = tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(_)) if silent => Ok(()),
                Some(Order::Send(frame)) => socket.send(Message::text(frame)).await,
                Some(Order::Silence) => { silent = true; Ok(()) }
                Some(Order::Drop) | None => return,
            },
            frame = socket.next(), if !silent => match frame {
                Some(Ok(Message::Text(text))) => {
                    shared.state.change(|state| state.sockets.acknowledge(&text));
                    Ok(())
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => Ok(()),
            },
            _ = pings.tick(), if !silent => socket.send(Message::Ping(Bytes::from_static(b"Ping from sandbox"))).await,
        };
        if sent.is_err() {
            return;
        }
    }
}
