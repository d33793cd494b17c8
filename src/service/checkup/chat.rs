//! The chat platforms: whose tokens they are, and what they may do.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{Finding, Stethoscope};
use crate::http::{Answer, header};
use crate::slack::scopes::{EVENTS, METHODS};

const SLACK: &str = "Slack";
const DISCORD: &str = "Discord";
/// Fewer connections than this left for today are worth a word; Discord gives a thousand.
const FEW: u64 = 50;

const REINSTALL: &str =
    "paste the manifest that `chatcal setup --manifest` prints under “App Manifest”, and install the app again";

const LATER: &str = "try again later: Slack itself is in trouble, or asks for patience";
/// What Slack says of itself, not of a token (<https://docs.slack.dev/reference/methods/auth.test#errors>).
const PASSING: [&str; 5] = [
    "ratelimited",
    "internal_error",
    "service_unavailable",
    "fatal_error",
    "request_timeout",
];

/// An answer that tells nothing about the token.
fn passing(answer: &Answer, body: &Value) -> Option<String> {
    let error = body["error"].as_str().filter(|error| PASSING.contains(error));
    let told = answer.status.is_success() && body["ok"].is_boolean();
    match error {
        Some(error) => Some(format!("answers {error}")),
        None => (!told).then(|| format!("answers with the status {}", answer.status.as_u16())),
    }
}

impl Stethoscope<'_> {
    pub(super) async fn slack(&self) -> Vec<Finding> {
        let Some(slack) = &self.settings.slack else {
            return Vec::new();
        };
        let mut findings = vec![self.slack_bot(&slack.bot_token).await];
        if let Some(token) = &slack.app_token {
            findings.push(self.slack_socket(token).await);
        }
        findings
    }

    /// `auth.test`, whose answer's header lists the scopes (<https://docs.slack.dev/authentication/installing-with-oauth>).
    async fn slack_bot(&self, token: &SecretString) -> Finding {
        let mend = "copy SLACK_BOT_TOKEN from the app's page “OAuth & Permissions”; install the app again if it was taken back";
        let answer = match self.slack_call("auth.test", token).await {
            Ok(answer) => answer,
            Err(finding) => return finding,
        };
        let body: Value = answer.json().unwrap_or_default();
        if let Some(trouble) = passing(&answer, &body) {
            return Finding::warning(SLACK, trouble, LATER);
        }
        if body["ok"] != true {
            let error = body["error"].as_str().unwrap_or("no reason");
            return Finding::broken(SLACK, format!("refuses the bot's token: {error:.60}"), mend);
        }
        let team = body["team"].as_str().unwrap_or("a workspace");
        let Some(granted) = answer.headers.get("x-oauth-scopes").and_then(|list| list.to_str().ok()) else {
            return Finding::warning(SLACK, format!("{team}: does not tell the app's scopes"), REINSTALL);
        };
        let granted: Vec<_> = granted.split(',').map(str::trim).collect();
        let methods = METHODS.iter().flat_map(|method| method.scopes);
        let mut missing: Vec<_> = methods
            .chain(EVENTS.iter().map(|(_, scope)| scope))
            .chain([&"commands"])
            .collect();
        missing.retain(|scope| !granted.contains(*scope));
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Finding::fine(SLACK, format!("{team}: the bot's token is good, and has every scope"));
        }
        let missing: Vec<_> = missing.into_iter().copied().collect();
        Finding::broken(
            SLACK,
            format!("{team}: the app lacks {}", missing.join(", ")),
            REINSTALL,
        )
    }

    async fn slack_socket(&self, token: &SecretString) -> Finding {
        let about = "Slack, Socket Mode";
        match self.slack_call("apps.connections.open", token).await {
            Err(finding) => finding,
            Ok(answer) => {
                let body: Value = answer.json().unwrap_or_default();
                if let Some(trouble) = passing(&answer, &body) {
                    return Finding::warning(about, trouble, LATER);
                }
                if body["ok"] == true {
                    return Finding::fine(about, "opens");
                }
                let error = body["error"].as_str().unwrap_or("no reason");
                let mend = "SLACK_APP_TOKEN must be an app-level token with connections:write, and Socket Mode be on in the app";
                Finding::broken(about, format!("refused: {error:.60}"), mend)
            }
        }
    }

    async fn slack_call(&self, method: &str, token: &SecretString) -> Result<Answer, Finding> {
        let api = self.settings.slack.as_ref().map_or("", |slack| slack.api_url.as_str());
        let url = format!("{}/{method}", api.trim_end_matches('/'));
        let sent = self.ask(|client| {
            let form = [("", ""); 0];
            client.post(&url).bearer_auth(token.expose_secret()).form(&form)
        });
        let mend = "this machine must reach slack.com (SLACK_API_URL)";
        sent.await
            .map_err(|none| Finding::broken(SLACK, none.to_string(), mend))
    }

    pub(super) async fn discord(&self) -> Vec<Finding> {
        let Some(discord) = &self.settings.discord else {
            return Vec::new();
        };
        let base = discord.api_url.as_str().trim_end_matches('/');
        let application = self
            .discord_call(&format!("{base}/applications/@me"), &discord.token)
            .await;
        let gateway = self.discord_call(&format!("{base}/gateway/bot"), &discord.token).await;
        match (application, gateway) {
            (Err(finding), _) | (_, Err(finding)) => vec![finding],
            (Ok(application), Ok(gateway)) => {
                let name = application["name"].as_str().unwrap_or("the application");
                let left = gateway["session_start_limit"]["remaining"].as_u64().unwrap_or(u64::MAX);
                vec![if left < FEW {
                    let mend = "something restarts the bot over and over: see why, before Discord resets its token";
                    Finding::warning(
                        DISCORD,
                        format!("{name}: only {left} connections are left for today"),
                        mend,
                    )
                } else {
                    Finding::fine(DISCORD, format!("{name}: the bot's token is good"))
                }]
            }
        }
    }

    async fn discord_call(&self, url: &str, token: &SecretString) -> Result<Value, Finding> {
        let sent = self.ask(|client| {
            client
                .get(url)
                // Discord blocks callers without one of this form (<https://discord.com/developers/docs/reference#user-agent>).
                .header(
                    header::USER_AGENT,
                    concat!("DiscordBot (ChatCal, ", env!("CARGO_PKG_VERSION"), ")"),
                )
                .header(header::AUTHORIZATION, format!("Bot {}", token.expose_secret()))
        });
        let answer = sent.await.map_err(|none| {
            Finding::broken(
                DISCORD,
                none.to_string(),
                "this machine must reach discord.com (DISCORD_API_URL)",
            )
        })?;
        match answer.status.as_u16() {
            200 => Ok(answer.json().unwrap_or_default()),
            401 => Err(Finding::broken(
                DISCORD,
                "refuses the bot's token",
                "copy DISCORD_TOKEN anew from the application's page “Bot” (“Reset Token”)",
            )),
            status => Err(Finding::warning(
                DISCORD,
                format!("answers {status}"),
                "try again later",
            )),
        }
    }
}
