//! `chatcal parse`: what the reader makes of a text.

mod explain;
mod json;
mod jsonl;
pub(super) mod width;

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use clap::Args as Options;

use self::explain::Explanation;
use super::Failed;
use crate::zone::Zone;

#[derive(Options)]
#[command(after_help = "Example:  chatcal parse \"lunch with Ann friday at noon\" --zone Europe/Berlin")]
pub(super) struct Args {
    /// What somebody may write to the bot
    #[arg(value_name = "TEXT", required_unless_present = "jsonl", conflicts_with = "jsonl")]
    text: Vec<String>,
    /// When it is said, for example 2026-11-23T09:00:00+01:00 [default: the present]
    #[arg(long, value_name = "RFC3339", value_parser = super::instant, conflicts_with = "jsonl")]
    now: Option<DateTime<Utc>>,
    /// The time zone of whoever says it
    #[arg(long, value_name = "IANA", default_value = "UTC", value_parser = Zone::named, conflicts_with = "jsonl")]
    zone: Zone,
    /// Read {"text", "now", "tz"} objects, one a line, and write one reading a line
    #[arg(long)]
    jsonl: bool,
}

impl Args {
    /// The same, said at `now` unless they tell when.
    pub(super) fn said_at(self, now: DateTime<Utc>) -> Self {
        Self {
            now: self.now.or(Some(now)),
            ..self
        }
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failed> {
    if args.jsonl {
        jsonl::run(io::stdin().lock(), io::stdout().lock())?;
        return Ok(());
    }
    let now = args.now.ok_or("When is it said? Add --now.")?;
    let explanation = Explanation::of(&args.text.join(" "), now, &args.zone);
    write!(io::stdout().lock(), "{explanation}")?;
    Ok(())
}
