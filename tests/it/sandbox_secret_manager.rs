//! The stand-in for Secret Manager itself: what it answers, held against what Google publishes, and what it refuses.

use std::fmt::Write;

use chatcal::clock::Clock;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::specs::google_discovery;

/// Says things to the stand-in as anybody could, and checks both sides of what goes well against the description.
struct Caller {
    cloud: Cloud,
    http: Client,
}

impl Caller {
    async fn new() -> Self {
        chatcal::http::install_crypto();
        Self {
            cloud: Cloud::at(Clock::system()).await,
            http: Client::new(),
        }
    }

    /// Status, and the status's name or the whole answer.
    async fn says(&self, method: Method, target: &str, body: Option<Value>) -> (u16, Value) {
        let target = format!("/v1/projects/{target}");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = self.http.request(method.clone(), self.cloud.url() + &target);
        let answer = request.body(body.clone()).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.bytes().await.unwrap();
        if status == 200
            && let Some(discovery) = google_discovery("secretmanager")
        {
            discovery
                .check_request(method.as_str(), &target, body.as_bytes())
                .unwrap();
            discovery.check_answer(method.as_str(), &target, &text).unwrap();
        }
        let told: Value = serde_json::from_slice(&text).unwrap();
        match told["error"]["status"].as_str() {
            Some(name) => (status, json!(name)),
            None => (status, told),
        }
    }

    async fn get(&self, target: &str) -> (u16, Value) {
        self.says(Method::GET, target, None).await
    }

    async fn post(&self, target: &str, body: Value) -> (u16, Value) {
        self.says(Method::POST, target, Some(body)).await
    }
}

fn automatic() -> Value {
    json!({ "replication": { "automatic": {} }, "labels": { "app": "chatcal" } })
}

/// `123456789`, and its CRC32C as published in RFC 3720, appendix B.4's companion tables.
const DATA: &str = "MTIzNDU2Nzg5";
const CHECKSUM: i64 = 0xe306_9283;

fn payload(checksum: i64) -> Value {
    json!({ "payload": { "data": DATA, "dataCrc32c": checksum.to_string() } })
}

#[tokio::test]
async fn what_it_answers_is_what_google_describes() {
    let caller = Caller::new().await;
    let secrets = "sandbox-project/secrets";
    let (status, made) = caller.post(&format!("{secrets}?secretId=one"), automatic()).await;
    let name = "projects/123456789012/secrets/one";
    assert_eq!((status, &made["name"]), (200, &json!(name)), "by the project's number");
    for number in 1..=3 {
        let (status, added) = caller
            .post(&format!("{secrets}/one:addVersion"), payload(CHECKSUM))
            .await;
        assert_eq!(
            (status, &added["name"]),
            (200, &json!(format!("{name}/versions/{number}")))
        );
    }
    for (version, number) in [("2", 2), ("latest", 3)] {
        let (status, told) = caller.get(&format!("{secrets}/one/versions/{version}:access")).await;
        let expected = json!({
            "name": format!("{name}/versions/{number}"),
            "payload": { "data": DATA, "dataCrc32c": CHECKSUM.to_string() },
        });
        assert_eq!((status, told), (200, expected));
    }
    let (_, destroyed) = caller
        .post(&format!("{secrets}/one/versions/2:destroy"), json!({}))
        .await;
    assert_eq!(destroyed["state"], "DESTROYED");
    let (_, listed) = caller.get(&format!("{secrets}/one/versions?pageSize=2")).await;
    let token = listed["nextPageToken"].as_str().unwrap();
    let (_, rest) = caller
        .get(&format!("{secrets}/one/versions?pageSize=2&pageToken={token}"))
        .await;
    let mut shown = String::new();
    for page in [&listed, &rest] {
        for version in page["versions"].as_array().unwrap() {
            let number = version["name"].as_str().unwrap().rsplit('/').next().unwrap();
            write!(shown, "{number} {} ", version["state"].as_str().unwrap()).unwrap();
        }
    }
    assert_eq!(shown, "3 ENABLED 2 DESTROYED 1 ENABLED ", "the newest first");
    let (_, all) = caller.get(secrets).await;
    assert_eq!(
        (&all["totalSize"], &all["secrets"][0]["name"]),
        (&json!(1), &json!(name))
    );
    assert_eq!(caller.cloud.billed_versions(), 2);
}

