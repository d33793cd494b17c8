//! What the stand-in knows: people, channels, messages, open answers.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::View;
use super::blocks::Shown;
use super::deliver::Served;
use super::sockets::Sockets;
use super::web_api::{Fault, Request};
use super::{ACKNOWLEDGE_WITHIN, RESPONSE_URL_LIFE, RESPONSE_URL_USES};

/// The workspace.
pub const TEAM: &str = "T1";
pub const TEAM_NAME: &str = "Acme";
/// The bot's own user.
pub const BOT: &str = "UBOT";
/// The app.
pub const APP: &str = "A1";
pub(super) const BOT_TOKEN: &str = "xoxb-sandbox-bot-token";
pub(super) const APP_TOKEN: &str = "xapp-sandbox-app-token";
pub(super) const SIGNING_SECRET: &str = "sandbox-signing-secret";

/// Durations that a test may want otherwise.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long an acknowledgement may take.
    pub acknowledge_within: Duration,
    /// How long Slack pauses before each further attempt to deliver an event. The real one: at once, a minute, five minutes.
    pub retries: Vec<Duration>,
    /// How often a socket is pinged.
    pub ping_every: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            acknowledge_within: ACKNOWLEDGE_WITHIN,
            retries: vec![Duration::ZERO, Duration::from_millis(500), Duration::from_secs(3)],
            ping_every: Duration::from_secs(5),
        }
    }
}

/// Somebody with a user id.
#[derive(Clone, Debug)]
pub(super) struct Someone {
    pub name: String,
    pub team: String,
    pub email: Option<String>,
    pub email_confirmed: bool,
    pub tz: String,
    pub deleted: bool,
    pub bot: bool,
    pub views: Vec<View>,
    pub read: usize,
}

/// A message of the bot's or of a person's.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub ts: String,
    pub channel: String,
    pub thread: Option<String>,
    pub author: String,
    /// Ephemeral: nobody else sees it.
    pub only_for: Option<String>,
    pub text: String,
    pub blocks: Value,
    pub shown: Shown,
    /// What no person sees.
    pub metadata: Value,
}

/// A `response_url`.
#[derive(Clone, Debug)]
pub(super) struct Hook {
    pub channel: String,
    pub user: String,
    pub at: DateTime<Utc>,
    pub uses: u32,
    /// The message whose button was pressed, which the answer may replace.
    pub on: Option<String>,
}

