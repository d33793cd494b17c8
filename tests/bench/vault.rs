//! What the vault costs: `scripts/bench vault`. A token that is cached, what a cached person takes up in memory, ten thousand people
//! whose tokens end at once, sealing and opening. Nothing here is an assertion: timings of a shared machine are noise.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chatcal::clock::Clock;
use chatcal::domain::account::GoogleAccount;
use chatcal::domain::person::PersonId;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::sql::Db;
use chatcal::vault::{Door, Fresh, Memory, NewAccess, NewGrant, Parts, Vault};
use chrono::{DateTime, TimeDelta};
use futures_util::FutureExt;
use futures_util::future::join_all;
use secrecy::SecretString;

const LOOKS: u32 = 2_000_000;
const CACHED: u64 = 100_000;
const STORM: u64 = 10_000;
const SEALS: u32 = 200_000;
/// What Google's token endpoint takes in the storm.
const GOOGLE: Duration = Duration::from_millis(100);
/// As long as Google's are.
const TOKEN: usize = 220;

struct Bench {
    vault: Vault,
    db: Db,
    clock: Clock,
    calls: Arc<AtomicUsize>,
}

fn token(n: u64) -> SecretString {
    format!("ya29.{n:0>width$}", width = TOKEN - 5).into()
}

fn person(n: u64) -> PersonId {
    PersonId::slack("T0123456789", &format!("U{n:010}"))
}

fn grant(n: u64) -> NewGrant {
    NewGrant {
        account: GoogleAccount {
            sub: format!("{n:021}"),
            email: format!("person{n}@example.org"),
        },
        refresh_token: format!("1//{n:0>100}").into(),
        scopes: vec!["openid".to_owned(), "calendar".to_owned()],
        client_id: "ours".to_owned(),
    }
}

fn keys() -> KeyRing {
    let entropy = Entropy::system();
    KeyRing::new(&[KeyRing::make_key(&entropy)], entropy).expect("a key that was just made")
}

impl Bench {
    fn open(folder: &Path) -> Self {
        let db = Db::open(&folder.join("chatcal.db")).expect("a fresh folder");
        let clock = Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).expect("a time"));
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let vault = Vault::open(Parts {
            db: db.clone(),
            clock: clock.clone(),
            entropy: Entropy::system(),
            keys: Arc::new(keys()),
            tiers: vec![Arc::new(Memory::new(CACHED))],
            door: Door {
                client_id: "ours".to_owned(),
                scopes: vec!["calendar".to_owned()],
                sandbox: false,
            },
            refresh: Arc::new(move |_| {
                let n = counted.fetch_add(1, Ordering::Relaxed);
                async move {
                    tokio::time::sleep(GOOGLE).await;
                    Ok(Fresh {
                        access_token: token(n as u64),
                        expires_in: Duration::from_secs(3600),
                        refresh_token: None,
                    })
                }
                .boxed()
            }),
        })
        .expect("one tier");
        Self {
            vault,
            db,
            clock,
            calls,
        }
    }

    /// Everybody's access token is in memory, as after a booking.
    fn cache(&self, people: u64) {
        let expires_at = self.clock.now() + TimeDelta::hours(1);
        for n in 0..people {
            let token = token(n);
            self.vault.hand_over(&person(n), 1, NewAccess { token, expires_at });
        }
    }

    async fn look(&self, who: PersonId, times: u32) -> Duration {
        let vault = self.vault.clone();
        let looked = tokio::spawn(async move {
            let begun = begin();
            for _ in 0..times {
                black_box(vault.access(black_box(&who)).await).expect("it is cached");
            }
            begun.elapsed()
        });
        looked.await.expect("no look panics")
    }

    /// Ten thousand people consent, an hour passes, and all of them come at once.
    async fn storm(&self) -> (Duration, usize) {
        let vault = self.vault.clone();
        let adopted = self
            .db
            .write(move |tx| (0..STORM).try_for_each(|n| vault.adopt(tx, &person(n), grant(n)).map(|_| ())));
        adopted.await.expect("grants that the door lets in");
        let before = self.calls.load(Ordering::Relaxed);
        let begun = begin();
        let all = (0..STORM).map(|n| {
            let vault = self.vault.clone();
            tokio::spawn(async move { vault.access(&person(n)).await })
        });
        for token in join_all(all).await {
            token.expect("no refresh panics").expect("Google gives a token");
        }
        (begun.elapsed(), self.calls.load(Ordering::Relaxed) - before)
    }
}

fn begin() -> Instant {
    Instant::now()
}

/// Resident memory of this process, in bytes.
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = pages
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .unwrap_or_default();
    pages * 4096.0
}

fn seal_and_open() -> (f64, f64) {
    let (keys, plain) = (keys(), vec![7; 400]);
    let begun = begin();
    for _ in 0..SEALS {
        black_box(keys.seal("grant|slack:T1:U1|7", black_box(&plain)));
    }
    let sealing = begun.elapsed();
    let sealed = keys.seal("grant|slack:T1:U1|7", &plain);
    let begun = begin();
    for _ in 0..SEALS {
        black_box(keys.open("grant|slack:T1:U1|7", black_box(&sealed))).expect("its own seal");
    }
    let a_second = |spent: Duration| f64::from(SEALS) / spent.as_secs_f64();
    (a_second(sealing), a_second(begun.elapsed()))
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let bench = Bench::open(folder.path());
    // Room for the runtime's own tables, before memory is looked at.
    bench.cache(100);
    let before = resident();
    bench.cache(CACHED);
    // What was left for other replicas is given back by then.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let each = (resident() - before) / CACHED as f64;

    let one = bench.look(person(7), LOOKS).await;
    let begun = begin();
    tokio::join!(bench.look(person(8), LOOKS), bench.look(person(9), LOOKS));
    let both = 2.0 * f64::from(LOOKS) / begun.elapsed().as_secs_f64();
    let (sealing, opening) = seal_and_open();

    let folder = tempfile::tempdir().expect("a folder");
    let (storm, calls) = Bench::open(folder.path()).storm().await;

    println!("| figure | measured | aim |\n|---|---|---|");
    println!(
        "| a cached access token | {:.0} ns | ≤ 300 |",
        one.as_nanos() as f64 / f64::from(LOOKS)
    );
    println!(
        "| cached access tokens, two cores | {:.1} million/s | ≥ 5 |",
        both / 1e6
    );
    println!("| memory for a cached person, of {CACHED} | {each:.0} bytes | ≤ 1024 |");
    println!(
        "| {STORM} people whose tokens end at once, Google taking {} ms | {:.2} s, {calls} calls | one call each |",
        GOOGLE.as_millis(),
        storm.as_secs_f64()
    );
    println!("| sealing, opening a grant of 400 bytes, one core | {sealing:.0} /s, {opening:.0} /s | ≥ 200,000 |");
}
