//! Carries letters to people in Slack.

use std::sync::Arc;

use async_trait::async_trait;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::json;
use slack_morphism::SlackMessageContent;
use slack_morphism::api::{
    SlackApiChatPostEphemeralRequest, SlackApiChatPostMessageRequest, SlackApiChatUpdateRequest,
};

use super::address::{Address, Handle};
use super::api::Api;
use super::{blocks, history};
use crate::domain::letter::{Parcel, Way};
use crate::domain::person::{PersonId, Platform};
use crate::domain::ports::{self, Profile, Receipt, Traces, Undelivered};
use crate::zone::Zone;

/// Slack's side of [`Courier`](ports::Courier).
pub struct Courier {
    api: Arc<Api>,
    /// The direct message channels that were opened, by user: they stay the same for ever.
    directs: Cache<String, String>,
}

impl Courier {
    pub fn new(api: Arc<Api>) -> Self {
        Self {
            api,
            directs: Cache::new(10_000),
        }
    }

    async fn post_message(
        &self,
        channel: String,
        thread: Option<String>,
        parcel: &Parcel,
    ) -> Result<Receipt, Undelivered> {
        let content = blocks::content(&parcel.message).with_metadata(history::mark(parcel));
        let request = SlackApiChatPostMessageRequest::new(channel.into(), content)
            .opt_thread_ts(thread.map(Into::into))
            .with_unfurl_links(false)
            .with_unfurl_media(false);
        let posted: Posted = self.api.post("chat.postMessage", &request).await?;
        Ok(posted.receipt())
    }

    async fn direct_with(&self, user: String) -> Result<String, Undelivered> {
        #[derive(Deserialize)]
        struct Opened {
            channel: Channel,
        }
        #[derive(Deserialize)]
        struct Channel {
            id: String,
        }
        if let Some(channel) = self.directs.get(&user) {
            return Ok(channel);
        }
        let opened: Opened = self.api.post("conversations.open", &json!({ "users": user })).await?;
        self.directs.insert(user, opened.channel.id.clone());
        Ok(opened.channel.id)
    }
}

#[async_trait]
impl ports::Courier for Courier {
    fn platform(&self) -> Platform {
        Platform::Slack
    }

    async fn post(&self, way: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        match Address::of(way) {
            Some(Address::ResponseUrl(url)) => {
                let content = blocks::content(&parcel.message);
                self.api.respond(url, &Answer::new(content)).await?;
                Ok(Receipt::Delivered { handle: None })
            }
            Some(Address::Channel { channel, thread }) => self.post_message(channel, thread, parcel).await,
            Some(Address::Ephemeral { channel, user, thread }) => {
                let content = blocks::content(&parcel.message);
                let request = SlackApiChatPostEphemeralRequest::new(channel.into(), user.into(), content)
                    .opt_thread_ts(thread.map(Into::into));
                let _: Accepted = self.api.post("chat.postEphemeral", &request).await?;
                // Slack lets nobody edit an ephemeral message afterwards.
                Ok(Receipt::Delivered { handle: None })
            }
            Some(Address::Direct { user }) => {
                let channel = self.direct_with(user).await?;
                self.post_message(channel, None, parcel).await
            }
            None => Err(no_address()),
        }
    }

    /// Slack has no key by which it would know a message again, but direct messages can be read back. What only one person sees
    /// can't.
    async fn find(&self, way: &Way, parcel: &Parcel) -> Result<Traces, Undelivered> {
        let (channel, thread) = match Address::of(way).ok_or_else(no_address)? {
            Address::ResponseUrl(_) | Address::Ephemeral { .. } => return Ok(Traces::Hidden),
            Address::Channel { channel, thread } => (channel, thread),
            Address::Direct { user } => (self.direct_with(user).await?, None),
        };
        let found = self.api.find_posted(&channel, thread.as_deref(), parcel).await?;
        Ok(match found {
            Some(ts) => Traces::Found(Posted { channel, ts }.receipt()),
            None => Traces::Absent,
        })
    }

    async fn edit(&self, handle: &str, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        let handle =
            Handle::parse(handle).ok_or_else(|| Undelivered::WayClosed("not a handle of Slack's".to_owned()))?;
        let content = blocks::content(&parcel.message);
        let request = SlackApiChatUpdateRequest::new(handle.channel.into(), content, handle.ts.into());
        let posted: Posted = self.api.post("chat.update", &request).await?;
        Ok(posted.receipt())
    }

    async fn profile(&self, person: &PersonId) -> Result<Profile, Undelivered> {
        let home = &self.api.identity().await?.team_id;
        let shown: Shown = match self.api.get("users.info", &[("user", person.user())]).await {
            Err(Undelivered::WayClosed(_)) => return Ok(Profile::default()),
            shown => shown?,
        };
        let ours = PersonId::slack(home, person.user()) == *person && shown.user.team_id.as_ref() == Some(home);
        let profile = shown.user.profile(ours);
        if let Some(handle) = &profile.handle {
            self.api.learn_handle(person, handle);
        }
        Ok(profile)
    }
}

fn no_address() -> Undelivered {
    Undelivered::WayClosed("not an address of Slack's".to_owned())
}

/// What a `response_url` takes.
#[derive(Serialize)]
struct Answer {
    response_type: &'static str,
    replace_original: bool,
    #[serde(flatten)]
    content: SlackMessageContent,
}

impl Answer {
    /// For the person's eyes only, below what they pressed.
    fn new(content: SlackMessageContent) -> Self {
        Self {
            response_type: "ephemeral",
            replace_original: false,
            content,
        }
    }
}

/// What we need of an answer that says more: reading all of it could fail after the message is out, and then it would go twice.
#[derive(Deserialize)]
struct Posted {
    channel: String,
    ts: String,
}

impl Posted {
    fn receipt(self) -> Receipt {
        let Self { channel, ts } = self;
        Receipt::Delivered {
            handle: Some(Handle { channel, ts }.to_string()),
        }
    }
}

#[derive(Deserialize)]
struct Accepted {}

#[derive(Deserialize)]
struct Shown {
    user: User,
}

/// Of `users.info`.
#[derive(Deserialize)]
struct User {
    team_id: Option<String>,
    name: Option<String>,
    tz: Option<String>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    is_stranger: bool,
    /// Missing where Slack does not tell; `false` while nobody has proved that the address is theirs.
    is_email_confirmed: Option<bool>,
    #[serde(default)]
    profile: UserProfile,
}

#[derive(Default, Deserialize)]
struct UserProfile {
    display_name: Option<String>,
    email: Option<String>,
}

impl User {
    /// What may be relied on. An address proves something only for a living member of our own workspace.
    fn profile(self, ours: bool) -> Profile {
        let member = ours && !self.deleted && !self.is_bot && !self.is_stranger;
        let vouched = member && self.is_email_confirmed != Some(false);
        let shown = self.profile.display_name.filter(|name| !name.is_empty());
        Profile {
            zone: self.tz.and_then(|name| Zone::named(&name).ok()),
            email: self.profile.email.filter(|email| vouched && !email.is_empty()),
            handle: shown.or(self.name),
        }
    }
}
