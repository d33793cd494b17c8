//! Records that prove nothing: changed, swapped, poisoned, outdated, or under another key.

use std::fs;
use std::sync::Arc;

use chatcal::args;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::vault::{KeyTrouble, NewGrant, NoAccess, Put, Record, Tier, check_key};
use secrecy::SecretString;

use super::machine::{HOUR, Machine, ana, bo, grant};
use crate::engine::{self, Engine, on_both};
use crate::stories::no_secret_in_database;

on_both!(t07_a_poisoned_record_is_passed_over_and_a_good_copy_used);
async fn t07_a_poisoned_record_is_passed_over_and_a_good_copy_used(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.agreed().await;
    // The poison was sealed under our own key, by a ChatCal with other settings, and even claims a higher version.
    let poison = sealed_elsewhere(&machine, "test_client").await;
    assert!(poison.version > version);
    service.shared.put(&ana(), &poison).await.unwrap();
    drop(service);

    let service = machine.start().await;
    machine.clock.advance(HOUR);
    assert_eq!(service.token(&ana()).await, "r1 #1");
    let [aside] = &service.quarantined().await[..] else {
        panic!("one record is set aside")
    };
    assert_eq!(aside.tier, "redis");
    assert!(
        aside
            .reason
            .contains("client_id \"test_client\" is not the configured client"),
        "{aside:?}"
    );
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
}

/// A record that a sandbox with the same key, but another OAuth client, made for Ana, later than all of ours.
async fn sealed_elsewhere(machine: &Machine, client_id: &str) -> Record {
    let mut elsewhere = Machine::with_clock(machine, HOUR).await;
    elsewhere.client_id = client_id.to_owned();
    elsewhere.sandbox = true;
    let poison = NewGrant {
        client_id: client_id.to_owned(),
        ..grant("poison")
    };
    elsewhere.sealed(poison).await
}

/// Puts `record` into a tier over whatever stands there.
async fn plant(tier: &dyn Tier, record: &Record) {
    if let Some(present) = tier.get(&ana()).await.unwrap() {
        tier.remove(&ana(), &present).await.unwrap();
    }
    assert_eq!(tier.put(&ana(), record).await.unwrap(), Put::Kept, "{record:?}");
}

on_both!(t07_poison_is_named_by_its_rule_in_every_tier_and_healed_from_another);
async fn t07_poison_is_named_by_its_rule_in_every_tier_and_healed_from_another(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.agreed().await;
    let from_the_future = {
        let elsewhere = Machine::with_clock(&machine, HOUR * 24 * 30).await;
        elsewhere.sealed(grant("1//later")).await
    };
    let test_client = sealed_elsewhere(&machine, "test_client").await;
    drop(service);
    for in_redis in [true, false] {
        for (poison, rule) in [(&from_the_future, "from-the-future"), (&test_client, "other-client")] {
            let service = machine.start().await;
            let (bad, name): (&dyn Tier, _) = match in_redis {
                true => (&*service.shared, "redis"),
                false => (&*service.file, "file"),
            };
            plant(bad, poison).await;
            let (findings, silent) = service.vault.findings(&ana()).await.unwrap();
            let named: Vec<_> = findings
                .iter()
                .map(|one| (one.tier, one.version, one.flaw.rule()))
                .collect();
            assert_eq!(named, [(name, poison.version, rule)]);
            assert!(silent.is_empty() && findings[0].key == Some(machine.keys().current()));

            machine.clock.advance(HOUR);
            assert!(service.token(&ana()).await.starts_with("r1"), "the good copy is used");
            let [aside] = &service.quarantined().await[..] else {
                panic!("one record is set aside");
            };
            assert_eq!(aside.tier, name);
            assert!(aside.reason.starts_with("poisoned: "), "{aside:?}");
            service.agreed().await;
            assert_eq!(
                service.versions(&ana()).await,
                [Some(version), Some(version)],
                "{name} is healed"
            );
            assert!(service.vault.findings(&ana()).await.unwrap().0.is_empty());
            service.forget_quarantine().await;
        }
    }
}

on_both!(t07_poison_everywhere_is_a_matter_for_the_operator_and_asks_nobody_to_sign_in);
async fn t07_poison_everywhere_is_a_matter_for_the_operator_and_asks_nobody_to_sign_in(engine: Engine) {
    let (machine, service, _) = Machine::with_ana(engine).await;
    service.agreed().await;
    let poison = sealed_elsewhere(&machine, "test_client").await;
    plant(&*service.shared, &poison).await;
    plant(&*service.file, &poison).await;
    drop(service);
    let service = machine.start().await;
    machine.clock.advance(HOUR);
    let told = service.refusal(&ana()).await;
    let NoAccess::Misconfigured { what } = &told else {
        panic!("{told:?}")
    };
    assert!(
        what.contains("client_id \"test_client\" is not the configured client"),
        "{what}"
    );
    assert!(machine.google.calls().is_empty());
    let fresh = service.adopt(&ana(), grant("r2")).await.unwrap();
    service.agreed().await;
    assert_eq!(
        service.versions(&ana()).await,
        [Some(fresh), Some(fresh)],
        "new writes go on"
    );
}

