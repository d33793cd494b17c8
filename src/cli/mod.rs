//! The commands: one file per group. Rank 5: imports everything below and `sandbox`.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 for done, 1 for failed, 2 for misused.

mod completions;
mod consent;
mod creds;
mod doctor;
mod key;
mod log;
mod look;
mod parse;
mod sandbox;
mod serve;
mod setup;

use std::ffi::OsString;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{CommandFactory, Parser, Subcommand};

use crate::clock::Clock;
use crate::http;
use crate::settings::Environment;

#[derive(Parser)]
#[command(
    name = "chatcal",
    version,
    about = "Book meetings on your own Google Calendar from Slack and Discord",
    after_help = "Try it without any account:  chatcal sandbox\nSet it up for real:          chatcal setup",
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve Slack and Discord until asked to stop; --help lists every setting
    Serve(serve::Args),
    /// Try it here and now: a conversation in this terminal, a stand-in for Google, no account
    Sandbox(sandbox::Args),
    /// Look at people's credentials, and mend them
    Creds(creds::Args),
    /// Check settings, stores, Google and the chat platforms, and say what mends what is wrong
    Doctor(doctor::Args),
    /// Make keys
    #[command(subcommand)]
    Key(key::Command),
    /// Show what is read in a text: when, with whom, what, where, and what is doubtful
    Parse(parse::Args),
    /// Print what a shell needs to complete these commands
    Completions(completions::Args),
    /// Print what to enter at Google, Slack and Discord, with a fresh key
    Setup(setup::Args),
}

/// Runs the program: `args` start with its own name.
pub fn run(args: impl IntoIterator<Item = OsString>, env: &Environment) -> ExitCode {
    // Every TLS client would panic without it, so this comes before anything else.
    http::install_crypto();
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
        Command::Serve(args) => serve::prepare(&args, env).and_then(|settings| block_on(serve::run(settings))),
        Command::Sandbox(args) => {
            log::start(env.get("CHATCAL_LOG").unwrap_or("error"), env).and_then(|()| block_on(sandbox::run(args, env)))
        }
        Command::Creds(args) => block_on(creds::run(args, env)),
        Command::Doctor(args) => block_on(doctor::run(args, env)),
        Command::Completions(args) => {
            completions::run(&args);
            Ok(())
        }
        Command::Key(command) => key::run(&command),
        Command::Parse(args) => parse::run(&args.said_at(Clock::system().now())),
        Command::Setup(args) => setup::run(&args, env),
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

/// A moment in the form of RFC 3339, as options tell it.
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => Ok(instant.to_utc()),
        Err(error) => Err(format!("{error}; write it like 2026-11-23T09:00:00+01:00")),
    }
}

fn block_on(work: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // Somebody may still be expected to type a line: that thread is not waited for.
    runtime.shutdown_background();
    done
}
