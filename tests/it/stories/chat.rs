//! The chats that stories are told on, each with its stand-in, behind one face.

use std::fmt;
use std::sync::Arc;

use chatcal::clock::Clock;
use chatcal::console::{Console, Look};
use chatcal::domain::ports::Courier;
use chatcal::sandbox::{discord, slack};
use chatcal::settings;

use super::screen::Screen;

/// Where a story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Signed HTTP.
    Slack,
    /// Slack through Socket Mode.
    Socket,
    Discord,
    Terminal,
}

impl Kind {
    pub fn slack() -> Self {
        Self::Slack
    }

    pub fn socket() -> Self {
        Self::Socket
    }

    pub fn discord() -> Self {
        Self::Discord
    }

    pub fn terminal() -> Self {
        Self::Terminal
    }

    pub fn is_slack(self) -> bool {
        matches!(self, Self::Slack | Self::Socket)
    }

    /// What is so on Slack, and what it is elsewhere.
    pub fn slack_or<'a>(self, slack: &'a str, elsewhere: &'a str) -> &'a str {
        if self.is_slack() { slack } else { elsewhere }
    }

    /// A message that was shown can be changed later.
    pub fn edits(self) -> bool {
        self != Self::Terminal
    }
}

/// A stand-in for the chat platform.
pub enum Chat {
    Slack { slack: slack::Slack, socket: bool },
    Discord(discord::Discord),
    Terminal { console: Console, screen: Screen },
}

impl Chat {
    pub async fn start(kind: Kind, clock: &Clock) -> Self {
        let now = clock.clone();
        let now = move || now.now();
        match kind {
            Kind::Slack | Kind::Socket => Self::Slack {
                slack: slack::Slack::start(now, slack::Rules::default()).await.unwrap(),
                socket: kind == Kind::Socket,
            },
            Kind::Discord => Self::Discord(discord::Discord::start(now, discord::Rules::default()).await.unwrap()),
            Kind::Terminal => {
                let screen = Screen::default();
                let console = Console::new(Look::default(), Box::new(screen.clone()));
                Self::Terminal { console, screen }
            }
        }
    }

    pub fn slack_settings(&self) -> Option<settings::Slack> {
        let Self::Slack { slack, socket } = self else {
            return None;
        };
        Some(settings::Slack {
            bot_token: slack.bot_token().into(),
            signing_secret: (!socket).then(|| slack.signing_secret().into()),
            app_token: socket.then(|| slack.app_token().into()),
            api_url: slack.api_url().parse().unwrap(),
        })
    }

    pub fn discord_settings(&self) -> Option<settings::Discord> {
        let Self::Discord(discord) = self else { return None };
        Some(settings::Discord {
            token: discord.token().into(),
            api_url: discord.api_url().parse().unwrap(),
        })
    }

    pub fn couriers(&self) -> Vec<Arc<dyn Courier>> {
        match self {
            Self::Terminal { console, .. } => vec![Arc::new(console.clone())],
            Self::Slack { .. } | Self::Discord(_) => Vec::new(),
        }
    }

    /// Secrets that the service was told for this chat.
    pub fn secrets(&self) -> Vec<String> {
        match self {
            Self::Slack { slack, .. } => [slack.bot_token(), slack.signing_secret(), slack.app_token()]
                .map(str::to_owned)
                .to_vec(),
            Self::Discord(discord) => vec![discord.token().to_owned()],
            Self::Terminal { .. } => Vec::new(),
        }
    }
}

/// What a person was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The words as people read them: markup and its escapes taken away.
    pub text: String,
    pub buttons: Vec<String>,
    /// In a channel, for this person alone.
    pub ephemeral: bool,
    /// It took the place of an earlier message.
    pub edited: bool,
    /// It made no sound.
    pub silent: bool,
}

impl Heard {
    pub fn of_slack(view: slack::View) -> Self {
        assert!(!view.fallback.trim().is_empty(), "no fallback text: {view}");
        Self {
            text: view.text,
            buttons: view.buttons,
            ephemeral: view.ephemeral,
            edited: view.edited,
            silent: view.silent,
        }
    }

    pub fn of_discord(view: discord::View) -> Self {
        Self {
            text: without_markdown(&view.text),
            buttons: view.buttons,
            ephemeral: view.ephemeral,
            edited: view.edited,
            silent: view.silent,
        }
    }

    /// The private link of a sign-in in it.
    pub fn link(&self) -> String {
        let found = find(r"http://127\.0\.0\.1:\d+/connect/\S+", &self.text);
        found.unwrap_or_else(|| panic!("no sign-in link in {self}"))
    }

    /// The Meet link in it.
    pub fn meet(&self) -> Option<String> {
        find(r"https://meet\.google\.com/[a-z-]+", &self.text)
    }

    /// What was heard, word by word, as it is shown here (see [`Display`](fmt::Display)); indentation does not count.
    #[track_caller]
    pub fn is(&self, expected: &str) {
        let even = |text: &str| text.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let (heard, expected) = (even(&self.to_string()), even(expected));
        assert!(heard == expected, "heard:\n{heard}\n\nexpected:\n{expected}\n");
    }

    #[track_caller]
    pub fn contains(&self, words: &str) {
        assert!(self.text.contains(words), "no {words:?} in:\n{self}");
    }
}

/// As snapshots hold it: what differs from run to run, or chat to chat, is evened out.
impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let even = |pattern: &str, by: &str, text: &str| {
            regex::Regex::new(pattern).unwrap().replace_all(text, by).into_owned()
        };
        let text = even(
            r"https://meet\.google\.com/[a-z-]+",
            "https://meet.google.com/abc-defg-hij",
            &self.text,
        );
        let text = even(r"http://127\.0\.0\.1:\d+/connect/\S+", "http://…/connect/…", &text);
        f.write_str(text.trim_end())?;
        for (at, label) in self.buttons.iter().enumerate() {
            write!(f, "{}[{label}]", if at == 0 { "\n" } else { " " })?;
        }
        Ok(())
    }
}

fn find(pattern: &str, text: &str) -> Option<String> {
    let pattern = regex::Regex::new(pattern).unwrap();
    pattern.find(text).map(|found| found.as_str().to_owned())
}

/// What Discord's people see of a text.
fn without_markdown(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text.chars();
    let mut in_link = false;
    while let Some(c) = rest.next() {
        match c {
            '\\' => shown.extend(rest.next()),
            '*' | '`' => {}
            '<' if rest.as_str().starts_with("http") => in_link = true,
            '>' if in_link => in_link = false,
            c => shown.push(c),
        }
    }
    shown
}
