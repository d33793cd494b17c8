//! Google's sign-in in trouble: what is broken, what is refused, and what is over. Nobody is asked to sign in but by Google's own word.

use std::time::Duration;

use chatcal::sandbox::google::{Endpoint, Fault, Seed};

use super::audit;
use super::story;
use super::world::{World, soon};

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

story!(t03_a_grant_that_google_ended_is_told_once_and_its_return_once: slack);

async fn t03_a_grant_that_google_ended_is_told_once_and_its_return_once(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let (from, to) = ("2026-11-24T14:00", "2026-11-24T15:00");
    world.google.seed(ana.email(), Seed::busy("Design review", from, to));
    world.google.revoke(ana.email());
    let before = world.google.count(Endpoint::Token);
    // In waves, since Slack gives up on what is not acknowledged within seconds.
    for wave in 1..=10 {
        let answered = world.slack().served().len();
        for _ in 0..100 {
            ana.on_slack().unwrap().says_dm("book tomorrow at 2 PM for 30 minutes");
        }
        let served = world.slack().served_until(|served| served.len() >= answered + 100);
        soon(&format!("the answers to wave {wave}"), served).await;
    }
    let mut links = Vec::new();
    for _ in 0..1000 {
        let heard = ana.hears().await;
        if heard.text.contains("/connect/") {
            heard.contains("Google ended my access to your calendar (it was taken back, or has expired). Not booked");
            links.push(heard.link());
        } else {
            heard.contains("I kept ");
        }
    }
    assert_eq!(links.len(), 1, "one sign-in message");
    assert_eq!(world.google.count(Endpoint::Token), before + 1, "one token call");
    world.keep_secret(&links[0]);

    ana.connects_by(&links[0]).await;
    let mut told = vec![ana.hears().await];
    ana.settled().await;
    while ana.unread() > 0 {
        told.push(ana.hears().await);
    }
    let announced = told.iter().filter(|heard| heard.text.contains("Connected ")).count();
    assert_eq!(announced, 1, "{told:?}");
    assert!(
        told.iter().all(|heard| heard.text.contains("you have Design review")),
        "{told:?}"
    );
}

/// Minutes go by until it comes.
async fn as_time_passes<T>(world: &World, coming: impl Future<Output = T>) -> T {
    let minutes = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            world.clock.advance(MINUTE);
        }
    };
    tokio::select! {
        come = coming => come,
        () = minutes => unreachable!("time never ends"),
    }
}

/// For an hour nothing of Google's sign-in works; what waits is booked afterwards, and nobody is asked to sign in.
async fn an_hour_of(world: &World, fault: Fault) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("timezone Europe/Berlin").await;
    ana.hears().await;
    world.passes(2 * HOUR).await;
    let grants = world.google.refresh_tokens(ana.email());
    world.google.fail(Endpoint::Token, fault, usize::MAX);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.is(
        "Not booked yet: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin), and I keep trying until it starts. Google does not answer \
         just now; you need not do anything.",
    );
    ana.says("book today at 11:45 for 30 minutes").await;
    ana.hears()
        .await
        .contains("Not booked yet: Mon 23 Nov 2026, 11:45–12:15");
    let over = world.clock.now() + HOUR;
    for _ in 0..4 {
        let tried = world.google.count(Endpoint::Token);
        let again = world.google.reached(Endpoint::Token, tried + 1);
        soon("another attempt", as_time_passes(world, again)).await;
    }
    world
        .clock
        .advance((over - world.clock.now()).to_std().unwrap_or_default());
    ana.has_events(0);
    assert_eq!(world.google.refresh_tokens(ana.email()), grants);
    world.google.heal(Endpoint::Token);
    let mut told = Vec::new();
    for _ in 0..2 {
        told.push(as_time_passes(world, ana.hears()).await.text);
    }
    told.sort_unstable_by_key(|text| text.contains("Booked: "));
    assert!(
        told[0].starts_with("Not booked: Mon 23 Nov 2026, 11:45–12:15"),
        "its start has passed: {told:?}"
    );
    assert!(told[1].contains("Booked: Tue 24 Nov 2026, 14:00–14:30"), "{told:?}");
    ana.has_events(1);
}

