//! A stand-in for Google: consent pages, tokens, Calendar, over the real wire protocols. Imports nothing of ours.
//!
//! State first ([`world`], [`events`]), wire second ([`consent`], [`token`], [`calendar`]). Its tokens carry the word `sandbox`,
//! so that a real credential store can know and refuse them. Time and chance are arguments: `now` and `seed`.

mod asked;
mod calendar;
mod consent;
mod control;
mod event_time;
mod events;
mod fault;
mod fields;
mod id_token;
mod incoming_event;
mod meet;
mod pages;
mod refusal;
mod scope;
mod token;
mod watch;
mod week;
mod world;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, fs, io};

use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

pub use control::{Gate, Seed};
pub use fault::{Endpoint, Fault};
pub use id_token::Forgery;
pub use meet::MeetBehaviour;
pub use scope::CALENDAR as CALENDAR_SCOPE;
pub use watch::Request;
pub use world::{Account, Mail, MailKind};

use super::fault::Faults;
use super::wire::Server;
use world::World;

/// Where the stand-in takes its time from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What a stand-in starts with.
pub struct Config {
    /// Loopback with a free port by default.
    pub listen: SocketAddr,
    pub now: Now,
    /// What its tokens are drawn from. The same seed draws the same tokens.
    pub seed: [u8; 32],
    pub client: Client,
    /// Where its state outlives it; without, it forgets.
    pub file: Option<PathBuf>,
}

/// The OAuth client that is registered.
#[derive(Clone, Debug)]
pub struct Client {
    pub id: String,
    pub secret: String,
    /// As the consent page names it.
    pub name: String,
    /// Compared character by character; more can be added once their port is known.
    pub redirect_uris: BTreeSet<String>,
}

impl Config {
    /// The sandbox's own client, registered without a redirect URI yet.
    pub fn new(now: Now) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            now,
            seed: [7; 32],
            client: Client {
                id: "sandbox.apps.googleusercontent.invalid".to_owned(),
                secret: "sandbox-client-secret".to_owned(),
                name: "ChatCal".to_owned(),
                redirect_uris: BTreeSet::new(),
            },
            file: None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("client", &self.client.id)
            .finish_non_exhaustive()
    }
}

/// A running stand-in; it stops when dropped. The methods in `control` arrange and inspect it.
pub struct Google {
    shared: Arc<Shared>,
    server: Server,
}

impl fmt::Debug for Google {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Google")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// What every handler sees.
struct Shared {
    now: Now,
    seed: [u8; 32],
    client: Mutex<Client>,
    file: Option<PathBuf>,
    world: Mutex<World>,
    faults: Faults<Endpoint>,
    log: watch::Log,
}

impl Shared {
    fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self) -> Client {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the state beside its old copy and swaps them, so that a crash leaves one of the two.
    fn save(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let world = self.world();
        let next = file.with_extension("next");
        fs::write(&next, serde_json::to_vec(&*world)?)?;
        fs::rename(next, file)
    }
}

impl Google {
    /// Starts serving.
    ///
    /// # Errors
    /// When the address cannot be listened on, or the state file is there but cannot be read.
    pub async fn start(config: Config) -> io::Result<Self> {
        let world = match &config.file {
            Some(file) if file.exists() => serde_json::from_slice(&fs::read(file)?)?,
            _ => World::default(),
        };
        let shared = Arc::new(Shared {
            now: config.now,
            seed: config.seed,
            client: Mutex::new(config.client),
            file: config.file,
            world: Mutex::new(world),
            faults: Faults::default(),
            log: watch::Log::default(),
        });
        let server = Server::start(config.listen, routes(&shared)).await?;
        Ok(Self { shared, server })
    }

    /// The address that all others start with, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    pub fn auth_url(&self) -> String {
        self.url() + "/o/oauth2/v2/auth"
    }

    pub fn token_url(&self) -> String {
        self.url() + "/token"
    }

    pub fn revoke_url(&self) -> String {
        self.url() + "/revoke"
    }

    pub fn jwks_url(&self) -> String {
        self.url() + "/certs"
    }

    pub fn userinfo_url(&self) -> String {
        self.url() + "/userinfo"
    }

    /// The base that `calendars/…` is appended to.
    pub fn calendar_url(&self) -> String {
        self.url() + "/calendar/v3/"
    }

    /// The page that draws an account's calendar; `?week=2026-11-24` turns it to that day's week.
    pub fn week_url(&self, email: &str) -> String {
        format!("{}/calendar/{email}", self.url())
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/o/oauth2/v2/auth", get(consent::ask))
        .route("/o/oauth2/v2/auth/decide", post(consent::decide))
        .route("/token", post(token::token))
        .route("/revoke", post(token::revoke))
        .route("/certs", get(token::certs))
        .route("/userinfo", get(token::userinfo))
        .route(
            "/calendar/v3/calendars/{calendar}/events",
            get(calendar::list).post(calendar::insert),
        )
        .route(
            "/calendar/v3/calendars/{calendar}/events/{event}",
            get(calendar::get).patch(calendar::patch).delete(calendar::delete),
        )
        .route("/calendar/{email}", get(week::show))
        .fallback(refusal::not_found)
        .method_not_allowed_fallback(refusal::not_found)
        .layer(axum::middleware::from_fn_with_state(shared.clone(), watch::watch))
        .with_state(shared.clone())
}
