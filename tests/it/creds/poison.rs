//! The story that must not happen again: test credentials in Secret Manager, good ones elsewhere, and nobody who sees it.

use std::sync::Arc;

use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::sql::Db;
use chatcal::vault::{NoAccess, Record, Tier};
use rusqlite::Connection;
use secrecy::ExposeSecret;

use super::office::{CANARY, CLIENT, Office, Said, ana, bo, day};
use crate::cloud::Cloud;
use crate::stories::no_secret_in_folder;

const ANA: &str = "slack:T01:UANA";

#[tokio::test(flavor = "multi_thread")]
async fn t07_a_test_client_in_secret_manager_is_seen_passed_over_and_cleared() {
    let mut office = Office::open().await;
    let cloud = Cloud::at(Clock::system()).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Db::open(&elsewhere.path().join("a.db")).unwrap();
    let in_cloud = || -> Arc<dyn Tier> { Arc::new(cloud.open()) };
    office
        .connects(&other, &ana(), day(2), "test_client", vec![in_cloud()])
        .await;
    let db = Db::open(&office.database()).unwrap();
    office
        .connects(&db, &ana(), day(20), CLIENT, vec![office.shared()])
        .await;

    // The good copy is used.
    let vault = office.vault(&db, Clock::system(), CLIENT, vec![in_cloud(), office.shared()]);
    assert!(
        matches!(vault.access(&ana()).await, Err(NoAccess::Misconfigured { .. })),
        "what Google says here"
    );
    assert_eq!(*office.asked.lock().unwrap(), [format!("{CANARY}-of-{CLIENT}")]);

    // An operator sees both.
    office.cloud = Some(cloud);
    let seen = office.creds(&["inspect", "uana@example.org"]);
    let line = |start: &str| {
        seen.out
            .lines()
            .find(|line| line.starts_with(start))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(
        line("secret-manager").ends_with("POISONED  client_id \"test_client\" is not the configured client"),
        "{seen:?}"
    );
    assert!(line("secret-manager").contains("2026-11-02 08:02"), "{seen:?}");
    assert!(
        line("redis").ends_with("  ok") && line("redis").contains("2026-11-20 08:02"),
        "{seen:?}"
    );
    assert!(
        line("advice").starts_with(&format!("advice  chatcal creds clear {ANA} --tier secret-manager")),
        "{seen:?}"
    );

    // The dry run changes nothing, and what is done takes the bad copy alone.
    let cloud = office.cloud.as_ref().unwrap();
    let bad = cloud.open().get(&ana()).await.unwrap();
    let good = office.shared().get(&ana()).await.unwrap();
    let dry = office.creds(&["clear", ANA, "--tier", "secret-manager"]);
    assert!(
        dry.code == 0 && dry.out.contains("would clear secret-manager") && dry.out.contains("A dry run"),
        "{dry:?}"
    );
    assert!(!dry.out.contains("CAREFUL"), "{dry:?}");
    assert!(bad.is_some() && cloud.open().get(&ana()).await.unwrap() == bad);
    let done = office.creds(&["clear", ANA, "--tier", "secret-manager", "--apply"]);
    assert!(
        done.code == 0 && done.out.starts_with("cleared secret-manager"),
        "{done:?}"
    );
    assert_eq!(cloud.open().get(&ana()).await.unwrap(), None);
    assert_eq!(office.shared().get(&ana()).await.unwrap(), good);
    let clean = office.creds(&["inspect", ANA]);
    assert!(
        !clean.out.contains("POISONED") && !clean.out.contains("SET ASIDE"),
        "{clean:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t07_nothing_of_a_tier_that_is_silent_is_cleared_or_said_to_be() {
    let mut office = Office::open().await;
    office.with(&ana()).await;
    office.sql(&format!(
        "INSERT INTO grant_quarantine (person, tier, version, sealed, rule, reason, found_at) \
         VALUES ('{ANA}', 'redis', 1, x'00', 'not-a-record', 'not a sealed record', 0)"
    ));
    office.redis.stop();
    for order in [&["clear", ANA][..], &["clear", ANA, "--apply"]] {
        let told = office.creds(order);
        assert!(
            !told.out.contains("forg") && told.out.contains("left alone: redis, DOWN"),
            "{order:?}: {told:?}"
        );
    }
    assert!(office.creds(&["inspect", ANA]).out.contains("SET ASIDE"));
    office.redis.start_again().await;
    let told = office.creds(&["clear", ANA, "--apply"]);
    assert!(
        told.out
            .contains("forgot the copy of uana (slack:T01:UANA) that was set aside from redis"),
        "{told:?}"
    );
    assert!(!office.creds(&["inspect", ANA]).out.contains("SET ASIDE"));
}

/// The tiers in which Ana's record lies.
async fn tiers_with_ana(office: &Office) -> Vec<&'static str> {
    let tiers: [Arc<dyn Tier>; 2] = [office.shared(), office.file()];
    let mut found = Vec::new();
    for tier in tiers {
        found.extend(tier.get(&ana()).await.unwrap().map(|_| tier.name()));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn t07_what_may_be_the_last_grant_is_not_advised_away_and_goes_only_where_that_is_said() {
    let office = Office::open().await;
    office.with(&ana()).await;
    let other = "5678.apps.googleusercontent.com";
    let creds = |arguments: &[&str]| {
        let all = [&["creds"], arguments].concat();
        Said::of(office.command(&all).env("GOOGLE_CLIENT_ID", other).output().unwrap())
    };
    let seen = creds(&["inspect", ANA]);
    assert!(
        seen.out.contains("BLOCKED") && seen.out.contains(&format!("set GOOGLE_CLIENT_ID to {CLIENT}")),
        "{seen:?}"
    );
    assert!(!seen.out.contains("creds clear"), "{seen:?}");
    let dry = creds(&["clear", ANA]);
    assert!(
        dry.code == 0 && dry.out.contains("CAREFUL: no other copy can be used") && dry.out.contains("--even-the-last"),
        "{dry:?}"
    );
    for order in [
        &["clear", ANA, "--tier", "redis", "--apply"][..],
        &["clear", ANA, "--tier", "file", "--apply"],
        &["clear", ANA, "--apply"],
    ] {
        let refused = creds(order);
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{order:?}: {refused:?}");
        assert!(
            refused.err.contains("GOOGLE_CLIENT_ID") && refused.err.contains("--even-the-last"),
            "{refused:?}"
        );
    }
    assert_eq!(tiers_with_ana(&office).await, ["redis", "file"]);
    assert!(office.creds(&["inspect", ANA]).out.contains("healthy"));
    let done = creds(&["clear", ANA, "--apply", "--even-the-last"]);
    assert!(
        done.code == 0 && done.out.starts_with("cleared redis of uana"),
        "{done:?}"
    );
    assert!(tiers_with_ana(&office).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn t07_a_key_that_the_ring_lacks_is_asked_for_and_nothing_under_it_advised_away() {
    let mut office = Office::open().await;
    office.with(&bo()).await;
    let ours = office.key.clone();
    let another = KeyRing::make_key(&Entropy::seeded(7));
    office.key = format!("{},{}", another.expose_secret(), ours.expose_secret()).into();
    let id = office.keys().current().to_string();
    office.with(&ana()).await;
    office.key = ours;
    let seen = office.creds(&["inspect", ANA]);
    assert!(
        seen.out.contains("BLOCKED") && seen.out.contains(&format!("add the key {id} to CHATCAL_KEY")),
        "{seen:?}"
    );
    assert!(!seen.out.contains("creds clear"), "{seen:?}");
    let refused = office.creds(&["clear", ANA, "--tier", "file", "--apply"]);
    assert!(refused.code == 1 && refused.err.contains("CHATCAL_KEY"), "{refused:?}");
    assert_eq!(tiers_with_ana(&office).await, ["redis", "file"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn s09_a_secret_that_lies_in_a_tier_in_the_clear_is_never_copied_in_the_clear() {
    let office = Office::open().await;
    office.with(&ana()).await;
    let redis = office.shared();
    let present = redis.get(&ana()).await.unwrap().unwrap();
    redis.remove(&ana(), &present).await.unwrap();
    let bare = Record {
        version: present.version,
        sealed: format!(r#"{{"client_id":"test_client","refresh_token":"{CANARY}"}}"#).into_bytes(),
    };
    redis.put(&ana(), &bare).await.unwrap();
    let secrets = [CANARY.to_owned()];
    office.creds(&["refresh", ANA]);
    let seen = office.creds(&["inspect", ANA]);
    assert!(
        seen.out.contains("redis") && seen.out.contains("QUARANTINED"),
        "{seen:?}"
    );
    let aside = Connection::open(office.database()).unwrap();
    let aside = aside.query_one("SELECT COUNT(*) FROM grant_quarantine", [], |row| row.get::<_, i64>(0));
    assert_eq!(aside, Ok(1), "it was set aside");
    no_secret_in_folder(&secrets, office.dir.path());
    let count = office.creds(&["rotate", "--check"]);
    assert!(
        count.out.contains("1 open under none"),
        "the one in Redis alone: {count:?}"
    );
    office.creds(&["clear", ANA, "--apply"]);
    office.serves().await;
    no_secret_in_folder(&secrets, office.dir.path());
    let count = office.creds(&["rotate", "--check"]);
    assert!(count.code == 0 && count.out.contains("0 open under none"), "{count:?}");
}
