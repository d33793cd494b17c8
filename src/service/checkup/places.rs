//! Where things are kept: the state folder, the database, the key, the credential tiers.

use std::sync::Arc;

use super::{Finding, Stethoscope};
use crate::domain::person::PersonId;
use crate::seal::KeyRing;
use crate::service::folder::first_exposed;
use crate::service::key;
use crate::service::start::tiers;
use crate::settings::{Database, Fault, Problem};
use crate::sql::Db;
use crate::store::audit;
use crate::vault::{
    Deployment, Elsewhere, Put, Record, TestingLife, Tier, TierDown, Whose, check_key, elsewhere_of, other_clients,
    testing_life,
};

const SERVE: &str = "chatcal serve makes it at its first start";

impl Stethoscope<'_> {
    /// Addresses, as far as they can be judged from here.
    pub(super) fn site(&self) -> Vec<Finding> {
        let url = &self.settings.site.public_url;
        vec![if url.scheme() == "https" {
            Finding::fine("public address", url.as_str())
        } else {
            let mend = "set CHATCAL_PUBLIC_URL to an https:// address that people's browsers reach, unless the bot is for yourself";
            Finding::warning("public address", format!("{url} opens on this machine only"), mend)
        }]
    }

    pub(super) async fn places(&self) -> Vec<Finding> {
        let state = &self.settings.state;
        let mut findings = Vec::new();
        if let Database::File(path) = &state.database
            && !path.exists()
        {
            return vec![Finding::warning(
                "database",
                format!("{} is not there: nothing is kept yet", path.display()),
                SERVE,
            )];
        }
        if let Ok(Some(Problem { name, fault })) = first_exposed(state) {
            let mend = match &fault {
                Fault::Exposed { path, .. } => format!("chmod 600 {}", path.display()),
                _ => "its owner must be able to read it".to_owned(),
            };
            let found = format!("{name} can be read by others: chatcal serve does not start on it");
            findings.push(Finding::broken("state folder", found, mend));
        }
        let opened = match &state.database {
            Database::File(path) => Db::open_beside(path),
            Database::Postgres(url) => Db::connect_beside(url).await,
        };
        let db = match opened {
            Ok(db) => db,
            Err(error) => {
                let mend = "DATABASE_URL (or CHATCAL_STATE_DIR) must name the database that chatcal serve of this version uses";
                return vec![Finding::broken("database", error.to_string(), mend)];
            }
        };
        findings.push(Finding::fine("database", "opens, at the present schema"));
        findings.extend(project(&db).await);
        findings.extend(clients(&db, &self.settings.google.client_id).await);
        match self.keys(&db).await {
            Ok(keys) => {
                findings.push(Finding::fine(
                    "key",
                    format!("{} opens what is sealed here", keys.current()),
                ));
                findings.push(log(&db, &keys).await);
                findings.extend(self.tiers(&db, &keys).await);
            }
            Err(finding) => findings.push(finding),
        }
        findings
    }

    async fn keys(&self, db: &Db) -> Result<Arc<KeyRing>, Finding> {
        let mend = "set CHATCAL_KEY to the key that this database was made with";
        let key = key::at_once(&self.settings.state.key, &self.clock)
            .await
            .map_err(|why| {
                Finding::broken(
                    "key",
                    why.to_string(),
                    "CHATCAL_KEY must name a Secret Manager version that can be read",
                )
            })?;
        let keys =
            KeyRing::new(&[key], self.entropy.clone()).map_err(|why| Finding::broken("key", why.to_string(), mend))?;
        let keys = Arc::new(keys);
        match check_key(db, &keys).await {
            Ok(()) => Ok(keys),
            Err(why) => Err(Finding::broken("key", why.to_string(), mend)),
        }
    }

    async fn tiers(&self, db: &Db, keys: &Arc<KeyRing>) -> Vec<Finding> {
        let deployment = Deployment {
            db: db.clone(),
            keys: keys.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        };
        let tiers = match tiers(self.settings, &deployment) {
            Ok(tiers) => tiers,
            Err(why) => return vec![Finding::broken("tiers", why.to_string(), "mend what the message names")],
        };
        // Nobody's, and always the same one: of Secret Manager's secrets an empty one is left.
        let person = PersonId::console("doctor");
        let record = Record {
            version: self.clock.millis(),
            sealed: keys.seal("probe", b"probe"),
        };
        let mut findings = Vec::new();
        for tier in &tiers {
            findings.push(probed(tier.as_ref(), &person, &record).await);
        }
        let own = tiers.iter().map(|tier| tier.name()).collect();
        findings.extend(elsewhere(db, own).await);
        findings
    }
}

/// Tiers that a service of this database has, and these settings lack.
async fn elsewhere(db: &Db, own: Vec<&'static str>) -> Vec<Finding> {
    match db.read(move |tx| elsewhere_of(tx, &own)).await {
        Ok(found) => found.iter().map(lacking).collect(),
        Err(error) => vec![Finding::broken(
            "tiers",
            error.to_string(),
            "the database must be readable",
        )],
    }
}

