//! The vault as its callers see it, on a real database, a real folder and a real Redis; only Google is a script.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatcal::args;
use chatcal::clock::Clock;
use chatcal::domain::account::GoogleAccount;
use chatcal::domain::person::PersonId;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::sql::{self, Db};
use chatcal::vault::{
    AccessToken, Door, Ended, Folder, Fresh, KeyTrouble, NewAccess, NewGrant, NoAccess, NotAdopted, NotRefreshed,
    Parts, Record, Redis, Refused, Tier, Vault, check_key,
};
use chrono::{DateTime, TimeDelta};
use futures_util::FutureExt;
use futures_util::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::redis_server::RedisServer;

const HOUR: Duration = Duration::from_secs(3600);

/// Google's token endpoint: answers what the script says, else a token that names the refresh token that it was made from.
#[derive(Clone)]
struct Google(Arc<Script>);

struct Script {
    calls: Mutex<Vec<String>>,
    answers: Mutex<VecDeque<Result<Fresh, NotRefreshed>>>,
    /// Refresh tokens that Google has ended.
    ended: Mutex<Vec<String>>,
    gate: Semaphore,
}

impl Google {
    fn new() -> Self {
        Self(Arc::new(Script {
            calls: Mutex::default(),
            answers: Mutex::default(),
            ended: Mutex::default(),
            gate: Semaphore::new(1_000_000),
        }))
    }

    /// The refresh tokens that were sent here so far.
    fn calls(&self) -> Vec<String> {
        self.0.calls.lock().unwrap().clone()
    }

    fn will_say(&self, answer: Result<Fresh, NotRefreshed>) {
        self.0.answers.lock().unwrap().push_back(answer);
    }

    fn end(&self, refresh_token: &str) {
        self.0.ended.lock().unwrap().push(refresh_token.to_owned());
    }

    /// Holds every answer back until the returned value is dropped.
    async fn hold(&self) -> impl Drop + '_ {
        self.0.gate.acquire_many(1_000_000).await.unwrap()
    }

    async fn asked(&self, times: usize) {
        until(|| async { self.calls().len() >= times }).await;
    }

    async fn answer(self, refresh_token: SecretString) -> Result<Fresh, NotRefreshed> {
        let sent = refresh_token.expose_secret().to_owned();
        let nth = {
            let mut calls = self.0.calls.lock().unwrap();
            calls.push(sent.clone());
            calls.len()
        };
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

fn fresh(token: &str, rotated: Option<&str>) -> Fresh {
    Fresh {
        access_token: SecretString::from(token),
        expires_in: HOUR,
        refresh_token: rotated.map(SecretString::from),
    }
}

fn passing() -> NotRefreshed {
    NotRefreshed::Unreachable {
        what: "503".to_owned(),
        retry_after: None,
    }
}

/// A machine: its state folder, its Redis, and the Google that it talks to.
struct Machine {
    dir: TempDir,
    redis: RedisServer,
    google: Google,
    clock: Clock,
    key: SecretString,
}

/// The service on that machine; dropping it is `kill -9`.
struct Service {
    vault: Vault,
    db: Db,
    file: Arc<Folder>,
    shared: Arc<Redis>,
    clock: Clock,
    _journal: AbortOnDropHandle<()>,
}

impl Machine {
    async fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            redis: RedisServer::start().await,
            google: Google::new(),
            clock: Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap()),
            key: KeyRing::make_key(&Entropy::seeded(1)),
        }
    }

    fn grants(&self) -> PathBuf {
        self.dir.path().join("grants")
    }

    fn keys(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::new(std::slice::from_ref(&self.key), Entropy::seeded(2)).unwrap())
    }

    fn start(&self) -> Service {
        let db = Db::open(&self.dir.path().join("chatcal.db")).unwrap();
        let file = Arc::new(Folder::open(&self.grants()).unwrap());
        let shared = Arc::new(Redis::open(&self.redis.url()).unwrap());
        let google = self.google.clone();
        let vault = Vault::open(Parts {
            db: db.clone(),
            clock: self.clock.clone(),
            entropy: Entropy::seeded(3),
            keys: self.keys(),
            tiers: vec![shared.clone(), file.clone()],
            door: door(),
            refresh: Arc::new(move |token| google.clone().answer(token).boxed()),
        })
        .unwrap();
        let working = vault.clone();
        let journal = tokio::spawn(async move { working.run_journal(CancellationToken::new()).await });
        Service {
            vault,
            db,
            file,
            shared,
            clock: self.clock.clone(),
            _journal: AbortOnDropHandle::new(journal),
        }
    }

    /// The disk with the database is lost; what lies in the folder stays.
    fn lose_database(&self) {
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::remove_file(path).unwrap();
            }
        }
    }

    fn lose_folder(&self) {
        fs::remove_dir_all(self.grants()).unwrap();
    }

    /// Puts a file where the folder was, so that nothing can be read or written there.
    fn break_folder(&self) {
        fs::rename(self.grants(), self.dir.path().join("aside")).unwrap();
        fs::write(self.grants(), "no folder").unwrap();
    }

    fn mend_folder(&self) {
        fs::remove_file(self.grants()).unwrap();
        fs::rename(self.dir.path().join("aside"), self.grants()).unwrap();
    }
}

