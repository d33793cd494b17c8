//! A machine with a vault on it: what the tests start, lose, break and mend.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatcal::args;
use chatcal::clock::Clock;
use chatcal::domain::account::GoogleAccount;
use chatcal::domain::person::PersonId;
use chatcal::entropy::Entropy;
use chatcal::seal::{KeyId, KeyRing};
use chatcal::settings::Database;
use chatcal::sql::{self, Db};
use chatcal::vault::{
    AccessToken, Door, Ended, Folder, Fresh, NewGrant, NoAccess, NotAdopted, NotRefreshed, Parts, Record, Redis, Tier,
    Vault,
};
use chrono::{DateTime, TimeDelta};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::engine::{self, Engine};
use crate::postgres_server::PostgresDatabase;
use crate::redis_server::RedisServer;

pub const HOUR: Duration = Duration::from_secs(3600);

/// Google's token endpoint: answers what the script says, else a token that names the refresh token that it was made from.
#[derive(Clone)]
pub struct Google(Arc<Script>);

struct Script {
    calls: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<Result<Fresh, NotRefreshed>>>,
    /// Refresh tokens that Google has ended.
    ended: Mutex<Vec<String>>,
    gate: Semaphore,
    /// Calls that are answered one by one, when the test says so.
    waiting: Mutex<VecDeque<oneshot::Receiver<Result<Fresh, NotRefreshed>>>>,
}

impl Google {
    pub fn new() -> Self {
        Self(Arc::new(Script {
            calls: Mutex::default(),
            answers: Mutex::default(),
            ended: Mutex::default(),
            gate: Semaphore::new(1_000_000),
            waiting: Mutex::default(),
        }))
    }

    /// The refresh tokens that were sent here so far.
    pub fn calls(&self) -> Vec<String> {
        self.0.calls.lock().unwrap().clone()
    }

    pub fn will_say(&self, answer: Result<Fresh, NotRefreshed>) {
        self.0.answers.lock().unwrap().push_back(answer);
    }

    pub fn end(&self, refresh_token: &str) {
        self.0.ended.lock().unwrap().push(refresh_token.to_owned());
    }

    /// Holds every answer back until the returned value is dropped.
    pub async fn hold(&self) -> impl Drop + '_ {
        self.0.gate.acquire_many(1_000_000).await.unwrap()
    }

    /// The next call waits for its answer until this sends one.
    pub fn next_waits(&self) -> oneshot::Sender<Result<Fresh, NotRefreshed>> {
        let (answer, waiting) = oneshot::channel();
        self.0.waiting.lock().unwrap().push_back(waiting);
        answer
    }

    pub async fn asked(&self, times: usize) {
        until(|| async { self.calls().len() >= times }).await;
    }

    async fn answer(self, refresh_token: SecretString) -> Result<Fresh, NotRefreshed> {
        let sent = refresh_token.expose_secret().to_owned();
        let nth = {
            let mut calls = self.0.calls.lock().unwrap();
            calls.push(sent.clone());
            calls.len()
        };
        let waiting = self.0.waiting.lock().unwrap().pop_front();
        if let Some(answer) = waiting {
            return answer.await.expect("the test answers");
        }
        let _pass = self.0.gate.acquire().await.unwrap();
        if let Some(answer) = self.0.answers.lock().unwrap().pop_front() {
            return answer;
        }
        if self.0.ended.lock().unwrap().contains(&sent) {
            return Err(NotRefreshed::Revoked {
                reason: "Token has been expired or revoked.".to_owned(),
            });
        }
        Ok(fresh(&format!("{sent} #{nth}"), None))
    }
}

pub fn fresh(token: &str, rotated: Option<&str>) -> Fresh {
    Fresh {
        access_token: SecretString::from(token),
        expires_in: HOUR,
        refresh_token: rotated.map(SecretString::from),
    }
}

pub fn passing() -> NotRefreshed {
    NotRefreshed::Unreachable {
        what: "503".to_owned(),
        retry_after: None,
    }
}