story!(t04_an_hour_of_429: slack);

async fn t04_an_hour_of_429(world: &World) {
    an_hour_of(world, Fault::oauth(429, "rate_limit_exceeded")).await;
}

story!(t04_an_hour_of_500: slack);

async fn t04_an_hour_of_500(world: &World) {
    an_hour_of(world, Fault::oauth(500, "internal_failure")).await;
}

story!(t04_an_hour_of_pages_instead_of_answers: discord);

async fn t04_an_hour_of_pages_instead_of_answers(world: &World) {
    an_hour_of(world, Fault::html(503)).await;
}

story!(t04_an_hour_of_answers_that_break_off: slack);

async fn t04_an_hour_of_answers_that_break_off(world: &World) {
    an_hour_of(world, Fault::Truncate).await;
}

story!(t04_an_hour_of_resets: discord);

async fn t04_an_hour_of_resets(world: &World) {
    an_hour_of(world, Fault::Reset).await;
}

story!(t04_a_token_endpoint_that_hangs_is_waited_for: slack, discord, terminal at once);

async fn t04_a_token_endpoint_that_hangs_is_waited_for(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.passes(2 * HOUR).await;
    world.google.fail(Endpoint::Token, Fault::Hang, usize::MAX);
    let tried = world.google.count(Endpoint::Token);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    soon("an attempt", world.google.reached(Endpoint::Token, tried + 1)).await;
    world.google.heal(Endpoint::Token);
    ana.hears_until("Booked: ").await;
    ana.has_events(1);
}

story!(t04_a_client_that_google_refuses_is_one_alert_and_no_persons_fault: slack, discord, terminal);

async fn t04_a_client_that_google_refuses_is_one_alert_and_no_persons_fault(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.passes(2 * HOUR).await;
    let grants = world.google.refresh_tokens(ana.email());
    world
        .google
        .fail(Endpoint::Token, Fault::oauth(401, "invalid_client"), usize::MAX);
    let mut incidents = Vec::new();
    let incident = regex::Regex::new("incident ([0-9a-f]{8})").unwrap();
    for minutes in [0, 3, 3, 4] {
        world.passes(minutes * MINUTE).await;
        ana.says("book tomorrow at 2 PM for 30 minutes").await;
        let heard = ana.hears().await;
        heard.contains("This bot is not set up right, which is not your fault");
        incidents.push(incident.captures(&heard.text).unwrap()[1].to_owned());
        ana.presses("Cancel").await;
        ana.hears().await;
    }
    incidents.dedup();
    assert_eq!(incidents.len(), 1, "one trouble is one incident");
    assert_eq!(audit::logged(&incidents[0]), 1, "and one alert");
    assert_eq!(world.google.refresh_tokens(ana.email()), grants);
    world.google.heal(Endpoint::Token);
    world.passes(MINUTE).await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked: ");
}

story!(an_organisation_that_keeps_the_bot_out_is_named: slack, discord, terminal);

async fn an_organisation_that_keeps_the_bot_out_is_named(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.passes(2 * HOUR).await;
    world
        .google
        .fail(Endpoint::Token, Fault::oauth(400, "admin_policy_enforced"), usize::MAX);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears()
        .await
        .contains("Your organisation does not let me at your calendar (admin_policy_enforced");
    world.google.heal(Endpoint::Token);
    world.passes(MINUTE).await;
    ana.presses("Try again").await;
    ana.hears_until("Booked: ").await;
}

story!(t10_a_grant_that_google_ended_is_disconnected_like_any_other: slack, discord, terminal);

async fn t10_a_grant_that_google_ended_is_disconnected_like_any_other(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.google.revoke(ana.email());
    ana.says("disconnect").await;
    ana.hears().await.contains("Disconnected ");
    ana.says("disconnect").await;
    ana.hears().await.contains("No Google account was connected");
    ana.connects().await;
    world.google.revoke(ana.email());
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    ana.says("disconnect").await;
    ana.hears().await.contains("Disconnected ");
    world.restart().await;
    ana.connects_by(&link).await;
    ana.hears_until("Booked: ").await;
}
