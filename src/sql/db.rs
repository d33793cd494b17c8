//! The database's two threads: the writer that groups commits, and the reader.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::sync::oneshot;

use super::migrate::{migrate, require_present};
use super::postgres::Postgres;
use super::replica::Replica;
use super::sqlite::Sqlite;
use super::{Error, Tx};

/// How many closures one commit may carry; more only makes the first of them wait for the last.
const GROUP: usize = 256;
/// Nor does a commit wait for more once it has gathered for so long: on PostgreSQL other processes wait for it as well.
const GATHERING: Duration = Duration::from_millis(100);

/// A database, cheap to clone. Its threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Db(Arc<Threads>);

struct Threads {
    writer: Thread,
    reader: Thread,
    replica: Arc<Replica>,
    is_shared: bool,
}

struct Thread {
    jobs: Option<mpsc::Sender<Job>>,
    handle: Option<JoinHandle<()>>,
}

/// A caller's closure: runs inside the transaction, or hears why there is none, and gives back what is to be told to the caller after the commit.
type Job = Box<dyn FnOnce(Result<&mut Tx<'_>, Error>) -> Tell + Send>;
type Tell = Box<dyn FnOnce(&Result<(), Error>)>;

/// What closures run on.
pub(super) enum Connection {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

impl Db {
    /// Opens (or makes) the database file, readable by its owner only, and brings it to the present schema.
    ///
    /// # Errors
    /// When the file can't be opened or written, or is newer than this program.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut writer = Connection::Sqlite(Sqlite::writer(path)?);
        migrate(&mut writer)?;
        Self::over(writer, Connection::Sqlite(Sqlite::reader(path)?), false)
    }

    /// Opens a database file that is there, beside whoever uses it.
    ///
    /// # Errors
    /// When there is none, it can't be written, or it is not at the present schema.
    pub fn open_beside(path: &Path) -> Result<Self, Error> {
        if !path.is_file() {
            return Err(Error::Failed(format!(
                "{} is not there: has `chatcal serve` run with these settings?",
                path.display()
            )));
        }
        let mut writer = Connection::Sqlite(Sqlite::writer(path)?);
        require_present(&mut writer)?;
        Self::over(writer, Connection::Sqlite(Sqlite::reader(path)?), false)
    }

    /// Connects to a PostgreSQL (version 14 or newer; `postgres://user:password@host/name`) and brings it to the present schema.
    ///
    /// # Errors
    /// When it can't be reached, refuses, or is newer than this program.
    pub async fn connect(url: &SecretString) -> Result<Self, Error> {
        Self::connect_after(url, migrate).await
    }

    /// Connects to a PostgreSQL that holds the database already, beside whoever uses it.
    ///
    /// # Errors
    /// When it can't be reached, refuses, or is not at the present schema.
    pub async fn connect_beside(url: &SecretString) -> Result<Self, Error> {
        Self::connect_after(url, require_present).await
    }

    async fn connect_after(
        url: &SecretString,
        prepare: fn(&mut Connection) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let url = url.clone();
        // The client blocks, and so may not run on the runtime's own threads.
        let opened = tokio::task::spawn_blocking(move || {
            let mut writer = Connection::Postgres(Box::new(Postgres::connect(&url, true)?));
            prepare(&mut writer)?;
            let reader = Connection::Postgres(Box::new(Postgres::connect(&url, false)?));
            Self::over(writer, reader, true)
        });
        opened.await.map_err(|_| Error::Closed)?
    }

    fn over(writer: Connection, reader: Connection, is_shared: bool) -> Result<Self, Error> {
        Ok(Self(Arc::new(Threads {
            writer: Thread::start("sql-writer", move |jobs| serve(writer, &jobs, GROUP))?,
            reader: Thread::start("sql-reader", move |jobs| serve(reader, &jobs, 1))?,
            replica: Arc::new(Replica::new()),
            is_shared,
        })))
    }

    /// Other processes may do the same work on it at the same time.
    pub fn is_shared(&self) -> bool {
        self.0.is_shared
    }

    /// Who we are among them.
    pub fn replica(&self) -> Arc<Replica> {
        Arc::clone(&self.0.replica)
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
        self.write_then(body, |done| done).await
    }

    /// The same; `then` makes the answer of what `body` gave, once that is durable: on the writer's own thread, so in the order of
    /// the commits, and also when the caller has gone away. It must not wait for anything.
    ///
    /// # Errors
    /// Those of `body`, and the database's own.
    pub async fn write_then<T, U, E, F, G>(&self, body: F, then: G) -> Result<U, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        G: FnOnce(T) -> U + Send + 'static,
        T: 'static,
        U: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0.writer.run(|tx| tx.savepoint(body), then).await
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
        self.0.reader.run(body, |done| done).await
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

    async fn run<T, U, E, F, G>(&self, body: F, then: G) -> Result<U, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        G: FnOnce(T) -> U + Send + 'static,
        T: 'static,
        U: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let done = tx.map_err(E::from).and_then(body);
            Box::new(move |committed| {
                // A caller that has gone away no longer wants to know.
                let _ = answer.send(match committed {
                    Ok(()) => done.map(then),
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

/// Takes closures as they come: what has gathered while one transaction was made durable goes into the next together.
fn serve(mut connection: Connection, jobs: &mpsc::Receiver<Job>, group: usize) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = connection.begin() {
            connection.roll_back();
            first(Err(error))(&Ok(()));
            continue;
        }
        let mut tells = Vec::new();
        let outcome = run(&mut connection, first, jobs, group, &mut tells).and_then(|()| connection.commit());
        if outcome.is_err() {
            connection.roll_back();
        }
        for tell in tells {
            // Whoever is told by one that panics hears `Closed`.
            let _ = catch_unwind(AssertUnwindSafe(|| tell(&outcome)));
        }
    }
}

/// Runs `first` and what has gathered behind it, in the transaction that has begun.
fn run(
    connection: &mut Connection,
    first: Job,
    jobs: &mpsc::Receiver<Job>,
    group: usize,
    tells: &mut Vec<Tell>,
) -> Result<(), Error> {
    let begun = Instant::now();
    let mut next = Some(first);
    while let Some(job) = next {
        let mut tx = connection.tx()?;
        // A closure that panics is a bug in it alone: its caller hears `Closed`, its savepoint is gone with the panic's
        // transaction, and so the others of the group are told to try again.
        let told = catch_unwind(AssertUnwindSafe(|| job(Ok(&mut tx))));
        tells.push(told.map_err(|_| Error::Closed)?);
        next = if tells.len() < group && begun.elapsed() < GATHERING {
            jobs.try_recv().ok()
        } else {
            None
        };
    }
    Ok(())
}

impl Connection {
    fn begin(&mut self) -> Result<(), Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.begin(),
            Self::Postgres(postgres) => postgres.begin(),
        }
    }

    pub(super) fn tx(&mut self) -> Result<Tx<'_>, Error> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.tx()),
            Self::Postgres(postgres) => postgres.tx(),
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.commit(),
            Self::Postgres(postgres) => postgres.commit(),
        }
    }

    fn roll_back(&mut self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.roll_back(),
            Self::Postgres(postgres) => postgres.roll_back(),
        }
    }

    /// Runs `body` in a transaction of its own.
    pub(super) fn within<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.begin()?;
        let done = body(self).and_then(|done| self.commit().map(|()| done));
        if done.is_err() {
            self.roll_back();
        }
        done
    }

    /// Runs several statements at once.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch(sql),
            Self::Postgres(postgres) => postgres.batch(sql),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn only_its_owner_may_read_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        drop(Db::open(&path).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
