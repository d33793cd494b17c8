//! What every credential tier must keep to, asked of each of them; and what each must do about its own kind of trouble.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use chatcal::args;
use chatcal::clock::Clock;
use chatcal::domain::person::PersonId;
use chatcal::sql::Db;
use chatcal::vault::{Database, Folder, Memory, Put, Record, Redis, Tier};
use futures_util::future::join_all;

use crate::cloud::Cloud;
use crate::postgres_server::PostgresDatabase;
use crate::redis_server::RedisServer;

pub fn ana() -> PersonId {
    PersonId::slack("T1", "U1")
}

pub fn record(version: i64, sealed: &[u8]) -> Record {
    Record {
        version,
        sealed: sealed.to_vec(),
    }
}

pub async fn keeps_the_contract(tier: &dyn Tier) {
    let (ana, bo) = (ana(), PersonId::discord(7));
    assert_eq!(tier.get(&ana).await.unwrap(), None);

    let fifth = record(5, b"any bytes: \0 \n \r\n \xff { \" }");
    assert_eq!(tier.put(&ana, &fifth).await.unwrap(), Put::Kept);
    assert_eq!(tier.get(&ana).await.unwrap(), Some(fifth.clone()));
    assert_eq!(
        tier.get(&bo).await.unwrap(),
        None,
        "one person's record is nobody else's"
    );

    let older = tier.put(&ana, &record(4, b"older")).await.unwrap();
    assert_eq!(older, Put::Outranked(fifth.clone()), "a tier never steps back");
    assert_eq!(tier.get(&ana).await.unwrap(), Some(fifth));

    let resealed = record(5, b"the same version under another key");
    assert_eq!(tier.put(&ana, &resealed).await.unwrap(), Put::Kept);
    let newest = record(i64::from(u32::MAX) * 1000, &[7; 4096]);
    assert_eq!(tier.put(&ana, &newest).await.unwrap(), Put::Kept);
    assert_eq!(tier.get(&ana).await.unwrap(), Some(newest.clone()));

    assert_eq!(tier.people().await.unwrap(), std::slice::from_ref(&ana));
    tier.remove(&ana, &resealed).await.unwrap();
    assert_eq!(
        tier.get(&ana).await.unwrap(),
        Some(newest.clone()),
        "another record has come in its place"
    );
    tier.remove(&ana, &newest).await.unwrap();
    tier.remove(&ana, &newest).await.unwrap();
    assert_eq!(tier.get(&ana).await.unwrap(), None);

    let crowd: Vec<_> = (1..=40).map(|n| record((n * 17) % 41, &[0; 100])).collect();
    join_all(crowd.iter().map(|one| tier.put(&bo, one))).await;
    assert_eq!(
        tier.get(&bo).await.unwrap().unwrap().version,
        40,
        "of many writers the highest wins"
    );
}

#[tokio::test]
async fn memory_keeps_the_contract() {
    keeps_the_contract(&Memory::new(1000)).await;
}

#[tokio::test]
async fn the_file_tier_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    keeps_the_contract(&Folder::open(&dir.path().join("grants")).unwrap()).await;
}

#[tokio::test]
async fn redis_keeps_the_contract() {
    let server = RedisServer::start().await;
    keeps_the_contract(&Redis::open(&server.url()).unwrap()).await;
}

#[tokio::test]
async fn the_database_keeps_the_contract_on_both_engines() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::system();
    let sqlite = Db::open(&dir.path().join("chatcal.db")).unwrap();
    keeps_the_contract(&Database::new(sqlite, clock.clone())).await;
    let postgres = Db::connect(&PostgresDatabase::create().await.secret()).await.unwrap();
    keeps_the_contract(&Database::new(postgres, clock)).await;
}

#[tokio::test]
async fn the_database_passes_access_tokens_on_for_as_long_as_they_live() {
    let dir = tempfile::tempdir().unwrap();
    let sqlite = Db::open(&dir.path().join("chatcal.db")).unwrap();
    let postgres = Db::connect(&PostgresDatabase::create().await.secret()).await.unwrap();
    for db in [sqlite, postgres] {
        let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
        let (one, other) = (
            Database::new(db.clone(), clock.clone()),
            Database::new(db.clone(), clock.clone()),
        );
        assert_eq!(other.access(&ana()).await.unwrap(), None);
        for sealed in [&b"\0sealed\xff"[..], b"the next"] {
            one.keep_access(&ana(), sealed, Duration::from_secs(60)).await.unwrap();
            assert_eq!(other.access(&ana()).await.unwrap().unwrap(), sealed);
        }
        clock.advance(Duration::from_secs(60));
        assert_eq!(other.access(&ana()).await.unwrap(), None);
        let left = || db.read(|tx| tx.row("SELECT COUNT(*) FROM sealed_access", args![], |row| row.get::<i64>(0)));
        assert_eq!(left().await.unwrap(), Some(1));
        other.tidy().await.unwrap();
        assert_eq!(left().await.unwrap(), Some(0));
    }
}

