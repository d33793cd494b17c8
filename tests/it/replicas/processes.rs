//! The real program, twice: one token call between them (T01), one that is killed or paused (T02), a rolling restart (P05).

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use chatcal::clock::Clock;
use chatcal::sandbox::google::{Endpoint, Seed};
use chatcal::sandbox::slack;
use chatcal::sql::Db;
use chrono::Days;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::{sleep, timeout};

use super::fleet::Fleet;
use crate::kill9::{Person, once_each, request};
use crate::redis_server::RedisServer;

/// How long nothing at all may move, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Twelve seconds are promised; a busy machine may take a while longer for the rest.
const SUCCESSOR: Duration = Duration::from_secs(12 + 8);

/// Ends a story in which nothing moves any more, with the programs' last words.
pub(super) async fn told(fleet: &Fleet, story: impl Future<Output = ()>) {
    let google = &fleet.world.google;
    let progress = async || {
        let (tokens, lists) = (google.count(Endpoint::Token), google.count(Endpoint::EventsList));
        format!(
            "{}, asked for tokens {tokens}, for calendars {lists}",
            fleet.open_rows().await
        )
    };
    let mut story = pin!(story);
    let mut seen = progress().await;
    while timeout(PATIENCE, &mut story).await.is_err() {
        let now = progress().await;
        assert_ne!(now, seen, "it does not end\n{}", fleet.log());
        seen = now;
    }
}

async fn nothing_waits(fleet: &Fleet) {
    let db = Db::connect(&fleet.database.secret()).await.unwrap();
    crate::stories::nothing_waits(&db, Clock::system().now()).await;
}

/// Lets a person's access token end, so that the next one has to be asked for.
async fn outlives_token(fleet: &Fleet, person: &Person) {
    let life = Duration::from_secs(3);
    fleet.world.google.token_lifetime(life);
    person.connects().await;
    fleet.world.google.token_lifetime(Duration::from_secs(3600));
    // Real programs have the real time.
    sleep(life).await;
}

