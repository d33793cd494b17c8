//! The Discord room against its stand-in, over the real wire, with an ear that only takes notes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use chatcal::clock::Clock;
use chatcal::discord::{Discord, Fatal, NotKept, Pace, Saved, Sessions};
use chatcal::domain::choice::Choice;
use chatcal::domain::incoming::{Incoming, Said};
use chatcal::domain::letter::{Button, LetterKey, Message, Parcel, Span, Tone, Way};
use chatcal::domain::person::PersonId;
use chatcal::domain::ports::{Courier, Ear, NotHeard, Profile, Receipt, Traces, Undelivered};
use chatcal::entropy::Entropy;
use chatcal::http::Http;
use chatcal::sandbox::discord::{Discord as StandIn, Fault, Request, Rules};
use chatcal::settings;
use chatcal::socket::{Deadlines, State, Status};
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Nothing here takes longer, unless it never comes.
const PATIENCE: Duration = Duration::from_secs(20);

pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("it never came")
}

/// An ear that takes notes, each delivery once, as the real one does.
#[derive(Default)]
pub struct Notes {
    heard: Mutex<Vec<Incoming>>,
    /// How many are still refused.
    refusals: Mutex<u32>,
    /// While true, what has been noted is not yet said to be heard.
    held: watch::Sender<bool>,
    changed: Notify,
}

#[async_trait]
impl Ear for Notes {
    async fn hear(&self, incoming: Incoming) -> Result<(), NotHeard> {
        {
            let mut refusals = self.refusals.lock().unwrap();
            if *refusals > 0 {
                *refusals -= 1;
                return Err(NotHeard);
            }
        }
        {
            let mut heard = self.heard.lock().unwrap();
            if heard.iter().all(|known| known.delivery != incoming.delivery) {
                heard.push(incoming);
            }
        }
        self.changed.notify_waiters();
        self.held.subscribe().wait_for(|held| !held).await.unwrap();
        Ok(())
    }
}

impl Notes {
    fn heard(&self) -> MutexGuard<'_, Vec<Incoming>> {
        self.heard.lock().unwrap()
    }

    /// The newest, once there are `count`.
    pub async fn nth(&self, count: usize) -> Incoming {
        soon(async {
            loop {
                let changed = self.changed.notified();
                if let Some(incoming) = self.heard().get(count - 1) {
                    return incoming.clone();
                }
                changed.await;
            }
        })
        .await
    }

    fn texts(&self) -> Vec<String> {
        let text = |incoming: &Incoming| match &incoming.said {
            Said::Text(text) => text.clone(),
            other => format!("{other:?}"),
        };
        self.heard().iter().map(text).collect()
    }
}

/// What is kept between restarts.
#[derive(Default)]
struct Shelf(Mutex<BTreeMap<String, Saved>>);

#[async_trait]
impl Sessions for Shelf {
    async fn load(&self, application: &str) -> Result<Option<Saved>, NotKept> {
        Ok(self.0.lock().unwrap().get(application).cloned())
    }

    async fn save(&self, application: &str, saved: &Saved) -> Result<(), NotKept> {
        self.0.lock().unwrap().insert(application.to_owned(), saved.clone());
        Ok(())
    }
}

impl Shelf {
    fn seq(&self) -> u64 {
        let shelf = self.0.lock().unwrap();
        shelf
            .values()
            .find_map(|saved| Some(saved.session.as_ref()?.seq))
            .unwrap_or_default()
    }
}

/// A stand-in, what outlives a bot, and the bots that are started on them.
pub struct Desk {
    pub discord: StandIn,
    pub clock: Clock,
    pub ear: Arc<Notes>,
    shelf: Arc<Shelf>,
    http: Http,
}

