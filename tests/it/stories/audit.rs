//! What must be true at the end of every story.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use chatcal::args;
use chatcal::sandbox::google::{Endpoint, Google};
use chatcal::sandbox::{discord, slack};
use chatcal::settings::Database;
use chatcal::sql::{self, Arg, Db};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::discord_openapi::Description;
use crate::engine::{self, Engine, on_both};
use crate::specs::{Discovery, google_discovery};

/// What is logged by all stories of this process: ours in full, the libraries' as far as the program ever lets them speak.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Ink;

impl Write for Ink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Ink {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

/// Starts to write the log, once.
pub fn listen() {
    static BEGUN: LazyLock<()> = LazyLock::new(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("info,chatcal=trace"))
            .with_ansi(false)
            .with_writer(Ink)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("no other test sets one");
    });
    LazyLock::force(&BEGUN);
}

/// How many lines of the log hold `text`.
pub fn logged(text: &str) -> usize {
    let log = LOG.lock().unwrap();
    String::from_utf8_lossy(&log)
        .lines()
        .filter(|line| line.contains(text))
        .count()
}

pub fn no_secret_in_logs(secrets: &[String]) {
    no_secret_in(secrets, "the log", &LOG.lock().unwrap());
}

pub fn no_secret_in(secrets: &[String], place: &str, bytes: &[u8]) {
    for secret in secrets {
        if let Some(at) = find(bytes, secret.as_bytes()) {
            let around = &bytes[at.saturating_sub(200)..(at + 60).min(bytes.len())];
            panic!(
                "{place} holds the secret {secret:?}: …{}…",
                String::from_utf8_lossy(around)
            );
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The database as it lies on the disk, its journal, and everything beside it.
pub fn no_secret_in_folder(secrets: &[String], folder: &Path) {
    let mut looked_at = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                // The database's journals go when it is closed.
                if let Ok(bytes) = std::fs::read(&path) {
                    no_secret_in(secrets, &path.display().to_string(), &bytes);
                    looked_at += 1;
                }
            }
        }
    }
    assert!(looked_at >= 1, "the state folder holds a lock at least");
}

/// Every table of a database that is no file, as it goes over the wire.
pub async fn no_secret_in_database(secrets: &[String], database: &Database) {
    let Database::Postgres(url) = database else { return };
    let (url, secrets) = (url.expose_secret().to_owned(), secrets.to_owned());
    // The client blocks, and so may not run on the runtime's own threads.
    let looked = tokio::task::spawn_blocking(move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let tables = "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = 'public'";
        let tables = client.query(tables, &[]).unwrap();
        for table in &tables {
            let table: &str = table.get(0);
            let mut bytes = Vec::new();
            let copy = format!("COPY {table} TO STDOUT (FORMAT binary)");
            client.copy_out(&copy).unwrap().read_to_end(&mut bytes).unwrap();
            no_secret_in(&secrets, table, &bytes);
        }
        tables.len()
    });
    assert!(looked.await.unwrap() > 5, "there are tables");
}

