//! What Google refuses: a grant that has ended, and trouble that will pass.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use chatcal::vault::{NoAccess, NotRefreshed, Tier};

use super::machine::{HOUR, Machine, ana, grant, passing};

#[tokio::test]
async fn t03_an_old_copy_that_google_refuses_gives_way_to_a_newer_stored_one() {
    let machine = Machine::new().await;
    let service = machine.start();
    let old = service.adopt(&ana(), grant("old")).await.unwrap();
    service.agreed().await;
    let old_record = service.shared.get(&ana()).await.unwrap().unwrap();
    drop(service);
    let backup = tempfile::tempdir().unwrap();
    copy(machine.dir.path(), backup.path());

    let service = machine.start();
    machine.clock.advance(HOUR);
    let new = service.adopt(&ana(), grant("new")).await.unwrap();
    service.agreed().await;
    let new_record = service.shared.get(&ana()).await.unwrap().unwrap();
    service.shared.remove(&ana(), &new_record).await.unwrap();
    service.shared.put(&ana(), &old_record).await.unwrap();
    drop(service);

    // The backup is put back: the database and the file are from before the newer consent. Redis learns of it only later.
    machine.lose_database();
    machine.lose_folder();
    copy(backup.path(), machine.dir.path());
    let service = machine.start();
    service.access(&ana()).await.unwrap();
    assert_eq!(service.linked(&ana()).await, Some(old));
    service.shared.put(&ana(), &new_record).await.unwrap();

    machine.google.end("old");
    machine.clock.advance(HOUR);
    assert!(service.token(&ana()).await.starts_with("new"));
    assert_eq!(machine.google.calls(), ["old", "old", "new"]);
    assert_eq!(service.linked(&ana()).await, Some(new));
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(new), Some(new)]);
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target).unwrap();
            fs::set_permissions(&target, fs::Permissions::from_mode(0o700)).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn t03_while_a_tier_is_silent_a_refusal_stays_open() {
    let (mut machine, service, _) = Machine::with_ana().await;
    service.agreed().await;
    machine.redis.stop();
    machine.google.end("r1");
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Unreachable { .. }), "{told:?}");
    machine.redis.start_again().await;
    machine.clock.advance(Duration::from_secs(30));
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Revoked { .. }), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t03_a_grant_that_google_ended_costs_one_call_until_the_next_consent() {
    let (machine, service, version) = Machine::with_ana().await;
    machine.google.end("r1");
    for _ in 0..2 {
        for answer in service.crowd(&ana()).await {
            assert!(matches!(answer, Err(NoAccess::Revoked { .. })), "{answer:?}");
        }
    }
    assert_eq!(machine.google.calls().len(), 1);
    assert_eq!(service.linked(&ana()).await, Some(version), "the account stays known");
    assert!(service.vault.refresh_token_for_revoke(&ana()).await.unwrap().is_none());
    drop(service);

    let service = machine.start();
    assert!(matches!(service.refusal(&ana()).await, NoAccess::Revoked { .. }));
    assert_eq!(machine.google.calls().len(), 1, "also after a restart");
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(service.token(&ana()).await, "r2 #2");
}

#[tokio::test]
async fn t04_trouble_at_google_is_never_a_reason_to_sign_in_and_is_not_hammered() {
    let (machine, service, version) = Machine::with_ana().await;
    for trouble in [
        passing(),
        NotRefreshed::Misconfigured {
            what: "invalid_client".into(),
        },
        NotRefreshed::Policy {
            what: "admin_policy_enforced".into(),
        },
    ] {
        machine.google.will_say(Err(trouble));
    }
    let mut told = Vec::new();
    for calls in 1..=3 {
        for _ in 0..50 {
            told.push(service.refusal(&ana()).await);
        }
        assert_eq!(machine.google.calls().len(), calls, "one call, then a pause");
        machine.clock.advance(Duration::from_secs(30));
    }
    told.dedup();
    assert!(
        matches!(
            &told[..],
            [
                NoAccess::Unreachable { .. },
                NoAccess::Misconfigured { .. },
                NoAccess::Policy { .. }
            ]
        ),
        "{told:?}"
    );
    assert_eq!(service.token(&ana()).await, "r1 #4");
    assert_eq!(service.linked(&ana()).await, Some(version));

    // Google may ask for more patience than we would have had.
    machine.clock.advance(HOUR);
    machine.google.will_say(Err(NotRefreshed::Unreachable {
        what: "429".into(),
        retry_after: Some(Duration::from_secs(120)),
    }));
    service.refusal(&ana()).await;
    machine.clock.advance(Duration::from_secs(119));
    service.refusal(&ana()).await;
    assert_eq!(machine.google.calls().len(), 5);
    machine.clock.advance(Duration::from_secs(1));
    service.access(&ana()).await.unwrap();
}
