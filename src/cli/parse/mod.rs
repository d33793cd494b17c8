//! `chatcal parse`: what the reader makes of a text.

mod jsonl;

use std::io;

use clap::Args as Options;

use super::Failed;

#[derive(Options)]
pub(super) struct Args {
    /// Read {"text", "now", "tz"} objects, one a line, and write one reading a line
    #[arg(long, required = true)]
    jsonl: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failed> {
    if args.jsonl {
        jsonl::run(io::stdin().lock(), io::stdout().lock())?;
    }
    Ok(())
}
