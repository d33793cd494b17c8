//! From settings to a running service, each step with its own words for the operator when it fails.

use std::fs;
use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::folder::{Claim, NotClaimed};
use super::platforms::Platforms;
use super::running::{Opened, Running};
use super::{key, refresh};
use crate::app::sign_in::Links;
use crate::app::{self, App};
use crate::clock::Clock;
use crate::domain::person::PersonId;
use crate::domain::ports::Courier;
use crate::entropy::Entropy;
use crate::google::{Calendar, OAuth, oauth};
use crate::http::{Http, NoClient};
use crate::language::Policy;
use crate::seal::{KeyRing, NotAKey};
use crate::settings::{Database, Settings, State, TierKind};
use crate::sql::{self, Db};
use crate::vault::{
    self, Deployment, Door, Folder, KeyTrouble, NoFolder, NoTier, NotARedis, Owned, Redis, SecretManager, Tier, Unread,
    Vault, check_key,
};

/// What a service is started with.
pub struct Start {
    pub settings: Settings,
    /// Bound already, so that whoever needs the port knows it.
    pub listener: TcpListener,
    pub clock: Clock,
    pub entropy: Entropy,
    /// Besides those of Slack and Discord, which come from the settings.
    pub couriers: Vec<Arc<dyn Courier>>,
    /// The stand-ins' credentials are welcome, as nowhere else.
    pub sandbox: bool,
}

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    #[error(transparent)]
    Folder(#[from] NotClaimed),
    #[error(transparent)]
    Database(#[from] sql::Error),
    #[error(transparent)]
    NotAKey(#[from] NotAKey),
    #[error(transparent)]
    Key(#[from] KeyTrouble),
    #[error(transparent)]
    KeyUnread(#[from] Unread),
    #[error(transparent)]
    Grants(#[from] NoFolder),
    #[error(transparent)]
    Redis(#[from] NotARedis),
    #[error(transparent)]
    NoTier(#[from] NoTier),
    #[error(transparent)]
    Http(#[from] NoClient),
    #[error("{0}")]
    Certificates(io::Error),
    #[error("the address can't be listened on: {0}")]
    Listener(io::Error),
}

impl Start {
    /// Opens and starts everything.
    ///
    /// # Errors
    /// When something that the service can't be without is missing or wrong. Outside services need not answer yet.
    pub async fn run(self) -> Result<Running, NotStarted> {
        let Self {
            settings,
            listener,
            clock,
            entropy,
            couriers,
            sandbox,
        } = self;
        let claim = Claim::take(&settings.state)?;
        let db = match &settings.state.database {
            Database::File(path) => Db::open(path)?,
            Database::Postgres(url) => Db::connect(url).await?,
        };
        let (key, listener) = key::waited_for(&settings.state.key, &clock, listener).await?;
        let keys = Arc::new(KeyRing::new(&[key], entropy.clone())?);
        check_key(&db, &keys).await?;
        let http = Http::new(clock.clone(), entropy.clone())?;
        let mut platforms = Platforms::open(&settings, &http, &clock, &entropy)?;
        platforms.couriers.extend(couriers);
        let workings = Workings {
            db: db.clone(),
            clock: clock.clone(),
            entropy,
            keys: keys.clone(),
            http,
            couriers: platforms.couriers.clone(),
            sandbox,
        };
        let (vault, app) = workings.assemble(&settings)?;
        app.start().await?;
        tell(&settings.state);
        let opened = Opened {
            claim,
            settings,
            clock,
            db,
            keys,
            vault,
            platforms,
            app,
        };
        Running::begin(opened, listener).map_err(NotStarted::Listener)
    }
}

/// What the use-cases are put together from.
pub(super) struct Workings {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub keys: Arc<KeyRing>,
    pub http: Http,
    pub couriers: Vec<Arc<dyn Courier>>,
    pub sandbox: bool,
}

impl Workings {
    /// The vault and the use-cases over it; nothing runs yet.
    pub fn assemble(self, settings: &Settings) -> Result<(Vault, App), NotStarted> {
        let Self {
            db,
            clock,
            entropy,
            keys,
            http,
            couriers,
            sandbox,
        } = self;
        let deployment = Deployment {
            db: db.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        };
        let oauth = Arc::new(OAuth::new(http.clone(), clock.clone(), &settings.google));
        let vault = Vault::open(vault::Parts {
            db: db.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            keys: keys.clone(),
            tiers: tiers(settings, &deployment)?,
            door: Door {
                client_id: settings.google.client_id.clone(),
                scopes: vec![oauth::CALENDAR_SCOPE.to_owned()],
                sandbox,
            },
            refresh: refresh::by(oauth.clone(), clock.clone()),
        })?;
        let app = App::new(app::Parts {
            db,
            clock,
            entropy,
            keys: keys.clone(),
            vault: vault.clone(),
            oauth,
            calendar: Calendar::new(http, &settings.google),
            couriers,
            policy: Policy {
                workday: settings.hours.start..settings.hours.end,
                ..Policy::default()
            },
            default_zone: settings.hours.default_zone.clone(),
            contact: settings.site.contact.clone(),
            // The settings' own check lets nothing else in.
            admins: settings
                .site
                .admins
                .iter()
                .filter_map(|id| PersonId::parse(id).ok())
                .collect(),
            sign_in_links: Links::new(keys, settings.site.public_url.clone()),
            place: place(),
        });
        Ok((vault, app))
    }
}

/// The places that keep grants besides memory, in reading order. One outside the deployment's own database is used once it is known
/// to be this deployment's.
pub(super) fn tiers(settings: &Settings, deployment: &Deployment) -> Result<Vec<Arc<dyn Tier>>, NotStarted> {
    let (state, Deployment { db, clock, .. }) = (&settings.state, deployment);
    let owned = |tier| -> Arc<dyn Tier> { Arc::new(Owned::new(tier, deployment.clone())) };
    let mut tiers: Vec<Arc<dyn Tier>> = Vec::new();
    for kind in &state.tiers {
        match (kind, &settings.secret_manager, &state.redis_url) {
            (TierKind::SecretManager, Some(there), _) => {
                let tier = SecretManager::open(&there.project, &there.url, clock.clone());
                tiers.push(owned(Arc::new(tier)));
            }
            (TierKind::Redis, _, Some(url)) => tiers.push(owned(Arc::new(Redis::open(url)?))),
            (TierKind::Database, ..) => tiers.push(Arc::new(vault::Database::new(db.clone(), clock.clone()))),
            (TierKind::File, ..) => tiers.push(owned(Arc::new(Folder::open(&state.dir.join("grants"))?))),
            // The settings name no tier without what it needs.
            (TierKind::SecretManager | TierKind::Redis, ..) => {}
        }
    }
    Ok(tiers)
}

/// The machine's or the container's name, where the system tells it, and the process's number there.
fn place() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let process = format!("process {}", std::process::id());
    match host.trim() {
        "" => process,
        host => format!("{host}, {process}"),
    }
}

/// What an operator should see at a glance in the log.
fn tell(state: &State) {
    let names: Vec<_> = state.tiers.iter().map(|tier| tier.name()).collect();
    tracing::info!(tiers = names.join(", "), "where grants are kept, besides memory");
    if state.is_fleeting {
        tracing::warn!("no lasting disk and no PostgreSQL: a crash may cost what is in flight, such as a message");
    }
}
