//! Carries letters: by an interaction's answer, by direct message, or behind a public [Show me] button.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use serde_json::{Value, json};
use serenity::builder::{CreateMessage, EditInteractionResponse};
use serenity::model::id::{ApplicationId, ChannelId, MessageId, UserId};

use super::address::{Address, Handle, Spot};
use super::deferrals::{Deferrals, Stage};
use super::form;
use super::rest::{Call, Problem, Rest};
use crate::clock::Clock;
use crate::domain::letter::{FRESH, Parcel, Way};
use crate::domain::person::{PersonId, Platform};
use crate::domain::ports::{Courier, Profile, Receipt, Traces, Undelivered};
use crate::http::Method;

/// "Cannot reply without permission to read message history"
const NO_HISTORY: u64 = 160_002;
/// A message's flag while it shows "thinking…".
const LOADING: u64 = 1 << 7;

/// What stands where an interaction's first answer goes (`@original`).
enum Original {
    /// "thinking…"
    Loading,
    /// The very letter, written just before a crash.
    Same,
    /// An earlier letter.
    Another,
}

pub(super) struct Post {
    rest: Arc<Rest>,
    deferrals: Deferrals,
    clock: Clock,
    /// The channel of the direct messages with a person. It never changes.
    dms: Cache<UserId, ChannelId>,
    /// Mentions whose channel has been told that they were answered.
    told: Cache<MessageId, ()>,
}

impl Post {
    pub fn new(rest: Arc<Rest>, deferrals: Deferrals, clock: Clock) -> Self {
        let remembered = |most| Cache::builder().max_capacity(most);
        Self {
            rest,
            deferrals,
            clock,
            dms: remembered(100_000).build(),
            told: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(86_400))
                .build(),
        }
    }

    async fn dm(&self, user: UserId, answers: Option<Spot>, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        let channel = match self.dms.get(&user) {
            Some(channel) => channel,
            None => {
                let call = Call::new(Method::POST, "/users/@me/channels").body(&json!({ "recipient_id": user }));
                let channel = ChannelId::new(id_of(&self.rest.call(call).await?)?);
                self.dms.insert(user, channel);
                channel
            }
        };
        let posted = self.post_in(channel, &form::post(parcel)).await?;
        if let Some(spot) = answers {
            self.tell_channel(spot).await;
        }
        Ok(delivered(&Handle::Message(posted)))
    }

    /// Says "Answered privately" where the mention stood. The letter has arrived, so whatever happens here is only noted.
    async fn tell_channel(&self, spot: Spot) {
        if self.told.contains_key(&spot.message) {
            return;
        }
        match self.reply(spot, form::answered_privately(spot)).await {
            Ok(_) => self.told.insert(spot.message, ()),
            Err(problem) => tracing::info!(%problem, "Discord: could not say in the channel that it was answered"),
        }
    }

    /// Replies to a mention, or says it without reference to it where we may not see what was said before.
    async fn reply(&self, at: Spot, message: CreateMessage) -> Result<Spot, Problem> {
        let replied = self.post_in(at.channel, &form::replying(message.clone(), at)).await;
        match replied {
            Err(Problem::Refused { code: NO_HISTORY, .. }) => self.post_in(at.channel, &message).await,
            outcome => outcome,
        }
    }

    async fn post_in(&self, channel: ChannelId, body: &impl serde::Serialize) -> Result<Spot, Problem> {
        let call = Call::new(Method::POST, format!("/channels/{channel}/messages")).body(body);
        let message = MessageId::new(id_of(&self.rest.call(call).await?)?);
        Ok(Spot { channel, message })
    }

    /// The first answer takes the place of "thinking…", which makes no sound; one that comes too late for that to be noticed, and
    /// every further one, is a follow-up.
    async fn answer(
        &self,
        application: ApplicationId,
        token: String,
        asked_at: DateTime<Utc>,
        parcel: &Parcel,
    ) -> Result<Receipt, Undelivered> {
        let fits = parcel.silent || self.clock.now() - asked_at <= FRESH;
        let message = match self.original(application, &token, parcel).await? {
            Original::Loading if fits => {
                self.answer_first(application, &token, &form::answer(&parcel.message))
                    .await?;
                None
            }
            Original::Loading => {
                // Before that, Discord would put the follow-up itself in the place of "thinking…"
                // (<https://discord.com/developers/docs/interactions/receiving-and-responding#create-followup-message>).
                self.answer_first(application, &token, &form::comes_anew()).await?;
                Some(self.follow_up(application, &token, parcel).await?)
            }
            Original::Same | Original::Another => Some(self.follow_up(application, &token, parcel).await?),
        };
        Ok(delivered(&Handle::Answer {
            application,
            token,
            message,
        }))
    }

    async fn original(&self, application: ApplicationId, token: &str, parcel: &Parcel) -> Result<Original, Problem> {
        match self.deferrals.settled(token).await {
            Some(Stage::Answered) => return Ok(Original::Another),
            Some(Stage::Loading) => return Ok(Original::Loading),
            // Deferred before a restart, or not at all: Discord knows.
            Some(Stage::Deferring) | None => {}
        }
        self.read_original(application, token, parcel).await
    }

    async fn read_original(
        &self,
        application: ApplicationId,
        token: &str,
        parcel: &Parcel,
    ) -> Result<Original, Problem> {
        let held = self.rest.call(original(Method::GET, application, token)).await?;
        if held["flags"].as_u64().unwrap_or_default() & LOADING != 0 {
            return Ok(Original::Loading);
        }
        self.deferrals.set(token, Stage::Answered);
        let same = form::is_same(&held, &form::answer(&parcel.message));
        Ok(if same { Original::Same } else { Original::Another })
    }

    async fn answer_first(
        &self,
        application: ApplicationId,
        token: &str,
        answer: &EditInteractionResponse,
    ) -> Result<(), Problem> {
        let call = original(Method::PATCH, application, token).body(answer);
        self.rest.call(call).await?;
        self.deferrals.set(token, Stage::Answered);
        Ok(())
    }

    async fn follow_up(&self, application: ApplicationId, token: &str, parcel: &Parcel) -> Result<MessageId, Problem> {
        let call = Call::new(Method::POST, webhook(application, token)).body(&form::follow_up(parcel));
        Ok(MessageId::new(id_of(&self.rest.call(call.anonymous()).await?)?))
    }
}

