//! `chatcal creds`: people's credentials, looked at and mended, one file per command. It works beside a running `chatcal serve`, on
//! the same settings.
//!
//! Every command is noted in the audit log before it shows or does anything. What changes something says first what it would do.

mod clear;
mod cost;
mod disconnect;
mod export;
mod import;
mod inspect;
mod list;
mod refresh;
mod rotate;
mod verify;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use serde::Serialize;

use super::look::{Ink, Look, Piece, piece};
use super::{Failed, log};
use crate::app::App;
use crate::clock::Clock;
use crate::domain::admin::{Answer, Order, Who};
use crate::domain::words::credentials::{Phrase, Tone};
use crate::entropy::Entropy;
use crate::service;
use crate::settings::{self, Environment};

const AFTER: &str = "\
WHO is an e-mail address of a Google account, or an id: slack:T01:U7, discord:1234, U7. Where several people are meant, they are listed.
Settings are those of `chatcal serve`, which may be running. Times are UTC. Data goes to standard output, everything else to standard error.
Exit codes: 0 for done, 1 for not done or (verify) not well, 2 for misused.";

#[derive(ClapArgs)]
#[command(after_help = AFTER, after_long_help = AFTER)]
pub(super) struct Args {
    /// A TOML file with settings; what the environment says outranks it
    #[arg(long, value_name = "PATH", global = true)]
    config: Option<PathBuf>,
    /// Print JSON, for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Who is meant.
#[derive(ClapArgs)]
struct One {
    /// An e-mail address, or an id
    #[arg(value_name = "WHO", value_parser = Who::parse)]
    who: Who,
}

/// Who is meant, if not everybody.
#[derive(ClapArgs)]
struct Several {
    /// Only these people
    #[arg(value_name = "WHO", value_parser = Who::parse)]
    who: Option<Who>,
}

#[derive(Subcommand)]
enum Command {
    /// Who has connected an account, and how it stands with each
    List(Several),
    /// One person's credentials in every tier, and what to do about them
    Inspect(One),
    /// Open every record, of some people or of all, and then follow the audit log's chain too
    Verify(Several),
    /// Take away records that can't be used; a dry run without --apply
    Clear(clear::Args),
    /// End somebody's link, as they could; a dry run without --apply
    Disconnect(disconnect::Args),
    /// Get a new access token from Google now
    Refresh(One),
    /// Bring everything that is sealed under the first key of CHATCAL_KEY, while the bot goes on serving
    Rotate(rotate::Args),
    /// Write the sealed records to a file, for a move or a backup
    Export(export::Args),
    /// Take sealed records in from such a file, where they are newer; a dry run without --apply
    Import(import::Args),
    /// What keeping credentials costs in a month, from what was counted
    Cost,
}

/// What a command works with.
struct Desk {
    app: App,
    /// Who is noted in the audit log.
    by: String,
    look: Look,
    json: bool,
}

pub(super) async fn run(args: Args, env: &Environment) -> Result<(), Failed> {
    log::start(env.get("CHATCAL_LOG").unwrap_or("error"), env)?;
    let settings = settings::load(env, args.config.as_deref())?;
    let desk = Desk {
        app: service::beside(&settings, Clock::system(), Entropy::system()).await?,
        by: operator(env),
        look: Look::of(env),
        json: args.json,
    };
    match args.command {
        Command::List(meant) => desk.answer(Order::List { who: meant.who }, list::show).await,
        Command::Inspect(meant) => desk.answer(Order::Inspect { who: meant.who }, inspect::show).await,
        Command::Verify(meant) => desk.answer(Order::Verify { who: meant.who }, verify::show).await,
        Command::Clear(args) => desk.answer(args.order(), clear::show).await,
        Command::Disconnect(args) => desk.answer(args.order(), disconnect::show).await,
        Command::Export(args) => export::run(args, &desk).await,
        Command::Import(args) => import::run(&args, &desk).await,
        Command::Cost => desk.answer(Order::Cost, cost::show).await,
        Command::Refresh(meant) => desk.answer(Order::Refresh { who: meant.who }, refresh::show).await,
        Command::Rotate(args) => rotate::run(&args, &settings, &desk).await,
    }
}

impl Desk {
    /// Gives an order, and shows what came of it: as JSON, or in the words of its command.
    async fn answer(&self, order: Order, show: impl Fn(&Answer, Look) -> String) -> Result<(), Failed> {
        let answer = self.app.order(&self.by, order).await?;
        if self.json {
            print_json(&answer)?;
        } else {
            let text = match &answer {
                Answer::Several(found) => list::table(found, self.look),
                answer => show(answer, self.look),
            };
            io::stdout().write_all(text.as_bytes())?;
        }
        verdict(&answer)
    }
}

/// What is left to say on standard error, where an answer is no success.
fn verdict(answer: &Answer) -> Result<(), Failed> {
    match answer {
        Answer::Nobody { who } => Err(format!("Nobody is known as {who}.").into()),
        Answer::Several(_) => Err("Several people are meant: name one of them by the id.".into()),
        Answer::Verified(verified) => verify::verdict(verified),
        Answer::Refreshed(refreshed) => refresh::verdict(refreshed),
        Answer::Listed(_) | Answer::Inspected(_) | Answer::Cleared(_) | Answer::Disconnected(_) | Answer::Cost(_) => {
            Ok(())
        }
    }
}

fn print_json(value: &impl Serialize) -> Result<(), Failed> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// The name that the audit log gives to whoever sits at the terminal.
fn operator(env: &Environment) -> String {
    let name = ["SUDO_USER", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| env.get(name));
    format!("terminal:{}", name.unwrap_or("unknown"))
}

/// A phrase in its tone's colour.
fn inked(phrase: &Phrase) -> Vec<Piece> {
    let ink = match phrase.tone {
        Tone::Good => Ink::Green,
        Tone::Quiet => Ink::Plain,
        Tone::Bad => Ink::Red,
    };
    let mut pieces = vec![piece(ink, &phrase.word)];
    if !phrase.rest.is_empty() {
        pieces.push(piece(Ink::Plain, &format!("  {}", phrase.rest)));
    }
    pieces
}

/// A cell that may be empty.
fn cell(text: Option<impl ToString>) -> Piece {
    match text {
        Some(text) => piece(Ink::Plain, &text.to_string()),
        None => piece(Ink::Dim, "-"),
    }
}
