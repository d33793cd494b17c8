//! Somebody in a story: says things, presses buttons, hears answers, and owns a Google account and a browser.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatcal::console::{Talker, converse};
use chatcal::domain::person::PersonId;
use chatcal::sandbox::browser::{Browser, Page};
use chatcal::sandbox::google::Google;
use chatcal::sandbox::{discord, slack};
use tokio::io::{AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::chat::{Chat, Heard};
use super::screen::Screen;
use super::world::{Inner, soon};

/// Somebody, cheap to clone.
#[derive(Clone)]
pub struct Person {
    name: String,
    email: String,
    at: Seat,
    world: Arc<Inner>,
}

#[derive(Clone)]
enum Seat {
    Slack(slack::Person),
    Discord(discord::Person),
    Terminal(Arc<Keyboard>),
}

/// What a platform knows something by that was said on it.
#[derive(Clone, Debug)]
pub enum Saying {
    Slack(String),
    Discord(u64),
    Terminal,
}

/// The terminal's input, given to each run of the service anew.
pub struct Keyboard {
    screen: Screen,
    line: Mutex<Option<Line>>,
}

struct Line {
    stream: DuplexStream,
    end: oneshot::Receiver<()>,
}

impl Person {
    /// Somebody of that name, with a Google account whose calendar is in `Europe/Berlin`.
    pub(super) fn new(world: &Arc<Inner>, name: &str) -> Self {
        let email = format!("{name}@example.org");
        let at = match &world.chat {
            Chat::Slack { slack, .. } => {
                let person = slack.person(&format!("U{}", name.to_uppercase()));
                Seat::Slack(person.name(name).email(&email))
            }
            Chat::Discord(discord) => Seat::Discord(discord.person(name)),
            Chat::Terminal { screen, .. } => Seat::Terminal(Arc::new(Keyboard {
                screen: screen.clone(),
                line: Mutex::new(None),
            })),
        };
        Self {
            name: name.to_owned(),
            email,
            at,
            world: world.clone(),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address of their Google account.
    pub fn email(&self) -> &str {
        &self.email
    }

    pub fn id(&self) -> PersonId {
        match &self.at {
            Seat::Slack(person) => PersonId::slack(slack::TEAM, person.id()),
            Seat::Discord(person) => PersonId::discord(person.id()),
            Seat::Terminal(_) => PersonId::console(&self.name),
        }
    }

    /// Their side of Slack, where there is one.
    pub fn on_slack(&self) -> Option<&slack::Person> {
        match &self.at {
            Seat::Slack(person) => Some(person),
            Seat::Discord(_) | Seat::Terminal(_) => None,
        }
    }

    /// Their side of Discord, where there is one.
    pub fn on_discord(&self) -> Option<&discord::Person> {
        match &self.at {
            Seat::Discord(person) => Some(person),
            Seat::Slack(_) | Seat::Terminal(_) => None,
        }
    }

    /// Writes to the bot in private.
    pub async fn says(&self, text: &str) -> Saying {
        match &self.at {
            Seat::Slack(person) => Saying::Slack(person.says_dm(text)),
            Seat::Discord(person) => Saying::Discord(person.says_dm(text)),
            Seat::Terminal(keyboard) => {
                self.types(keyboard, text).await;
                Saying::Terminal
            }
        }
    }

    /// Writes `@ChatCal text` in a channel.
    pub async fn mentions(&self, channel: &str, text: &str) {
        match &self.at {
            Seat::Slack(person) => {
                person.mentions(channel, text);
            }
            Seat::Discord(person) => {
                person.mentions(channel, text);
            }
            Seat::Terminal(_) => panic!("a terminal has no channels"),
        }
    }

    /// Uses a command in the private conversation with the bot.
    pub async fn commands(&self, command: &str, text: &str) {
        match &self.at {
            Seat::Slack(person) => person.commands_dm(command, text),
            Seat::Discord(person) => {
                person.commands_dm(command, text);
            }
            Seat::Terminal(keyboard) => self.types(keyboard, &format!("{command} {text}")).await,
        }
    }

    /// Uses a command in a channel.
    pub async fn commands_in(&self, channel: &str, command: &str, text: &str) {
        match &self.at {
            Seat::Slack(person) => person.commands(channel, command, text),
            Seat::Discord(person) => {
                person.commands(channel, command, text);
            }
            Seat::Terminal(_) => panic!("a terminal has no channels"),
        }
    }

    /// Presses the newest button of that label that they can see; at a terminal, types it.
    #[track_caller]
    pub fn presses(&self, label: &str) -> impl Future<Output = ()> {
        match &self.at {
            Seat::Slack(person) => person.presses(label).unwrap(),
            Seat::Discord(person) => {
                person.presses(label).unwrap();
            }
            Seat::Terminal(_) => {}
        }
        async move {
            if let Seat::Terminal(keyboard) = &self.at {
                self.types(keyboard, label).await;
            }
        }
    }

    /// Presses a button that they were never shown, by what is behind it.
    pub async fn presses_forged(&self, value: &str) {
        match &self.at {
            Seat::Slack(person) => person.presses_unseen(value),
            Seat::Discord(person) => person.presses_unseen(value),
            Seat::Terminal(_) => panic!("a terminal has no buttons"),
        }
    }

    /// The next thing that the bot shows them.
    pub async fn hears(&self) -> Heard {
        let heard = soon(&format!("the bot's answer to {}", self.name), async {
            match &self.at {
                Seat::Slack(person) => Heard::of_slack(person.sees().await),
                Seat::Discord(person) => Heard::of_discord(person.sees().await),
                Seat::Terminal(keyboard) => keyboard.screen.next().await,
            }
        })
        .await;
        self.world.shows(&heard.to_string());
        heard
    }

    /// The private link in the next thing that the bot shows them; it must be seen nowhere else.
    pub async fn hears_link(&self) -> String {
        let link = self.hears().await.link();
        self.world.keep_secret(&link);
        link
    }

    /// How much they were shown that the story has not listened to.
    pub fn unread(&self) -> usize {
        match &self.at {
            Seat::Slack(person) => person.unread(),
            Seat::Discord(person) => person.unread(),
            Seat::Terminal(keyboard) => keyboard.screen.unread(),
        }
    }

    /// What they are shown up to the first with a line that starts so, that one last.
    pub async fn hears_until(&self, start: &str) -> Vec<Heard> {
        let mut heard = Vec::new();
        loop {
            let next = self.hears().await;
            let found = next.text.lines().any(|line| line.starts_with(start));
            heard.push(next);
            if found {
                return heard;
            }
        }
    }

    /// Returns once everything that they said is answered.
    pub async fn settled(&self) {
        self.world.delivered().await;
        soon("rest", self.world.running().settled(&self.id())).await;
    }

    /// Returns once everything that they said, and everything that was delivered again, is answered: what they say last is.
    pub async fn was_heard(&self) {
        self.says("help").await;
        self.hears().await;
        self.settled().await;
    }

    /// Opens the link in a browser of their own, consents with their own account, and answers the last page.
    pub async fn consents(&self, link: &str) -> Page {
        self.consents_in(&mut Browser::new(), link).await
    }

    pub async fn consents_in(&self, browser: &mut Browser, link: &str) -> Page {
        let page = browser.open(link).await.unwrap();
        self.world.shows(&page.body);
        let consent = browser.press(&page, "Continue to Google").await.unwrap();
        self.allows(browser, &consent).await
    }

    /// Presses Allow on Google's page, for their own account.
    pub async fn allows(&self, browser: &mut Browser, consent: &Page) -> Page {
        let own = |fields: &mut Vec<(String, String)>| {
            for (name, value) in fields {
                if name == "account" {
                    value.clone_from(&self.email);
                }
            }
        };
        let page = browser.press_after(consent, "Allow", own).await.unwrap();
        self.world.shows(&page.body);
        page
    }

    /// Types the code that the last page of a sign-in shows, where it shows one.
    pub async fn types_code(&self, page: &Page) {
        if let Some(code) = code(page) {
            self.says(&format!("connect {code}")).await;
        }
    }

    /// Follows a link to its end, the typed code included.
    pub async fn connects_by(&self, link: &str) {
        let page = self.consents(link).await;
        self.types_code(&page).await;
    }

    /// Follows the link in the next thing that they are shown.
    pub async fn follows_link(&self) {
        let link = self.hears_link().await;
        self.connects_by(&link).await;
    }

    /// Connects their account, from the word to the confirmation.
    pub async fn connects(&self) {
        self.says("connect").await;
        let link = self.hears_link().await;
        let page = self.consents(&link).await;
        let words = page.words();
        assert!(words.contains("ou can book "), "nothing waits to be booked: {words}");
        self.types_code(&page).await;
        self.hears().await.contains("Connected ");
        self.settled().await;
    }

    async fn types(&self, keyboard: &Keyboard, text: &str) {
        let fresh = {
            let mut line = keyboard.line.lock().unwrap();
            line.take().unwrap_or_else(|| self.sits_down())
        };
        let Line { mut stream, end } = fresh;
        stream.write_all(format!("{text}\n").as_bytes()).await.unwrap();
        *keyboard.line.lock().unwrap() = Some(Line { stream, end });
    }

    /// Starts a conversation with the service that runs now.
    fn sits_down(&self) -> Line {
        let (stream, input) = tokio::io::duplex(1 << 20);
        let talker = Talker {
            person: self.id(),
            handle: self.name.clone(),
            workspace: "this terminal".to_owned(),
            run: self.world.next_run(),
            interactive: false,
        };
        let Chat::Terminal { console, .. } = &self.world.chat else {
            panic!("a keyboard belongs to a terminal");
        };
        let (console, clock, running) = (console.clone(), self.world.clock.clone(), self.world.running());
        // A thread of its own, since a conversation at a terminal is not made to move between threads.
        let (ended, end) = oneshot::channel();
        let runtime = Handle::current();
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let ear = running.ear();
                let settled = async || running.settled(&talker.person).await;
                converse(&console, &talker, &clock, &*ear, BufReader::new(input), settled)
                    .await
                    .unwrap();
            });
            // Nobody may be waiting.
            let _ = ended.send(());
        });
        Line { stream, end }
    }

    /// Leaves the terminal, so that the service can stop.
    pub(super) async fn stands_up(&self) {
        if let Seat::Terminal(keyboard) = &self.at {
            let line = keyboard.line.lock().unwrap().take();
            if let Some(Line { stream, end }) = line {
                drop(stream);
                soon("the end of the conversation", end).await.unwrap();
            }
        }
    }

    /// Their calendar's events that are not deleted.
    pub fn events(&self) -> Vec<serde_json::Value> {
        self.google().events(&self.email)
    }

    fn google(&self) -> &Google {
        &self.world.google
    }

    #[track_caller]
    pub fn has_events(&self, count: usize) {
        let events = self.events();
        assert_eq!(events.len(), count, "{events:#?}");
    }
}

/// The code that the last page of a sign-in shows.
pub fn code(page: &Page) -> Option<String> {
    let pattern = regex::Regex::new(r"connect (\d{6})").unwrap();
    pattern.captures(&page.words()).map(|found| found[1].to_owned())
}

/// Not longer than this does anything in a story take, unless it never comes.
pub const PATIENCE: Duration = Duration::from_secs(60);