/// A running bot.
pub struct Bot {
    pub courier: Arc<dyn Courier>,
    status: Status,
    stop: CancellationToken,
    task: JoinHandle<Result<(), Fatal>>,
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(Rules::default()).await
    }

    async fn with(rules: Rules) -> Self {
        let clock = Clock::manual("2026-11-23T09:00:00Z".parse().unwrap());
        let now = clock.clone();
        Self {
            discord: StandIn::start(move || now.now(), rules).await.unwrap(),
            ear: Arc::default(),
            shelf: Arc::default(),
            http: Http::new(clock.clone(), Entropy::seeded(1)).unwrap(),
            clock,
        }
    }

    fn bot(&self) -> Bot {
        self.bot_with(self.discord.token())
    }

    fn bot_with(&self, token: &str) -> Bot {
        let settings = settings::Discord {
            token: token.into(),
            api_url: self.discord.api_url().parse().unwrap(),
        };
        let http = self.http.clone();
        let pace = Pace {
            first: Duration::from_millis(5),
            most: Duration::from_millis(20),
            deadlines: Deadlines::default(),
        };
        let discord = Discord::new(&settings, http, self.clock.clone(), Entropy::seeded(2)).paced(pace);
        let stop = CancellationToken::new();
        let (courier, status) = (discord.courier(), discord.status());
        let (ear, shelf, ends) = (Arc::clone(&self.ear), Arc::clone(&self.shelf), stop.clone());
        let task = tokio::spawn(async move { discord.run(ear, shelf, ends).await });
        Bot {
            courier,
            status,
            stop,
            task,
        }
    }

    /// A bot that is connected, and has put its commands up.
    pub async fn ready(&self) -> Bot {
        let bot = self.bot();
        bot.up().await;
        soon(
            self.discord
                .requests_until(|all| all.iter().any(|request| request.path.ends_with("/commands"))),
        )
        .await;
        bot
    }

    /// The body of the last request to such a route, with ids written as N.
    fn body(&self, route: &str) -> String {
        let requests = self.discord.requests();
        let found = requests
            .iter()
            .rev()
            .find(|request| format!("{} {}", request.method, request.path).contains(route));
        let text = serde_json::to_string(&found.unwrap().body).unwrap();
        regex::Regex::new(r"\d{15,}")
            .unwrap()
            .replace_all(&text, "N")
            .into_owned()
    }

    fn count(&self, route: &str) -> usize {
        let line = |request: &Request| format!("{} {}", request.method, request.path);
        self.discord
            .requests()
            .iter()
            .filter(|request| line(request).contains(route))
            .count()
    }
}

impl Bot {
    async fn up(&self) {
        soon(self.status.wait_for(|state| *state == State::Up)).await;
    }

    /// Ends it as SIGTERM does.
    pub async fn stops(self) {
        self.stop.cancel();
        soon(self.task).await.unwrap().unwrap();
    }

