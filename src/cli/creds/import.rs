//! `chatcal creds import`: takes sealed records in from a file, where they are newer than what is here.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{Desk, print_json};
use crate::cli::Failed;
use crate::domain::admin::{Imported, SealedLine};
use crate::domain::person::PersonId;

#[derive(ClapArgs)]
pub(super) struct Args {
    /// A file that `chatcal creds export` made
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Do it, instead of saying what would be done
    #[arg(long)]
    apply: bool,
}

pub(super) async fn run(args: &Args, desk: &Desk) -> Result<(), Failed> {
    let path = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file).map_err(|error| format!("{path}: {error}"))?;
    let lines = text.lines().enumerate().map(|(n, line)| {
        serde_json::from_str(line)
            .map_err(|_| format!("{path}, line {}: not a line that `chatcal creds export` makes", n + 1))
    });
    let lines: Vec<SealedLine> = lines.collect::<Result<_, _>>()?;
    let imported = desk.app.import(&desk.by, lines, &path, args.apply).await?;
    if desk.json {
        print_json(&imported)?;
    } else {
        io::stdout().write_all(shown(&imported).as_bytes())?;
    }
    match imported.refused.len() {
        0 => Ok(()),
        some => Err(format!("{some} records can't be used here.").into()),
    }
}

fn shown(imported: &Imported) -> String {
    let did = if imported.applied {
        "taken in"
    } else {
        "would be taken in"
    };
    let mut out = format!(
        "{} {did}, {} here already, {} older than what is here.\n",
        imported.taken.len(),
        imported.same,
        imported.older.len()
    );
    let mut named = |what: &str, person: &PersonId, why: &str| out.push_str(&format!("{what}  {person}{why}\n"));
    for person in &imported.taken {
        named(did, person, "");
    }
    for person in &imported.older {
        named("left out", person, "  something newer is here");
    }
    for (person, why) in &imported.refused {
        named("REFUSED", person, &format!("  {why}"));
    }
    if !imported.applied && !imported.taken.is_empty() {
        out.push_str("A dry run: nothing was changed. Add --apply to do it.\n");
    }
    out
}
