//! A stand-in for Google's Secret Manager (v1, REST), as strict as the real one. Imports nothing of ours.
//!
//! State first ([`world`]), wire second ([`api`]). A version is read by its number at once; the word `latest` and every listing
//! may lag behind, as cloud.google.com/secret-manager/docs/resource-consistency says of the real one.

mod api;
mod control;
mod fault;
mod refusal;
mod world;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};

pub use control::Gate;
pub use fault::{Fault, Operation};

use super::fault::Faults;
use super::wire::{Line, Server};
use world::World;

/// Where the stand-in takes its time from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What a stand-in starts with.
pub struct Config {
    /// Loopback with a free port by default.
    pub listen: SocketAddr,
    pub now: Now,
    /// The one project that it knows.
    pub project: String,
}

impl Config {
    pub fn new(now: Now) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            now,
            project: "sandbox-project".to_owned(),
        }
    }
}

/// A running stand-in; it stops when dropped. The methods in `control` arrange and inspect it.
pub struct SecretManager {
    shared: Arc<Shared>,
    server: Server,
}

impl fmt::Debug for SecretManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretManager")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

/// What every handler sees.
struct Shared {
    now: Now,
    project: String,
    world: Mutex<World>,
    faults: Faults<Operation>,
    counts: Mutex<BTreeMap<Operation, usize>>,
    /// The most that a page holds, whatever is asked for.
    page: AtomicUsize,
    /// How many of the next answers arrive with a bit flipped.
    damaged: AtomicUsize,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Operation, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretManager {
    /// Starts serving, with nothing stored.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(config: Config) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            now: config.now,
            project: config.project,
            world: Mutex::default(),
            faults: Faults::default(),
            counts: Mutex::default(),
            page: AtomicUsize::new(api::LARGEST_PAGE),
            damaged: AtomicUsize::new(0),
        });
        let server = Server::start(config.listen, routes(&shared)).await?;
        Ok(Self { shared, server })
    }

    /// The address that all others start with, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/projects/{project}/secrets", get(api::list).post(api::create))
        .route("/v1/projects/{project}/secrets/{secret}", get(api::get).post(api::add))
        .route("/v1/projects/{project}/secrets/{secret}/versions", get(api::versions))
        .route(
            "/v1/projects/{project}/secrets/{secret}/versions/{version}",
            get(api::version).post(api::change),
        )
        .fallback(refusal::no_such_address)
        .method_not_allowed_fallback(refusal::no_such_address)
        .layer(from_fn_with_state(shared.clone(), watch))
        .with_state(shared.clone())
}

/// Every request passes here: it is counted, and may meet the trouble that was ordered for it.
async fn watch(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let operation = Operation::of(request.method(), request.uri().path());
    *shared.counts().entry(operation).or_default() += 1;
    let work = next.run(request);
    match shared.faults.take(operation) {
        None => work.await,
        Some(fault) => fault.suffer(&line, work).await,
    }
}

impl Shared {
    /// Whether the answer that is being written is one of those that get damaged.
    fn damages(&self) -> bool {
        let less = |left: usize| left.checked_sub(1);
        self.damaged
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, less)
            .is_ok()
    }
}
