//! The world of one story: the real service in this process, stand-ins around it, and a clock that can be turned.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::sandbox::google::{Account, Config, Google};
use chatcal::sandbox::{discord, slack};
use chatcal::service::{Running, Start};
use chatcal::settings::{self, Settings, TierKind};
use chrono::{DateTime, NaiveTime, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use super::audit;
use super::chat::{Chat, Heard, Kind};
use super::person::{PATIENCE, Person, Saying};
use crate::engine::{self, Engine};
use crate::google::settings_for;
use crate::port::Port;

/// Monday, 23 November 2026, 9:00 in Berlin.
const BEGINNING: &str = "2026-11-23T08:00:00Z";

/// A story's world.
pub struct World {
    inner: Arc<Inner>,
    _ticking: AbortOnDropHandle<()>,
}

/// What everybody in it shares.
pub struct Inner {
    pub kind: Kind,
    pub chat: Chat,
    pub google: Google,
    pub clock: Clock,
    pub address: SocketAddr,
    port: Port,
    pub settings: Settings,
    folder: TempDir,
    running: Mutex<Option<Arc<Running>>>,
    people: Mutex<Vec<Person>>,
    /// Channels, and how much of each was listened to.
    channels: Mutex<Vec<(String, usize)>>,
    secrets: Mutex<Vec<String>>,
    /// Everything that people saw.
    shown: Mutex<String>,
    tolerated: Mutex<Vec<String>>,
    /// Who may give orders from the next start on.
    admins: Mutex<Vec<String>>,
    runs: AtomicUsize,
}

impl std::ops::Deref for World {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

/// Waits for what must come.
#[track_caller]
pub fn soon<T>(what: &str, future: impl Future<Output = T>) -> impl Future<Output = T> {
    let (place, what) = (std::panic::Location::caller(), what.to_owned());
    async move {
        match tokio::time::timeout(PATIENCE, future).await {
            Ok(value) => value,
            Err(_) => panic!("{what} never came ({place})"),
        }
    }
}

impl World {
    pub async fn open(kind: Kind, engine: Engine) -> Self {
        Self::at(kind, engine, BEGINNING).await
    }

    /// A world whose story begins at that instant.
    pub async fn at(kind: Kind, engine: Engine, beginning: &str) -> Self {
        audit::listen();
        let beginning: DateTime<Utc> = beginning.parse().unwrap();
        let clock = Clock::manual(beginning);
        let ticking = tokio::spawn(tick(clock.clone()));
        let now = clock.clone();
        let mut config = Config::new(Arc::new(move || now.now()));
        config.client.secret = format!("client-{}", Entropy::system().token());
        let google = Google::start(config).await.unwrap();
        let chat = Chat::start(kind, &clock).await;
        let port = Port::hold();
        let (listener, address) = (port.listen().await, port.address());
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("state");
        let database = engine.database(&dir).await;
        let settings = settings(&google, &chat, address, dir, database);
        google.register_redirect(settings.google.redirect_uri.as_str());
        if let Chat::Slack { slack, socket: false } = &chat {
            slack.delivers_to(&format!("http://{address}"));
        }
        let world = Self {
            inner: Arc::new(Inner {
                kind,
                chat,
                google,
                clock,
                address,
                port,
                settings,
                folder,
                running: Mutex::new(None),
                people: Mutex::new(Vec::new()),
                channels: Mutex::new(Vec::new()),
                secrets: Mutex::new(Vec::new()),
                shown: Mutex::default(),
                tolerated: Mutex::new(Vec::new()),
                admins: Mutex::new(Vec::new()),
                runs: AtomicUsize::new(0),
            }),
            _ticking: AbortOnDropHandle::new(ticking),
        };
        world.start(listener).await;
        world
    }

    /// Somebody new, or somebody who was named before.
    pub fn person(&self, name: &str) -> Person {
        self.person_in(name, "Europe/Berlin")
    }

    /// Somebody whose calendar is in `zone`.
    pub fn person_in(&self, name: &str, zone: &str) -> Person {
        let mut people = self.people.lock().unwrap();
        if let Some(known) = people.iter().find(|known| known.name() == name) {
            return known.clone();
        }
        let person = Person::new(&self.inner, name);
        self.google.add_account(Account::new(person.email(), zone));
        people.push(person.clone());
        person
    }

    async fn start(&self, listener: TcpListener) {
        let mut settings = self.settings.clone();
        settings.site.admins = self.admins.lock().unwrap().clone();
        let start = Start {
            settings,
            listener,
            clock: self.clock.clone(),
            entropy: Entropy::system(),
            couriers: self.chat.couriers(),
            sandbox: true,
        };
        let asked = match &self.chat {
            Chat::Slack { slack, .. } => slack.calls("auth.test"),
            Chat::Discord(_) | Chat::Terminal { .. } => 0,
        };
        let (greeted, counts) = match &self.chat {
            Chat::Slack { slack, .. } => (slack.greeted(), discord::Counts::default()),
            Chat::Discord(discord) => (0, discord.counts()),
            Chat::Terminal { .. } => (0, discord::Counts::default()),
        };
        let running = start.run().await.unwrap();
        *self.running.lock().unwrap() = Some(Arc::new(running));
        let known = counts.identifies + counts.resumes;
        if let Chat::Slack { slack, .. } = &self.chat {
            // From then on the workspace's name is known.
            let named = |all: &[slack::Request]| all.iter().filter(|one| one.method == "auth.test").count() > asked;
            soon("the workspace's name", slack.requests_until(named)).await;
        }
        match &self.chat {
            Chat::Slack { slack, socket: true } => {
                soon("the socket", slack.greeted_until(|now| now > greeted)).await;
            }
            Chat::Discord(discord) => {
                soon(
                    "the gateway",
                    discord.counts_until(|now| now.identifies + now.resumes > known),
                )
                .await;
            }
            Chat::Slack { .. } | Chat::Terminal { .. } => {}
        }
    }

    /// Stops the service and starts it again, on the same folder and port.
    pub async fn restart(&self) {
        self.stops().await;
        self.starts().await;
    }

    /// Starts the service again.
    pub async fn starts(&self) {
        let listener = self.port.listen().await;
        self.start(listener).await;
    }

    /// Stops the service as an operator does.
    pub async fn stops(&self) {
        let people = self.people.lock().unwrap().clone();
        for person in &people {
            person.stands_up().await;
        }
        let running = self.running.lock().unwrap().take().unwrap();
        let running = Arc::into_inner(running).expect("nobody else holds the service");
        soon("the stop", running.stop()).await;
    }

    /// Lets time pass for everyone at once.
    pub async fn passes(&self, span: Duration) {
        // What is under way ends first, as it would have long since.
        let people = self.people.lock().unwrap().clone();
        for person in &people {
            person.settled().await;
        }
        self.clock.advance(span);
    }

    /// The next thing that everybody in a channel is shown.
    pub async fn channel_hears(&self, channel: &str) -> Heard {
        let read = {
            let mut channels = self.channels.lock().unwrap();
            match channels.iter_mut().find(|(name, _)| name == channel) {
                Some((_, read)) => {
                    *read += 1;
                    *read
                }
                None => {
                    channels.push((channel.to_owned(), 1));
                    1
                }
            }
        };
        let what = format!("something in {channel}");
        match &self.chat {
            Chat::Slack { slack, .. } => {
                let views = soon(&what, slack.public_until(channel, |views| views.len() >= read)).await;
                Heard::of_slack(views[read - 1].clone())
            }
            Chat::Discord(discord) => {
                let views = soon(&what, discord.public_until(channel, |views| views.len() >= read)).await;
                Heard::of_discord(views[read - 1].clone())
            }
            Chat::Terminal { .. } => panic!("a terminal has no channels"),
        }
    }

    /// The platform's own name for a channel, whose audience is looked at from now on.
    pub fn channel(&self, name: &str) -> String {
        let channel = if self.kind.is_slack() {
            format!("C{}", name.to_uppercase())
        } else {
            name.to_owned()
        };
        self.channels.lock().unwrap().push((channel.clone(), 0));
        channel
    }

    /// The operators from now on: the service starts again with another setting.
    pub async fn appoints(&self, admins: &[&Person]) {
        *self.admins.lock().unwrap() = admins.iter().map(|admin| admin.id().to_string()).collect();
        self.restart().await;
    }

    /// Requests that a stand-in refused are mistakes, unless they are expected: part of `METHOD path`, or of Slack's error.
    pub fn tolerates(&self, refusal: &str) {
        self.tolerated.lock().unwrap().push(refusal.to_owned());
    }

    /// Ends the story, and looks whether everything is as it must be.
    pub async fn finish(self) {
        let people = self.people.lock().unwrap().clone();
        for person in &people {
            person.settled().await;
        }
        let metrics = self.metrics().await;
        self.stops().await;
        for person in &people {
            let mut rest = Vec::new();
            while person.unread() > 0 {
                rest.push(person.hears().await.to_string());
            }
            assert!(
                rest.is_empty(),
                "{} was shown more than the story listened to:\n{}",
                person.name(),
                rest.join("\n---\n")
            );
        }
        self.nothing_more_in_channels();
        let database = &self.settings.state.database;
        audit::nothing_waits(&engine::open(database).await, self.clock.now()).await;
        audit::google_requests(&self.google);
        let tolerated = self.tolerated.lock().unwrap().clone();
        match &self.chat {
            Chat::Slack { slack, .. } => audit::slack_requests(slack, &tolerated),
            Chat::Discord(discord) => audit::discord_requests(discord, &tolerated),
            Chat::Terminal { .. } => {}
        }
        let shown = self.shown.lock().unwrap().clone();
        audit::no_secret_in(&self.never_shown(), "the chat or a page", shown.as_bytes());
        let secrets = self.all_secrets();
        audit::no_secret_in(&secrets, "the metrics", metrics.as_bytes());
        audit::no_secret_in_folder(&secrets, self.folder.path());
        audit::no_secret_in_database(&secrets, database).await;
        audit::no_secret_in_logs(&secrets);
    }

    fn nothing_more_in_channels(&self) {
        for (channel, read) in self.channels.lock().unwrap().iter() {
            let shown: Vec<String> = match &self.chat {
                Chat::Slack { slack, .. } => slack.public(channel).iter().map(ToString::to_string).collect(),
                Chat::Discord(discord) => discord.public(channel).iter().map(ToString::to_string).collect(),
                Chat::Terminal { .. } => Vec::new(),
            };
            assert_eq!(shown.len(), *read, "{channel} was shown: {shown:#?}");
        }
    }

    async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.address);
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .get(url)
            .send()
            .await
            .unwrap();
        answer.text().await.unwrap()
    }

    fn all_secrets(&self) -> Vec<String> {
        let mut secrets = self.secrets.lock().unwrap().clone();
        secrets.extend(self.never_shown());
        secrets
    }

    /// Those that are not for people either.
    fn never_shown(&self) -> Vec<String> {
        use secrecy::ExposeSecret;
        let mut secrets = self.chat.secrets();
        secrets.push(self.settings.google.client_secret.expose_secret().to_owned());
        let key = self.settings.state.key.given().expect("a key, not its name");
        secrets.push(key.expose_secret().to_owned());
        // What the stand-in's tokens and codes start with.
        secrets.extend(["ya29.sandbox-", "1//sandbox-", "4/sandbox-"].map(str::to_owned));
        secrets
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // They hold on to the world, and it to them.
        self.people.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Inner {
    pub fn running(&self) -> Arc<Running> {
        self.running.lock().unwrap().clone().expect("the service runs")
    }

    /// Something that must be nowhere but in the chat and in the browser: of a link, its token.
    pub fn keep_secret(&self, secret: &str) {
        let secret = secret.rsplit(['/', '.']).next().unwrap_or(secret);
        self.secrets.lock().unwrap().push(secret.to_owned());
    }

    /// Something that people see, in the chat or in a browser.
    pub fn shows(&self, text: &str) {
        let mut shown = self.shown.lock().unwrap();
        shown.push_str(text);
        shown.push('\n');
    }

    /// Lets the platform deliver once more what was said.
    pub fn redelivers(&self, saying: &Saying) {
        match saying {
            Saying::Slack(ts) => self.slack().redelivers(ts),
            Saying::Discord(id) => self.discord().replays(*id),
            Saying::Terminal => panic!("a terminal says nothing twice"),
        }
    }

    /// Tells runs of the terminal apart.
    pub fn next_run(&self) -> String {
        format!("run-{}", self.runs.fetch_add(1, Ordering::SeqCst))
    }

    /// Returns once what people said has reached the service.
    pub async fn delivered(&self) {
        match &self.chat {
            Chat::Slack { slack, .. } => soon("delivery", slack.settled()).await,
            Chat::Discord(_) | Chat::Terminal { .. } => {}
        }
    }

    pub fn slack(&self) -> &slack::Slack {
        match &self.chat {
            Chat::Slack { slack, .. } => slack,
            Chat::Discord(_) | Chat::Terminal { .. } => panic!("this story is not told on Slack"),
        }
    }

    pub fn discord(&self) -> &discord::Discord {
        match &self.chat {
            Chat::Discord(discord) => discord,
            Chat::Slack { .. } | Chat::Terminal { .. } => panic!("this story is not told on Discord"),
        }
    }
}

fn settings(google: &Google, chat: &Chat, address: SocketAddr, dir: PathBuf, database: settings::Database) -> Settings {
    let public_url: Url = format!("http://{address}").parse().unwrap();
    let tier = match &database {
        settings::Database::File(_) => TierKind::File,
        settings::Database::Postgres(_) => TierKind::Database,
    };
    Settings {
        site: settings::Site {
            public_url: public_url.clone(),
            listen: address,
            contact: "#help-chatcal".to_owned(),
            admins: Vec::new(),
            log: String::new(),
        },
        hours: settings::Hours {
            default_zone: None,
            start: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            end: NaiveTime::from_hms_opt(18, 0, 0).unwrap(),
        },
        state: settings::State {
            database,
            dir,
            redis_url: None,
            tiers: vec![tier],
            is_fleeting: false,
            key: settings::Key::Given(Entropy::system().token().into()),
        },
        google: settings_for(google, public_url.join("/auth/callback").unwrap()),
        secret_manager: None,
        slack: chat.slack_settings(),
        discord: chat.discord_settings(),
    }
}

/// Story time passes as real time does, besides the leaps that a story makes.
async fn tick(clock: Clock) {
    let mut last = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let now = Instant::now();
        clock.advance(now - last);
        last = now;
    }
}
