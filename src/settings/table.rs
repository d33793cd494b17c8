//! All settings as data: what `chatcal serve --help` prints, what the README's table is checked against, and where the loader
//! takes its defaults from.

use std::fmt::Write;

pub use super::list::SETTINGS;

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