fn lacking(found: &Elsewhere) -> Finding {
    let Elsewhere {
        tier,
        served_at,
        waiting,
    } = found;
    let setting = setting_of(tier);
    let served_at = served_at.format("%Y-%m-%d %H:%M");
    Finding::warning(
        &format!("tier {tier}"),
        format!("not set here; a service had it at {served_at} UTC, and {waiting} records wait for it"),
        format!(
            "set {setting} and CHATCAL_TIERS as chatcal serve has them. If the place was given up: restart every chatcal serve without it, and after an \
             hour nothing waits for it any more"
        ),
    )
}

/// Grants that were got with another client than the one that is set: they work with that one alone.
async fn clients(db: &Db, ours: &str) -> Vec<Finding> {
    let client = ours.to_owned();
    let found = match db.read(move |tx| other_clients(tx, &client)).await {
        Ok(found) => found,
        Err(error) => {
            return vec![Finding::broken(
                "grants",
                error.to_string(),
                "the database must be readable",
            )];
        }
    };
    let told = found.into_iter().map(|(client, count)| {
        Finding::broken(
            "grants",
            format!("{count} were got with the client {client}, and work with no other"),
            format!(
                "set GOOGLE_CLIENT_ID to {client}; if that client is gone for good, these people have to connect again"
            ),
        )
    });
    told.collect()
}

/// Whether grants have been ending as they do while Google's project is in "Testing".
async fn project(db: &Db) -> Option<Finding> {
    let about = "Google project";
    match db.read(testing_life).await {
        Ok(None) => None,
        Ok(Some(life)) => {
            let (count, last) = (life.people, life.last_at.format("%Y-%m-%d"));
            let found = format!("in Testing, it seems: {count} ended seven days after the consent, the last on {last}");
            Some(Finding::warning(about, found, TestingLife::REMEDY))
        }
        Err(error) => Some(Finding::broken(
            about,
            error.to_string(),
            "the database must be readable",
        )),
    }
}

async fn log(db: &Db, keys: &Arc<KeyRing>) -> Finding {
    let keys = keys.clone();
    let about = "audit log";
    match db.read(move |tx| audit::verify(tx, &keys)).await {
        Ok(Ok(whole)) => Finding::fine(about, format!("whole, {} entries", whole.entries)),
        Ok(Err(broken)) => {
            let mend = "somebody changed the database: compare it with a backup, and see who can write it";
            Finding::broken(about, broken.to_string(), mend)
        }
        Err(error) => Finding::broken(
            about,
            error.to_string(),
            "the database must be readable, under its own key",
        ),
    }
}

/// Writes, reads and deletes a probe, if the place is ours.
async fn probed(tier: &dyn Tier, person: &PersonId, record: &Record) -> Finding {
    let about = format!("tier {}", tier.name());
    if let Ok(Whose::Anothers(why)) = tier.whose().await {
        let mend = format!("set {} to a place of this deployment's own", setting_of(tier.name()));
        return Finding::broken(&about, why, mend);
    }
    let tried = async {
        let put = tier.put(person, record).await;
        let found = tier.get(person).await;
        // Whatever went wrong before, the probe goes.
        tier.remove(person, record).await?;
        let left = tier.get(person).await?;
        Ok::<_, TierDown>(put? == Put::Kept && found?.as_ref() == Some(record) && left.is_none())
    };
    match tried.await {
        Ok(true) => Finding::fine(&about, "keeps, gives back and deletes a probe"),
        Ok(false) => Finding::broken(&about, "does not give back what it was given", mend_of(tier.name(), "")),
        Err(TierDown(why)) => {
            let mend = mend_of(tier.name(), &why);
            Finding::broken(&about, why, mend)
        }
    }
}

/// The setting that names the place.
fn setting_of(tier: &str) -> &'static str {
    match tier {
        "redis" => "REDIS_URL",
        "secret-manager" => "GOOGLE_CLOUD_PROJECT",
        "database" => "DATABASE_URL",
        _ => "CHATCAL_STATE_DIR",
    }
}

/// What mends a tier that is down for this reason.
fn mend_of(tier: &str, why: &str) -> &'static str {
    match tier {
        "redis" => {
            "REDIS_URL must name a Redis that runs, the password in it be the right one, and with rediss:// its certificate be trusted here"
        }
        "secret-manager" if why.contains("quota") => {
            "wait a minute; if it stays, raise the quotas of Secret Manager in the Cloud console, “Quotas”"
        }
        "secret-manager" if why.contains("credentials") => {
            "this machine needs Google's application default credentials: a service account of its own, or GOOGLE_APPLICATION_CREDENTIALS"
        }
        "secret-manager" if why.starts_with("refused") || why.starts_with("the project") => {
            "GOOGLE_CLOUD_PROJECT must have the Secret Manager API enabled, and this program's account the role Secret Manager Admin"
        }
        "secret-manager" => {
            "this machine must reach SECRET_MANAGER_URL: look at its network, its DNS and its firewall, and else try again later"
        }
        "database" => "DATABASE_URL must name a database that can be written",
        _ => "the folder “grants” in CHATCAL_STATE_DIR must be writable by this user alone",
    }
}
