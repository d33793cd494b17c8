//! The Slack adapter against its stand-in, with an ear of the tests' own in the place of the use-cases.

mod courier;
mod crash;
mod intake;
mod manifest;
mod s06_signed;
mod socket_mode;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chatcal::clock::Clock;
use chatcal::domain::incoming::Incoming;
use chatcal::domain::ports::{Ear, NotHeard};
use chatcal::sandbox::slack::{Rules, Slack};
use chatcal::{settings, slack};
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

/// Sunday, 22 November 2026, noon in UTC.
fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// Remembers what it hears; deaf, it takes nothing in.
#[derive(Default)]
struct Recorder {
    heard: Mutex<Vec<Incoming>>,
    deaf: AtomicBool,
}

#[async_trait]
impl Ear for Recorder {
    async fn hear(&self, incoming: Incoming) -> Result<(), NotHeard> {
        if self.deaf.load(Ordering::SeqCst) {
            return Err(NotHeard);
        }
        self.heard.lock().unwrap().push(incoming);
        Ok(())
    }
}

impl Recorder {
    fn heard(&self) -> Vec<Incoming> {
        self.heard.lock().unwrap().clone()
    }
}

/// A workspace, our side of it, and the clock that both follow.
struct Scene {
    slack: Slack,
    clock: Clock,
    ear: Arc<Recorder>,
    api: Arc<slack::Api>,
    intake: Arc<slack::Intake>,
}

impl Scene {
    /// Nothing is served yet.
    async fn new() -> Self {
        let rules = Rules {
            acknowledge_within: Duration::from_secs(3),
            retries: vec![Duration::ZERO; 3],
            ping_every: Duration::from_millis(50),
        };
        Self::with(rules).await
    }

    async fn with(rules: Rules) -> Self {
        let clock = Clock::manual(noon());
        let now = clock.clone();
        let slack = Slack::start(move || now.now(), rules).await.unwrap();
        let settings = settings::Slack {
            bot_token: slack.bot_token().to_owned().into(),
            signing_secret: Some(slack.signing_secret().to_owned().into()),
            app_token: Some(slack.app_token().to_owned().into()),
            api_url: slack.api_url().parse().unwrap(),
        };
        let api = slack::Api::with_deadline(&settings, Duration::from_millis(500)).unwrap();
        let ear = Arc::new(Recorder::default());
        let intake = slack::Intake::new(
            ear.clone(),
            clock.clone(),
            api.clone(),
            settings.signing_secret.as_ref(),
        );
        Self {
            slack,
            clock,
            ear,
            api,
            intake,
        }
    }

    /// The same, taking signed HTTP.
    async fn served() -> Self {
        let scene = Self::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        scene
            .slack
            .delivers_to(&format!("http://{}", listener.local_addr().unwrap()));
        let router = slack::routes(scene.intake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        scene
    }

    /// What was heard, once everything that was said has been delivered.
    async fn heard(&self) -> Vec<Incoming> {
        self.slack.settled().await;
        self.ear.heard()
    }
}