    /// Ends it as `kill -9` does.
    async fn dies(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

pub fn letter(person: &Incoming, seq: i64, text: &str) -> Parcel {
    Parcel {
        key: LetterKey {
            person: person.person.clone(),
            seq,
        },
        message: Message::text(text),
        silent: false,
        written_at: person.said_at,
    }
}

fn handle(receipt: Receipt) -> String {
    match receipt {
        Receipt::Delivered { handle: Some(handle) } => handle,
        other => panic!("{other:?}"),
    }
}

// The gateway.

/// What ends a connection, by name.
type Ending = (&'static str, fn(&StandIn));

#[tokio::test]
async fn p03_whatever_ends_a_connection_it_is_resumed_and_nothing_is_lost() {
    let endings: [Ending; 7] = [
        ("dropped", StandIn::drops_gateway),
        ("closed without a code", |discord| discord.closes_gateway(None)),
        ("closed with 1001", |discord| discord.closes_gateway(Some(1001))),
        ("closed with 4000", |discord| discord.closes_gateway(Some(4000))),
        ("op 7", StandIn::asks_to_reconnect),
        ("op 9, resumable", |discord| discord.invalidates_session(true)),
        ("no answer to heartbeats", |discord| discord.answers_heartbeats(false)),
    ];
    let rules = Rules {
        heartbeat_interval: 100,
        ..Rules::default()
    };
    for (name, ends) in endings {
        let desk = Desk::with(rules).await;
        let bot = desk.bot();
        bot.up().await;
        let ana = desk.discord.person("Ana");
        ana.says_dm("before");
        desk.ear.nth(1).await;
        ends(&desk.discord);
        ana.says_dm("meanwhile");
        let counts = soon(desk.discord.counts_until(|counts| counts.resumes > 0)).await;
        desk.discord.answers_heartbeats(true);
        ana.says_dm("after");
        desk.ear.nth(3).await;
        assert_eq!(desk.ear.texts(), ["before", "meanwhile", "after"], "{name}");
        assert_eq!(counts.identifies, 1, "{name}");
        bot.stops().await;
    }
}

#[tokio::test]
async fn p03_a_session_that_is_over_is_begun_anew() {
    let endings: [Ending; 3] = [
        ("op 9", |discord| discord.invalidates_session(false)),
        ("4007", |discord| discord.closes_gateway(Some(4007))),
        ("4009", |discord| discord.closes_gateway(Some(4009))),
    ];
    for (name, ends) in endings {
        let desk = Desk::open().await;
        let bot = desk.bot();
        bot.up().await;
        ends(&desk.discord);
        let counts = soon(desk.discord.counts_until(|counts| counts.identifies == 2)).await;
        assert_eq!(counts.resumes, 0, "{name}");
        bot.up().await;
        desk.discord.person("Ana").says_dm("hello again");
        assert_eq!(
            desk.ear.nth(1).await.said,
            Said::Text("hello again".to_owned()),
            "{name}"
        );
        bot.stops().await;
    }
}

#[tokio::test]
async fn p03_a_message_that_could_not_be_stored_is_sent_again_by_discord() {
    let desk = Desk::open().await;
    let bot = desk.bot();
    bot.up().await;
    *desk.ear.refusals.lock().unwrap() = 2;
    let ana = desk.discord.person("Ana");
    ana.says_dm("one");
    desk.ear.nth(1).await;
    ana.says_dm("two");
    desk.ear.nth(2).await;
    assert_eq!(desk.ear.texts(), ["one", "two"]);
    assert_eq!(desk.discord.counts().identifies, 1);
    assert!(desk.discord.counts().resumes >= 2);
    bot.stops().await;
}

#[tokio::test]
async fn p03_what_is_said_while_nobody_runs_is_heard_at_the_next_start() {
    let desk = Desk::open().await;
    let bot = desk.bot();
    bot.up().await;
    let ana = desk.discord.person("Ana");
    ana.says_dm("before");
    desk.ear.nth(1).await;
    bot.stops().await;
    // READY and the message.
    assert_eq!(desk.shelf.seq(), 2, "the end keeps how far it has come");
    ana.says_dm("while away");
    let bot = desk.bot();
    desk.ear.nth(2).await;
    assert_eq!(desk.ear.texts(), ["before", "while away"]);
    assert_eq!(desk.discord.counts().identifies, 1);
    bot.dies().await;
    ana.says_dm("after a crash");
    let bot = desk.bot();
    desk.ear.nth(3).await;
    assert_eq!(desk.discord.counts().identifies, 1);
    bot.stops().await;
}

#[tokio::test]
async fn p03_an_event_that_cannot_be_read_is_passed_over_and_the_next_one_is_heard() {
    let desk = Desk::open().await;
    let bot = desk.bot();
    bot.up().await;
    desk.discord
        .dispatches("MESSAGE_CREATE", json!({ "id": "1", "author": 7 }));
    desk.discord.dispatches("INTERACTION_CREATE", json!("what is this"));
    desk.discord.dispatches("SOMETHING_NEW", json!({ "deep": [[[[]]]] }));
    desk.discord.person("Ana").says_dm("hello");
    assert_eq!(desk.ear.nth(1).await.said, Said::Text("hello".to_owned()));
    assert_eq!(desk.discord.counts().connections, 1);
    bot.stops().await;
}

#[tokio::test]
async fn p03_no_privileged_intent_is_asked_for_and_mentions_arrive_with_their_words() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.says_in("general", "nothing for a bot");
    let edited = ana.mentions("general", "book tomorrow at 2 PM");
    let heard = desk.ear.nth(1).await;
    assert_eq!(heard.said, Said::Text("book tomorrow at 2 PM".to_owned()));
    assert_eq!((heard.handle.as_str(), heard.said_at), ("ana", desk.clock.now()));
    assert_eq!(heard.delivery.0, format!("discord|{edited}"));
    assert_eq!(heard.workspace, "Sandbox");
    ana.edits(edited, "book the day after");
    ana.mentions("general", "");
    assert_eq!(desk.ear.nth(2).await.said, Said::Text(String::new()));
    bot.stops().await;
}

#[tokio::test]
async fn p08_two_hundred_restarts_identify_once_and_never_more_than_twenty_times_in_ten_minutes() {
    let desk = Desk::open().await;
    for _ in 0..200 {
        let bot = desk.bot();
        bot.up().await;
        bot.dies().await;
        desk.clock.advance(Duration::from_secs(3));
    }
    assert_eq!(desk.discord.counts().identifies, 1);

    // The same when Discord has forgotten the session each time: then it waits.
    let desk = Desk::open().await;
    let is_settled = |state: &State| match state {
        State::Up => true,
        State::Down { why } => why.starts_with("waiting "),
        State::Connecting | State::Standby | State::Fatal { .. } => false,
    };
    let mut waited = 0;
    for _ in 0..200 {
        desk.discord.forgets_sessions();
        let bot = desk.bot();
        waited += usize::from(soon(bot.status.wait_for(is_settled)).await != State::Up);
        bot.dies().await;
        desk.clock.advance(Duration::from_secs(3));
    }
    let identifies = desk.discord.counts().identifies;
    assert!((10..=20).contains(&identifies), "{identifies}");
    assert!(waited > 150, "{waited}");
}

#[tokio::test]
async fn p08_what_only_the_operator_can_mend_stops_with_a_clear_word() {
    for (code, word) in [
        (4004, "DISCORD_TOKEN"),
        (4010, "shard"),
        (4011, "shard"),
        (4012, "version 10"),
        (4013, "4013"),
        (4014, "4014"),
    ] {
        let desk = Desk::open().await;
        let bot = desk.bot();
        bot.up().await;
        desk.discord.closes_gateway(Some(code));
        let Err(Fatal(why)) = soon(bot.task).await.unwrap() else {
            panic!("{code} did not stop it")
        };
        assert!(why.contains(word), "{code}: {why}");
        assert_eq!(bot.status.get(), State::Fatal { why });
        assert_eq!(desk.discord.counts().connections, 1, "{code}");
    }
}

#[tokio::test]
async fn p08_a_wrong_token_stops_before_it_costs_an_identify() {
    let desk = Desk::open().await;
    let bot = desk.bot_with("wrong");
    let Err(Fatal(why)) = soon(bot.task).await.unwrap() else {
        panic!("it was let in")
    };
    assert!(why.contains("DISCORD_TOKEN") && !why.contains("wrong"), "{why}");
    assert_eq!(desk.discord.counts().connections, 0);
}

// Commands and buttons.

#[tokio::test]
async fn p03_commands_appear_once_after_an_upgrade() {
    let desk = Desk::open().await;
    desk.ready().await.stops().await;
    let bot = desk.ready().await;
    // The second start has looked, and found nothing to do.
    soon(desk.discord.requests_until(|all| {
        let looked = all
            .iter()
            .filter(|request| request.method == "GET" && request.path.ends_with("/commands"));
        looked.count() == 2
    }))
    .await;
    // Had it something to put up, that would be done before this long way round is.
    let ana = desk.discord.person("Ana");
    ana.says_dm("hi");
    let heard = desk.ear.nth(1).await;
    bot.courier
        .post(&heard.ways[0], &letter(&heard, 1, "hi"))
        .await
        .unwrap();
    soon(ana.sees()).await;
    bot.stops().await;
    assert_eq!(desk.count("PUT /applications/"), 1);
    let names: Vec<_> = desk
        .discord
        .commands()
        .iter()
        .map(|command| command["name"].clone())
        .collect();
    assert_eq!(names, ["book", "chatcal", "chatcal-admin"]);
    insta::assert_snapshot!(desk.body("PUT /applications/"), @r#"[{"contexts":[0,1],"description":"Book a meeting on your Google Calendar","description_localizations":{},"integration_types":[0],"name":"book","name_localizations":{},"nsfw":false,"options":[{"autocomplete":false,"channel_types":[],"choices":[],"description":"When and what, such as: tomorrow at 2 PM for 30 minutes","max_length":null,"max_value":null,"min_length":null,"min_value":null,"name":"text","options":[],"required":false,"type":3}],"type":1},{"contexts":[0,1],"description":"Connect or disconnect your calendar, set your time zone, get help","description_localizations":{},"integration_types":[0],"name":"chatcal","name_localizations":{},"nsfw":false,"options":[{"autocomplete":false,"channel_types":[],"choices":[],"description":"help, connect, disconnect, timezone or privacy","max_length":null,"max_value":null,"min_length":null,"min_value":null,"name":"text","options":[],"required":false,"type":3}],"type":1},{"contexts":[1],"description":"For those who run this bot: look at people's credentials, and mend them","description_localizations":{},"integration_types":[0],"name":"chatcal-admin","name_localizations":{},"nsfw":false,"options":[{"autocomplete":false,"channel_types":[],"choices":[],"description":"list, inspect, verify, clear, disconnect, refresh or cost","max_length":null,"max_value":null,"min_length":null,"min_value":null,"name":"text","options":[],"required":false,"type":3}],"type":1}]"#);
}

#[tokio::test]
async fn p03_a_command_is_deferred_once_it_is_heard_and_answered_for_its_person_alone() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.closes_dms();
    desk.ear.held.send_replace(true);
    ana.commands("general", "/book", "tomorrow at 2 PM");
    let heard = desk.ear.nth(1).await;
    assert_eq!(heard.said, Said::Book("tomorrow at 2 PM".to_owned()));
    assert_eq!(heard.ways.len(), 2);
    // The letter is ready before Discord has taken the deferral, and waits for that.
    let (courier, way, parcel) = (
        Arc::clone(&bot.courier),
        heard.ways[0].clone(),
        letter(&heard, 1, "first"),
    );
    let first = tokio::spawn(async move { courier.post(&way, &parcel).await });
    let elsewhere = bot.courier.post(&heard.ways[1], &letter(&heard, 9, "hi")).await;
    assert!(matches!(elsewhere, Err(Undelivered::WayClosed(_))));
    assert_eq!(desk.count("/callback"), 0, "not heard, so not deferred");
    desk.ear.held.send_replace(false);
    let first = soon(first).await.unwrap().unwrap();
    assert_eq!(desk.count("GET /webhooks/"), 0, "it need not ask");
    bot.courier
        .post(&heard.ways[0], &letter(&heard, 2, "second"))
        .await
        .unwrap();
    bot.courier
        .edit(&handle(first), &letter(&heard, 3, "first, better"))
        .await
        .unwrap();
    for expected in [
        "(only you) first",
        "(only you) second",
        "(only you) (edited) first, better",
    ] {
        assert_eq!(soon(ana.sees()).await.to_string(), expected);
    }
    assert!(desk.discord.public("general").is_empty());
    assert_eq!(desk.count("/callback"), 1);
    insta::assert_snapshot!(desk.body("/callback"), @r#"{"data":{"attachments":[],"flags":64},"type":5}"#);
    insta::assert_snapshot!(desk.body("PATCH /webhooks/"), @r#"{"allowed_mentions":{"parse":[],"replied_user":false,"roles":[],"users":[]},"components":[],"content":"first, better","flags":4}"#);
    insta::assert_snapshot!(desk.body("POST /webhooks/"), @r#"{"allowed_mentions":{"parse":[],"replied_user":false,"roles":[],"users":[]},"attachments":[],"components":[],"content":"second","embeds":[],"flags":68}"#);
    bot.stops().await;
}

#[tokio::test]
async fn p03_a_command_that_could_not_be_stored_is_not_deferred() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    *desk.ear.refusals.lock().unwrap() = 1;
    desk.discord.person("Ana").commands_dm("/chatcal", "help");
    let heard = desk.ear.nth(1).await;
    assert_eq!(heard.said, Said::Chatcal("help".to_owned()));
    bot.courier
        .post(&heard.ways[0], &letter(&heard, 1, "help"))
        .await
        .unwrap();
    assert_eq!(desk.count("/callback"), 1);
    bot.stops().await;
}

#[tokio::test]
async fn p05_an_answer_that_was_given_before_a_crash_is_not_given_again() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.commands("general", "/book", "noon");
    let heard = desk.ear.nth(1).await;
    let way = &heard.ways[0];
    let first = letter(&heard, 1, "Booked.");
    assert_eq!(bot.courier.find(way, &first).await, Ok(Traces::Absent));
    let posted = bot.courier.post(way, &first).await.unwrap();
    bot.dies().await;
    let bot = desk.bot();
    bot.up().await;
    assert_eq!(bot.courier.find(way, &first).await, Ok(Traces::Found(posted)));
    let second = letter(&heard, 2, "Anything else?");
    assert_eq!(
        bot.courier.find(way, &second).await,
        Ok(Traces::Hidden),
        "a follow-up is nowhere to be seen"
    );
    bot.courier.post(way, &second).await.unwrap();
    assert_eq!(soon(ana.sees()).await.text, "Booked.");
    assert_eq!(soon(ana.sees()).await.text, "Anything else?");
    assert_eq!(ana.unread(), 0);
    bot.stops().await;
}

#[tokio::test]
async fn an_answer_that_comes_late_is_a_message_of_its_own() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    let asks = async |count| {
        ana.commands("general", "/book", "noon");
        let heard = desk.ear.nth(count).await;
        let deferred = |request: &&Request| request.path.ends_with("/callback");
        soon(
            desk.discord
                .requests_until(|all| all.iter().filter(deferred).count() == count),
        )
        .await;
        heard
    };
    // Within a minute they still look at "thinking…".
    let prompt = asks(1).await;
    desk.clock.advance(Duration::from_secs(60));
    bot.courier
        .post(&prompt.ways[0], &letter(&prompt, 1, "In time."))
        .await
        .unwrap();
    let seen = soon(ana.sees()).await;
    assert_eq!((seen.text.as_str(), seen.silent), ("In time.", true));

    // Later the answer has to make itself heard, and nothing goes on "thinking…".
    let late = asks(2).await;
    desk.clock.advance(Duration::from_secs(61));
    let receipt = bot
        .courier
        .post(&late.ways[0], &letter(&late, 2, "Late."))
        .await
        .unwrap();
    let took_a_while = "(only you) This took a while: the answer comes as a new message.";
    let there = soon(ana.sees()).await;
    assert_eq!((there.to_string().as_str(), there.silent), (took_a_while, true));
    let here = soon(ana.sees()).await;
    assert_eq!(
        (here.to_string().as_str(), here.silent, here.edited),
        ("(only you) Late.", false, false)
    );
    bot.courier
        .edit(&handle(receipt), &letter(&late, 3, "Late, with a link."))
        .await
        .unwrap();
    assert_eq!(
        soon(ana.sees()).await.to_string(),
        "(only you) (edited) Late, with a link."
    );

    // What is to make no sound need not.
    let quiet = asks(3).await;
    desk.clock.advance(Duration::from_secs(61));
    let mut parcel = letter(&quiet, 4, "Connected.");
    parcel.silent = true;
    bot.courier.post(&quiet.ways[0], &parcel).await.unwrap();
    assert_eq!(soon(ana.sees()).await.to_string(), "(only you) Connected.");

    // In two attempts, with a crash before the second: Discord tells how far it came.
    let broken = asks(4).await;
    desk.clock.advance(Duration::from_secs(61));
    let fault = Fault::Refused { status: 503, code: 0 };
    desk.discord.next_meets("POST /webhooks/", fault);
    let parcel = letter(&broken, 5, "At last.");
    let failed = bot.courier.post(&broken.ways[0], &parcel).await;
    assert!(matches!(failed, Err(Undelivered::Later { .. })), "{failed:?}");
    bot.dies().await;
    let bot = desk.bot();
    bot.up().await;
    bot.courier.post(&broken.ways[0], &parcel).await.unwrap();
    assert_eq!(soon(ana.sees()).await.to_string(), took_a_while);
    let here = soon(ana.sees()).await;
    assert_eq!((here.text.as_str(), here.silent), ("At last.", false));

    // Nothing was known of this one, as it was deferred before a crash.
    let before = asks(5).await;
    bot.dies().await;
    desk.clock.advance(Duration::from_secs(61));
    let bot = desk.bot();
    bot.up().await;
    bot.courier
        .post(&before.ways[0], &letter(&before, 6, "After all."))
        .await
        .unwrap();
    assert_eq!(soon(ana.sees()).await.to_string(), took_a_while);
    assert_eq!(soon(ana.sees()).await.text, "After all.");
    assert_eq!(ana.unread(), 0);
    bot.stops().await;
}

#[tokio::test]
async fn p04_an_interaction_that_has_expired_falls_back_to_a_direct_message() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.commands("general", "/book", "noon");
    let heard = desk.ear.nth(1).await;
    bot.courier
        .post(&heard.ways[0], &letter(&heard, 1, "Soon."))
        .await
        .unwrap();
    let expiry = heard.ways[0].expires_at.unwrap();
    assert!(expiry < heard.said_at + Duration::from_secs(15 * 60));
    desk.clock.advance(Duration::from_secs(15 * 60 + 1));
    let late = letter(&heard, 2, "Late.");
    let closed = bot.courier.post(&heard.ways[0], &late).await;
    assert!(matches!(closed, Err(Undelivered::WayClosed(_))), "{closed:?}");
    bot.courier.post(&heard.ways[1], &late).await.unwrap();
    assert_eq!(soon(ana.sees()).await.to_string(), "(only you) Soon.");
    assert_eq!(soon(ana.sees()).await.to_string(), "Late.");
    bot.stops().await;
}

// Mentions and direct messages.

#[tokio::test]
async fn p03_a_mention_is_answered_by_direct_message_and_the_channel_learns_only_that() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.mentions("general", "book noon");
    let heard = desk.ear.nth(1).await;
    for (seq, text) in [(1, "Connect first: secret link"), (2, "Booked: secret meeting")] {
        bot.courier
            .post(&heard.ways[0], &letter(&heard, seq, text))
            .await
            .unwrap();
    }
    assert_eq!(soon(ana.sees()).await.to_string(), "Connect first: secret link");
    assert_eq!(soon(ana.sees()).await.to_string(), "Booked: secret meeting");
    let public = desk.discord.public("general");
    assert_eq!(public.len(), 1, "said once for one mention");
    assert_eq!(public[0].to_string(), "Answered privately.");
    let requests = desk.discord.requests();
    let notes: Vec<_> = requests
        .iter()
        .filter(|request| request.body["content"] == "Answered privately.")
        .collect();
    assert_eq!(
        notes.len(),
        1,
        "and asked for once, for Discord forgets a nonce within minutes"
    );
    assert_eq!(
        notes[0].body["message_reference"]["message_id"],
        json!(heard.delivery.0.trim_start_matches("discord|"))
    );
    bot.stops().await;
}

