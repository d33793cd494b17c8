//! A process that lacks a tier which others have: a shell without `REDIS_URL`, a replica that was not upgraded yet. What it writes
//! reaches that tier, and what lies there is not taken for absent.

use std::time::Duration;

use chatcal::domain::inspection::{Health, State};
use chatcal::vault::{Elsewhere, NoAccess, Tier};

use super::machine::{Machine, Service, ana, bo, grant, until};
use crate::engine::{Engine, on_both};

impl Service {
    async fn elsewhere(&self) -> Vec<Elsewhere> {
        let vault = self.vault.clone();
        self.db.read(move |tx| vault.elsewhere(tx)).await.unwrap()
    }
}

on_both!(t10_a_disconnect_by_a_process_that_lacks_a_tier_reaches_it);
async fn t10_a_disconnect_by_a_process_that_lacks_a_tier_reaches_it(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    service.acquainted().await;
    service.agreed().await;
    let shell = machine.shell_without_redis().await;
    let adopted = shell.adopt(&bo(), grant("bo's")).await.unwrap();
    let ended = shell.end(&ana()).await.unwrap();
    assert_eq!(shell.elsewhere().await[0].waiting, 2);
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(ended.version); 2]);
    assert_eq!(service.versions(&bo()).await, [Some(adopted); 2]);
}

on_both!(t03_a_process_that_lacks_a_tier_takes_no_refusal_for_the_end);
async fn t03_a_process_that_lacks_a_tier_takes_no_refusal_for_the_end(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    service.acquainted().await;
    service.agreed().await;
    machine.google.end("r1");
    let shell = machine.shell_without_redis().await;
    let told = shell.refusal(&ana()).await;
    assert!(
        matches!(&told, NoAccess::Unreachable { what } if what.contains("redis")),
        "{told:?}"
    );
    // Nor does it take a grant for lost that may lie there.
    shell
        .file
        .remove(&ana(), &shell.file.get(&ana()).await.unwrap().unwrap())
        .await
        .unwrap();
    let shell = machine.shell_without_redis().await;
    let told = shell.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Unreachable { .. }), "{told:?}");
    let seen = shell.vault.inspect(&ana()).await.unwrap();
    let line = seen.tiers.iter().find(|line| line.tier == "redis").unwrap();
    assert!(
        matches!(&line.state, State::Down { why } if why.contains("not set here")),
        "{line:?}"
    );
    assert_eq!(
        seen.health,
        Health::Unreachable {
            tiers: vec!["redis".to_owned()]
        }
    );
    // And nothing is said to be under the first key alone.
    let counted = shell.vault.reseal(false).await.unwrap();
    assert!(
        counted
            .iter()
            .any(|place| place.place == "redis" && place.down.is_some())
    );
    // Who has every tier knows.
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Revoked { .. }), "{told:?}");
}

on_both!(t10_a_tier_that_no_service_has_any_more_is_owed_nothing_and_met_anew_when_it_returns);
async fn t10_a_tier_that_no_service_has_any_more_is_owed_nothing_and_met_anew_when_it_returns(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.acquainted().await;
    service.agreed().await;
    drop(service);
    let service = machine.start_without_redis().await;
    if engine == Engine::Postgres {
        // Another replica may have it still.
        service.adopt(&bo(), grant("bo's")).await.unwrap();
        machine.clock.advance(Duration::from_secs(50 * 60));
        assert_eq!(service.elsewhere().await[0].waiting, 1);
    }
    until(|| async {
        machine.clock.advance(Duration::from_secs(60));
        service.elsewhere().await.is_empty()
    })
    .await;
    let ended = service.end(&ana()).await.unwrap();
    assert_eq!(service.elsewhere().await, [], "nothing waits for it");
    assert_eq!(service.shared.get(&ana()).await.unwrap().unwrap().version, version);
    drop(service);

    let service = machine.start().await;
    until(|| async {
        machine.clock.advance(Duration::from_secs(1));
        service.versions(&ana()).await == [Some(ended.version); 2]
    })
    .await;
    assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
}