impl Service {
    async fn adopt(&self, person: &PersonId, grant: NewGrant) -> Result<i64, NotAdopted> {
        let (vault, who) = (self.vault.clone(), person.clone());
        let version = self.db.write(move |tx| vault.adopt(tx, &who, grant)).await?;
        self.vault.adopted(person, version);
        Ok(version)
    }

    async fn end(&self, person: &PersonId) -> Option<Ended> {
        let (vault, who) = (self.vault.clone(), person.clone());
        let ended = self.db.write(move |tx| vault.end(tx, &who)).await.unwrap();
        if let Some(ended) = &ended {
            self.vault.adopted(person, ended.version);
        }
        ended
    }

    async fn linked(&self, person: &PersonId) -> Option<i64> {
        let (vault, who) = (self.vault.clone(), person.clone());
        let linked = self.db.read(move |tx| vault.linked(tx, &who)).await.unwrap();
        linked.map(|linked| linked.version)
    }

    async fn access(&self, person: &PersonId) -> Result<AccessToken, NoAccess> {
        self.vault.access(person).await
    }

    /// A thousand callers at once.
    async fn crowd(&self, person: &PersonId) -> Vec<Result<AccessToken, NoAccess>> {
        let mut callers = JoinSet::new();
        for _ in 0..1000 {
            let (vault, person) = (self.vault.clone(), person.clone());
            callers.spawn(async move { vault.access(&person).await });
        }
        callers.join_all().await
    }

    /// Waits until the database knows everybody whom the tiers hold.
    async fn acquainted(&self) {
        until(|| async {
            self.clock.advance(Duration::from_millis(500));
            let sql = "SELECT COUNT(*) FROM facts WHERE name LIKE 'credential tier known: %'";
            let known = self
                .db
                .read(move |tx| tx.row(sql, args![], |row| row.get::<i64>(0)))
                .await;
            known.unwrap() == Some(2)
        })
        .await;
    }

    /// Waits until no tier is owed anything, while the calendar's time goes by.
    async fn agreed(&self) {
        until(|| async {
            self.clock.advance(Duration::from_millis(500));
            self.vault.health().await.unwrap().iter().all(|tier| tier.waiting == 0)
        })
        .await;
    }

    async fn versions(&self, person: &PersonId) -> [Option<i64>; 2] {
        let redis = self.shared.get(person).await.unwrap().map(|record| record.version);
        let file = self.file.get(person).await.unwrap().map(|record| record.version);
        [redis, file]
    }

    async fn quarantined(&self) -> Vec<(String, String)> {
        self.db
            .read(|tx| {
                tx.rows(
                    "SELECT tier, reason FROM grant_quarantine ORDER BY tier",
                    args![],
                    |row| Ok::<_, sql::Error>((row.get(0)?, row.get(1)?)),
                )
            })
            .await
            .unwrap()
    }
}

async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    let patience = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), patience)
        .await
        .expect("it never came true");
}

fn door() -> Door {
    Door {
        client_id: "ours".to_owned(),
        scopes: vec!["calendar".to_owned()],
        sandbox: false,
    }
}

fn ana() -> PersonId {
    PersonId::slack("T1", "U1")
}

fn bo() -> PersonId {
    PersonId::discord(7)
}

