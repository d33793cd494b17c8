//! `chatcal key`: keys for `CHATCAL_KEY`.

use std::io::{self, IsTerminal, Write};

use clap::Subcommand;

use super::Failed;
use crate::entropy::Entropy;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Print a new key for CHATCAL_KEY: 32 random bytes in base64url
    New,
}

pub(super) fn run(command: &Command) -> Result<(), Failed> {
    match command {
        Command::New => {
            writeln!(io::stdout(), "{}", Entropy::system().token())?;
            if io::stdout().is_terminal() {
                eprintln!(
                    "Set CHATCAL_KEY to it, or save it in a file (chmod 600) and set CHATCAL_KEY_FILE to the file's path.\n\
                     Keep a copy in a safe place: without it everybody has to sign in again."
                );
            }
            Ok(())
        }
    }
}
