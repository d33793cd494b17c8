//! What a service has left behind: a database, a folder of grants and a Redis, and an operator's commands beside it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use chatcal::clock::Clock;
use chatcal::domain::account::GoogleAccount;
use chatcal::domain::person::PersonId;
use chatcal::entropy::Entropy;
use chatcal::google::oauth::CALENDAR_SCOPE;
use chatcal::seal::KeyRing;
use chatcal::sql::{self, Db};
use chatcal::store::{audit, people};
use chatcal::vault::{Door, Folder, NewGrant, NotRefreshed, Parts, Redis, Tier, Vault, check_key};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use rusqlite::Connection;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::cloud::{Cloud, PROJECT};
use crate::redis_server::RedisServer;
use crate::vault::until;

pub const CLIENT: &str = "1234.apps.googleusercontent.com";

/// A token's text that must never be shown.
pub const CANARY: &str = "1//canary-of-a-refresh-token";

pub struct Office {
    pub dir: TempDir,
    pub redis: RedisServer,
    pub key: SecretString,
    /// Where Google's token endpoint is; nobody is there, unless a test says so.
    pub token_url: String,
    /// Where Secret Manager is, if it keeps grants too.
    pub cloud: Option<Cloud>,
    /// The refresh tokens that Google was asked with.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Office {
    /// Of a service that nobody has connected to yet.
    pub async fn open() -> Self {
        let office = Self {
            dir: tempfile::tempdir().unwrap(),
            redis: RedisServer::start().await,
            key: KeyRing::make_key(&Entropy::seeded(1)),
            token_url: "http://127.0.0.1:9/token".to_owned(),
            cloud: None,
            asked: Arc::default(),
        };
        let db = Db::open(&office.database()).unwrap();
        check_key(&db, &office.keys()).await.unwrap();
        office
    }

    pub fn database(&self) -> PathBuf {
        self.dir.path().join("chatcal.db")
    }

    pub fn file(&self) -> Arc<Folder> {
        Arc::new(Folder::open(&self.dir.path().join("grants")).unwrap())
    }

