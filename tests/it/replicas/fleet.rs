//! Two programs that share a PostgreSQL, behind one address as behind a load balancer.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chatcal::sql::Db;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use crate::creds::office::Said;
use crate::kill9::{Person, Program, World};
use crate::port::Port;
use crate::postgres_server::PostgresDatabase;
use crate::redis_server::RedisServer;

/// The stand-ins, and two replicas' places between them.
pub struct Fleet {
    pub world: Arc<World>,
    pub database: PostgresDatabase,
    redis: Option<RedisServer>,
    places: [String; 2],
    _ports: [Port; 2],
    turn: Arc<AtomicUsize>,
    _balancer: AbortOnDropHandle<()>,
}

impl Fleet {
    pub async fn open(redis: Option<RedisServer>) -> Self {
        let world = Arc::new(World::open().await);
        let ports = [Port::hold(), Port::hold()];
        let places = ports.each_ref().map(|port| port.address().to_string());
        let turn = Arc::new(AtomicUsize::new(0));
        let listener = world.port.listen().await;
        let balancer = tokio::spawn(balance(listener, places.clone(), turn.clone()));
        Self {
            database: PostgresDatabase::create().await,
            redis,
            places,
            _ports: ports,
            turn,
            _balancer: AbortOnDropHandle::new(balancer),
            world,
        }
    }

    /// Starts a replica, and returns once it is ready.
    pub async fn starts(&self, number: usize) -> Program {
        self.starts_under(number, &self.world.key).await
    }

    /// The same with other keys.
    pub async fn starts_under(&self, number: usize, keys: &str) -> Program {
        let mut command = self.settled_at(number, self.world.command());
        command.env("CHATCAL_KEY", keys);
        let mut program = Program(command.spawn().unwrap());
        let ready = format!("http://{}/readyz", self.places[number]);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        loop {
            let ended = program.0.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}\n{}", self.log());
            if client
                .get(&ready)
                .send()
                .await
                .is_ok_and(|answer| answer.status() == 200)
            {
                return program;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// An operator's order, given where that replica runs, to its end.
    pub fn orders(&self, number: usize, keys: &str, arguments: &[&str]) -> Said {
        Said::of(self.order(number, arguments).env("CHATCAL_KEY", keys).output().unwrap())
    }

    /// The same, to be given with other settings.
    pub fn order(&self, number: usize, arguments: &[&str]) -> Command {
        self.settled_at(number, self.world.program(arguments))
    }

    fn settled_at(&self, number: usize, mut command: Command) -> Command {
        let folder = self.world.folder.path().join(format!("state-{number}"));
        command
            .env("CHATCAL_LISTEN", &self.places[number])
            .env("CHATCAL_STATE_DIR", folder)
            .env("DATABASE_URL", &self.database.url);
        if let Some(redis) = &self.redis {
            command.env("REDIS_URL", redis.url().expose_secret());
        }
        command
    }

    /// The next connection from outside goes to this replica, if it answers.
    pub fn next_is(&self, number: usize) {
        self.turn.store(number, Ordering::SeqCst);
    }

    /// Somebody whose screen is read from now on.
    pub fn person(&self, number: usize) -> (Person, AbortOnDropHandle<()>) {
        let person = self.world.person(number);
        let listening = tokio::spawn(person.clone().listens(self.world.clone()));
        (person, AbortOnDropHandle::new(listening))
    }

    /// What is not done, for whoever looks into a failure.
    pub async fn open_rows(&self) -> String {
        let sql = "SELECT 'messages: ' || (SELECT COUNT(*) FROM inbox) || ', letters: ' || COALESCE((SELECT string_agg(told, ', ') FROM \
                   (SELECT state || ' ' || COUNT(*) || ' (' || COUNT(holder) || ' in hand)' AS told FROM outbox GROUP BY state) AS each), '') || \
                   ', acts: ' || (SELECT COUNT(*) || ' (' || COUNT(holder) || ' in hand)' FROM acts)";
        let db = Db::connect(&self.database.secret()).await.unwrap();
        let told = db.read(move |tx| tx.row(sql, &[], |row| row.get::<String>(0))).await;
        told.unwrap().unwrap_or_default()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.world.log()).unwrap_or_default()
    }
}

/// Gives connections to the replicas in turn; to the other one where one does not answer.
async fn balance(listener: tokio::net::TcpListener, places: [String; 2], turn: Arc<AtomicUsize>) {
    loop {
        let (mut outside, _) = listener.accept().await.unwrap();
        let (places, first) = (places.clone(), turn.fetch_add(1, Ordering::SeqCst));
        tokio::spawn(async move {
            for next in 0..places.len() {
                if let Ok(mut inside) = TcpStream::connect(&places[(first + next) % places.len()]).await {
                    // A replica that is killed breaks the connection, which whoever is outside then sees.
                    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                    return;
                }
            }
        });
    }
}
