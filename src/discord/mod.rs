//! Discord: what people say there becomes `Incoming`, and letters take Discord's form. Rank 3: imports `clock`, `entropy`, `zone`,
//! `settings`, `http`, `domain`, `socket`.
//!
//! Bodies are built with serenity's builders and read into views of only the fields that we need, so that a change in the
//! rest of Discord's model never costs a message. The gateway loop and the REST calls are our own (`stack.md` tells why).
//!
//! - `gateway`: connects again and again, with `connection` as one websocket's life: hello, identify or resume, heartbeats, ending.
//!   `session`, `keeper` and `budget` are about what outlives it.
//! - `intake`: events → `Incoming`; `lanes` take them in, in parallel but in order for each person, and defer interactions.
//! - `courier`: letters → messages, by `form` (how a letter looks) and `address` (where it goes).
//! - `rest`: the calls, with `limits` (whom to leave alone until when). `commands` puts our commands up.

mod address;
mod budget;
mod commands;
mod connection;
mod courier;
mod deferrals;
mod event;
mod form;
mod gateway;
mod guilds;
mod intake;
mod keeper;
mod lanes;
mod limits;
mod rest;
mod session;

use std::sync::Arc;
use std::time::Duration;

use serenity::model::Permissions;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock::Clock;
use crate::domain::ports::{Courier, Ear};
use crate::entropy::Entropy;
use crate::http::Http;
use crate::settings;
use crate::socket::{Deadlines, State, Status};

use courier::Post;
use deferrals::Deferrals;
use rest::Rest;
pub use session::{NotKept, Saved, Session, Sessions};

/// One Discord application, served.
#[derive(Debug)]
pub struct Discord {
    rest: Arc<Rest>,
    deferrals: Deferrals,
    status: Status,
    pace: Pace,
    clock: Clock,
    entropy: Entropy,
}

/// How fast the gateway loop does what Discord leaves to us. Real time, not the [`Clock`]'s.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The first wait before connecting again; doubled at each failure.
    pub first: Duration,
    /// The longest wait, and how long a connection must last to count as a success.
    pub most: Duration,
    pub deadlines: Deadlines,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            most: Duration::from_secs(60),
            deadlines: Deadlines {
                // Heartbeats notice a dead gateway first; this is for the time before them.
                silence: Duration::from_secs(120),
                ..Deadlines::default()
            },
        }
    }
}

/// Discord will not have us: only the operator can mend it, and the text says what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fatal(pub String);

impl Discord {
    pub fn new(settings: &settings::Discord, http: Http, clock: Clock, entropy: Entropy) -> Self {
        Self {
            rest: Arc::new(Rest::new(http, settings.api_url.clone(), settings.token.clone())),
            deferrals: Deferrals::default(),
            status: Status::new(),
            pace: Pace::default(),
            clock,
            entropy,
        }
    }

    /// With another pace, for tests.
    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Who carries letters to people on Discord.
    pub fn courier(&self) -> Arc<dyn Courier> {
        Arc::new(Post::new(
            Arc::clone(&self.rest),
            self.deferrals.clone(),
            self.clock.clone(),
        ))
    }

    /// How it stands with the gateway.
    pub fn status(&self) -> Status {
        self.status.clone()
    }

    /// Listens until `stop`, then finishes what it has begun and leaves the session open for the next start to resume.
    ///
    /// # Errors
    /// When Discord will not have us at all. The status says so too.
    pub async fn run(
        &self,
        ear: Arc<dyn Ear>,
        sessions: Arc<dyn Sessions>,
        stop: CancellationToken,
    ) -> Result<(), Fatal> {
        let ended = gateway::run(self, ear, sessions, &stop).await;
        if let Err(Fatal(why)) = &ended {
            tracing::error!(%why, "Discord: given up");
            self.status.set(State::Fatal { why: why.clone() });
        }
        ended
    }
}

/// The link by which an administrator of a server invites the bot, with the least that it needs: to see a channel where it is
/// mentioned and to reply "Answered privately" there (a reply needs the history), also in threads.
pub fn invite_url(application: u64) -> Url {
    let permissions = Permissions::VIEW_CHANNEL
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::SEND_MESSAGES
        | Permissions::SEND_MESSAGES_IN_THREADS;
    let mut url = Url::parse("https://discord.com/oauth2/authorize").expect("a constant address is well-formed");
    url.query_pairs_mut()
        .append_pair("client_id", &application.to_string())
        .append_pair("scope", "bot applications.commands")
        .append_pair("permissions", &permissions.bits().to_string());
    url
}