#[tokio::test]
async fn p03_closed_direct_messages_wait_behind_a_button_that_shows_them_to_its_owner_alone() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let (ana, bo) = (desk.discord.person("Ana"), desk.discord.person("Bo"));
    ana.closes_dms();
    ana.mentions("general", "book noon");
    let heard = desk.ear.nth(1).await;
    let parcel = letter(&heard, 7, "Booked: secret meeting");
    let closed = bot.courier.post(&heard.ways[0], &parcel).await;
    assert!(matches!(closed, Err(Undelivered::WayClosed(_))), "{closed:?}");
    assert_eq!(bot.courier.post(&heard.ways[1], &parcel).await, Ok(Receipt::Held));
    // A second attempt, after a crash say, puts no second button up.
    assert_eq!(bot.courier.post(&heard.ways[1], &parcel).await, Ok(Receipt::Held));
    let public = desk.discord.public("general");
    assert_eq!(
        public.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Your answer is ready, for you alone to see.\n[Show me]"]
    );

    bo.presses("Show me").unwrap();
    let other = desk.ear.nth(2).await;
    ana.presses("Show me").unwrap();
    let owner = desk.ear.nth(3).await;
    for (press, person) in [(&other, bo.id()), (&owner, ana.id())] {
        assert_eq!(press.said, Said::ShowMe(parcel.key.clone()));
        assert_eq!(press.person, PersonId::discord(person));
    }
    // What the application does with it: the letter for its owner, a word for anyone else.
    bot.courier
        .post(&other.ways[0], &letter(&other, 1, "That one is for somebody else."))
        .await
        .unwrap();
    bot.courier.post(&owner.ways[0], &parcel).await.unwrap();
    assert_eq!(
        soon(bo.sees()).await.to_string(),
        "(only you) That one is for somebody else."
    );
    assert_eq!(soon(ana.sees()).await.to_string(), "(only you) Booked: secret meeting");
    assert_eq!(desk.discord.public("general").len(), 1);
    bot.stops().await;
}