#[async_trait]
impl Courier for Post {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    async fn post(&self, way: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        match Address::read(way)? {
            Address::Interaction {
                application,
                token,
                asked_at,
            } => self.answer(application, token, asked_at, parcel).await,
            Address::Dm { user, answers } => self.dm(user, answers, parcel).await,
            Address::ShowMe { at } => {
                self.reply(at, form::show_me(parcel)).await?;
                Ok(Receipt::Held)
            }
        }
    }

    /// A channel's messages carry a nonce, by which Discord recognises a second one for some minutes.
    async fn find(&self, way: &Way, parcel: &Parcel) -> Result<Traces, Undelivered> {
        match Address::read(way)? {
            Address::Interaction { application, token, .. } => {
                Ok(match self.read_original(application, &token, parcel).await? {
                    Original::Loading => Traces::Absent,
                    Original::Same => Traces::Found(delivered(&Handle::Answer {
                        application,
                        token,
                        message: None,
                    })),
                    // It may be a follow-up, and those can't be listed.
                    Original::Another => Traces::Hidden,
                })
            }
            Address::Dm { .. } | Address::ShowMe { .. } => Ok(Traces::Absent),
        }
    }

    async fn edit(&self, handle: &str, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        let at = Handle::read(handle)?;
        let call = match &at {
            Handle::Message(Spot { channel, message }) => {
                Call::new(Method::PATCH, format!("/channels/{channel}/messages/{message}"))
                    .route(format!("PATCH /channels/{channel}/messages"))
                    .body(&form::edit(&parcel.message))
            }
            Handle::Answer {
                application,
                token,
                message,
            } => {
                let name = message.map_or_else(|| "@original".to_owned(), |id| id.to_string());
                let path = webhook(*application, token);
                Call::new(Method::PATCH, format!("{path}/messages/{name}"))
                    .route(format!("PATCH {path}"))
                    .body(&form::answer(&parcel.message))
                    .anonymous()
            }
        };
        self.rest.call(call).await?;
        Ok(delivered(&at))
    }

    /// Discord tells neither zone nor e-mail address of anyone.
    async fn profile(&self, _: &PersonId) -> Result<Profile, Undelivered> {
        Ok(Profile::default())
    }
}

fn webhook(application: ApplicationId, token: &str) -> String {
    format!("/webhooks/{application}/{token}")
}

fn original(method: Method, application: ApplicationId, token: &str) -> Call {
    let path = webhook(application, token);
    let route = format!("{method} {path}");
    Call::new(method, format!("{path}/messages/@original"))
        .route(route)
        .anonymous()
}

fn delivered(handle: &Handle) -> Receipt {
    Receipt::Delivered {
        handle: Some(handle.write()),
    }
}

/// The id in an answer. An answer without one may still have been a success, so it is asked again: the nonce makes that harmless.
fn id_of(answer: &Value) -> Result<u64, Problem> {
    let id = match &answer["id"] {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    };
    id.filter(|id| *id != 0).ok_or_else(|| Problem::Later {
        retry_after: None,
        reason: "Discord: an answer without an id".to_owned(),
        unsure: true,
    })
}
