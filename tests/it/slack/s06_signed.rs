//! Who is believed, and what is read.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use chatcal::domain::incoming::Said;
use chatcal::slack;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tower::Service;

use super::{Scene, noon};

/// A request as Slack would sign it, for a test to spoil.
struct Signed {
    path: &'static str,
    timestamp: String,
    signature: Option<String>,
    body: Vec<u8>,
}

impl Signed {
    fn event(scene: &Scene, body: impl Into<Vec<u8>>) -> Self {
        Self::at(scene, "/slack/events", noon().timestamp().to_string(), body)
    }

    fn at(scene: &Scene, path: &'static str, timestamp: String, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let mut mac = Hmac::<Sha256>::new_from_slice(scene.slack.signing_secret().as_bytes()).unwrap();
        mac.update(format!("v0:{timestamp}:").as_bytes());
        mac.update(&body);
        Self {
            path,
            timestamp,
            signature: Some(format!("v0={}", HEXLOWER.encode(&mac.finalize().into_bytes()))),
            body,
        }
    }

    async fn send(self, scene: &Scene) -> (StatusCode, String) {
        let mut request = Request::post(self.path).header("x-slack-request-timestamp", self.timestamp);
        if let Some(signature) = self.signature {
            request = request.header("x-slack-signature", signature);
        }
        let request = request.body(Body::from(self.body)).unwrap();
        let response = slack::routes(scene.intake.clone()).call(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }
}

fn dm(text: &str) -> String {
    format!(
        r#"{{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{{"type":"message","channel_type":"im",
        "channel":"D7","user":"U7","ts":"1700000000.000100","text":{text}}},"authorizations":[{{"user_id":"UBOT","is_bot":true}}]}}"#
    )
}

#[tokio::test]
async fn s06_only_what_slack_signed_just_now_is_read() {
    let scene = Scene::new().await;
    let good = || Signed::event(&scene, dm("\"book noon\""));
    let shifted = |by: i64| {
        Signed::at(
            &scene,
            "/slack/events",
            (noon().timestamp() + by).to_string(),
            dm("\"x\""),
        )
    };
    let spoilt = |spoil: fn(&mut Signed)| {
        let mut request = good();
        spoil(&mut request);
        request
    };
    let refused = [
        ("missing", spoilt(|it| it.signature = None), 401),
        ("empty", spoilt(|it| it.signature = Some(String::new())), 401),
        (
            "other version",
            spoilt(|it| it.signature = it.signature.take().map(|one| one.replace("v0=", "v1="))),
            401,
        ),
        (
            "cut short",
            spoilt(|it| it.signature = it.signature.take().map(|one| one[..40].to_owned())),
            401,
        ),
        (
            "wrong",
            spoilt(|it| it.signature = Some(format!("v0={}", "0".repeat(64)))),
            401,
        ),
        ("a byte changed", spoilt(|it| it.body[20] ^= 1), 401),
        ("a byte added", spoilt(|it| it.body.push(b' ')), 401),
        (
            "another timestamp",
            spoilt(|it| it.timestamp = (noon().timestamp() + 1).to_string()),
            401,
        ),
        ("-301 s", shifted(-301), 401),
        ("+301 s", shifted(301), 401),
        (
            "no number",
            Signed::at(&scene, "/slack/events", "noon".to_owned(), dm("\"x\"")),
            401,
        ),
        (
            "beyond all numbers",
            Signed::at(&scene, "/slack/events", "9".repeat(30), dm("\"x\"")),
            401,
        ),
        (
            "2 MB",
            Signed::event(&scene, dm(&format!("\"{}\"", "a".repeat(2 << 20)))),
            413,
        ),
    ];
    for (what, request, status) in refused {
        assert_eq!(request.send(&scene).await.0, status, "{what}");
        assert!(scene.ear.heard().is_empty(), "{what}");
    }
    for (what, request) in [("good", good()), ("-300 s", shifted(-300)), ("+300 s", shifted(300))] {
        assert_eq!(request.send(&scene).await.0, 200, "{what}");
    }
    let heard = scene.ear.heard();
    assert_eq!(heard.len(), 3);
    assert!(
        heard.iter().all(|one| one.delivery == heard[0].delivery),
        "a replay counts once"
    );
}