#[tokio::test]
async fn where_the_history_is_hidden_the_channel_is_told_without_a_reply() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.closes_dms();
    ana.mentions("general", "book noon");
    let heard = desk.ear.nth(1).await;
    let no_history = Fault::Refused {
        status: 400,
        code: 160_002,
    };
    desk.discord.next_meets("POST /channels/", no_history);
    let parcel = letter(&heard, 1, "Booked.");
    assert_eq!(bot.courier.post(&heard.ways[1], &parcel).await, Ok(Receipt::Held));
    assert_eq!(desk.discord.public("general").len(), 1);
    bot.stops().await;
}

#[tokio::test]
async fn a_button_in_private_is_acknowledged_quietly_and_answered_there() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.says_dm("hi");
    let heard = desk.ear.nth(1).await;
    let mut parcel = letter(&heard, 1, "Hello.");
    parcel.message.buttons = vec![Button {
        label: "Help".to_owned(),
        choice: Choice::Help,
        tone: Tone::Primary,
    }];
    bot.courier.post(&heard.ways[0], &parcel).await.unwrap();
    assert_eq!(soon(ana.sees()).await.to_string(), "Hello.\n[Help]");
    ana.presses("Help").unwrap();
    let press = desk.ear.nth(2).await;
    assert_eq!(press.said, Said::Pressed(Choice::Help));
    assert_eq!(press.ways.len(), 1);
    bot.courier
        .post(&press.ways[0], &letter(&press, 2, "Ask away."))
        .await
        .unwrap();
    assert_eq!(soon(ana.sees()).await.to_string(), "Ask away.");
    soon(
        desk.discord
            .requests_until(|all| all.iter().any(|request| request.path.ends_with("/callback"))),
    )
    .await;
    insta::assert_snapshot!(desk.body("/callback"), @r#"{"data":null,"type":6}"#);
    bot.stops().await;
}

