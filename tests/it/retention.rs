//! What people say is kept for as long as `/privacy` tells them, and no longer.

use std::time::Duration;

use chatcal::args;
use chatcal::domain::person::PersonId;
use chatcal::sandbox::browser::Browser;
use chatcal::sql;

use crate::web::house::{ANA, House};

const HOUR: Duration = Duration::from_secs(3600);

/// Everywhere that words of people can stand, and the sign-ins, by whose they are.
const PLACES: [(&str, &str); 6] = [
    ("inbox", "SELECT COUNT(*) FROM inbox WHERE said LIKE $1"),
    (
        "conversations",
        "SELECT COUNT(*) FROM conversations WHERE state LIKE $1",
    ),
    ("acts", "SELECT COUNT(*) FROM acts WHERE act LIKE $1"),
    ("outbox", "SELECT COUNT(*) FROM outbox WHERE message LIKE $1"),
    ("bookings", "SELECT COUNT(*) FROM bookings WHERE plan LIKE $1"),
    ("sign_ins", "SELECT COUNT(*) FROM sign_ins WHERE person LIKE $1"),
];

/// The tables in which `word` stands.
async fn places(house: &House, word: &str) -> Vec<&'static str> {
    let wanted = format!("%{word}%");
    let look = move |tx: &mut sql::Tx<'_>| {
        let mut found = Vec::new();
        for (table, count) in PLACES {
            let rows: Option<i64> = tx.row(count, args![&wanted], |row| row.get(0))?;
            found.extend((rows != Some(0)).then_some(table));
        }
        Ok::<_, sql::Error>(found)
    };
    house.db.read(look).await.unwrap()
}

/// Waits, while the minutes go by, until `word` stands in those tables only.
async fn only_in(house: &House, word: &str, tables: &[&str]) {
    let patience = async {
        while places(house, word).await != tables {
            house.clock.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(30), patience).await.is_err() {
        panic!("{word} stands in {:?}", places(house, word).await);
    }
}

#[tokio::test]
async fn words_go_after_a_day_and_bookings_a_month_after_their_end() {
    let house = House::open().await;
    let (ana, bo) = (PersonId::slack("T1", "UANA"), PersonId::discord(7));
    house.vouch(&ana, ANA);
    house.sign_in(&house.link(&ana).await, ANA).await;
    house.settled(&ana).await;
    let booked = house.says(&ana, "book Zeppelin tomorrow at 2 PM for 30 minutes").await;
    assert!(booked.contains("Zeppelin"), "{booked}");
    // Bo has no account, never comes back, and is told that the link has expired.
    let parked = house.says(&bo, "book Quagga tomorrow at 2 PM for 30 minutes").await;
    assert!(parked.contains("/connect/"), "{parked}");
    assert_eq!(places(&house, "Zeppelin").await, ["inbox", "bookings"]);
    assert_eq!(places(&house, "Quagga").await, ["inbox", "conversations"]);

    assert_eq!(places(&house, "UANA").await, ["sign_ins"]);

    house.clock.advance(23 * HOUR);
    house.settled(&bo).await;
    assert_eq!(
        places(&house, "Quagga").await,
        ["inbox", "conversations"],
        "it waits for a day"
    );
    house.clock.advance(HOUR + HOUR / 2);
    only_in(&house, "Quagga", &[]).await;
    only_in(&house, "Zeppelin", &["bookings"]).await;
    only_in(&house, "UANA", &[]).await;

    // The booking ended on the day after it was asked for.
    house.clock.advance(28 * 24 * HOUR);
    assert_eq!(places(&house, "Zeppelin").await, ["bookings"]);
    house.clock.advance(3 * 24 * HOUR);
    only_in(&house, "Zeppelin", &[]).await;
    let undone = house.says(&ana, "undo").await;
    assert!(undone.starts_with("I have booked nothing for you lately"), "{undone}");
    assert_eq!(house.google.events(ANA).len(), 1, "in the calendar it stays");

    let told = Browser::new().open(&format!("{}/privacy", house.url)).await.unwrap();
    for words in [
        "are erased after 24 hours",
        "until 30 days after their end",
        "for 7 days",
    ] {
        assert!(told.words().contains(words), "{words}: {}", told.words());
    }
}
