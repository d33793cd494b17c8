//! Records that prove nothing: changed, swapped, poisoned, outdated, or under another key.

use std::fs;
use std::sync::Arc;

use chatcal::args;
use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::sql::Db;
use chatcal::vault::{Door, Folder, KeyTrouble, NewGrant, NoAccess, Parts, Put, Record, Tier, Vault, check_key};
use futures_util::FutureExt;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::machine::{HOUR, Machine, ana, bo, door, grant, passing, until};
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
    let [(tier, reason)] = &service.quarantined().await[..] else {
        panic!("one record is set aside")
    };
    assert_eq!(tier, "redis");
    assert!(
        reason.contains("client_id \"test_client\" is not the configured client"),
        "{reason}"
    );
    service.agreed().await;
    assert_eq!(service.versions(&ana()).await, [Some(version), Some(version)]);
}

/// A record that another installation with the same key, but another OAuth client, made for Ana, later than all of ours.
async fn sealed_elsewhere(machine: &Machine, client_id: &str) -> Record {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::manual(machine.clock.now());
    clock.advance(HOUR);
    let file = Arc::new(Folder::open(&dir.path().join("grants")).unwrap());
    let db = Db::open(&dir.path().join("chatcal.db")).unwrap();
    let vault = Vault::open(Parts {
        db: db.clone(),
        clock,
        entropy: Entropy::seeded(4),
        keys: machine.keys(),
        tiers: vec![file.clone()],
        door: Door {
            client_id: client_id.to_owned(),
            ..door()
        },
        refresh: Arc::new(|_| async { Err(passing()) }.boxed()),
    })
    .unwrap();
    let stop = CancellationToken::new();
    let journal = tokio::spawn({
        let (vault, stop) = (vault.clone(), stop.clone());
        async move { vault.run_journal(stop).await }
    });
    let poison = NewGrant {
        client_id: client_id.to_owned(),
        ..grant("poison")
    };
    let adopting = vault.clone();
    let version = db.write(move |tx| adopting.adopt(tx, &ana(), poison)).await.unwrap();
    vault.adopted(&ana(), version);
    until(|| async { file.get(&ana()).await.unwrap().is_some() }).await;
    stop.cancel();
    journal.await.unwrap();
    file.get(&ana()).await.unwrap().unwrap()
}

on_both!(t08_a_record_that_was_changed_renumbered_or_swapped_is_set_aside_and_new_writes_go_on);
async fn t08_a_record_that_was_changed_renumbered_or_swapped_is_set_aside_and_new_writes_go_on(engine: Engine) {
    let (machine, service, version) = Machine::with_ana(engine).await;
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    service.agreed().await;
    let good = service.shared.get(&ana()).await.unwrap().unwrap();
    let bos = service.shared.get(&bo()).await.unwrap().unwrap();
    drop(service);

    let mut flipped = good.clone();
    flipped.sealed[40] ^= 1;
    let renumbered = Record {
        version: good.version + 1000,
        ..good.clone()
    };
    // Both were written in the same moment, so that only the owner differs.
    let swapped = bos;
    assert_eq!(swapped.version, version);
    for bad in [
        flipped,
        renumbered,
        swapped,
        Record {
            version,
            sealed: Vec::new(),
        },
    ] {
        let service = machine.start().await;
        assert_eq!(service.shared.put(&ana(), &bad).await.unwrap(), Put::Kept, "{bad:?}");
        machine.clock.advance(HOUR);
        assert!(service.token(&ana()).await.starts_with("r1"), "the file's copy is used");
        assert_eq!(service.quarantined().await.len(), 1);
        service.agreed().await;
        assert_eq!(
            service.versions(&ana()).await,
            [Some(version), Some(version)],
            "and Redis is healed"
        );
    }

    let service = machine.start().await;
    for tier in [&*service.shared as &dyn Tier, &*service.file] {
        tier.remove(&ana(), &good).await.unwrap();
        tier.put(
            &ana(),
            &Record {
                version: version + 5_000_000,
                sealed: b"garbage".to_vec(),
            },
        )
        .await
        .unwrap();
    }
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
