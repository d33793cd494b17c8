//! The main story: from the first words to a Meet link, and what a person meets on the way.

use std::time::Duration;

use chatcal::sandbox::browser::Browser;
use chatcal::sandbox::google::{Endpoint, Fault, MeetBehaviour};

use super::chat::Kind;
use super::person::code;
use super::story;
use super::world::World;

story!(nobody_types_twice_or_signs_in_twice: slack, socket, discord, terminal);

async fn nobody_types_twice_or_signs_in_twice(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let offer = ana.hears().await;
    let zone = world.kind.slack_or("Europe/Berlin", "in your calendar's time zone");
    offer.is(&format!(
        "To book Tue 24 Nov 2026, 14:00–14:30 ({zone}), connect Google Calendar once; I'll book it right after.
         http://…/connect/…
         (private, 10 minutes; ChatCal will see and change events on calendars you own)"
    ));
    world.keep_secret(&offer.link());

    let mut browser = Browser::new();
    let page = browser.open(&offer.link()).await.unwrap();
    assert_eq!(page.status, 200);
    for words in ["@ana", "#help-chatcal", "See and change events on calendars you own"] {
        assert!(page.words().contains(words), "{words}: {}", page.words());
    }
    let consent = browser.press(&page, "Continue to Google").await.unwrap();
    let last = ana.allows(&mut browser, &consent).await;
    if world.kind == Kind::Discord {
        let code = code(&last).expect("Discord tells no e-mail address: the code is asked for");
        let words = last.words();
        assert!(
            words.contains("to ChatCal as @ana") && words.contains("Give this code to nobody"),
            "{words}"
        );
        ana.has_events(0);
        ana.says(&format!("connect {code}")).await;
    } else {
        let words = last.words();
        assert!(
            words.contains("Connected a•••@example.org. Return to the chat: your booking is being finished."),
            "{words}"
        );
    }
    let source = world
        .kind
        .slack_or("from your Slack profile", "from your Google Calendar");
    ana.hears().await.is(&format!(
        "Connected a•••@example.org. Not you? Say disconnect.
         Booked: Tue 24 Nov 2026, 14:00–14:30 (Europe/Berlin, {source}) · https://meet.google.com/abc-defg-hij
         [Undo] [Change zone] [Disconnect]"
    ));
    let events = ana.events();
    assert_eq!(events[0]["start"]["dateTime"], "2026-11-24T14:00:00+01:00");
    assert_eq!(events[0]["end"]["dateTime"], "2026-11-24T14:30:00+01:00");

    ana.says("book Wednesday at 10 AM for 45 minutes").await;
    ana.hears().await.is(&format!(
        "Booked: Wed 25 Nov 2026, 10:00–10:45 (Europe/Berlin, {source}) · https://meet.google.com/abc-defg-hij
         [Undo] [Change zone]"
    ));
    world.restart().await;
    ana.commands("/book", "friday 3pm planning").await;
    ana.hears().await.is(&format!(
        "Booked: Planning, Fri 27 Nov 2026, 15:00–15:30 (Europe/Berlin, {source}) · https://meet.google.com/abc-defg-hij
         (30 min, my default)
         [Undo] [Change zone]"
    ));
    ana.has_events(3);
    assert_eq!(world.google.count(Endpoint::Decide), 1, "one consent");
}

/// What the first letter after a consent says above what became of the request.
const CONNECTED: &str = "Connected a•••@example.org. Not you? Say disconnect.\n";

story!(the_first_booking_is_one_notifying_message: slack, socket, discord, terminal);

async fn the_first_booking_is_one_notifying_message(world: &World) {
    let ana = world.person("ana");
    let posts = || {
        let ways = ["chat.postMessage", "chat.postEphemeral", "response_url"];
        ways.map(|way| world.slack().calls(way)).iter().sum::<usize>()
    };
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.settled().await;
    let before = world.kind.is_slack().then(posts);
    ana.follows_link().await;
    let heard = ana.hears().await;
    assert!(heard.text.starts_with(&format!("{CONNECTED}Booked: ")), "{heard}");
    assert_eq!(heard.buttons, ["Undo", "Change zone", "Disconnect"]);
    assert!(!heard.silent && !heard.edited, "{heard:?}");
    ana.settled().await;
    assert_eq!(ana.unread(), 0);
    if let Some(before) = before {
        assert_eq!(posts(), before + 1);
    }
    // Each of its buttons does what it says.
    ana.presses("Undo").await;
    ana.hears().await.contains("Removed: Tue 24 Nov 2026, 14:00–14:30");
    ana.presses("Disconnect").await;
    ana.hears().await.contains("Disconnected a•••@example.org");
}

story!(a_first_booking_that_takes_its_time_says_once_that_the_account_is_connected: slack, socket, discord, terminal);

