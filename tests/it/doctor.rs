//! `chatcal doctor` against the stand-ins: each fault is found, and its mend is named.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

use chatcal::clock::Clock;
use chatcal::entropy::Entropy;
use chatcal::sandbox::google::{Config, Google};
use chatcal::sandbox::secret_manager::Fault;
use chatcal::sandbox::{discord, slack};
use chatcal::seal::KeyRing;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::creds::office::{CLIENT, Office, Said, ana};

const REDIRECT: &str = "http://127.0.0.1:8080/auth/callback";

/// An office in a world where all is well.
struct Ward {
    office: Office,
    google: Google,
    slack: slack::Slack,
    discord: discord::Discord,
}

impl Ward {
    async fn open() -> Self {
        let now = || Clock::system().now();
        let mut config = Config::new(Arc::new(now));
        (config.client.id, config.client.secret) = (CLIENT.to_owned(), "secret".to_owned());
        let google = Google::start(config).await.unwrap();
        google.register_redirect(REDIRECT);
        let office = Office::open().await;
        office.with(&ana()).await;
        Self {
            office,
            google,
            slack: slack::Slack::start(now, slack::Rules::default()).await.unwrap(),
            discord: discord::Discord::start(now, discord::Rules::default()).await.unwrap(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let all: Vec<_> = [&["doctor"], arguments].concat();
        let mut command = self.office.command(&all);
        command
            .env("GOOGLE_AUTH_URL", self.google.auth_url())
            .env("GOOGLE_TOKEN_URL", self.google.token_url())
            .env("SLACK_API_URL", self.slack.api_url())
            .env("SLACK_BOT_TOKEN", self.slack.bot_token())
            .env("SLACK_APP_TOKEN", self.slack.app_token())
            .env("DISCORD_API_URL", self.discord.api_url())
            .env("DISCORD_TOKEN", self.discord.token());
        command
    }

    fn asked(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_others_can_read_and_grants_of_another_client_are_told() {
    let ward = Ward::open().await;
    let database = ward.office.database();
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    let other = "5678.apps.googleusercontent.com";
    let told = ward.command(&[]).env("GOOGLE_CLIENT_ID", other).output().unwrap();
    let told = Said::of(told);
    assert_eq!(told.code, 1, "{told:?}");
    for part in [
        "BROKEN   state folder",
        &format!("chmod 600 {}", database.display()),
        "BROKEN   grants",
        &format!("set GOOGLE_CLIENT_ID to {CLIENT}"),
    ] {
        assert!(told.out.contains(part), "{part}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_is_well_nothing_is_broken_and_nothing_is_left_behind() {
    let ward = Ward::open().await;
    // The first who uses a place marks it as this deployment's own.
    ward.asked(&[]);
    let before = std::fs::read_dir(ward.office.dir.path().join("grants"))
        .unwrap()
        .count();
    let told = ward.asked(&[]);
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{told:?}");
    for line in [
        "ok       settings",
        "warning  public address",
        "ok       database",
        "ok       key",
        "ok       audit log",
        "ok       tier redis",
        "ok       tier file",
        "ok       Google client",
        "ok       redirect URI",
        "ok       clock",
        "ok       Slack ",
        "ok       Slack, Socket Mode",
        "ok       Discord",
    ] {
        assert!(told.out.contains(line), "{line}:\n{}", told.out);
    }
    let after = std::fs::read_dir(ward.office.dir.path().join("grants"))
        .unwrap()
        .count();
    assert_eq!(before, after);
    ward.office.sql(
        "INSERT INTO facts (name, value) VALUES ('grants that ended after seven days', CAST('[{\"who\":\"a\",\"consented_at\":0,\
         \"last_used_at\":604700000,\"ended_at\":604800000}]' AS BLOB))",
    );
    let told = ward.asked(&[]);
    assert!(told.out.contains("warning  Google project"), "{}", told.out);
    assert!(told.out.contains("mend: publish the app"), "{}", told.out);
    let strict = ward.asked(&["--strict", "--json"]);
    assert_eq!(strict.code, 1, "{strict:?}");
    let json: Value = serde_json::from_str(&strict.out).unwrap();
    assert_eq!(json["worst"], "warning");
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_manager_is_tried_out_and_its_faults_are_named() {
    let mut ward = Ward::open().await;
    ward.office.cloud = Some(Cloud::at(Clock::system()).await);
    let line = |told: &Said| {
        let mut lines = told
            .out
            .lines()
            .skip_while(|line| !line.contains("tier secret-manager"));
        [lines.next().unwrap_or_default(), lines.next().unwrap_or_default()].join("\n")
    };
    let told = ward.asked(&[]);
    assert!(line(&told).starts_with("ok       tier secret-manager"), "{told:?}");
    let cloud = ward.office.cloud.as_ref().unwrap();
    assert_eq!(cloud.billed_versions(), 1, "the mark is left, and no probe");
    for (fault, mend) in [
        (Fault::status(403), "the role Secret Manager Admin"),
        (Fault::quota(), "raise the quotas"),
        (Fault::status(503), "this machine must reach"),
        (Fault::Hang, "this machine must reach"),
        (Fault::Reset, "this machine must reach"),
    ] {
        let cloud = ward.office.cloud.as_ref().unwrap();
        cloud.fail_all(&fault);
        let told = ward.asked(&[]);
        cloud.heal();
        let found = line(&told);
        assert!(
            found.starts_with("BROKEN") && found.contains(mend),
            "{fault:?}: {told:?}"
        );
        assert_eq!(told.code, 1);
    }
    let mut elsewhere = ward.command(&[]);
    elsewhere.env("SECRET_MANAGER_URL", "http://127.0.0.1:9");
    let told = Said::of(elsewhere.output().unwrap());
    assert!(line(&told).starts_with("BROKEN"), "{told:?}");

    // A project of another deployment's is named, and nothing is left there.
    let mut other = Office::open().await;
    other.key = KeyRing::make_key(&Entropy::seeded(99));
    other.sql("DELETE FROM facts");
    other.cloud = ward.office.cloud.take();
    let told = Said::of(other.command(&["doctor"]).output().unwrap());
    let found = line(&told);
    assert!(
        found.starts_with("BROKEN")
            && found.contains("another deployment's")
            && found.contains("secret chatcal-grant-"),
        "{told:?}"
    );
    assert!(
        told.out
            .contains("set GOOGLE_CLOUD_PROJECT to a place of this deployment's own"),
        "{told:?}"
    );
    assert_eq!(other.cloud.as_ref().unwrap().billed_versions(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_only_the_service_has_is_named() {
    let ward = Ward::open().await;
    ward.office.serves().await;
    let mut shell = ward.command(&[]);
    let told = Said::of(shell.env_remove("REDIS_URL").output().unwrap());
    assert!(
        told.out.contains("warning  tier redis")
            && told
                .out
                .contains("set REDIS_URL and CHATCAL_TIERS as chatcal serve has them"),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_named_with_its_mend() {
    let mut ward = Ward::open().await;
    let finds = |mut command: Command, about: &str, mend: &str| {
        let told = Said::of(command.output().unwrap());
        let found = told
            .out
            .lines()
            .any(|line| line.starts_with("BROKEN") && line.contains(about));
        assert!(found && told.out.contains(mend), "{about}, {mend}:\n{}", told.out);
        assert_eq!((told.code, told.err.as_str()), (1, "Something is broken.\n"));
    };
    for (name, value, about, mend) in [
        (
            "GOOGLE_CLIENT_SECRET",
            "other",
            "Google says invalid_client",
            "must be those of one client",
        ),
        (
            "GOOGLE_OAUTH_REDIRECT_URI",
            "http://localhost:8080/auth/callback",
            "is not listed",
            "letter by letter",
        ),
        (
            "GOOGLE_TOKEN_URL",
            "http://127.0.0.1:9/token",
            "Google client",
            "this machine must reach",
        ),
        (
            "SLACK_BOT_TOKEN",
            "xoxb-other",
            "refuses the bot's token: invalid_auth",
            "copy SLACK_BOT_TOKEN",
        ),
        (
            "SLACK_APP_TOKEN",
            "xapp-other",
            "Slack, Socket Mode",
            "connections:write",
        ),
        ("DISCORD_TOKEN", "other", "Discord", "copy DISCORD_TOKEN anew"),
        (
            "CHATCAL_KEY",
            "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
            "key",
            "set CHATCAL_KEY to the key",
        ),
        ("CHATCAL_LISTEN", "nowhere", "settings", "expected"),
    ] {
        let mut command = ward.command(&[]);
        command.env(name, value);
        if name != "CHATCAL_LISTEN" {
            finds(command, about, mend);
        } else {
            finds(command, about, "form: ");
        }
    }
    ward.slack.forbids_reading();
    finds(ward.command(&[]), "the app lacks im:history", "install the app again");
    ward.office.sql("DELETE FROM audit WHERE seq = 1");
    finds(ward.command(&[]), "audit log", "somebody changed the database");
    ward.office.redis.stop();
    finds(ward.command(&[]), "tier redis", "REDIS_URL must name a Redis that runs");
}
