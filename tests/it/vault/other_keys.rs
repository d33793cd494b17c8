//! Records under a key that this process lacks: somebody else's who shares the place, or of a replica that has its new key already.

use std::sync::Arc;
use std::time::Duration;

use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::vault::{Deployment, Folder, NewGrant, NoAccess, Owned, Put, Record, Redis, SecretManager, Tier, Whose};
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

use super::machine::{HOUR, Machine, ana, bo, grant, until};
use crate::cloud::Cloud;
use crate::engine::{self, Engine, on_both};
use crate::vault_contract::keeps_the_contract;

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

on_both!(t03_a_refusal_is_no_end_while_a_newer_record_waits_for_its_date);
async fn t03_a_refusal_is_no_end_while_a_newer_record_waits_for_its_date(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    service.agreed().await;
    let later = Machine::with_clock(&machine, HOUR * 24).await;
    service
        .shared
        .put(&ana(), &later.sealed(grant("r2")).await)
        .await
        .unwrap();
    machine.google.end("r1");
    let told = service.refusal(&ana()).await;
    assert!(
        matches!(&told, NoAccess::Misconfigured { what } if what.contains("still to come")),
        "{told:?}"
    );
    // Its time comes.
    machine.clock.advance(HOUR * 24);
    assert!(service.token(&ana()).await.starts_with("r2"));
}

on_both!(t03_what_can_t_be_a_grant_of_ours_keeps_no_refusal_open);
async fn t03_what_can_t_be_a_grant_of_ours_keeps_no_refusal_open(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    service.agreed().await;
    let mut elsewhere = Machine::with_clock(&machine, Duration::from_secs(60)).await;
    elsewhere.client_id = "test_client".to_owned();
    elsewhere.sandbox = true;
    let poison = NewGrant {
        client_id: "test_client".to_owned(),
        ..grant("poison")
    };
    service
        .shared
        .put(&ana(), &elsewhere.sealed(poison).await)
        .await
        .unwrap();
    machine.google.end("r1");
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Revoked { .. }), "{told:?}");
}

/// What a machine is known by in the places that it uses.
async fn deployment(machine: &Machine) -> Deployment {
    Deployment {
        db: engine::open(&machine.database).await,
        keys: machine.keys(),
        clock: machine.clock.clone(),
        entropy: Entropy::system(),
    }
}

/// The Redis of `place`, as `machine` uses it.
async fn redis_of(place: &Machine, machine: &Machine) -> Owned {
    let tier = Redis::open(&place.redis.url()).unwrap();
    Owned::new(Arc::new(tier), deployment(machine).await)
}

async fn is_ours(tier: &Owned) -> bool {
    tier.whose().await.unwrap() == Whose::Ours
}

#[tokio::test]
async fn a_tier_whose_place_is_marked_keeps_the_contract() {
    let machine = Machine::new(Engine::Sqlite).await;
    let (cloud, dir) = (Cloud::start().await, TempDir::new().unwrap());
    let tiers: [Arc<dyn Tier>; 3] = [
        Arc::new(cloud.open()),
        Arc::new(Redis::open(&machine.redis.url()).unwrap()),
        Arc::new(Folder::open(&dir.path().join("grants")).unwrap()),
    ];
    for tier in tiers {
        let owned = Owned::new(tier, deployment(&machine).await);
        keeps_the_contract(&owned).await;
    }
}

on_both!(t08_a_place_of_another_deployment_is_neither_read_nor_written);
async fn t08_a_place_of_another_deployment_is_neither_read_nor_written(engine: Engine) {
    let mut first = Machine::new(engine).await;
    let second = Machine::new(engine).await.with_key(99);
    let tier = redis_of(&first, &first).await;
    let record = Record {
        version: 5,
        sealed: b"theirs".to_vec(),
    };
    assert_eq!(tier.put(&ana(), &record).await, Ok(Put::Kept));
    assert!(is_ours(&redis_of(&first, &first).await).await, "a replica");

    let others = redis_of(&first, &second).await;
    let newer = Record {
        version: 9,
        ..record.clone()
    };
    let refused = others.put(&ana(), &newer).await.unwrap_err();
    assert!(
        refused.to_string().contains("another deployment") && refused.to_string().contains("the key chatcal:grant:"),
        "{refused}"
    );
    assert!(others.get(&ana()).await.is_err() && others.tidy().await.is_err() && others.people().await.is_err());
    assert_eq!(tier.get(&ana()).await, Ok(Some(record.clone())));
    assert_eq!(tier.people().await, Ok(vec![ana()]), "the mark is nobody's");

    // An outage says nothing about whose it is.
    first.redis.stop();
    let others = redis_of(&first, &second).await;
    assert!(others.whose().await.is_err());
    first.redis.start_again().await;
    assert!(matches!(others.whose().await, Ok(Whose::Anothers(_))));

    // One that was emptied is marked again before long.
    first.redis.start_empty().await;
    first.clock.advance(HOUR);
    tier.tidy().await.unwrap();
    assert!(matches!(others.whose().await, Ok(Whose::Anothers(_))));

    // Whoever is told that the first deployment is no more takes its mark away.
    let bare = Redis::open(&first.redis.url()).unwrap();
    let nobody = bare.people().await.unwrap().remove(0);
    bare.remove(&nobody, &bare.get(&nobody).await.unwrap().unwrap())
        .await
        .unwrap();
    assert_eq!(others.put(&ana(), &newer).await, Ok(Put::Kept));
    assert!(!is_ours(&tier).await);
}