/// A machine: its state folder, its Redis, and the Google that it talks to.
pub struct Machine {
    pub dir: TempDir,
    pub redis: RedisServer,
    pub google: Google,
    pub clock: Clock,
    pub key: SecretString,
    pub database: Database,
    /// The OAuth client of its settings.
    pub client_id: String,
    pub sandbox: bool,
}

/// What was on a machine's disk and in its database at some time.
pub struct Backup {
    dir: TempDir,
    database: Database,
}

/// A record that was set aside, with what explains it.
#[derive(Debug, PartialEq)]
pub struct Aside {
    pub person: String,
    pub tier: String,
    pub version: i64,
    pub rule: String,
    pub reason: String,
    pub key: Option<KeyId>,
    /// The version of the person's row by now.
    pub known: Option<i64>,
}

/// The service on that machine; dropping it is `kill -9`.
pub struct Service {
    pub vault: Vault,
    pub db: Db,
    pub file: Arc<Folder>,
    pub shared: Arc<Redis>,
    clock: Clock,
    _journal: Option<AbortOnDropHandle<()>>,
}

impl Machine {
    pub async fn new(engine: Engine) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            database: engine.database(dir.path()).await,
            dir,
            redis: RedisServer::start().await,
            google: Google::new(),
            clock: Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap()),
            key: KeyRing::make_key(&Entropy::seeded(1)),
            client_id: "ours".to_owned(),
            sandbox: false,
        }
    }

    /// Another one with the same key, whose clock stands elsewhere.
    pub async fn with_clock(other: &Self, ahead: Duration) -> Self {
        let machine = Self::new(Engine::Sqlite).await;
        let at = other.clock.now() + TimeDelta::from_std(ahead).unwrap();
        Self {
            clock: Clock::manual(at),
            key: other.key.clone(),
            ..machine
        }
    }

    pub fn with_key(mut self, seed: u64) -> Self {
        self.key = KeyRing::make_key(&Entropy::seeded(seed));
        self
    }

    /// Ana's record as this machine seals it.
    pub async fn sealed(&self, grant: NewGrant) -> Record {
        let service = self.start().await;
        service.adopt(&ana(), grant).await.unwrap();
        service.agreed().await;
        service.file.get(&ana()).await.unwrap().unwrap()
    }

    /// One on which Ana has consented, with the service running and the version of her grant.
    pub async fn with_ana(engine: Engine) -> (Self, Service, i64) {
        let machine = Self::new(engine).await;
        let service = machine.start().await;
        let version = service.adopt(&ana(), grant("r1")).await.unwrap();
        (machine, service, version)
    }

    pub fn grants(&self) -> PathBuf {
        self.dir.path().join("grants")
    }

    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::new(std::slice::from_ref(&self.key), Entropy::seeded(2)).unwrap())
    }

    /// The ring of another key.
    pub fn clone_with(&self, key: &SecretString) -> KeyRing {
        KeyRing::new(std::slice::from_ref(key), Entropy::seeded(2)).unwrap()
    }

    pub async fn start(&self) -> Service {
        self.start_behind(&self.redis.url(), Vec::new()).await
    }

    /// With Redis at another address, and more tiers before it.
    pub async fn start_behind(&self, redis: &SecretString, before: Vec<Arc<dyn Tier>>) -> Service {
        let shared = Arc::new(Redis::open(redis).unwrap());
        let mut tiers = before;
        tiers.push(shared.clone());
        let (service, work) = self.assemble(shared, tiers).await;
        service.with(work)
    }

    /// A service that is not told of Redis.
    pub async fn start_without_redis(&self) -> Service {
        let shared = Arc::new(Redis::open(&self.redis.url()).unwrap());
        let (service, work) = self.assemble(shared, Vec::new()).await;
        service.with(work)
    }

    /// An operator's shell beside the service, which runs nothing and is not told of Redis.
    pub async fn shell_without_redis(&self) -> Service {
        let shared = Arc::new(Redis::open(&self.redis.url()).unwrap());
        self.assemble(shared, Vec::new()).await.0
    }

    /// The parts of a service with these tiers and the folder, and its work.
    async fn assemble(&self, shared: Arc<Redis>, mut tiers: Vec<Arc<dyn Tier>>) -> (Service, BoxFuture<'static, ()>) {
        let db = engine::open(&self.database).await;
        let file = Arc::new(Folder::open(&self.grants()).unwrap());
        tiers.push(file.clone());
        let google = self.google.clone();
        let vault = Vault::open(Parts {
            db: db.clone(),
            clock: self.clock.clone(),
            entropy: Entropy::seeded(3),
            keys: self.keys(),
            tiers,
            door: Door {
                client_id: self.client_id.clone(),
                sandbox: self.sandbox,
                ..door()
            },
            refresh: Arc::new(move |token| google.clone().answer(token).boxed()),
        })
        .unwrap();
        let working = vault.clone();
        let work = async move { working.run_journal(CancellationToken::new()).await }.boxed();
        let service = Service {
            vault,
            db,
            file,
            shared,
            clock: self.clock.clone(),
            _journal: None,
        };
        (service, work)
    }

    /// The database is lost; what lies in the folder stays.
    pub async fn lose_database(&self) {
        if let Some(database) = PostgresDatabase::of(&self.database) {
            database.lose().await;
        }
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::remove_file(path).unwrap();
            }
        }
    }

    /// Keeps a copy of everything but Redis, while no service runs.
    pub async fn back_up(&self) -> Backup {
        let dir = tempfile::tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        let database = match PostgresDatabase::of(&self.database) {
            Some(database) => Database::Postgres(database.copy().await.secret()),
            None => self.database.clone(),
        };
        Backup { dir, database }
    }

    /// Puts a copy in the place of everything but Redis.
    pub async fn put_back(&mut self, backup: Backup) {
        self.lose_database().await;
        self.lose_folder();
        copy(backup.dir.path(), self.dir.path());
        self.database = backup.database;
    }

    pub fn lose_folder(&self) {
        fs::remove_dir_all(self.grants()).unwrap();
    }

    /// Puts a file where the folder was, so that nothing can be read or written there.
    pub fn break_folder(&self) {
        fs::rename(self.grants(), self.dir.path().join("aside")).unwrap();
        fs::write(self.grants(), "no folder").unwrap();
    }

    pub fn mend_folder(&self) {
        fs::remove_file(self.grants()).unwrap();
        fs::rename(self.dir.path().join("aside"), self.grants()).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            fs::set_permissions(&target, fs::Permissions::from_mode(0o700)).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Service {
    fn with(self, work: BoxFuture<'static, ()>) -> Self {
        Self {
            _journal: Some(AbortOnDropHandle::new(tokio::spawn(work))),
            ..self
        }
    }

    pub async fn adopt(&self, person: &PersonId, grant: NewGrant) -> Result<i64, NotAdopted> {
        let (vault, who) = (self.vault.clone(), person.clone());
        let version = self.db.write(move |tx| vault.adopt(tx, &who, grant)).await?;
        self.vault.adopted(person, version);
        Ok(version)
    }

    pub async fn end(&self, person: &PersonId) -> Option<Ended> {
        let (vault, who) = (self.vault.clone(), person.clone());
        let ended = self.db.write(move |tx| vault.end(tx, &who)).await.unwrap();
        if let Some(ended) = &ended {
            self.vault.adopted(person, ended.version);
        }
        ended
    }

    pub async fn linked(&self, person: &PersonId) -> Option<i64> {
        let (vault, who) = (self.vault.clone(), person.clone());
        let linked = self.db.read(move |tx| vault.linked(tx, &who)).await.unwrap();
        linked.map(|linked| linked.version)
    }

    pub async fn access(&self, person: &PersonId) -> Result<AccessToken, NoAccess> {
        self.vault.access(person).await
    }

    /// The text of the token that the person gets.
    pub async fn token(&self, person: &PersonId) -> String {
        text(&self.access(person).await.unwrap()).to_owned()
    }

    /// Why the person gets none.
    pub async fn refusal(&self, person: &PersonId) -> NoAccess {
        self.access(person).await.unwrap_err()
    }

    /// Waits until Redis has the access token, for the next process.
    pub async fn left_for_others(&self) {
        until(|| async { self.shared.access(&ana()).await.unwrap().is_some() }).await;
    }

    /// How many tiers are known to be down.
    pub async fn down(&self) -> usize {
        let tiers = self.vault.health().await.unwrap();
        tiers.iter().filter(|tier| tier.down.is_some()).count()
    }

    /// A thousand callers at once.
    pub async fn crowd(&self, person: &PersonId) -> Vec<Result<AccessToken, NoAccess>> {
        let mut callers = JoinSet::new();
        for _ in 0..1000 {
            let (vault, person) = (self.vault.clone(), person.clone());
            callers.spawn(async move { vault.access(&person).await });
        }
        callers.join_all().await
    }

    /// Waits until the database knows everybody whom the tiers hold.
    pub async fn acquainted(&self) {
        until(|| async {
            self.clock.advance(Duration::from_millis(500));
            let sql = "SELECT COUNT(*) FROM facts WHERE name LIKE 'credential tier known: %'";
            let known = self
                .db
                .read(move |tx| tx.row(sql, args![], |row| row.get::<i64>(0)))
                .await;
            known.unwrap() == Some(self.vault.health().await.unwrap().len() as i64)
        })
        .await;
    }

    /// Waits until no tier is owed anything, while the calendar's time goes by.
    pub async fn agreed(&self) {
        until(|| async {
            self.clock.advance(Duration::from_millis(500));
            self.vault.health().await.unwrap().iter().all(|tier| tier.waiting == 0)
        })
        .await;
    }

    pub async fn versions(&self, person: &PersonId) -> [Option<i64>; 2] {
        let redis = self.shared.get(person).await.unwrap().map(|record| record.version);
        let file = self.file.get(person).await.unwrap().map(|record| record.version);
        [redis, file]
    }

    pub async fn forget_quarantine(&self) {
        let done = self
            .db
            .write(|tx| tx.execute("DELETE FROM grant_quarantine", args![]))
            .await;
        done.unwrap();
    }

    pub async fn quarantined(&self) -> Vec<Aside> {
        self.db
            .read(|tx| {
                tx.rows(
                    "SELECT q.person, q.tier, q.version, q.rule, q.reason, q.sealed, g.version FROM grant_quarantine q \
                     LEFT JOIN grants g ON g.person = q.person ORDER BY q.tier",
                    args![],
                    |row| {
                        Ok::<_, sql::Error>(Aside {
                            person: row.get(0)?,
                            tier: row.get(1)?,
                            version: row.get(2)?,
                            rule: row.get(3)?,
                            reason: row.get(4)?,
                            key: KeyRing::key_of(&row.get::<Vec<u8>>(5)?).ok(),
                            known: row.get(6)?,
                        })
                    },
                )
            })
            .await
            .unwrap()
    }
}

pub async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let patience = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), patience)
        .await
        .expect("it never came true");
}

pub fn door() -> Door {
    Door {
        client_id: "ours".to_owned(),
        scopes: vec!["calendar".to_owned()],
        sandbox: false,
    }
}

pub fn ana() -> PersonId {
    PersonId::slack("T1", "U1")
}

pub fn bo() -> PersonId {
    PersonId::discord(7)
}

pub fn grant(refresh_token: &str) -> NewGrant {
    NewGrant {
        account: GoogleAccount {
            sub: "sub-1".to_owned(),
            email: "ana@example.org".to_owned(),
        },
        refresh_token: SecretString::from(refresh_token),
        scopes: vec!["openid".to_owned(), "calendar".to_owned()],
        client_id: "ours".to_owned(),
    }
}

pub fn text(token: &AccessToken) -> &str {
    token.token().expose_secret()
}