#[tokio::test]
async fn s06_commands_and_interactions_stand_behind_the_same_door() {
    let scene = Scene::new().await;
    for path in ["/slack/commands", "/slack/interactions"] {
        let timestamp = noon().timestamp().to_string();
        let mut request = Signed::at(
            &scene,
            path,
            timestamp,
            "team_id=T1&user_id=U7&command=/book&trigger_id=1",
        );
        request.body.push(b'&');
        assert_eq!(request.send(&scene).await.0, 401, "{path}");
    }
    let unsigned = slack::Intake::new(scene.ear.clone(), scene.clock.clone(), scene.api.clone(), None);
    let request = Request::post("/slack/commands").body(Body::empty()).unwrap();
    let response = slack::routes(unsigned).call(request).await.unwrap();
    assert_eq!(response.status(), 404, "without a secret there is no such address");
}

#[tokio::test]
async fn the_request_urls_challenge_is_sent_back() {
    let scene = Scene::new().await;
    let body = r#"{"token":"x","challenge":"3eZbrw1a","type":"url_verification"}"#;
    assert_eq!(
        Signed::event(&scene, body).send(&scene).await,
        (StatusCode::OK, "3eZbrw1a".to_owned())
    );
}

#[tokio::test]
async fn odd_bodies_are_ignored_or_refused_and_never_a_panic() {
    let scene = Scene::new().await;
    let deep = "[".repeat(100_000);
    for (body, status) in [
        (String::new(), 400),
        ("{".to_owned(), 400),
        ("null".to_owned(), 400),
        (deep.clone(), 400),
        (format!(r#"{{"type":"event_callback","event":{deep}"#), 400),
        (format!(r#"{{"type":"event_callback","unknown":{deep}"#), 400),
        ("{}".to_owned(), 200),
        (r#"{"type":"app_rate_limited","team_id":"T1"}"#.to_owned(), 200),
        (
            r#"{"type":"event_callback","team_id":"T1","event":{"type":"star_added","item":{"x":[1]}}}"#.to_owned(),
            200,
        ),
        (
            r#"{"type":"event_callback","team_id":"T1","event":{"type":"message","channel_type":"im"}}"#.to_owned(),
            200,
        ),
        (dm("\"x\"").replace("1700000000.000100", "yesterday"), 200),
    ] {
        assert_eq!(
            Signed::event(&scene, body.clone()).send(&scene).await.0,
            status,
            "{body:.80}"
        );
    }
    let invalid_utf8 = [dm("\"x\"").as_bytes(), b"\xff"].concat();
    assert_eq!(Signed::event(&scene, invalid_utf8).send(&scene).await.0, 400);
    for (path, body, status) in [
        ("/slack/commands", "", 400),
        ("/slack/commands", "team_id=T1", 400),
        ("/slack/commands", "ssl_check=1&token=x", 200),
        ("/slack/interactions", "payload=%7B", 400),
        ("/slack/interactions", "nothing=here", 400),
        (
            "/slack/interactions",
            "payload=%7B%22type%22%3A%22view_closed%22%7D",
            200,
        ),
    ] {
        let request = Signed::at(&scene, path, noon().timestamp().to_string(), body);
        assert_eq!(request.send(&scene).await.0, status, "{path} {body}");
    }
    assert!(scene.ear.heard().is_empty());
}

#[tokio::test]
async fn words_arrive_however_odd_they_are() {
    let scene = Scene::new().await;
    for text in [
        r#""\u0000\u202e\u200b""#,
        r#""a\ud83d b""#,
        &format!("\"{}\"", "x".repeat(40_000)),
        "\"\"",
    ] {
        assert_eq!(Signed::event(&scene, dm(text)).send(&scene).await.0, 200);
    }
    let heard = scene.ear.heard();
    assert_eq!(heard.len(), 4);
    assert_eq!(heard[1].said, Said::Text("a\u{FFFD} b".to_owned()));
}
