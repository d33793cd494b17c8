//! A real PostgreSQL on a free port, shared by all tests of a run, each with a database of its own.

use std::fs;
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

use crate::port::Port;

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
            url: url(&server().port, &name),
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
            url: url(&server().port, &name),
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
    port: Port,
    /// Holds the pipe.
    _keeper: Child,
}

fn next_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn admin(sql: &str) {
    let mut client = Client::connect(&url(&server().port, "postgres"), NoTls).unwrap();
    client.batch_execute(sql).unwrap();
}

fn cut_off(name: &str) -> String {
    format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
}

fn url(port: &Port, name: &str) -> String {
    format!("postgres://chatcal@{}/{name}", port.address())
}

/// The run's server. Its keeper ends it, and clears its folder away, when the pipe that this process holds is closed: by the kernel
/// then, however the run ends.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| start(&tempfile::tempdir().unwrap().keep()))
}

/// Told as `sh -c KEEPER postgres …`.
const KEEPER: &str = r#""$0" "$@" & read -r _; kill -QUIT $!; wait; rm -rf -- "$PGDATA""#;

fn start(dir: &Path) -> Server {
    let programs = programs();
    let nobody = fs::metadata(dir).unwrap().uid() == 0;
    if nobody {
        chown(dir, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let command = |program: &Path| {
        let mut command = Command::new(program);
        command
            .current_dir("/")
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
    let port = Port::hold();
    let keeper = command(Path::new("sh"))
        .arg("-c")
        .arg(KEEPER)
        .arg(programs.join("postgres"))
        .args(["-F", "-k", "", "-p", &port.number().to_string()])
        .args(["-c", "listen_addresses=127.0.0.1"])
        .args(["-c", "max_connections=400"])
        .args(["-c", "shared_buffers=32MB"])
        .stdin(Stdio::piped())
        // Ctrl-C in a terminal is for the tests: the keeper has its own end.
        .process_group(0)
        .spawn()
        .unwrap();
    let answers = (0..3000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        Client::connect(&url(&port, "postgres"), NoTls).is_ok()
    });
    assert!(answers, "PostgreSQL does not answer on {port:?}");
    Server { port, _keeper: keeper }
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