fn grant(refresh_token: &str) -> NewGrant {
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

fn text(token: &AccessToken) -> &str {
    token.token().expose_secret()
}

#[tokio::test]
async fn a_token_that_came_with_a_grant_serves_everybody_until_the_grant_changes() {
    let machine = Machine::new().await;
    let service = machine.start();
    let first = service.adopt(&ana(), grant("r1")).await.unwrap();
    let came = |text: &str| NewAccess {
        token: SecretString::from(text),
        expires_at: machine.clock.now() + TimeDelta::hours(1),
    };
    service.vault.hand_over(&ana(), first, came("a1"));
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "a1");
    // The next process, or another one, finds it as well.
    until(|| async { service.shared.access(&ana()).await.unwrap().is_some() }).await;
    drop(service);
    let service = machine.start();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "a1");
    assert!(machine.google.calls().is_empty());
    let second = service.adopt(&ana(), grant("r2")).await.unwrap();
    service.vault.hand_over(&ana(), first, came("late"));
    assert_eq!(service.access(&ana()).await.unwrap().version(), second);
    assert_eq!(machine.google.calls(), ["r2"], "one that comes late is of no use");
}

#[tokio::test(flavor = "multi_thread")]
async fn t01_a_thousand_callers_cause_one_call_and_later_ones_none() {
    let machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    for token in service.crowd(&ana()).await {
        assert_eq!(text(&token.unwrap()), "r1 #1");
    }
    assert_eq!(machine.google.calls().len(), 1);

    machine.clock.advance(HOUR);
    for token in service.crowd(&ana()).await {
        assert_eq!(text(&token.unwrap()), "r1 #2");
    }
    assert_eq!(machine.google.calls().len(), 2);
    assert_eq!(
        service.linked(&ana()).await,
        Some(service.access(&ana()).await.unwrap().version())
    );
}

#[tokio::test]
async fn t01_an_aging_token_is_handed_out_while_one_renewal_runs() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    service.access(&ana()).await.unwrap();
    machine.clock.advance(Duration::from_secs(56 * 60));

    let held = machine.google.hold().await;
    for token in service.crowd(&ana()).await {
        assert_eq!(text(&token.unwrap()), "r1 #1", "nobody waits");
    }
    drop(held);
    until(|| async { text(&service.access(&ana()).await.unwrap()) == "r1 #2" }).await;
    assert_eq!(machine.google.calls().len(), 2);
    assert_eq!(
        service.linked(&ana()).await,
        Some(version),
        "a normal refresh changes no version"
    );
}

#[tokio::test]
async fn t01_a_replica_takes_over_the_token_that_another_left_in_redis() {
    let machine = Machine::new().await;
    let first = machine.start();
    first.adopt(&ana(), grant("r1")).await.unwrap();
    first.access(&ana()).await.unwrap();
    until(|| async { first.shared.access(&ana()).await.unwrap().is_some() }).await;
    drop(first);

    let second = machine.start();
    assert_eq!(text(&second.access(&ana()).await.unwrap()), "r1 #1");
    assert_eq!(machine.google.calls().len(), 1);
}

#[tokio::test]
async fn a_rotated_refresh_token_is_kept_although_its_caller_has_gone() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    machine.google.will_say(Ok(fresh("a1", Some("r2"))));
    let held = machine.google.hold().await;
    {
        let ana = ana();
        let caller = service.access(&ana);
        tokio::select! {
            _ = caller => panic!("Google holds its answer back"),
            () = machine.google.asked(1) => {}
        }
    }
    drop(held);
    until(|| async { service.linked(&ana()).await.unwrap() > version }).await;
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "a1");
    service.agreed().await;
    let newest = service.linked(&ana()).await;
    assert_eq!(service.versions(&ana()).await, [newest, newest]);

    drop(service);
    machine.clock.advance(HOUR);
    assert_eq!(text(&machine.start().access(&ana()).await.unwrap()), "r2 #2");
}

#[tokio::test]
async fn a_refresh_that_is_overtaken_by_a_disconnect_or_a_new_consent_leaves_nothing_behind() {
    let machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    for rotated in [None, Some("late")] {
        let before = machine.google.calls().len();
        machine.google.will_say(Ok(fresh("of the past", rotated)));
        let held = machine.google.hold().await;
        let (vault, person) = (service.vault.clone(), ana());
        let caller = tokio::spawn(async move { vault.access(&person).await });
        machine.google.asked(before + 1).await;
        if rotated.is_none() {
            service.adopt(&ana(), grant("r2")).await.unwrap();
            drop(held);
            assert!(text(&caller.await.unwrap().unwrap()).starts_with("r2"));
        } else {
            service.end(&ana()).await.unwrap();
            drop(held);
            assert_eq!(caller.await.unwrap().err(), Some(NoAccess::NotConnected));
            assert_eq!(service.access(&ana()).await.err(), Some(NoAccess::NotConnected));
        }
        machine.clock.advance(HOUR);
    }
}

