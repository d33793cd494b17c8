//! Stays connected: which address, resume or identify, how long to wait after an ending. The life of one connection is in
//! `connection`.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serenity::model::id::UserId;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::budget::{self, StartLimit};
use super::connection::Ending;
use super::event::number;
use super::guilds::Guilds;
use super::keeper::Keeper;
use super::lanes::{Desk, Lanes};
use super::rest::{Problem, Rest};
use super::session::{Saved, Sessions};
use super::{Discord, Fatal, commands};
use crate::domain::ports::Ear;
use crate::socket::{Backoff, State};

/// A resume address that can't be reached so often in a row is given up for the general one.
const UNREACHABLE: u32 = 3;
/// The servers' names are asked for so often.
const NEWS: Duration = Duration::from_secs(600);
/// What is under way at the end gets so long.
const DRAIN: Duration = Duration::from_secs(5);

const BAD_TOKEN: &str = "Discord refuses the bot's token. Set DISCORD_TOKEN to the one that the Developer Portal gives under Bot → Reset Token.";

/// What the gateway loop carries from connection to connection.
pub(super) struct Gateway<'a> {
    pub discord: &'a Discord,
    pub us: UserId,
    pub guilds: Guilds,
    pub lanes: Lanes,
    pub keeper: Keeper,
    pub saved: Saved,
    /// Counts up, so that what an earlier connection began is told apart.
    pub connection: u64,
    /// How often in a row the resume address could not be reached.
    pub unreachable: u32,
}

/// Runs until `stop`.
pub(super) async fn run(
    discord: &Discord,
    ear: Arc<dyn Ear>,
    sessions: Arc<dyn Sessions>,
    stop: &CancellationToken,
) -> Result<(), Fatal> {
    let Some(me) = stop.run_until_cancelled(introduce(discord)).await.transpose()? else {
        return Ok(());
    };
    let Some(saved) = stop.run_until_cancelled(load(&*sessions, &me.application)).await else {
        return Ok(());
    };
    let answers = TaskTracker::new();
    let desk = Desk {
        rest: Arc::clone(&discord.rest),
        deferrals: discord.deferrals.clone(),
        answers: answers.clone(),
    };
    let mut gateway = Gateway {
        discord,
        us: me.user,
        guilds: Guilds::default(),
        lanes: Lanes::start(&ear, &desk),
        keeper: Keeper::start(sessions, me.application.clone(), saved.clone()),
        saved,
        connection: 0,
        unreachable: 0,
    };
    let around = answers.spawn(prepare(
        Arc::clone(&discord.rest),
        gateway.guilds.clone(),
        me.application,
        stop.clone(),
    ));
    let ended = gateway.stay(stop).await;
    around.abort();
    answers.close();
    // The lanes have settled, or never will; what is missing comes again at the next resume.
    let _ = timeout(DRAIN, async {
        gateway.keeper.all_kept().await;
        answers.wait().await;
    })
    .await;
    gateway.lanes.end().await;
    ended
}

struct Me {
    application: String,
    user: UserId,
}

/// Who we are; asked until there is an answer. A wrong token shows here, before it costs an IDENTIFY.
async fn introduce(discord: &Discord) -> Result<Me, Fatal> {
    let mut backoff = discord.backoff();
    loop {
        let why = match discord.rest.get("/applications/@me").await {
            Ok(answer) => match me(&answer) {
                Some(me) => return Ok(me),
                None => "Discord: its answer names no application".to_owned(),
            },
            Err(problem) if problem.is_bad_token() => return Err(Fatal(BAD_TOKEN.to_owned())),
            Err(problem) => problem.to_string(),
        };
        tracing::warn!(%why, "Discord: not connected");
        discord.status.set(State::Down { why });
        sleep(backoff.after_failure()).await;
    }
}

fn me(application: &Value) -> Option<Me> {
    let id = number(&application["id"]).filter(|id| *id != 0)?;
    // Bots of before 2016 have a user id of their own.
    let user = number(&application["bot"]["id"]).filter(|id| *id != 0).unwrap_or(id);
    Some(Me {
        application: id.to_string(),
        user: UserId::new(user),
    })
}

