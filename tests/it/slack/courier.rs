//! Letters on their way to Slack.

use std::time::Duration;

use chatcal::domain::choice::Choice;
use chatcal::domain::letter::{Button, LetterKey, Message, Parcel, Span, Tone, Way};
use chatcal::domain::person::PersonId;
use chatcal::domain::ports::{Courier as _, Profile, Receipt, Traces, Undelivered};
use chatcal::sandbox::slack::Fault;
use chatcal::slack::Courier;
use chatcal::zone::Zone;

use super::Scene;

fn way(address: &str) -> Way {
    Way {
        address: address.to_owned(),
        expires_at: None,
    }
}

fn direct() -> Way {
    way(r#"{"direct":{"user":"U7"}}"#)
}

fn ephemeral() -> Way {
    way(r#"{"ephemeral":{"channel":"C1","user":"U7","thread":"1.000001"}}"#)
}

fn parcel(spans: Vec<Span>, buttons: Vec<Button>) -> Parcel {
    Parcel {
        key: LetterKey {
            person: PersonId::slack("T1", "U7"),
            seq: 1,
        },
        message: Message {
            spans,
            ..Message::default()
        }
        .buttons(buttons),
        silent: false,
        written_at: super::noon(),
    }
}

fn words(text: &str) -> Parcel {
    parcel(vec![Span::Text(text.to_owned())], vec![])
}

fn button(label: &str, tone: Tone) -> Button {
    Button {
        label: label.to_owned(),
        choice: Choice::Connect,
        tone,
    }
}

#[tokio::test]
async fn a_letter_takes_slacks_form() {
    let scene = Scene::new().await;
    let _ana = scene.slack.person("U7");
    let spans = vec![
        Span::Strong("Booked".to_owned()),
        Span::Text(": <!channel> & @everyone\n".to_owned()),
        Span::Code("connect 482913".to_owned()),
        Span::Link("https://meet.google.com/abc".to_owned()),
        Span::Link("javascript:alert(1)".to_owned()),
    ];
    let buttons = vec![
        button("Undo", Tone::Danger),
        button("Change zone", Tone::Plain),
        button(&"long ".repeat(40), Tone::Primary),
    ];
    Courier::new(scene.api.clone())
        .post(&direct(), &parcel(spans, buttons))
        .await
        .unwrap();
    let sent = scene.slack.requests().pop().unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&sent.arguments).unwrap(), @r#"
    {
      "blocks": [
        {
          "elements": [
            {
              "elements": [
                {
                  "style": {
                    "bold": true
                  },
                  "text": "Booked",
                  "type": "text"
                },
                {
                  "text": ": <!channel> & @everyone\n",
                  "type": "text"
                },
                {
                  "style": {
                    "code": true
                  },
                  "text": "connect 482913",
                  "type": "text"
                },
                {
                  "type": "link",
                  "url": "https://meet.google.com/abc"
                },
                {
                  "text": "javascript:alert(1)",
                  "type": "text"
                }
              ],
              "type": "rich_text_section"
            }
          ],
          "type": "rich_text"
        },
        {
          "elements": [
            {
              "action_id": "0",
              "style": "danger",
              "text": {
                "text": "Undo",
                "type": "plain_text"
              },
              "type": "button",
              "value": "connect"
            },
            {
              "action_id": "1",
              "text": {
                "text": "Change zone",
                "type": "plain_text"
              },
              "type": "button",
              "value": "connect"
            },
            {
              "action_id": "2",
              "style": "primary",
              "text": {
                "text": "long long long long long long long long long long long long long long long…",
                "type": "plain_text"
              },
              "type": "button",
              "value": "connect"
            }
          ],
          "type": "actions"
        }
      ],
      "channel": "D7",
      "metadata": {
        "event_payload": {
          "letter": "1",
          "written_at": "1795348800000"
        },
        "event_type": "chatcal_letter"
      },
      "text": "Booked: &lt;!channel&gt; &amp; @everyone\nconnect 482913https://meet.google.com/abcjavascript:alert(1)",
      "unfurl_links": false,
      "unfurl_media": false
    }
    "#);
    assert_eq!(scene.slack.pinged(), [""; 0]);
    let seen = scene.slack.person("U7").sees().await;
    assert_eq!(
        seen.text,
        "Booked: <!channel> & @everyone\nconnect 482913https://meet.google.com/abcjavascript:alert(1)"
    );
    assert_eq!(
        seen.fallback
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
        seen.text,
        "the same words"
    );
}

#[tokio::test]
async fn letters_of_any_size_are_taken() {
    let scene = Scene::new().await;
    let ana = scene.slack.person("U7");
    let courier = Courier::new(scene.api.clone());
    let many = (0..60).map(|n| button(&n.to_string(), Tone::Plain)).collect();
    for message in [
        words(&"é".repeat(40_000)),
        words(&"😀".repeat(4_000)),
        parcel(vec![Span::Text("Which?".to_owned()), Span::Text(String::new())], many),
        words("\u{0}\u{202e}\u{200b}"),
    ] {
        courier.post(&direct(), &message).await.unwrap();
    }
    let views = ana.views();
    assert_eq!(views[0].text.chars().count(), 12_000);
    assert!(views[0].text.ends_with('…'));
    assert_eq!(views[2].buttons.len(), 60);
}

#[tokio::test]
async fn each_way_is_one_call_and_only_a_lasting_message_can_be_edited() {
    let scene = Scene::served().await;
    let ana = scene.slack.person("U7");
    let courier = Courier::new(scene.api.clone());
    ana.commands("C1", "/book", "noon");
    let heard = scene.heard().await;
    let nothing_to_edit = Receipt::Delivered { handle: None };
    assert_eq!(
        courier.post(&heard[0].ways[0], &words("one")).await,
        Ok(nothing_to_edit.clone())
    );
    assert_eq!(courier.post(&ephemeral(), &words("two")).await, Ok(nothing_to_edit));
    assert_eq!(scene.slack.requests().len(), 2);
    for _ in 0..2 {
        courier.post(&direct(), &words("three")).await.unwrap();
    }
    assert_eq!(scene.slack.calls("conversations.open"), 1, "the channel is remembered");
    assert!(ana.sees().await.ephemeral);
    let second = ana.sees().await;
    assert!(second.ephemeral);
    assert_eq!(second.thread.as_deref(), Some("1.000001"));
    assert_eq!(scene.slack.public("C1"), [], "nothing for all to see");
}

#[tokio::test]
async fn b04_an_edit_takes_the_messages_place() {
    let scene = Scene::new().await;
    let ana = scene.slack.person("U7");
    let courier = Courier::new(scene.api.clone());
    let Receipt::Delivered { handle: Some(handle) } = courier.post(&direct(), &words("soon")).await.unwrap() else {
        panic!("no handle")
    };
    courier.edit(&handle, &words("here it is")).await.unwrap();
    let (first, second) = (ana.sees().await, ana.sees().await);
    assert_eq!((first.text.as_str(), first.silent), ("soon", false));
    assert_eq!(
        (second.text.as_str(), second.silent, second.edited),
        ("here it is", true, true)
    );
    for handle in ["D7/1.000000", "nonsense"] {
        let refused = courier.edit(handle, &words("x")).await;
        assert!(matches!(refused, Err(Undelivered::WayClosed(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn p05_a_letter_is_found_again_where_it_can_be_seen() {
    let scene = Scene::served().await;
    let ana = scene.slack.person("U7");
    let courier = Courier::new(scene.api.clone());
    let thread = ana.says_dm("hi");
    ana.says_dm_in_thread(&thread, "hi");
    ana.commands_dm("/book", "noon");
    let heard = scene.heard().await;
    let [main, thread, command] = heard.as_slice() else {
        panic!("{heard:?}")
    };

    for (seq, way) in [(10, &main.ways[0]), (20, &main.ways[1]), (30, &thread.ways[0])] {
        let mut letter = words("booked");
        letter.key.seq = seq;
        assert_eq!(courier.find(way, &letter).await, Ok(Traces::Absent));
        let posted = courier.post(way, &letter).await.unwrap();
        let Ok(Traces::Found(found)) = courier.find(way, &letter).await else {
            panic!("{way:?}")
        };
        assert_eq!(found, posted, "it can be edited");
        let mut later = letter.clone();
        later.key.seq += 1;
        assert_eq!(courier.find(way, &later).await, Ok(Traces::Absent));
        let mut of_a_new_database = letter.clone();
        of_a_new_database.written_at += Duration::from_secs(1);
        assert_eq!(courier.find(way, &of_a_new_database).await, Ok(Traces::Absent));
    }
    for way in [&ephemeral(), &command.ways[0]] {
        courier.post(way, &words("booked")).await.unwrap();
        assert_eq!(courier.find(way, &words("booked")).await, Ok(Traces::Hidden));
    }
}

#[tokio::test]
async fn p04_errors_are_sorted_by_what_to_do() {
    let scene = Scene::new().await;
    let _ana = scene.slack.person("U7");
    let courier = Courier::new(scene.api.clone());
    let kind = |error: &Undelivered| match error {
        Undelivered::WayClosed(_) => "closed",
        Undelivered::Later { unsure: true, .. } => "unsure",
        Undelivered::Later { .. } => "later",
        Undelivered::Refused(_) => "refused",
    };
    for (fault, meant) in [
        (Fault::Error("channel_not_found"), "closed"),
        (Fault::Error("not_in_channel"), "closed"),
        (Fault::Error("user_not_in_channel"), "closed"),
        (Fault::Error("messages_tab_disabled"), "closed"),
        (Fault::Error("is_archived"), "closed"),
        (Fault::Error("ratelimited"), "later"),
        (Fault::Error("service_unavailable"), "later"),
        (Fault::Error("internal_error"), "unsure"),
        (Fault::Status(500), "unsure"),
        (Fault::Status(503), "unsure"),
        (Fault::AnswerLost, "unsure"),
        (Fault::Hangs, "unsure"),
        (Fault::DoneAndHangs, "unsure"),
        (Fault::Error("invalid_auth"), "refused"),
        (Fault::Error("token_revoked"), "refused"),
        (Fault::Error("account_inactive"), "refused"),
        (Fault::Error("missing_scope"), "refused"),
        (Fault::Error("invalid_blocks"), "refused"),
        (Fault::Status(404), "refused"),
    ] {
        scene.slack.next_meets("chat.postEphemeral", fault.clone());
        let error = courier.post(&ephemeral(), &words("a private word")).await.unwrap_err();
        assert_eq!(kind(&error), meant, "{fault:?}: {error}");
        assert!(!error.to_string().contains("private"), "{error}");
    }
    scene
        .slack
        .next_meets("chat.postEphemeral", Fault::Limited { retry_after: 7 });
    let limited = courier.post(&ephemeral(), &words("x")).await;
    let patience = Some(Duration::from_secs(7));
    assert!(
        matches!(limited, Err(Undelivered::Later { retry_after, unsure: false, .. }) if retry_after == patience),
        "{limited:?}"
    );
    let token = courier.post(&way("nonsense"), &words("x")).await;
    assert!(matches!(token, Err(Undelivered::WayClosed(_))), "{token:?}");

    scene.slack.revokes_tokens();
    let refused = courier.post(&direct(), &words("x")).await.unwrap_err();
    insta::assert_snapshot!(refused, @"refused: conversations.open: invalid_auth: Slack does not accept the token: check SLACK_BOT_TOKEN and SLACK_APP_TOKEN");
}

#[tokio::test]
async fn p04_a_dead_response_url_and_a_closed_messages_tab_are_closed_ways() {
    let scene = Scene::served().await;
    let ana = scene.slack.person("U7");
    let courier = Courier::new(scene.api.clone());
    ana.commands("C1", "/book", "one");
    let answer = scene.heard().await[0].ways[0].clone();
    for (fault, closed) in [
        (Fault::Status(410), true),
        (Fault::Error("expired_url"), true),
        (Fault::Status(502), false),
    ] {
        scene.slack.next_meets("response_url", fault.clone());
        let error = courier.post(&answer, &words("x")).await.unwrap_err();
        assert_eq!(matches!(error, Undelivered::WayClosed(_)), closed, "{fault:?}: {error}");
    }
    for _ in 0..5 {
        courier.post(&answer, &words("x")).await.unwrap();
    }
    let sixth = courier.post(&answer, &words("x")).await;
    assert!(matches!(sixth, Err(Undelivered::WayClosed(_))), "{sixth:?}");

    ana.commands("C1", "/book", "two");
    let answer = scene.heard().await[1].ways[0].clone();
    scene.clock.advance(Duration::from_secs(30 * 60));
    let late = courier.post(&answer, &words("x")).await;
    assert!(matches!(late, Err(Undelivered::WayClosed(_))), "{late:?}");

    scene.slack.sets_messages_tab(false);
    let closed = courier.post(&direct(), &words("x")).await;
    assert!(matches!(closed, Err(Undelivered::WayClosed(_))), "{closed:?}");
    scene.slack.bars_bot_from("C1");
    let barred = courier.post(&ephemeral(), &words("x")).await;
    assert!(matches!(barred, Err(Undelivered::WayClosed(_))), "{barred:?}");
}

#[tokio::test]
async fn s07_only_a_members_own_confirmed_address_proves_anything() {
    let scene = Scene::new().await;
    let slack = &scene.slack;
    let courier = Courier::new(scene.api.clone());
    let email = "ana@example.org";
    let _ = slack.person("U1").email(email).tz("Pacific/Apia").name("ana");
    let _ = slack.person("U2").unconfirmed_email(email);
    let _ = slack.person("U3").email(email).deactivated();
    let _ = slack.person("U4").email(email).bot();
    let _ = slack.person("U5").email(email).from_team("T2");
    let _ = slack.person("U6").tz("Mars/Base");
    let ana = courier.profile(&PersonId::slack("T1", "U1")).await.unwrap();
    assert_eq!(
        ana,
        Profile {
            zone: Some(Zone::named("Pacific/Apia").unwrap()),
            email: Some(email.to_owned()),
            handle: Some("ana".to_owned()),
        }
    );
    for (team, user) in [
        ("T1", "U2"),
        ("T1", "U3"),
        ("T1", "U4"),
        ("T2", "U5"),
        ("T1", "U5"),
        ("T2", "U1"),
        ("T1", "U9"),
    ] {
        let profile = courier.profile(&PersonId::slack(team, user)).await.unwrap();
        assert_eq!(profile.email, None, "{team} {user}");
    }
    assert_eq!(courier.profile(&PersonId::slack("T1", "U6")).await.unwrap().zone, None);
    slack.next_meets("users.info", Fault::Status(503));
    let later = courier.profile(&PersonId::slack("T1", "U1")).await;
    assert!(matches!(later, Err(Undelivered::Later { .. })), "{later:?}");
}