#[tokio::test]
async fn a_refused_token_forces_one_refresh_and_no_storm() {
    let machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    let first = service.access(&ana()).await.unwrap();
    until(|| async { service.shared.access(&ana()).await.unwrap().is_some() }).await;

    let ana = ana();
    let refused = (0..100).map(|_| service.vault.access_rejected(&ana, &first));
    for token in join_all(refused).await {
        assert_eq!(
            text(&token.unwrap()),
            "r1 #2",
            "the refused one must not come back from Redis"
        );
    }
    let second = service.access(&ana).await.unwrap();
    let again = service.vault.access_rejected(&ana, &second).await;
    assert!(matches!(again, Err(NoAccess::Unreachable { .. })), "{again:?}");
    assert_eq!(machine.google.calls().len(), 2);
}

#[tokio::test]
async fn t03_an_old_copy_that_google_refuses_gives_way_to_a_newer_stored_one() {
    let machine = Machine::new().await;
    let service = machine.start();
    let old = service.adopt(&ana(), grant("old")).await.unwrap();
    service.agreed().await;
    let old_record = service.shared.get(&ana()).await.unwrap().unwrap();
    drop(service);
    let backup = tempfile::tempdir().unwrap();
    copy(machine.dir.path(), backup.path());

    let service = machine.start();
    machine.clock.advance(HOUR);
    let new = service.adopt(&ana(), grant("new")).await.unwrap();
    service.agreed().await;
    let new_record = service.shared.get(&ana()).await.unwrap().unwrap();
    service.shared.remove(&ana(), &new_record).await.unwrap();
    service.shared.put(&ana(), &old_record).await.unwrap();
    drop(service);

    // The backup is put back: the database and the file are from before the newer consent. Redis learns of it only later.
    machine.lose_database();
    machine.lose_folder();
    copy(backup.path(), machine.dir.path());
    let service = machine.start();
    service.access(&ana()).await.unwrap();
    assert_eq!(service.linked(&ana()).await, Some(old));
    service.shared.put(&ana(), &new_record).await.unwrap();

    machine.google.end("old");
    machine.clock.advance(HOUR);
    assert!(text(&service.access(&ana()).await.unwrap()).starts_with("new"));
    assert_eq!(machine.google.calls(), ["old", "old", "new"]);
    assert_eq!(service.linked(&ana()).await, Some(new));
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(new), Some(new)]);
}

#[tokio::test]
async fn t03_while_a_tier_is_silent_a_refusal_stays_open() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    machine.redis.stop();
    machine.google.end("r1");
    let told = service.access(&ana()).await;
    assert!(matches!(told, Err(NoAccess::Unreachable { .. })), "{told:?}");
    machine.redis.start_again().await;
    machine.clock.advance(Duration::from_secs(30));
    let told = service.access(&ana()).await;
    assert!(matches!(told, Err(NoAccess::Revoked { .. })), "{told:?}");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
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

#[tokio::test(flavor = "multi_thread")]
async fn t03_a_grant_that_google_ended_costs_one_call_until_the_next_consent() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    machine.google.end("r1");
    for _ in 0..2 {
        for answer in service.crowd(&ana()).await {
            assert!(matches!(answer, Err(NoAccess::Revoked { .. })), "{answer:?}");
        }
    }
    assert_eq!(machine.google.calls().len(), 1);
    assert_eq!(service.linked(&ana()).await, Some(version), "the account stays known");
    assert!(service.vault.refresh_token_for_revoke(&ana()).await.unwrap().is_none());
    drop(service);

    let service = machine.start();
    assert!(matches!(service.access(&ana()).await, Err(NoAccess::Revoked { .. })));
    assert_eq!(machine.google.calls().len(), 1, "also after a restart");
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r2 #2");
}

