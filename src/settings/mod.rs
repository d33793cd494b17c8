//! The settings, one small struct per concern, and (in [`load`]) the one place that reads the environment.
//! Rank 0: imports `telltale` and `zone`.

mod form;
mod list;
mod load;
mod problem;
mod source;
pub mod table;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveTime;
use secrecy::SecretString;
use url::Url;

use crate::zone::Zone;

pub use form::public_url;
pub use load::load;
pub use problem::{Fault, Problem, Problems};
pub use source::{Environment, refuse_exposed};

/// Everything that can be set, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    pub site: Site,
    pub hours: Hours,
    pub state: State,
    pub google: Google,
    pub secret_manager: Option<SecretManager>,
    pub slack: Option<Slack>,
    pub discord: Option<Discord>,
}

/// How the outside world reaches the bot and its operator.
#[derive(Clone, Debug)]
pub struct Site {
    /// `CHATCAL_PUBLIC_URL`: https, or http on loopback; ends with a slash. Every link and redirect URI derives from it.
    pub public_url: Url,
    /// `CHATCAL_LISTEN`, or `PORT` on all interfaces; `127.0.0.1:8080` by default.
    pub listen: SocketAddr,
    /// `CHATCAL_CONTACT`: who runs this bot, in words that people can use (an address, a channel).
    pub contact: String,
    /// `CHATCAL_ADMINS`: who may give orders about credentials in a chat, by ids such as `slack:T01:U7`; nobody by default.
    pub admins: Vec<String>,
    /// `CHATCAL_LOG`, else `RUST_LOG`: what is logged, in tracing's directives; `info` by default.
    pub log: String,
}

/// Policy defaults of the workspace.
#[derive(Clone, Debug)]
pub struct Hours {
    /// `DEFAULT_TIMEZONE`: preselected where a zone must be asked for, never assumed.
    pub default_zone: Option<Zone>,
    /// `WEEKDAY_START_TIME`, 09:00 by default.
    pub start: NaiveTime,
    /// `WEEKDAY_END_TIME`, 18:00 by default.
    pub end: NaiveTime,
}

/// Where state is kept, and under which key.
#[derive(Clone, Debug)]
pub struct State {
    /// `CHATCAL_STATE_DIR`: the database and the credential file live here.
    pub dir: PathBuf,
    /// `DATABASE_URL`: `sqlite:PATH` or `postgres://…`; the default is `chatcal.db` in the state folder.
    pub database: Database,
    /// `REDIS_URL`: switches the Redis credential tier on.
    pub redis_url: Option<SecretString>,
    /// `CHATCAL_TIERS`: where people's grants are kept besides memory, in the order of reading.
    pub tiers: Vec<TierKind>,
    /// `CHATCAL_KEY`: seals everything that must not be read at rest.
    pub key: Key,
    /// There is no lasting disk and no PostgreSQL: accepted by `CHATCAL_ACCEPT_LOSS`.
    pub is_fleeting: bool,
}

/// A place for people's grants, in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TierKind {
    SecretManager,
    Redis,
    Database,
    File,
}

impl TierKind {
    pub(crate) const ALL: [Self; 4] = [Self::SecretManager, Self::Redis, Self::Database, Self::File];

    /// The word in `CHATCAL_TIERS`, in the inspection and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::SecretManager => "secret-manager",
            Self::Redis => "redis",
            Self::Database => "database",
            Self::File => "file",
        }
    }
}

/// The master key, or where it lies.
#[derive(Clone, Debug)]
pub enum Key {
    /// 32 bytes in base64url, made by `chatcal key new`; several, parted by spaces, while one is replaced by another: new records are
    /// sealed under the first.
    Given(SecretString),
    /// A version in Secret Manager whose content is the key.
    Named {
        /// `projects/P/secrets/S/versions/N`
        version: String,
        /// `SECRET_MANAGER_URL`
        url: Url,
    },
}

impl Key {
    /// The key itself, where the settings hold it.
    pub fn given(&self) -> Option<&SecretString> {
        match self {
            Self::Given(key) => Some(key),
            Self::Named { .. } => None,
        }
    }
}

/// Where conversations and everything under way are kept.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of SQLite's, for one process.
    File(PathBuf),
    /// The URL of a PostgreSQL, which processes may share.
    Postgres(SecretString),
}

/// Google's OAuth client and addresses.
#[derive(Clone, Debug)]
pub struct Google {
    /// `GOOGLE_CLIENT_ID`
    pub client_id: String,
    /// `GOOGLE_CLIENT_SECRET`
    pub client_secret: SecretString,
    /// `GOOGLE_OAUTH_REDIRECT_URI`; by default the public URL and `/auth/callback`.
    pub redirect_uri: Url,
    /// `GOOGLE_AUTH_URL`, where the person's browser goes.
    pub auth_url: Url,
    /// `GOOGLE_TOKEN_URL`
    pub token_url: Url,
    /// `GOOGLE_REVOKE_URL`
    pub revoke_url: Url,
    /// `GOOGLE_JWKS_URL`
    pub jwks_url: Url,
    /// `GOOGLE_USERINFO_URL`
    pub userinfo_url: Url,
    /// `GOOGLE_CALENDAR_URL`: the base that `calendars/…` is appended to, `https://www.googleapis.com/calendar/v3/` by default.
    pub calendar_url: Url,
}

/// Google Secret Manager as a place for people's grants.
#[derive(Clone, Debug)]
pub struct SecretManager {
    /// `GOOGLE_CLOUD_PROJECT`
    pub project: String,
    /// `SECRET_MANAGER_URL`: on loopback it is asked without credentials.
    pub url: Url,
}

/// Slack's app.
#[derive(Clone, Debug)]
pub struct Slack {
    /// `SLACK_BOT_TOKEN`, `xoxb-…`
    pub bot_token: SecretString,
    /// `SLACK_SIGNING_SECRET`: needed for signed HTTP; without it only Socket Mode is served.
    pub signing_secret: Option<SecretString>,
    /// `SLACK_APP_TOKEN`, `xapp-…`: switches Socket Mode on.
    pub app_token: Option<SecretString>,
    /// `SLACK_API_URL`, `https://slack.com/api` by default.
    pub api_url: Url,
}

/// Discord's application.
#[derive(Clone, Debug)]
pub struct Discord {
    /// `DISCORD_TOKEN`: the bot's token, without the word `Bot`.
    pub token: SecretString,
    /// `DISCORD_API_URL`, `https://discord.com/api/v10` by default. The gateway's address is what its `/gateway/bot` answers.
    pub api_url: Url,
}
