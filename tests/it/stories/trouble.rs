//! Google or the network in trouble, messages that arrive more than once, and people who mean harm or many things at once.

use std::time::Duration;

use chatcal::sandbox::discord;
use chatcal::sandbox::google::{Endpoint, Fault, Seed};

use super::person::{Person, Saying};
use super::story;
use super::world::{World, soon};

const HOUR: Duration = Duration::from_secs(3600);

story!(b01_what_cannot_be_checked_is_not_booked: slack, socket, discord, terminal);

async fn b01_what_cannot_be_checked_is_not_booked(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("timezone Europe/Berlin").await;
    ana.hears().await;
    world.google.fail(Endpoint::EventsList, Fault::html(503), usize::MAX);
    ana.says("book tuesday at 2 PM for 30 minutes").await;
    ana.hears().await.is(
        "Not booked: I could not check your calendar for Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin). Google does not answer just now; \
         that usually passes within minutes. Shall I book all the same?
         [Try again] [Book anyway] [Cancel]",
    );
    ana.settled().await;
    ana.has_events(0);
    ana.presses("Book anyway").await;
    ana.hears_until("Booked: ").await;
    ana.has_events(1);
}

story!(b01_a_check_that_hangs_is_none: slack, socket, discord, terminal at once);

async fn b01_a_check_that_hangs_is_none(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("timezone Europe/Berlin").await;
    ana.hears().await;
    world.google.fail(Endpoint::EventsList, Fault::Hang, usize::MAX);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears()
        .await
        .contains("Not booked: I could not check your calendar");
    ana.has_events(0);
    world.google.heal(Endpoint::EventsList);
    ana.presses("Try again").await;
    ana.hears_until("Booked: ").await;
    ana.has_events(1);
}

/// A write that meets `fault` on its way is one event in the end, and the person hears of it.
async fn is_written_once(world: &World, fault: Fault) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("timezone Europe/Berlin").await;
    ana.hears().await;
    for (times, day) in [(1, "tuesday"), (4, "wednesday")] {
        world.google.fail(Endpoint::EventsInsert, fault.clone(), times);
        ana.says(&format!("book {day} at 2 PM for 30 minutes")).await;
        let heard = ana.hears_until("Booked: ").await;
        assert!(heard.len() <= 2, "{heard:?}");
        ana.settled().await;
        world.google.heal(Endpoint::EventsInsert);
    }
    ana.has_events(2);
}

story!(b02_an_insert_that_is_reset: slack, discord, terminal);

async fn b02_an_insert_that_is_reset(world: &World) {
    is_written_once(world, Fault::Reset).await;
}

story!(b02_an_insert_behind_a_broken_proxy: slack, discord, terminal);

async fn b02_an_insert_behind_a_broken_proxy(world: &World) {
    is_written_once(world, Fault::html(502)).await;
}

story!(b02_an_insert_whose_answer_is_lost: slack, discord, terminal);

async fn b02_an_insert_whose_answer_is_lost(world: &World) {
    is_written_once(world, Fault::DropAnswer).await;
}

story!(b02_an_insert_whose_answer_breaks_off: slack, discord, terminal);

async fn b02_an_insert_whose_answer_breaks_off(world: &World) {
    is_written_once(world, Fault::Truncate).await;
}

story!(b02_an_insert_that_hangs_is_written_once: slack, socket, discord, terminal at once);

async fn b02_an_insert_that_hangs_is_written_once(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.google.fail(Endpoint::EventsInsert, Fault::Hang, 1);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears_until("Booked: ").await;
    ana.has_events(1);
}

story!(b02_a_write_that_cannot_be_looked_up_is_told_so: slack, socket, discord, terminal);

async fn b02_a_write_that_cannot_be_looked_up_is_told_so(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.google.fail(Endpoint::EventsInsert, Fault::DropAnswer, 1);
    world.google.fail(Endpoint::EventsGet, Fault::html(503), usize::MAX);
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.is(
        "Checking whether it was booked: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin). Google does not answer just now; I keep looking, \
         and will tell you.",
    );
    world.google.heal(Endpoint::EventsGet);
    let result = ana.hears().await;
    result.contains("Booked: Tue 24 Nov 2026, 14:00–14:30");
    assert_eq!(result.edited, world.kind.edits());
    ana.has_events(1);
}

