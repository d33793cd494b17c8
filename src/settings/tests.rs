//! Loading, as its users meet it: an environment in, settings or a list of problems out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::table::SETTINGS;
use super::*;

const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
const GOOD: [(&str, &str); 6] = [
    ("CHATCAL_PUBLIC_URL", "https://cal.example.org"),
    ("GOOGLE_CLIENT_ID", "id"),
    ("GOOGLE_CLIENT_SECRET", "s3cret"),
    ("CHATCAL_KEY", KEY),
    ("SLACK_BOT_TOKEN", "xoxb-s3cret"),
    ("SLACK_APP_TOKEN", "xapp-s3cret"),
];

/// The good environment with `changes`; an empty value takes a variable away.
fn env(changes: &[(&str, &str)]) -> Environment {
    GOOD.iter().chain(changes).copied().collect()
}

fn problems(changes: &[(&str, &str)]) -> Vec<(String, Fault)> {
    problems_of(&env(changes), None)
}

fn problems_of(env: &Environment, config: Option<&Path>) -> Vec<(String, Fault)> {
    let Err(Problems(problems)) = load(env, config) else {
        return Vec::new();
    };
    problems
        .into_iter()
        .map(|problem| (problem.name, problem.fault))
        .collect()
}

fn given(settings: &Settings) -> &str {
    settings.state.key.given().unwrap().expose_secret()
}

fn names(problems: &[(String, Fault)]) -> Vec<&str> {
    problems.iter().map(|(name, _)| name.as_str()).collect()
}

/// A file in `dir` with `mode`.
fn file(dir: &TempDir, name: &str, text: &str, mode: u32) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.path().join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn little_is_needed_and_the_rest_has_defaults() {
    let settings = load(&env(&[]), None).unwrap();
    assert_eq!(settings.site.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        settings.google.redirect_uri.as_str(),
        "https://cal.example.org/auth/callback"
    );
    let behind_a_path = load(&env(&[("CHATCAL_PUBLIC_URL", "https://example.org/bot")]), None).unwrap();
    assert_eq!(
        behind_a_path.google.redirect_uri.as_str(),
        "https://example.org/bot/auth/callback"
    );
    assert_eq!(
        settings.google.calendar_url.as_str(),
        "https://www.googleapis.com/calendar/v3/"
    );
    assert_eq!(settings.slack.unwrap().api_url.as_str(), "https://slack.com/api");
    assert_eq!(settings.hours.start.to_string(), "09:00:00");
    assert!(settings.discord.is_none() && settings.secret_manager.is_none());
}

#[test]
fn t13_an_empty_environment_names_everything_that_is_missing_at_once() {
    let found = problems_of(&Environment::default(), None);
    assert_eq!(
        names(&found),
        [
            "CHATCAL_PUBLIC_URL",
            "GOOGLE_CLIENT_ID",
            "GOOGLE_CLIENT_SECRET",
            "SLACK_BOT_TOKEN",
            "DISCORD_TOKEN",
            "CHATCAL_KEY"
        ]
    );
    let text = load(&Environment::default(), None).unwrap_err().to_string();
    for setting in ["CHATCAL_KEY", "CHATCAL_PUBLIC_URL"].map(|name| table::find(name).unwrap()) {
        assert!(text.contains(setting.form) && text.contains(setting.example), "{text}");
    }
}

#[test]
fn t07_a_test_client_or_a_placeholder_is_refused_with_the_mend() {
    for (name, value, why) in [
        ("GOOGLE_CLIENT_ID", "test_client", "is made for tests (it holds “test”)"),
        (
            "GOOGLE_CLIENT_ID",
            "YOUR_CLIENT_ID",
            "is a placeholder (it holds “your”)",
        ),
        ("GOOGLE_CLIENT_ID", "….apps.googleusercontent.com", "is a placeholder"),
        (
            "GOOGLE_CLIENT_ID",
            "sandbox.apps.googleusercontent.invalid",
            "is made for tests",
        ),
        (
            "GOOGLE_CLIENT_SECRET",
            "changeme",
            "is a placeholder (it holds “changeme”)",
        ),
        (
            "GOOGLE_CLIENT_SECRET",
            "GOCSPX-xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "is a placeholder",
        ),
        ("GOOGLE_CLIENT_SECRET", "sandbox-client-secret", "is made for tests"),
    ] {
        let told = load(&env(&[(name, value)]), None).unwrap_err().to_string();
        for part in [
            &format!("{name} {why}"),
            "https://console.cloud.google.com/auth/clients",
            "example:",
        ] {
            assert!(told.contains(part), "{part}:\n{told}");
        }
    }
}

