//! Events: direct messages and mentions.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::address::Address;
use super::api::Api;
use super::markup;
use crate::domain::incoming::{Delivery, Incoming, Said};
use crate::domain::person::PersonId;

/// The outer form of everything that the Events API sends.
#[derive(Debug, Deserialize)]
pub(super) struct Delivered {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    /// Sent once, when the request URL is set: to be sent back.
    pub(super) challenge: Option<String>,
    team_id: Option<String>,
    event: Option<Event>,
    #[serde(default)]
    authorizations: Vec<Authorization>,
}

/// For whom the event was delivered: us.
#[derive(Debug, Deserialize)]
struct Authorization {
    user_id: Option<String>,
    #[serde(default)]
    is_bot: bool,
}

#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "type", default)]
    kind: String,
    subtype: Option<String>,
    channel: Option<String>,
    channel_type: Option<String>,
    user: Option<String>,
    /// The sender's own workspace: in a shared channel another one than ours.
    user_team: Option<String>,
    team: Option<String>,
    bot_id: Option<String>,
    #[serde(default)]
    text: String,
    ts: Option<String>,
    thread_ts: Option<String>,
    edited: Option<serde::de::IgnoredAny>,
}

impl Delivered {
    /// What a person said to us; `None` for everything else, which is ignored.
    pub(super) fn incoming(self, api: &Api) -> Option<Incoming> {
        let event = self.event.filter(|_| self.kind == "event_callback")?;
        let bot = self.authorizations.into_iter().find(|one| one.is_bot);
        let own = bot.and_then(|bot| bot.user_id);
        let own = own
            .as_deref()
            .or_else(|| api.known_identity().map(|we| we.user_id.as_str()));
        event.incoming(&self.team_id?, own, api)
    }
}

impl Event {
    fn incoming(self, team: &str, own: Option<&str>, api: &Api) -> Option<Incoming> {
        let to_us = match self.kind.as_str() {
            "app_mention" => true,
            // A message in a channel is for us only where it mentions us, and then it comes as `app_mention` too.
            "message" => self.channel_type.as_deref() == Some("im"),
            _ => false,
        };
        // Joins, edits, deletions and the like are told as subtypes; these three are people talking.
        let talk = matches!(
            self.subtype.as_deref(),
            None | Some("file_share" | "thread_broadcast" | "me_message")
        );
        if !to_us || !talk || self.bot_id.is_some() || self.edited.is_some() {
            return None;
        }
        let (channel, user, ts) = (self.channel?, self.user?, self.ts?);
        if own == Some(&user) || user == "USLACKBOT" {
            return None;
        }
        let home = self.user_team.or(self.team);
        let person = PersonId::slack(home.as_deref().unwrap_or(team), &user);
        let direct = Address::Direct { user: user.clone() };
        let delivery = Delivery(format!("slack|{team}|{channel}|{user}|{ts}"));
        let private_channel = self.channel_type.as_deref() == Some("im") || channel.starts_with('D');
        let here = if private_channel {
            Address::Channel {
                channel,
                thread: self.thread_ts,
            }
        } else {
            Address::Ephemeral {
                channel,
                user,
                thread: self.thread_ts,
            }
        };
        Some(Incoming {
            delivery,
            handle: api.handle(&person, None),
            workspace: api.workspace(team, None),
            person,
            said: Said::Text(markup::plain(&self.text, own)),
            said_at: instant(&ts)?,
            ways: vec![here.way(), direct.way()],
        })
    }
}

/// The moment that a message's `ts` (seconds, a dot, six digits) stands for.
pub(super) fn instant(ts: &str) -> Option<DateTime<Utc>> {
    let (seconds, micros) = ts.split_once('.').unwrap_or((ts, "0"));
    DateTime::from_timestamp(seconds.parse().ok()?, micros.parse::<u32>().ok()?.checked_mul(1000)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ts_is_an_instant_or_nothing() {
        let at = instant("1700000000.000400").unwrap();
        assert_eq!(at.timestamp_micros(), 1_700_000_000_000_400);
        assert!(instant("1700000000").is_some());
        for bad in ["", ".", "x.1", "1.x", "1.4294967295", "99999999999999999999.0"] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
