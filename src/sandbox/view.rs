//! What people see of a bot on the stand-ins for chat platforms.

use std::fmt;

/// One thing that the bot showed: a new message or an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What stands there to be read.
    pub text: String,
    /// The labels, left to right.
    pub buttons: Vec<String>,
    /// Shown in a channel, to one person alone.
    pub ephemeral: bool,
    pub edited: bool,
    /// It made no sound.
    pub silent: bool,
    /// What notifications and screen readers say, as it was sent.
    pub fallback: String,
    /// The message that it answers in a thread, where the platform has such.
    pub thread: Option<String>,
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ephemeral {
            f.write_str("(only you) ")?;
        }
        if self.edited {
            f.write_str("(edited) ")?;
        }
        f.write_str(&self.text)?;
        if !self.buttons.is_empty() {
            f.write_str("\n")?;
        }
        for (at, label) in self.buttons.iter().enumerate() {
            write!(f, "{}[{label}]", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// Nothing they can see has such a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotThere {
    pub label: String,
}

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no [{}] to press", self.label)
    }
}

impl std::error::Error for NotThere {}
