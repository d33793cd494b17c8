//! People who are away for months, and grants that Google ends by the calendar.

use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::vault::{NoAccess, NotRefreshed, Tier, testing_life};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::machine::{HOUR, Machine, Service, ana, bo, fresh, grant, passing, text, until};
use crate::engine::{Engine, on_both};

const DAY: Duration = Duration::from_secs(86_400);

/// The slow worker, until the value is dropped.
fn keep_alive(service: &Service) -> AbortOnDropHandle<()> {
    let vault = service.vault.clone();
    AbortOnDropHandle::new(tokio::spawn(async move {
        vault.keep_alive(CancellationToken::new()).await;
    }))
}

on_both!(grants_of_people_who_are_away_for_months_are_used_once);
async fn grants_of_people_who_are_away_for_months_are_used_once(engine: Engine) {
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    let away: Vec<_> = (0..20).map(PersonId::discord).collect();
    for (n, person) in away.iter().enumerate() {
        service.adopt(person, grant(&format!("r{n}"))).await.unwrap();
    }
    service.adopt(&ana(), grant("ana's")).await.unwrap();
    let _alive = keep_alive(&service);
    machine.clock.advance(DAY * 149);
    assert_eq!(service.token(&ana()).await, "ana's #1");
    until(|| async {
        machine.clock.advance(HOUR);
        machine.google.calls().len() > away.len()
    })
    .await;
    let mut calls = machine.google.calls();
    calls.sort_unstable();
    calls.dedup();
    assert_eq!(
        (calls.len(), machine.google.calls().len()),
        (21, 21),
        "each once, and Ana by herself"
    );
}

on_both!(one_who_is_away_is_tried_again_while_google_is_down);
async fn one_who_is_away_is_tried_again_while_google_is_down(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    for _ in 0..3 {
        machine.google.will_say(Err(passing()));
    }
    let _alive = keep_alive(&service);
    machine.clock.advance(DAY * 170);
    until(|| async {
        machine.clock.advance(HOUR);
        machine.google.calls().len() == 4
    })
    .await;
    assert!(service.linked(&ana()).await.is_some());
}

