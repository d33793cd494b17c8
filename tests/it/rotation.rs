//! `chatcal creds rotate` beside a service that goes on working: the real program, killed at random points.

use std::collections::BTreeSet;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatcal::domain::account::GoogleAccount;
use chatcal::domain::person::PersonId;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::settings::Database;
use chatcal::vault::{NewGrant, NoAccess, Tier};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::{ExposeSecret, SecretString};
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::vault::machine::{Machine, Service, grant};

/// Each has a record in both tiers.
const PEOPLE: u64 = 5_000;
const KILLS: usize = 12;

fn person(n: u64) -> PersonId {
    PersonId::discord(1_000 + n)
}

fn consent(n: u64, round: u64) -> NewGrant {
    NewGrant {
        account: GoogleAccount {
            sub: format!("sub-{n}"),
            email: format!("person{n}@example.org"),
        },
        ..grant(&format!("r{n}.{round}"))
    }
}

/// The program beside the machine's service, with the same settings.
fn rotate(machine: &Machine, arguments: &[&str]) -> Command {
    let Database::File(path) = &machine.database else {
        panic!("this machine keeps a file")
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatcal"));
    command
        .args(["creds", "rotate"])
        .args(arguments)
        .env_clear()
        .current_dir(machine.dir.path())
        .env("CHATCAL_PUBLIC_URL", "http://127.0.0.1:9")
        .env("CHATCAL_KEY", machine.key.expose_secret())
        .env("CHATCAL_STATE_DIR", machine.dir.path())
        .env("DATABASE_URL", format!("sqlite:{}", path.display()))
        .env("REDIS_URL", machine.redis.url().expose_secret())
        .env("GOOGLE_CLIENT_ID", "ours")
        .env("GOOGLE_CLIENT_SECRET", "ours")
        .env("SLACK_BOT_TOKEN", "xoxb-1")
        .env("SLACK_SIGNING_SECRET", "s")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn run(machine: &Machine, arguments: &[&str]) -> Output {
    let mut command = rotate(machine, arguments);
    tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap()
}

/// What people do meanwhile: connect anew, disconnect, and use what they have.
struct Load {
    stop: CancellationToken,
    gone: Arc<Mutex<BTreeSet<u64>>>,
    work: tokio::task::JoinHandle<u64>,
}

impl Load {
    fn begin(service: Arc<Service>) -> Self {
        let (stop, gone) = (CancellationToken::new(), Arc::new(Mutex::new(BTreeSet::new())));
        let (until, ended) = (stop.clone(), gone.clone());
        let work = tokio::spawn(async move {
            let (mut chance, mut done) = (StdRng::seed_from_u64(5), 0);
            while !until.is_cancelled() {
                let n = chance.random_range(0..PEOPLE);
                let was_gone = ended.lock().unwrap().contains(&n);
                match chance.random_range(0..10) {
                    0 => {
                        service.end(&person(n)).await;
                        ended.lock().unwrap().insert(n);
                    }
                    1..=3 => {
                        service.adopt(&person(n), consent(n, done + 2)).await.unwrap();
                        ended.lock().unwrap().remove(&n);
                    }
                    _ => match service.access(&person(n)).await {
                        Ok(_) => assert!(!was_gone),
                        Err(none) => assert!(was_gone && none == NoAccess::NotConnected, "{none:?}"),
                    },
                }
                done += 1;
            }
            done
        });
        Self { stop, gone, work }
    }

    async fn end(self) -> BTreeSet<u64> {
        self.stop.cancel();
        let done = self.work.await.unwrap();
        assert!(done > 100, "there was a load: {done}");
        self.gone.lock().unwrap().clone()
    }
}

/// Waits until every tier has what is meant for it; that takes a while for so many.
async fn delivered(machine: &Machine, service: &Service) {
    let all = async {
        while service
            .vault
            .health()
            .await
            .unwrap()
            .iter()
            .any(|tier| tier.waiting > 0)
        {
            machine.clock.advance(Duration::from_millis(500));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(150), all)
        .await
        .expect("the tiers never agreed");
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t09_ten_thousand_records_are_rotated_under_load_by_a_program_that_is_killed_at_random() {
    let mut machine = Machine::new(Engine::Sqlite).await;
    let service = machine.start().await;
    chatcal::vault::check_key(&service.db, &machine.keys()).await.unwrap();
    let vault = service.vault.clone();
    let adopted = service
        .db
        .write(move |tx| (0..PEOPLE).try_for_each(|n| vault.adopt(tx, &person(n), consent(n, 1)).map(|_| ())));
    adopted.await.unwrap();
    delivered(&machine, &service).await;
    drop(service);

    // The new key stands in front, and the service knows both.
    let (old, new) = (machine.key.clone(), KeyRing::make_key(&Entropy::seeded(77)));
    let (old_id, new_id) = (machine.keys().current(), machine.clone_with(&new).current());
    machine.key = SecretString::from(format!("{},{}", new.expose_secret(), old.expose_secret()));
    let before = run(&machine, &["--check"]).await;
    assert_eq!(before.status.code(), Some(1), "{before:?}");
    assert!(
        String::from_utf8_lossy(&before.stderr).contains("Keep every key"),
        "{before:?}"
    );

    let service = Arc::new(machine.start().await);
    let load = Load::begin(service.clone());
    let mut chance = StdRng::seed_from_u64(9);
    for _ in 0..KILLS {
        let child = rotate(&machine, &[]).spawn().unwrap();
        // The random point itself: nothing is waited for.
        tokio::time::sleep(Duration::from_millis(chance.random_range(30..600))).await;
        kill(child);
    }
    let last = run(&machine, &[]).await;
    assert!(last.status.success(), "{last:?}");
    let gone = load.end().await;
    delivered(&machine, &service).await;
    drop(service);
    let check = run(&machine, &["--check"]).await;
    let told = String::from_utf8(check.stdout).unwrap();
    assert!(check.status.success() && told.contains(&new_id.to_string()), "{told}");
    assert!(
        !told.contains(&old_id.to_string()) && !told.contains("opens under none\n0"),
        "{told}"
    );

    // Without the old key everybody has what they had, and nobody has to link anew.
    machine.key = new;
    let service = machine.start().await;
    chatcal::vault::check_key(&service.db, &machine.keys()).await.unwrap();
    for n in 0..PEOPLE {
        let who = person(n);
        for tier in [&*service.shared as &dyn Tier, &*service.file] {
            let record = tier.get(&who).await.unwrap().unwrap();
            assert_eq!(KeyRing::key_of(&record.sealed), Ok(new_id), "{} of {who}", tier.name());
        }
        match service.access(&who).await {
            Ok(_) => assert!(!gone.contains(&n), "{who} had disconnected"),
            Err(none) => assert!(gone.contains(&n) && none == NoAccess::NotConnected, "{who}: {none:?}"),
        }
    }
    assert_eq!(service.quarantined().await, []);
}
