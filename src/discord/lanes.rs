//! Takes in what was heard: many people at once, so that their commits are grouped, but each person's words in order.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use secrecy::ExposeSecret;
use serenity::builder::{CreateInteractionResponse, CreateInteractionResponseMessage};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;

use super::deferrals::{Deferrals, Stage};
use super::intake::{Defer, DeferKind, Heard};
use super::rest::{Call, Rest};
use crate::domain::ports::{Ear, NotHeard};
use crate::http::Method;

/// People are spread over so many lanes; within one, everything waits its turn.
const LANES: usize = 64;

/// Which event of which connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    pub connection: u64,
    pub seq: u64,
}

type Outcome = (Ticket, Result<(), NotHeard>);

pub(super) struct Lanes {
    lanes: Vec<mpsc::UnboundedSender<(Ticket, Heard)>>,
    outcomes: mpsc::UnboundedReceiver<Outcome>,
    tasks: JoinSet<()>,
    hasher: RandomState,
    waiting: usize,
}

impl Lanes {
    pub fn start(ear: &Arc<dyn Ear>, desk: &Desk) -> Self {
        let (settled, outcomes) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        let lanes = (0..LANES).map(|_| {
            let (lane, jobs) = mpsc::unbounded_channel();
            tasks.spawn(work(jobs, Arc::clone(ear), desk.clone(), settled.clone()));
            lane
        });
        Self {
            lanes: lanes.collect(),
            outcomes,
            tasks,
            hasher: RandomState::new(),
            waiting: 0,
        }
    }

    /// Queues something that was heard behind everything else of the same person.
    pub fn take(&mut self, ticket: Ticket, heard: Heard) {
        let mut hash = self.hasher.build_hasher();
        hash.write(heard.incoming.person.as_str().as_bytes());
        let lane = usize::try_from(hash.finish() % LANES as u64).unwrap_or_default();
        self.waiting += 1;
        self.lanes[lane]
            .send((ticket, heard))
            .expect("lanes end only with their queues");
    }

    /// How much is not settled yet.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// The next outcome, of any connection. Waits for ever while nothing is under way.
    pub async fn settled(&mut self) -> Outcome {
        let outcome = self.outcomes.recv().await.expect("lanes end only with their queues");
        self.waiting -= 1;
        outcome
    }

    /// Ends the lanes; what they hold is dropped, and will come again at the next resume.
    pub async fn end(mut self) {
        self.tasks.shutdown().await;
    }
}

/// What a lane needs to answer Discord.
#[derive(Clone)]
pub(super) struct Desk {
    pub rest: Arc<Rest>,
    pub deferrals: Deferrals,
    /// Answers under way: none is cut off at the end.
    pub answers: TaskTracker,
}

async fn work(
    mut jobs: mpsc::UnboundedReceiver<(Ticket, Heard)>,
    ear: Arc<dyn Ear>,
    desk: Desk,
    settled: mpsc::UnboundedSender<Outcome>,
) {
    while let Some((ticket, Heard { incoming, defer })) = jobs.recv().await {
        if let Some(defer) = &defer {
            // Before it is heard: the answer may be ready the moment after.
            desk.expect(defer);
        }
        let delivery = incoming.delivery.clone();
        let heard = match AssertUnwindSafe(ear.hear(incoming)).catch_unwind().await {
            Ok(heard) => heard,
            Err(_) => {
                // It would do so again at every resume, and nobody behind it would ever be heard.
                tracing::error!(delivery = %delivery.0, "Discord: hearing a message panicked, and it is passed over");
                Ok(())
            }
        };
        if let Some(defer) = defer {
            let desk = desk.clone();
            desk.answers
                .clone()
                .spawn(async move { desk.answer(defer, heard).await });
        }
        if settled.send((ticket, heard)).is_err() {
            return;
        }
    }
}

impl Desk {
    fn expect(&self, defer: &Defer) {
        if defer.kind == DeferKind::Ephemeral {
            self.deferrals.set(defer.token.expose_secret(), Stage::Deferring);
        }
    }

    /// Tells Discord to wait for our answer, now that the interaction is taken in.
    async fn answer(&self, defer: Defer, heard: Result<(), NotHeard>) {
        let token = defer.token.expose_secret();
        if heard.is_err() {
            return self.deferrals.forget(token);
        }
        let body = match defer.kind {
            DeferKind::Ephemeral => {
                CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(true))
            }
            DeferKind::Quiet => CreateInteractionResponse::Acknowledge,
        };
        let path = format!("/interactions/{}/{token}/callback", defer.interaction);
        let call = Call::new(Method::POST, path).body(&body).anonymous();
        match self.rest.call(call).await {
            Ok(_) if defer.kind == DeferKind::Ephemeral => self.deferrals.set(token, Stage::Loading),
            Ok(_) => {}
            // Too late, or done before a restart: whoever answers asks Discord how it stands.
            Err(problem) => {
                tracing::info!(interaction = %defer.interaction, %problem, "Discord: an interaction was not deferred");
                self.deferrals.forget(token);
            }
        }
    }
}
