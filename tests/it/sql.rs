//! The database: the same questions to SQLite and to PostgreSQL.

use chatcal::sql::{Db, Error, Tx};
use chatcal::{args, sql};
use futures_util::future::join_all;

use crate::postgres_server::PostgresDatabase;

/// A database and what it lives in.
struct Place {
    dir: tempfile::TempDir,
    postgres: Option<PostgresDatabase>,
}

impl Place {
    fn sqlite() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            postgres: None,
        }
    }

    async fn postgres() -> Self {
        Self {
            postgres: Some(PostgresDatabase::create().await),
            ..Self::sqlite()
        }
    }

    async fn open(&self) -> Result<Db, Error> {
        match &self.postgres {
            Some(database) => Db::connect(&database.secret()).await,
            None => Db::open(&self.dir.path().join("a.db")),
        }
    }
}

async fn each() -> [Place; 2] {
    [Place::sqlite(), Place::postgres().await]
}

fn fact(tx: &mut Tx<'_>, name: &str) -> Result<Option<Vec<u8>>, Error> {
    tx.row("SELECT value FROM facts WHERE name = $1", args![name], |row| row.get(0))
}

fn insert(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    let sql = "INSERT INTO facts (name, value) VALUES ($1, $2)";
    tx.execute(sql, args![name, b"x".as_slice()]).map(|_| ())
}

#[tokio::test]
async fn an_error_undoes_its_own_closure_and_no_other() {
    for place in each().await {
        let db = place.open().await.unwrap();
        let writes = (0..20).map(|n| {
            db.write(move |tx| {
                insert(tx, &n.to_string())?;
                match n % 4 {
                    1 => Err(Error::Nonsense("odd".into())),
                    // The database itself refuses: the name is taken.
                    3 => insert(tx, &n.to_string()),
                    _ => Ok(()),
                }
            })
        });
        for (n, done) in join_all(writes).await.into_iter().enumerate() {
            assert_eq!(done.is_ok(), n % 2 == 0, "{n}: {done:?}");
            let found = db.read(move |tx| fact(tx, &n.to_string())).await.unwrap();
            assert_eq!(found.is_some(), n % 2 == 0, "{n}");
        }
    }
}

#[tokio::test]
async fn a_closure_that_panics_leaves_nothing_behind_and_the_writer_alive() {
    for place in each().await {
        let db = place.open().await.unwrap();
        let done: Result<(), Error> = db
            .write(|tx| {
                insert(tx, "half")?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(done, Err(Error::Closed)));
        db.write(|tx| insert(tx, "whole")).await.unwrap();
        assert!(db.read(|tx| fact(tx, "half")).await.unwrap().is_none());
        assert!(db.read(|tx| fact(tx, "whole")).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_reader_may_not_write() {
    for place in each().await {
        let db = place.open().await.unwrap();
        assert!(db.read(|tx| insert(tx, "sly")).await.is_err());
        assert!(db.read(|tx| fact(tx, "sly")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_reopening() {
    for place in each().await {
        let db = place.open().await.unwrap();
        db.write(|tx| insert(tx, "kept")).await.unwrap();
        drop(db);
        let again = place.open().await.unwrap();
        assert!(again.read(|tx| fact(tx, "kept")).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_database_from_the_future_is_left_alone() {
    for place in each().await {
        let db = place.open().await.unwrap();
        db.write(|tx| tx.execute("INSERT INTO migrations (version) VALUES ($1)", args![9999]))
            .await
            .unwrap();
        drop(db);
        let refused = place.open().await.err().unwrap().to_string();
        assert!(refused.contains("newer ChatCal"), "{refused}");
    }
}

#[tokio::test]
async fn columns_are_told_apart_by_what_they_hold() {
    for place in each().await {
        let db = place.open().await.unwrap();
        let told = db
            .write(|tx| {
                insert(tx, "a")?;
                tx.row("SELECT name, value FROM facts", args![], |row| row.get::<i64>(1))
            })
            .await
            .unwrap_err();
        assert_eq!(
            told.to_string(),
            "a row makes no sense: column \"value\" is bytes, expected an integer"
        );
        let nothing: Option<Option<i64>> = db
            .read(|tx| tx.row("SELECT MAX(seq) FROM acts", args![], |row| row.get(0)))
            .await
            .unwrap();
        assert_eq!(nothing, Some(None));
    }
}

/// What a read-modify-write reads is still so when it writes, also between processes.
#[tokio::test]
async fn two_processes_on_one_postgresql_take_turns() {
    let place = Place::postgres().await;
    let processes = [place.open().await.unwrap(), place.open().await.unwrap()];
    let add = |tx: &mut Tx<'_>| -> Result<(), sql::Error> {
        let before: i64 = tx
            .row("SELECT COUNT(*) FROM facts", args![], |row| row.get(0))?
            .unwrap_or_default();
        insert(tx, &before.to_string())
    };
    let writes = (0..200).map(|n| processes[n % 2].write(add));
    for done in join_all(writes).await {
        done.unwrap();
    }
    let count: Option<i64> = processes[0]
        .read(|tx| tx.row("SELECT COUNT(*) FROM facts", args![], |row| row.get(0)))
        .await
        .unwrap();
    assert_eq!(count, Some(200));
}

#[tokio::test]
async fn two_processes_may_bring_a_new_postgresql_to_its_schema_at_once() {
    let place = Place::postgres().await;
    let opened = join_all((0..4).map(|_| place.open())).await;
    for db in opened {
        db.unwrap().write(|tx| fact(tx, "none")).await.unwrap();
    }
}

/// A connection that was cut is made anew: what was under way fails, what comes next does not.
#[tokio::test]
async fn a_lost_connection_is_made_anew() {
    let place = Place::postgres().await;
    let db = place.open().await.unwrap();
    db.write(|tx| insert(tx, "before")).await.unwrap();
    let postgres = place.postgres.as_ref().unwrap().url.clone();
    let cut = move || {
        let mut client = PostgresDatabase { url: postgres }.client();
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
        client.query(others, &[]).unwrap().len()
    };
    let ended = tokio::task::spawn_blocking(cut).await.unwrap();
    assert_eq!(ended, 2, "a writer and a reader");
    // Whether the first one notices the loss before or after it has begun is a matter of luck.
    let _ = db.write(|tx| fact(tx, "before")).await;
    let _ = db.read(|tx| fact(tx, "before")).await;
    assert!(db.write(|tx| fact(tx, "before")).await.unwrap().is_some());
    assert!(db.read(|tx| fact(tx, "before")).await.unwrap().is_some());
}

#[tokio::test]
async fn an_address_that_is_wrong_is_told_without_its_password() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for url in [
        format!("postgres://u:s3cret@{nobody}/none"),
        "postgres://u:s3cret@127.0.0.1/none?sslmode=sometimes".to_owned(),
    ] {
        let told = Db::connect(&url.into()).await.err().unwrap().to_string();
        assert!(!told.contains("s3cret"), "{told}");
        assert!(told.contains("refused") || told.contains("sslmode"), "{told}");
    }
}