#[tokio::test]
async fn letters_take_discords_form_and_nothing_in_them_pings_anyone() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.says_dm("hi");
    let heard = desk.ear.nth(1).await;
    let mut parcel = letter(&heard, 1, "");
    parcel.message.spans = vec![
        Span::Strong("Booked:".to_owned()),
        Span::Text(" @everyone <@&12> *launch* · ".to_owned()),
        Span::Link("https://meet.google.com/abc-defg-hij".to_owned()),
        Span::Text("\nOr type ".to_owned()),
        Span::Code("undo".to_owned()),
    ];
    parcel.message.buttons = [
        ("Undo", Choice::Disconnect, Tone::Danger),
        ("Help", Choice::Help, Tone::Plain),
    ]
    .map(|(label, choice, tone)| Button {
        label: label.to_owned(),
        choice,
        tone,
    })
    .to_vec();
    let receipt = bot.courier.post(&heard.ways[0], &parcel).await.unwrap();
    insta::assert_snapshot!(desk.body("POST /channels/"), @r#"{"allowed_mentions":{"parse":[],"replied_user":false,"roles":[],"users":[]},"attachments":[],"components":[{"components":[{"custom_id":"disconnect","disabled":false,"label":"Undo","style":4,"type":2},{"custom_id":"help","disabled":false,"label":"Help","style":2,"type":2}],"type":1}],"content":"**Booked:** \\@everyone \\<\\@&12> \\*launch\\* · <https://meet.google.com/abc-defg-hij>\nOr type `undo`","embeds":[],"enforce_nonce":true,"flags":4,"nonce":"pTwVR9eQX8Zu7O1TU5cbp2Gm","sticker_ids":[],"tts":false}"#);
    parcel.message.buttons.clear();
    let receipt = bot.courier.edit(&handle(receipt), &parcel).await.unwrap();
    insta::assert_snapshot!(desk.body("PATCH /channels/"), @r#"{"allowed_mentions":{"parse":[],"replied_user":false,"roles":[],"users":[]},"components":[],"content":"**Booked:** \\@everyone \\<\\@&12> \\*launch\\* · <https://meet.google.com/abc-defg-hij>\nOr type `undo`","flags":4}"#);
    assert_eq!(soon(ana.sees()).await.buttons, ["Undo", "Help"]);
    let edited = soon(ana.sees()).await;
    assert!(edited.edited && edited.silent && edited.buttons.is_empty());
    bot.courier.edit(&handle(receipt), &parcel).await.unwrap();
    parcel.silent = true;
    parcel.key.seq = 2;
    bot.courier.post(&heard.ways[0], &parcel).await.unwrap();
    soon(ana.sees()).await;
    assert!(soon(ana.sees()).await.silent);
    bot.stops().await;
}

#[tokio::test]
async fn b02_a_letter_whose_answer_was_lost_is_there_once() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let ana = desk.discord.person("Ana");
    ana.says_dm("hi");
    let heard = desk.ear.nth(1).await;
    let parcel = letter(&heard, 1, "Booked.");
    desk.discord.next_meets("POST /channels/", Fault::AnswerLost);
    let lost = bot.courier.post(&heard.ways[0], &parcel).await;
    assert!(matches!(lost, Err(Undelivered::Later { unsure: true, .. })), "{lost:?}");
    assert_eq!(
        bot.courier.find(&heard.ways[0], &parcel).await,
        Ok(Traces::Absent),
        "Discord knows it"
    );
    bot.courier.post(&heard.ways[0], &parcel).await.unwrap();
    soon(ana.sees()).await;
    assert_eq!(ana.unread(), 0);
    bot.stops().await;
}