async fn a_first_booking_that_takes_its_time_says_once_that_the_account_is_connected(world: &World) {
    let (ana, channel) = (world.person("ana"), world.channel("general"));
    world.google.fail(Endpoint::EventsInsert, Fault::html(502), usize::MAX);
    if world.kind == Kind::Terminal {
        ana.says("book tomorrow at 2 PM for 30 minutes").await;
    } else {
        // On Slack the answer is one that nobody can edit.
        ana.commands_in(&channel, "/book", "tomorrow at 2 PM for 30 minutes")
            .await;
    }
    ana.follows_link().await;
    let checking = ana.hears().await;
    let begins = format!("{CONNECTED}Checking whether it was booked: ");
    assert!(checking.text.starts_with(&begins), "{checking}");
    world.restart().await;
    world.google.heal(Endpoint::EventsInsert);
    let booked = ana.hears().await;
    let news = if booked.edited { CONNECTED } else { "" };
    assert!(booked.text.starts_with(&format!("{news}Booked: ")), "{booked}");
    assert_eq!(booked.buttons.contains(&"Disconnect".to_owned()), booked.edited);
    ana.says("disconnect").await;
    ana.hears().await.contains("Disconnected a•••@example.org");
}

story!(a_late_meet_link_leaves_the_news_above_it: slack, discord, terminal);

async fn a_late_meet_link_leaves_the_news_above_it(world: &World) {
    let ana = world.person("ana");
    world.google.meet(MeetBehaviour::Ready { after_gets: 1 });
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.follows_link().await;
    let first = ana.hears().await;
    assert!(first.text.starts_with(&format!("{CONNECTED}Booked: ")), "{first}");
    assert_eq!(first.meet(), None);
    let second = ana.hears().await;
    assert_eq!(second.edited, world.kind.edits());
    let news = if second.edited { CONNECTED } else { "" };
    assert!(second.text.starts_with(&format!("{news}Booked: ")), "{second}");
    assert!(second.meet().is_some(), "{second}");
}

story!(on_slack_another_address_needs_the_code: slack, socket);

async fn on_slack_another_address_needs_the_code(world: &World) {
    let ana = world.person("ana");
    let _ = ana.on_slack().unwrap().clone().email("ana@another.example");
    ana.says("help").await;
    ana.hears().await.contains("Tell me what to book and when");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    let page = Browser::new().open(&link).await.unwrap();
    assert!(page.words().contains("Workspace Acme"), "{}", page.words());
    let last = ana.consents(&link).await;
    assert!(code(&last).is_some(), "{}", last.words());
    ana.types_code(&last).await;
    ana.hears()
        .await
        .contains("Connected a•••@example.org. Not you? Say disconnect.\nBooked: Tue 24 Nov 2026, 14:00–14:30");
    ana.has_events(1);
}

story!(what_was_asked_while_the_link_was_out_is_booked_too: slack, discord, terminal);

async fn what_was_asked_while_the_link_was_out_is_booked_too(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    ana.says("book tomorrow at 4 PM for 30 minutes").await;
    ana.hears()
        .await
        .contains("is booked once you have connected with the link above");
    ana.connects_by(&link).await;
    let mut booked = [ana.hears().await.text, ana.hears().await.text];
    booked.sort();
    assert!(
        booked[0].starts_with("Booked: Tue 24 Nov 2026, 16:00–16:30")
            && booked[1].starts_with("Connected a•••@example.org. Not you? Say disconnect.\nBooked: ")
            && booked[1].contains("14:00–14:30"),
        "{booked:?}"
    );
    ana.has_events(2);
}

story!(a_wrong_code_is_told_and_five_end_it: slack, discord, terminal);

async fn a_wrong_code_is_told_and_five_end_it(world: &World) {
    let ana = world.person("ana");
    ana.says("connect 123456").await;
    ana.hears().await.is(
        "No sign-in of yours is waiting for a code: it may have expired after 5 minutes.
         [New link]",
    );
    if world.kind != Kind::Discord {
        // Elsewhere the proof is another one, and no code is asked for.
        return;
    }
    ana.says("connect").await;
    let link = ana.hears_link().await;
    let code = code(&ana.consents(&link).await).unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in [
        "4 tries are left.",
        "3 tries are left.",
        "2 tries are left.",
        "One try is left.",
    ] {
        ana.says(&format!("connect {wrong}")).await;
        ana.hears()
            .await
            .is(&format!("That is not the code on the page. {left}"));
    }
    ana.says(&format!("connect {wrong}")).await;
    ana.hears()
        .await
        .contains("That was the last try: nothing was connected.");
    ana.says(&format!("connect {code}")).await;
    ana.hears().await.contains("No sign-in of yours is waiting for a code");
    ana.has_events(0);
}

story!(the_first_booking_uses_the_token_that_came_with_the_consent: slack, socket, discord, terminal);

async fn the_first_booking_uses_the_token_that_came_with_the_consent(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.follows_link().await;
    ana.hears_until("Booked: ").await;
    ana.settled().await;
    assert_eq!(world.google.count(Endpoint::Token), 1, "the exchange alone");
    world.passes(Duration::from_secs(2 * 3600)).await;
    ana.says("book wednesday at 2 PM for 30 minutes").await;
    ana.hears_until("Booked: ").await;
    assert_eq!(world.google.count(Endpoint::Token), 2, "its time was over");
}

story!(a_restart_before_the_code_is_typed_costs_one_refresh: discord);

async fn a_restart_before_the_code_is_typed_costs_one_refresh(world: &World) {
    let ana = world.person("ana");
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    let link = ana.hears_link().await;
    let last = ana.consents(&link).await;
    world.restart().await;
    ana.types_code(&last).await;
    ana.hears_until("Booked: ").await;
    ana.has_events(1);
    assert_eq!(world.google.count(Endpoint::Token), 2);
}
