//! From raw values to checked settings: everything is read before anything is judged, so that all problems are told at once.

use std::path::{Path, PathBuf};

use super::form::{self, Form};
use super::problem::{Fault, Problem, Problems};
use super::source::{Environment, Raw};
use super::table::{self, Need};
use super::{Database, Discord, Google, Hours, Key, SecretManager, Settings, Site, Slack, State, TierKind};

/// Reads and checks everything. `config` outranks `CHATCAL_CONFIG`.
///
/// # Errors
/// All that is missing, malformed or readable by others.
pub fn load(env: &Environment, config: Option<&Path>) -> Result<Settings, Problems> {
    let mut reader = Reader {
        raw: Raw::gather(env, config),
    };
    let site = reader.site(env);
    let hours = reader.hours();
    let secret_manager = reader.secret_manager();
    let state = reader.state(env);
    let google = reader.google(site.as_ref());
    let (slack, discord) = (reader.slack(), reader.discord());
    reader.require_a_platform();

    let mut problems = reader.raw.problems;
    let order = |problem: &Problem| table::SETTINGS.iter().position(|setting| setting.name == problem.name);
    problems.sort_by_key(order);
    match (site, hours, state, google) {
        (Some(site), Some(hours), Some(state), Some(google)) if problems.is_empty() => Ok(Settings {
            site,
            hours,
            state,
            google,
            secret_manager,
            slack,
            discord,
        }),
        _ => Err(Problems(problems)),
    }
}

struct Reader {
    raw: Raw,
}

impl Reader {
    /// The checked value; `None` where it is absent, or wrong (and then noted).
    fn optional<T>(&mut self, name: &str, form: Form<T>) -> Option<T> {
        let value = self.raw.get(name)?;
        match form(value) {
            Ok(value) => Some(value),
            Err(why) => self.refuse(name, Fault::Malformed(why)),
        }
    }

    fn required<T>(&mut self, name: &str, form: Form<T>) -> Option<T> {
        match self.raw.get(name) {
            Some(_) => self.optional(name, form),
            None if self.raw.is_spoiled(name) => None,
            None => self.refuse(name, Fault::Missing),
        }
    }

    fn defaulted<T>(&mut self, name: &str, form: Form<T>) -> Option<T> {
        match (self.raw.get(name), table::find(name).map(|setting| setting.need)) {
            (None, Some(Need::Default(value))) if !self.raw.is_spoiled(name) => form(value).ok(),
            _ => self.optional(name, form),
        }
    }

    fn refuse<T>(&mut self, name: &str, fault: Fault) -> Option<T> {
        self.raw.problems.push(Problem {
            name: name.to_owned(),
            fault,
        });
        None
    }

    fn site(&mut self, env: &Environment) -> Option<Site> {
        let public_url = self.required("CHATCAL_PUBLIC_URL", form::public_url);
        let contact = self.optional("CHATCAL_CONTACT", form::words);
        let admins = self.optional("CHATCAL_ADMINS", form::admins);
        let port = self.optional("PORT", form::port);
        let listen = match port {
            Some(port) if self.raw.get("CHATCAL_LISTEN").is_none() => Some(port),
            _ => self.defaulted("CHATCAL_LISTEN", form::socket),
        };
        let rust_log = self
            .raw
            .get("CHATCAL_LOG")
            .is_none()
            .then(|| env.get("RUST_LOG"))
            .flatten();
        let log = match rust_log {
            Some(filter) => Some(filter.to_owned()),
            None => self.defaulted("CHATCAL_LOG", form::log),
        };
        Some(Site {
            public_url: public_url?,
            listen: listen?,
            contact: contact.unwrap_or_else(|| "the person who runs this bot".to_owned()),
            admins: admins.unwrap_or_default(),
            log: log?,
        })
    }

