//! What people may send by mistake or malice: one question or one refusal each, no event, no panic.

use super::chat::{Heard, Kind};
use super::person::Person;
use super::story;
use super::world::World;

/// Sends `text` and listens to the one answer.
async fn answer(person: &Person, text: &str) -> Heard {
    person.says(text).await;
    let heard = person.hears().await;
    person.settled().await;
    assert_eq!(person.unread(), 0, "one answer to {text:?}");
    assert!(!heard.text.trim().is_empty(), "an answer to {text:?}");
    assert!(!heard.text.contains("went wrong"), "{text:?}: {heard}");
    heard
}

/// Lets go what a question keeps open.
async fn lets_go(person: &Person, heard: &Heard) {
    if heard.buttons.iter().any(|label| label == "Cancel") {
        person.says("cancel").await;
        person.hears().await.is("Nothing was booked.");
    }
}

story!(what_makes_no_sense_is_asked_about: slack, discord, terminal);

async fn what_makes_no_sense_is_asked_about(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    for (text, words) in [
        ("book tomorrow from 4pm to 2pm", "that ends before it starts"),
        ("book tomorrow at 2pm for 0 minutes", "a meeting needs a length"),
        ("book tomorrow at 2pm for 30 hours", "that is longer than a day"),
        ("book 2028-05-05 at 2pm for 30 min", "that is more than a year ahead"),
        ("book 2026-11-01 at 2pm for 30 min", "that has passed"),
        ("book 30 February at 2pm", "there is no such date"),
        ("book tomorrow at 25:00", "there is no such time"),
        ("book tomorrow at 2pm CST", "several time zones go by that name"),
        ("book tomorrow at 2pm XKCT time", "I know no such time zone"),
        ("book tomorrow", "at what time?"),
        ("book lunch", "When shall it be?"),
        (
            "book tomorrow at 2pm with @zebedee",
            "I don't know their e-mail address",
        ),
        ("book tomorrow at 2pm with a@b", "no invitation can be sent there"),
    ] {
        let heard = answer(&ana, text).await;
        assert!(heard.text.contains(words), "{text:?}: {heard}");
        ana.has_events(0);
        lets_go(&ana, &heard).await;
    }
    assert!(world.google.mails().is_empty());
}

story!(what_is_no_request_is_refused_once: slack, discord, terminal);

async fn what_is_no_request_is_refused_once(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let long = "all work and no play ".repeat(2000);
    let emoji = "😀".repeat(4000);
    let mut texts = vec![
        "   ",
        "?",
        "\u{0}\u{0}",
        "\u{202e}txet desrever",
        "zero\u{200b}width\u{feff}",
        "\u{fffd}\u{fffd}",
        "@everyone <!channel> <@U1>",
        "[click](javascript:alert(1))",
        "'; DROP TABLE inbox; --",
        "what is my next event?",
        "clear my whole day",
        "are you there",
        "💩",
    ];
    // Discord itself lets nobody write more than 4,000 characters.
    if world.kind != Kind::Discord {
        texts.extend([long.as_str(), emoji.as_str()]);
        let heard = answer(&ana, &format!("book tomorrow at 2pm for 30 min {long}")).await;
        heard.contains("is too long for me; nothing was booked");
    }
    for text in texts {
        let heard = answer(&ana, text).await;
        lets_go(&ana, &heard).await;
        ana.has_events(0);
    }
}

story!(hostile_titles_are_only_words: slack, discord, terminal);

async fn hostile_titles_are_only_words(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    for (day, title) in [
        ("tuesday", "<!channel> <!here>"),
        ("wednesday", "[x](javascript:alert(1))"),
        ("thursday", "<script>alert(1)</script>"),
        ("friday", "\u{202e}evil\u{0}"),
    ] {
        let heard = answer(&ana, &format!("book \"{title}\" {day} at 2pm for 30 min")).await;
        heard.contains("Booked: ");
    }
    ana.has_events(4);
    // Whoever "@everyone" is, they have no address.
    let heard = answer(&ana, "book \"@everyone\" saturday at 2pm for 30 min").await;
    heard.contains("I don't know their e-mail address");
    lets_go(&ana, &heard).await;
}

story!(an_address_cannot_smuggle_another: slack, discord);

async fn an_address_cannot_smuggle_another(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book tomorrow 2pm for 30 min with ann@example.com\nBcc: eve@example.net")
        .await;
    let heard = ana.hears().await;
    ana.settled().await;
    ana.has_events(0);
    assert!(world.google.mails().is_empty());
    lets_go(&ana, &heard).await;
}

story!(several_requests_at_once_are_asked_apart: slack, discord, terminal);

async fn several_requests_at_once_are_asked_apart(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let heard = answer(
        &ana,
        "book lunch tomorrow at 12 and then dinner on friday at 7pm and coffee monday at 10am",
    )
    .await;
    assert!(heard.text.contains('?') || heard.text.contains("at a time"), "{heard}");
    ana.has_events(0);
    lets_go(&ana, &heard).await;
}

story!(two_hundred_and_one_guests_are_too_many: slack, terminal);

async fn two_hundred_and_one_guests_are_too_many(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let guests: Vec<String> = (0..201).map(|n| format!("guest{n}@example.com")).collect();
    let request = |guests: &[String]| format!("book tomorrow at 2pm for 30 min with {}", guests.join(", "));
    let heard = answer(&ana, &request(&guests[..200])).await;
    assert!(heard.buttons[0] == "Invite 200 guests and book", "{heard}");
    lets_go(&ana, &heard).await;
    let heard = answer(&ana, &request(&guests)).await;
    heard.contains("at most 200 guests");
    ana.has_events(0);
    assert!(world.google.mails().is_empty());
    lets_go(&ana, &heard).await;
}

story!(contradictions_in_one_breath_are_two_answers: slack, discord);

async fn contradictions_in_one_breath_are_two_answers(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book tomorrow at 2 PM for 30 minutes").await;
    ana.says("book tomorrow at 2:15 PM for 30 minutes").await;
    let heard = [ana.hears().await.text, ana.hears().await.text];
    ana.settled().await;
    // The two act at the same time, so both may find the slot free; never is one lost, or told twice.
    let booked = heard.iter().filter(|text| text.starts_with("Booked")).count();
    assert!(booked >= 1, "{heard:?}");
    ana.has_events(booked);
}

story!(odd_deliveries_are_ignored: slack);

async fn odd_deliveries_are_ignored(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    let slack = world.slack();
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    for event in [
        serde_json::json!({ "type": "unheard_of", "user": "UANA" }),
        serde_json::json!({ "type": "message", "channel": "DANA", "channel_type": "im", "user": "UANA", "ts": "1.2", "subtype": "file_share", "text": null }),
        serde_json::json!({ "type": "message", "channel_type": "im" }),
        serde_json::json!({ "type": "message", "channel": "DANA", "channel_type": "im", "user": "UANA", "ts": "1.3", "bot_id": "B7", "text": "book tomorrow 2pm" }),
        serde_json::json!({ "type": "app_mention", "user": "UANA", "deep": serde_json::from_str::<serde_json::Value>(&deep[400..600]).ok() }),
        serde_json::json!(null),
    ] {
        slack.sends_event(event);
    }
    ana.settled().await;
    ana.has_events(0);
}
