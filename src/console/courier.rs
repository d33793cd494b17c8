//! Letters onto the terminal, and the prompt that they must not run into.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::look::Look;
use crate::domain::letter::{Parcel, Way};
use crate::domain::person::{PersonId, Platform};
use crate::domain::ports::{Courier, Profile, Receipt, Traces, Undelivered};

/// The terminal, cheap to clone.
#[derive(Clone)]
pub struct Console {
    look: Look,
    screen: Arc<Mutex<Screen>>,
}

struct Screen {
    out: Box<dyn Write + Send>,
    /// The cursor stands behind a prompt: a letter takes that line, and the prompt comes back under it.
    prompted: bool,
}

impl Console {
    /// A console that writes to `out`.
    pub fn new(look: Look, out: Box<dyn Write + Send>) -> Self {
        Self {
            look,
            screen: Arc::new(Mutex::new(Screen { out, prompted: false })),
        }
    }

    /// The one road to the person at this terminal.
    pub(super) fn way() -> Way {
        Way {
            address: Platform::Console.as_str().to_owned(),
            expires_at: None,
        }
    }

    /// Writes a remark of the program itself.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn remark(&self, text: &str) -> io::Result<()> {
        self.say(&self.look.remark(text))
    }

    /// Shows the prompt.
    pub(super) fn prompt(&self) -> io::Result<()> {
        let mut screen = self.screen();
        screen.prompted = true;
        write!(screen.out, "{}", self.look.prompt())?;
        screen.out.flush()
    }

    /// The person has ended their line: the prompt is used up.
    pub(super) fn entered(&self) {
        self.screen().prompted = false;
    }

    /// Shows what was read from a pipe, where nobody typed it.
    pub(super) fn echo(&self, line: &str) -> io::Result<()> {
        self.say(&format!("{}{line}\n", self.look.prompt()))
    }

    fn say(&self, text: &str) -> io::Result<()> {
        let mut screen = self.screen();
        if screen.prompted {
            // Back to the line's start, and erase it: what was half typed stays in the terminal's own buffer.
            write!(screen.out, "\r\x1b[K{text}{}", self.look.prompt())?;
        } else {
            write!(screen.out, "{text}")?;
        }
        screen.out.flush()
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Courier for Console {
    fn platform(&self) -> Platform {
        Platform::Console
    }

    async fn post(&self, _: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        self.say(&self.look.letter(&parcel.message))
            .map_err(|error| Undelivered::Refused(error.to_string()))?;
        Ok(Receipt::Delivered { handle: None })
    }

    async fn find(&self, _: &Way, _: &Parcel) -> Result<Traces, Undelivered> {
        Ok(Traces::Hidden)
    }

    async fn edit(&self, _: &str, _: &Parcel) -> Result<Receipt, Undelivered> {
        Err(Undelivered::WayClosed(
            "what stands on a terminal stays there".to_owned(),
        ))
    }

    async fn profile(&self, _: &PersonId) -> Result<Profile, Undelivered> {
        Ok(Profile::default())
    }
}