    fn hours(&mut self) -> Option<Hours> {
        let default_zone = self.optional("DEFAULT_TIMEZONE", form::zone);
        let start = self.defaulted("WEEKDAY_START_TIME", form::time);
        let end = self.defaulted("WEEKDAY_END_TIME", form::time);
        let (start, end) = (start?, end?);
        if end <= start {
            let why = format!(
                "is {}, not after WEEKDAY_START_TIME ({})",
                end.format("%H:%M"),
                start.format("%H:%M")
            );
            return self.refuse("WEEKDAY_END_TIME", Fault::Malformed(why));
        }
        Some(Hours {
            default_zone,
            start,
            end,
        })
    }

    fn state(&mut self, env: &Environment) -> Option<State> {
        let dir = self.defaulted("CHATCAL_STATE_DIR", form::words);
        let database = self.optional("DATABASE_URL", form::database);
        let redis_url = self.optional("REDIS_URL", form::redis);
        let key = self.key();
        let shared = matches!(database, Some(Database::Postgres(_)));
        let is_fleeting = self.accept_loss(env, shared);
        let tiers = self.tiers(shared);
        let dir: PathBuf = dir?.into();
        Some(State {
            database: database.unwrap_or_else(|| Database::File(dir.join("chatcal.db"))),
            dir,
            redis_url,
            tiers: tiers?,
            key: key?,
            is_fleeting,
        })
    }

    /// The key itself, or the name of the version that holds it.
    fn key(&mut self) -> Option<Key> {
        if !self.raw.get("CHATCAL_KEY").is_some_and(form::names_a_version) {
            return self.required("CHATCAL_KEY", form::keys).map(Key::Given);
        }
        let version = self.optional("CHATCAL_KEY", form::secret_version)?;
        let url = self.defaulted("SECRET_MANAGER_URL", form::stem)?;
        Some(Key::Named { version, url })
    }

    /// Where grants are kept: what is named, else everything that is set, and the database in place of the file where replicas
    /// share one.
    fn tiers(&mut self, shared: bool) -> Option<Vec<TierKind>> {
        let needs = [
            (TierKind::SecretManager, "GOOGLE_CLOUD_PROJECT"),
            (TierKind::Redis, "REDIS_URL"),
        ];
        if self.raw.get("CHATCAL_TIERS").is_none() {
            let set = needs.iter().filter(|(_, name)| self.is_given(name));
            let last = if shared { TierKind::Database } else { TierKind::File };
            return Some(set.map(|(tier, _)| *tier).chain([last]).collect());
        }
        let named = self.optional("CHATCAL_TIERS", form::tiers)?;
        for (tier, name) in needs {
            if named.contains(&tier) && !self.is_given(name) {
                let why = format!("names {}, and {name} is not set", tier.name());
                return self.refuse("CHATCAL_TIERS", Fault::Malformed(why));
            }
        }
        Some(named)
    }

    /// Whether a crash may cost something, because nothing here outlasts it. That must be accepted by name.
    fn accept_loss(&mut self, env: &Environment, shared: bool) -> bool {
        let accepted = self.optional("CHATCAL_ACCEPT_LOSS", form::accepted_loss).is_some();
        let fleeting = env.get("K_SERVICE").is_some() && !shared;
        if fleeting && !accepted && !self.is_given("CHATCAL_ACCEPT_LOSS") {
            let why = "is missing: this is a platform without a lasting disk (K_SERVICE is set), and there is no PostgreSQL. Set \
                       DATABASE_URL to one; or accept that a crash loses the messages in flight";
            self.refuse::<()>("CHATCAL_ACCEPT_LOSS", Fault::Malformed(why.to_owned()));
        } else if fleeting && !self.is_given("GOOGLE_CLOUD_PROJECT") && !self.is_given("REDIS_URL") {
            let why = "is missing: this is a platform without a lasting disk (K_SERVICE is set), so people's grants need another place";
            self.refuse::<()>("GOOGLE_CLOUD_PROJECT", Fault::Malformed(why.to_owned()));
        }
        fleeting
    }

