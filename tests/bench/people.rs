//! Fifty people in a workspace, their Google accounts, and the answers that reach them. They sign in at the strict stand-in; of
//! Slack's Web API and of Calendar there is only what a booking calls, so that the load costs little itself.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{Path, RawQuery, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::{Account, Config, Google};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::commands::{Commands, SIGNING_SECRET};
use super::process::Bot;

pub struct World {
    google: Google,
    answers: Arc<Answers>,
    answers_at: SocketAddr,
    people: usize,
}

/// What came to the commands' response URLs.
#[derive(Default)]
struct Answers {
    arrived: Mutex<HashMap<usize, Vec<(Instant, String)>>>,
    changed: Notify,
}

#[derive(Default)]
pub struct Spans {
    pub acknowledged: Vec<Duration>,
    pub answered: Vec<Duration>,
}

#[expect(clippy::disallowed_methods, reason = "a benchmark runs on the machine's own clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

async fn answer(State(answers): State<Arc<Answers>>, Path(n): Path<usize>, Json(body): Json<Value>) -> &'static str {
    let text = body.to_string();
    answers
        .arrived
        .lock()
        .expect("no panic")
        .entry(n)
        .or_default()
        .push((Instant::now(), text));
    answers.changed.notify_waiters();
    "ok"
}

/// What a booking asks of Slack: who the bot is, and who its person is.
async fn web_api(Path(method): Path<String>, RawQuery(query): RawQuery, body: String) -> Json<Value> {
    let asked = format!("{}&{body}", query.unwrap_or_default());
    Json(match method.as_str() {
        "auth.test" => json!({
            "ok": true, "url": "https://acme.slack.com/", "team": "Acme", "user": "chatcal",
            "team_id": "T1", "user_id": "UBOT", "bot_id": "B1",
        }),
        "users.info" => {
            let user = asked
                .split('&')
                .find_map(|field| field.strip_prefix("user="))
                .unwrap_or("U0");
            let name = user.to_lowercase();
            json!({ "ok": true, "user": {
                "id": user, "team_id": "T1", "name": name, "tz": "Europe/Berlin", "is_email_confirmed": true,
                "profile": { "real_name": name, "email": format!("{name}@example.org") },
            } })
        }
        other => json!({ "ok": false, "error": format!("the benchmark has no {other}") }),
    })
}

/// Nothing stands in anybody's calendar.
async fn free() -> Json<Value> {
    Json(json!({ "kind": "calendar#events", "timeZone": "Europe/Berlin", "items": [] }))
}

/// An event as it was sent, with what Google adds.
async fn written(Json(mut event): Json<Value>) -> Json<Value> {
    event["status"] = json!("confirmed");
    event["etag"] = json!("\"1\"");
    event["htmlLink"] = json!("https://calendar.google.com/e/1");
    event["hangoutLink"] = json!("https://meet.google.com/abc-defg-hij");
    event["conferenceData"]["createRequest"]["status"] = json!({ "statusCode": "success" });
    Json(event)
}

impl Answers {
    /// When the first answer to command `n` came that `wanted` accepts, and what it said.
    async fn first(&self, n: usize, wanted: impl Fn(&str) -> bool) -> (Instant, String) {
        let find = || {
            let arrived = self.arrived.lock().expect("no panic");
            arrived.get(&n)?.iter().find(|(_, text)| wanted(text)).cloned()
        };
        let found = async {
            loop {
                let changed = self.changed.notified();
                if let Some(found) = find() {
                    return found;
                }
                changed.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), found).await;
        waited.unwrap_or_else(|_| {
            panic!(
                "command {n} was not answered: {:?}",
                self.arrived.lock().expect("no panic").get(&n)
            )
        })
    }
}

impl World {
    pub async fn new(people: usize) -> Self {
        let google = Google::start(Config::new(Arc::new(now))).await.expect("a free port");
        google.leave_tokens_unmarked();
        for n in 0..people {
            let email = format!("u{n}@example.org");
            google.add_account(Account::new(&email, "Europe/Berlin"));
        }
        let answers = Arc::new(Answers::default());
        let routes = Router::new()
            .route("/respond/{n}", post(answer))
            .route("/api/{method}", post(web_api).get(web_api))
            .route("/calendar/calendars/primary/events", get(free).post(written))
            .with_state(answers.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let answers_at = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            google,
            answers,
            answers_at,
            people,
        }
    }

