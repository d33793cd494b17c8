//! A stand-in for Slack: the Web API, signed deliveries and Socket Mode over the real wire, strict about what the real one
//! refuses, and people in it whom a test or the sandbox speaks for. Imports nothing of ours.
//!
//! State first (`state`), wire second (`web_api` and its `methods` and `history`, `deliver`, `sockets`); `blocks` holds what a message must look like, `people`
//! the side that reads like a conversation. It takes its time from a closure. Its only waits are those that [`Rules`] names.

mod blocks;
mod deliver;
mod history;
mod methods;
mod people;
mod sockets;
mod state;
mod web_api;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use super::view::{NotThere, View};
use super::watched::Watched;
pub use deliver::{Kind, Served};
pub use people::Person;
use state::State;
pub use state::{APP, BOT, Rules, TEAM, TEAM_NAME};
pub use web_api::{Fault, Request};

/// A running stand-in; it stops when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Slack {
    shared: Arc<Shared>,
    _servers: Arc<JoinSet<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Watched<State>,
    api: SocketAddr,
    gateway: SocketAddr,
    client: reqwest::Client,
}

impl Slack {
    /// Starts one on two free ports of the loopback, with the time that `now` tells.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static, rules: Rules) -> io::Result<Self> {
        // Whoever was first has installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let api = TcpListener::bind("127.0.0.1:0").await?;
        let gateway = TcpListener::bind("127.0.0.1:0").await?;
        let shared = Arc::new(Shared {
            state: Watched::new(State::new(Box::new(now), rules)),
            api: api.local_addr()?,
            gateway: gateway.local_addr()?,
            client: reqwest::Client::builder()
                .no_proxy()
                .build()
                .map_err(io::Error::other)?,
        });
        let mut servers = JoinSet::new();
        servers.spawn(web_api::serve(api, Arc::clone(&shared)));
        servers.spawn(sockets::serve(gateway, Arc::clone(&shared)));
        Ok(Self {
            shared,
            _servers: Arc::new(servers),
        })
    }

    /// What `SLACK_API_URL` is to be.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.shared.api)
    }

    /// What `SLACK_BOT_TOKEN` is to be.
    pub fn bot_token(&self) -> &'static str {
        state::BOT_TOKEN
    }

    /// What `SLACK_APP_TOKEN` is to be, for Socket Mode.
    pub fn app_token(&self) -> &'static str {
        state::APP_TOKEN
    }

    /// What `SLACK_SIGNING_SECRET` is to be.
    pub fn signing_secret(&self) -> &'static str {
        state::SIGNING_SECRET
    }

    /// Where signed requests go: the bot's own address, such as `http://127.0.0.1:8080`. Until it is set, or a socket is open,
    /// nothing can be delivered.
    pub fn delivers_to(&self, bot: &str) {
        let bot = bot.trim_end_matches('/').to_owned();
        self.shared.state.change(|state| state.bot_url = Some(bot));
    }

    /// A member of the workspace, by user id (`U7`), made when first named.
    pub fn person(&self, id: &str) -> Person {
        self.shared.state.change(|state| {
            state.person(id);
        });
        Person::new(Arc::clone(&self.shared), id)
    }

    /// Everything that the whole channel has seen from the bot, in order, edits included.
    pub fn public(&self, channel: &str) -> Vec<View> {
        self.shared.state.look().public_views(channel)
    }

    /// Returns once `wanted` holds of what [`Slack::public`] shows.
    pub async fn public_until(&self, channel: &str, wanted: impl Fn(&[View]) -> bool) -> Vec<View> {
        self.shared
            .state
            .until(|state| Some(state.public_views(channel)).filter(|views| wanted(views)))
            .await
    }

    /// Everybody that a message of the bot's has pinged by mention, command or broadcast. Must stay empty.
    pub fn pinged(&self) -> Vec<String> {
        self.shared.state.look().pinged.clone()
    }

    /// From now on the bot is no member of that channel.
    pub fn bars_bot_from(&self, channel: &str) {
        self.shared
            .state
            .change(|state| state.barred.insert(channel.to_owned()));
    }

    /// Switches the app's Messages tab off, or on again.
    pub fn sets_messages_tab(&self, on: bool) {
        self.shared.state.change(|state| state.messages_tab = on);
    }

    /// The app was installed without the scope to read direct messages.
    pub fn forbids_reading(&self) {
        self.shared.state.change(|state| state.may_read = false);
    }

    /// Every token is refused from now on, as after an uninstall.
    pub fn revokes_tokens(&self) {
        self.shared.state.change(|state| state.revoked = true);
    }

    /// Every request so far, refused ones included.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state.look().requests.clone()
    }

    /// How often `method` was called.
    pub fn calls(&self, method: &str) -> usize {
        let state = self.shared.state.look();
        state.requests.iter().filter(|request| request.method == method).count()
    }

    /// Returns once `wanted` holds of [`Slack::requests`].
    pub async fn requests_until(&self, wanted: impl Fn(&[Request]) -> bool) -> Vec<Request> {
        self.shared
            .state
            .until(|state| wanted(&state.requests).then(|| state.requests.clone()))
            .await
    }

    /// The next call of `method` (`response_url` is one too) meets `fault`; several queue up.
    pub fn next_meets(&self, method: &str, fault: Fault) {
        self.shared
            .state
            .change(|state| state.faults.push_back((method.to_owned(), fault)));
    }

    /// Takes back what [`Slack::next_meets`] has ordered and nobody has met.
    pub fn heals(&self) {
        self.shared.state.change(|state| state.faults.clear());
    }

    /// How each delivery so far was served, attempt by attempt.
    pub fn served(&self) -> Vec<Served> {
        self.shared.state.look().served.clone()
    }

    /// Returns once `wanted` holds of [`Slack::served`].
    pub async fn served_until(&self, wanted: impl Fn(&[Served]) -> bool) -> Vec<Served> {
        self.shared
            .state
            .until(|state| wanted(&state.served).then(|| state.served.clone()))
            .await
    }

    /// Returns once nothing is on its way to the bot.
    pub async fn settled(&self) {
        self.shared
            .state
            .until(|state| (state.in_flight == 0).then_some(()))
            .await;
    }

    /// Delivers a message that was delivered before again, under another event id, as Slack has been seen to do.
    pub fn redelivers(&self, ts: &str) {
        deliver::redeliver(&self.shared, ts);
    }

    /// Delivers an event as it is given, however odd.
    pub fn sends_event(&self, event: serde_json::Value) {
        let envelope = self.shared.state.change(|state| state.envelope(event));
        deliver::event(&self.shared, envelope);
    }

    /// How many Socket Mode connections are open.
    pub fn sockets(&self) -> usize {
        self.shared.state.look().sockets.len()
    }

    /// How many Socket Mode connections have been greeted since the start.
    pub fn greeted(&self) -> usize {
        self.shared.state.look().greeted
    }

    /// Returns once `wanted` holds of [`Slack::greeted`].
    pub async fn greeted_until(&self, wanted: impl Fn(usize) -> bool) -> usize {
        self.shared
            .state
            .until(|state| Some(state.greeted).filter(|greeted| wanted(*greeted)))
            .await
    }

    /// Asks all open sockets to be replaced (`refresh_requested`, or `warning`). Each is hung up on once another one is open and
    /// everything that was sent on it is acknowledged; until then it goes on delivering.
    pub fn refreshes_sockets(&self, reason: &str) {
        self.shared.state.change(|state| state.sockets.refresh(reason));
    }

    /// Hangs up on all sockets, without a close frame.
    pub fn drops_sockets(&self) {
        self.shared
            .state
            .change(|state| state.sockets.order(&sockets::Order::Drop));
    }

    /// All open sockets stay open, but nothing comes through them any more in either direction, not even pings.
    pub fn silences_sockets(&self) {
        self.shared.state.change(|state| state.sockets.silence());
    }

    /// Sends a frame as it is given on every open socket, however odd.
    pub fn sends_frame(&self, frame: &str) {
        self.shared
            .state
            .change(|state| state.sockets.order(&sockets::Order::Send(frame.to_owned())));
    }
}

/// How long Slack waits for an acknowledgement, and how long and how often a `response_url` may be used
/// (<https://docs.slack.dev/interactivity/handling-user-interaction>).
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(3);
const RESPONSE_URL_LIFE: Duration = Duration::from_secs(30 * 60);
const RESPONSE_URL_USES: u32 = 5;