on_both!(t09_a_place_stays_ours_while_keys_are_replaced_and_databases_lost);
async fn t09_a_place_stays_ours_while_keys_are_replaced_and_databases_lost(engine: Engine) {
    let mut machine = Machine::new(engine).await;
    assert!(is_ours(&redis_of(&machine, &machine).await).await);
    machine.lose_database().await;
    assert!(is_ours(&redis_of(&machine, &machine).await).await, "by its key");

    let (old, new) = (machine.key.clone(), KeyRing::make_key(&Entropy::seeded(77)));
    let both = |first: &SecretString, second: &SecretString| {
        SecretString::from(format!("{},{}", first.expose_secret(), second.expose_secret()))
    };
    for key in [both(&old, &new), both(&new, &old), new.clone()] {
        machine.key = key;
        assert!(is_ours(&redis_of(&machine, &machine).await).await);
    }
    machine.lose_database().await;
    assert!(
        is_ours(&redis_of(&machine, &machine).await).await,
        "the mark is under the new key"
    );

    // A mark that was left under a key that is gone is known by the database's number. One that is broken is written anew.
    machine.redis.start_empty().await;
    assert!(is_ours(&redis_of(&machine, &machine).await).await);
    machine.key = old;
    assert!(is_ours(&redis_of(&machine, &machine).await).await, "by its number");
    let bare = Redis::open(&machine.redis.url()).unwrap();
    let nobody = bare.people().await.unwrap().remove(0);
    let mut mark = bare.get(&nobody).await.unwrap().unwrap();
    *mark.sealed.last_mut().unwrap() ^= 1;
    mark.version += 1;
    bare.put(&nobody, &mark).await.unwrap();
    assert!(is_ours(&redis_of(&machine, &machine).await).await, "broken");
}

#[tokio::test]
async fn t08_under_two_keys_in_one_secret_manager_project_nothing_of_the_others_is_destroyed() {
    let cloud = Cloud::start().await;
    let mut rings = Vec::new();
    for seed in [1, 2] {
        let entropy = Entropy::seeded(seed);
        rings.push(KeyRing::new(&[KeyRing::make_key(&entropy)], entropy).unwrap());
    }
    let record = |ring: usize, version| Record {
        version,
        sealed: rings[ring].seal("x", b"secret"),
    };
    let (first, second) = (cloud.open(), cloud.open());
    let (theirs, ours) = (record(0, 5), record(1, 9));
    first.put(&ana(), &theirs).await.unwrap();
    second.put(&ana(), &ours).await.unwrap();
    let later = async |tier: &SecretManager| {
        for _ in 0..3 {
            cloud.clock.advance(HOUR);
            tier.tidy().await.unwrap();
        }
    };
    later(&first).await;
    later(&second).await;
    later(&cloud.open()).await;
    assert_eq!(cloud.billed_versions(), 2, "both are there");
    // What each has superseded of its own goes.
    second.put(&ana(), &record(1, 10)).await.unwrap();
    later(&second).await;
    assert_eq!(cloud.billed_versions(), 2);
    // Nor does a taking away reach the other's.
    let top = second.get(&ana()).await.unwrap().unwrap();
    second.remove(&ana(), &top).await.unwrap();
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(theirs)));
    first.put(&bo(), &record(0, 1)).await.unwrap();
    assert_eq!(cloud.open().people().await.unwrap().len(), 2);
}