    pub fn expect_bot_at(&self, url: &str) {
        self.google.register_redirect(&format!("{url}/auth/callback"));
    }

    /// The bot's settings that point at these stand-ins.
    pub fn settings(&self) -> HashMap<&'static str, String> {
        let client = self.google.client();
        HashMap::from([
            ("SLACK_BOT_TOKEN", "xoxb-bench".to_owned()),
            ("SLACK_SIGNING_SECRET", SIGNING_SECRET.to_owned()),
            ("SLACK_API_URL", format!("http://{}/api", self.answers_at)),
            ("GOOGLE_CLIENT_ID", client.id),
            ("GOOGLE_CLIENT_SECRET", client.secret),
            ("GOOGLE_AUTH_URL", self.google.auth_url()),
            ("GOOGLE_TOKEN_URL", self.google.token_url()),
            ("GOOGLE_REVOKE_URL", self.google.revoke_url()),
            ("GOOGLE_JWKS_URL", self.google.jwks_url()),
            ("GOOGLE_USERINFO_URL", self.google.userinfo_url()),
            ("GOOGLE_CALENDAR_URL", format!("http://{}/calendar/", self.answers_at)),
        ])
    }

    /// Everybody connects their account, as a person would.
    pub async fn connect(&self, bot: &Bot) {
        let commands = Commands::new(bot, self.answers_at);
        for n in 0..self.people {
            let number = 1_000_000 + n;
            commands
                .send(&format!("U{n}"), number, "tomorrow at 2 PM for 30 minutes")
                .await;
            let (_, text) = self.answers.first(number, |text| text.contains("/connect/")).await;
            let from = text.find(&bot.url).expect("a link");
            let link: String = text[from..]
                .chars()
                .take_while(|c| !matches!(c, '"' | '\\' | '|' | '>' | ' '))
                .collect();
            let mut browser = Browser::new();
            let page = browser.open(&link).await.expect("the connect page");
            let consent = browser.press(&page, "Continue to Google").await.expect("Google's page");
            let email = format!("u{n}@example.org");
            let landed = browser
                .press_after(&consent, "Allow", |fields| {
                    fields.retain(|(name, _)| name != "account");
                    fields.push(("account".to_owned(), email));
                })
                .await
                .expect("back at the bot");
            assert_eq!(landed.status, 200, "{}", landed.words());
            self.answers.first(number, |text| text.contains("meet.google")).await;
        }
    }

    /// As many bookings as the bot can do, `at_once` at a time.
    pub async fn closed_loop(&self, bot: &Bot, bookings: usize, at_once: usize) {
        let commands = Commands::new(bot, self.answers_at);
        futures_util::stream::iter(0..bookings)
            .for_each_concurrent(at_once, async |n| {
                commands
                    .send(&format!("U{}", n % self.people), n, &self.request(n, 0))
                    .await;
            })
            .await;
        for n in 0..bookings {
            self.answers.first(n, |text| text.contains("meet.google")).await;
        }
    }

    /// `rate` bookings a second, whether or not the bot keeps up; how long each took to be acknowledged and answered.
    pub async fn open_loop(&self, bot: &Bot, rate: usize, seconds: usize) -> Spans {
        let commands = Arc::new(Commands::new(bot, self.answers_at));
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(rate).expect("a small number"));
        let mut sent = Vec::new();
        for n in 0..rate * seconds {
            ticks.tick().await;
            let (commands, number) = (commands.clone(), 100_000 + n);
            let (user, text) = (format!("U{}", n % self.people), self.request(n, 150));
            sent.push(tokio::spawn(async move {
                let started = Instant::now();
                commands.send(&user, number, &text).await;
                (number, started, started.elapsed())
            }));
        }
        let mut spans = Spans::default();
        for sent in sent {
            let (number, started, acknowledged) = sent.await.expect("a command was sent");
            let (answered, _) = self.answers.first(number, |text| text.contains("meet.google")).await;
            spans.acknowledged.push(acknowledged);
            spans.answered.push(answered - started);
        }
        spans
    }

    /// The `n`-th request: each of a person's is on another hour, from `days` after tomorrow on.
    fn request(&self, n: usize, days: usize) -> String {
        let (of_person, hours) = (n / self.people, 9);
        let first: NaiveDate = now().date_naive() + TimeDelta::days(2 + days as i64);
        let day = first + TimeDelta::days((of_person / hours) as i64);
        format!("\"load-{n}\" {day} at {:02}:00 for 30 minutes", 8 + of_person % hours)
    }
}