#[tokio::test]
async fn p04_a_limited_channel_makes_only_its_own_letters_wait() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    let (ana, bo) = (desk.discord.person("Ana"), desk.discord.person("Bo"));
    ana.says_dm("hi");
    let from_ana = desk.ear.nth(1).await;
    bo.says_dm("hi");
    let from_bo = desk.ear.nth(2).await;
    let fault = Fault::Limited {
        retry_after: 30.5,
        global: false,
    };
    desk.discord.next_meets("POST /channels/", fault);
    let asked = bot.courier.post(&from_ana.ways[0], &letter(&from_ana, 1, "one")).await;
    let later = |outcome| match outcome {
        Err(Undelivered::Later {
            retry_after: Some(wait),
            ..
        }) => wait,
        other => panic!("{other:?}"),
    };
    assert_eq!(later(asked), Duration::from_millis(30_500));
    let before = desk.count("POST /channels/");
    let again = bot.courier.post(&from_ana.ways[0], &letter(&from_ana, 1, "one")).await;
    assert!(later(again) > Duration::from_secs(10));
    assert_eq!(desk.count("POST /channels/"), before, "not even asked");
    bot.courier
        .post(&from_bo.ways[0], &letter(&from_bo, 1, "two"))
        .await
        .unwrap();
    assert_eq!(soon(bo.sees()).await.text, "two");
    bot.stops().await;
}