story!(b03_a_message_that_comes_eleven_times_is_one_booking: slack, socket, discord);

async fn b03_a_message_that_comes_eleven_times_is_one_booking(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let command = ana.says("book friday at 2 PM for 30 minutes").await;
    for _ in 0..10 {
        world.redelivers(&command);
    }
    ana.hears().await.contains("Booked: ");
    ana.settled().await;
    world.passes(25 * HOUR).await;
    world.restart().await;
    world.redelivers(&command);
    ana.was_heard().await;
    ana.has_events(1);
}

story!(b03_a_message_that_was_not_taken_in_is_taken_in_when_it_comes_again: slack);

async fn b03_a_message_that_was_not_taken_in_is_taken_in_when_it_comes_again(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    world.stops().await;
    ana.on_slack().unwrap().says_dm("book tomorrow at 2 PM for 30 minutes");
    let slack = world.slack();
    let before = slack.served().len();
    soon(
        "two attempts in vain",
        slack.served_until(|served| {
            served.len() >= before + 2 || served.iter().filter(|one| one.status.is_none()).count() >= 2
        }),
    )
    .await;
    world.starts().await;
    ana.hears().await.contains("Booked: ");
    ana.settled().await;
    ana.has_events(1);
}

story!(b06_an_old_command_that_comes_again_books_nothing: slack, socket, discord);

async fn b06_an_old_command_that_comes_again_books_nothing(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let command = ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked:");
    stays_deleted(world, &ana, &command).await;
}

story!(b06_an_old_interaction_that_comes_again_books_nothing: discord);

async fn b06_an_old_interaction_that_comes_again_books_nothing(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let at_discord = ana.on_discord().unwrap();
    // An answer to what was answered before.
    world.tolerates("/callback");
    let command = at_discord.commands_dm("/book", "tomorrow at 2 PM for 30 minutes");
    ana.hears().await.contains("Booked:");
    stays_deleted(world, &ana, &Saying::Discord(command)).await;
    let (from, to) = ("2026-11-24T14:00", "2026-11-24T15:00");
    let busy = world.google.seed(ana.email(), Seed::busy("Design review", from, to));
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("you have Design review");
    world.google.delete(ana.email(), &busy);
    let press = at_discord.presses("Book anyway").unwrap();
    ana.hears().await.contains("Booked:");
    stays_deleted(world, &ana, &Saying::Discord(press)).await;
}

/// The person deletes their only event in Google; what made it comes again, and makes it no more.
async fn stays_deleted(world: &World, ana: &Person, saying: &Saying) {
    let id = ana.events()[0]["id"].as_str().unwrap().to_owned();
    world.google.delete(ana.email(), &id);
    for _ in 0..3 {
        world.redelivers(saying);
    }
    ana.was_heard().await;
    world.restart().await;
    world.redelivers(saying);
    ana.was_heard().await;
    ana.has_events(0);
}

story!(b07_only_its_owner_changes_a_booking: slack, socket, discord);

async fn b07_only_its_owner_changes_a_booking(world: &World) {
    let alice = world.person("alice");
    let al = world.person("al");
    alice.connects().await;
    al.connects().await;
    alice.says("book secret plan tomorrow at 2 PM for 30 minutes").await;
    alice.hears().await.contains("Booked: Secret plan");
    let id = alice.events()[0]["id"].as_str().unwrap().to_owned();
    al.says("undo").await;
    al.hears()
        .await
        .is("I have booked nothing for you lately, so there is nothing to undo or change.");
    for deed in ["undo", "undo-anyway", "keep", "again", "zone", "move"] {
        al.presses_forged(&format!("b/{id}/{deed}")).await;
        al.hears()
            .await
            .is("I know no such booking of yours; nothing was changed.");
    }
    al.settled().await;
    alice.has_events(1);
    al.has_events(0);
    // In the same slot of his own calendar nothing of hers is in the way.
    al.says("book tomorrow at 2 PM for 30 minutes").await;
    al.hears().await.contains("Booked: ");
}

story!(t01_a_thousand_messages_with_an_expired_token_make_one_token_call: slack);

