//! One gateway connection, from hello to its ending (<https://discord.com/developers/docs/events/gateway#connection-lifecycle>).

use std::collections::BTreeSet;
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::json;
use serenity::model::gateway::GatewayIntents;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::event::{Frame, Ready, number};
use super::gateway::{Gateway, ending_of};
use super::intake;
use super::lanes::Ticket;
use super::session::Session;
use crate::socket::{Link, Lost, State};

/// Direct messages and messages of servers, without the privileged MESSAGE_CONTENT: what is said to us comes with its content.
const INTENTS: GatewayIntents = GatewayIntents::DIRECT_MESSAGES.union(GatewayIntents::GUILD_MESSAGES);
/// Nothing more is read while so much waits to be taken in.
const BACKLOG: usize = 1024;
/// Any code but 1000 and 1001, which would end the session.
const BACK_SOON: u16 = 4900;
/// How long the last messages may take at the end.
const DRAIN: Duration = Duration::from_secs(5);

/// Why a connection is over, by what comes next.
#[derive(Debug)]
pub(super) enum Ending {
    Stopped,
    /// Discord asked for it: resume at once.
    Planned,
    Resumable(String),
    /// The session can't be resumed: identify.
    Over(String),
    /// Never again: what the operator must do.
    Fatal(String),
}

impl From<Lost> for Ending {
    fn from(lost: Lost) -> Self {
        let why = lost.to_string();
        match lost {
            Lost::Closed { code, .. } => ending_of(code, why),
            Lost::Unreachable(_) | Lost::NotUpgraded { .. } | Lost::Silent { .. } | Lost::Broken(_) => {
                Self::Resumable(why)
            }
        }
    }
}

/// Which events have been taken in.
struct Progress {
    received: u64,
    pending: BTreeSet<u64>,
}

impl Progress {
    /// Everything up to this one is.
    fn done(&self) -> u64 {
        self.pending.first().map_or(self.received, |first| first - 1)
    }
}

/// The state of one connection.
struct Life {
    link: Link,
    progress: Progress,
    interval: Duration,
    next_beat: Instant,
    beat_answered: bool,
    up_since: Option<Instant>,
}