#[test]
fn an_empty_value_counts_as_missing() {
    assert_eq!(
        problems(&[("GOOGLE_CLIENT_ID", " ")]),
        [("GOOGLE_CLIENT_ID".to_owned(), Fault::Missing)]
    );
}

#[test]
fn every_malformed_value_is_reported_and_no_secret_is_repeated() {
    let wrong = [
        ("CHATCAL_PUBLIC_URL", "http://cal.example.org"),
        ("CHATCAL_LISTEN", "localhost"),
        ("PORT", "99999"),
        ("SLACK_BOT_TOKEN", "s3cret-1"),
        ("SLACK_APP_TOKEN", "s3cret-2"),
        ("DISCORD_TOKEN", "Bot s3cret-3"),
        ("CHATCAL_KEY", "s3cret-4"),
        ("DATABASE_URL", "mysql://s3cret-5"),
        ("REDIS_URL", "http://s3cret-6"),
        ("DEFAULT_TIMEZONE", "Mars/Base"),
        ("WEEKDAY_START_TIME", "9"),
        ("WEEKDAY_END_TIME", "25:00"),
        ("GOOGLE_TOKEN_URL", "http://token.example.org"),
        ("SLACK_API_URL", "slack.com"),
    ];
    let wanted: BTreeSet<&str> = wrong.iter().map(|(name, _)| *name).collect();
    let found = problems(&wrong);
    assert_eq!(names(&found).into_iter().collect::<BTreeSet<_>>(), wanted);
    assert_eq!(found.len(), wrong.len(), "each once: {found:?}");
    let text = load(&env(&wrong), None).unwrap_err().to_string();
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn a_working_day_ends_after_it_starts() {
    let found = problems(&[("WEEKDAY_START_TIME", "18:00"), ("WEEKDAY_END_TIME", "09:00")]);
    assert_eq!(names(&found), ["WEEKDAY_END_TIME"]);
}

#[test]
fn slack_needs_a_token_and_a_road() {
    assert_eq!(names(&problems(&[("SLACK_APP_TOKEN", "")])), ["SLACK_APP_TOKEN"]);
    assert_eq!(
        problems(&[("SLACK_BOT_TOKEN", "")]),
        [("SLACK_BOT_TOKEN".to_owned(), Fault::Missing)]
    );
    assert!(problems(&[("SLACK_APP_TOKEN", ""), ("SLACK_SIGNING_SECRET", "x")]).is_empty());
    assert!(problems(&[("SLACK_APP_TOKEN", ""), ("SLACK_BOT_TOKEN", ""), ("DISCORD_TOKEN", "t")]).is_empty());
}

#[test]
fn a_container_platforms_port_is_taken_unless_an_address_is_given() {
    let listen = |changes: &[(&str, &str)]| load(&env(changes), None).unwrap().site.listen.to_string();
    assert_eq!(listen(&[("PORT", "9000")]), "0.0.0.0:9000");
    assert_eq!(
        listen(&[("PORT", "9000"), ("CHATCAL_LISTEN", "127.0.0.1:1")]),
        "127.0.0.1:1"
    );
}

#[test]
fn rust_log_counts_where_chatcal_log_is_not_set() {
    let log = |changes: &[(&str, &str)]| load(&env(changes), None).unwrap().site.log;
    assert_eq!(log(&[]), "info");
    assert_eq!(log(&[("RUST_LOG", "debug")]), "debug");
    assert_eq!(log(&[("RUST_LOG", "debug"), ("CHATCAL_LOG", "warn")]), "warn");
}

#[test]
fn t13_a_secret_may_stand_in_a_file_that_others_cant_read() {
    let dir = TempDir::new().unwrap();
    let changes = |path: &Path| env(&[("CHATCAL_KEY", ""), ("CHATCAL_KEY_FILE", path.to_str().unwrap())]);
    for mode in [0o600, 0o400, 0o440] {
        let path = file(&dir, &format!("{mode:o}"), &format!("{KEY}\n"), mode);
        assert_eq!(given(&load(&changes(&path), None).unwrap()), KEY);
    }
    for mode in [0o644, 0o604, 0o620, 0o602] {
        let path = file(&dir, &format!("{mode:o}"), KEY, mode);
        assert_eq!(
            problems_of(&changes(&path), None),
            [(
                "CHATCAL_KEY".to_owned(),
                Fault::Exposed {
                    path: path.clone(),
                    mode
                }
            )]
        );
        assert!(
            load(&changes(&path), None)
                .unwrap_err()
                .to_string()
                .contains("chmod 600")
        );
    }
    assert!(matches!(
        &problems_of(&changes(&file(&dir, "empty", "\n", 0o600)), None)[..],
        [(_, Fault::File { .. })]
    ));
    assert!(matches!(
        &problems_of(&changes(Path::new("/nowhere/key")), None)[..],
        [(_, Fault::File { .. })]
    ));
    let both = problems(&[("CHATCAL_KEY_FILE", "/nowhere/key")]);
    assert_eq!(both, [("CHATCAL_KEY".to_owned(), Fault::GivenTwice)]);
}

#[test]
fn the_environment_outranks_the_file() {
    let dir = TempDir::new().unwrap();
    let path = file(
        &dir,
        "chatcal.toml",
        "CHATCAL_CONTACT = 'file'\nDEFAULT_TIMEZONE = 'Asia/Tokyo'\nPORT = 9000\n",
        0o644,
    );
    let settings = load(&env(&[("CHATCAL_CONTACT", "environment")]), Some(&path)).unwrap();
    assert_eq!(settings.site.contact, "environment");
    assert_eq!(settings.hours.default_zone.unwrap().name(), "Asia/Tokyo");
    assert_eq!(settings.site.listen.port(), 9000);
    let named = load(&env(&[("CHATCAL_CONFIG", path.to_str().unwrap())]), None).unwrap();
    assert_eq!(named.site.contact, "file");
}

#[test]
fn t13_a_settings_file_with_secrets_is_for_its_owner_alone() {
    let dir = TempDir::new().unwrap();
    let text = format!("CHATCAL_KEY = '{KEY}'");
    let open = file(&dir, "open.toml", &text, 0o644);
    assert_eq!(
        problems_of(&env(&[]), Some(&open)),
        [(
            "open.toml".to_owned(),
            Fault::Exposed {
                path: open,
                mode: 0o644
            }
        )]
    );
    assert!(
        load(
            &env(&[("CHATCAL_KEY", "")]),
            Some(&file(&dir, "shut.toml", &text, 0o600))
        )
        .is_ok()
    );
    file(&dir, "key", KEY, 0o600);
    let beside = file(&dir, "beside.toml", "CHATCAL_KEY_FILE = 'key'", 0o644);
    assert!(load(&env(&[("CHATCAL_KEY", "")]), Some(&beside)).is_ok());
}

#[test]
fn a_settings_file_holds_only_settings() {
    let dir = TempDir::new().unwrap();
    let text = "CHATCAL_PUBLIC_ULR = 'x'\nchatcal_contact = 'x'\nfrobnicate = 1\nPORT = true\nCHATCAL_CONFIG = 'y'\n";
    let found = problems_of(&env(&[]), Some(&file(&dir, "c.toml", text, 0o600)));
    let unknown = |near| Fault::Unknown { suggestion: near };
    for expected in [
        ("CHATCAL_PUBLIC_ULR".to_owned(), unknown(Some("CHATCAL_PUBLIC_URL"))),
        ("chatcal_contact".to_owned(), unknown(Some("CHATCAL_CONTACT"))),
        ("frobnicate".to_owned(), unknown(None)),
    ] {
        assert!(found.contains(&expected), "{found:?}");
    }
    assert!(
        found
            .iter()
            .any(|(name, fault)| name == "PORT" && matches!(fault, Fault::Malformed(_)))
    );
    assert!(
        found
            .iter()
            .any(|(name, fault)| name == "CHATCAL_CONFIG" && matches!(fault, Fault::Malformed(_)))
    );
    assert_eq!(found.len(), 5);
}

#[test]
fn a_broken_settings_file_is_told_by_its_line_without_quoting_it() {
    let dir = TempDir::new().unwrap();
    let path = file(&dir, "c.toml", "PORT = 1\nCHATCAL_KEY = s3cret s3cret\n", 0o600);
    let text = load(&env(&[]), Some(&path)).unwrap_err().to_string();
    assert!(text.contains("line 2") && !text.contains("s3cret"), "{text}");
    assert_eq!(
        names(&problems_of(&env(&[]), Some(Path::new("/nowhere.toml")))),
        ["nowhere.toml"]
    );
}

#[test]
fn every_default_of_the_table_is_of_its_own_form() {
    for setting in SETTINGS {
        if let table::Need::Default(value) = setting.need {
            assert!(problems(&[(setting.name, value)]).is_empty(), "{}", setting.name);
        }
    }
}

#[test]
fn every_setting_of_the_table_is_read() {
    for setting in SETTINGS
        .iter()
        .filter(|setting| !matches!(setting.name, "CHATCAL_CONFIG" | "CHATCAL_STATE_DIR"))
    {
        let found = problems(&[(setting.name, "\u{1} not it")]);
        assert!(
            names(&found).contains(&setting.name),
            "{} is in the table, but nobody reads it",
            setting.name
        );
    }
}

#[test]
fn a_key_may_name_the_version_that_holds_it_by_its_number() {
    let name = "projects/my-project/secrets/chatcal-key/versions/3";
    let settings = load(
        &env(&[("CHATCAL_KEY", name), ("SECRET_MANAGER_URL", "http://127.0.0.1:1")]),
        None,
    );
    match settings.unwrap().state.key {
        Key::Named { version, url } => assert_eq!((version.as_str(), url.port()), (name, Some(1))),
        Key::Given(_) => panic!("not a key"),
    }
    for wrong in [
        "projects/my-project/secrets/chatcal-key/versions/latest",
        "projects/my-project/secrets/chatcal-key/versions/0",
        "projects/my-project/secrets/chatcal-key",
        "projects//secrets/k/versions/1",
        "projects/p/secrets/k/versions/1/",
        "p/k/1",
    ] {
        let found = problems(&[("CHATCAL_KEY", wrong)]);
        assert!(
            matches!(&found[..], [(name, Fault::Malformed(_))] if name == "CHATCAL_KEY"),
            "{wrong}: {found:?}"
        );
    }
}

#[test]
fn it_is_plain_which_tiers_keep_grants() {
    use TierKind::{Database, File, Redis, SecretManager};
    let project = ("GOOGLE_CLOUD_PROJECT", "p");
    let redis = ("REDIS_URL", "redis://127.0.0.1");
    let shared = ("DATABASE_URL", "postgres://127.0.0.1/x");
    let named = |names| ("CHATCAL_TIERS", names);
    for (given, tiers) in [
        (&[][..], &[File][..]),
        (&[project, redis], &[SecretManager, Redis, File]),
        (&[shared], &[Database]),
        (&[project, shared, redis], &[SecretManager, Redis, Database]),
        (&[project, shared, named("file, database")], &[Database, File]),
        (
            &[project, redis, named("redis,secret-manager")],
            &[SecretManager, Redis],
        ),
        (&[named("database")], &[Database]),
    ] {
        assert_eq!(load(&env(given), None).unwrap().state.tiers, tiers, "{given:?}");
    }
    for wrong in ["memory", "file,", "secret-manager", "file,redis"] {
        assert_eq!(names(&problems(&[named(wrong)])), ["CHATCAL_TIERS"], "{wrong}");
    }
}

#[test]
fn without_a_lasting_disk_what_a_crash_may_cost_is_accepted_by_name() {
    let cloud_run = ("K_SERVICE", "chatcal");
    let project = ("GOOGLE_CLOUD_PROJECT", "p");
    let accepted = ("CHATCAL_ACCEPT_LOSS", "messages-in-flight");
    let shared = ("DATABASE_URL", "postgres://127.0.0.1/x");
    assert_eq!(names(&problems(&[cloud_run, project])), ["CHATCAL_ACCEPT_LOSS"]);
    assert_eq!(
        names(&problems(&[cloud_run, accepted])),
        ["GOOGLE_CLOUD_PROJECT"],
        "a grant is never lost"
    );
    let fleeting = |given: &[(&str, &str)]| load(&env(given), None).unwrap().state.is_fleeting;
    assert!(fleeting(&[cloud_run, project, accepted]));
    assert!(!fleeting(&[cloud_run, shared]));
    assert!(!fleeting(&[accepted]));
}
