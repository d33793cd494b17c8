//! The use-cases beside a service that may be running: for an operator's command, which starts nothing and takes no lock.

use std::sync::Arc;

use super::key;
use super::start::{NotStarted, Workings};
use crate::app::App;
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::http::Http;
use crate::seal::KeyRing;
use crate::settings::{Database, Settings};
use crate::sql::Db;
use crate::vault::{Vault, check_key};

/// Opens what a service with these settings keeps.
///
/// # Errors
/// When it keeps nothing yet, the key is another one, or something can't be opened.
pub async fn beside(settings: &Settings, clock: Clock, entropy: Entropy) -> Result<App, NotStarted> {
    let (_, _, _, app) = open(settings, clock, entropy).await?;
    Ok(app)
}

/// The parts that the use-cases are put together from, with these.
pub(super) async fn open(
    settings: &Settings,
    clock: Clock,
    entropy: Entropy,
) -> Result<(Db, Arc<KeyRing>, Vault, App), NotStarted> {
    let db = match &settings.state.database {
        Database::File(path) => Db::open_beside(path)?,
        Database::Postgres(url) => Db::connect_beside(url).await?,
    };
    let key = key::at_once(&settings.state.key, &clock).await?;
    let keys = Arc::new(KeyRing::new(&[key], entropy.clone())?);
    check_key(&db, &keys).await?;
    let http = Http::new(clock.clone(), entropy.clone())?;
    let workings = Workings {
        db: db.clone(),
        clock,
        entropy,
        keys: keys.clone(),
        http,
        couriers: Vec::new(),
        sandbox: false,
    };
    let (vault, app) = workings.assemble(settings)?;
    Ok((db, keys, vault, app))
}
