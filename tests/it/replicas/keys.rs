//! `chatcal creds rotate` and other orders at the terminal, beside services that run on a PostgreSQL.

use std::time::Duration;

use chatcal::entropy::Entropy;
use chatcal::sandbox::google::Endpoint;
use chatcal::seal::KeyRing;
use secrecy::ExposeSecret;
use tokio::time::sleep;

use super::fleet::Fleet;
use super::processes::told;
use crate::creds::office::Said;
use crate::redis_server::RedisServer;

fn fresh_key() -> String {
    KeyRing::make_key(&Entropy::system()).expose_secret().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t09_a_rotation_is_not_done_while_a_service_has_the_old_key_in_front() {
    let fleet = Fleet::open(None).await;
    let old = fleet.world.key.clone();
    let old_id = KeyRing::new(&[old.clone().into()], Entropy::system()).unwrap();
    let old_id = old_id.current().to_string();
    let (new, newest) = (fresh_key(), fresh_key());
    let both = format!("{new} {old}");
    let mut idle = fleet.starts(0).await;
    let mut busy = fleet.starts_under(1, &both).await;
    let place = format!("process {}", idle.0.id());
    let (ana, _listening) = fleet.person(0);
    told(&fleet, async {
        ana.connects().await;
        // How much lies under the old key: nothing is sealed anew that the idle one, which has that key alone, may have to read.
        let under_old = || {
            let told = fleet.orders(1, &both, &["creds", "rotate", "--check", "--json"]);
            let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
            let places = told["places"].as_array().unwrap().iter();
            places.filter_map(|place| place["under"][&old_id].as_u64()).sum::<u64>()
        };
        assert!(under_old() > 0);
        for order in [&["creds", "rotate"][..], &["creds", "rotate", "--check"]] {
            let refused = fleet.orders(1, &both, order);
            assert!(under_old() > 0, "{refused:?}");
            assert_eq!(refused.code, 1, "{refused:?}");
            assert!(
                refused.err.contains("Keep every key") && refused.err.contains(&place),
                "{refused:?}"
            );
            assert!(
                refused.out.contains(&place) && !refused.out.contains("can be left out"),
                "{refused:?}"
            );
        }
        let json = fleet.orders(1, &both, &["creds", "rotate", "--check", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json["others_can_go"], false);
        assert!(
            json["services_behind"][0]["place"].as_str().unwrap().ends_with(&place),
            "{json}"
        );

        // It ends, and the other one works on meanwhile.
        idle.ends(&fleet.world.log()).await;
        for _ in 0..20 {
            ana.says("privacy");
        }
        let done = fleet.orders(1, &both, &["creds", "rotate"]);
        assert!(done.code == 0 && done.out.contains("can be left out"), "{done:?}");
        busy.ends(&fleet.world.log()).await;
        let refused = fleet.orders(0, &old, &["creds", "list"]);
        assert!(
            refused.code == 1 && refused.err.contains("CHATCAL_KEY is not the key"),
            "{refused:?}"
        );

        // Without the old key she has what she had. A service that is killed is not waited for without end.
        let mut only = fleet.starts_under(0, &new).await;
        ana.says("book tomorrow at 2 PM for 30 minutes");
        ana.is_told("Booked: ", "14:00–14:30").await;
        only.kill();
        let next = format!("{newest} {new}");
        let done = fleet.orders(1, &next, &["creds", "rotate"]);
        assert!(done.code == 0 && done.out.contains("can be left out"), "{done:?}");
        let _last = fleet.starts_under(0, &newest).await;
        ana.says("book tomorrow at 4 PM for 30 minutes");
        ana.is_told("Booked: ", "16:00–16:30").await;
    })
    .await;
    assert_eq!(fleet.world.google.all_events(&ana.email).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t10_a_disconnect_said_in_a_terminal_ends_what_running_services_hold() {
    let fleet = Fleet::open(Some(RedisServer::start().await)).await;
    let _programs = [fleet.starts(0).await, fleet.starts(1).await];
    // Each is served by one of the two, which holds the access token.
    let people = [fleet.person(0), fleet.person(2)];
    // Asks for some minutes of tomorrow; whether they were booked.
    let books = async |number: usize, slot: usize| {
        let (person, _) = &people[number];
        let (hour, minute, links) = (9 + slot / 6, slot % 6 * 10, person.told("", "/connect/").len());
        fleet.next_is(number);
        person.says(&format!("book tomorrow at {hour}:{minute:02} for 10 minutes"));
        loop {
            if !person.told("Booked: ", &format!(" {hour:02}:{minute:02}–")).is_empty() {
                return true;
            }
            if person.told("", "/connect/").len() > links {
                return false;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    told(&fleet, async {
        for (number, (person, _)) in people.iter().enumerate() {
            person.connects().await;
            assert!(books(number, 0).await);
        }
        let calls = fleet.world.google.count(Endpoint::Token);
        for (number, (person, _)) in people.iter().enumerate() {
            // The terminal has fewer tiers than the services.
            let mut order = fleet.order(number, &["creds", "disconnect", &person.email, "--apply"]);
            let done = Said::of(order.env_remove("REDIS_URL").output().unwrap());
            assert_eq!(done.code, 0, "{done:?}");
            // Within a second or two.
            let mut slot = 1;
            while books(number, slot).await {
                slot += 1;
            }
        }
        assert_eq!(fleet.world.google.count(Endpoint::Token), calls, "nobody refreshed it");
    })
    .await;
}
