//! The use-cases: taking in what people say, doing what a conversation orders, sending its letters, linking accounts.
//! Rank 3: knows no chat platform; imports ranks 0 to 2.
//!
//! ```text
//! Ear::hear ──> one transaction: inbox, conversation.turn, acts, letters ──> mailroom ──> Courier
//!                                    ^                        │
//!                                    └── outcome <── acts <───┘
//! ```

mod acts;
pub mod admin;
mod alerts;
mod faults;
mod hear;
mod housekeeping;
mod mailroom;
mod presence;
pub mod sign_in;
mod turns;

pub use mailroom::{handle_context, ways_context};

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::domain::person::{PersonId, Platform};
use crate::domain::ports::Courier;
use crate::entropy::Entropy;
use crate::google::{Calendar, OAuth};
use crate::language::Policy;
use crate::seal::KeyRing;
use crate::sql::{self, Db, Tx};
use crate::store::{self, audit};
use crate::vault::Vault;
use crate::zone::Zone;

/// How long one worker may hold an act or a letter; longer than all the deadlines inside together.
const LEASE: Duration = Duration::from_secs(180);

/// What the use-cases work with.
pub struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub keys: Arc<KeyRing>,
    pub vault: Vault,
    pub oauth: Arc<OAuth>,
    pub calendar: Calendar,
    pub couriers: Vec<Arc<dyn Courier>>,
    pub policy: Policy,
    /// Preselected where a zone must be asked for.
    pub default_zone: Option<Zone>,
    /// Who runs the bot, in words that people can use.
    pub contact: String,
    /// Who may give orders about credentials in a chat.
    pub admins: Vec<PersonId>,
    /// Makes the address of a sign-in's link.
    pub sign_in_links: sign_in::Links,
    /// Where this process runs, in words for an operator who has several.
    pub place: String,
}

/// The use-cases, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    couriers: HashMap<Platform, Arc<dyn Courier>>,
    lanes: mailroom::Lanes,
    guesses: sign_in::Guesses,
    unproven: sign_in::Unproven,
    alerts: alerts::Alerts,
    /// Rung when a row may have become due earlier than the sweeper thinks.
    due: Notify,
    /// Rung when an act has ended or a letter has left.
    progress: Notify,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Nothing of ours is under way any more.
    gone: CancellationToken,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        let couriers = parts
            .couriers
            .iter()
            .map(|courier| (courier.platform(), courier.clone()))
            .collect();
        Self(Arc::new(Inner {
            parts,
            couriers,
            lanes: mailroom::Lanes::default(),
            guesses: sign_in::Guesses::default(),
            unproven: sign_in::Unproven::default(),
            alerts: alerts::Alerts::default(),
            due: Notify::new(),
            progress: Notify::new(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            gone: CancellationToken::new(),
        }))
    }

    /// Takes up what an earlier process left behind, and then whatever falls due, until [`App::stop`].
    ///
    /// # Errors
    /// When the database fails at the very start.
    pub async fn start(&self) -> Result<(), sql::Error> {
        self.appear().await?;
        let keys = self.parts().keys.clone();
        self.db().write(move |tx| audit::renew_key(tx, &keys)).await?;
        let app = self.clone();
        self.spawn(async move { app.sweep().await });
        let app = self.clone();
        self.spawn(async move { app.keep_house().await });
        Ok(())
    }

    /// Takes up nothing new and waits for what is under way. What does not end in time is taken up by another replica, or after the
    /// next start.
    pub async fn stop(&self, patience: Duration) {
        self.0.stop.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(patience, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("stopping with work under way: it goes on elsewhere, or after the next start");
        }
        self.0.gone.cancel();
        self.disappear().await;
    }

    /// Returns once nothing is under way for that person and no letter to them waits: they have their answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settled(&self, person: &PersonId) -> Result<(), sql::Error> {
        loop {
            let progress = self.0.progress.notified();
            let now = self.clock().now();
            let id = person.clone();
            let open = self
                .db()
                .read(move |tx| {
                    Ok::<_, sql::Error>(store::acts::under_way(tx, &id, now)? + store::outbox::waiting_of(tx, &id)?)
                })
                .await?;
            if open == 0 {
                return Ok(());
            }
            tokio::select! {
                () = progress => {}
                () = self.clock().sleep(Duration::from_millis(200)) => {}
            }
        }
    }

    /// Writes into the audit log what `who` (a person's id, or a part of the service) did, inside the transaction that does it.
    fn note(&self, tx: &mut Tx<'_>, who: &str, what: &str, detail: &str) -> Result<(), sql::Error> {
        let at = self.clock().now();
        audit::note(tx, &self.parts().keys, audit::Entry { at, who, what, detail })
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.spawn(work);
    }

    fn parts(&self) -> &Parts {
        &self.0.parts
    }

    fn db(&self) -> &Db {
        &self.0.parts.db
    }

    fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    fn courier(&self, platform: Platform) -> Option<&Arc<dyn Courier>> {
        self.0.couriers.get(&platform)
    }
}