async fn t01_a_thousand_messages_with_an_expired_token_make_one_token_call(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let (from, to) = ("2026-11-24T14:00", "2026-11-24T15:00");
    world.google.seed(ana.email(), Seed::busy("Design review", from, to));
    world.passes(2 * HOUR).await;
    let before = world.google.count(Endpoint::Token);
    let gate = world.google.hold(Endpoint::Token);
    // They come in waves, since Slack gives up on what is not acknowledged within seconds, and how many of a thousand at once a busy
    // machine takes in by then is not the question here. Five waves wait for the one token; no call is waited for much longer.
    for wave in 1..=20 {
        let answered = world.slack().served().len();
        for _ in 0..50 {
            ana.on_slack().unwrap().says_dm("book tomorrow at 2 PM for 30 minutes");
        }
        let served = world.slack().served_until(|served| served.len() >= answered + 50);
        soon(&format!("the answers to wave {wave}"), served).await;
        if wave == 5 {
            soon("the token call", world.google.reached(Endpoint::Token, before + 1)).await;
            gate.open();
        }
    }
    for _ in 0..1000 {
        ana.hears().await.contains("you have Design review");
    }
    assert_eq!(world.google.count(Endpoint::Token), before + 1);
}

story!(p01_slack_hears_at_once_though_google_hangs: slack, socket);

async fn p01_slack_hears_at_once_though_google_hangs(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let gate = world.google.hold(Endpoint::EventsList);
    let (served, asked) = (world.slack().served().len(), world.google.count(Endpoint::EventsList));
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    soon(
        "the question to Google",
        world.google.reached(Endpoint::EventsList, asked + 1),
    )
    .await;
    // Google has not answered yet, and does not before the gate is opened.
    let all = soon(
        "the acknowledgement",
        world.slack().served_until(|all| all.len() > served),
    )
    .await;
    assert_eq!(all.last().unwrap().status, Some(200), "{all:?}");
    assert_eq!(all.last().unwrap().attempt, 0, "{all:?}");
    gate.open();
    ana.hears().await.contains("Booked: ");
    ana.has_events(1);
}

story!(p03_what_is_said_while_the_gateway_is_away_is_heard: discord);

async fn p03_what_is_said_while_the_gateway_is_away_is_heard(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let discord = world.discord();
    let before = discord.counts();
    discord.drops_gateway();
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears().await.contains("Booked: ");
    discord.asks_to_reconnect();
    ana.says("undo").await;
    ana.hears().await.contains("Removed: ");
    let after = discord.counts();
    assert_eq!(after.identifies, before.identifies, "resumed, not identified anew");
    assert!(after.resumes > before.resumes);
}

story!(p01_a_command_that_is_answered_late_is_answered_with_a_sound: discord);

async fn p01_a_command_that_is_answered_late_is_answered_with_a_sound(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("timezone Europe/Berlin").await;
    ana.hears().await;
    // A command whose answer Google keeps back for so long.
    let asks_and_waits = async |day: &str, nth: usize, wait: Duration| {
        let asked = world.google.count(Endpoint::EventsList);
        let gate = world.google.hold(Endpoint::EventsList);
        ana.commands_in("general", "/book", &format!("{day} at 2 PM for 30 minutes"))
            .await;
        let reached = world.google.reached(Endpoint::EventsList, asked + 1);
        soon("the question to Google", reached).await;
        let deferred = |all: &[discord::Request]| {
            let done = |request: &&discord::Request| request.path.ends_with("/callback");
            all.iter().filter(done).count() == nth
        };
        soon("the deferral", world.discord().requests_until(deferred)).await;
        world.clock.advance(wait);
        gate.open();
        world.google.heal(Endpoint::EventsList);
    };
    asks_and_waits("tuesday", 1, Duration::from_secs(61)).await;
    ana.hears()
        .await
        .is("This took a while: the answer comes as a new message.");
    let answer = ana.hears().await;
    answer.contains("Booked: Tue 24 Nov 2026, 14:00–14:30");
    assert!(answer.ephemeral && !answer.edited && !answer.silent, "{answer:?}");
    ana.settled().await;
    // Past the interaction's life, by direct message.
    asks_and_waits("wednesday", 2, Duration::from_secs(15 * 60)).await;
    let answer = ana.hears().await;
    answer.contains("Booked: Wed 25 Nov 2026, 14:00–14:30");
    assert!(!answer.ephemeral && !answer.silent, "{answer:?}");
    ana.has_events(2);
}
