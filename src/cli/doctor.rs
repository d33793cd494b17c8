//! `chatcal doctor`: looks at everything that the settings name, and says what mends what is wrong.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde_json::json;

use super::look::{Ink, Look, Table, piece};
use super::{Failed, log};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::service::{Finding, Grade, checkup};
use crate::settings::{self, Environment, Problems};

const AFTER: &str = "\
Probes are written to each credential tier and taken away again (one empty secret stays in Secret Manager); nothing else is changed. chatcal serve may be running.
Exit codes: 0 for fine, or nothing worse than warnings; 1 for broken (with --strict also for warnings); 2 for misused.";

#[derive(ClapArgs)]
#[command(after_help = AFTER)]
pub(super) struct Args {
    /// A TOML file with settings; what the environment says outranks it
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Count warnings as broken
    #[arg(long)]
    strict: bool,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args, env: &Environment) -> Result<(), Failed> {
    log::start(env.get("CHATCAL_LOG").unwrap_or("error"), env)?;
    let findings = match settings::load(env, args.config.as_deref()) {
        Ok(settings) => {
            let mut findings = vec![Finding::fine("settings", "complete")];
            findings.extend(checkup(&settings, Clock::system(), Entropy::system()).await);
            findings
        }
        Err(Problems(problems)) => problems.iter().map(of_settings).collect(),
    };
    let worst = findings
        .iter()
        .map(|finding| finding.grade)
        .max()
        .unwrap_or(Grade::Fine);
    if args.json {
        let text = serde_json::to_string_pretty(&json!({ "worst": worst, "findings": findings }))?;
        writeln!(io::stdout(), "{text}")?;
    } else {
        io::stdout().write_all(shown(&findings, Look::of(env)).as_bytes())?;
    }
    match worst {
        Grade::Broken => Err("Something is broken.".into()),
        Grade::Warning if args.strict => Err("There are warnings, and --strict counts them.".into()),
        Grade::Fine | Grade::Warning => Ok(()),
    }
}

fn of_settings(problem: &settings::Problem) -> Finding {
    let told = problem.to_string();
    let mut lines = told.lines().map(str::trim);
    let found = lines.next().unwrap_or_default();
    let rest: Vec<_> = lines.collect();
    Finding::broken("settings", found, rest.join("\n"))
}

fn shown(findings: &[Finding], look: Look) -> String {
    let mut table = Table::new(&["", "about", "finding"], &[]);
    for finding in findings {
        let (ink, mark) = match finding.grade {
            Grade::Fine => (Ink::Green, "ok"),
            Grade::Warning => (Ink::Yellow, "warning"),
            Grade::Broken => (Ink::Red, "BROKEN"),
        };
        table.row(
            vec![piece(ink, mark), piece(Ink::Bold, &finding.about)],
            vec![piece(Ink::Plain, &finding.found)],
        );
        for line in finding.mend.iter().flat_map(|mend| mend.lines()) {
            // What is told of a setting has labels of its own.
            let (label, text) = line.split_once(":  ").unwrap_or(("mend", line));
            table.row(
                vec![piece(Ink::Plain, ""), piece(Ink::Plain, "")],
                vec![piece(Ink::Dim, &format!("{label}: ")), piece(Ink::Plain, text.trim())],
            );
        }
    }
    look.table(&table)
}
