//! What an operator can order about people's credentials, as it is typed in a chat.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::account::mask_email;
use crate::domain::person::PersonId;

/// Whom an order is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// One person, as ChatCal names them: `slack:T01:U7`.
    Person(PersonId),
    /// Everybody who is linked to a Google account of this address.
    Email(String),
    /// Everybody whom some platform knows by this id: `U7`.
    User(String),
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    List {
        who: Option<Who>,
    },
    Inspect {
        who: Who,
    },
    /// Open every record, of everybody if nobody is named; then the audit log's chain is followed too.
    Verify {
        who: Option<Who>,
    },
    /// Take away what can't be used, in one tier or in all.
    Clear {
        who: Who,
        tier: Option<String>,
        apply: bool,
        /// Also what may be all that is left of their grant.
        #[serde(default)]
        even_the_last: bool,
    },
    /// End the link, as the person could.
    Disconnect {
        who: Who,
        apply: bool,
    },
    /// Get a new access token now.
    Refresh {
        who: Who,
    },
    /// What keeping credentials costs in a month.
    Cost,
}

impl Who {
    /// Reads what an operator types: an e-mail address, a person's id, or a platform's id of a user.
    ///
    /// # Errors
    /// When it is none of these, in words for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(person) = PersonId::parse(text) {
            return Ok(Self::Person(person));
        }
        // What Slack makes of a mention.
        let mentioned = text.strip_prefix("<@").and_then(|rest| rest.strip_suffix('>'));
        let user = mentioned.map_or(text, |inner| inner.split('|').next().unwrap_or(inner));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        match text.split_once('@') {
            Some((name, host)) if mentioned.is_none() => {
                let good = !name.is_empty()
                    && host.contains('.')
                    && !text.chars().any(|c| c.is_whitespace() || c.is_control());
                good.then(|| Self::Email(text.to_lowercase()))
                    .ok_or_else(|| format!("{text:?} is no e-mail address"))
            }
            _ if !user.is_empty() && user.len() <= 64 && user.chars().all(plain) => Ok(Self::User(user.to_owned())),
            _ => Err(format!(
                "{text:?} is nobody: expected an e-mail address, or an id such as slack:T01:U7, discord:1234 or U7"
            )),
        }
    }

    /// For the audit log, where no address is written out.
    pub fn masked(&self) -> String {
        match self {
            Self::Email(email) => mask_email(email),
            Self::Person(_) | Self::User(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => f.write_str(person.as_str()),
            Self::Email(text) | Self::User(text) => f.write_str(text),
        }
    }
}

impl Order {
    /// Reads an order as it is typed in a chat: `clear slack:T01:U7 --tier redis --apply`.
    ///
    /// # Errors
    /// When it is none, in words for the operator; empty words ask for the list of orders.
    pub fn parse(text: &str) -> Result<Self, String> {
        // Phones make long dashes of two hyphens.
        let text = text.replace('—', "--");
        let mut words = text.split_whitespace();
        let Some(verb) = words.next() else {
            return Err(String::new());
        };
        let mut given = Given::read(words)?;
        let order = match verb.to_ascii_lowercase().as_str() {
            "list" => Self::List { who: given.who.take() },
            "inspect" => Self::Inspect {
                who: given.somebody(verb)?,
            },
            "verify" => Self::Verify { who: given.who.take() },
            "clear" => Self::Clear {
                who: given.somebody(verb)?,
                tier: given.tier.take(),
                apply: std::mem::take(&mut given.apply),
                even_the_last: std::mem::take(&mut given.even_the_last),
            },
            "disconnect" => Self::Disconnect {
                who: given.somebody(verb)?,
                apply: std::mem::take(&mut given.apply),
            },
            "refresh" => Self::Refresh {
                who: given.somebody(verb)?,
            },
            "cost" => Self::Cost,
            "help" => return Err(String::new()),
            word @ ("rotate" | "export" | "import") => {
                return Err(format!("{word} is done in the terminal: chatcal creds {word}"));
            }
            _ => return Err(format!("I know no {verb:?}")),
        };
        given.is_used_up(verb).map(|()| order)
    }

    /// Whom it is about, if about anybody.
    pub fn who(&self) -> Option<&Who> {
        match self {
            Self::List { who } | Self::Verify { who } => who.as_ref(),
            Self::Inspect { who } | Self::Clear { who, .. } | Self::Disconnect { who, .. } | Self::Refresh { who } => {
                Some(who)
            }
            Self::Cost => None,
        }
    }

