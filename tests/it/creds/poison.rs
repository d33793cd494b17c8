//! The story that must not happen again: test credentials in Secret Manager, good ones elsewhere, and nobody who sees it.

use chatcal::clock::Clock;
use chatcal::sql::Db;
use chatcal::vault::{NoAccess, Tier};
use std::sync::Arc;

use super::office::{CANARY, CLIENT, Office, Said, ana, day};
use crate::cloud::Cloud;

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
        told.out.contains("forgot the copy that was set aside from redis"),
        "{told:?}"
    );
    assert!(!office.creds(&["inspect", ANA]).out.contains("SET ASIDE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_clear_the_only_copy_is_warned_of() {
    let office = Office::open().await;
    office.with(&ana()).await;
    let order = ["creds", "clear", ANA];
    let mut command = office.command(&order);
    let told = Said::of(
        command
            .env("GOOGLE_CLIENT_ID", "5678.apps.googleusercontent.com")
            .output()
            .unwrap(),
    );
    assert!(
        told.out.contains("CAREFUL: no other copy can be used") && told.out.contains("set them back"),
        "{told:?}"
    );
}