/// No message is stuck, no letter waits or was given up, and no act is open but one that is put off to its time.
pub async fn nothing_waits(db: &Db, now: DateTime<Utc>) {
    let left = db.read(move |tx| {
        let mut all = |query, args: &[Arg<'_>]| tx.rows(query, args, |row| row.get::<String>(0));
        Ok::<_, sql::Error>([
            all("SELECT delivery FROM inbox WHERE state <> 'heard'", &[])?,
            all("SELECT state || ' ' || message FROM outbox WHERE state <> 'sent'", &[])?,
            all(
                "SELECT act FROM acts WHERE due_at <= $1 OR holder IS NOT NULL",
                args![now],
            )?,
        ])
    });
    let [messages, letters, acts] = left.await.unwrap();
    let none: [String; 0] = [];
    assert_eq!(messages, none, "messages are stuck");
    assert_eq!(letters, none, "letters did not leave");
    assert_eq!(acts, none, "acts are not done");
}

/// Google was asked only what its own description has.
pub fn google_requests(google: &Google) {
    static CALENDAR: LazyLock<Option<Discovery>> = LazyLock::new(|| google_discovery("calendar"));
    for request in google.requests() {
        let line = format!("{} {}", request.method, request.path_and_query);
        match request.endpoint {
            Endpoint::EventsList
            | Endpoint::EventsGet
            | Endpoint::EventsInsert
            | Endpoint::EventsPatch
            | Endpoint::EventsDelete => {
                if let Some(calendar) = &*CALENDAR {
                    let checked =
                        calendar.check_request(&request.method, &request.path_and_query, request.body.as_bytes());
                    assert_eq!(checked, Ok(()), "{line}\n{}", request.body);
                }
            }
            Endpoint::Auth
            | Endpoint::Decide
            | Endpoint::Token
            | Endpoint::Revoke
            | Endpoint::Certs
            | Endpoint::Userinfo
            | Endpoint::Week => {}
            Endpoint::Other => panic!("Google was asked for {line}"),
        }
    }
}

/// Slack was asked nothing that it refuses, and nobody was pinged.
pub fn slack_requests(slack: &slack::Slack, tolerated: &[String]) {
    let pinged = slack.pinged();
    assert!(pinged.is_empty(), "pinged: {pinged:?}");
    for request in slack.requests() {
        let error = request.error.clone().unwrap_or_default();
        let good = request.status == 200 && error.is_empty();
        let known = tolerated
            .iter()
            .any(|known| error == *known || request.method == *known);
        assert!(good || known, "Slack refused: {request:?}");
    }
}

/// Discord was asked nothing that it refuses, each body in the form that its own description gives.
pub fn discord_requests(discord: &discord::Discord, tolerated: &[String]) {
    for request in discord.requests() {
        let line = format!("{} {}", request.method, request.path);
        let known = tolerated
            .iter()
            .any(|known| line.contains(known) || request.status.to_string() == *known);
        assert!(request.status < 400 || known, "Discord refused {line}: {request:?}");
        if let Some(description) = Description::read().filter(|_| request.status < 400) {
            description.check(&request);
        }
    }
}

on_both!(the_audit_finds_what_it_looks_for);
async fn the_audit_finds_what_it_looks_for(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let database = engine.database(folder.path()).await;
    let db = engine::open(&database).await;
    let does = |sql: &'static str| {
        let db = db.clone();
        async move { db.write(move |tx| tx.execute(sql, &[])).await.unwrap() }
    };
    let ends_well = async |now: i64| {
        let db = db.clone();
        let now = DateTime::from_timestamp_millis(now).unwrap();
        tokio::spawn(async move { nothing_waits(&db, now).await }).await.is_ok()
    };
    does("INSERT INTO acts (person, seq, act, attempts, due_at, abandoned) VALUES ('a', 1, '1//sandbox-x', 0, 5, 0)")
        .await;
    assert!(ends_well(4).await && !ends_well(5).await);
    for (row, undone) in [
        (
            "INSERT INTO outbox (person, seq, address, message, silent, state, attempts, written_at, due_at, abandoned) \
             VALUES ('a', 1, '', '', 0, 'dead', 0, 0, 0, 0)",
            "UPDATE outbox SET state = 'sent'",
        ),
        (
            "INSERT INTO inbox (delivery, person, said_at, taken_at, state) VALUES ('d', 'a', 0, 0, 'stuck')",
            "DELETE FROM inbox",
        ),
    ] {
        does(row).await;
        assert!(!ends_well(4).await, "{row}");
        does(undone).await;
        assert!(ends_well(4).await, "{undone}");
    }

    drop(db);
    std::fs::write(folder.path().join("lock"), "").unwrap();
    std::fs::write(folder.path().join("other"), "").unwrap();
    let clean = async |secret: &str| {
        let (secrets, folder, database) = ([secret.to_owned()], folder.path().to_owned(), database.clone());
        let looked = tokio::spawn(async move {
            no_secret_in_folder(&secrets, &folder);
            no_secret_in_database(&secrets, &database).await;
        });
        looked.await.is_ok()
    };
    assert!(clean("ya29.sandbox-").await && !clean("1//sandbox-").await);
}
