//! What people say and press, as it reaches the ear.

use std::fmt::Write;
use std::sync::atomic::Ordering;

use chatcal::domain::choice::Choice;
use chatcal::domain::incoming::{Incoming, Said};
use chatcal::domain::letter::{Button, LetterKey, Message, Parcel, Tone};
use chatcal::domain::person::PersonId;
use chatcal::domain::ports::Courier as _;
use chatcal::sandbox::slack::{Kind, TEAM_NAME};
use chatcal::slack;
use chrono::TimeDelta;
use serde_json::json;

use super::{Scene, noon};

/// Everything of an incoming but its numbers.
fn told(incoming: &Incoming) -> String {
    let mut told = format!(
        "{} @{} in {:?}: {:?}",
        incoming.person, incoming.handle, incoming.workspace, incoming.said
    );
    for way in &incoming.ways {
        write!(told, "\n  {}", way.address).unwrap();
    }
    told
}

#[tokio::test]
async fn messages_and_mentions_bring_private_ways_back() {
    let scene = Scene::served().await;
    let ana = scene.slack.person("U7");
    ana.says_dm("book lunch with bo@x.org tomorrow & more");
    scene.slack.settled().await;
    scene.api.identity().await.unwrap();
    let ts = ana.mentions("C1", "book noon");
    scene.slack.settled().await;
    ana.mentions_in_thread("C1", &ts, "");
    let heard: Vec<_> = scene.heard().await.iter().map(told).collect();
    insta::assert_snapshot!(heard.join("\n").replace(&ts, "THREAD"), @r#"
    slack:T1:U7 @U7 in "": Text("book lunch with bo@x.org tomorrow & more")
      {"channel":{"channel":"D7","thread":null}}
      {"direct":{"user":"U7"}}
    slack:T1:U7 @U7 in "Acme": Text("book noon")
      {"ephemeral":{"channel":"C1","user":"U7","thread":null}}
      {"direct":{"user":"U7"}}
    slack:T1:U7 @U7 in "Acme": Text("")
      {"ephemeral":{"channel":"C1","user":"U7","thread":"THREAD"}}
      {"direct":{"user":"U7"}}
    "#);
}

#[tokio::test]
async fn b03_one_message_has_one_key_however_it_is_delivered() {
    let scene = Scene::served().await;
    let ana = scene.slack.person("U7");
    let ts = ana.says_dm("book noon");
    for _ in 0..10 {
        scene.slack.redelivers(&ts);
    }
    // Where a direct message mentions the bot, it comes as a mention too.
    let mention =
        json!({ "type": "app_mention", "channel": "D7", "user": "U7", "team": "T1", "ts": ts, "text": "book noon" });
    scene.slack.sends_event(mention);
    let heard = scene.heard().await;
    assert_eq!(heard.len(), 12);
    assert!(heard.iter().all(|one| one.delivery.0 == format!("slack|T1|D7|U7|{ts}")));
    assert_eq!(heard[0].said_at.timestamp(), noon().timestamp());
    ana.says_dm("book noon");
    assert_ne!(scene.heard().await[12].delivery, heard[0].delivery);
}

#[tokio::test]
async fn b03_an_event_that_was_not_stored_is_delivered_again() {
    let scene = Scene::served().await;
    scene.ear.deaf.store(true, Ordering::SeqCst);
    scene.slack.person("U7").says_dm("book noon");
    scene.slack.settled().await;
    let statuses: Vec<_> = scene.slack.served().iter().map(|served| served.status).collect();
    assert_eq!(statuses, [Some(503); 4]);
    scene.ear.deaf.store(false, Ordering::SeqCst);
    scene.slack.redelivers(&scene.slack.person("U7").says_dm("again"));
    assert_eq!(scene.heard().await.len(), 2);
}

#[tokio::test]
async fn what_nobody_said_to_us_is_ignored() {
    let scene = Scene::served().await;
    let ana = scene.slack.person("U7");
    let ts = ana.says_dm("book noon");
    scene.slack.settled().await;
    ana.edits(&ts, "book two");
    let base = json!({ "type": "message", "channel": "D7", "channel_type": "im", "user": "U7", "ts": "1.000001", "text": "x" });
    for patch in [
        json!({ "bot_id": "B9" }),
        json!({ "user": "UBOT" }),
        json!({ "user": "USLACKBOT" }),
        json!({ "user": null }),
        json!({ "subtype": "message_deleted" }),
        json!({ "subtype": "channel_join" }),
        json!({ "subtype": "never_heard_of" }),
        json!({ "edited": { "user": "U7", "ts": "1.2" } }),
        json!({ "channel_type": "channel", "channel": "C1" }),
        json!({ "channel_type": "mpim", "channel": "G1" }),
        json!({ "type": "reaction_added" }),
        json!({ "type": "app_home_opened", "tab": "messages" }),
    ] {
        let mut event = base.clone();
        event
            .as_object_mut()
            .unwrap()
            .extend(patch.as_object().unwrap().clone());
        scene.slack.sends_event(event);
    }
    assert_eq!(scene.heard().await.len(), 1, "only the message itself");
    assert!(scene.slack.served().iter().all(|served| served.status == Some(200)));
    scene.slack.sends_event(base);
    assert_eq!(scene.heard().await.len(), 2);
}

#[tokio::test]
async fn the_bots_own_words_are_not_heard() {
    let scene = Scene::served().await;
    scene.slack.person("U7").says_dm("hi");
    let heard = scene.heard().await;
    let courier = slack::Courier::new(scene.api.clone());
    courier
        .post(&heard[0].ways[0], &parcel("book noon", &[]))
        .await
        .unwrap();
    assert_eq!(scene.heard().await.len(), 1);
    assert_eq!(scene.slack.served().len(), 2, "its echo was delivered");
}

#[tokio::test]
async fn commands_are_answered_on_their_own_way_for_half_an_hour() {
    let scene = Scene::served().await;
    scene.api.identity().await.unwrap();
    let ana = scene.slack.person("U7").name("ana");
    ana.commands("C1", "/book", "tomorrow at 2 PM with bo@x.org");
    ana.commands_dm("/chatcal", "help");
    ana.commands("C1", "/renamed", "");
    scene.slack.settled().await;
    for served in scene.slack.served() {
        assert_eq!(
            (served.kind, served.status, served.body.as_str()),
            (Kind::Command, Some(200), "")
        );
    }
    let mut heard = scene.heard().await;
    heard.sort_by_key(|incoming| incoming.delivery.0.clone());
    let said: Vec<_> = heard.iter().map(|one| one.said.clone()).collect();
    assert_eq!(
        said,
        [
            Said::Book("tomorrow at 2 PM with bo@x.org".to_owned()),
            Said::Chatcal("help".to_owned()),
            Said::Chatcal(String::new()),
        ]
    );
    let first = &heard[0];
    assert!(
        first.delivery.0.starts_with("slack|T1|") && first.delivery.0.ends_with(".sandbox"),
        "{:?}",
        first.delivery
    );
    assert_eq!(
        (first.handle.as_str(), first.workspace.as_str(), first.said_at),
        ("ana", TEAM_NAME, noon())
    );
    assert!(first.ways[0].address.contains("response_url"));
    assert_eq!(first.ways[0].expires_at, Some(noon() + TimeDelta::minutes(30)));
    assert_eq!(first.ways[1].address, r#"{"direct":{"user":"U7"}}"#);
    assert_eq!(first.ways[1].expires_at, None);
}

#[tokio::test]
async fn a_command_that_was_not_stored_asks_to_be_sent_again() {
    let scene = Scene::served().await;
    scene.ear.deaf.store(true, Ordering::SeqCst);
    scene.slack.person("U7").commands("C1", "/book", "noon");
    scene.slack.settled().await;
    let served = &scene.slack.served()[0];
    assert_eq!(served.status, Some(200));
    insta::assert_snapshot!(
        served.body,
        @r#"{"response_type":"ephemeral","text":"I could not take that in; please send it again."}"#
    );
}

#[tokio::test]
async fn an_answer_goes_nowhere_but_to_slack() {
    let scene = Scene::served().await;
    let way = |url: &str| json!({ "response_url": url }).to_string();
    // The address comes signed, so this is about a secret that leaked: answers hold private links.
    for (url, taken) in [
        (format!("{}/x", scene.slack.api_url()), true),
        ("https://hooks.slack.com/actions/T1/1/x".to_owned(), true),
        ("https://hooks.slack-gov.com/actions/T1/1/x".to_owned(), true),
        ("http://hooks.slack.com/actions/T1/1/x".to_owned(), false),
        ("https://slack.com.evil.example/x".to_owned(), false),
        ("https://evilslack.com/x".to_owned(), false),
        ("file:///etc/passwd".to_owned(), false),
        (String::new(), false),
    ] {
        let before = scene.ear.heard().len();
        send_command(&scene, &url).await;
        let heard = scene.ear.heard();
        assert_eq!(
            heard[before].ways.iter().any(|one| one.address == way(&url)),
            taken,
            "{url}"
        );
        assert!(!heard[before].ways.is_empty());
    }
}

async fn send_command(scene: &Scene, response_url: &str) {
    use axum::body::Body;
    use axum::http::Request;
    use hmac::{Hmac, KeyInit, Mac};
    use tower::Service;

    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("team_id", "T1"),
            ("user_id", "U7"),
            ("command", "/book"),
            ("trigger_id", "1.2.3"),
        ])
        .append_pair("response_url", response_url)
        .finish();
    let timestamp = scene.clock.now().timestamp().to_string();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(scene.slack.signing_secret().as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:{body}").as_bytes());
    let signature = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
    let request = Request::post("/slack/commands")
        .header("x-slack-request-timestamp", timestamp)
        .header("x-slack-signature", format!("v0={signature}"))
        .body(Body::from(body))
        .unwrap();
    assert_eq!(
        slack::routes(scene.intake.clone())
            .call(request)
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn presses_are_read_strictly() {
    let scene = Scene::served().await;
    let courier = slack::Courier::new(scene.api.clone());
    let ana = scene.slack.person("U7").name("ana");
    let direct = chatcal::domain::letter::Way {
        address: r#"{"direct":{"user":"U7"}}"#.to_owned(),
        expires_at: None,
    };
    courier.post(&direct, &parcel("Connect?", &["Connect"])).await.unwrap();
    ana.presses("Connect").unwrap();
    let heard = scene.heard().await;
    let press = &heard[0];
    assert_eq!(press.said, Said::Pressed(Choice::Connect));
    assert_eq!(press.handle, "ana");
    assert_eq!(
        press.ways[0].address, r#"{"channel":{"channel":"D7","thread":null}}"#,
        "its answer stays"
    );
    // A second press is another one; Slack's own redelivery would carry the same trigger.
    ana.presses("Connect").unwrap();
    assert_ne!(scene.heard().await[1].delivery, press.delivery);

    let ephemeral = chatcal::domain::letter::Way {
        address: r#"{"ephemeral":{"channel":"C1","user":"U7","thread":null}}"#.to_owned(),
        expires_at: None,
    };
    courier.post(&ephemeral, &parcel("Help?", &["Help"])).await.unwrap();
    ana.presses("Help").unwrap();
    let heard = scene.heard().await;
    assert_eq!(heard[2].said, Said::Pressed(Choice::Help));
    assert!(heard[2].ways[0].address.contains("response_url"));
    assert!(heard[2].ways[0].expires_at.is_some());
    assert!(scene.slack.person("U8").presses("Help").is_err(), "nobody else sees it");
}

#[tokio::test]
async fn s07_the_same_user_id_elsewhere_is_somebody_else() {
    let scene = Scene::served().await;
    scene.slack.person("U7").says_dm("hi");
    scene.slack.settled().await;
    let _ = scene.slack.person("U7").from_team("T2");
    scene.slack.person("U7").mentions("C1", "hi");
    let heard = scene.heard().await;
    assert_eq!(heard[0].person, PersonId::slack("T1", "U7"));
    assert_eq!(heard[1].person, PersonId::slack("T2", "U7"));
}

fn parcel(text: &str, labels: &[&str]) -> Parcel {
    Parcel {
        key: LetterKey {
            person: PersonId::slack("T1", "U7"),
            seq: 1,
        },
        message: Message::text(text).buttons(labels.iter().map(|label| Button {
            label: (*label).to_owned(),
            choice: label.to_lowercase().parse().unwrap(),
            tone: Tone::Plain,
        })),
        silent: false,
        written_at: super::noon(),
    }
}