    /// The order's own word.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::List { .. } => "list",
            Self::Inspect { .. } => "inspect",
            Self::Verify { .. } => "verify",
            Self::Clear { .. } => "clear",
            Self::Disconnect { .. } => "disconnect",
            Self::Refresh { .. } => "refresh",
            Self::Cost => "cost",
        }
    }

    /// For the audit log: what stands behind the order's word and whom it is about.
    pub fn options(&self) -> String {
        match self {
            Self::Clear {
                tier,
                apply,
                even_the_last,
                ..
            } => {
                let tier = tier.as_ref().map(|tier| format!(" --tier {tier}")).unwrap_or_default();
                let last = if *even_the_last { " --even-the-last" } else { "" };
                tier + last + applied(*apply)
            }
            Self::Disconnect { apply, .. } => applied(*apply).to_owned(),
            Self::List { .. } | Self::Inspect { .. } | Self::Verify { .. } | Self::Refresh { .. } | Self::Cost => {
                String::new()
            }
        }
    }
}

fn applied(apply: bool) -> &'static str {
    if apply { " --apply" } else { " (a dry run)" }
}

/// What stands behind an order's word.
#[derive(Default)]
struct Given {
    who: Option<Who>,
    tier: Option<String>,
    apply: bool,
    even_the_last: bool,
}

impl Given {
    fn read<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut given = Self::default();
        while let Some(word) = words.next() {
            match word {
                "--apply" => given.apply = true,
                "--even-the-last" => given.even_the_last = true,
                "--tier" => given.tier = Some(words.next().ok_or("--tier needs a tier's name")?.to_owned()),
                _ if word.starts_with("--") => return Err(format!("I know no {word}")),
                _ if given.who.is_none() => given.who = Some(Who::parse(word)?),
                _ => return Err(format!("I can't tell what {word:?} means there")),
            }
        }
        Ok(given)
    }

    fn somebody(&mut self, verb: &str) -> Result<Who, String> {
        self.who
            .take()
            .ok_or_else(|| format!("{verb} needs somebody: an e-mail address, or an id such as slack:T01:U7"))
    }

    fn is_used_up(&self, verb: &str) -> Result<(), String> {
        let left = match self {
            Self { who: Some(who), .. } => who.to_string(),
            Self { tier: Some(_), .. } => "--tier".to_owned(),
            Self { apply: true, .. } => "--apply".to_owned(),
            Self {
                even_the_last: true, ..
            } => "--even-the-last".to_owned(),
            Self { .. } => return Ok(()),
        };
        Err(format!("{verb} takes no {left}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_named_by_address_or_id() {
        for (text, who) in [
            ("slack:T01:U7", Who::Person(PersonId::slack("T01", "U7"))),
            ("discord:1234", Who::Person(PersonId::discord(1234))),
            ("Ana@Example.org", Who::Email("ana@example.org".to_owned())),
            ("U7", Who::User("U7".to_owned())),
            ("<@U7>", Who::User("U7".to_owned())),
            ("<@U7|ana>", Who::User("U7".to_owned())),
        ] {
            assert_eq!(Who::parse(text), Ok(who), "{text}");
        }
        for text in ["", "@", "a@b", "ana smith", "slack:", "x'; --", "a\u{0}@b.c"] {
            assert!(Who::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Who::parse("ana@example.org").unwrap().masked(), "a•••@example.org");
    }

    #[test]
    fn orders_are_read_as_they_are_typed() {
        let ana = || Who::Person(PersonId::slack("T1", "U7"));
        for (text, order) in [
            ("list", Order::List { who: None }),
            ("inspect slack:T1:U7", Order::Inspect { who: ana() }),
            ("  Verify ", Order::Verify { who: None }),
            (
                "clear slack:T1:U7",
                Order::Clear {
                    who: ana(),
                    tier: None,
                    apply: false,
                    even_the_last: false,
                },
            ),
            (
                "clear slack:T1:U7 —tier redis --apply —even-the-last",
                Order::Clear {
                    who: ana(),
                    tier: Some("redis".into()),
                    apply: true,
                    even_the_last: true,
                },
            ),
            (
                "disconnect --apply slack:T1:U7",
                Order::Disconnect {
                    who: ana(),
                    apply: true,
                },
            ),
            ("refresh slack:T1:U7", Order::Refresh { who: ana() }),
        ] {
            assert_eq!(Order::parse(text), Ok(order), "{text}");
        }
        for text in [
            "",
            "help",
            "drop",
            "inspect",
            "inspect a b",
            "clear U7 --tier",
            "list --apply",
            "refresh U7 --tier x",
            "inspect U7 --force",
            "disconnect U7 --even-the-last",
        ] {
            assert!(Order::parse(text).is_err(), "{text}");
        }
    }
}
