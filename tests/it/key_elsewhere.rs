//! The master key lies in Secret Manager: the service waits for it, and takes nothing in before.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::sandbox::secret_manager::{Fault, Operation};
use chatcal::seal::KeyRing;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use tokio::process::{Child, Command};

use crate::cloud::Cloud;
use crate::port::Port;

/// `chatcal serve` with a key that lies in `cloud`.
struct Served {
    url: String,
    _port: Port,
    process: Child,
}

impl Served {
    async fn start(cloud: &Cloud, dir: &Path, key: &str) -> Self {
        let port = Port::hold();
        let address = port.address();
        let process = Command::new(env!("CARGO_BIN_EXE_chatcal"))
            .arg("serve")
            .env_clear()
            .envs([
                ("CHATCAL_PUBLIC_URL", format!("http://{address}").as_str()),
                ("CHATCAL_LISTEN", &address.to_string()),
                ("CHATCAL_STATE_DIR", dir.to_str().unwrap()),
                ("CHATCAL_KEY", key),
                ("SECRET_MANAGER_URL", &cloud.url()),
                ("GOOGLE_CLIENT_ID", "id"),
                ("GOOGLE_CLIENT_SECRET", "secret"),
                ("SLACK_BOT_TOKEN", "xoxb-1"),
                ("SLACK_SIGNING_SECRET", "signing"),
                ("SLACK_API_URL", "http://127.0.0.1:9/api"),
            ])
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            url: format!("http://{address}"),
            _port: port,
            process,
        }
    }

    async fn get(&self, path: &str) -> Option<StatusCode> {
        let answer = reqwest::get(format!("{}{path}", self.url)).await.ok()?;
        Some(answer.status())
    }

    async fn becomes(&self, path: &str, status: u16) {
        let wait = async {
            while self.get(path).await.map(|status| status.as_u16()) != Some(status) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait)
            .await
            .unwrap_or_else(|_| panic!("{path} never answered {status}"));
    }
}

#[tokio::test]
async fn t13_while_the_key_can_t_be_read_nothing_is_acknowledged_and_then_it_goes_on_by_itself() {
    chatcal::http::install_crypto();
    let (cloud, dir) = (Cloud::at(Clock::system()).await, tempfile::tempdir().unwrap());
    let key = KeyRing::make_key(&Entropy::seeded(7));
    cloud.put("master", format!("{}\n", key.expose_secret()).as_bytes());
    cloud.fail(Operation::Access, Fault::status(503), usize::MAX);

    let served = Served::start(&cloud, dir.path(), "projects/sandbox-project/secrets/master/versions/1").await;
    served.becomes("/readyz", 503).await;
    assert_eq!(served.get("/healthz").await, Some(StatusCode::OK), "the process runs");
    let delivery = reqwest::Client::new()
        .post(format!("{}/slack/events", served.url))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(
        delivery.status(),
        StatusCode::SERVICE_UNAVAILABLE,
        "Slack delivers again later"
    );

    cloud.heal();
    served.becomes("/readyz", 200).await;
    assert_eq!(served.get("/").await, Some(StatusCode::OK));
}

#[tokio::test]
async fn a_service_that_waits_for_its_key_ends_when_it_is_asked_to() {
    chatcal::http::install_crypto();
    let (cloud, dir) = (Cloud::at(Clock::system()).await, tempfile::tempdir().unwrap());
    cloud.fail(Operation::Access, Fault::Reset, usize::MAX);
    let mut served = Served::start(&cloud, dir.path(), "projects/sandbox-project/secrets/master/versions/1").await;
    served.becomes("/readyz", 503).await;
    let id = served.process.id().unwrap().to_string();
    assert!(Command::new("kill").arg(&id).status().await.unwrap().success());
    let ended = tokio::time::timeout(Duration::from_secs(30), served.process.wait()).await;
    assert!(ended.expect("it ends").unwrap().success());
}

#[tokio::test]
async fn t13_a_key_that_is_not_there_or_no_key_is_told_at_once() {
    let (cloud, dir) = (Cloud::at(Clock::system()).await, tempfile::tempdir().unwrap());
    cloud.put("master", b"no key at all");
    for (version, words) in [(1, "not a key"), (2, "set CHATCAL_KEY to a version that is there")] {
        let name = format!("projects/sandbox-project/secrets/master/versions/{version}");
        let served = Served::start(&cloud, dir.path(), &name).await;
        let ended = tokio::time::timeout(Duration::from_secs(30), served.process.wait_with_output()).await;
        let ended = ended.expect("it ends by itself").unwrap();
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(told.contains(words), "{told}");
        assert!(!told.contains("no key at all"), "{told}");
    }
}