#[tokio::test]
async fn t04_trouble_at_google_is_never_a_reason_to_sign_in_and_is_not_hammered() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    for trouble in [
        passing(),
        NotRefreshed::Misconfigured {
            what: "invalid_client".into(),
        },
        NotRefreshed::Policy {
            what: "admin_policy_enforced".into(),
        },
    ] {
        machine.google.will_say(Err(trouble));
    }
    let mut told = Vec::new();
    for calls in 1..=3 {
        for _ in 0..50 {
            told.push(service.access(&ana()).await.unwrap_err());
        }
        assert_eq!(machine.google.calls().len(), calls, "one call, then a pause");
        machine.clock.advance(Duration::from_secs(30));
    }
    told.dedup();
    assert!(
        matches!(
            &told[..],
            [
                NoAccess::Unreachable { .. },
                NoAccess::Misconfigured { .. },
                NoAccess::Policy { .. }
            ]
        ),
        "{told:?}"
    );
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r1 #4");
    assert_eq!(service.linked(&ana()).await, Some(version));

    // Google may ask for more patience than we would have had.
    machine.clock.advance(HOUR);
    machine.google.will_say(Err(NotRefreshed::Unreachable {
        what: "429".into(),
        retry_after: Some(Duration::from_secs(120)),
    }));
    service.access(&ana()).await.unwrap_err();
    machine.clock.advance(Duration::from_secs(119));
    service.access(&ana()).await.unwrap_err();
    assert_eq!(machine.google.calls().len(), 5);
    machine.clock.advance(Duration::from_secs(1));
    service.access(&ana()).await.unwrap();
}

#[tokio::test]
async fn t05_a_consent_while_every_tier_is_down_survives_kill_9_and_reaches_them_all() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    machine.redis.stop();
    machine.break_folder();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r1 #1");
    until(|| async {
        service
            .vault
            .health()
            .await
            .unwrap()
            .iter()
            .all(|tier| tier.down.is_some())
    })
    .await;
    drop(service);

    machine.mend_folder();
    let service = machine.start();
    machine.break_folder();
    machine.clock.advance(HOUR);
    assert_eq!(
        text(&service.access(&ana()).await.unwrap()),
        "r1 #2",
        "the journal holds it"
    );

    // A token that is alive is handed out whatever is down.
    machine.google.will_say(Err(passing()));
    machine.clock.advance(Duration::from_secs(56 * 60));
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r1 #2");

    machine.mend_folder();
    machine.redis.start_again().await;
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
    assert!(
        service
            .vault
            .health()
            .await
            .unwrap()
            .iter()
            .all(|tier| tier.down.is_none())
    );
}

#[tokio::test]
async fn t05_stores_that_are_down_are_never_called_not_connected() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    drop(service);

    let service = machine.start();
    machine.redis.stop();
    machine.break_folder();
    let told = service.access(&ana()).await.unwrap_err();
    assert!(
        matches!(&told, NoAccess::Unreachable { what } if what.contains("redis, file")),
        "{told:?}"
    );
    machine.mend_folder();
    machine.clock.advance(Duration::from_secs(30));
    assert_eq!(
        text(&service.access(&ana()).await.unwrap()),
        "r1 #1",
        "one tier that answers is enough"
    );
}

#[tokio::test]
async fn t06_a_cold_start_on_a_fresh_disk_finds_the_grant_in_redis_or_in_the_file_and_heals_the_other() {
    for only_redis in [true, false] {
        let mut machine = Machine::new().await;
        let service = machine.start();
        let version = service.adopt(&ana(), grant("r1")).await.unwrap();
        service.agreed().await;
        drop(service);
        machine.lose_database();
        if only_redis {
            machine.lose_folder();
        } else {
            machine.redis.start_empty().await;
        }

        let service = machine.start();
        assert_eq!(
            text(&service.access(&ana()).await.unwrap()),
            "r1 #1",
            "redis only: {only_redis}"
        );
        assert_eq!(service.linked(&ana()).await, Some(version));
        service.agreed().await;
        assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
    }
}

#[tokio::test]
async fn t06_on_a_fresh_disk_a_silent_tier_leaves_it_open_whether_somebody_is_connected() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    assert_eq!(service.access(&bo()).await.err(), Some(NoAccess::NotConnected));
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    drop(service);
    machine.lose_database();
    machine.lose_folder();
    machine.redis.freeze();
    let service = machine.start();
    let told = service.access(&ana()).await;
    assert!(matches!(told, Err(NoAccess::Unreachable { .. })), "{told:?}");

    // A consent in the meantime counts at once, and outranks the old copy that Redis comes back with.
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r2 #1");
    machine.redis.thaw();
    service.agreed().await;
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r2 #1");
    let newest = service.linked(&ana()).await;
    assert_eq!(service.versions(&ana()).await, [newest, newest]);
    machine.redis.stop();
}

