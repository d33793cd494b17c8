//! All settings as data: what `chatcal serve --help` prints, what the README's table is checked against, and where the loader
//! takes its defaults from.

use std::fmt::Write;

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The environment variable, and the key in the settings file.
    pub name: &'static str,
    pub group: Group,
    pub need: Need,
    /// What a value looks like, in words that continue "expected …".
    pub form: &'static str,
    pub example: &'static str,
    /// Never shown; may also be given as `NAME_FILE`, the path of a file that holds it.
    pub secret: bool,
    /// What it does, in one sentence.
    pub text: &'static str,
}

/// What a setting belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Site,
    Google,
    Slack,
    Discord,
    State,
    Hours,
    Addresses,
}

/// What happens where a setting is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing starts without it.
    Required,
    /// What it switches on stays off.
    Optional,
    /// This value is taken.
    Default(&'static str),
    /// It follows from other settings, as the words say.
    Derived(&'static str),
}

impl Need {
    /// The words of the table's "default" column.
    pub fn words(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "off",
            Self::Default(value) | Self::Derived(value) => value,
        }
    }
}

impl Group {
    pub const ALL: [Self; 7] = [
        Self::Site,
        Self::Google,
        Self::Slack,
        Self::Discord,
        Self::State,
        Self::Hours,
        Self::Addresses,
    ];

    /// The group's heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Site => "The bot itself",
            Self::Google => "Google",
            Self::Slack => "Slack (set what you use)",
            Self::Discord => "Discord (set what you use)",
            Self::State => "State and secrets",
            Self::Hours => "Habits of your workspace",
            Self::Addresses => "Outside addresses (for tests and proxies)",
        }
    }
}

/// The setting of that name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The table for a terminal.
pub fn help() -> String {
    let mut out = String::from(
        "Settings come from the environment, or from a TOML file with the same names as keys (--config PATH, or\n\
         CHATCAL_CONFIG). The environment outranks the file. Secrets may also be given as NAME_FILE=PATH.\n",
    );
    for group in Group::ALL {
        let _ = write!(out, "\n{}\n", group.title());
        for setting in of(group) {
            let _ = write!(
                out,
                "  {} ({})\n      {}\n      e.g. {}\n",
                setting.name,
                setting.need.words(),
                setting.text,
                setting.example
            );
        }
    }
    out
}

/// The table for the README.
pub fn markdown() -> String {
    let mut out = String::new();
    for group in Group::ALL {
        let _ = write!(
            out,
            "**{}**\n\n| setting | default | what it does |\n|---|---|---|\n",
            group.title()
        );
        for setting in of(group) {
            let key = if setting.secret { " 🔑" } else { "" };
            let default = match setting.need {
                Need::Default(value) => format!("`{value}`"),
                other => other.words().to_owned(),
            };
            let _ = writeln!(
                out,
                "| `{}`{key} | {} | {} For example `{}` |",
                setting.name, default, setting.text, setting.example
            );
        }
        out.push('\n');
    }
    out
}

fn of(group: Group) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.group == group)
}

const URL: &str = "an https:// address (http:// only on this machine)";

