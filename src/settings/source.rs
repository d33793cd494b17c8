//! Where raw values come from: the environment, an optional TOML file, and files that hold one secret each.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::problem::{Fault, Problem};
use super::table::{self, SETTINGS, Setting};

/// The process's environment as a value, so that tests need no process of their own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The real one. For `main` alone. What is not UTF-8 is left out: no setting of ours can be meant.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable's value; an empty one counts as not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// The raw values, by the names of their settings, and what is wrong with where they came from.
#[derive(Default)]
pub(super) struct Raw {
    values: BTreeMap<&'static str, String>,
    /// Named in a problem already: must not be reported as missing on top.
    spoiled: BTreeSet<&'static str>,
    pub problems: Vec<Problem>,
}

impl Raw {
    /// Gathers from `env`, then, for what is not there, from the settings file: `config`, or what `CHATCAL_CONFIG` names.
    pub fn gather(env: &Environment, config: Option<&Path>) -> Self {
        let mut raw = Self::default();
        let config = config
            .map(Path::to_path_buf)
            .or_else(|| env.get("CHATCAL_CONFIG").map(PathBuf::from));
        let file = config.as_deref().map(|path| raw.read_toml(path)).unwrap_or_default();
        // Secret files that a settings file names stand beside it, unless it says otherwise.
        let beside = config
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""))
            .to_path_buf();
        for setting in SETTINGS {
            if !raw.take(setting, env, Path::new("")) {
                raw.take(setting, &file, &beside);
            }
        }
        raw
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn is_spoiled(&self, name: &str) -> bool {
        self.spoiled.contains(name)
    }

    /// Takes one setting from one source. False where the source says nothing about it.
    fn take(&mut self, setting: &'static Setting, source: &Environment, base: &Path) -> bool {
        let inline = source.get(setting.name);
        let in_file = if setting.secret {
            source.get(&file_name(setting.name))
        } else {
            None
        };
        match (inline, in_file) {
            (None, None) => return false,
            (Some(value), None) => {
                self.values.insert(setting.name, value.to_owned());
            }
            (None, Some(path)) => match read_secret(&base.join(path)) {
                Ok(value) => {
                    self.values.insert(setting.name, value);
                }
                Err(fault) => self.spoil(setting.name, fault),
            },
            (Some(_), Some(_)) => self.spoil(setting.name, Fault::GivenTwice),
        }
        true
    }

    fn spoil(&mut self, name: &'static str, fault: Fault) {
        self.spoiled.insert(name);
        self.problems.push(Problem {
            name: name.to_owned(),
            fault,
        });
    }

    /// The settings file, in the environment's form. What is wrong with it is noted, and the rest is used.
    fn read_toml(&mut self, path: &Path) -> Environment {
        let mut found = Environment::default();
        match toml_entries(path) {
            Ok(entries) => {
                for (name, value) in entries {
                    match checked(&name, value) {
                        Ok(value) => {
                            found.0.insert(name, value);
                        }
                        Err(fault) => self.problems.push(Problem { name, fault }),
                    }
                }
            }
            Err(fault) => self.note(path, fault),
        }
        let holds_secret = SETTINGS
            .iter()
            .any(|setting| setting.secret && found.get(setting.name).is_some());
        if holds_secret && let Err(fault) = refuse_exposed(path) {
            self.note(path, fault);
        }
        found
    }

    fn note(&mut self, path: &Path, fault: Fault) {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        self.problems.push(Problem { name, fault });
    }
}

fn file_name(name: &str) -> String {
    format!("{name}_FILE")
}

fn toml_entries(path: &Path) -> Result<toml::Table, Fault> {
    let fault = |why: String| Fault::File {
        path: path.to_path_buf(),
        why,
    };
    let text = std::fs::read_to_string(path).map_err(|error| fault(unreadable(&error)))?;
    text.parse::<toml::Table>().map_err(|error| {
        // The error's own text quotes the line, which may hold a secret: only its place and its reason are told.
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        fault(format!(
            "is not TOML (line {line}: {})",
            error.message().replace('\n', ", ")
        ))
    })
}

/// A settings file's entry as text, if there is such a setting.
fn checked(name: &str, value: toml::Value) -> Result<String, Fault> {
    let secret_file = name
        .strip_suffix("_FILE")
        .and_then(table::find)
        .is_some_and(|setting| setting.secret);
    if name == "CHATCAL_CONFIG" {
        return Err(Fault::Malformed(
            "names the settings file, and can't stand inside one".to_owned(),
        ));
    }
    if !secret_file && table::find(name).is_none() {
        return Err(Fault::Unknown {
            suggestion: nearest(name),
        });
    }
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        _ => Err(Fault::Malformed(
            "must be a string or a whole number in a settings file".to_owned(),
        )),
    }
}

/// A file that holds one secret: readable by its owner (or a group) alone, on one line.
fn read_secret(path: &Path) -> Result<String, Fault> {
    let fault = |why: String| Fault::File {
        path: path.to_path_buf(),
        why,
    };
    let text = std::fs::read_to_string(path).map_err(|error| fault(unreadable(&error)))?;
    refuse_exposed(path)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(fault("is empty".to_owned()));
    }
    Ok(text.to_owned())
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        io::ErrorKind::InvalidData => "is not text".to_owned(),
        _ => format!("can't be read ({error})"),
    }
}

/// Refuses a file that others may read, or that more than its owner may write. A group may read: that is how container
/// platforms hand secrets to a service that is not root.
///
/// # Errors
/// [`Fault::Exposed`], or [`Fault::File`] when there is no such file.
pub fn refuse_exposed(path: &Path) -> Result<(), Fault> {
    let mode = std::fs::metadata(path)
        .map_err(|error| Fault::File {
            path: path.to_path_buf(),
            why: unreadable(&error),
        })?
        .permissions()
        .mode()
        & 0o777;
    if mode & 0o027 == 0 {
        Ok(())
    } else {
        Err(Fault::Exposed {
            path: path.to_path_buf(),
            mode,
        })
    }
}

/// The setting whose name is a slip away.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase().replace('-', "_");
    SETTINGS
        .iter()
        .map(|setting| (distance(&name, setting.name), setting.name))
        .min()
        .filter(|(distance, near)| *distance <= near.len() / 3)
        .map(|(_, near)| near)
}

/// The number of single-letter edits between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (above + 1).min(row[j] + 1).min(corner + usize::from(x != y));
            corner = above;
        }
    }
    row[b.len()]
}
