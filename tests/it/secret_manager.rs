//! The Secret Manager tier's own troubles: what lags, what is destroyed, what arrives damaged, and what it costs.

use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::sandbox::secret_manager::{Fault, Operation};
use chatcal::vault::{Put, Record, Tier};

use crate::cloud::Cloud;

const HOUR: Duration = Duration::from_secs(3600);

/// How long a superseded version is kept.
const KEPT: Duration = Duration::from_secs(55 * 60);

fn ana() -> PersonId {
    PersonId::slack("T1", "U1")
}

fn record(version: i64) -> Record {
    Record {
        version,
        sealed: format!("sealed {version}").into_bytes(),
    }
}

#[tokio::test]
async fn t12_an_unchanged_record_writes_nothing() {
    let cloud = Cloud::start().await;
    for tier in [cloud.open(), cloud.open()] {
        for _ in 0..3 {
            assert_eq!(tier.put(&ana(), &record(5)).await, Ok(Put::Kept));
        }
    }
    assert_eq!((cloud.count(Operation::Add), cloud.count(Operation::Create)), (1, 1));
    assert_eq!(cloud.billed_versions(), 1);
}

#[tokio::test]
async fn t12_what_was_superseded_is_destroyed_within_the_hour_also_by_the_next_process() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    for version in 1..=5 {
        tier.put(&ana(), &record(version)).await.unwrap();
    }
    cloud.clock.advance(KEPT - Duration::from_secs(1));
    tier.tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 5, "not yet");
    cloud.clock.advance(Duration::from_secs(1));
    tier.tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 1);
    assert_eq!(tier.get(&ana()).await, Ok(Some(record(5))));

    // This process ends before that.
    for version in 6..=25 {
        tier.put(&ana(), &record(version)).await.unwrap();
    }
    let next = cloud.open();
    cloud.clock.advance(KEPT / 2);
    next.tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 21);
    cloud.clock.advance(KEPT / 2);
    next.tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 1);
    assert_eq!(next.get(&ana()).await, Ok(Some(record(25))));
    assert_eq!(
        tier.get(&ana()).await,
        Ok(Some(record(25))),
        "although the one that it knew is gone"
    );
}

#[tokio::test]
async fn every_operation_is_counted() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    for version in 1..=5 {
        tier.put(&ana(), &record(version)).await.unwrap();
        tier.get(&ana()).await.unwrap();
        tier.people().await.unwrap();
    }
    cloud.clock.advance(HOUR);
    tier.tidy().await.unwrap();
    let lists = cloud.count(Operation::ListSecrets) + cloud.count(Operation::ListVersions);
    let asked = [
        ("access", cloud.count(Operation::Access)),
        ("add", 5),
        ("create", 1),
        ("destroy", 4),
        ("list", lists),
    ];
    assert_eq!(tier.spent(), asked.map(|(name, count)| (name, count as u64)));
    assert_eq!(cloud.count(Operation::Destroy), 4);
}

#[tokio::test]
async fn a_latest_and_a_listing_that_lag_hide_nothing() {
    let cloud = Cloud::start().await;
    let (writer, other) = (cloud.open(), cloud.open());
    writer.put(&ana(), &record(1)).await.unwrap();
    other.get(&ana()).await.unwrap();
    cloud.lag();
    for version in 2..=4 {
        writer.put(&ana(), &record(version)).await.unwrap();
    }
    assert_eq!(other.get(&ana()).await, Ok(Some(record(4))), "from the number it knew");
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(record(4))), "from `latest`");
    assert_eq!(
        cloud.open().put(&ana(), &record(3)).await,
        Ok(Put::Outranked(record(4)))
    );

    // What `latest` names is destroyed by now.
    cloud.clock.advance(HOUR);
    writer.tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 1);
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(record(4))));
    cloud.catch_up();
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(record(4))));
}

#[tokio::test]
async fn a_person_whose_secret_no_listing_shows_yet_is_found() {
    let cloud = Cloud::start().await;
    cloud.lag();
    cloud.open().put(&ana(), &record(1)).await.unwrap();
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(record(1))));
}

#[tokio::test]
async fn of_two_writers_the_higher_version_wins_whichever_came_last() {
    for (first, second) in [(6, 7), (7, 6)] {
        let cloud = Cloud::start().await;
        let (a, b) = (cloud.open(), cloud.open());
        a.put(&ana(), &record(5)).await.unwrap();
        b.get(&ana()).await.unwrap();
        // `b` compares before `a` adds, and adds after it.
        let gate = cloud.hold(Operation::Add);
        let late = tokio::spawn(async move { b.put(&ana(), &record(second)).await });
        gate.waiting(1).await;
        let early = async { a.put(&ana(), &record(first)).await };
        let (early, late) = tokio::join!(early, async {
            gate.waiting(2).await;
            gate.open();
            late.await.unwrap()
        });
        let answers = [early.unwrap(), late.unwrap()];
        let newest = record(7);
        let outranked = answers
            .iter()
            .filter(|put| **put == Put::Outranked(newest.clone()))
            .count();
        assert!(outranked <= 1, "{answers:?}");
        for tier in [a, cloud.open()] {
            assert_eq!(
                tier.get(&ana()).await,
                Ok(Some(newest.clone())),
                "{first} then {second}"
            );
            cloud.clock.advance(HOUR);
            tier.tidy().await.unwrap();
            tier.tidy().await.unwrap();
        }
        cloud.clock.advance(HOUR);
        let last = cloud.open();
        last.tidy().await.unwrap();
        last.tidy().await.unwrap();
        assert_eq!(cloud.billed_versions(), 1);
        assert_eq!(last.get(&ana()).await, Ok(Some(newest)));
    }
}

