//! Tiers that are down, come back empty, or are all that is left.

use std::fs;
use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::vault::NoAccess;

use super::machine::{HOUR, Machine, ana, bo, grant, passing, until};
use crate::engine::{Engine, on_both};

on_both!(t05_a_consent_while_every_tier_is_down_survives_kill_9_and_reaches_them_all);
async fn t05_a_consent_while_every_tier_is_down_survives_kill_9_and_reaches_them_all(engine: Engine) {
    let mut machine = Machine::new(engine).await;
    let service = machine.start().await;
    machine.redis.stop();
    machine.break_folder();
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    assert_eq!(service.token(&ana()).await, "r1 #1");
    until(|| async { service.down().await == 2 }).await;
    drop(service);

    machine.mend_folder();
    let service = machine.start().await;
    machine.break_folder();
    machine.clock.advance(HOUR);
    assert_eq!(service.token(&ana()).await, "r1 #2", "the journal holds it");

    // A token that is alive is handed out whatever is down.
    machine.google.will_say(Err(passing()));
    machine.clock.advance(Duration::from_secs(56 * 60));
    assert_eq!(service.token(&ana()).await, "r1 #2");

    machine.mend_folder();
    machine.redis.start_again().await;
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
    assert_eq!(service.down().await, 0);
}

on_both!(t05_stores_that_are_down_are_never_called_not_connected);
async fn t05_stores_that_are_down_are_never_called_not_connected(engine: Engine) {
    let (mut machine, service, _) = Machine::with_ana(engine).await;
    service.agreed().await;
    drop(service);

    let service = machine.start().await;
    machine.redis.stop();
    machine.break_folder();
    let told = service.refusal(&ana()).await;
    assert!(
        matches!(&told, NoAccess::Unreachable { what } if what.contains("redis, file")),
        "{told:?}"
    );
    machine.mend_folder();
    machine.clock.advance(Duration::from_secs(30));
    assert_eq!(service.token(&ana()).await, "r1 #1", "one tier that answers is enough");
}

on_both!(t05_one_place_that_can_t_be_written_keeps_nobody_else_waiting);
async fn t05_one_place_that_can_t_be_written_keeps_nobody_else_waiting(engine: Engine) {
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    let blocked: Vec<_> = (1..=3).map(PersonId::discord).collect();
    for person in &blocked {
        service.adopt(person, grant("r")).await.unwrap();
    }
    service.agreed().await;
    for entry in fs::read_dir(machine.grants()).unwrap() {
        fs::create_dir(entry.unwrap().path().with_extension("new")).unwrap();
    }
    for person in &blocked {
        service.adopt(person, grant("r-again")).await.unwrap();
    }
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    until(|| async {
        machine.clock.advance(Duration::from_millis(500));
        service.versions(&ana()).await == [Some(version), Some(version)]
    })
    .await;
}

on_both!(t05_strangers_can_connect_while_a_tier_is_down);
async fn t05_strangers_can_connect_while_a_tier_is_down(engine: Engine) {
    let mut machine = Machine::new(engine).await;
    let service = machine.start().await;
    service.acquainted().await;
    machine.redis.stop();
    assert_eq!(service.refusal(&bo()).await, NoAccess::NotConnected);
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    assert_eq!(service.token(&bo()).await, "bo's #1");
}

on_both!(t05_a_tier_that_comes_back_empty_is_filled_again);
async fn t05_a_tier_that_comes_back_empty_is_filled_again(engine: Engine) {
    let (mut machine, service, version) = Machine::with_ana(engine).await;
    service.agreed().await;
    service.acquainted().await;
    machine.redis.start_empty().await;
    machine.redis.stop();
    // Somebody notices that it is gone.
    service.access(&ana()).await.unwrap();
    until(|| async { service.down().await == 1 }).await;
    machine.redis.start_again().await;
    until(|| async {
        machine.clock.advance(Duration::from_secs(1));
        service.versions(&ana()).await == [Some(version), Some(version)]
    })
    .await;
}

on_both!(t06_a_cold_start_on_a_fresh_disk_finds_the_grant_in_redis_or_in_the_file_and_heals_the_other);
async fn t06_a_cold_start_on_a_fresh_disk_finds_the_grant_in_redis_or_in_the_file_and_heals_the_other(engine: Engine) {
    for only_redis in [true, false] {
        let (mut machine, service, version) = Machine::with_ana(engine).await;
        service.agreed().await;
        drop(service);
        machine.lose_database().await;
        if only_redis {
            machine.lose_folder();
        } else {
            machine.redis.start_empty().await;
        }

        let service = machine.start().await;
        assert_eq!(service.token(&ana()).await, "r1 #1", "redis only: {only_redis}");
        assert_eq!(service.linked(&ana()).await, Some(version));
        service.agreed().await;
        assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
    }
}

on_both!(t06_on_a_fresh_disk_a_silent_tier_leaves_it_open_whether_somebody_is_connected);
async fn t06_on_a_fresh_disk_a_silent_tier_leaves_it_open_whether_somebody_is_connected(engine: Engine) {
    let mut machine = Machine::new(engine).await;
    let service = machine.start().await;
    assert_eq!(service.refusal(&bo()).await, NoAccess::NotConnected);
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    drop(service);
    machine.lose_database().await;
    machine.lose_folder();
    machine.redis.freeze();
    let service = machine.start().await;
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Unreachable { .. }), "{told:?}");

    // A consent in the meantime counts at once, and outranks the old copy that Redis comes back with.
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(service.token(&ana()).await, "r2 #1");
    machine.redis.thaw();
    service.agreed().await;
    assert_eq!(service.token(&ana()).await, "r2 #1");
    let newest = service.linked(&ana()).await;
    assert_eq!(service.versions(&ana()).await, [newest, newest]);
    machine.redis.stop();
}

on_both!(t06_a_fresh_disk_learns_by_itself_of_everybody_in_the_tiers);
async fn t06_a_fresh_disk_learns_by_itself_of_everybody_in_the_tiers(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    let ended = service.end(&bo()).await.unwrap();
    service.agreed().await;
    drop(service);
    machine.lose_database().await;
    machine.lose_folder();
    let service = machine.start().await;
    service.acquainted().await;
    assert_eq!(service.linked(&ana()).await, Some(version));
    assert_eq!(service.linked(&bo()).await, None);
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
    assert_eq!(
        service.versions(&bo()).await,
        [Some(ended.version), Some(ended.version)]
    );
    assert_eq!(machine.google.calls().len(), 0);
}
