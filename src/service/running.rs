//! A running service, and how it ends: first it stops taking things in, then it finishes what it has begun.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::folder::Claim;
use super::gateway::Rows;
use super::health::{Health, figures};
use super::leader::Leader;
use super::platforms::Platforms;
use crate::app::App;
use crate::clock::Clock;
use crate::domain::person::PersonId;
use crate::domain::ports::Ear;
use crate::seal::KeyRing;
use crate::settings::Settings;
use crate::sql::Db;
use crate::vault::Vault;
use crate::web::Web;

/// How long requests and sockets may take to end, once asked.
const TO_CLOSE: Duration = Duration::from_secs(2);
/// How long acts and letters may take after that; together under the ten seconds that container platforms wait.
const TO_FINISH: Duration = Duration::from_secs(7);

/// How often figures are gathered.
const GATHER: Duration = Duration::from_secs(5);

/// Everything that is open, and not yet serving.
pub(super) struct Opened {
    pub claim: Claim,
    pub settings: Settings,
    pub clock: Clock,
    pub db: Db,
    pub keys: Arc<KeyRing>,
    pub vault: Vault,
    pub platforms: Platforms,
    pub app: App,
}

/// A service that serves.
pub struct Running {
    addr: SocketAddr,
    app: App,
    /// What takes things in: the web server and the sockets.
    ears: TaskTracker,
    listening: CancellationToken,
    /// What goes on until the very end.
    hands: TaskTracker,
    working: CancellationToken,
    _claim: Claim,
}

impl Running {
    /// Starts the web server, the sockets and the vault's worker; the app has started already.
    pub(super) fn begin(opened: Opened, listener: TcpListener) -> io::Result<Self> {
        let Opened {
            claim,
            settings,
            clock,
            db,
            keys,
            vault,
            platforms,
            app,
        } = opened;
        let (ears, listening) = (TaskTracker::new(), CancellationToken::new());
        let (hands, working) = (TaskTracker::new(), CancellationToken::new());
        let addr = listener.local_addr()?;
        let (journal, stop) = (vault.clone(), working.clone());
        hands.spawn(async move { journal.run_journal(stop).await });
        let (away, stop) = (vault.clone(), working.clone());
        hands.spawn(async move { away.keep_alive(stop).await });
        hands.spawn(keep_figures(clock.clone(), working.clone()));
        let ear: Arc<dyn Ear> = Arc::new(app.clone());
        let leader = Leader {
            db: db.clone(),
            clock,
            name: "discord gateway",
        };
        let sessions = Rows {
            db: db.clone(),
            keys,
            leader,
        };
        let (platform, sockets) = platforms.listen(&ear, sessions, &ears, &listening);
        let health = Health { db, vault, sockets };
        let web = Web {
            app: app.clone(),
            site: settings.site,
            google: settings.google.auth_url,
            parts: Arc::new(move || {
                let health = health.clone();
                async move { health.parts().await }.boxed()
            }),
            metrics: Arc::new(|| figures().map(PrometheusHandle::render).unwrap_or_default()),
        };
        let routes = web.routes(Some(platform));
        let stop = listening.clone();
        ears.spawn(async move {
            if let Err(error) = axum::serve(listener, routes)
                .with_graceful_shutdown(stop.cancelled_owned())
                .await
            {
                tracing::error!(%error, "the web server ended");
            }
        });
        tracing::info!(%addr, "ready");
        Ok(Self {
            addr,
            app,
            ears,
            listening,
            hands,
            working,
            _claim: claim,
        })
    }

    /// Where the web server listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Who hears what people say.
    pub fn ear(&self) -> Arc<dyn Ear> {
        Arc::new(self.app.clone())
    }

    /// Returns once the person has the answer to everything that they said.
    pub async fn settled(&self, person: &PersonId) {
        if let Err(error) = self.app.settled(person).await {
            tracing::error!(%error, "the database can't be asked whether everything is answered");
        }
    }

    /// Takes nothing more in, and finishes what is under way; what takes too long goes on after the next start.
    pub async fn stop(self) {
        self.listening.cancel();
        self.ears.close();
        if timeout(TO_CLOSE, self.ears.wait()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        self.app.stop(TO_FINISH).await;
        self.working.cancel();
        self.hands.close();
        // The journal is durable: what it still has to bring somewhere, it brings after the next start.
        let _ = timeout(Duration::from_millis(500), self.hands.wait()).await;
        tracing::info!("stopped");
    }
}

/// The recorder gathers what has been observed only when it is told to.
async fn keep_figures(clock: Clock, stop: CancellationToken) {
    while let (Some(figures), false) = (figures(), stop.is_cancelled()) {
        figures.run_upkeep();
        stop.run_until_cancelled(clock.sleep(GATHER)).await;
    }
}
