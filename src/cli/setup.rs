//! `chatcal setup`: what to enter at Google, Slack and Discord, filled in for one public address.

use std::io::{self, Write};

use clap::Args as ClapArgs;
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use url::Url;

use super::Failed;
use crate::discord;
use crate::entropy::Entropy;
use crate::settings::{self, Environment};

const MANIFEST: &str = include_str!("../../bot-manifest.yaml");
/// What stands in the manifest for the bot's address.
const PLACEHOLDER: &str = "https://YOUR-CHATCAL-URL";

#[derive(ClapArgs)]
pub(super) struct Args {
    /// Where people's browsers will reach the bot [default: CHATCAL_PUBLIC_URL, else this machine]
    #[arg(long, value_name = "URL", value_parser = settings::public_url)]
    public_url: Option<Url>,
    /// The Discord application's id [default: read from DISCORD_TOKEN]
    #[arg(long, value_name = "ID")]
    discord_application: Option<u64>,
    /// Let the bot call Slack, instead of Slack the bot (always so for an http:// address)
    #[arg(long)]
    socket_mode: bool,
    /// Print Slack's manifest and nothing else
    #[arg(long)]
    manifest: bool,
}

pub(super) fn run(args: &Args, env: &Environment) -> Result<(), Failed> {
    let public_url = match (&args.public_url, env.get("CHATCAL_PUBLIC_URL")) {
        (Some(url), _) => url.clone(),
        (None, Some(text)) => settings::public_url(text).map_err(|why| format!("CHATCAL_PUBLIC_URL {why}."))?,
        (None, None) => Url::parse("http://127.0.0.1:8080").expect("a constant address"),
    };
    // Slack calls https addresses only.
    let socket_mode = args.socket_mode || public_url.scheme() == "http";
    let manifest = manifest(&public_url, socket_mode);
    let mut out = io::stdout().lock();
    if args.manifest {
        out.write_all(manifest.as_bytes())?;
    } else {
        let application = args
            .discord_application
            .or_else(|| application_of(env.get("DISCORD_TOKEN")?));
        let redirect_uri = match env.get("GOOGLE_OAUTH_REDIRECT_URI") {
            Some(uri) => uri.to_owned(),
            None => format!("{public_url}auth/callback"),
        };
        let key = Entropy::system().token();
        let plan = Plan {
            public_url,
            socket_mode,
            manifest,
            redirect_uri,
            application,
            key,
        };
        out.write_all(plan.text().as_bytes())?;
    }
    Ok(())
}

/// Everything that the text says.
struct Plan {
    public_url: Url,
    socket_mode: bool,
    manifest: String,
    redirect_uri: String,
    application: Option<u64>,
    key: String,
}

impl Plan {
    fn text(&self) -> String {
        [self.google(), self.slack(), self.discord(), self.settings()].join("\n")
    }

    fn google(&self) -> String {
        format!(
            "\
1. Google (https://console.cloud.google.com)
   - Choose the audience first: “Internal” if your people share one Google Workspace, else “External”, published.
   - Enable the Google Calendar API, and make an OAuth client of the type “Web application” with the redirect URI

       {}
",
            self.redirect_uri
        )
    }

    fn slack(&self) -> String {
        let note = if self.socket_mode {
            "   This manifest uses Socket Mode: make an app-level token with the scope connections:write (“Basic Information”)\n   \
             and set it as SLACK_APP_TOKEN.\n"
        } else {
            "   “Basic Information” shows SLACK_SIGNING_SECRET. Slack verifies the events address only while the bot runs: once it is\n   \
             started, open “Event Subscriptions” and let Slack verify it.\n"
        };
        format!(
            "\
2. Slack (https://api.slack.com/apps, “Create New App”, “From a manifest”): paste this, then install the app.

{}
{note}",
            self.manifest
        )
    }

    fn discord(&self) -> String {
        let invite = match self.application {
            Some(id) => discord::invite_url(id).to_string(),
            None => discord::invite_url(0)
                .as_str()
                .replace("client_id=0", "client_id=YOUR_APPLICATION_ID"),
        };
        format!(
            "\
3. Discord (https://discord.com/developers/applications): make an application and invite its bot with

       {invite}
"
        )
    }

    fn settings(&self) -> String {
        let public_url = self.public_url.as_str().trim_end_matches('/');
        let road = if self.socket_mode {
            "SLACK_APP_TOKEN=xapp-…"
        } else {
            "SLACK_SIGNING_SECRET=…"
        };
        format!(
            "\
4. Settings; leave out the platform that you do not use. The key was made just now and is kept nowhere: keep it safe.

       CHATCAL_PUBLIC_URL={public_url}
       CHATCAL_KEY={}
       GOOGLE_CLIENT_ID=….apps.googleusercontent.com
       GOOGLE_CLIENT_SECRET=…
       SLACK_BOT_TOKEN=xoxb-…
       {road}
       DISCORD_TOKEN=…

5. Start it:  chatcal serve
",
            self.key
        )
    }
}

/// The manifest for `public_url`: by HTTP its addresses point there; with Socket Mode it has none.
fn manifest(public_url: &Url, socket_mode: bool) -> String {
    let lines = MANIFEST.lines().skip_while(|line| line.starts_with('#'));
    let mut out = String::new();
    for line in lines.filter(|line| !(socket_mode && line.contains(PLACEHOLDER))) {
        let line = line
            .replace(PLACEHOLDER, public_url.as_str().trim_end_matches('/'))
            .replace(
                "socket_mode_enabled: false",
                &format!("socket_mode_enabled: {socket_mode}"),
            );
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// A bot's token starts with its user id in base64, and the user id of a bot is its application's id.
fn application_of(token: &str) -> Option<u64> {
    let (head, _) = token.split_once('.')?;
    let head = head.trim_end_matches('=').as_bytes();
    let id = BASE64_NOPAD
        .decode(head)
        .or_else(|_| BASE64URL_NOPAD.decode(head))
        .ok()?;
    std::str::from_utf8(&id).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_http_the_manifests_addresses_are_those_of_the_bot() {
        let manifest = manifest(&Url::parse("https://cal.test").unwrap(), false);
        for path in ["slack/events", "slack/commands", "slack/interactions"] {
            assert!(
                manifest.contains(&format!("https://cal.test/{path}")),
                "{path}\n{manifest}"
            );
        }
        assert_eq!(
            manifest.matches("https://").count(),
            manifest.matches("https://cal.test/").count()
        );
        assert!(manifest.contains("socket_mode_enabled: false"));
    }

    #[test]
    fn with_socket_mode_the_manifest_has_no_addresses() {
        let manifest = manifest(&Url::parse("http://127.0.0.1:8080").unwrap(), true);
        assert!(
            manifest.contains("socket_mode_enabled: true") && !manifest.contains("://"),
            "{manifest}"
        );
    }

    #[test]
    fn a_discord_token_names_its_application() {
        assert_eq!(
            application_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.secret"),
            Some(123_456_789_012_345_678)
        );
        assert_eq!(application_of("no token"), None);
        assert_eq!(application_of("????.a.b"), None);
    }
}