async fn load(sessions: &dyn Sessions, application: &str) -> Saved {
    loop {
        match sessions.load(application).await {
            Ok(saved) => return saved.unwrap_or_default(),
            Err(error) => tracing::warn!(%error, "Discord: trying again"),
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// What is set up beside the gateway; nothing waits for it.
async fn prepare(rest: Arc<Rest>, guilds: Guilds, application: String, stop: CancellationToken) {
    let work = async {
        guilds.learn(&rest).await;
        let mut pause = Duration::from_secs(1);
        while let Err(problem) = commands::put_up(&rest, &application).await {
            tracing::warn!(%problem, "Discord: the commands are not up to date");
            let Problem::Later { retry_after, .. } = problem else {
                break;
            };
            sleep(retry_after.unwrap_or(pause)).await;
            pause = (pause * 2).min(Duration::from_secs(300));
        }
        loop {
            // The bot may be invited elsewhere meanwhile.
            sleep(NEWS).await;
            guilds.learn(&rest).await;
        }
    };
    stop.run_until_cancelled(work).await;
}

impl Discord {
    fn backoff(&self) -> Backoff {
        Backoff::new(self.entropy.clone(), self.pace.first, self.pace.most)
    }
}

#[derive(Deserialize)]
struct GatewayBot {
    url: Url,
    session_start_limit: StartLimit,
}

impl Gateway<'_> {
    /// Connects again and again, until `stop` or a fatal ending.
    async fn stay(&mut self, stop: &CancellationToken) -> Result<(), Fatal> {
        let mut backoff = self.discord.backoff();
        loop {
            let (ending, up_for) = match stop.run_until_cancelled(self.address()).await {
                None => return Ok(()),
                Some(Err(ending)) => (ending, Duration::ZERO),
                Some(Ok(url)) => self.connect(&url, stop).await,
            };
            backoff.after_uptime(up_for);
            let (why, at_once) = match ending {
                Ending::Stopped => return Ok(()),
                Ending::Fatal(why) => return Err(Fatal(why)),
                Ending::Planned => (
                    "Discord asked to reconnect".to_owned(),
                    up_for >= self.discord.pace.first,
                ),
                Ending::Resumable(why) => (why, false),
                Ending::Over(why) => {
                    self.saved.session = None;
                    self.keeper.note(self.saved.clone());
                    (why, false)
                }
            };
            tracing::info!(%why, "Discord: the gateway connection ended");
            self.discord.status.set(State::Down { why });
            let wait = if at_once {
                Duration::ZERO
            } else {
                backoff.after_failure()
            };
            if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Where to connect: to resume at the session's own address, else at the general one, once the budget allows to identify.
    async fn address(&mut self) -> Result<Url, Ending> {
        if let Some(session) = self.saved.session.as_ref().filter(|_| self.unreachable < UNREACHABLE) {
            match session.resume_url.parse() {
                Ok(url) => return Ok(dressed(url)),
                Err(_) => return Err(Ending::Over("the kept resume address is none".to_owned())),
            }
        }
        loop {
            let answer = self.discord.rest.get("/gateway/bot").await.map_err(|problem| {
                if problem.is_bad_token() {
                    Ending::Fatal(BAD_TOKEN.to_owned())
                } else {
                    Ending::Resumable(problem.to_string())
                }
            })?;
            let bot: GatewayBot = serde_json::from_value(answer)
                .map_err(|_| Ending::Resumable("Discord: /gateway/bot names no gateway".to_owned()))?;
            self.unreachable = 0;
            if self.saved.session.is_some() {
                return Ok(dressed(bot.url));
            }
            let now = self.discord.clock.now();
            let wait = budget::wait(now, &mut self.saved.identified_at, bot.session_start_limit);
            if wait.is_zero() {
                return Ok(dressed(bot.url));
            }
            let why = format!("waiting {} s: too many new sessions lately", wait.as_secs());
            tracing::warn!(%why, "Discord: not connected");
            self.discord.status.set(State::Down { why });
            self.discord.clock.sleep(wait).await;
        }
    }
}

/// Version 10, in JSON.
fn dressed(mut url: Url) -> Url {
    url.set_query(Some("v=10&encoding=json"));
    url
}

/// What a close code of Discord's means for what comes next
/// (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes>).
pub(super) fn ending_of(code: Option<u16>, why: String) -> Ending {
    let fatal = |text: &str| Ending::Fatal(text.to_owned());
    match code {
        Some(4004) => fatal(BAD_TOKEN),
        Some(4010 | 4011) => fatal(
            "Discord asks for shards (4011), as it does from 2,500 servers on. This version of ChatCal serves one shard.",
        ),
        Some(4012) => fatal("Discord does not serve version 10 of its gateway any more (4012). Update ChatCal."),
        Some(4013) => fatal("Discord does not know an intent that ChatCal asks for (4013). Update ChatCal."),
        Some(4014) => fatal(
            "Discord refuses an intent (4014), though ChatCal asks for no privileged one. Check the application in the Developer Portal.",
        ),
        Some(4007 | 4009) => Ending::Over(why),
        _ => Ending::Resumable(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p03_p08_close_codes_say_what_comes_next() {
        for (code, next) in [
            (None, "resume"),
            (Some(1000), "resume"),
            (Some(1001), "resume"),
            (Some(4000), "resume"),
            (Some(4001), "resume"),
            (Some(4002), "resume"),
            (Some(4003), "resume"),
            (Some(4004), "fatal"),
            (Some(4005), "resume"),
            (Some(4007), "over"),
            (Some(4008), "resume"),
            (Some(4009), "over"),
            (Some(4010), "fatal"),
            (Some(4011), "fatal"),
            (Some(4012), "fatal"),
            (Some(4013), "fatal"),
            (Some(4014), "fatal"),
        ] {
            let then = match ending_of(code, String::new()) {
                Ending::Resumable(_) => "resume",
                Ending::Over(_) => "over",
                Ending::Fatal(_) => "fatal",
                Ending::Planned | Ending::Stopped => "?",
            };
            assert_eq!(then, next, "{code:?}");
        }
    }
}
