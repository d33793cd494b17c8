//! Logs: to standard error; for people at a terminal, as JSON lines elsewhere.

use std::io::{self, IsTerminal};

use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::Failed;
use crate::settings::Environment;

/// Starts logging what `directives` let through (`info,chatcal=debug`).
///
/// # Errors
/// When they are no directives.
pub(super) fn start(directives: &str, env: &Environment) -> Result<(), Failed> {
    let filter = EnvFilter::try_new(directives).map_err(|error| format!("CHATCAL_LOG is {directives:?}: {error}"))?;
    // Below info, libraries log headers and bodies, and with them tokens: that is never let through.
    let quiet = filter_fn(|meta| *meta.level() <= Level::INFO || meta.target().starts_with(env!("CARGO_PKG_NAME")));
    let terminal = io::stderr().is_terminal();
    let colour = terminal && env.get("NO_COLOR").is_none();
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(colour);
    let lines = if terminal {
        lines.with_target(false).boxed()
    } else {
        lines.json().flatten_event(true).boxed()
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(quiet))
        .with(filter)
        .try_init()?;
    Ok(())
}
