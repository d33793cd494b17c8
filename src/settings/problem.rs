//! What is wrong with the settings: collected, and told all at once.

use std::fmt;
use std::path::PathBuf;

use super::table;

/// One thing that has to be mended before anything can start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting's name, or the path of the settings file.
    pub name: String,
    pub fault: Fault,
}

/// What is wrong. Never holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Missing,
    /// In words that continue "NAME …".
    Malformed(String),
    /// `NAME` and `NAME_FILE` are both set in one place.
    GivenTwice,
    /// A file could not be used; in words that continue "the file PATH …".
    File {
        path: PathBuf,
        why: String,
    },
    /// Others on this machine can read a file that holds a secret.
    Exposed {
        path: PathBuf,
        mode: u32,
    },
    /// No setting has this name.
    Unknown {
        suggestion: Option<&'static str>,
    },
}

/// All that is wrong, never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "setting needs" } else { "settings need" };
        writeln!(f, "ChatCal did nothing: {count} {noun} your attention.")?;
        for problem in &self.0 {
            write!(f, "\n{problem}")?;
        }
        write!(f, "\nAll settings: chatcal serve --help")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.fault {
            Fault::Missing => writeln!(f, "  {name} is missing.")?,
            Fault::Malformed(why) => writeln!(f, "  {name} {why}.")?,
            Fault::GivenTwice => writeln!(f, "  {name} and {name}_FILE are both set: keep one of them.")?,
            Fault::File { path, why } => writeln!(f, "  {name}: the file {} {why}.", path.display())?,
            Fault::Exposed { path, mode } => writeln!(
                f,
                "  {name}: others on this machine can use the file {path} (its mode is {mode:04o}).\n      mend it:  chmod 600 {path}",
                path = path.display()
            )?,
            Fault::Unknown { suggestion } => match suggestion {
                Some(near) => writeln!(f, "  {name} is no setting. Did you mean {near}?")?,
                None => writeln!(f, "  {name} is no setting.")?,
            },
        }
        if matches!(self.fault, Fault::Missing | Fault::Malformed(_))
            && let Some(setting) = table::find(name)
        {
            writeln!(f, "      what:     {}", setting.text)?;
            writeln!(f, "      form:     {}", setting.form)?;
            writeln!(f, "      example:  {name}={}", setting.example)?;
        }
        Ok(())
    }
}