#[tokio::test]
async fn t08_a_record_with_any_bit_flipped_or_cut_at_any_byte_is_never_opened_and_named() {
    let (machine, service, version) = Machine::with_ana(Engine::Sqlite).await;
    service.agreed().await;
    let good = service.shared.get(&ana()).await.unwrap().unwrap();
    let cut = (0..good.sealed.len()).map(|length| good.sealed[..length].to_vec());
    let flipped = (0..good.sealed.len() * 8).map(|bit| {
        let mut sealed = good.sealed.clone();
        sealed[bit / 8] ^= 1 << (bit % 8);
        sealed
    });
    for sealed in cut.chain(flipped) {
        let bad = Record { version, sealed };
        plant(&*service.shared, &bad).await;
        plant(&*service.file, &bad).await;
        let (findings, _) = service.vault.findings(&ana()).await.unwrap();
        let rules: Vec<_> = findings.iter().map(|one| (one.tier, one.flaw.rule())).collect();
        let [("redis", one), ("file", other)] = rules[..] else {
            panic!("{rules:?}: {bad:?}")
        };
        assert!(
            one == other && ["not-a-record", "unknown-key", "broken-seal"].contains(&one),
            "{one}"
        );
    }
    // Set aside, and healed by the next who looks: memory still holds the grant, another process would ask the tiers.
    plant(&*service.file, &good).await;
    drop(service);
    let service = machine.start().await;
    assert_eq!(service.token(&ana()).await, "r1 #1");
    assert_eq!(service.quarantined().await.len(), 1);
    service.agreed().await;
    assert_eq!(service.shared.get(&ana()).await.unwrap(), Some(good));
}

#[tokio::test]
async fn t08_a_file_damaged_at_any_byte_or_bit_never_gives_a_token_that_is_not_the_persons() {
    let (machine, service, _) = Machine::with_ana(Engine::Sqlite).await;
    service.agreed().await;
    let good = service.file.get(&ana()).await.unwrap().unwrap();
    let path = fs::read_dir(machine.grants()).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&path).unwrap();
    let cut = (0..bytes.len()).map(|length| bytes[..length].to_vec());
    let flipped = (0..bytes.len() * 8).map(|bit| {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    });
    for damaged in cut.chain(flipped) {
        fs::write(&path, &damaged).unwrap();
        let found = service.file.get(&ana()).await.unwrap().unwrap();
        let (findings, _) = service.vault.findings(&ana()).await.unwrap();
        // A bit of the person's name, which only a lost database reads, leaves the record as it was.
        assert_eq!(
            findings.is_empty(),
            found == good,
            "{}",
            String::from_utf8_lossy(&damaged)
        );
    }
}

on_both!(t08_a_record_of_anothers_renumbered_under_another_key_or_rolled_back_is_set_aside_and_new_writes_go_on);
async fn t08_a_record_of_anothers_renumbered_under_another_key_or_rolled_back_is_set_aside_and_new_writes_go_on(
    engine: Engine,
) {
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    service.adopt(&ana(), grant("r0")).await.unwrap();
    service.agreed().await;
    let older = service.shared.get(&ana()).await.unwrap().unwrap();
    machine.clock.advance(HOUR);
    let version = service.adopt(&ana(), grant("r1")).await.unwrap();
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    service.agreed().await;
    let good = service.shared.get(&ana()).await.unwrap().unwrap();
    let swapped = service.shared.get(&bo()).await.unwrap().unwrap();
    drop(service);
    let renumbered = Record {
        version: good.version + 1000,
        ..good.clone()
    };
    // Both may have been written in the same moment, so that only the owner differs.
    let swapped = Record { version, ..swapped };
    let foreign = Machine::new(Engine::Sqlite)
        .await
        .with_key(99)
        .sealed(grant("foreign"))
        .await;
    let foreign = Record { version, ..foreign };
    let empty = Record {
        version,
        sealed: Vec::new(),
    };
    for (bad, rule) in [
        (renumbered, "broken-seal"),
        (swapped, "broken-seal"),
        (foreign, "unknown-key"),
        (older, "rolled-back"),
        (empty, "not-a-record"),
    ] {
        for in_redis in [true, false] {
            let service = machine.start().await;
            let tier: &dyn Tier = if in_redis { &*service.shared } else { &*service.file };
            plant(tier, &bad).await;
            let (findings, _) = service.vault.findings(&ana()).await.unwrap();
            assert_eq!(findings.iter().map(|one| one.flaw.rule()).collect::<Vec<_>>(), [rule]);
            machine.clock.advance(HOUR);
            assert!(
                service.token(&ana()).await.starts_with("r1"),
                "the other tier's copy is used"
            );
            assert_eq!(service.quarantined().await.len(), 1, "{rule}");
            service.agreed().await;
            assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)], "healed");
            service.forget_quarantine().await;
        }
    }

    let service = machine.start().await;
    let garbage = Record {
        version: version + 5_000_000,
        sealed: b"garbage".to_vec(),
    };
    plant(&*service.shared, &garbage).await;
    plant(&*service.file, &garbage).await;
    let newest = service.adopt(&ana(), grant("r2")).await.unwrap();
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(newest), Some(newest)]);
}