    pub fn shared(&self) -> Arc<Redis> {
        Arc::new(Redis::open(&self.redis.url()).unwrap())
    }

    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::new(std::slice::from_ref(&self.key), Entropy::seeded(2)).unwrap())
    }

    pub fn vault(&self, db: &Db, clock: Clock, client: &str, tiers: Vec<Arc<dyn Tier>>) -> Vault {
        let asked = self.asked.clone();
        Vault::open(Parts {
            db: db.clone(),
            clock,
            entropy: Entropy::seeded(3),
            keys: self.keys(),
            tiers,
            door: Door {
                client_id: client.to_owned(),
                scopes: vec![CALENDAR_SCOPE.to_owned()],
                // No real door lets a test credential in.
                sandbox: client == "test_client",
            },
            refresh: Arc::new(move |token| {
                asked.lock().unwrap().push(token.expose_secret().to_owned());
                let what = "nobody refreshes here".to_owned();
                async move { Err(NotRefreshed::Misconfigured { what }) }.boxed()
            }),
        })
        .unwrap()
    }

    /// Somebody connects through a service with these tiers, at that moment, under that client's id.
    pub async fn connects(
        &self,
        db: &Db,
        person: &PersonId,
        at: DateTime<Utc>,
        client: &str,
        tiers: Vec<Arc<dyn Tier>>,
    ) {
        let vault = self.vault(db, Clock::manual(at), client, tiers);
        let (adopting, who, handle) = (vault.clone(), person.clone(), person.user().to_lowercase());
        let (keys, grant) = (self.keys(), grant_of(&handle, client));
        let version = db.write(move |tx| {
            people::meet(tx, &who, &handle, "Acme", at)?;
            let entry = audit::Entry {
                at,
                who: who.as_str(),
                what: "connected",
                detail: "",
            };
            audit::note(tx, &keys, entry)?;
            adopting
                .adopt(tx, &who, grant)
                .map_err(|error| sql::Error::Failed(error.to_string()))
        });
        vault.adopted(person, version.await.unwrap());
        delivers(vault).await;
    }

    /// The service runs until every tier has what it is owed.
    pub async fn serves(&self) {
        let db = Db::open(&self.database()).unwrap();
        delivers(self.vault(&db, Clock::system(), CLIENT, vec![self.shared(), self.file()])).await;
    }

    /// Ana's grant is good in the database and in Redis, while in the folder lies a test credential, stored before that.
    pub async fn with_poison() -> Self {
        let office = Self::open().await;
        let elsewhere = tempfile::tempdir().unwrap();
        let other = Db::open(&elsewhere.path().join("a.db")).unwrap();
        office
            .connects(&other, &ana(), day(2), "test_client", vec![office.file()])
            .await;
        let db = Db::open(&office.database()).unwrap();
        office
            .connects(&db, &ana(), day(20), CLIENT, vec![office.shared()])
            .await;
        office
    }

    /// Somebody whose grant is as it should be.
    pub async fn with(&self, person: &PersonId) {
        let db = Db::open(&self.database()).unwrap();
        self.connects(&db, person, day(20), CLIENT, vec![self.shared(), self.file()])
            .await;
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chatcal"));
        command
            .args(arguments)
            .env_clear()
            .current_dir(self.dir.path())
            .env("USER", "olga")
            .env("CHATCAL_PUBLIC_URL", "http://127.0.0.1:8080")
            .env("CHATCAL_STATE_DIR", self.dir.path())
            .env("CHATCAL_KEY", self.key.expose_secret())
            .env("REDIS_URL", self.redis.url().expose_secret())
            .env("GOOGLE_CLIENT_ID", CLIENT)
            .env("GOOGLE_CLIENT_SECRET", "secret")
            .env("GOOGLE_TOKEN_URL", &self.token_url)
            .env("SLACK_BOT_TOKEN", "xoxb-1")
            .env("SLACK_SIGNING_SECRET", "secret")
            .env("SLACK_API_URL", "http://127.0.0.1:9/api")
            .stdin(Stdio::null());
        if let Some(cloud) = &self.cloud {
            command
                .env("GOOGLE_CLOUD_PROJECT", PROJECT)
                .env("SECRET_MANAGER_URL", cloud.service.url());
        }
        command
    }

    /// `chatcal creds …`, to its end.
    pub fn creds(&self, arguments: &[&str]) -> Said {
        let all: Vec<_> = [&["creds"], arguments].concat();
        Said::of(self.command(&all).output().unwrap())
    }

    /// What the audit log holds: who, what, detail.
    pub fn audit(&self) -> Vec<(String, String, String)> {
        let db = Connection::open(self.database()).unwrap();
        let mut rows = db.prepare("SELECT who, what, detail FROM audit ORDER BY seq").unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    pub fn sql(&self, statements: &str) {
        Connection::open(self.database())
            .unwrap()
            .execute_batch(statements)
            .unwrap();
    }
}

fn grant_of(handle: &str, client: &str) -> NewGrant {
    NewGrant {
        account: GoogleAccount {
            sub: format!("sub-{handle}"),
            email: format!("{handle}@example.org"),
        },
        refresh_token: SecretString::from(format!("{CANARY}-of-{client}")),
        scopes: vec!["openid".to_owned(), CALENDAR_SCOPE.to_owned()],
        client_id: client.to_owned(),
    }
}

async fn delivers(vault: Vault) {
    let (working, stop) = (vault.clone(), CancellationToken::new());
    let _work = AbortOnDropHandle::new(tokio::spawn(async move { working.run_journal(stop).await }));
    until(|| async { vault.health().await.unwrap().iter().all(|tier| tier.waiting == 0) }).await;
}

/// How a command ended.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn of(output: Output) -> Self {
        let said = Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!said.out.contains("canary") && !said.err.contains("canary"), "{said:?}");
        said
    }
}

pub fn ana() -> PersonId {
    PersonId::slack("T01", "UANA")
}

pub fn bo() -> PersonId {
    PersonId::discord(42)
}

/// That day of November 2026.
pub fn day(day: u32) -> DateTime<Utc> {
    format!("2026-11-{day:02}T08:02:00Z").parse().unwrap()
}
