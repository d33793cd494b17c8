//! One refresh for everybody who asks, and what may come between.

use std::time::Duration;

use chatcal::vault::{NewAccess, NoAccess};
use chrono::TimeDelta;
use futures_util::future::join_all;
use secrecy::SecretString;

use super::machine::{HOUR, Machine, ana, fresh, grant, passing, text, until};
use crate::engine::{Engine, on_both};

on_both!(a_token_that_came_with_a_grant_serves_everybody_until_the_grant_changes);
async fn a_token_that_came_with_a_grant_serves_everybody_until_the_grant_changes(engine: Engine) {
    let (machine, service, first) = Machine::with_ana(engine).await;
    let came = |text: &str| NewAccess {
        token: SecretString::from(text),
        expires_at: machine.clock.now() + TimeDelta::hours(1),
    };
    service.vault.hand_over(&ana(), first, came("a1"));
    assert_eq!(service.token(&ana()).await, "a1");
    // The next process, or another one, finds it as well.
    service.left_for_others().await;
    drop(service);
    let service = machine.start().await;
    assert_eq!(service.token(&ana()).await, "a1");
    assert!(machine.google.calls().is_empty());
    let second = service.adopt(&ana(), grant("r2")).await.unwrap();
    service.vault.hand_over(&ana(), first, came("late"));
    assert_eq!(service.access(&ana()).await.unwrap().version(), second);
    assert_eq!(machine.google.calls(), ["r2"], "one that comes late is of no use");
}

on_both!(t01_a_thousand_callers_cause_one_call_and_later_ones_none);
async fn t01_a_thousand_callers_cause_one_call_and_later_ones_none(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    for token in service.crowd(&ana()).await {
        assert_eq!(text(&token.unwrap()), "r1 #1");
    }
    assert_eq!(machine.google.calls().len(), 1);

    machine.clock.advance(HOUR);
    for token in service.crowd(&ana()).await {
        assert_eq!(text(&token.unwrap()), "r1 #2");
    }
    assert_eq!(machine.google.calls().len(), 2);
    assert_eq!(
        service.linked(&ana()).await,
        Some(service.access(&ana()).await.unwrap().version())
    );
}

on_both!(t01_an_aging_token_is_handed_out_while_one_renewal_runs);
async fn t01_an_aging_token_is_handed_out_while_one_renewal_runs(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.access(&ana()).await.unwrap();
    machine.clock.advance(Duration::from_secs(56 * 60));

    let held = machine.google.hold().await;
    for token in service.crowd(&ana()).await {
        assert_eq!(text(&token.unwrap()), "r1 #1", "nobody waits");
    }
    drop(held);
    until(|| async { service.token(&ana()).await == "r1 #2" }).await;
    assert_eq!(machine.google.calls().len(), 2);
    assert_eq!(
        service.linked(&ana()).await,
        Some(version),
        "a normal refresh changes no version"
    );
}

on_both!(t01_a_replica_takes_over_the_token_that_another_left_in_redis);
async fn t01_a_replica_takes_over_the_token_that_another_left_in_redis(engine: Engine) {
    let (machine, first, _) = Machine::with_ana(engine).await;
    first.access(&ana()).await.unwrap();
    first.left_for_others().await;
    drop(first);

    let second = machine.start().await;
    assert_eq!(second.token(&ana()).await, "r1 #1");
    assert_eq!(machine.google.calls().len(), 1);
}

on_both!(a_rotated_refresh_token_is_kept_although_its_caller_has_gone);
async fn a_rotated_refresh_token_is_kept_although_its_caller_has_gone(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    machine.google.will_say(Ok(fresh("a1", Some("r2"))));
    let held = machine.google.hold().await;
    {
        let ana = ana();
        let caller = service.access(&ana);
        tokio::select! {
            _ = caller => panic!("Google holds its answer back"),
            () = machine.google.asked(1) => {}
        }
    }
    drop(held);
    until(|| async { service.linked(&ana()).await.unwrap() > version }).await;
    assert_eq!(service.token(&ana()).await, "a1");
    service.agreed().await;
    let newest = service.linked(&ana()).await;
    assert_eq!(service.versions(&ana()).await, [newest, newest]);

    drop(service);
    machine.clock.advance(HOUR);
    assert_eq!(machine.start().await.token(&ana()).await, "r2 #2");
}

on_both!(a_refresh_that_is_overtaken_by_a_disconnect_or_a_new_consent_leaves_nothing_behind);
async fn a_refresh_that_is_overtaken_by_a_disconnect_or_a_new_consent_leaves_nothing_behind(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    for rotated in [None, Some("late")] {
        let before = machine.google.calls().len();
        machine.google.will_say(Ok(fresh("of the past", rotated)));
        let held = machine.google.hold().await;
        let (vault, person) = (service.vault.clone(), ana());
        let caller = tokio::spawn(async move { vault.access(&person).await });
        machine.google.asked(before + 1).await;
        if rotated.is_none() {
            service.adopt(&ana(), grant("r2")).await.unwrap();
            drop(held);
            assert!(text(&caller.await.unwrap().unwrap()).starts_with("r2"));
        } else {
            service.end(&ana()).await.unwrap();
            drop(held);
            assert_eq!(caller.await.unwrap().err(), Some(NoAccess::NotConnected));
            assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
        }
        machine.clock.advance(HOUR);
    }
}

on_both!(a_refused_token_forces_one_refresh_and_no_storm);
async fn a_refused_token_forces_one_refresh_and_no_storm(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    let first = service.access(&ana()).await.unwrap();
    service.left_for_others().await;

    let ana = ana();
    let refused = (0..100).map(|_| service.vault.access_rejected(&ana, &first));
    for token in join_all(refused).await {
        assert_eq!(
            text(&token.unwrap()),
            "r1 #2",
            "the refused one must not come back from Redis"
        );
    }
    let second = service.access(&ana).await.unwrap();
    let again = service.vault.access_rejected(&ana, &second).await;
    assert!(matches!(again, Err(NoAccess::Unreachable { .. })), "{again:?}");
    assert_eq!(machine.google.calls().len(), 2);
}

on_both!(a_new_consent_replaces_what_is_in_memory_and_ends_a_pause);
async fn a_new_consent_replaces_what_is_in_memory_and_ends_a_pause(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    assert_eq!(service.token(&ana()).await, "r1 #1");
    service.adopt(&ana(), grant("r2")).await.unwrap();
    assert_eq!(service.token(&ana()).await, "r2 #2");
    machine.clock.advance(HOUR);
    machine.google.will_say(Err(passing()));
    service.refusal(&ana()).await;
    service.adopt(&ana(), grant("r3")).await.unwrap();
    assert_eq!(service.token(&ana()).await, "r3 #4");
}
