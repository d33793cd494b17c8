//! A real PostgreSQL on a free port, shared by all tests of a run, each with a database of its own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chatcal::settings::Database;
use postgres::{Client, NoTls};
use secrecy::{ExposeSecret, SecretString};

/// PostgreSQL refuses to run as root: then it runs as nobody.
const NOBODY: u32 = 65534;

/// A database of its own on the run's server.
pub struct PostgresDatabase {
    pub url: String,
}

impl PostgresDatabase {
    pub async fn create() -> Self {
        // The client blocks, and so may not run on the runtime's own threads.
        tokio::task::spawn_blocking(Self::create_blocking).await.unwrap()
    }

    pub fn create_blocking() -> Self {
        let name = next_name();
        admin(&format!("CREATE DATABASE {name}"));
        Self {
            url: url(server().port, &name),
        }
    }

    /// The database that the service is told to use, if it is one of these.
    pub fn of(database: &Database) -> Option<Self> {
        match database {
            Database::File(_) => None,
            Database::Postgres(url) => Some(Self {
                url: url.expose_secret().to_owned(),
            }),
        }
    }

    /// A copy as it is now. Whoever uses it is cut off first, as copying demands.
    pub async fn copy(&self) -> Self {
        let (from, name) = (self.name(), next_name());
        let copy = Self {
            url: url(server().port, &name),
        };
        tokio::task::spawn_blocking(move || {
            admin(&cut_off(&from));
            admin(&format!("CREATE DATABASE {name} TEMPLATE {from}"));
        })
        .await
        .unwrap();
        copy
    }

    /// Everything in it is lost.
    pub async fn lose(&self) {
        let name = self.name();
        tokio::task::spawn_blocking(move || {
            admin(&format!("DROP DATABASE {name} WITH (FORCE)"));
            admin(&format!("CREATE DATABASE {name}"));
        })
        .await
        .unwrap();
    }

    fn name(&self) -> String {
        let (_, name) = self.url.rsplit_once('/').unwrap();
        name.to_owned()
    }

    pub fn secret(&self) -> SecretString {
        SecretString::from(self.url.clone())
    }

    pub fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }
}

struct Server {
    port: u16,
}

fn next_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn admin(sql: &str) {
    let mut client = Client::connect(&url(server().port, "postgres"), NoTls).unwrap();
    client.batch_execute(sql).unwrap();
}

fn cut_off(name: &str) -> String {
    format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
}

fn url(port: u16, name: &str) -> String {
    format!("postgres://chatcal@127.0.0.1:{port}/{name}")
}

/// The run's server. It ends with the run: the kernel ends it when the thread that started it does.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let (ready, is_ready) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let dir = tempfile::tempdir().unwrap();
            let (server, mut child) = start(dir.path());
            ready.send(server).unwrap();
            child.wait()
        });
        is_ready.recv().expect("PostgreSQL starts")
    })
}

fn start(dir: &Path) -> (Server, Child) {
    let programs = programs();
    let nobody = fs::metadata(dir).unwrap().uid() == 0;
    if nobody {
        chown(dir, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let command = |program: &Path| {
        // It may not outlive the run, however that ends.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(program);
        command
            .current_dir(dir)
            .env("PGDATA", dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    };
    let made = command(&programs.join("initdb"))
        .args([
            "--username=chatcal",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ])
        .status()
        .unwrap();
    assert!(made.success(), "initdb: {made}");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = command(&programs.join("postgres"))
        .args([
            "-F",
            "-k",
            "",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "max_connections=400",
        ])
        .args(["-c", "shared_buffers=32MB", "-p", &port.to_string()])
        .spawn()
        .unwrap();
    while Client::connect(&url(port, "postgres"), NoTls).is_err() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "postgres ended at once: {ended:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    (Server { port }, child)
}

/// Where PostgreSQL's server programs are: Debian keeps them by version and off the PATH, others on it.
fn programs() -> PathBuf {
    let by_version = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = by_version.map(|entry| entry.unwrap().path().join("bin")).max();
    let dir = newest.unwrap_or_default();
    let found = Command::new(dir.join("initdb")).arg("--version").output().is_ok();
    assert!(
        found,
        "this test needs PostgreSQL's server programs: install postgresql, as scripts/test does"
    );
    dir
}