    fn google(&mut self, site: Option<&Site>) -> Option<Google> {
        let client_id = self.required("GOOGLE_CLIENT_ID", form::of_client);
        let client_secret = self.required("GOOGLE_CLIENT_SECRET", form::client_secret);
        let redirect_uri = self
            .optional("GOOGLE_OAUTH_REDIRECT_URI", form::address)
            .or_else(|| site?.public_url.join("auth/callback").ok());
        let auth_url = self.defaulted("GOOGLE_AUTH_URL", form::address);
        let token_url = self.defaulted("GOOGLE_TOKEN_URL", form::address);
        let revoke_url = self.defaulted("GOOGLE_REVOKE_URL", form::address);
        let jwks_url = self.defaulted("GOOGLE_JWKS_URL", form::address);
        let userinfo_url = self.defaulted("GOOGLE_USERINFO_URL", form::address);
        let calendar_url = self.defaulted("GOOGLE_CALENDAR_URL", form::base);
        Some(Google {
            client_id: client_id?,
            client_secret: client_secret?,
            redirect_uri: redirect_uri?,
            auth_url: auth_url?,
            token_url: token_url?,
            revoke_url: revoke_url?,
            jwks_url: jwks_url?,
            userinfo_url: userinfo_url?,
            calendar_url: calendar_url?,
        })
    }

    fn secret_manager(&mut self) -> Option<SecretManager> {
        let url = self.defaulted("SECRET_MANAGER_URL", form::stem);
        let project = self.optional("GOOGLE_CLOUD_PROJECT", form::word);
        Some(SecretManager {
            project: project?,
            url: url?,
        })
    }

    fn slack(&mut self) -> Option<Slack> {
        let bot_token = self.optional("SLACK_BOT_TOKEN", form::slack_bot_token);
        let signing_secret = self.optional("SLACK_SIGNING_SECRET", form::secret);
        let app_token = self.optional("SLACK_APP_TOKEN", form::slack_app_token);
        let api_url = self.defaulted("SLACK_API_URL", form::stem);
        let has_road = self.is_given("SLACK_SIGNING_SECRET") || self.is_given("SLACK_APP_TOKEN");
        if has_road != self.is_given("SLACK_BOT_TOKEN") {
            return match has_road {
                true => self.refuse("SLACK_BOT_TOKEN", Fault::Missing),
                false => self.refuse(
                    "SLACK_APP_TOKEN",
                    Fault::Malformed(
                        "and SLACK_SIGNING_SECRET are both missing: set one of them with SLACK_BOT_TOKEN".to_owned(),
                    ),
                ),
            };
        }
        Some(Slack {
            bot_token: bot_token?,
            signing_secret,
            app_token,
            api_url: api_url?,
        })
    }

    fn discord(&mut self) -> Option<Discord> {
        let token = self.optional("DISCORD_TOKEN", form::discord_token);
        let api_url = self.defaulted("DISCORD_API_URL", form::stem);
        Some(Discord {
            token: token?,
            api_url: api_url?,
        })
    }

    /// A bot that nobody can write to is a mistake.
    fn require_a_platform(&mut self) {
        const ROADS: [&str; 4] = [
            "SLACK_BOT_TOKEN",
            "SLACK_SIGNING_SECRET",
            "SLACK_APP_TOKEN",
            "DISCORD_TOKEN",
        ];
        if !ROADS.iter().any(|name| self.is_given(name)) {
            for (name, other) in [
                ("SLACK_BOT_TOKEN", "DISCORD_TOKEN"),
                ("DISCORD_TOKEN", "SLACK_BOT_TOKEN"),
            ] {
                let why = format!("is missing, and so is {other}: set at least one of them");
                self.refuse::<()>(name, Fault::Malformed(why));
            }
        }
    }

    /// Given at all, if only wrongly.
    fn is_given(&self, name: &str) -> bool {
        self.raw.get(name).is_some() || self.raw.is_spoiled(name)
    }
}