#[tokio::test]
async fn secret_manager_keeps_the_contract() {
    let cloud = Cloud::start().await;
    keeps_the_contract(&cloud.open()).await;
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The one file in the folder.
fn only_file(folder: &Path) -> std::path::PathBuf {
    let files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[tokio::test]
async fn t13_credential_files_are_their_owners_alone_or_refused_with_the_mend() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("grants");
    let folder = Folder::open(&path).unwrap();
    folder.put(&ana(), &record(1, b"one")).await.unwrap();
    let file = only_file(&path);
    assert_eq!((mode(&path), mode(&file)), (0o700, 0o600));
    assert!(
        !file.to_string_lossy().contains("U1"),
        "the name tells nobody whose it is"
    );

    set_mode(&file, 0o640);
    let refused = Folder::open(&path).err().unwrap().to_string();
    assert!(
        refused.contains(&format!("chmod 600 '{}'", file.display())),
        "{refused}"
    );
    let unread = folder.get(&ana()).await.unwrap_err().to_string();
    assert!(unread.contains("chmod 600"), "{unread}");

    set_mode(&file, 0o600);
    set_mode(&path, 0o755);
    let refused = Folder::open(&path).err().unwrap().to_string();
    assert!(
        refused.contains(&format!("chmod 700 '{}'", path.display())),
        "{refused}"
    );

    set_mode(&path, 0o700);
    let again = Folder::open(&path).unwrap();
    assert_eq!(again.get(&ana()).await.unwrap(), Some(record(1, b"one")));
}

#[tokio::test]
async fn a_file_cut_at_any_byte_is_never_taken_for_the_record_and_gives_way_to_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("grants");
    let folder = Folder::open(&path).unwrap();
    let whole = record(7, b"sealed");
    folder.put(&ana(), &whole).await.unwrap();
    let file = only_file(&path);
    let bytes = fs::read(&file).unwrap();
    for length in 0..bytes.len() {
        fs::write(&file, &bytes[..length]).unwrap();
        let found = folder.get(&ana()).await.unwrap();
        assert_eq!(found, Some(Record::garbage(bytes[..length].to_vec())));
    }
    assert_eq!(folder.put(&ana(), &record(1, b"new")).await.unwrap(), Put::Kept);
}

#[tokio::test]
async fn a_disk_that_fails_is_a_tier_that_is_down_and_never_an_absent_record() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("grants");
    let folder = Folder::open(&path).unwrap();
    folder.put(&ana(), &record(1, b"one")).await.unwrap();

    // The folder is gone, as when a disk is not mounted.
    let aside = dir.path().join("aside");
    fs::rename(&path, &aside).unwrap();
    assert!(folder.get(&ana()).await.is_err());
    assert!(folder.people().await.is_err());
    assert!(folder.put(&ana(), &record(2, b"two")).await.is_err());
    fs::rename(&aside, &path).unwrap();

    // The file can't be read or replaced.
    let file = only_file(&path);
    fs::remove_file(&file).unwrap();
    fs::create_dir_all(file.join("in the way")).unwrap();
    set_mode(&file, 0o700);
    assert!(folder.get(&ana()).await.is_err());
    assert!(folder.put(&ana(), &record(2, b"two")).await.is_err());
    fs::remove_dir_all(&file).unwrap();

    // The draft can't be written: what stands stays whole.
    folder.put(&ana(), &record(2, b"two")).await.unwrap();
    fs::create_dir(file.with_extension("new")).unwrap();
    assert!(folder.put(&ana(), &record(3, b"three")).await.is_err());
    assert_eq!(folder.get(&ana()).await.unwrap(), Some(record(2, b"two")));
}

#[tokio::test]
async fn a_redis_that_is_gone_or_silent_is_down_and_one_that_returns_is_used_at_once() {
    let mut server = RedisServer::start().await;
    let redis = Redis::open(&server.url()).unwrap();
    redis.put(&ana(), &record(1, b"one")).await.unwrap();

    server.stop();
    assert!(redis.get(&ana()).await.is_err());
    assert!(redis.people().await.is_err());
    assert!(redis.put(&ana(), &record(2, b"two")).await.is_err());
    server.start_again().await;
    assert_eq!(redis.get(&ana()).await.unwrap(), Some(record(1, b"one")));

    // A restart between two commands is no trouble at all.
    server.stop();
    server.start_again().await;
    assert_eq!(redis.put(&ana(), &record(2, b"two")).await.unwrap(), Put::Kept);

    server.freeze();
    assert!(redis.get(&ana()).await.is_err());
    server.thaw();
    while redis.get(&ana()).await.is_err() {}
    assert_eq!(redis.get(&ana()).await.unwrap(), Some(record(2, b"two")));
}

#[tokio::test]
async fn redis_passes_access_tokens_on_for_as_long_as_they_live() {
    let server = RedisServer::start().await;
    let redis = Redis::open(&server.url()).unwrap();
    assert_eq!(redis.access(&ana()).await.unwrap(), None);
    redis
        .keep_access(&ana(), b"\0sealed\xff", Duration::from_secs(3600))
        .await
        .unwrap();
    assert_eq!(redis.access(&ana()).await.unwrap().unwrap(), b"\0sealed\xff");
    redis
        .keep_access(&ana(), b"brief", Duration::from_millis(50))
        .await
        .unwrap();
    while redis.access(&ana()).await.unwrap().is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn an_address_that_makes_no_sense_is_refused_without_quoting_it() {
    let refused = Redis::open(&"http://user:hunter2@host".into()).err().unwrap();
    assert!(!format!("{refused} {refused:?}").contains("hunter2"), "{refused}");
}
