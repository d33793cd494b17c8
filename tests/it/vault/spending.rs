//! What Secret Manager is asked for, and what that costs.

use std::sync::Arc;
use std::time::Duration;

use chatcal::sandbox::secret_manager::Operation;
use chatcal::vault::cost::{Counted, estimate};
use chatcal::vault::{Fresh, spending};

use super::machine::{HOUR, Machine, Service, ana, bo, fresh, grant, until};
use crate::cloud::Cloud;
use crate::engine::{Engine, on_both};

/// A machine that also keeps grants in Secret Manager.
async fn with_cloud(engine: Engine) -> (Machine, Cloud, Service) {
    let machine = Machine::new(engine).await;
    let cloud = Cloud::at(machine.clock.clone()).await;
    let service = start(&machine, &cloud).await;
    (machine, cloud, service)
}

async fn start(machine: &Machine, cloud: &Cloud) -> Service {
    machine
        .start_behind(&machine.redis.url(), vec![Arc::new(cloud.open())])
        .await
}

on_both!(t12_after_a_hundred_rotated_tokens_one_version_per_person_is_paid_for_within_the_hour);
async fn t12_after_a_hundred_rotated_tokens_one_version_per_person_is_paid_for_within_the_hour(engine: Engine) {
    let (machine, cloud, service) = with_cloud(engine).await;
    service.adopt(&ana(), grant("r0")).await.unwrap();
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    service.agreed().await;
    for n in 1..=100 {
        machine.google.will_say(Ok(Fresh {
            expires_in: Duration::from_secs(10),
            ..fresh(&format!("a{n}"), Some(&format!("r{n}")))
        }));
        assert_eq!(service.token(&ana()).await, format!("a{n}"));
        service.agreed().await;
        machine.clock.advance(Duration::from_secs(10));
    }
    assert_eq!(cloud.count(Operation::Add), 102, "one version per change");
    let most = cloud.billed_versions();
    assert!(most > 50, "{most}");

    let last = machine.clock.now();
    machine.clock.advance(Duration::from_mins(55));
    // In small steps: the calendar may not run away from a worker on a busy machine.
    until(|| async {
        machine.clock.advance(Duration::from_millis(50));
        cloud.billed_versions() == 2
    })
    .await;
    let hour = chrono::TimeDelta::hours(1);
    assert!(machine.clock.now() - last <= hour, "{}", machine.clock.now() - last);
    drop(service);
    let service = start(&machine, &cloud).await;
    assert!(service.token(&ana()).await.starts_with("r100"), "the newest is left");
}

on_both!(t12_unchanged_grants_write_nothing_and_every_operation_is_counted);
async fn t12_unchanged_grants_write_nothing_and_every_operation_is_counted(engine: Engine) {
    let (machine, cloud, service) = with_cloud(engine).await;
    service.adopt(&ana(), grant("r0")).await.unwrap();
    service.agreed().await;
    service.acquainted().await;
    let before = [Operation::Access, Operation::Add].map(|operation| cloud.count(operation));
    for _ in 0..24 {
        machine.clock.advance(HOUR);
        service.token(&ana()).await;
    }
    assert_eq!(machine.google.calls().len(), 24);
    let after = [Operation::Access, Operation::Add].map(|operation| cloud.count(operation));
    assert_eq!(after, before, "an hourly refresh asks Secret Manager nothing");

    // Another process on the same database adds to the same counts.
    drop(service);
    let service = start(&machine, &cloud).await;
    machine.clock.advance(HOUR);
    service.token(&ana()).await;
    service.adopt(&ana(), grant("r1")).await.unwrap();
    service.agreed().await;
    let wanted = [
        ("access", cloud.count(Operation::Access)),
        ("add", cloud.count(Operation::Add)),
        ("create", cloud.count(Operation::Create)),
    ];
    until(|| async {
        machine.clock.advance(Duration::from_secs(5));
        let month = machine.clock.now().format("%Y-%m").to_string();
        let noted = service.db.read(move |tx| spending(tx, &month)).await.unwrap();
        wanted.iter().all(|(operation, count)| {
            noted
                .iter()
                .any(|spent| spent.operation == *operation && spent.count as usize == *count)
        })
    })
    .await;
    let estimate = estimate(Counted {
        access: wanted[0].1 as u64,
        people: 1,
        elapsed: 1.0,
    });
    assert!(estimate.counted && estimate.access_per_person > 0.0);
    let rows: Vec<_> = estimate.rows.iter().map(|row| row.people).collect();
    assert_eq!(rows, [100, 1_000, 10_000, 100_000, 1_000_000]);
    assert!(
        estimate
            .rows
            .iter()
            .all(|row| row.master_key <= row.secret_each && row.redis > 0.0)
    );
}