#[tokio::test]
async fn what_google_would_refuse_it_refuses() {
    let caller = Caller::new().await;
    let secrets = "sandbox-project/secrets";
    caller.post(&format!("{secrets}?secretId=one"), automatic()).await;
    caller.post(&format!("{secrets}?secretId=empty"), automatic()).await;
    for _ in 0..2 {
        caller
            .post(&format!("{secrets}/one:addVersion"), payload(CHECKSUM))
            .await;
    }
    caller
        .post(&format!("{secrets}/one/versions/1:destroy"), json!({}))
        .await;

    let large = data_encoding::BASE64.encode(&[0; 65_537]);
    let posts = [
        ("secrets?secretId=one", automatic(), 409, "ALREADY_EXISTS"),
        ("secrets?secretId=a%20b", automatic(), 400, "INVALID_ARGUMENT"),
        ("secrets?secretId=two", json!({}), 400, "INVALID_ARGUMENT"),
        (
            "secrets?secretId=two",
            json!({ "replication": { "automatic": {} }, "lables": {} }),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "secrets?secretId=two",
            json!({ "replication": { "automatic": {} }, "labels": { "who": "Ana@example.org" } }),
            400,
            "INVALID_ARGUMENT",
        ),
        ("secrets?secretId=two&name=x", automatic(), 400, "INVALID_ARGUMENT"),
        ("secrets/two:addVersion", payload(CHECKSUM), 404, "NOT_FOUND"),
        ("secrets/one:addVersion", payload(CHECKSUM + 1), 400, "INVALID_ARGUMENT"),
        (
            "secrets/one:addVersion",
            json!({ "payload": { "data": "%" } }),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "secrets/one:addVersion",
            json!({ "payload": { "data": large } }),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            "secrets/one:addVersion",
            json!({ "payload": { "data": DATA, "checksum": 1 } }),
            400,
            "INVALID_ARGUMENT",
        ),
        ("secrets/one/versions/1:destroy", json!({}), 400, "FAILED_PRECONDITION"),
        ("secrets/one/versions/1:enable", json!({}), 400, "FAILED_PRECONDITION"),
        ("secrets/one/versions/9:destroy", json!({}), 404, "NOT_FOUND"),
        ("secrets/one/versions/2:shred", json!({}), 400, "INVALID_ARGUMENT"),
    ];
    for (target, body, status, name) in posts {
        let answer = caller.post(&format!("sandbox-project/{target}"), body).await;
        assert_eq!(answer, (status, json!(name)), "POST {target}");
    }
    for (target, status, name) in [
        ("secrets/one/versions/1:access", 400, "FAILED_PRECONDITION"),
        ("secrets/one/versions/9:access", 404, "NOT_FOUND"),
        ("secrets/one/versions/0:access", 400, "INVALID_ARGUMENT"),
        ("secrets/empty/versions/latest:access", 404, "NOT_FOUND"),
        ("secrets/two/versions/latest:access", 404, "NOT_FOUND"),
        ("secrets/two", 404, "NOT_FOUND"),
        ("secrets?pageToken=mine", 400, "INVALID_ARGUMENT"),
        ("secrets?page=2", 400, "INVALID_ARGUMENT"),
        ("topics", 404, "NOT_FOUND"),
    ] {
        let answer = caller.get(&format!("sandbox-project/{target}")).await;
        assert_eq!(answer, (status, json!(name)), "GET {target}");
    }
    let elsewhere = caller.get("another-project/secrets").await;
    assert_eq!(elsewhere, (403, json!("PERMISSION_DENIED")));

    caller
        .post(&format!("{secrets}/one/versions/2:disable"), json!({}))
        .await;
    let disabled = caller.get(&format!("{secrets}/one/versions/2:access")).await;
    assert_eq!(disabled, (400, json!("FAILED_PRECONDITION")));
    assert_eq!(
        caller.cloud.billed_versions(),
        1,
        "a disabled version is paid for, a destroyed one is not"
    );
}