/// Every setting there is, in the order of the tables.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "CHATCAL_PUBLIC_URL",
        group: Group::Site,
        need: Need::Required,
        form: URL,
        example: "https://chatcal.example.org",
        secret: false,
        text: "Where people's browsers reach the bot; every link, redirect URI and Slack URL derives from it.",
    },
    Setting {
        name: "CHATCAL_CONTACT",
        group: Group::Site,
        need: Need::Derived("the person who runs this bot"),
        form: "a few words, at most 200 characters",
        example: "#help-chatcal, or it@example.org",
        secret: false,
        text: "Who people should turn to; shown on the sign-in page and wherever the operator has to mend something.",
    },
    Setting {
        name: "CHATCAL_LISTEN",
        group: Group::Site,
        need: Need::Default("127.0.0.1:8080"),
        form: "an IP address and a port",
        example: "0.0.0.0:8080",
        secret: false,
        text: "The socket that the web server listens on.",
    },
    Setting {
        name: "PORT",
        group: Group::Site,
        need: Need::Optional,
        form: "a port number",
        example: "8080",
        secret: false,
        text: "What container platforms set: listens on this port of every interface, unless CHATCAL_LISTEN is set.",
    },
    Setting {
        name: "CHATCAL_LOG",
        group: Group::Site,
        need: Need::Default("info"),
        form: "log levels, by module if wished",
        example: "info,chatcal=debug",
        secret: false,
        text: "Which log lines are written (RUST_LOG counts where this is not set).",
    },
    Setting {
        name: "CHATCAL_CONFIG",
        group: Group::Site,
        need: Need::Optional,
        form: "the path of a TOML file",
        example: "/etc/chatcal.toml",
        secret: false,
        text: "A file with more settings; only read from the environment.",
    },
    Setting {
        name: "GOOGLE_CLIENT_ID",
        group: Group::Google,
        need: Need::Required,
        form: "the OAuth client's id, without spaces",
        example: "1234-abcd.apps.googleusercontent.com",
        secret: false,
        text: "The OAuth client (of the type “Web application”) in your Google Cloud project.",
    },
    Setting {
        name: "GOOGLE_CLIENT_SECRET",
        group: Group::Google,
        need: Need::Required,
        form: "the OAuth client's secret, without spaces",
        example: "GOCSPX-…",
        secret: true,
        text: "That client's secret.",
    },
    Setting {
        name: "GOOGLE_OAUTH_REDIRECT_URI",
        group: Group::Google,
        need: Need::Derived("CHATCAL_PUBLIC_URL and /auth/callback"),
        form: URL,
        example: "https://chatcal.example.org/auth/callback",
        secret: false,
        text: "Where Google sends people back to; must be listed at the OAuth client, letter by letter.",
    },
    Setting {
        name: "GOOGLE_CLOUD_PROJECT",
        group: Group::Google,
        need: Need::Optional,
        form: "a project id",
        example: "my-project-1234",
        secret: false,
        text: "The project whose Secret Manager keeps people's grants. Not used by this version yet.",
    },
    Setting {
        name: "SLACK_BOT_TOKEN",
        group: Group::Slack,
        need: Need::Optional,
        form: "a bot token that starts with xoxb-",
        example: "xoxb-…",
        secret: true,
        text: "Switches Slack on; from your Slack app's page “OAuth & Permissions”.",
    },
    Setting {
        name: "SLACK_SIGNING_SECRET",
        group: Group::Slack,
        need: Need::Optional,
        form: "the signing secret, without spaces",
        example: "0123…cdef",
        secret: true,
        text: "Proves that a request comes from Slack; needed where Slack reaches the bot over HTTP.",
    },
    Setting {
        name: "SLACK_APP_TOKEN",
        group: Group::Slack,
        need: Need::Optional,
        form: "an app-level token that starts with xapp-",
        example: "xapp-…",
        secret: true,
        text: "Switches Socket Mode on: the bot calls Slack, and needs no address that Slack can reach.",
    },
    Setting {
        name: "DISCORD_TOKEN",
        group: Group::Discord,
        need: Need::Optional,
        form: "the bot's token, without the word Bot and without spaces",
        example: "MTIz….….…",
        secret: true,
        text: "Switches Discord on; from your application's page “Bot”.",
    },
    Setting {
        name: "CHATCAL_KEY",
        group: Group::State,
        need: Need::Required,
        form: "32 bytes in base64url (43 characters), as `chatcal key new` makes it",
        example: "what `chatcal key new` prints",
        secret: true,
        text: "Seals everything that must not be read at rest. Keep a copy: without it everybody has to sign in again.",
    },
    Setting {
        name: "CHATCAL_STATE_DIR",
        group: Group::State,
        need: Need::Default(".chatcal/serve"),
        form: "the path of a folder",
        example: "/var/lib/chatcal",
        secret: false,
        text: "The folder of the database and the sealed grants; made where it is missing, for its owner only.",
    },
    Setting {
        name: "DATABASE_URL",
        group: Group::State,
        need: Need::Derived("chatcal.db in the state folder"),
        form: "sqlite: and a path, or the address of a PostgreSQL",
        example: "postgres://chatcal:password@db.example.org/chatcal?sslmode=require",
        secret: true,
        text: "Another place for the database: a file, or a PostgreSQL (14 or newer) for one process as yet.",
    },
    Setting {
        name: "REDIS_URL",
        group: Group::State,
        need: Need::Optional,
        form: "redis:// or rediss:// and an address",
        example: "redis://127.0.0.1:6379",
        secret: true,
        text: "Switches on Redis as one more place for sealed grants and access tokens.",
    },
    Setting {
        name: "DEFAULT_TIMEZONE",
        group: Group::Hours,
        need: Need::Optional,
        form: "a time zone of the IANA database",
        example: "Europe/Berlin",
        secret: false,
        text: "Offered first where a person's zone is unknown and must be asked for; never assumed.",
    },
    Setting {
        name: "WEEKDAY_START_TIME",
        group: Group::Hours,
        need: Need::Default("09:00"),
        form: "a time of day, HH:MM, before WEEKDAY_END_TIME",
        example: "08:30",
        secret: false,
        text: "When a working day starts.",
    },
    Setting {
        name: "WEEKDAY_END_TIME",
        group: Group::Hours,
        need: Need::Default("18:00"),
        form: "a time of day, HH:MM, after WEEKDAY_START_TIME",
        example: "17:30",
        secret: false,
        text: "When it ends: “at 5” is then 17:00.",
    },
    address(
        "GOOGLE_AUTH_URL",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "Where people are sent to sign in.",
    ),
    address(
        "GOOGLE_TOKEN_URL",
        "https://oauth2.googleapis.com/token",
        "Where codes and refresh tokens are exchanged.",
    ),
    address(
        "GOOGLE_REVOKE_URL",
        "https://oauth2.googleapis.com/revoke",
        "Where a grant is ended.",
    ),
    address(
        "GOOGLE_JWKS_URL",
        "https://www.googleapis.com/oauth2/v3/certs",
        "The keys that sign id_tokens.",
    ),
    address(
        "GOOGLE_USERINFO_URL",
        "https://openidconnect.googleapis.com/v1/userinfo",
        "Who has signed in.",
    ),
    address(
        "GOOGLE_CALENDAR_URL",
        "https://www.googleapis.com/calendar/v3/",
        "The Calendar API, up to its version.",
    ),
    address(
        "SECRET_MANAGER_URL",
        "https://secretmanager.googleapis.com",
        "Secret Manager's API. Not used by this version yet.",
    ),
    address("SLACK_API_URL", "https://slack.com/api", "Slack's Web API."),
    address(
        "DISCORD_API_URL",
        "https://discord.com/api/v10",
        "Discord's API; the gateway is where its /gateway/bot says.",
    ),
];

const fn address(name: &'static str, default: &'static str, text: &'static str) -> Setting {
    Setting {
        name,
        group: Group::Addresses,
        need: Need::Default(default),
        form: URL,
        example: "http://127.0.0.1:4600/api",
        secret: false,
        text,
    }
}
