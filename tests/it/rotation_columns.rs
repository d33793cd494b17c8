//! `chatcal creds rotate`, column by column: whatever the database holds sealed comes under the first key, and opens without the old
//! one.

use std::sync::Arc;

use chatcal::args;
use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::service::Rotation;
use chatcal::settings::{self, Database, Settings, State, TierKind};
use chatcal::sql::{self, Db, Tx};
use chatcal::vault::check_key;
use chrono::NaiveTime;
use data_encoding::BASE64_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::engine::{self, Engine, on_both};

/// More than one page of rows in each column, and none that ends with one.
const ROWS: i64 = 300;

/// What is read back of a column's rows: each row's name and version, and the sealed parts that it holds.
type Read = fn(&sql::Row<'_>) -> Result<(String, i64, Vec<Vec<u8>>), sql::Error>;

/// A column, what it is sealed together with, and how its rows are read.
struct Sealed {
    name: &'static str,
    context: fn(&str, i64) -> String,
    all: &'static str,
    read: Read,
}

/// The contexts stand here once more: another one would open nothing that an earlier version has sealed.
const SEALED: [Sealed; 9] = [
    Sealed {
        name: "letters' ways",
        context: |person, _| format!("ways|{person}"),
        all: "SELECT person, address FROM outbox",
        read: |row| Ok((row.get(0)?, 0, vec![decoded(&row.get::<String>(1)?)])),
    },
    Sealed {
        name: "letters' handles",
        context: |person, _| format!("handle|{person}"),
        all: "SELECT person, handle FROM outbox",
        read: bytes,
    },
    Sealed {
        name: "acts",
        context: |person, _| format!("ways|{person}"),
        all: "SELECT person, act FROM acts",
        read: two_in_json,
    },
    Sealed {
        name: "conversations",
        context: |person, _| format!("ways|{person}"),
        all: "SELECT person, state FROM conversations",
        read: two_in_json,
    },
    Sealed {
        name: "sign-ins' secrets",
        context: |id, _| format!("sign-in secrets|{id}"),
        all: "SELECT id, secrets FROM sign_ins",
        read: bytes,
    },
    Sealed {
        name: "grants that wait for a code",
        context: |id, _| format!("pending grant|{id}"),
        all: "SELECT id, pending FROM sign_ins",
        read: bytes,
    },
    Sealed {
        name: "Discord's session",
        context: |application, _| format!("discord session|{application}"),
        all: "SELECT application, session_id FROM gateway_sessions",
        read: bytes,
    },
    Sealed {
        name: "grants on their way",
        context: |person, version| format!("grant|{person}|{version}"),
        all: "SELECT person, version, sealed FROM grant_journal",
        read: |row| Ok((row.get(0)?, row.get(1)?, vec![row.get(2)?])),
    },
    Sealed {
        name: "quarantine",
        context: |person, version| format!("aside|{person}|{version}"),
        all: "SELECT person, version, sealed FROM grant_quarantine",
        read: |row| Ok((row.get(0)?, row.get(1)?, vec![row.get(2)?])),
    },
];

fn bytes(row: &sql::Row<'_>) -> Result<(String, i64, Vec<Vec<u8>>), sql::Error> {
    Ok((row.get(0)?, 0, vec![row.get(1)?]))
}

/// As [`document`] has put them in.
fn two_in_json(row: &sql::Row<'_>) -> Result<(String, i64, Vec<Vec<u8>>), sql::Error> {
    let document: Value = serde_json::from_str(&row.get::<String>(1)?).unwrap();
    let sealed = [&document["request"]["to"], &document["others"][1]];
    Ok((
        row.get(0)?,
        0,
        sealed.map(|text| decoded(text.as_str().unwrap())).into(),
    ))
}

fn document(sealed: &str) -> String {
    json!({ "request": { "to": sealed, "title": "Lunch" }, "others": [7, sealed, null, "not sealed"] }).to_string()
}

fn decoded(text: &str) -> Vec<u8> {
    BASE64_NOPAD.decode(text.as_bytes()).unwrap()
}

/// One row of everything.
fn fill(tx: &mut Tx<'_>, keys: &KeyRing, n: i64) -> Result<(), sql::Error> {
    let (person, id) = (format!("discord:{}", n / 3), format!("sign-in {n}"));
    let ways = BASE64_NOPAD.encode(&keys.seal(&format!("ways|{person}"), b"secret"));
    let handle = keys.seal(&format!("handle|{person}"), b"secret");
    tx.execute(
        "INSERT INTO outbox (person, seq, address, message, silent, state, handle, attempts, written_at, due_at, abandoned) \
         VALUES ($1, $2, $3, '', 0, 'sent', $4, 0, 0, 0, 0)",
        args![&person, n, &ways, &handle],
    )?;
    tx.execute(
        "INSERT INTO acts (person, seq, act, attempts, due_at, abandoned) VALUES ($1, $2, $3, 0, 0, 0)",
        args![&person, n, &document(&ways)],
    )?;
    let somebody = format!("discord:{}", 1_000 + n);
    let ways = BASE64_NOPAD.encode(&keys.seal(&format!("ways|{somebody}"), b"secret"));
    tx.execute(
        "INSERT INTO conversations (person, state, changed_at) VALUES ($1, $2, 0)",
        args![&somebody, &document(&ways)],
    )?;
    let secrets = keys.seal(&format!("sign-in secrets|{id}"), b"secret");
    let pending = keys.seal(&format!("pending grant|{id}"), b"secret");
    tx.execute(
        "INSERT INTO sign_ins (id, person, opened_at, expires_at, state, secrets, consent, pending, wrong, goes_on) \
         VALUES ($1, $2, 0, 0, 'denied', $3, 0, $4, 0, 0)",
        args![&id, &person, &secrets, &pending],
    )?;
    let application = n.to_string();
    tx.execute(
        "INSERT INTO gateway_sessions (application, session_id, resume_url, sequence, identifies) VALUES ($1, $2, '', 0, '[]')",
        args![&application, &keys.seal(&format!("discord session|{application}"), b"secret")],
    )?;
    let tier = format!("tier {n}");
    let grant = keys.seal(&format!("grant|{person}|{n}"), b"secret");
    tx.execute(
        "INSERT INTO grant_journal (person, tier, version, sealed, attempts, due_at) VALUES ($1, $2, $3, $4, 0, 0)",
        args![&person, &tier, n, &grant],
    )?;
    tx.execute(
        "INSERT INTO grant_quarantine (person, tier, version, sealed, rule, reason, found_at) VALUES ($1, $2, $3, $4, '', '', 0)",
        args![&person, &tier, n, &keys.seal(&format!("aside|{person}|{n}"), b"secret")],
    )?;
    Ok(())
}

fn ring(keys: &[&SecretString]) -> Arc<KeyRing> {
    let keys: Vec<_> = keys.iter().map(|key| (*key).clone()).collect();
    Arc::new(KeyRing::new(&keys, Entropy::seeded(2)).unwrap())
}

/// The columns that hold something which does not open with these keys, and how much.
async fn closed(db: &Db, keys: &Arc<KeyRing>) -> Vec<(&'static str, usize)> {
    let mut found = Vec::new();
    for column in SEALED {
        let rows = db.read(move |tx| tx.rows(column.all, &[], column.read)).await.unwrap();
        assert_eq!(rows.len() as i64, ROWS, "{}", column.name);
        let closed = rows.iter().filter(|(owner, version, parts)| {
            let context = (column.context)(owner, *version);
            let opens = |sealed: &Vec<u8>| keys.open(&context, sealed).is_ok_and(|plain| plain == b"secret");
            !parts.iter().all(opens)
        });
        match closed.count() {
            0 => {}
            closed => found.push((column.name, closed)),
        }
    }
    found
}

fn settings(dir: &std::path::Path, database: &Database, keys: &[&SecretString]) -> Settings {
    let nowhere = || "http://127.0.0.1:9/".parse().unwrap();
    let keys: Vec<_> = keys.iter().map(|key| key.expose_secret()).collect();
    Settings {
        site: settings::Site {
            public_url: nowhere(),
            listen: "127.0.0.1:9".parse().unwrap(),
            contact: String::new(),
            admins: Vec::new(),
            log: String::new(),
        },
        hours: settings::Hours {
            default_zone: None,
            start: NaiveTime::MIN,
            end: NaiveTime::from_hms_opt(23, 0, 0).unwrap(),
        },
        state: State {
            dir: dir.to_owned(),
            database: database.clone(),
            redis_url: None,
            tiers: vec![TierKind::Database],
            key: settings::Key::Given(keys.join(" ").into()),
            is_fleeting: false,
        },
        google: settings::Google {
            client_id: "ours".to_owned(),
            client_secret: "secret".to_owned().into(),
            redirect_uri: nowhere(),
            auth_url: nowhere(),
            token_url: nowhere(),
            revoke_url: nowhere(),
            jwks_url: nowhere(),
            userinfo_url: nowhere(),
            calendar_url: nowhere(),
        },
        secret_manager: None,
        slack: None,
        discord: None,
    }
}

on_both!(t09_every_column_that_is_sealed_comes_under_the_first_key);
async fn t09_every_column_that_is_sealed_comes_under_the_first_key(engine: Engine) {
    let dir = tempfile::tempdir().unwrap();
    let database = engine.database(dir.path()).await;
    let db = engine::open(&database).await;
    let [old, new] = [11, 12].map(|seed| KeyRing::make_key(&Entropy::seeded(seed)));
    let before = ring(&[&old]);
    check_key(&db, &before).await.unwrap();
    let keys = before.clone();
    let filled = db.write(move |tx| (0..ROWS).try_for_each(|n| fill(tx, &keys, n)));
    filled.await.unwrap();
    assert_eq!(closed(&db, &before).await, []);
    assert_eq!(closed(&db, &ring(&[&new])).await.len(), SEALED.len());

    let rotation = |keys: &[&SecretString]| {
        let settings = settings(dir.path(), &database, keys);
        async move { Rotation::open(&settings, Clock::system(), Entropy::system()).await }
    };
    let both = rotation(&[&new, &old]).await.unwrap();
    assert!(!both.check().await.unwrap().is_clean());
    assert_eq!(closed(&db, &before).await, [], "a check changes nothing");
    let report = both.rotate().await.unwrap();
    assert_eq!(closed(&db, &ring(&[&new])).await, [], "{report:?}");
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.all().closed, 0, "{report:?}");

    // Each row counts, so that none is passed over unseen.
    let counted: u64 = report.all().under.values().sum();
    assert_eq!(counted, 11 * ROWS as u64, "nine columns, two of them with two parts");
    // The old key can go.
    assert!(rotation(&[&new]).await.unwrap().check().await.unwrap().is_clean());
    assert!(rotation(&[&old]).await.is_err());
}