async fn a_thousand_messages_make_one_token_call(redis: Option<RedisServer>) {
    let fleet = Fleet::open(redis).await;
    let _programs = [fleet.starts(0).await, fleet.starts(1).await];
    let (ana, _listening) = fleet.person(0);
    told(&fleet, async {
        let google = &fleet.world.google;
        outlives_token(&fleet, &ana).await;
        let day = |days| {
            (Clock::system().now() + Days::new(days))
                .format("%Y-%m-%dT00:00")
                .to_string()
        };
        let (from, to) = (day(0), day(4));
        google.seed(&ana.email, Seed::busy("Design review", &from, &to));
        let (before, answered) = (google.count(Endpoint::Token), ana.told("", "").len());
        let gate = google.hold(Endpoint::Token);
        // In waves, since Slack gives up on what is not acknowledged in time; the first ones wait for the token on both replicas.
        for wave in 1..=20 {
            let served = fleet.world.slack.served().len();
            for _ in 0..50 {
                ana.says("book tomorrow at 2 PM for 30 minutes");
            }
            fleet.world.slack.served_until(|all| all.len() >= served + 50).await;
            if wave == 2 {
                google.reached(Endpoint::Token, before + 1).await;
                gate.open();
            }
        }
        // A busy machine may find the calendar too slow for some of them, and says so.
        while ana.told("", "").len() < answered + 1000 {
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(google.count(Endpoint::Token), before + 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t01_two_processes_make_one_token_call() {
    a_thousand_messages_make_one_token_call(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t01_two_processes_with_redis_make_one_token_call() {
    a_thousand_messages_make_one_token_call(Some(RedisServer::start().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t02_what_a_killed_replica_had_begun_another_one_ends() {
    let fleet = Fleet::open(None).await;
    let (mut first, _second) = (fleet.starts(0).await, fleet.starts(1).await);
    // On Discord: the first one has the gateway as well, which the other resumes.
    let (ana, _listening) = fleet.person(1);
    told(&fleet, async {
        let google = &fleet.world.google;
        outlives_token(&fleet, &ana).await;
        let (before, resumes) = (google.count(Endpoint::Token), fleet.world.discord.counts().resumes);
        let gate = google.hold(Endpoint::Token);
        ana.says("book tomorrow at 2 PM for 30 minutes");
        google.reached(Endpoint::Token, before + 1).await;
        first.kill();
        gate.open();
        let booked = timeout(SUCCESSOR, ana.is_told("Booked: ", "14:00–14:30")).await;
        assert!(booked.is_ok(), "nobody took over\n{}", fleet.log());
        assert_eq!(google.all_events(&ana.email).len(), 1);
        let resumed = fleet.world.discord.counts_until(|now| now.resumes > resumes);
        assert!(
            timeout(SUCCESSOR, resumed).await.is_ok(),
            "nobody resumed\n{}",
            fleet.log()
        );
        ana.says("privacy");
        ana.is_told("I see and change events", "").await;
        assert_eq!(fleet.world.discord.counts().identifies, 1, "its session went on");
    })
    .await;
    nothing_waits(&fleet).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t02_what_a_paused_replica_says_when_it_wakes_is_refused() {
    let fleet = Fleet::open(None).await;
    let (mut first, mut second) = (fleet.starts(0).await, fleet.starts(1).await);
    let (ana, _ana_reads) = fleet.person(0);
    let (bo, _bo_reads) = fleet.person(2);
    told(&fleet, async {
        let (google, slack) = (&fleet.world.google, &fleet.world.slack);
        ana.connects().await;
        fleet.next_is(0);
        let gate = google.hold(Endpoint::EventsInsert);
        ana.says("book tomorrow at 2 PM for 30 minutes");
        google.reached(Endpoint::EventsInsert, 1).await;
        // An answer that is out, and of which its sender has not heard.
        slack.next_meets("chat.postMessage", slack::Fault::DoneAndHangs);
        fleet.next_is(0);
        bo.says("privacy");
        bo.is_told("I see and change events", "").await;
        first.signal("STOP");
        gate.open();
        let paused = sleep(Duration::from_secs(30));
        let booked = timeout(SUCCESSOR, ana.is_told("Booked: ", "14:00–14:30")).await;
        assert!(booked.is_ok(), "nobody took over\n{}", fleet.log());
        paused.await;
        first.signal("CONT");
        while !fleet.log().contains("this replica was taken to be gone") {
            sleep(Duration::from_millis(20)).await;
        }
        // It goes on, and so does what it had begun before.
        fleet.next_is(0);
        bo.says("help");
        bo.is_told("Tell me what to book", "").await;
        first.ends(&fleet.world.log()).await;
        second.ends(&fleet.world.log()).await;
    })
    .await;
    assert_eq!(fleet.world.google.all_events(&ana.email).len(), 1);
    assert_eq!(ana.told("Booked: ", "").len(), 1);
    assert_eq!(bo.told("I see and change events", "").len(), 1);
    nothing_waits(&fleet).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p05_two_replicas_restarted_in_turn_lose_nothing_and_double_nothing() {
    const RESTARTS: usize = 8;
    const PEOPLE: usize = 6;
    let fleet = Fleet::open(None).await;
    let mut programs = [fleet.starts(0).await, fleet.starts(1).await];
    let (people, _listening): (Vec<_>, Vec<_>) = (0..PEOPLE).map(|number| fleet.person(number)).unzip();
    let first = Clock::system().now().date_naive() + Days::new(7);
    let mut asked: BTreeMap<usize, usize> = BTreeMap::new();
    told(&fleet, async {
        for person in &people {
            person.connects().await;
        }
        let mut chance = StdRng::seed_from_u64(5);
        for restart in 0..RESTARTS {
            for _ in 0..6 {
                let who = chance.random_range(0..PEOPLE);
                let number = asked.entry(who).or_default();
                people[who].asks(&request(first, *number).0, *number);
                *number += 1;
            }
            fleet.world.some_progress(&mut chance).await;
            let place = restart % 2;
            programs[place].ends(&fleet.world.log()).await;
            programs[place] = fleet.starts(place).await;
        }
        for (who, number) in &asked {
            for number in 0..*number {
                people[*who].is_told("Booked: ", &request(first, number).1).await;
            }
        }
        for program in &mut programs {
            program.ends(&fleet.world.log()).await;
        }
    })
    .await;
    nothing_waits(&fleet).await;
    once_each(&fleet.world, &people, &asked, first);
}
