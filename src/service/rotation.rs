//! Bringing everything that is sealed under the first key of `CHATCAL_KEY`, beside a service that goes on serving.
//!
//! The service has both keys by then, so it opens what is under either and seals under the first. A rotation changes nothing but the
//! seals: it may be cut off anywhere and begun anew. Last of all, and only when no service has an old key in front any more, the
//! database's own key check changes hands; until then the service does not start without the old key. Access tokens that one replica leaves another in a lease's row are let be: they end within the hour.

use std::sync::Arc;

use super::behind::Behind;
use super::start::NotStarted;
use super::{beside, gateway};
use crate::app::sign_in::secrets_context;
use crate::app::{handle_context, ways_context};
use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::seal::{KeyId, KeyRing, Tally};
use crate::settings::Settings;
use crate::sql::{self, About, Db, Other};
use crate::store::audit;
use crate::store::sealed::{self, Column, Page, Spot};
use crate::vault::{Counted, Vault, aside_context, grant_context, pending_context, renew_key_check};

/// How often everything is gone through while others go on writing.
const PASSES: usize = 5;

/// What each column is sealed together with, of the row's name and its version.
type Context = fn(&str, i64) -> String;
const COLUMNS: [(Column, Context); 9] = [
    (sealed::LETTER_WAYS, |person, _| ways_context(person)),
    (sealed::LETTER_HANDLES, |person, _| handle_context(person)),
    (sealed::ACTS, |person, _| ways_context(person)),
    (sealed::CONVERSATIONS, |person, _| ways_context(person)),
    (sealed::SIGN_IN_SECRETS, |id, _| secrets_context(id)),
    (sealed::SIGN_IN_GRANTS, |id, _| pending_context(id)),
    (sealed::GATEWAY, |application, _| gateway::context(application)),
    (sealed::GRANT_JOURNAL, grant_context),
    (sealed::GRANT_QUARANTINE, aside_context),
];

/// Everything that a service with these settings keeps sealed.
pub struct Rotation {
    db: Db,
    clock: Clock,
    keys: Arc<KeyRing>,
    vault: Vault,
    others: Behind,
}

/// What was found where, and what that means for the old keys.
#[derive(Clone, Debug)]
pub struct Report {
    pub current: KeyId,
    pub places: Vec<Counted>,
    /// Services that run with another key in front.
    pub behind: Vec<About>,
}

impl Report {
    pub fn all(&self) -> Tally {
        let mut all = Tally::default();
        self.places.iter().for_each(|place| all.add(&place.tally));
        all
    }

    /// Everything was looked at, nothing needs another key than the first, and nobody seals under one.
    pub fn is_clean(&self) -> bool {
        self.behind.is_empty()
            && self.places.iter().all(|place| place.down.is_none())
            && self.all().others(self.current) == 0
    }
}

impl Rotation {
    /// Opens what a service with these settings keeps, which may be running.
    ///
    /// # Errors
    /// When it can't be opened, or the key is another one.
    pub async fn open(settings: &Settings, clock: Clock, entropy: Entropy) -> Result<Self, NotStarted> {
        let (db, keys, vault, _) = beside::open(settings, clock.clone(), entropy).await?;
        let others = Behind {
            db: db.clone(),
            clock: clock.clone(),
            state: settings.state.clone(),
            key: keys.current().to_string(),
        };
        Ok(Self {
            db,
            clock,
            keys,
            vault,
            others,
        })
    }

    /// Notes in the audit log what is about to be done.
    ///
    /// # Errors
    /// When it can't be noted: then it must not be done.
    pub async fn note(&self, who: &str, what: &'static str) -> Result<(), sql::Error> {
        let (keys, at, who) = (self.keys.clone(), self.clock.now(), who.to_owned());
        self.db
            .write(move |tx| {
                let detail = format!("key {}", keys.current());
                let entry = audit::Entry {
                    at,
                    who: &who,
                    what,
                    detail: &detail,
                };
                audit::note(tx, &keys, entry)
            })
            .await
    }

    /// Counts everything by its key, and changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check(&self) -> Result<Report, sql::Error> {
        Ok(self.look().await?.0)
    }

    /// Brings everything under the first key, and says what a check finds afterwards. Nothing is sealed anew while somebody has another
    /// key in front: they may lack the first one, and could read nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotate(&self) -> Result<Report, sql::Error> {
        let behind = self.others.wait().await?.behind;
        if !behind.is_empty() {
            return self.count(behind).await;
        }
        self.pass(true).await?;
        let (mut report, mut gone) = self.look().await?;
        for _ in 1..PASSES {
            if report.is_clean() {
                report.behind = self.finish(gone).await?;
                return Ok(report);
            }
            if !report.behind.is_empty() {
                break;
            }
            // Others went on writing: what they had begun under the old key came in behind us.
            self.pass(true).await?;
            (report, gone) = self.look().await?;
        }
        Ok(report)
    }

    /// A check, and those whose rows are left though they are gone. Who is behind is looked at first: what they wrote is counted.
    async fn look(&self) -> Result<(Report, Vec<Other>), sql::Error> {
        let found = self.others.wait().await?;
        Ok((self.count(found.behind).await?, found.gone))
    }

    async fn count(&self, behind: Vec<Other>) -> Result<Report, sql::Error> {
        Ok(Report {
            current: self.keys.current(),
            places: self.pass(false).await?,
            behind: abouts(behind),
        })
    }

    /// Lets the old keys go, unless somebody has come meanwhile who has one in front.
    async fn finish(&self, gone: Vec<Other>) -> Result<Vec<About>, sql::Error> {
        let keys = self.keys.clone();
        let behind = self.db.write(move |tx| {
            let behind = Behind::besides(tx, &keys.current().to_string(), &gone)?;
            if behind.is_empty() {
                audit::renew_key(tx, &keys)?;
                renew_key_check(tx, &keys)?;
            }
            Ok::<_, sql::Error>(behind)
        });
        Ok(abouts(behind.await?))
    }

    async fn pass(&self, renew: bool) -> Result<Vec<Counted>, sql::Error> {
        let mut places = Vec::new();
        // Rows before tiers: it is from rows that tiers get what is new.
        for (column, context) in COLUMNS {
            places.push(Counted {
                place: column.name.to_owned(),
                tally: self.column(column, context, renew).await?,
                down: None,
            });
        }
        places.extend(self.vault.reseal(renew).await?);
        Ok(places)
    }

    async fn column(&self, column: Column, context: Context, renew: bool) -> Result<Tally, sql::Error> {
        let (mut tally, mut after) = (Tally::default(), Some(Spot::default()));
        while let Some(from) = after {
            let keys = self.keys.clone();
            let page = move |tx: &mut sql::Tx<'_>| sealed::page(tx, &column, &from, &keys, renew, context);
            let Page { tally: found, next } = match renew {
                true => self.db.write(page).await?,
                false => self.db.read(page).await?,
            };
            tally.add(&found);
            after = next;
        }
        Ok(tally)
    }
}

fn abouts(others: Vec<Other>) -> Vec<About> {
    others.into_iter().map(|other| other.about).collect()
}
