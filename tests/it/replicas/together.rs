//! Two services in this process on one PostgreSQL, while time stands still: nothing happens because somebody looked again.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatcal::clock::Clock;
use chatcal::domain::incoming::{Delivery, Incoming, Said};
use chatcal::domain::letter::{Parcel, Span, Way};
use chatcal::domain::person::{PersonId, Platform};
use chatcal::domain::ports::{Courier, Profile, Receipt, Traces, Undelivered};
use chatcal::entropy::Entropy;
use chatcal::service::{Running, Start};
use chatcal::settings::{self, Database, Settings, TierKind};
use chatcal::sql::{BEAT, Db};
use chrono::{DateTime, NaiveTime};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::engine::{self, Engine};
use crate::vault::until;

/// A letter that came to its person.
#[derive(Clone, Debug, PartialEq)]
struct Arrived {
    /// The house that delivered it.
    by: usize,
    seq: i64,
    text: String,
}

/// What both know.
struct Town {
    dir: TempDir,
    database: Database,
    db: Db,
    clock: Clock,
    key: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    said: Mutex<u32>,
}

/// One of the services, and the gate that its letters go through.
struct House {
    number: usize,
    running: Running,
    gate: Arc<Semaphore>,
    waiting: Arc<Mutex<usize>>,
}

/// What a house's letters leave by.
struct Post {
    number: usize,
    gate: Arc<Semaphore>,
    waiting: Arc<Mutex<usize>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

#[async_trait]
impl Courier for Post {
    fn platform(&self) -> Platform {
        Platform::Console
    }

    async fn post(&self, _way: &Way, parcel: &Parcel) -> Result<Receipt, Undelivered> {
        *self.waiting.lock().unwrap() += 1;
        self.gate.acquire().await.unwrap().forget();
        let text = parcel.message.spans.iter().find_map(|span| match span {
            Span::Text(text) | Span::Strong(text) => Some(text.clone()),
            Span::Code(_) | Span::Link(_) | Span::SignIn(_) => None,
        });
        self.arrived.lock().unwrap().push(Arrived {
            by: self.number,
            seq: parcel.key.seq,
            text: text.unwrap(),
        });
        Ok(Receipt::Delivered { handle: None })
    }

    async fn find(&self, _way: &Way, _parcel: &Parcel) -> Result<Traces, Undelivered> {
        Ok(Traces::Absent)
    }

    async fn edit(&self, _handle: &str, _parcel: &Parcel) -> Result<Receipt, Undelivered> {
        Err(Undelivered::WayClosed("nothing is edited here".to_owned()))
    }

    async fn profile(&self, _person: &PersonId) -> Result<Profile, Undelivered> {
        Ok(Profile::default())
    }
}

impl Town {
    async fn found() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = Engine::Postgres.database(dir.path()).await;
        Self {
            db: engine::open(&database).await,
            dir,
            database,
            clock: Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap()),
            key: Entropy::seeded(1).token(),
            arrived: Arc::default(),
            said: Mutex::new(0),
        }
    }

    async fn house(&self, number: usize) -> House {
        let nowhere = |path: &str| format!("http://127.0.0.1:9/{path}").parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (gate, waiting) = (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(0)));
        let post = Post {
            number,
            gate: gate.clone(),
            waiting: waiting.clone(),
            arrived: self.arrived.clone(),
        };
        let start = Start {
            settings: Settings {
                site: settings::Site {
                    public_url: nowhere(""),
                    listen: listener.local_addr().unwrap(),
                    contact: "ops".to_owned(),
                    admins: Vec::new(),
                    log: String::new(),
                },
                hours: settings::Hours {
                    default_zone: None,
                    start: NaiveTime::MIN,
                    end: NaiveTime::from_hms_opt(23, 0, 0).unwrap(),
                },
                state: settings::State {
                    dir: self.dir.path().join(number.to_string()),
                    database: self.database.clone(),
                    redis_url: None,
                    tiers: vec![TierKind::Database],
                    key: settings::Key::Given(self.key.clone().into()),
                    is_fleeting: false,
                },
                google: settings::Google {
                    client_id: "ours".to_owned(),
                    client_secret: "secret".to_owned().into(),
                    redirect_uri: nowhere("auth/callback"),
                    auth_url: nowhere("auth"),
                    token_url: nowhere("token"),
                    revoke_url: nowhere("revoke"),
                    jwks_url: nowhere("jwks"),
                    userinfo_url: nowhere("userinfo"),
                    calendar_url: nowhere("calendar"),
                },
                secret_manager: None,
                slack: None,
                discord: None,
            },
            listener,
            clock: self.clock.clone(),
            entropy: Entropy::system(),
            couriers: vec![Arc::new(post)],
            sandbox: true,
        };
        House {
            number,
            running: start.run().await.unwrap(),
            gate,
            waiting,
        }
    }

    /// Somebody says something to that house, which takes it in.
    async fn says(&self, to: &House, person: &PersonId, text: &str) {
        let number = {
            let mut said = self.said.lock().unwrap();
            *said += 1;
            *said
        };
        let incoming = Incoming {
            delivery: Delivery(format!("test|{number}")),
            person: person.clone(),
            handle: "ana".to_owned(),
            workspace: String::new(),
            said: Said::Text(text.to_owned()),
            said_at: self.clock.now(),
            ways: vec![Way {
                address: "here".to_owned(),
                expires_at: None,
            }],
        };
        let ear = to.running.ear();
        tokio::spawn(async move { ear.hear(incoming).await })
            .await
            .unwrap()
            .unwrap();
    }

    fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    /// Waits until so many letters have arrived, and nothing is left to be sent.
    async fn delivered(&self, letters: usize) {
        until(|| async {
            self.arrived().len() >= letters
                && self.count("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'").await == 0
        })
        .await;
        assert_eq!(self.arrived().len(), letters, "{:?}", self.arrived());
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let counted = self.db.read(move |tx| tx.row(sql, &[], |row| row.get(0)));
        counted.await.unwrap().unwrap()
    }

    async fn everybody_is_struck_off(&self) {
        let struck = self.db.write(|tx| tx.execute("DELETE FROM replicas", &[]));
        struck.await.unwrap();
    }
}

