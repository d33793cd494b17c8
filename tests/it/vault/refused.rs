//! What Google refuses: a grant that has ended, and trouble that will pass.

use std::time::Duration;

use chatcal::vault::{NoAccess, NotRefreshed, Tier};

use super::machine::{HOUR, Machine, ana, grant, passing};
use crate::engine::{Engine, on_both};

on_both!(t03_an_old_copy_that_google_refuses_gives_way_to_a_newer_stored_one);
async fn t03_an_old_copy_that_google_refuses_gives_way_to_a_newer_stored_one(engine: Engine) {
    let mut machine = Machine::new(engine).await;
    let service = machine.start().await;
    let old = service.adopt(&ana(), grant("old")).await.unwrap();
    service.agreed().await;
    // Else the first meeting would find what the test's own hand does further down, sooner or later.
    service.acquainted().await;
    let old_record = service.shared.get(&ana()).await.unwrap().unwrap();
    drop(service);
    let backup = machine.back_up().await;

    let service = machine.start().await;
    machine.clock.advance(HOUR);
    let new = service.adopt(&ana(), grant("new")).await.unwrap();
    service.agreed().await;
    let new_record = service.shared.get(&ana()).await.unwrap().unwrap();
    service.shared.remove(&ana(), &new_record).await.unwrap();
    service.shared.put(&ana(), &old_record).await.unwrap();
    drop(service);

    // The backup is put back: the database and the file are from before the newer consent. Redis learns of it only later.
    machine.put_back(backup).await;
    let service = machine.start().await;
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

on_both!(t03_while_a_tier_is_silent_a_refusal_stays_open);
async fn t03_while_a_tier_is_silent_a_refusal_stays_open(engine: Engine) {
    let (mut machine, service, _) = Machine::with_ana(engine).await;
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

on_both!(t03_a_grant_that_google_ended_costs_one_call_until_the_next_consent);
async fn t03_a_grant_that_google_ended_costs_one_call_until_the_next_consent(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
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

    let service = machine.start().await;
    assert!(matches!(service.refusal(&ana()).await, NoAccess::Revoked { .. }));
    assert_eq!(machine.google.calls().len(), 1, "also after a restart");
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(service.token(&ana()).await, "r2 #2");
}

on_both!(t04_trouble_at_google_is_never_a_reason_to_sign_in_and_is_not_hammered);
async fn t04_trouble_at_google_is_never_a_reason_to_sign_in_and_is_not_hammered(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
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
