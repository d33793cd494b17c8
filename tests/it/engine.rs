//! The two databases that the service runs on. What is said of one holds for the other, so tests are told on both.

use std::path::Path;

use chatcal::settings::Database;
use chatcal::sql::{About, Db};

use crate::postgres_server::PostgresDatabase;

/// What the service keeps its rows in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// A database of its own for one test; that of SQLite lies in `dir`.
    pub async fn database(self, dir: &Path) -> Database {
        match self {
            Self::Sqlite => Database::File(dir.join("chatcal.db")),
            Self::Postgres => Database::Postgres(PostgresDatabase::create().await.secret()),
        }
    }
}

/// Opens it as the service does.
pub async fn open(database: &Database) -> Db {
    match database {
        Database::File(path) => Db::open(path).unwrap(),
        Database::Postgres(url) => Db::connect(url).await.unwrap(),
    }
}

/// What a replica in a test tells of itself.
pub fn about() -> About {
    About {
        key: "k".to_owned(),
        place: "here".to_owned(),
    }
}

/// Runs `async fn $test(engine: Engine)` on both engines.
macro_rules! on_both {
    ($test:ident) => {
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$test(crate::engine::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$test(crate::engine::Engine::Postgres).await;
            }
        }
    };
}
pub(crate) use on_both;