pub(super) struct State {
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    pub rules: Rules,
    counter: u64,
    pub bot_url: Option<String>,
    pub people: BTreeMap<String, Someone>,
    /// Direct message channels with the bot, by channel id.
    pub directs: BTreeMap<String, String>,
    pub messages: Vec<Message>,
    pub publics: Vec<(String, View)>,
    pub pinged: Vec<String>,
    pub hooks: BTreeMap<String, Hook>,
    pub barred: HashSet<String>,
    pub messages_tab: bool,
    pub may_read: bool,
    pub revoked: bool,
    pub faults: VecDeque<(String, Fault)>,
    pub requests: Vec<Request>,
    pub served: Vec<Served>,
    pub in_flight: usize,
    /// What was delivered, by the message's `ts`.
    pub events: BTreeMap<String, Value>,
    pub sockets: Sockets,
    pub greeted: usize,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("people", &self.people)
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

impl State {
    pub fn new(now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>, rules: Rules) -> Self {
        Self {
            now,
            rules,
            counter: 0,
            bot_url: None,
            people: BTreeMap::new(),
            directs: BTreeMap::new(),
            messages: Vec::new(),
            publics: Vec::new(),
            pinged: Vec::new(),
            hooks: BTreeMap::new(),
            barred: HashSet::new(),
            messages_tab: true,
            may_read: true,
            revoked: false,
            faults: VecDeque::new(),
            requests: Vec::new(),
            served: Vec::new(),
            in_flight: 0,
            events: BTreeMap::new(),
            sockets: Sockets::default(),
            greeted: 0,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    pub fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// A message's timestamp: never the same twice, and of the right second.
    pub fn ts(&mut self) -> String {
        format!("{}.{:06}", self.now().timestamp(), self.count())
    }

    pub fn person(&mut self, id: &str) -> &mut Someone {
        self.people.entry(id.to_owned()).or_insert_with(|| Someone {
            name: id.to_ascii_lowercase(),
            team: TEAM.to_owned(),
            email: None,
            email_confirmed: true,
            tz: "Europe/Berlin".to_owned(),
            deleted: false,
            bot: false,
            views: Vec::new(),
            read: 0,
        })
    }

    /// The direct message channel of the bot and `user`.
    pub fn direct(&mut self, user: &str) -> String {
        let channel = format!("D{}", &user[1..]);
        self.directs.insert(channel.clone(), user.to_owned());
        channel
    }

    /// A new `response_url`'s path, without the slash before it.
    pub fn hook(&mut self, channel: &str, user: &str, on: Option<String>) -> String {
        let path = format!("actions/{TEAM}/{}/sandbox-response-url", self.count());
        let hook = Hook {
            channel: channel.to_owned(),
            user: user.to_owned(),
            at: self.now(),
            uses: 0,
            on,
        };
        self.hooks.insert(path.clone(), hook);
        path
    }

    /// Uses a `response_url`, if it is still good.
    pub fn use_hook(&mut self, path: &str) -> Result<Hook, &'static str> {
        let now = self.now();
        let hook = self.hooks.get_mut(path).ok_or("invalid_url")?;
        if (now - hook.at).to_std().is_ok_and(|age| age >= RESPONSE_URL_LIFE) {
            return Err("expired_url");
        }
        if hook.uses == RESPONSE_URL_USES {
            return Err("used_url");
        }
        hook.uses += 1;
        Ok(hook.clone())
    }

    /// Puts a message of the bot's where it belongs, and shows it to those who can see it.
    pub fn post(&mut self, message: Message) {
        self.pinged.extend(message.shown.pings.iter().cloned());
        self.show(&message, false);
        self.messages.push(message);
    }

    /// Gives one of the bot's messages another content.
    pub fn edit(&mut self, ts: &str, text: String, blocks: Value, shown: Shown) {
        self.pinged.extend(shown.pings.iter().cloned());
        let Some(message) = self.messages.iter_mut().find(|message| message.ts == ts) else {
            return;
        };
        (message.text, message.blocks, message.shown) = (text, blocks, shown);
        let message = message.clone();
        self.show(&message, true);
    }

    fn show(&mut self, message: &Message, edited: bool) {
        let view = View {
            text: message.shown.text.clone(),
            buttons: message
                .shown
                .buttons
                .iter()
                .map(|button| button.label.clone())
                .collect(),
            ephemeral: message.only_for.is_some(),
            edited,
            silent: edited,
            fallback: message.text.clone(),
            thread: message.thread.clone(),
        };
        let reader = message.only_for.as_ref().or_else(|| self.directs.get(&message.channel));
        match reader.cloned() {
            Some(reader) => self.person(&reader).views.push(view),
            None => self.publics.push((message.channel.clone(), view)),
        }
    }

    pub fn public_views(&self, channel: &str) -> Vec<View> {
        let here = self.publics.iter().filter(|(there, _)| there == channel);
        here.map(|(_, view)| view.clone()).collect()
    }

    /// The outer form of an event (<https://docs.slack.dev/apis/events-api>).
    pub fn envelope(&mut self, event: Value) -> Value {
        let number = self.count();
        json!({
            "token": "deprecated", "team_id": TEAM, "api_app_id": APP, "event": event, "type": "event_callback",
            "event_id": format!("Ev{number:08}"), "event_time": self.now().timestamp(),
            "authorizations": [{
                "enterprise_id": null, "team_id": TEAM, "user_id": BOT, "is_bot": true, "is_enterprise_install": false
            }],
            "is_ext_shared_channel": false, "event_context": format!("4-{number}"),
        })
    }
}
