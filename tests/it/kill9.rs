//! The real program, killed: once between a write and its answer (B02), and at a hundred random moments while ten people book on
//! Slack and on Discord (P05).
//!
//! Afterwards every request is answered and stands in its calendar exactly once, and each answer came once. Only what Slack showed
//! to one person in a channel, which nobody can read back, may have come again as a direct message, and never a third time.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::{Account, Config, Endpoint, Fault, Google};
use chatcal::sandbox::{discord, slack};
use chatcal::sql::Db;
use chrono::{Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;

use crate::port::Port;

const KILLS: usize = 100;
/// Half of them on Slack, half on Discord.
const PEOPLE: usize = 10;
/// Every request of everybody together, with all the restarts in between.
const PATIENCE: Duration = Duration::from_secs(170);

/// The stand-ins, and the program's place between them.
pub(crate) struct World {
    pub(crate) google: Google,
    pub(crate) slack: slack::Slack,
    pub(crate) discord: discord::Discord,
    pub(crate) folder: TempDir,
    /// Where the program is found from outside.
    pub(crate) address: String,
    pub(crate) port: Port,
    pub(crate) key: String,
    /// How often the program was started.
    life: AtomicUsize,
}

/// What one person was told, each with the life in which it came.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(usize, String)>>>, Arc<Notify>);

#[derive(Clone)]
enum Seat {
    Slack(slack::Person),
    Discord(discord::Person),
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    seat: Seat,
    told: Told,
}

impl Person {
    pub(crate) fn says(&self, text: &str) {
        match &self.seat {
            Seat::Slack(person) => drop(person.says_dm(text)),
            Seat::Discord(person) => drop(person.says_dm(text)),
        }
    }

    /// Asks for their `number`-th booking, now and then in a channel.
    pub(crate) fn asks(&self, text: &str, number: usize) {
        match &self.seat {
            Seat::Slack(person) if in_channel(number) => drop(person.mentions("C1", text)),
            Seat::Slack(_) | Seat::Discord(_) => self.says(text),
        }
    }

    /// Writes down what they are shown, for ever.
    pub(crate) async fn listens(self, world: Arc<World>) {
        loop {
            let text = match &self.seat {
                Seat::Slack(person) => person.sees().await.text,
                Seat::Discord(person) => person.sees().await.text.replace("**", ""),
            };
            let life = world.life.load(Ordering::SeqCst);
            self.told.0.lock().unwrap().push((life, text));
            self.told.1.notify_waiters();
        }
    }

    /// The lives in which they were told something that holds `words` and starts with `start`.
    pub(crate) fn told(&self, start: &str, words: &str) -> Vec<usize> {
        let told = self.told.0.lock().unwrap();
        let found = told
            .iter()
            .filter(|(_, text)| text.starts_with(start) && text.contains(words));
        found.map(|(life, _)| *life).collect()
    }

    pub(crate) async fn is_told(&self, start: &str, words: &str) {
        loop {
            let changed = self.told.1.notified();
            if !self.told(start, words).is_empty() {
                return;
            }
            changed.await;
        }
    }

    /// Connects their account; nobody is killed meanwhile.
    pub(crate) async fn connects(&self) {
        self.says("connect");
        self.is_told("Connect your Google Calendar here.", "/connect/").await;
        let link = regex::Regex::new(r"http://127\.0\.0\.1:\d+/connect/[A-Za-z0-9._-]+").unwrap();
        let link = {
            let told = self.told.0.lock().unwrap();
            link.find(&told.last().unwrap().1).unwrap().as_str().to_owned()
        };
        let mut browser = Browser::new();
        let page = browser.open(&link).await.unwrap();
        let consent = browser.press(&page, "Continue to Google").await.unwrap();
        let own = |fields: &mut Vec<(String, String)>| {
            for (name, value) in fields {
                if name == "account" {
                    value.clone_from(&self.email);
                }
            }
        };
        let last = browser.press_after(&consent, "Allow", own).await.unwrap();
        let code = regex::Regex::new(r"connect (\d{6})").unwrap();
        if let Some(code) = code.captures(&last.words()) {
            self.says(&code[0]);
        }
        self.is_told("Connected ", "").await;
    }
}

impl World {
    pub(crate) async fn open() -> Self {
        let clock = Clock::system();
        let now = clock.clone();
        let google = Google::start(Config::new(Arc::new(move || now.now()))).await.unwrap();
        google.leave_tokens_unmarked();
        // Slack goes on trying for as long as a restart takes.
        let rules = slack::Rules {
            retries: vec![Duration::from_millis(100); 300],
            ..slack::Rules::default()
        };
        let now = clock.clone();
        let slack = slack::Slack::start(move || now.now(), rules).await.unwrap();
        let now = clock.clone();
        let discord = discord::Discord::start(move || now.now(), discord::Rules::default())
            .await
            .unwrap();
        let port = Port::hold();
        let address = port.address().to_string();
        google.register_redirect(&format!("http://{address}/auth/callback"));
        slack.delivers_to(&format!("http://{address}"));
        Self {
            google,
            slack,
            discord,
            folder: tempfile::tempdir().unwrap(),
            address,
            port,
            key: Entropy::system().token(),
            life: AtomicUsize::new(0),
        }
    }

    pub(crate) fn person(&self, number: usize) -> Person {
        let email = format!("person{number}@example.org");
        self.google.add_account(Account::new(&email, "Europe/Berlin"));
        let seat = if number.is_multiple_of(2) {
            Seat::Slack(self.slack.person(&format!("U{number}")).email(&email))
        } else {
            Seat::Discord(self.discord.person(&format!("person{number}")))
        };
        Person {
            email,
            seat,
            told: Told::default(),
        }
    }

    pub(crate) fn spawn(&self) -> Program {
        let life = self.life.load(Ordering::SeqCst);
        if life > 0 {
            assert!(self.state().join("lock").exists());
        }
        Program(self.command().spawn().unwrap())
    }

    /// The service as it is to be started, with one folder and no other database.
    pub(crate) fn command(&self) -> Command {
        self.life.fetch_add(1, Ordering::SeqCst);
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = self.program(&["serve"]);
        command.stdout(Stdio::null()).stderr(log);
        command
    }

    /// The program with any order, and the same settings.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let client = self.google.client();
        let mut command = Command::new(env!("CARGO_BIN_EXE_chatcal"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("CHATCAL_PUBLIC_URL", format!("http://{}", self.address))
            .env("CHATCAL_LISTEN", &self.address)
            .env("CHATCAL_KEY", &self.key)
            .env("CHATCAL_STATE_DIR", self.state())
            .env("CHATCAL_LOG", "warn")
            .env("GOOGLE_CLIENT_ID", client.id)
            .env("GOOGLE_CLIENT_SECRET", client.secret)
            .env("GOOGLE_AUTH_URL", self.google.auth_url())
            .env("GOOGLE_TOKEN_URL", self.google.token_url())
            .env("GOOGLE_REVOKE_URL", self.google.revoke_url())
            .env("GOOGLE_JWKS_URL", self.google.jwks_url())
            .env("GOOGLE_USERINFO_URL", self.google.userinfo_url())
            .env("GOOGLE_CALENDAR_URL", self.google.calendar_url())
            .env("SLACK_BOT_TOKEN", self.slack.bot_token())
            .env("SLACK_SIGNING_SECRET", self.slack.signing_secret())
            .env("SLACK_API_URL", self.slack.api_url())
            .env("DISCORD_TOKEN", self.discord.token())
            .env("DISCORD_API_URL", self.discord.api_url())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn state(&self) -> std::path::PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("log")
    }

    /// Returns at a random moment of the work: when one of the stand-ins has been asked some more times; soon after, when there
    /// is nothing left to do.
    pub(crate) async fn some_progress(&self, chance: &mut StdRng) {
        let more = chance.random_range(1..12);
        let slack = self.slack.requests().len() + more;
        let discord = self.discord.requests().len() + more;
        let inserts = self.google.count(Endpoint::EventsInsert) + chance.random_range(1..4);
        let lists = self.google.count(Endpoint::EventsList) + chance.random_range(1..4);
        let resumed = self.discord.counts().resumes + chance.random_range(1..3);
        tokio::select! {
            _ = self.slack.requests_until(|all| all.len() >= slack) => {}
            _ = self.discord.requests_until(|all| all.len() >= discord) => {}
            _ = self.discord.counts_until(|counts| counts.resumes >= resumed) => {}
            () = self.google.reached(Endpoint::EventsInsert, inserts) => {}
            () = self.google.reached(Endpoint::EventsList, lists) => {}
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
        }
    }

    /// Returns at the worst moment: an answer is out, and whoever sent it has not heard of that. Soon, when there is none to send.
    async fn answer_out(&self, method: &str) {
        let calls = self.slack.calls(method);
        self.slack.next_meets(method, slack::Fault::DoneAndHangs);
        let called = |all: &[slack::Request]| all.iter().filter(|one| one.method == method).count() > calls;
        tokio::select! {
            _ = self.slack.requests_until(called) => {}
            () = tokio::time::sleep(Duration::from_millis(300)) => {}
        }
        self.slack.heals();
    }
}

/// Lives no longer than this value, however a test ends.
pub(crate) struct Program(pub(crate) Child);

impl Program {
    /// Asks it to end, and waits until it has done so in order.
    pub(crate) async fn ends(&mut self, log: &Path) {
        self.signal("TERM");
        while self.0.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(self.0.wait().unwrap().success(), "{}", tail(log));
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// SIGKILL: nothing in the program can notice. It does no harm to one that has ended.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn tail(log: &Path) -> String {
    let log = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Every third request on Slack is a mention, whose answer is shown to its person alone.
fn in_channel(number: usize) -> bool {
    number % 3 == 2
}

/// The `number`-th request of a person: what they write, and the words by which the answer is known.
pub(crate) fn request(first: NaiveDate, number: usize) -> (String, String) {
    let day = first + Days::new((number / 20) as u64);
    let (hour, minute) = (13 + number % 20 / 3, number % 20 % 3 * 20);
    let text = format!("book {} at {hour}:{minute:02} for 15 minutes", day.format("%Y-%m-%d"));
    let words = format!("{}, {hour}:{minute:02}–", day.format("%a %-d %b %Y"));
    (text, words)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b02_killed_before_the_answer_nobody_is_told_that_it_is_not_booked() {
    let world = Arc::new(World::open().await);
    let google = &world.google;
    let program = world.spawn();
    let ana = world.person(0);
    let _listening = AbortOnDropHandle::new(tokio::spawn(ana.clone().listens(world.clone())));
    let story = async {
        ana.connects().await;
        google.fail(Endpoint::EventsInsert, Fault::DropAnswer, 1);
        let gate = google.hold(Endpoint::EventsGet);
        ana.says("book tomorrow at 2 PM for 30 minutes");
        google.reached(Endpoint::EventsGet, 1).await;
        drop(program);
        assert_eq!(google.all_events(&ana.email).len(), 1, "it was written");
        // After the start there is no access token for a while, so it can't be looked up.
        google.fail(Endpoint::Token, Fault::html(503), usize::MAX);
        google.end_access_tokens();
        gate.open();
        let _program = world.spawn();
        ana.is_told("Checking whether it was booked: ", "").await;
        google.heal(Endpoint::Token);
        ana.is_told("Booked: ", "").await;
    };
    if tokio::time::timeout(PATIENCE / 4, story).await.is_err() {
        panic!("told {:?}\n{}", ana.told.0.lock().unwrap(), tail(&world.log()));
    }
    assert_eq!(google.all_events(&ana.email).len(), 1);
    assert!(ana.told("Not booked", "").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p05_killed_a_hundred_times_nothing_is_lost_and_nothing_doubled() {
    let world = Arc::new(World::open().await);
    let mut child = world.spawn();
    let people: Vec<Person> = (0..PEOPLE).map(|number| world.person(number)).collect();
    let mut listeners = tokio::task::JoinSet::new();
    for person in &people {
        listeners.spawn(person.clone().listens(world.clone()));
    }
    let story = async {
        world
            .discord
            .counts_until(|counts| counts.identifies + counts.resumes > 0)
            .await;
        for person in &people {
            person.connects().await;
        }
        let first = Clock::system().now().date_naive() + Days::new(7);
        let mut chance = StdRng::seed_from_u64(9);
        let mut asked: BTreeMap<usize, usize> = BTreeMap::new();
        for _ in 0..KILLS {
            for _ in 0..2 {
                let who = chance.random_range(0..PEOPLE);
                let number = asked.entry(who).or_default();
                people[who].asks(&request(first, *number).0, *number);
                *number += 1;
            }
            match chance.random_range(0..4) {
                0 => world.answer_out("chat.postMessage").await,
                1 => world.answer_out("chat.postEphemeral").await,
                _ => world.some_progress(&mut chance).await,
            }
            drop(child);
            // What it had sent is still arriving.
            tokio::time::sleep(Duration::from_millis(20)).await;
            child = world.spawn();
        }
        for (who, number) in &asked {
            for number in 0..*number {
                people[*who].is_told("Booked: ", &request(first, number).1).await;
            }
        }
        // The last life may have had nothing left to do: it is up once it answers.
        people[0].says("privacy");
        people[0].is_told("I see and change events", "").await;
        (asked, first, child)
    };
    let ended = tokio::time::timeout(PATIENCE, story).await;
    let Ok((asked, first, mut child)) = ended else {
        let open: Vec<_> = people
            .iter()
            .map(|person| (&person.email, person.told.0.lock().unwrap().len()))
            .collect();
        panic!("not everything was answered: {open:?}\n{}", tail(&world.log()));
    };
    // Ended in order, it leaves nothing behind.
    child.ends(&world.log()).await;
    let db = Db::open(&world.state().join("chatcal.db")).unwrap();
    crate::stories::nothing_waits(&db, Clock::system().now()).await;

    once_each(&world, &people, &asked, first);
}

/// What everybody has asked for stands in their calendar once, and was answered once.
pub(crate) fn once_each(world: &World, people: &[Person], asked: &BTreeMap<usize, usize>, first: NaiveDate) {
    for (who, number) in asked {
        let (person, number) = (&people[*who], *number);
        let events = world.google.all_events(&person.email);
        assert_eq!(events.len(), number, "{}: {events:#?}", person.email);
        for number in 0..number {
            let words = request(first, number).1;
            let lives = person.told("Booked: ", &words);
            let most = match person.seat {
                Seat::Slack(_) if in_channel(number) => 2,
                Seat::Slack(_) | Seat::Discord(_) => 1,
            };
            assert!(lives.len() <= most, "{}, {words}: told in {lives:?}", person.email);
        }
    }
}