#[tokio::test]
async fn t06_a_fresh_disk_learns_by_itself_of_everybody_in_the_tiers() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    let ended = service.end(&bo()).await.unwrap();
    service.agreed().await;
    drop(service);
    machine.lose_database();
    machine.lose_folder();
    let service = machine.start();
    service.acquainted().await;
    assert_eq!(service.linked(&ana()).await, Some(version));
    assert_eq!(service.linked(&bo()).await, None);
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
    assert_eq!(
        service.versions(&bo()).await,
        [Some(ended.version), Some(ended.version)]
    );
    assert_eq!(machine.google.calls().len(), 0);
}

#[tokio::test]
async fn t05_one_place_that_can_t_be_written_keeps_nobody_else_waiting() {
    let machine = Machine::new().await;
    let service = machine.start();
    let blocked: Vec<_> = (1..=3).map(PersonId::discord).collect();
    for person in &blocked {
        service.adopt(person, grant("r")).await.unwrap();
    }
    service.agreed().await;
    for entry in fs::read_dir(machine.grants()).unwrap() {
        fs::create_dir(entry.unwrap().path().with_extension("new")).unwrap();
    }
    for person in &blocked {
        service.adopt(person, grant("r again")).await.unwrap();
    }
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    until(|| async {
        machine.clock.advance(Duration::from_millis(500));
        service.versions(&ana()).await == [Some(version), Some(version)]
    })
    .await;
}

#[tokio::test]
async fn t05_strangers_can_connect_while_a_tier_is_down() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    service.acquainted().await;
    machine.redis.stop();
    assert_eq!(service.access(&bo()).await.err(), Some(NoAccess::NotConnected));
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    assert_eq!(text(&service.access(&bo()).await.unwrap()), "bo's #1");
}

#[tokio::test]
async fn t05_a_tier_that_comes_back_empty_is_filled_again() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    service.acquainted().await;
    machine.redis.start_empty().await;
    machine.redis.stop();
    // Somebody notices that it is gone.
    service.access(&ana()).await.unwrap();
    until(|| async {
        service
            .vault
            .health()
            .await
            .unwrap()
            .iter()
            .any(|tier| tier.down.is_some())
    })
    .await;
    machine.redis.start_again().await;
    until(|| async {
        machine.clock.advance(Duration::from_secs(1));
        service.versions(&ana()).await == [Some(version), Some(version)]
    })
    .await;
}

#[tokio::test]
async fn a_copy_that_is_older_than_the_row_is_never_used() {
    let machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("old")).await.unwrap();
    service.agreed().await;
    service.acquainted().await;
    // The newest record is lost although every tier has said that it has it: only a careless hand can do that.
    let newest = service
        .db
        .write(|tx| {
            tx.execute("UPDATE grants SET version = version + 1", args![])?;
            tx.row("SELECT version FROM grants", args![], |row| row.get::<i64>(0))
        })
        .await
        .unwrap();
    drop(service);
    let service = machine.start();
    assert_eq!(service.access(&ana()).await.err(), Some(NoAccess::NotConnected));
    assert_eq!(service.linked(&ana()).await, newest);
    assert_eq!(machine.google.calls().len(), 0);
}

#[tokio::test]
async fn a_new_consent_replaces_what_is_in_memory_and_ends_a_pause() {
    let machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r1 #1");
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r2 #2");
    machine.clock.advance(HOUR);
    machine.google.will_say(Err(passing()));
    service.access(&ana()).await.unwrap_err();
    service.adopt(&ana(), grant("r3")).await.unwrap();
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r3 #4");
}

#[tokio::test]
async fn t07_a_poisoned_record_is_passed_over_and_a_good_copy_used() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    // The poison was sealed under our own key, by a ChatCal with other settings, and even claims a higher version.
    let poison = sealed_elsewhere(&machine, "test_client").await;
    assert!(poison.version > version);
    service.shared.put(&ana(), &poison).await.unwrap();
    drop(service);

    let service = machine.start();
    machine.clock.advance(HOUR);
    assert_eq!(text(&service.access(&ana()).await.unwrap()), "r1 #1");
    let [(tier, reason)] = &service.quarantined().await[..] else {
        panic!("one record is set aside")
    };
    assert_eq!(tier, "redis");
    assert!(
        reason.contains("client_id \"test_client\" is not the configured client"),
        "{reason}"
    );
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
}

