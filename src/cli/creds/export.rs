//! `chatcal creds export`: the sealed records in a file, for a move or a backup. The key is not in it.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{Desk, Several};
use crate::cli::Failed;
use crate::domain::admin::Exported;
use crate::domain::person::PersonId;

#[derive(ClapArgs)]
pub(super) struct Args {
    /// The file to make: JSON lines, readable by you alone
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    meant: Several,
}

pub(super) async fn run(args: Args, desk: &Desk) -> Result<(), Failed> {
    let path = args.file.display();
    // Made first, so that nothing is asked for in vain; never over another file.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&args.file)
        .map_err(|error| format!("{path}: {error}"))?;
    let exported = desk.app.export(&desk.by, args.meant.who, &path.to_string()).await;
    let Exported { lines, missing } = match exported {
        Ok(exported) => exported,
        Err(error) => {
            std::fs::remove_file(&args.file)?;
            return Err(error.into());
        }
    };
    for line in &lines {
        writeln!(file, "{}", serde_json::to_string(line)?)?;
    }
    file.sync_all()?;
    let them = match lines.len() {
        1 => "1 sealed record".to_owned(),
        some => format!("{some} sealed records"),
    };
    eprintln!("{them} in {path}, to be opened only under CHATCAL_KEY, which is not in it.");
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<_> = missing.iter().map(PersonId::as_str).collect();
    Err(format!(
        "Not in it, since no record of theirs can be used (chatcal creds inspect tells more): {}.",
        missing.join(", ")
    )
    .into())
}
