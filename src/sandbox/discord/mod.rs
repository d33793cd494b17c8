//! A stand-in for Discord: REST v10 and the gateway over the real wire, strict about what the real one refuses, and people in it
//! whom a test or the sandbox speaks for. Imports nothing of ours.
//!
//! State first (`state`), wire second (`rest`, `gateway`); `check` holds what a request body must look like, `people` the side
//! that reads like a conversation. It takes its time from a closure, and never sleeps.

mod check;
mod gateway;
mod interactions;
mod people;
mod rest;
mod state;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use super::view::{NotThere, View};
use super::watched::Watched;
pub use people::Person;
pub use rest::{Fault, Request};
pub use state::Rules;
use state::State;

/// A running stand-in; it stops when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Discord {
    shared: Arc<Shared>,
    _servers: Arc<JoinSet<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Watched<State>,
    api: SocketAddr,
    gateway: SocketAddr,
}

impl Discord {
    /// Starts one on two free ports of the loopback, with the time that `now` tells.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static, rules: Rules) -> io::Result<Self> {
        let api = TcpListener::bind("127.0.0.1:0").await?;
        let gateway = TcpListener::bind("127.0.0.1:0").await?;
        let shared = Arc::new(Shared {
            state: Watched::new(State::new(Box::new(now), rules)),
            api: api.local_addr()?,
            gateway: gateway.local_addr()?,
        });
        let mut servers = JoinSet::new();
        servers.spawn(rest::serve(api, Arc::clone(&shared)));
        servers.spawn(gateway::serve(gateway, Arc::clone(&shared)));
        Ok(Self {
            shared,
            _servers: Arc::new(servers),
        })
    }

    /// What `DISCORD_API_URL` is to be.
    pub fn api_url(&self) -> String {
        format!("http://{}/api/v10", self.shared.api)
    }

    /// What `DISCORD_TOKEN` is to be.
    pub fn token(&self) -> &'static str {
        state::TOKEN
    }

    /// Somebody with an account, made at the first mention of their name.
    pub fn person(&self, name: &str) -> Person {
        let id = self.shared.state.change(|state| state.person(name));
        Person::new(Arc::clone(&self.shared), id)
    }

    /// Everything that the whole channel has seen from the bot, in order, edits included.
    pub fn public(&self, channel: &str) -> Vec<View> {
        self.shared.state.change(|state| {
            let channel = state.channel(channel);
            state.public_views(channel)
        })
    }

    /// Returns once `wanted` holds of what [`Discord::public`] shows.
    pub async fn public_until(&self, channel: &str, wanted: impl Fn(&[View]) -> bool) -> Vec<View> {
        let shows = |state: &mut State| {
            let channel = state.channel(channel);
            Some(state.public_views(channel)).filter(|views| wanted(views))
        };
        self.shared.state.until(shows).await
    }

    /// From now on the bot may not write in that channel.
    pub fn bars_bot_from(&self, channel: &str) {
        self.shared.state.change(|state| {
            let channel = state.channel(channel);
            state.barred.insert(channel);
        });
    }

    /// The application's commands as they stand.
    pub fn commands(&self) -> Vec<serde_json::Value> {
        self.shared.state.look().commands.clone()
    }

    /// Every REST request so far, refused ones included.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state.look().requests.clone()
    }

    /// Returns once `wanted` holds of [`Discord::requests`].
    pub async fn requests_until(&self, wanted: impl Fn(&[Request]) -> bool) -> Vec<Request> {
        self.shared
            .state
            .until(|state| wanted(&state.requests).then(|| state.requests.clone()))
            .await
    }

    /// The next request whose `METHOD /path` starts with `route` meets `fault`; several queue up.
    pub fn next_meets(&self, route: &str, fault: Fault) {
        self.shared
            .state
            .change(|state| state.faults.push_back((route.to_owned(), fault)));
    }

    /// How many times a bot has identified, and resumed, and how many heartbeats came.
    pub fn counts(&self) -> Counts {
        self.shared.state.look().gateway.counts
    }

    /// Returns once `wanted` holds of [`Discord::counts`].
    pub async fn counts_until(&self, wanted: impl Fn(Counts) -> bool) -> Counts {
        self.shared
            .state
            .until(|state| Some(state.gateway.counts).filter(|counts| wanted(*counts)))
            .await
    }

    /// Hangs up on the bot, without a close frame.
    pub fn drops_gateway(&self) {
        self.shared
            .state
            .change(|state| state.gateway.order(gateway::Order::Drop));
    }

    /// Closes the gateway with `code`; without one, by a close frame that has none.
    pub fn closes_gateway(&self, code: Option<u16>) {
        self.shared
            .state
            .change(|state| state.gateway.order(gateway::Order::Close(code)));
    }

    /// Asks the bot to reconnect (op 7).
    pub fn asks_to_reconnect(&self) {
        self.shared.state.change(|state| state.gateway.reconnect());
    }

    /// Tells the bot that its session is invalid (op 9), and forgets it unless it is `resumable`.
    pub fn invalidates_session(&self, resumable: bool) {
        self.shared.state.change(|state| state.gateway.invalidate(resumable));
    }

    /// Forgets every session, as a gateway does that was restarted: nothing can be resumed.
    pub fn forgets_sessions(&self) {
        self.shared.state.change(|state| state.gateway.forget());
    }

    /// Whether heartbeats are answered. Unanswered, the connection stays open and silent.
    pub fn answers_heartbeats(&self, answers: bool) {
        self.shared
            .state
            .change(|state| state.gateway.rules.answers_heartbeats = answers);
    }

    /// Sends a dispatch as it is given, however odd.
    pub fn dispatches(&self, event: &str, data: serde_json::Value) {
        self.shared
            .state
            .change(|state| state.gateway.dispatch(event, &data, 0));
    }

    /// Dispatches the message or interaction of that id once more, as a replay does that begins too early.
    pub fn replays(&self, id: u64) {
        self.shared.state.change(|state| state.gateway.replay(id));
    }
}

/// What the gateway has counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub connections: u32,
    pub identifies: u32,
    pub resumes: u32,
    pub heartbeats: u32,
}

/// How long an interaction may wait for its first answer, and how long its token lives
/// (<https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages>).
const FIRST_ANSWER: Duration = Duration::from_secs(3);
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
