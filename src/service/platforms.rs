//! The chat platforms that the settings switch on.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::gateway::Rows;
use super::start::NotStarted;
use crate::clock::Clock;
use crate::discord::Discord;
use crate::domain::ports::{Courier, Ear};
use crate::entropy::Entropy;
use crate::http::Http;
use crate::settings::{self, Settings};
use crate::slack::{self, socket_mode};
use crate::socket::Status;

/// How long to wait before Slack is asked again who we are.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// Opened, but not listening yet.
pub(super) struct Platforms {
    slack: Option<Slack>,
    discord: Option<Arc<Discord>>,
    pub couriers: Vec<Arc<dyn Courier>>,
    clock: Clock,
    entropy: Entropy,
}

struct Slack {
    api: Arc<slack::Api>,
    settings: settings::Slack,
}

impl Platforms {
    pub fn open(settings: &Settings, http: &Http, clock: &Clock, entropy: &Entropy) -> Result<Self, NotStarted> {
        let mut couriers: Vec<Arc<dyn Courier>> = Vec::new();
        let slack = match &settings.slack {
            Some(settings) => {
                let api = slack::Api::new(settings).map_err(NotStarted::Certificates)?;
                couriers.push(Arc::new(slack::Courier::new(api.clone())));
                Some(Slack {
                    api,
                    settings: settings.clone(),
                })
            }
            None => None,
        };
        let discord = settings.discord.as_ref().map(|settings| {
            let discord = Discord::new(settings, http.clone(), clock.clone(), entropy.clone());
            couriers.push(discord.courier());
            Arc::new(discord)
        });
        Ok(Self {
            slack,
            discord,
            couriers,
            clock: clock.clone(),
            entropy: entropy.clone(),
        })
    }

    /// Starts listening until `stop`: the sockets as tasks, HTTP as the routes that are given back. The statuses are those of
    /// the sockets, by name.
    pub fn listen(
        self,
        ear: &Arc<dyn Ear>,
        sessions: Rows,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> (Router, Vec<(&'static str, Status)>) {
        let mut routes = Router::new();
        let mut sockets = Vec::new();
        if let Some(Slack { api, settings }) = self.slack {
            let intake = slack::Intake::new(
                ear.clone(),
                self.clock.clone(),
                api.clone(),
                settings.signing_secret.as_ref(),
            );
            routes = routes.merge(slack::routes(intake.clone()));
            tasks.spawn(until(stop.clone(), introduce(api, self.clock)));
            if settings.app_token.is_some() {
                let status = Status::new();
                sockets.push(("slack", status.clone()));
                let socket = socket_mode::run(intake, self.entropy, status, socket_mode::Timing::default());
                tasks.spawn(until(stop.clone(), socket));
            }
        }
        if let Some(discord) = self.discord {
            sockets.push(("discord", discord.status()));
            let (ear, stop) = (ear.clone(), stop.clone());
            let (status, leader) = (discord.status(), sessions.leader.clone());
            let sessions = Arc::new(sessions);
            tasks.spawn(async move {
                let work = |stop| discord.run(ear.clone(), sessions.clone(), stop);
                if let Some(Err(fatal)) = leader.lead(&status, &stop, work).await {
                    tracing::error!(%fatal, "Discord is not served");
                }
            });
        }
        (routes, sockets)
    }
}

async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    stop.run_until_cancelled(work).await;
}

/// Learns who we are in Slack, which names the workspace on pages. Nothing waits for it.
async fn introduce(api: Arc<slack::Api>, clock: Clock) {
    while let Err(error) = api.identity().await {
        tracing::warn!(%error, "Slack could not be asked who we are");
        clock.sleep(ASK_AGAIN).await;
    }
}