#[tokio::test]
async fn p04_refusals_are_sorted_by_what_comes_next() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    desk.discord.person("Ana").says_dm("hi");
    let heard = desk.ear.nth(1).await;
    let parcel = letter(&heard, 1, "hello");
    for (status, code, next) in [
        (403, 50007, "closed"),
        (404, 10003, "closed"),
        (403, 50001, "closed"),
        (403, 50013, "closed"),
        (401, 50027, "closed"),
        (401, 0, "refused"),
        (400, 50035, "refused"),
        (500, 0, "later"),
        (503, 0, "later"),
        (403, 0, "later"),
    ] {
        desk.discord
            .next_meets("POST /channels/", Fault::Refused { status, code });
        let outcome = match bot.courier.post(&heard.ways[0], &parcel).await.unwrap_err() {
            Undelivered::WayClosed(_) => "closed",
            Undelivered::Later { .. } => "later",
            Undelivered::Refused(_) => "refused",
        };
        assert_eq!(outcome, next, "HTTP {status}, {code}");
    }
    let foreign = Way {
        address: "slack!".to_owned(),
        expires_at: None,
    };
    assert!(matches!(
        bot.courier.post(&foreign, &parcel).await,
        Err(Undelivered::WayClosed(_))
    ));
    assert_eq!(bot.courier.profile(&heard.person).await, Ok(Profile::default()));
    bot.stops().await;
}

#[tokio::test]
async fn s09_no_token_is_in_any_address_that_is_printed() {
    let desk = Desk::open().await;
    let bot = desk.ready().await;
    desk.discord.person("Ana").commands("general", "/book", "noon");
    let heard = desk.ear.nth(1).await;
    let token = serde_json::from_str::<Value>(&heard.ways[0].address).unwrap()["token"].clone();
    assert!(!format!("{heard:?}").contains(token.as_str().unwrap()));
    bot.stops().await;
}

#[test]
fn the_invite_link_asks_for_the_least() {
    let url = chatcal::discord::invite_url(42);
    assert_eq!(
        url.as_str(),
        "https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands&permissions=274877975552"
    );
}
