//! `chatcal serve`: the bot for real workspaces, until it is asked to stop.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use tokio::net::TcpListener;

use super::{Failed, log};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::service::{Start, StopSignal};
use crate::settings::{self, Environment, Settings, table};

#[derive(ClapArgs)]
#[command(after_long_help = table::help())]
pub(super) struct Args {
    /// A TOML file with settings; what the environment says outranks it
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
}

/// The checked settings; logging starts with them.
pub(super) fn prepare(args: &Args, env: &Environment) -> Result<Settings, Failed> {
    let settings = settings::load(env, args.config.as_deref())?;
    log::start(&settings.site.log, env)?;
    Ok(settings)
}

pub(super) async fn run(settings: Settings) -> Result<(), Failed> {
    let mut stop = StopSignal::listen()?;
    let address = settings.site.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("{address} can't be listened on: {error}.\nSet another CHATCAL_LISTEN."))?;
    let start = Start {
        settings,
        listener,
        clock: Clock::system(),
        entropy: Entropy::system(),
        couriers: Vec::new(),
        sandbox: false,
    };
    let running = tokio::select! {
        running = start.run() => running?,
        // Whatever it was still waiting for, nothing has been taken in yet.
        () = stop.received() => return Ok(()),
    };
    stop.received().await;
    tracing::info!("asked to stop: finishing what is under way");
    running.stop().await;
    Ok(())
}
