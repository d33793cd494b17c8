//! The app manifest against Slack's schema, and against what the code uses.

use std::collections::BTreeSet;
use std::path::Path;

use chatcal::slack::scopes;
use serde_json::Value;

fn manifest() -> Value {
    serde_yaml_ng::from_str(include_str!("../../../bot-manifest.yaml")).unwrap()
}

fn strings(list: &Value) -> BTreeSet<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect()
}

#[test]
fn the_manifest_keeps_to_slacks_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/slack-manifest.schema.json");
    let Ok(schema) = std::fs::read(&path) else {
        assert_ne!(option_env!("CI"), Some("true"), "{} is missing", path.display());
        eprintln!("NOT CHECKED: {} is missing", path.display());
        return;
    };
    let validator = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
    let manifest = manifest();
    let errors: Vec<_> = validator
        .iter_errors(&manifest)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_manifest_asks_for_what_the_code_uses_and_nothing_more() {
    let manifest = manifest();
    let methods = scopes::METHODS.iter().flat_map(|method| method.scopes);
    let events = scopes::EVENTS.iter().map(|(_, scope)| scope);
    let needed: BTreeSet<_> = methods.chain(events).chain([&"commands"]).copied().collect();
    assert_eq!(strings(&manifest["oauth_config"]["scopes"]["bot"]), needed);

    let subscribed = &manifest["settings"]["event_subscriptions"]["bot_events"];
    assert_eq!(
        strings(subscribed),
        scopes::EVENTS.iter().map(|(event, _)| *event).collect()
    );

    let commands = manifest["features"]["slash_commands"].as_array().unwrap();
    let names: BTreeSet<_> = commands.iter().map(|one| one["command"].as_str().unwrap()).collect();
    assert_eq!(names, scopes::COMMANDS.into_iter().collect());
}

#[test]
fn the_code_calls_no_method_that_is_not_listed() {
    let sources = concat!(
        include_str!("../../../src/slack/api.rs"),
        include_str!("../../../src/slack/courier.rs"),
        include_str!("../../../src/slack/history.rs")
    );
    for prefix in ["auth.", "chat.", "conversations.", "users."] {
        for called in sources.split(&format!("\"{prefix}")).skip(1) {
            let name = format!("{prefix}{}", called.split('"').next().unwrap());
            assert!(scopes::METHODS.iter().any(|method| method.name == name), "{name}");
        }
    }
}

#[test]
fn people_can_write_to_the_bot_and_every_address_is_filled_in_by_one_replacement() {
    let text = include_str!("../../../bot-manifest.yaml");
    let manifest = manifest();
    assert_eq!(manifest["features"]["app_home"]["messages_tab_enabled"], true);
    assert_eq!(
        manifest["features"]["app_home"]["messages_tab_read_only_enabled"],
        false
    );
    assert_eq!(manifest["settings"]["socket_mode_enabled"], false);
    assert_eq!(manifest["settings"]["interactivity"]["is_enabled"], true);
    let filled = text.replace("https://YOUR-CHATCAL-URL", "https://cal.example.org");
    let urls: Vec<_> = filled.lines().filter(|line| line.contains("url: ")).collect();
    assert_eq!(urls.len(), 5);
    assert!(
        urls.iter().all(|line| line.contains("https://cal.example.org/slack/")),
        "{urls:#?}"
    );
}
