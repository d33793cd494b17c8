//! Records under a key that this process lacks: somebody else's who shares the place, or of a replica that has its new key already.

use std::time::Duration;

use chatcal::vault::{NoAccess, Record, Tier};

use super::machine::{Machine, ana, grant, until};
use crate::engine::{Engine, on_both};

/// A record of Ana's, newer than anything that she will have here, under another key.
async fn newer_elsewhere(version: i64) -> Record {
    let other = Machine::new(Engine::Sqlite).await.with_key(99);
    Record {
        version: version + 5_000_000,
        ..other.sealed(grant("theirs")).await
    }
}

on_both!(t08_a_newer_record_under_a_key_that_is_lacking_is_not_taken_away);
async fn t08_a_newer_record_under_a_key_that_is_lacking_is_not_taken_away(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.agreed().await;
    let theirs = newer_elsewhere(version).await;
    service.shared.put(&ana(), &theirs).await.unwrap();
    service.adopt(&ana(), grant("r2")).await.unwrap();
    until(|| async {
        machine.clock.advance(Duration::from_millis(500));
        service.down().await == 1
    })
    .await;
    assert_eq!(service.shared.get(&ana()).await.unwrap(), Some(theirs));
    assert!(
        service.token(&ana()).await.starts_with("r2"),
        "the person is served all the same"
    );
}

on_both!(t03_a_refusal_is_no_end_while_a_newer_record_waits_for_its_key);
async fn t03_a_refusal_is_no_end_while_a_newer_record_waits_for_its_key(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.agreed().await;
    let theirs = newer_elsewhere(version).await;
    service.shared.put(&ana(), &theirs).await.unwrap();
    machine.google.end("r1");
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Misconfigured { .. }), "{told:?}");
}