on_both!(a_copy_that_is_older_than_the_row_is_never_used);
async fn a_copy_that_is_older_than_the_row_is_never_used(engine: Engine) {
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    service.adopt(&ana(), grant("old")).await.unwrap();
    service.agreed().await;
    service.acquainted().await;
    // The newest record is lost although every tier has said that it has it: only a careless hand can do that.
    let newest = service
        .db
        .write(|tx| {
            tx.execute("UPDATE grants SET version = version + 1", args![])?;
            tx.row("SELECT version FROM grants", args![], |row| row.get::<i64>(0))
        })
        .await
        .unwrap();
    drop(service);
    let service = machine.start().await;
    assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
    assert_eq!(service.linked(&ana()).await, newest);
    assert_eq!(machine.google.calls().len(), 0);
}

on_both!(t13_a_wrong_key_is_told_before_anything_is_opened);
async fn t13_a_wrong_key_is_told_before_anything_is_opened(engine: Engine) {
    let machine = Machine::new(engine).await;
    let db = engine::open(&machine.database).await;
    let other = KeyRing::make_key(&Entropy::seeded(99));
    let ring = |keys: &[&SecretString]| {
        let keys: Vec<_> = keys.iter().map(|key| (*key).clone()).collect();
        Arc::new(KeyRing::new(&keys, Entropy::seeded(5)).unwrap())
    };
    for _ in 0..2 {
        check_key(&db, &ring(&[&machine.key])).await.unwrap();
    }
    let refused = check_key(&db, &ring(&[&other])).await.unwrap_err();
    assert!(matches!(refused, KeyTrouble::WrongKey { .. }));
    assert!(
        refused.to_string().contains("Set CHATCAL_KEY to the old key again"),
        "{refused}"
    );
    assert!(
        refused.to_string().contains("first the old and the new one"),
        "while some replica lacks the new key, nothing may be sealed under it: {refused}"
    );
    check_key(&db, &ring(&[&other, &machine.key])).await.unwrap();
}

on_both!(t13_under_a_key_that_is_gone_a_grant_is_a_matter_for_the_operator);
async fn t13_under_a_key_that_is_gone_a_grant_is_a_matter_for_the_operator(engine: Engine) {
    let (mut machine, service, _) = Machine::with_ana(engine).await;
    service.agreed().await;
    drop(service);
    machine.lose_database().await;
    let right = std::mem::replace(&mut machine.key, KeyRing::make_key(&Entropy::seeded(99)));
    let service = machine.start().await;
    let told = service.refusal(&ana()).await;
    assert!(matches!(told, NoAccess::Misconfigured { .. }), "{told:?}");
    drop(service);
    machine.key = right;
    assert_eq!(machine.start().await.token(&ana()).await, "r1 #1", "nothing was lost");
}

on_both!(no_secret_is_readable_at_rest);
async fn no_secret_is_readable_at_rest(engine: Engine) {
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    let canary = "canary-4711-refresh";
    service.adopt(&ana(), grant(canary)).await.unwrap();
    service.access(&ana()).await.unwrap();
    service.left_for_others().await;
    service.agreed().await;
    let record = service.shared.get(&ana()).await.unwrap().unwrap().sealed;
    let shared = service.shared.access(&ana()).await.unwrap().unwrap();
    let mut everything = vec![record, shared];
    for folder in [machine.dir.path(), &machine.grants()] {
        for entry in fs::read_dir(folder).unwrap() {
            everything.extend(fs::read(entry.unwrap().path()).ok());
        }
    }
    for bytes in everything {
        assert!(!bytes.windows(11).any(|window| window == b"canary-4711"));
    }
    no_secret_in_database(&["canary-4711".to_owned()], &machine.database).await;
}
