//! What the servers are called. Messages tell only a server's id; the name is for the sign-in page, so a missing one costs nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serenity::model::id::GuildId;

use super::event::number;
use super::rest::Rest;

#[derive(Clone, Default)]
pub(super) struct Guilds(Arc<Mutex<HashMap<GuildId, String>>>);

impl Guilds {
    /// The server's name; empty when it is not known.
    pub fn name(&self, id: GuildId) -> String {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(&id).cloned().unwrap_or_default()
    }

    /// Asks Discord for the servers that the bot is in: the first 200, which is what one answer holds.
    pub async fn learn(&self, rest: &Rest) {
        let list = match rest.get("/users/@me/guilds").await {
            Ok(list) => list,
            Err(problem) => return tracing::info!(%problem, "Discord: the servers' names are not known"),
        };
        let named = list.as_array().into_iter().flatten().filter_map(|guild| {
            let id = number(&guild["id"]).filter(|id| *id != 0)?;
            Some((GuildId::new(id), guild["name"].as_str()?.to_owned()))
        });
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.extend(named);
    }
}