/// A record that another installation with the same key, but another OAuth client, made for Ana, later than all of ours.
async fn sealed_elsewhere(machine: &Machine, client_id: &str) -> Record {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::manual(machine.clock.now());
    clock.advance(HOUR);
    let file = Arc::new(Folder::open(&dir.path().join("grants")).unwrap());
    let db = Db::open(&dir.path().join("chatcal.db")).unwrap();
    let vault = Vault::open(Parts {
        db: db.clone(),
        clock,
        entropy: Entropy::seeded(4),
        keys: machine.keys(),
        tiers: vec![file.clone()],
        door: Door {
            client_id: client_id.to_owned(),
            ..door()
        },
        refresh: Arc::new(|_| async { Err(passing()) }.boxed()),
    })
    .unwrap();
    let stop = CancellationToken::new();
    let journal = tokio::spawn({
        let (vault, stop) = (vault.clone(), stop.clone());
        async move { vault.run_journal(stop).await }
    });
    let poison = NewGrant {
        client_id: client_id.to_owned(),
        ..grant("poison")
    };
    let adopting = vault.clone();
    let version = db.write(move |tx| adopting.adopt(tx, &ana(), poison)).await.unwrap();
    vault.adopted(&ana(), version);
    until(|| async { file.get(&ana()).await.unwrap().is_some() }).await;
    stop.cancel();
    journal.await.unwrap();
    file.get(&ana()).await.unwrap().unwrap()
}

#[tokio::test]
async fn t08_a_record_that_was_changed_renumbered_or_swapped_is_set_aside_and_new_writes_go_on() {
    let machine = Machine::new().await;
    let service = machine.start();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    service.agreed().await;
    let good = service.shared.get(&ana()).await.unwrap().unwrap();
    let bos = service.shared.get(&bo()).await.unwrap().unwrap();
    drop(service);

    let mut flipped = good.clone();
    flipped.sealed[40] ^= 1;
    let renumbered = Record {
        version: good.version + 1000,
        ..good.clone()
    };
    // Both were written in the same moment, so that only the owner differs.
    let swapped = bos;
    assert_eq!(swapped.version, version);
    for bad in [
        flipped,
        renumbered,
        swapped,
        Record {
            version,
            sealed: Vec::new(),
        },
    ] {
        let service = machine.start();
        assert_eq!(
            service.shared.put(&ana(), &bad).await.unwrap(),
            chatcal::vault::Put::Kept,
            "{bad:?}"
        );
        machine.clock.advance(HOUR);
        assert!(
            text(&service.access(&ana()).await.unwrap()).starts_with("r1"),
            "the file's copy is used"
        );
        assert_eq!(service.quarantined().await.len(), 1);
        service.agreed().await;
        assert_eq!(
            service.versions(&ana()).await,
            [Some(version), Some(version)],
            "and Redis is healed"
        );
    }

    let service = machine.start();
    for tier in [&*service.shared as &dyn Tier, &*service.file] {
        tier.remove(&ana(), &good).await.unwrap();
        tier.put(
            &ana(),
            &Record {
                version: version + 5_000_000,
                sealed: b"garbage".to_vec(),
            },
        )
        .await
        .unwrap();
    }
    let newest = service.adopt(&ana(), grant("r2")).await.unwrap();
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(newest), Some(newest)]);
}

#[tokio::test]
async fn t10_a_disconnect_while_stores_hold_the_old_value_lasts() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    service.access(&ana()).await.unwrap();
    service.agreed().await;
    machine.redis.stop();
    machine.break_folder();

    let ended = service.end(&ana()).await.unwrap();
    assert_eq!(
        (ended.account.email.as_str(), ended.last),
        ("ana@example.org", false),
        "bo uses the account too"
    );
    assert_eq!(service.access(&ana()).await.err(), Some(NoAccess::NotConnected));
    assert_eq!(service.end(&ana()).await, None);
    drop(service);

    machine.mend_folder();
    machine.redis.start_again().await;
    let service = machine.start();
    assert_eq!(service.access(&ana()).await.err(), Some(NoAccess::NotConnected));
    service.agreed().await;
    assert_eq!(
        service.versions(&ana()).await,
        [Some(ended.version), Some(ended.version)]
    );
    drop(service);

    // Not even on a fresh disk: the tiers hold the tombstone.
    machine.lose_database();
    let service = machine.start();
    assert_eq!(service.access(&ana()).await.err(), Some(NoAccess::NotConnected));
    assert!(text(&service.access(&bo()).await.unwrap()).starts_with("bo's"));
    assert!(service.end(&bo()).await.unwrap().last);
}

