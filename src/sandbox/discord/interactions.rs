//! Interactions over REST: the first answer within its seconds, follow-ups while the token lives
//! (<https://discord.com/developers/docs/interactions/receiving-and-responding>).

use chrono::TimeDelta;
use serde_json::Value;

use super::rest::{Answer, Refusal, id};
use super::state::{Interaction, LOADING, Shown, State};
use super::{FIRST_ANSWER, TOKEN_LIFE, check};

impl State {
    pub(super) fn callback(&mut self, interaction: u64, token: &str, body: &Value) -> Answer {
        let body = check::object(body, &["type", "data"])?;
        let kind = body.get("type").and_then(Value::as_u64).unwrap_or_default();
        let data = body.get("data").cloned().unwrap_or_default();
        let now = self.now();
        let unknown = || Refusal::new(404, 10062, "Unknown interaction");
        let found = self.interactions.get_mut(&interaction).ok_or_else(unknown)?;
        let late = now - found.at > TimeDelta::from_std(FIRST_ANSWER).unwrap_or_default();
        if found.token != token || late {
            return Err(unknown());
        }
        if found.answered {
            return Err(Refusal::new(400, 40060, "Interaction has already been acknowledged."));
        }
        let (channel, by, on) = (found.channel, found.by, found.on);
        let original = match (kind, on) {
            (5, _) => {
                let flags = check::object(&data, &["flags", "attachments"])?
                    .get("flags")
                    .and_then(Value::as_u64);
                let loading = check::Checked {
                    content: None,
                    components: None,
                    flags: flags.unwrap_or_default() | LOADING,
                    nonce: None,
                };
                self.bot_writes(channel, loading, Some(by))
            }
            (6, Some(on)) if data.is_null() => on,
            _ => return Err(check::form("type: a command takes 5, a button 5 or 6")),
        };
        if let Some(found) = self.interactions.get_mut(&interaction) {
            found.answered = true;
            found.original = Some(original);
        }
        Ok(None)
    }

    /// The interaction behind a token, while Discord still honours it.
    fn by_token(&self, token: &str) -> Result<&Interaction, Refusal> {
        let found = self
            .interactions
            .values()
            .find(|interaction| interaction.token == token);
        let found = found
            .filter(|interaction| interaction.answered)
            .ok_or_else(|| Refusal::new(404, 10015, "Unknown Webhook"))?;
        if self.now() - found.at > TimeDelta::from_std(TOKEN_LIFE).unwrap_or_default() {
            return Err(Refusal::new(401, 50027, "Invalid Webhook Token"));
        }
        Ok(found)
    }

    pub(super) fn follow_up(&mut self, token: &str, body: &Value) -> Answer {
        let checked = check::message(body, check::FOLLOW_UP, true)?;
        let found = self.by_token(token)?;
        let (channel, by) = (found.channel, found.by);
        let waiting = found.original.filter(|original| {
            self.messages
                .get(original)
                .is_some_and(|message| message.flags & LOADING != 0)
        });
        if let Some(original) = waiting {
            // A follow-up that comes before the deferred answer takes its place.
            return self.rewrite(original, checked);
        }
        let message = self.bot_writes(channel, checked, Some(by));
        self.show(message, Shown::New);
        self.shown(message)
    }

    pub(super) fn answer_of(&mut self, verb: &str, token: &str, message: &str, body: &Value) -> Answer {
        let found = self.by_token(token)?;
        let wanted = if message == "@original" {
            found.original
        } else {
            Some(id(message))
        };
        let wanted = wanted
            .filter(|message| self.messages.contains_key(message))
            .ok_or_else(|| Refusal::new(404, 10008, "Unknown Message"))?;
        if verb == "GET" {
            return self.shown(wanted);
        }
        let checked = check::message(body, check::EDIT, false)?;
        self.rewrite(wanted, checked)
    }
}
