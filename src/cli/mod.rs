//! The commands: one file per group. Rank 5: imports everything below and `sandbox`.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 for done, 1 for failed, 2 for misused.

mod key;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::settings::Environment;

#[derive(Parser)]
#[command(
    name = "chatcal",
    version,
    about = "Book meetings on your own Google Calendar from Slack and Discord",
    after_help = "Try it without any account:  chatcal sandbox\nSet it up for real:         chatcal setup",
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make keys
    #[command(subcommand)]
    Key(key::Command),
}

/// Runs the program: `args` start with its own name.
pub fn run(args: impl IntoIterator<Item = OsString>, _: &Environment) -> ExitCode {
    // Every TLS client would panic without a default provider, so this comes before anything else.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed before");
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help and version go to standard output, misuse to standard error.
            let code = u8::try_from(answer.exit_code()).unwrap_or(2);
            return match answer.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) => ExitCode::FAILURE,
            };
        }
    };
    let done = match cli.command {
        Command::Key(command) => key::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The whole command line as data: the tidy test checks the documents against it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Why a command failed, in words for the person at the terminal.
type Failed = Box<dyn std::error::Error>;