impl House {
    /// So many letters of this house are at the gate, or have gone through.
    async fn has_begun(&self, letters: usize) {
        until(|| async { *self.waiting.lock().unwrap() >= letters }).await;
    }

    fn lets_through(&self) {
        self.gate.add_permits(1_000);
    }
}

fn ana() -> PersonId {
    PersonId::console("ana")
}

const IN_HAND: &str = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND holder IS NOT NULL";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_of_one_person_keep_their_order_whichever_replica_wrote_them() {
    let town = Town::found().await;
    let (first, second) = (town.house(1).await, town.house(2).await);
    second.lets_through();
    town.says(&first, &ana(), "privacy").await;
    first.has_begun(1).await;
    town.says(&second, &ana(), "help").await;
    // Somebody else's letter passes.
    town.says(&second, &PersonId::console("bo"), "help").await;
    until(|| async { town.arrived().len() == 1 }).await;
    town.says(&second, &ana(), "privacy").await;
    assert_eq!(
        town.count(IN_HAND).await,
        1,
        "hers wait behind the one that is on its way"
    );
    first.lets_through();
    town.delivered(4).await;
    let words: Vec<_> = town.arrived().into_iter().map(|letter| letter.text).collect();
    assert_eq!([&words[1], &words[2]], [&words[3], &words[0]], "{words:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_leave_in_the_order_in_which_they_were_written() {
    const SAID: usize = 300;
    let town = Town::found().await;
    let house = town.house(1).await;
    house.lets_through();
    // All at once: many are taken in by one commit, and the first of them on several threads.
    let ana = ana();
    futures_util::future::join_all((0..SAID).map(|_| town.says(&house, &ana, "help"))).await;
    town.delivered(SAID).await;
    let numbers: Vec<_> = town.arrived().into_iter().map(|letter| letter.seq).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t02_a_replica_that_was_struck_off_takes_nothing_until_it_is_heard_again() {
    let town = Town::found().await;
    let first = town.house(1).await;
    first.lets_through();
    // It stood still, and wakes: a message finds it before its own heartbeat does.
    town.everybody_is_struck_off().await;
    town.says(&first, &ana(), "privacy").await;
    town.says(&first, &ana(), "book tomorrow at 2 PM").await;
    for table in [IN_HAND, "SELECT COUNT(*) FROM acts WHERE holder IS NOT NULL"] {
        assert_eq!(town.count(table).await, 0, "{table}");
    }
    assert_eq!(town.arrived(), []);
    // Another one does it.
    let second = town.house(2).await;
    second.lets_through();
    until(|| async { town.arrived().len() >= 2 }).await;
    assert!(
        town.arrived().iter().all(|letter| letter.by == second.number),
        "{:?}",
        town.arrived()
    );
    town.delivered(2).await;
    // From its next heartbeat on it goes on, under a number of its own.
    town.clock.advance(BEAT);
    until(|| async { town.count("SELECT COUNT(*) FROM replicas").await == 2 }).await;
    drop(second);
    town.says(&first, &ana(), "privacy").await;
    town.delivered(3).await;
    assert_eq!(town.arrived()[2].by, first.number);
}