on_both!(of_two_replicas_one_keeps_grants_alive);
async fn of_two_replicas_one_keeps_grants_alive(engine: Engine) {
    let machine = Machine::new(engine).await;
    let replicas = [machine.start().await, machine.start().await];
    let away: Vec<_> = (0..5).map(PersonId::discord).collect();
    for (n, person) in away.iter().enumerate() {
        replicas[0].adopt(person, grant(&format!("r{n}"))).await.unwrap();
    }
    for n in [0, 1, 0] {
        replicas[n].beats(n).await;
    }
    // A refresh that fails leaves nothing to take over: a second replica at work would show.
    for _ in 0..2 * away.len() {
        machine.google.will_say(Err(NotRefreshed::Policy {
            what: "admin_policy_enforced".to_owned(),
        }));
    }
    let _alive = replicas.each_ref().map(keep_alive);
    machine.clock.advance(DAY * 170);
    until(|| async {
        machine.clock.advance(Duration::from_secs(2));
        machine.google.calls().len() >= away.len()
    })
    .await;
    // Less than the day for which whoever could not be helped is let be.
    for _ in 0..20 {
        machine.clock.advance(HOUR);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut calls = machine.google.calls();
    calls.sort_unstable();
    assert_eq!(calls, ["r0", "r1", "r2", "r3", "r4"], "one call for each");
}

/// Ana's grant ends `after` its consent; she has used it until then every six hours, from the third hour on.
async fn ends(machine: &Machine, service: &Service, who: &PersonId, token: &str, after: Duration, active: bool) {
    let mut gone = Duration::ZERO;
    let step = if active { HOUR * 7 } else { after };
    while gone < after {
        let step = step.min(after - gone);
        machine.clock.advance(step);
        gone += step;
        if gone == after {
            machine.google.end(token);
        }
        let told = service.access(who).await;
        assert_eq!(told.is_err(), gone == after, "{told:?}");
        // The use is written down behind the caller's back.
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

on_both!(one_person_whose_grant_ended_on_the_seventh_day_tells_of_a_project_in_testing);
async fn one_person_whose_grant_ended_on_the_seventh_day_tells_of_a_project_in_testing(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    ends(&machine, &service, &ana(), "r1", DAY * 7 + HOUR, true).await;
    let told = service.db.read(testing_life).await.unwrap().unwrap();
    assert_eq!((told.people, told.last_at), (1, machine.clock.now()));
}

on_both!(grants_that_ended_unseen_after_the_seventh_day_tell_it_only_together);
async fn grants_that_ended_unseen_after_the_seventh_day_tell_it_only_together(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    ends(&machine, &service, &ana(), "r1", DAY * 20, false).await;
    assert_eq!(
        service.db.read(testing_life).await.unwrap(),
        None,
        "she may have taken it back herself"
    );
    service.adopt(&bo(), grant("r2")).await.unwrap();
    ends(&machine, &service, &bo(), "r2", DAY * 12, false).await;
    assert_eq!(service.db.read(testing_life).await.unwrap().unwrap().people, 2);
    // Published since: a later grant lives on.
    service.adopt(&ana(), grant("r3")).await.unwrap();
    machine.clock.advance(DAY * 9);
    service.access(&ana()).await.unwrap();
    until(|| async { service.db.read(testing_life).await.unwrap().is_none() }).await;
}

on_both!(a_grant_that_ended_on_another_day_tells_nothing);
async fn a_grant_that_ended_on_another_day_tells_nothing(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    ends(&machine, &service, &ana(), "r1", DAY * 3, true).await;
    assert_eq!(service.db.read(testing_life).await.unwrap(), None);
    assert!(matches!(service.refusal(&ana()).await, NoAccess::Revoked { .. }));
}

on_both!(what_google_rotates_to_is_kept_only_if_it_is_a_refresh_token);
async fn what_google_rotates_to_is_kept_only_if_it_is_a_refresh_token(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    machine
        .google
        .will_say(Ok(fresh("a1", Some("ya29.not-a-refresh-token"))));
    assert_eq!(service.token(&ana()).await, "a1");
    assert_eq!(service.linked(&ana()).await, Some(version));
    machine.clock.advance(HOUR);
    assert_eq!(service.token(&ana()).await, "r1 #2", "the old one goes on");
}

on_both!(clocks_four_minutes_apart_cause_one_forced_refresh_and_no_storm);
async fn clocks_four_minutes_apart_cause_one_forced_refresh_and_no_storm(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    // Another replica, whose clock is ahead, left a token that seems to live four minutes longer than it does.
    let mut ahead = fresh("a1", None);
    ahead.expires_in = HOUR + Duration::from_secs(240);
    machine.google.will_say(Ok(ahead));
    let token = service.access(&ana()).await.unwrap();
    service.left_for_others().await;
    let left = service.shared.access(&ana()).await.unwrap();
    let replica = machine.start().await;
    machine.clock.advance(HOUR - Duration::from_secs(240));
    // It is due for renewal before it has really ended, five minutes ahead at the latest by the wrong reckoning.
    machine.clock.advance(Duration::from_secs(239));
    assert_eq!(
        replica.token(&ana()).await,
        "r1 #2",
        "too near its end to be taken over"
    );
    until(|| async { service.shared.access(&ana()).await.unwrap() != left }).await;
    // Google refuses the one in this process's memory: one refresh however many were refused.
    let renewed = service.vault.access_rejected(&ana(), &token).await.unwrap();
    assert_eq!(text(&renewed), "r1 #2", "the replica's is taken");
    for _ in 0..100 {
        assert_eq!(
            text(&service.vault.access_rejected(&ana(), &token).await.unwrap()),
            "r1 #2"
        );
    }
    assert_eq!(machine.google.calls().len(), 2);
}
