//! What must be true at the end of every story.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use chatcal::sandbox::google::{Endpoint, Google};
use chatcal::sandbox::{discord, slack};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::discord_openapi::Description;
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
    assert!(looked_at >= 2, "the state folder holds a lock and a database at least");
}

/// No message is stuck, no letter waits or was given up, and no act is open but one that is put off to its time.
pub fn nothing_waits(database: &Path, now: DateTime<Utc>) {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let all = |query: &str| -> Vec<String> {
        let mut rows = db.prepare(query).unwrap();
        rows.query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let none: [String; 0] = [];
    assert_eq!(
        all("SELECT delivery FROM inbox WHERE state <> 'heard'"),
        none,
        "messages are stuck"
    );
    assert_eq!(
        all("SELECT state || ' ' || message FROM outbox WHERE state <> 'sent'"),
        none,
        "letters did not leave"
    );
    let due = format!(
        "SELECT act FROM acts WHERE due_at <= {} OR leased <> 0",
        now.timestamp_millis()
    );
    assert_eq!(all(&due), none, "acts are not done");
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

#[test]
fn the_audit_finds_what_it_looks_for() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("a.db");
    let db = Connection::open(&database).unwrap();
    db.execute_batch(
        "CREATE TABLE inbox (delivery TEXT, state TEXT); CREATE TABLE outbox (state TEXT, message TEXT);
         CREATE TABLE acts (act TEXT, due_at BIGINT, leased BIGINT);
         INSERT INTO acts VALUES ('1//sandbox-x', 5, 0); INSERT INTO outbox VALUES ('sent', '');",
    )
    .unwrap();
    std::fs::write(folder.path().join("lock"), "").unwrap();
    let found = |secret: &str| {
        let secrets = [secret.to_owned()];
        std::panic::catch_unwind(|| no_secret_in_folder(&secrets, folder.path())).is_err()
    };
    assert!(found("1//sandbox-") && !found("ya29.sandbox-"));
    let waits = |at: i64| {
        let now = DateTime::from_timestamp_millis(at).unwrap();
        std::panic::catch_unwind(|| nothing_waits(&database, now)).is_err()
    };
    assert!(!waits(4) && waits(5));
    for row in [
        "INSERT INTO outbox VALUES ('dead', 'x')",
        "UPDATE outbox SET state = 'sent'; INSERT INTO inbox VALUES ('d', 'stuck')",
    ] {
        db.execute_batch(row).unwrap();
        assert!(waits(4), "{row}");
    }
}