#[tokio::test]
async fn a_content_that_arrives_damaged_is_a_tier_that_is_down() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    tier.put(&ana(), &record(1)).await.unwrap();
    cloud.damage(1);
    assert!(tier.get(&ana()).await.unwrap_err().to_string().contains("damaged"));
    assert_eq!(tier.get(&ana()).await, Ok(Some(record(1))));
}

#[tokio::test]
async fn a_quota_that_is_used_up_causes_no_storm() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    tier.put(&ana(), &record(1)).await.unwrap();
    let before = cloud.count(Operation::Access);
    cloud.fail_all(&Fault::quota());
    for _ in 0..100 {
        assert!(tier.get(&ana()).await.is_err());
    }
    let asked = cloud.count(Operation::Access) - before;
    assert!(asked <= 4, "asked {asked} times");
    cloud.heal();
    cloud.clock.advance(Duration::from_secs(5));
    assert_eq!(tier.get(&ana()).await, Ok(Some(record(1))));
}

#[tokio::test]
async fn a_service_that_hangs_resets_or_talks_nonsense_is_down_and_one_that_returns_is_used_again() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    tier.put(&ana(), &record(1)).await.unwrap();
    for fault in [
        Fault::Hang,
        Fault::Reset,
        Fault::Truncate,
        Fault::html(502),
        Fault::status(503),
        Fault::status(401),
        Fault::status(404),
    ] {
        cloud.fail_all(&fault);
        assert!(tier.get(&ana()).await.is_err(), "{fault:?}");
        assert!(tier.people().await.is_err(), "{fault:?}");
        assert!(tier.put(&ana(), &record(2)).await.is_err(), "{fault:?}");
        cloud.heal();
        cloud.clock.advance(Duration::from_secs(5));
        assert_eq!(tier.get(&ana()).await, Ok(Some(record(1))), "{fault:?}");
    }
}

#[tokio::test]
async fn an_answer_that_got_lost_makes_no_second_version() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    cloud.fail(Operation::Add, Fault::DropAnswer, 1);
    assert!(tier.put(&ana(), &record(1)).await.is_err());
    assert_eq!(tier.put(&ana(), &record(1)).await, Ok(Put::Kept));
    assert_eq!(cloud.billed_versions(), 1);
}

#[tokio::test]
async fn what_another_hand_put_on_top_is_left_alone_and_not_believed() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    tier.put(&ana(), &record(5)).await.unwrap();
    let id = cloud.ids().remove(0);
    cloud.put(&id, br#"{"client_id":"test_client"}"#);
    assert_eq!(tier.get(&ana()).await, Ok(Some(record(5))));
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(record(5))));
    cloud.clock.advance(HOUR);
    tier.tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 2, "it is theirs to take away");
    assert_eq!(tier.put(&ana(), &record(6)).await, Ok(Put::Kept));
    cloud.clock.advance(HOUR);
    cloud.open().tidy().await.unwrap();
    assert_eq!(cloud.billed_versions(), 1);
}

#[tokio::test]
async fn a_record_that_was_taken_away_leaves_nothing_older_behind() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    for version in 1..=12 {
        tier.put(&ana(), &record(version)).await.unwrap();
    }
    tier.remove(&ana(), &record(3)).await.unwrap();
    assert_eq!(tier.get(&ana()).await, Ok(Some(record(12))));
    tier.remove(&ana(), &record(12)).await.unwrap();
    assert_eq!(cloud.billed_versions(), 0);
    for tier in [&tier, &cloud.open()] {
        assert_eq!(tier.get(&ana()).await, Ok(None));
        assert_eq!(tier.people().await, Ok(Vec::new()));
    }
    assert_eq!(tier.put(&ana(), &record(2)).await, Ok(Put::Kept));
    assert_eq!(cloud.open().get(&ana()).await, Ok(Some(record(2))));
}

#[tokio::test]
async fn a_secret_that_was_deleted_and_made_anew_is_found_again() {
    let cloud = Cloud::start().await;
    let tier = cloud.open();
    for version in 1..=3 {
        tier.put(&ana(), &record(version)).await.unwrap();
    }
    cloud.forget();
    assert_eq!(tier.get(&ana()).await, Ok(None));
    cloud.open().put(&ana(), &record(1)).await.unwrap();
    tier.put(&ana(), &record(4)).await.unwrap();
    assert_eq!(tier.get(&ana()).await, Ok(Some(record(4))));
}

#[tokio::test]
async fn everybody_is_listed_page_by_page_and_no_id_or_label_names_them() {
    let cloud = Cloud::start().await;
    cloud.pages_of(3);
    cloud.put("somebody-elses", b"secret");
    let tier = cloud.open();
    let mut everybody: Vec<_> = (1..=10).map(PersonId::discord).collect();
    everybody.push(PersonId::slack("T7", "U4711"));
    for person in &everybody {
        tier.put(person, &record(1)).await.unwrap();
    }
    everybody.sort_unstable();
    for tier in [tier, cloud.open()] {
        let mut found = tier.people().await.unwrap();
        found.sort_unstable();
        assert_eq!(found, everybody);
    }
    let shown = format!("{:?} {}", cloud.ids(), cloud.labels());
    assert!(!shown.contains("U4711") && !shown.contains("T7"), "{shown}");
}
