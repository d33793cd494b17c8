//! From an event of the gateway to something that a person said.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::Value;
use serenity::model::id::{ApplicationId, InteractionId, UserId};

use super::address::{Address, Spot};
use super::commands;
use super::event::{InteractionCreate, MessageCreate, User, number};
use super::form;
use super::guilds::Guilds;
use crate::domain::choice::Choice;
use crate::domain::incoming::{Delivery, Incoming, Said};
use crate::domain::person::PersonId;

/// Something that was said to us, and what Discord awaits once it is taken in.
pub(super) struct Heard {
    pub incoming: Incoming,
    pub defer: Option<Defer>,
}

/// An interaction that wants to know within 3 s that an answer will come.
#[derive(Clone)]
pub(super) struct Defer {
    pub interaction: InteractionId,
    pub token: SecretString,
    pub kind: DeferKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeferKind {
    /// "Thinking…", for this person alone, until the answer comes.
    Ephemeral,
    /// Nothing to be seen: the answer comes as a message of its own. For buttons in a private conversation.
    Quiet,
}

/// Ordinary messages and replies (<https://discord.com/developers/docs/resources/message#message-object-message-types>).
const SPOKEN: [u64; 2] = [0, 19];
const COMMAND: u64 = 2;
const COMPONENT: u64 = 3;

/// A message, if somebody says it to us: in private, or where we are mentioned.
///
/// # Errors
/// When it can't be read; the text says what is wrong with it.
pub(super) fn message(data: Value, us: UserId, guilds: &Guilds) -> Result<Option<Heard>, serde_json::Error> {
    let message: MessageCreate = serde_json::from_value(data)?;
    let spoken = number(&message.kind).is_none_or(|kind| SPOKEN.contains(&kind));
    let webhook = message.webhook_id.as_ref().is_some_and(|id| !id.is_null());
    let to_us = message.guild_id.is_none() || message.mentions.iter().any(|user| user.id == us);
    if !spoken || webhook || !to_us || !is_person(&message.author, us) {
        return Ok(None);
    }
    let said_at = instant(message.id.get());
    let user = message.author.id;
    let at = Spot {
        channel: message.channel_id,
        message: message.id,
    };
    let addresses = match message.guild_id {
        None => vec![Address::Dm { user, answers: None }],
        Some(_) => vec![
            Address::Dm {
                user,
                answers: Some(at),
            },
            Address::ShowMe { at },
        ],
    };
    Ok(Some(Heard {
        incoming: Incoming {
            delivery: Delivery(format!("discord|{}", message.id)),
            person: PersonId::discord(user.get()),
            handle: message.author.username,
            workspace: message.guild_id.map(|id| guilds.name(id)).unwrap_or_default(),
            said: Said::Text(without_mention(&message.content, us)),
            said_at,
            ways: addresses.into_iter().map(|address| address.into_way(said_at)).collect(),
        },
        defer: None,
    }))
}

/// A command or a button of ours.
///
/// # Errors
/// When it can't be read; the text says what is wrong with it.
pub(super) fn interaction(data: Value, us: UserId, guilds: &Guilds) -> Result<Option<Heard>, serde_json::Error> {
    let event: InteractionCreate = serde_json::from_value(data)?;
    let Some(user) = event.member.map(|member| member.user).or(event.user) else {
        return Ok(None);
    };
    let kind = number(&event.kind).unwrap_or_default();
    let alone = event.guild_id.is_none();
    let Some(said) = said(kind, &event.data, alone).filter(|_| is_person(&user, us)) else {
        return Ok(None);
    };
    let said_at = instant(event.id.get());
    let dm = Address::Dm {
        user: user.id,
        answers: None,
    };
    let (kind, addresses) = if kind == COMPONENT && event.guild_id.is_none() {
        (DeferKind::Quiet, vec![dm])
    } else {
        (
            DeferKind::Ephemeral,
            vec![answer_to(event.application_id, &event.token, said_at), dm],
        )
    };
    Ok(Some(Heard {
        incoming: Incoming {
            delivery: Delivery(format!("discord|{}", event.id)),
            person: PersonId::discord(user.id.get()),
            handle: user.username,
            workspace: event.guild_id.map(|id| guilds.name(id)).unwrap_or_default(),
            said,
            said_at,
            ways: addresses.into_iter().map(|address| address.into_way(said_at)).collect(),
        },
        defer: Some(Defer {
            interaction: event.id,
            token: event.token.into(),
            kind,
        }),
    }))
}

fn answer_to(application: ApplicationId, token: &str, asked_at: DateTime<Utc>) -> Address {
    Address::Interaction {
        application,
        token: token.to_owned(),
        asked_at,
    }
}

fn said(kind: u64, data: &Value, alone: bool) -> Option<Said> {
    match kind {
        COMMAND => {
            let options = data["options"].as_array().into_iter().flatten();
            let text = options.into_iter().find(|option| option["name"] == commands::TEXT);
            let text = text
                .and_then(|option| option["value"].as_str())
                .unwrap_or_default()
                .to_owned();
            match data["name"].as_str() {
                Some("book") => Some(Said::Book(text)),
                Some("chatcal") => Some(Said::Chatcal(text)),
                Some("chatcal-admin") => Some(Said::Admin { text, alone }),
                _ => None,
            }
        }
        COMPONENT => {
            let custom_id = data["custom_id"].as_str()?;
            match form::shown_by(custom_id) {
                Some(key) => Some(Said::ShowMe(key)),
                None => custom_id.parse::<Choice>().ok().map(Said::Pressed),
            }
        }
        _ => None,
    }
}

fn is_person(user: &User, us: UserId) -> bool {
    user.id != us && !user.bot && !user.system
}

/// The text without our own mention, in either form that Discord has used.
fn without_mention(text: &str, us: UserId) -> String {
    let text = text
        .replace(&format!("<@{us}>"), " ")
        .replace(&format!("<@!{us}>"), " ");
    text.trim().to_owned()
}

/// The instant in a snowflake (<https://discord.com/developers/docs/reference#snowflakes>).
fn instant(snowflake: u64) -> DateTime<Utc> {
    const EPOCH: u64 = 1_420_070_400_000;
    let millis = i64::try_from((snowflake >> 22) + EPOCH).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const US: u64 = 99;

    fn hear(data: Value) -> Option<Said> {
        let heard = message(data, UserId::new(US), &Guilds::default()).unwrap();
        heard.map(|heard| heard.incoming.said)
    }

    fn text(text: &str) -> Option<Said> {
        Some(Said::Text(text.to_owned()))
    }

    #[test]
    fn only_people_who_speak_to_us_are_heard() {
        let ana = json!({ "id": "7", "username": "ana" });
        let us = json!({ "id": "99", "username": "chatcal", "bot": true });
        let said = |extra: Value| {
            let mut base =
                json!({ "id": "175928847299117063", "channel_id": "5", "author": ana, "content": "hello", "type": 0 });
            base.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            base
        };
        for (extra, heard) in [
            (json!({}), text("hello")),
            (json!({ "guild_id": "3" }), None),
            (
                json!({ "guild_id": "3", "mentions": [us], "content": "<@99> book it" }),
                text("book it"),
            ),
            (
                json!({ "guild_id": "3", "mentions": [us], "content": "<@!99>" }),
                text(""),
            ),
            (
                json!({ "guild_id": "3", "mentions": [us], "content": "hey <@99> and <@8>" }),
                text("hey   and <@8>"),
            ),
            (json!({ "author": us }), None),
            (json!({ "author": { "id": "8", "bot": true } }), None),
            (json!({ "webhook_id": "12" }), None),
            (json!({ "type": 7 }), None),
            (json!({ "type": 19 }), text("hello")),
            // Lenient: numbers for strings and the other way round, nulls, unknown fields and shapes.
            (
                json!({ "id": 5, "type": "0", "mentions": null, "webhook_id": null, "guild_id": null, "x": {} }),
                text("hello"),
            ),
            (json!({ "content": null }), text("")),
        ] {
            assert_eq!(hear(said(extra.clone())), heard, "{extra}");
        }
    }

    #[test]
    fn what_has_no_author_is_an_error_and_not_silence() {
        assert!(
            message(
                json!({ "id": "1", "channel_id": "2" }),
                UserId::new(US),
                &Guilds::default()
            )
            .is_err()
        );
    }

    #[test]
    fn a_snowflake_tells_when_it_was_said() {
        // The example of Discord's own page.
        assert_eq!(
            instant(175_928_847_299_117_063).to_rfc3339(),
            "2016-04-30T11:18:25.796+00:00"
        );
    }

    #[test]
    fn buttons_that_are_not_ours_say_nothing() {
        for (custom_id, heard) in [
            ("help", true),
            ("show:discord:7#3", true),
            ("b/x/undo", false),
            ("", false),
        ] {
            assert_eq!(
                said(COMPONENT, &json!({ "custom_id": custom_id }), true).is_some(),
                heard,
                "{custom_id}"
            );
        }
    }
}
