//! Small talk, settings, and answers that stay private.

use std::time::Duration;

use super::chat::Kind;
use super::story;
use super::world::World;

story!(every_word_works_alone_and_under_chatcal: slack, socket, discord, terminal);

async fn every_word_works_alone_and_under_chatcal(world: &World) {
    let ana = world.person("ana");
    let help = "Tell me what to book and when, such as book tomorrow at 2 PM for 30 minutes. I also know these words:
        • undo takes the last booking back, until it starts
        • timezone Europe/Berlin sets the zone that I read your times in
        • connect and disconnect link and unlink your Google Calendar
        • privacy says what I keep
        Run by #help-chatcal.";
    ana.says("help").await;
    ana.hears().await.is(help);
    ana.commands("/chatcal", "help").await;
    ana.hears().await.is(help);
    let privacy = "I see and change events on calendars that you own, and nothing else of your Google account. I keep a sealed key \
        to it until you say disconnect, the bookings that I made for you until 30 days after their end, and the words of your \
        messages for 24 hours. Titles, guests and links go only to you. Questions: #help-chatcal.";
    ana.says("Privacy").await;
    ana.hears().await.is(privacy);
    ana.commands("/chatcal", "privacy").await;
    ana.hears().await.is(privacy);

    ana.commands("/chatcal", "timezone Asia/Kathmandu").await;
    ana.hears().await.is("From now on I read your times in Asia/Kathmandu.");
    ana.says("timezone").await;
    ana.hears().await.is(
        "I read your times in Asia/Kathmandu, as you told me. To change it, send me a city or zone, such as Europe/Berlin.",
    );
    ana.says("Berlin").await;
    ana.hears().await.is("From now on I read your times in Europe/Berlin.");
    ana.says("timezone Atlantis").await;
    ana.hears()
        .await
        .is("I know no time zone called “Atlantis”, or several. Send me a city or zone, such as Europe/Berlin.");

    ana.says("disconnect").await;
    ana.hears()
        .await
        .is("No Google account was connected; nothing was changed.");
    ana.connects().await;
    ana.commands("/chatcal", "connect").await;
    ana.hears().await.is(
        "You are connected as a•••@example.org. To use another account, disconnect first.
         [Disconnect]",
    );
    ana.commands("/chatcal", "disconnect").await;
    ana.hears().await.is(
        "Disconnected a•••@example.org: my key to that calendar is gone. What I booked stays in it.
         [Connect]",
    );
    assert_eq!(world.google.refresh_tokens(ana.email()), 0, "Google was told");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.hears_link().await;
    ana.has_events(0);
}

story!(examples_are_shown_once: slack, discord, terminal);

async fn examples_are_shown_once(world: &World) {
    let ana = world.person("ana");
    ana.says("hello").await;
    ana.hears().await.is(
        "Hello! I book meetings on your own Google Calendar, with a Meet link. Just write, for example:
         • book tomorrow at 2 PM for 30 minutes
         • lunch with ann@example.org on Friday 12:30-13:30
         • in 2 hours, for 45 min, about the budget",
    );
    ana.says("hello").await;
    ana.hears().await.is("Hello!");
    ana.commands("/book", "").await;
    ana.hears().await.contains("Tell me what to book and when");
    ana.says("what is my next event?").await;
    ana.hears().await.contains("Nothing was changed");
}

story!(an_empty_mention_shows_examples_to_its_author_alone: slack, socket, discord);

async fn an_empty_mention_shows_examples_to_its_author_alone(world: &World) {
    let ana = world.person("ana");
    let channel = world.channel("general");
    ana.mentions(&channel, "").await;
    let heard = ana.hears().await;
    heard.contains("Hello! I book meetings");
    if world.kind.is_slack() {
        assert!(heard.ephemeral);
    } else {
        world.channel_hears(&channel).await.is("Answered privately.");
    }
    ana.mentions(&channel, "").await;
    ana.hears().await.contains("Tell me what to book and when");
    if world.kind == Kind::Discord {
        world.channel_hears(&channel).await.is("Answered privately.");
    }
}

story!(in_a_channel_the_answer_is_private: slack, socket, discord);

async fn in_a_channel_the_answer_is_private(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let channel = world.channel("general");
    ana.mentions(&channel, "book tomorrow at 2 PM for 30 minutes").await;
    let heard = ana.hears().await;
    heard.contains("Booked: Tue 24 Nov 2026, 14:00–14:30");
    if world.kind.is_slack() {
        assert!(heard.ephemeral);
    } else {
        world.channel_hears(&channel).await.is("Answered privately.");
    }
    ana.commands_in(&channel, "/book", "tomorrow at 4 PM for 30 minutes")
        .await;
    let heard = ana.hears().await;
    heard.contains("Booked: Tue 24 Nov 2026, 16:00–16:30");
    assert!(heard.ephemeral);
    ana.presses("Undo").await;
    let heard = ana.hears().await;
    heard.contains("Removed: Tue 24 Nov 2026, 16:00–16:30");
    assert!(heard.ephemeral);
    ana.has_events(1);
}

story!(with_direct_messages_closed_a_button_shows_the_answer: discord);

async fn with_direct_messages_closed_a_button_shows_the_answer(world: &World) {
    let ana = world.person("ana");
    let bob = world.person("bob");
    ana.connects().await;
    world.tolerates("403");
    ana.on_discord().unwrap().closes_dms();
    let channel = world.channel("general");
    ana.mentions(&channel, "book tomorrow at 2 PM for 30 minutes").await;
    world
        .channel_hears(&channel)
        .await
        .is("Your answer is ready, for you alone to see.
         [Show me]");
    bob.presses("Show me").await;
    let heard = bob.hears().await;
    heard.is("That answer is not for you.");
    assert!(heard.ephemeral);
    ana.presses("Show me").await;
    let heard = ana.hears().await;
    heard.contains("Booked: Tue 24 Nov 2026, 14:00–14:30");
    assert!(heard.ephemeral);
    ana.presses("Show me").await;
    ana.hears().await.is("That answer was shown to you already.");
    ana.commands("/book", "tomorrow at 4 PM for 30 minutes").await;
    ana.hears().await.contains("16:00–16:30");

    ana.mentions(&channel, "book wednesday at 2 PM for 30 minutes").await;
    world.channel_hears(&channel).await.contains("Your answer is ready");
    world.passes(Duration::from_secs(25 * 3600)).await;
    ana.presses("Show me").await;
    ana.hears().await.is(
        "That answer has expired: I keep one for 24 hours until it is shown. If it was about a booking, your calendar tells whether \
         that stands; otherwise ask me again with /book, and the answer comes to you alone.",
    );
}