impl Gateway<'_> {
    /// Connects to `url` and stays until the connection is over; also tells for how long it was up.
    pub async fn connect(&mut self, url: &Url, stop: &CancellationToken) -> (Ending, Duration) {
        let mut life = match stop.run_until_cancelled(self.open(url)).await {
            None => return (Ending::Stopped, Duration::ZERO),
            Some(Err(ending)) => return (ending, Duration::ZERO),
            Some(Ok(life)) => life,
        };
        let ending = self.live(&mut life, stop).await;
        if matches!(ending, Ending::Stopped) {
            self.drain(&mut life).await;
        }
        let up_for = life.up_since.map(|since| since.elapsed()).unwrap_or_default();
        if matches!(ending, Ending::Stopped | Ending::Planned) {
            life.link.close(BACK_SOON).await;
        }
        (ending, up_for)
    }

    /// Opens the link, waits for hello, resumes or identifies.
    async fn open(&mut self, url: &Url) -> Result<Life, Ending> {
        let deadlines = self.discord.pace.deadlines;
        let opened = Link::open(url, deadlines).await;
        self.unreachable = if opened.is_ok() { 0 } else { self.unreachable + 1 };
        let mut link = opened?;
        let hello = timeout(deadlines.open, link.next()).await;
        let hello = hello.map_err(|_| Ending::Resumable("no hello".to_owned()))??;
        let interval = Frame::read(&hello)
            .filter(|frame| frame.op == Some(10))
            .and_then(|frame| number(&frame.data["heartbeat_interval"]))
            .filter(|interval| *interval > 0)
            .map(Duration::from_millis)
            .ok_or_else(|| Ending::Resumable("the first frame is no hello".to_owned()))?;
        self.connection += 1;
        self.greet(&mut link).await?;
        Ok(Life {
            link,
            progress: Progress {
                received: self.saved.session.as_ref().map_or(0, |session| session.seq),
                pending: BTreeSet::new(),
            },
            interval,
            // Jittered, so that not all bots beat at once after an outage.
            next_beat: Instant::now() + interval.mul_f64(self.discord.entropy.fraction()),
            beat_answered: true,
            up_since: None,
        })
    }

    async fn greet(&mut self, link: &mut Link) -> Result<(), Ending> {
        let token = self.discord.rest.token().clone();
        let greeting = match &self.saved.session {
            Some(session) => json!({
                "op": 6,
                "d": { "token": token.expose_secret(), "session_id": session.id, "seq": session.seq },
            }),
            None => {
                // On record before it is sent, so that no crash hides one.
                self.saved.identified_at.push(self.discord.clock.now());
                self.keeper.note(self.saved.clone());
                self.keeper.all_kept().await;
                json!({
                    "op": 2,
                    "d": {
                        "token": token.expose_secret(),
                        "intents": INTENTS.bits(),
                        "properties": { "os": std::env::consts::OS, "browser": "chatcal", "device": "chatcal" },
                    },
                })
            }
        };
        Ok(link.send(greeting.to_string()).await?)
    }

    async fn live(&mut self, life: &mut Life, stop: &CancellationToken) -> Ending {
        loop {
            let reading = self.lanes.waiting() < BACKLOG;
            let step = tokio::select! {
                () = stop.cancelled() => Err(Ending::Stopped),
                (ticket, heard) = self.lanes.settled() => {
                    if ticket.connection != self.connection {
                        // It comes, or came, again on this one.
                        continue;
                    }
                    match heard {
                        Ok(()) => {
                            life.progress.pending.remove(&ticket.seq);
                            self.advance(life);
                            Ok(())
                        }
                        // Discord sends it again after the resume, for the number that we saved lies before it.
                        Err(error) => Err(Ending::Resumable(error.to_string())),
                    }
                }
                () = sleep_until(life.next_beat) => {
                    if reading && !life.beat_answered {
                        Err(Ending::Resumable("a heartbeat was not answered".to_owned()))
                    } else {
                        life.beat_answered = !reading;
                        life.beat().await
                    }
                }
                text = life.link.next(), if reading => match text {
                    Ok(text) => self.take(life, &text).await,
                    Err(lost) => Err(lost.into()),
                }
            };
            if let Err(ending) = step {
                return ending;
            }
        }
    }

    /// Takes one frame.
    async fn take(&mut self, life: &mut Life, text: &str) -> Result<(), Ending> {
        let Some(frame) = Frame::read(text) else {
            tracing::warn!(bytes = text.len(), "Discord: a frame that is not JSON");
            return Ok(());
        };
        match frame.op {
            Some(0) => self.dispatch(life, frame),
            Some(1) => life.beat().await,
            Some(7) => Err(Ending::Planned),
            Some(9) if frame.data == true => Err(Ending::Resumable("the session was interrupted".to_owned())),
            Some(9) => Err(Ending::Over("the session is not valid any more".to_owned())),
            Some(11) => {
                life.beat_answered = true;
                Ok(())
            }
            op => {
                tracing::debug!(?op, "Discord: an unknown kind of frame");
                Ok(())
            }
        }
    }

    fn dispatch(&mut self, life: &mut Life, frame: Frame) -> Result<(), Ending> {
        let seq = frame.seq.unwrap_or(life.progress.received);
        life.progress.received = life.progress.received.max(seq);
        let heard = match frame.name.as_str() {
            "READY" => return self.ready(life, frame),
            "RESUMED" => {
                self.up(life);
                Ok(None)
            }
            "MESSAGE_CREATE" => intake::message(frame.data, self.us, &self.guilds),
            "INTERACTION_CREATE" => intake::interaction(frame.data, self.us, &self.guilds),
            _ => Ok(None),
        };
        match heard {
            Ok(Some(heard)) => {
                life.progress.pending.insert(seq);
                let ticket = Ticket {
                    connection: self.connection,
                    seq,
                };
                self.lanes.take(ticket, heard);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(event = %frame.name, seq, reason = %shape(&error), "Discord: an event that can't be read is passed over");
                metrics::counter!("chatcal_discord_unreadable_events_total").increment(1);
            }
        }
        self.advance(life);
        Ok(())
    }

    fn ready(&mut self, life: &mut Life, frame: Frame) -> Result<(), Ending> {
        let ready: Ready = serde_json::from_value(frame.data)
            .map_err(|error| Ending::Resumable(format!("READY can't be read: {}", shape(&error))))?;
        self.saved.session = Some(Session {
            id: ready.session_id,
            resume_url: ready.resume_gateway_url,
            seq: life.progress.received,
        });
        self.keeper.note(self.saved.clone());
        self.up(life);
        Ok(())
    }

    fn up(&self, life: &mut Life) {
        life.up_since = Some(Instant::now());
        self.discord.status.set(State::Up);
        tracing::info!("Discord: connected");
    }

    /// Has the number kept up to which everything is taken in, when it has grown.
    fn advance(&mut self, life: &Life) {
        let done = life.progress.done();
        if let Some(session) = &mut self.saved.session
            && session.seq < done
        {
            session.seq = done;
            self.keeper.note(self.saved.clone());
        }
    }

    /// Lets what is under way settle.
    async fn drain(&mut self, life: &mut Life) {
        let settle = async {
            while self.lanes.waiting() > 0 {
                let (ticket, heard) = self.lanes.settled().await;
                if ticket.connection == self.connection && heard.is_ok() {
                    life.progress.pending.remove(&ticket.seq);
                }
            }
        };
        if timeout(DRAIN, settle).await.is_err() {
            tracing::warn!(left = self.lanes.waiting(), "Discord: messages left for the next start");
        }
        self.advance(life);
    }
}

impl Life {
    /// Beats, and plans the next beat. It names the last event that is taken in, not the last one received: whatever Discord
    /// may conclude from it holds.
    async fn beat(&mut self) -> Result<(), Ending> {
        let done = self.progress.done();
        self.next_beat = Instant::now() + self.interval;
        let beat = json!({ "op": 1, "d": (done > 0).then_some(done) });
        Ok(self.link.send(beat.to_string()).await?)
    }
}

/// What is wrong with a payload, without a word of its content.
fn shape(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.starts_with("missing field"), text.split_once(", expected ")) {
        (true, _) => text,
        (false, Some((_, expected))) => format!("expected {expected}"),
        (false, None) => "a field can't be read".to_owned(),
    }
}
