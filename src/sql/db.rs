//! The database's two threads: the writer that groups commits, and the reader.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::migrate::migrate;
use super::{Error, Tx};

/// How many closures one commit may carry; more only makes the first of them wait for the last.
const GROUP: usize = 256;

/// A database, cheap to clone. Its threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Db(Arc<Threads>);

struct Threads {
    writer: Thread,
    reader: Thread,
}

struct Thread {
    jobs: Option<mpsc::Sender<Job>>,
    handle: Option<JoinHandle<()>>,
}

/// A caller's closure: runs inside the transaction, and gives back what is to be told to the caller after the commit.
type Job = Box<dyn FnOnce(&mut Tx<'_>) -> Tell + Send>;
type Tell = Box<dyn FnOnce(&Result<(), Error>)>;

impl Db {
    /// Opens (or makes) the database file, readable by its owner only, and brings it to the present schema.
    ///
    /// # Errors
    /// When the file can't be opened or written, or is newer than this program.
    pub fn open(path: &Path) -> Result<Self, Error> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| Error::Failed(format!("{}: {error}", path.display())))?;
        let mut writer = connect(path)?;
        migrate(&mut writer)?;
        let reader = connect(path)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self(Arc::new(Threads {
            writer: Thread::start("sql-writer", move |jobs| {
                serve(&writer, &jobs, "BEGIN IMMEDIATE", GROUP)
            })?,
            reader: Thread::start("sql-reader", move |jobs| serve(&reader, &jobs, "BEGIN", 1))?,
        })))
    }

    /// Runs `body` in a transaction and returns once that is durable. An error of `body` undoes what it did, and only that.
    ///
    /// # Errors
    /// Those of `body`, and the database's own.
    pub async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0.writer.run(|tx| tx.savepoint(body)).await
    }

    /// Runs `body`, which changes nothing, on a state that was durable a moment ago.
    ///
    /// # Errors
    /// Those of `body`, and the database's own.
    pub async fn read<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0.reader.run(body).await
    }
}

impl Thread {
    fn start(name: &str, body: impl FnOnce(mpsc::Receiver<Job>) + Send + 'static) -> Result<Self, Error> {
        let (jobs, waiting) = mpsc::channel();
        let handle = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || body(waiting))
            .map_err(|error| Error::Failed(format!("no thread could be started: {error}")))?;
        Ok(Self {
            jobs: Some(jobs),
            handle: Some(handle),
        })
    }

    async fn run<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let done = body(tx);
            Box::new(move |committed| {
                // A caller that has gone away no longer wants to know.
                let _ = answer.send(match committed {
                    Ok(()) => done,
                    Err(error) => Err(error.clone().into()),
                });
            })
        });
        let jobs = self.jobs.as_ref().ok_or(Error::Closed)?;
        jobs.send(job).map_err(|_| Error::Closed)?;
        answered.await.map_err(|_| Error::Closed)?
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        // Closing the channel lets the thread finish what has been sent, then end.
        self.jobs = None;
        if let Some(handle) = self.handle.take()
            && handle.thread().id() != std::thread::current().id()
        {
            let _ = handle.join();
        }
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit is on the disk when it returns, also through a loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Fewer, larger checkpoints: each one makes a group of writers wait.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "cache_size", -4096)?;
    Ok(connection)
}

/// Takes closures as they come: what has gathered while one transaction was made durable goes into the next together.
fn serve(connection: &Connection, jobs: &mpsc::Receiver<Job>, begin: &'static str, group: usize) {
    while let Ok(first) = jobs.recv() {
        let mut tells = Vec::new();
        let outcome = run(connection, begin).and_then(|()| {
            let mut next = Some(first);
            while let Some(job) = next {
                // A closure that panics is a bug in it alone: its caller hears `Closed`, its savepoint is gone with the panic's
                // transaction, and so the others of the group are told to try again.
                let told = catch_unwind(AssertUnwindSafe(|| job(&mut Tx::new(connection))));
                tells.push(told.map_err(|_| Error::Closed)?);
                next = if tells.len() < group {
                    jobs.try_recv().ok()
                } else {
                    None
                };
            }
            run(connection, "COMMIT")
        });
        if outcome.is_err() {
            // The transaction may be over already (a full disk ends it): then there is nothing to roll back.
            let _ = run(connection, "ROLLBACK");
        }
        for tell in tells {
            tell(&outcome);
        }
    }
}

fn run(connection: &Connection, sql: &'static str) -> Result<(), Error> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    fn fact(tx: &mut Tx<'_>, name: &str) -> Result<Option<Vec<u8>>, Error> {
        tx.row("SELECT value FROM facts WHERE name = $1", args![name], |row| row.get(0))
    }

    fn insert(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
        tx.execute(
            "INSERT INTO facts (name, value) VALUES ($1, $2)",
            args![name, b"x".as_slice()],
        )
        .map(|_| ())
    }

    #[tokio::test]
    async fn an_error_undoes_its_own_closure_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("a.db")).unwrap();
        let writes = (0..20).map(|n| {
            let db = db.clone();
            async move {
                db.write(move |tx| {
                    insert(tx, &n.to_string())?;
                    if n % 2 == 0 {
                        Ok(())
                    } else {
                        Err(Error::Nonsense("odd".into()))
                    }
                })
                .await
            }
        });
        for (n, done) in futures_util::future::join_all(writes).await.into_iter().enumerate() {
            assert_eq!(done.is_ok(), n % 2 == 0);
        }
        for n in 0..20 {
            let found = db.read(move |tx| fact(tx, &n.to_string())).await.unwrap();
            assert_eq!(found.is_some(), n % 2 == 0, "{n}");
        }
    }

    #[tokio::test]
    async fn a_closure_that_panics_leaves_nothing_behind_and_the_writer_alive() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("a.db")).unwrap();
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

    #[tokio::test]
    async fn what_was_written_is_there_after_a_reopening_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        Db::open(&path).unwrap().write(|tx| insert(tx, "kept")).await.unwrap();
        let again = Db::open(&path).unwrap();
        assert!(again.read(|tx| fact(tx, "kept")).await.unwrap().is_some());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_database_from_the_future_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let db = Db::open(&path).unwrap();
        db.write(|tx| tx.execute("INSERT INTO migrations (version) VALUES ($1)", args![9999]))
            .await
            .unwrap();
        drop(db);
        let refused = Db::open(&path).err().unwrap().to_string();
        assert!(refused.contains("newer ChatCal"), "{refused}");
    }
}
