//! Slash commands as Slack signs and sends them.

use std::net::SocketAddr;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::process::Bot;

pub const SIGNING_SECRET: &str = "0123456789abcdef0123456789abcdef";

pub struct Commands {
    client: reqwest::Client,
    url: String,
    answers_at: SocketAddr,
}

impl Commands {
    pub fn new(bot: &Bot, answers_at: SocketAddr) -> Self {
        Self {
            client: reqwest::Client::new(),
            url: format!("{}/slack/commands", bot.url),
            answers_at,
        }
    }

    /// Sends `/book TEXT` and returns once it is acknowledged. Answers go to response URL number `n`.
    pub async fn send(&self, user: &str, n: usize, text: &str) {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("team_id", "T1")
            .append_pair("team_domain", "acme")
            .append_pair("channel_id", &format!("D{user}"))
            .append_pair("channel_name", "directmessage")
            .append_pair("user_id", user)
            .append_pair("user_name", user)
            .append_pair("command", "/book")
            .append_pair("text", text)
            .append_pair("response_url", &format!("http://{}/respond/{n}", self.answers_at))
            .append_pair("trigger_id", &format!("t.{n}"))
            .append_pair("api_app_id", "A1")
            .finish();
        let timestamp = now().timestamp().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).expect("any key will do");
        mac.update(format!("v0:{timestamp}:{body}").as_bytes());
        let answer = self
            .client
            .post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-slack-request-timestamp", &timestamp)
            .header(
                "x-slack-signature",
                format!("v0={}", HEXLOWER.encode(&mac.finalize().into_bytes())),
            )
            .body(body)
            .send()
            .await
            .expect("the bot answers");
        assert!(answer.status().is_success(), "acknowledged with {}", answer.status());
        // Read to its end, so that the connection serves the next command.
        answer.bytes().await.expect("a whole answer");
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark runs on the machine's own clock")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}