#[tokio::test]
async fn t11_a_grant_that_breaks_a_rule_is_not_stored() {
    let machine = Machine::new().await;
    let service = machine.start();
    let without = NewGrant {
        refresh_token: SecretString::from(""),
        ..grant("r1")
    };
    let unticked = NewGrant {
        scopes: vec!["openid".to_owned()],
        ..grant("r1")
    };
    let sandbox = grant("1//sandbox-1");
    let missing = Refused::MissingScope {
        scope: "calendar".to_owned(),
    };
    for (bad, rule) in [
        (without, Refused::NoRefreshToken),
        (unticked, missing),
        (sandbox, Refused::Sandbox),
    ] {
        let refused = service.adopt(&ana(), bad).await.unwrap_err();
        assert!(
            matches!(&refused, NotAdopted::Refused(why) if *why == rule),
            "{refused}"
        );
    }
    assert_eq!(service.linked(&ana()).await, None);
    assert_eq!(service.access(&ana()).await.err(), Some(NoAccess::NotConnected));
    assert_eq!(service.versions(&ana()).await, [None, None]);
}

#[tokio::test]
async fn t13_a_wrong_key_is_told_before_anything_is_opened() {
    let machine = Machine::new().await;
    let db = Db::open(&machine.dir.path().join("chatcal.db")).unwrap();
    let other = KeyRing::make_key(&Entropy::seeded(99));
    let ring = |keys: &[&SecretString]| {
        let keys: Vec<_> = keys.iter().map(|key| (*key).clone()).collect();
        Arc::new(KeyRing::new(&keys, Entropy::seeded(5)).unwrap())
    };
    for _ in 0..2 {
        check_key(&db, &ring(&[&machine.key])).await.unwrap();
    }
    let refused = check_key(&db, &ring(&[&other])).await.unwrap_err();
    assert!(matches!(refused, KeyTrouble::WrongKey { .. }));
    assert!(
        refused.to_string().contains("Set CHATCAL_KEY to the old key again"),
        "{refused}"
    );
    check_key(&db, &ring(&[&other, &machine.key])).await.unwrap();
}

#[tokio::test]
async fn t13_under_a_key_that_is_gone_a_grant_is_a_matter_for_the_operator() {
    let mut machine = Machine::new().await;
    let service = machine.start();
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    drop(service);
    machine.lose_database();
    let right = std::mem::replace(&mut machine.key, KeyRing::make_key(&Entropy::seeded(99)));
    let service = machine.start();
    let told = service.access(&ana()).await;
    assert!(matches!(told, Err(NoAccess::Misconfigured { .. })), "{told:?}");
    drop(service);
    machine.key = right;
    assert_eq!(
        text(&machine.start().access(&ana()).await.unwrap()),
        "r1 #1",
        "nothing was lost"
    );
}

#[tokio::test]
async fn no_secret_is_readable_at_rest() {
    let machine = Machine::new().await;
    let service = machine.start();
    let canary = "canary-4711-refresh";
    service.adopt(&ana(), grant(canary)).await.unwrap();
    service.access(&ana()).await.unwrap();
    until(|| async { service.shared.access(&ana()).await.unwrap().is_some() }).await;
    service.agreed().await;
    let record = service.shared.get(&ana()).await.unwrap().unwrap().sealed;
    let shared = service.shared.access(&ana()).await.unwrap().unwrap();
    let mut everything = vec![record, shared];
    for folder in [machine.dir.path(), &machine.grants()] {
        for entry in fs::read_dir(folder).unwrap() {
            everything.extend(fs::read(entry.unwrap().path()).ok());
        }
    }
    for bytes in everything {
        assert!(!bytes.windows(11).any(|window| window == b"canary-4711"));
    }
}
