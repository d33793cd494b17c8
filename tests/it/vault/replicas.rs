//! Several processes on one database: one of them refreshes and the others wait for what it gets; what one changes, all hear of.

use std::time::Duration;

use chatcal::sql::{Holder, Lease};
use chatcal::vault::{AccessToken, NoAccess};
use chrono::TimeDelta;
use tokio_util::task::AbortOnDropHandle;

use super::machine::{HOUR, Machine, Service, ana, fresh, grant, text, until};
use crate::engine::{self, Engine, on_both};

/// Two replicas of the service, which have heard each other, and the version of Ana's grant.
async fn two(with_redis: bool) -> (Machine, [Service; 2], i64) {
    let mut machine = Machine::new(Engine::Postgres).await;
    let replicas = [machine.start().await, machine.start().await];
    let version = replicas[0].adopt(&ana(), grant("r1")).await.unwrap();
    replicas[0].agreed().await;
    if !with_redis {
        machine.redis.stop();
    }
    for n in [0, 1, 0] {
        replicas[n].beats(n).await;
    }
    (machine, replicas, version)
}

impl Service {
    pub(super) async fn beats(&self, number: usize) -> bool {
        let number = u8::try_from(number).unwrap() + 1;
        let (replica, number) = (self.db.replica(), Holder::new([number, number, 0, 0, 0, 0, 0, 0]));
        let beaten = self.db.write(move |tx| replica.beat(tx, number, &engine::about()));
        beaten.await.unwrap()
    }

    fn asks(&self) -> AbortOnDropHandle<Result<AccessToken, NoAccess>> {
        let vault = self.vault.clone();
        AbortOnDropHandle::new(tokio::spawn(async move { vault.access(&ana()).await }))
    }
}

impl Machine {
    /// Lets time pass as it does outside.
    fn ticks(&self) -> AbortOnDropHandle<()> {
        let clock = self.clock.clone();
        AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                clock.advance(Duration::from_millis(5));
            }
        }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t01_two_replicas_make_one_call_with_redis_and_without() {
    for with_redis in [true, false] {
        let (machine, [first, second], _) = two(with_redis).await;
        let _ticking = machine.ticks();
        for calls in 1..=2 {
            let ana = ana();
            let (firsts, seconds) = tokio::join!(first.crowd(&ana), second.crowd(&ana));
            for token in firsts.into_iter().chain(seconds) {
                assert_eq!(
                    text(&token.unwrap()),
                    format!("r1 #{calls}"),
                    "with Redis: {with_redis}"
                );
            }
            assert_eq!(machine.google.calls().len(), calls, "with Redis: {with_redis}");
            machine.clock.advance(HOUR);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t01_a_refresh_that_takes_longer_than_any_silence_is_still_one() {
    let (machine, [first, second], _) = two(false).await;
    let _ticking = machine.ticks();
    let held = machine.google.hold().await;
    let firsts = first.asks();
    machine.google.asked(1).await;
    let seconds = second.asks();
    for _ in 0..20 {
        first.beats(0).await;
        second.beats(1).await;
        machine.clock.advance(Duration::from_secs(2));
        tokio::task::yield_now().await;
    }
    drop(held);
    for token in [firsts.await.unwrap(), seconds.await.unwrap()] {
        assert_eq!(text(&token.unwrap()), "r1 #1");
    }
    assert_eq!(machine.google.calls(), ["r1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn t02_the_refresh_of_a_silent_replica_is_taken_over_and_what_it_then_writes_is_refused() {
    let (machine, [first, second], version) = two(true).await;
    let _ticking = machine.ticks();
    let late = machine.google.next_waits();
    let firsts = first.asks();
    machine.google.asked(1).await;
    // From now on nothing is heard of the first one.
    machine.google.will_say(Ok(fresh("second's", Some("r2"))));
    let seconds = second.asks();
    while !second.beats(1).await {
        assert_eq!(machine.google.calls().len(), 1, "its turn has not ended");
    }
    assert_eq!(text(&seconds.await.unwrap().unwrap()), "second's");
    let newest = second.linked(&ana()).await.unwrap();
    assert!(newest > version, "Google rotated the refresh token");
    second.left_for_others().await;

    late.send(Ok(fresh("late", Some("r-late")))).unwrap();
    assert_eq!(text(&firsts.await.unwrap().unwrap()), "second's");
    assert_eq!(machine.google.calls(), ["r1", "r1"]);
    assert_eq!(first.linked(&ana()).await, Some(newest));
    second.agreed().await;
    assert_eq!(second.versions(&ana()).await, [Some(newest), Some(newest)]);
    machine.clock.advance(HOUR);
    assert_eq!(second.token(&ana()).await, "r2 #3");
}

#[tokio::test(flavor = "multi_thread")]
async fn t02_a_refresh_of_somebody_elses_that_never_ends_holds_nobody_up_for_ever() {
    let (machine, [first, second], _) = two(false).await;
    let (replica, lease) = (second.db.replica(), format!("refresh|{}", ana()));
    let taken = second.db.write(move |tx| replica.take(tx, &lease)).await.unwrap();
    assert!(matches!(taken, Lease::Ours { .. }));
    // Its holder lives on, and never ends what it has begun.
    let begun = machine.clock.now();
    let asking = first.asks();
    until(|| async {
        machine.clock.advance(Duration::from_millis(200));
        asking.is_finished()
    })
    .await;
    assert_eq!(text(&asking.await.unwrap().unwrap()), "r1 #1");
    assert!(
        machine.clock.now() - begun >= TimeDelta::seconds(90),
        "a refresh may take that long"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t01_a_token_that_google_refuses_everywhere_forces_one_refresh() {
    let (machine, [first, second], _) = two(false).await;
    let _ticking = machine.ticks();
    let refused = first.access(&ana()).await.unwrap();
    assert_eq!(text(&second.access(&ana()).await.unwrap()), text(&refused));
    for service in [&first, &second] {
        let next = service.vault.access_rejected(&ana(), &refused).await.unwrap();
        assert_eq!(text(&next), "r1 #2");
    }
    until(|| async { machine.google.calls().len() == 2 }).await;
}

on_both!(what_another_process_changes_is_known_within_seconds);
async fn what_another_process_changes_is_known_within_seconds(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    let other = machine.start().await;
    assert_eq!(service.token(&ana()).await, "r1 #1");
    let begun = machine.clock.now();
    let comes = async |told: &dyn Fn(&Result<AccessToken, NoAccess>) -> bool| {
        until(|| async {
            machine.clock.advance(Duration::from_millis(50));
            told(&service.access(&ana()).await)
        })
        .await;
    };

    other.adopt(&ana(), grant("r2")).await.unwrap();
    comes(&|answer| text(answer.as_ref().unwrap()).starts_with("r2")).await;
    other.end(&ana()).await.unwrap();
    comes(&|answer| matches!(answer, Err(NoAccess::NotConnected))).await;
    other.adopt(&ana(), grant("r3")).await.unwrap();
    comes(&|answer| answer.is_ok()).await;
    // Google ends the grant, and the other one is told so.
    machine.google.end("r3");
    let refused = other.access(&ana()).await;
    if let Ok(token) = refused {
        let refused = other.vault.access_rejected(&ana(), &token).await;
        assert!(matches!(refused, Err(NoAccess::Revoked { .. })), "{refused:?}");
    }
    comes(&|answer| matches!(answer, Err(NoAccess::Revoked { .. }))).await;
    assert!(
        machine.clock.now() - begun < TimeDelta::minutes(30),
        "long before any token ends"
    );
}
