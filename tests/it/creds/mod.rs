//! `chatcal creds` as an operator meets it: the program as a process, beside what a service has left.

mod lost;
pub mod office;
mod poison;

use std::os::unix::fs::PermissionsExt;

use office::{Office, Said, ana, bo};
use serde_json::Value;

use chatcal::domain::person::PersonId;
use chatcal::vault::Tier;

const ANA: &str = "slack:T01:UANA";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn t07_a_test_credential_is_flagged_and_clear_removes_only_the_bad_copy() {
    let office = Office::with_poison().await;
    let key = office.keys().current().to_string();
    let seen = office.creds(&["inspect", ANA]);
    assert_eq!((seen.code, seen.err.as_str()), (0, ""), "{seen:?}");
    let redis = office.shared().get(&ana()).await.unwrap().unwrap();
    let file = office.file().get(&ana()).await.unwrap().unwrap();
    assert_eq!(
        seen.out,
        format!(
            "\
uana  ·  u•••@example.org  ·  healthy
tier         version  written (UTC)     key       state
redis  {}  2026-11-20 08:02  {key}  ok
file   {}  2026-11-02 08:02  {key}  POISONED  client_id \"test_client\" is not the configured client
advice  chatcal creds clear {ANA} --tier file        (a dry run; add --apply)
",
            redis.version, file.version
        )
    );

    // The dry run says what it would do, and does nothing.
    let dry = office.creds(&["clear", ANA]);
    assert_eq!(dry.code, 0, "{dry:?}");
    assert!(
        dry.out.starts_with("would clear file of uana") && dry.out.contains("A dry run"),
        "{dry:?}"
    );
    assert!(!dry.out.contains("redis"), "{dry:?}");
    assert_eq!(office.file().get(&ana()).await.unwrap(), Some(file));

    // A good copy is never cleared, also where its tier is named.
    let kept = office.creds(&["clear", ANA, "--tier", "redis", "--apply"]);
    assert!(kept.out.starts_with("Nothing to clear"), "{kept:?}");
    let unknown = office.creds(&["clear", ANA, "--tier", "floppy", "--apply"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("there are: redis, file"), "{unknown:?}");

    let done = office.creds(&["clear", ANA, "--tier", "file", "--apply"]);
    assert!(done.out.starts_with("cleared file of uana"), "{done:?}");
    assert_eq!(office.file().get(&ana()).await.unwrap(), None);
    assert_eq!(office.shared().get(&ana()).await.unwrap(), Some(redis));
    let healing = office.creds(&["inspect", ANA]);
    assert!(
        healing.out.contains("absent: the present version is on its way"),
        "{healing:?}"
    );
    assert!(!healing.out.contains("advice"), "{healing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_noted_before_it_is_shown_or_done() {
    let office = Office::with_poison().await;
    let noted = |office: &Office| {
        office
            .audit()
            .into_iter()
            .map(|(who, what, detail)| format!("{who} {what} {detail}"))
            .collect()
    };
    office.creds(&["inspect", "uana@example.org"]);
    office.creds(&["clear", ANA, "--tier", "file"]);
    office.creds(&["list"]);
    let log: Vec<String> = noted(&office);
    assert_eq!(
        log[1..],
        [
            format!("terminal:olga ordered inspect u•••@example.org ({ANA})"),
            format!("terminal:olga ordered clear {ANA} --tier file (a dry run)"),
            "terminal:olga ordered list".to_owned(),
        ]
    );

    office.sql("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    let before = office.file().get(&ana()).await.unwrap();
    for order in [
        &["inspect", ANA][..],
        &["list"],
        &["verify"],
        &["clear", ANA, "--apply"],
        &["disconnect", ANA, "--apply"],
        &["refresh", ANA],
    ] {
        let refused = office.creds(order);
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{order:?}: {refused:?}");
        assert!(
            refused.err.contains("disk full") && !refused.err.contains("example.org"),
            "{refused:?}"
        );
    }
    assert_eq!(office.file().get(&ana()).await.unwrap(), before);
    assert_eq!(noted(&office), log);
    office.sql("DROP TRIGGER full");
    assert!(office.creds(&["list"]).out.contains("connected"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_address_or_id_and_several_are_listed() {
    let office = Office::open().await;
    assert_eq!(office.creds(&["list"]).out, "Nobody has connected an account yet.\n");
    for person in [ana(), bo(), PersonId::slack("T02", "UANA")] {
        office.with(&person).await;
    }
    let nobody = office.creds(&["inspect", "UEVE"]);
    assert_eq!(
        (nobody.code, nobody.out.as_str(), nobody.err.as_str()),
        (1, "", "Nobody is known as UEVE.\n")
    );
    let several = office.creds(&["inspect", "UANA"]);
    assert_eq!(
        (several.code, several.err.as_str()),
        (1, "Several people are meant: name one of them by the id.\n")
    );
    assert!(
        several.out.contains(ANA) && several.out.contains("slack:T02:UANA") && !several.out.contains("discord"),
        "{several:?}"
    );
    let one = office.creds(&["inspect", "42@Example.org", "--json"]);
    let one = json(&one.out);
    assert_eq!(
        (one["person"].as_str(), one["health"].as_str().unwrap_or("?")),
        (Some("discord:42"), "?")
    );
    assert_eq!(one["health"]["health"], "healthy");
    assert_eq!(one["tiers"][1]["tier"], "file");
    assert_eq!(one["tiers"][0]["fingerprint"], one["tiers"][1]["fingerprint"]);
    let list = json(&office.creds(&["list", "--json"]).out);
    assert_eq!(list["people"].as_array().unwrap().len(), 3);
    assert_eq!(office.creds(&["inspect", "a b"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_opens_every_record_and_follows_the_audit_log() {
    let office = Office::with_poison().await;
    let bad = office.creds(&["verify"]);
    assert_eq!(bad.code, 1);
    assert!(
        bad.out.contains("1 person verified, 0 fine, 1 not:") && bad.out.contains("file POISONED"),
        "{bad:?}"
    );
    office.creds(&["clear", ANA, "--apply"]);
    let healing = office.creds(&["verify", ANA]);
    assert!(healing.code == 1 && healing.out.contains("file absent"), "{healing:?}");
    office.serves().await;
    office.with(&bo()).await;
    let good = office.creds(&["verify"]);
    assert_eq!((good.code, good.err.as_str()), (0, ""), "{good:?}");
    assert!(
        good.out.starts_with("2 people verified: every record opens"),
        "{good:?}"
    );
    assert!(good.out.contains("The audit log is whole: 6 entries"), "{good:?}");
    office.sql("UPDATE audit SET detail = 'nothing' WHERE seq = 3");
    let forged = office.creds(&["verify"]);
    assert_eq!(
        (forged.code, forged.err.as_str()),
        (1, "The audit log was tampered with.\n")
    );
    assert!(forged.out.contains("BROKEN: entry 3 was changed"), "{forged:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_ended_after_a_dry_run_and_stays_ended() {
    let office = Office::open().await;
    office.with(&ana()).await;
    let dry = office.creds(&["disconnect", ANA]);
    assert!(dry.code == 0 && dry.out.starts_with("Would disconnect uana"), "{dry:?}");
    assert!(office.creds(&["inspect", ANA]).out.contains("healthy"));
    let done = office.creds(&["disconnect", ANA, "--apply"]);
    assert!(done.code == 0 && done.out.starts_with("Disconnected uana"), "{done:?}");
    let seen = office.creds(&["inspect", ANA]);
    assert!(seen.out.starts_with("uana  ·  disconnected\n"), "{seen:?}");
    assert!(
        seen.out.contains("behind: the present version is on its way"),
        "{seen:?}"
    );
    let again = office.creds(&["disconnect", ANA, "--apply"]);
    assert!(again.code == 0 && again.out.contains("nothing to end"), "{again:?}");
    let log = office.audit();
    let ended: Vec<_> = log.iter().filter(|(_, what, _)| what == "disconnected").collect();
    assert_eq!(ended.len(), 1);
    assert_eq!(
        (ended[0].0.as_str(), ended[0].2.as_str()),
        ("terminal:olga", "u•••@example.org of slack:T01:UANA")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tier_that_is_down_is_named_and_proves_nothing() {
    let mut office = Office::open().await;
    office.with(&ana()).await;
    office.redis.stop();
    let seen = office.creds(&["inspect", ANA]);
    assert!(seen.code == 0 && seen.out.contains("healthy"), "{seen:?}");
    assert!(
        seen.out
            .contains("redis              -  -                 -         DOWN"),
        "{seen:?}"
    );
    assert!(seen.out.contains("advice  chatcal doctor"), "{seen:?}");
    std::fs::remove_dir_all(office.dir.path().join("grants")).unwrap();
    let seen = office.creds(&["inspect", ANA]);
    assert!(seen.out.contains("UNREACHABLE  no answer from redis"), "{seen:?}");
    let refused = office.creds(&["refresh", ANA]);
    assert_eq!(
        (refused.code, refused.err.as_str()),
        (1, "No access token was got.\n"),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_or_with_another_key_nothing_is_opened() {
    let office = Office::open().await;
    let other = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
    let refused = office
        .command(&["creds", "list"])
        .env("CHATCAL_KEY", other)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("CHATCAL_KEY is not the key"));
    std::fs::remove_file(office.database()).unwrap();
    let none = office.creds(&["list"]);
    assert!(
        none.code == 1 && none.err.contains("has `chatcal serve` run with these settings?"),
        "{none:?}"
    );
    assert!(!office.database().exists(), "nothing is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_travel_sealed_and_no_older_copy_comes_back() {
    let office = Office::open().await;
    office.with(&ana()).await;
    office.with(&bo()).await;
    let path = office.dir.path().join("grants.jsonl");
    let file = path.to_str().unwrap();
    assert_eq!(office.creds(&["export", file]).code, 0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.lines().count() == 2 && text.contains(ANA) && !text.contains("example.org"),
        "{text}"
    );
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(
        office.creds(&["export", file]).err.contains("File exists"),
        "never over another file"
    );

    // Another house, under the same key, that has never heard of them.
    let mut house = Office::open().await;
    house.key = office.key.clone();
    let dry = house.creds(&["import", file]);
    assert!(
        dry.code == 0 && dry.out.contains("2 would be taken in") && dry.out.contains("A dry run"),
        "{dry:?}"
    );
    assert!(house.creds(&["list"]).out.contains("Nobody"));
    assert!(house.creds(&["import", file, "--apply"]).out.starts_with("2 taken in"));
    house.serves().await;
    assert!(house.creds(&["inspect", ANA]).out.contains("healthy"));
    assert_eq!(house.creds(&["verify", ANA]).code, 0);
    assert!(
        house
            .creds(&["import", file, "--apply"])
            .out
            .starts_with("0 taken in, 2 here already")
    );

    // Who has disconnected since stays so.
    house.creds(&["disconnect", ANA, "--apply"]);
    let older = house.creds(&["import", file, "--apply"]);
    assert!(
        older.out.contains("1 here already, 1 older") && older.out.contains(&format!("left out  {ANA}")),
        "{older:?}"
    );
    assert!(house.creds(&["inspect", ANA]).out.contains("disconnected"));

    // A record in somebody else's place does not open.
    let swapped = text.replace(ANA, "slack:T01:UEVE");
    std::fs::write(&path, swapped).unwrap();
    let refused = house.creds(&["import", file, "--apply"]);
    assert!(
        refused.code == 1 && refused.out.contains("REFUSED  slack:T01:UEVE  the seal is broken"),
        "{refused:?}"
    );
    let log: Vec<_> = house.audit().into_iter().map(|(_, _, detail)| detail).collect();
    assert!(log.contains(&format!("import {file} --apply")), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_waits_for_a_silent_tier_that_may_hold_the_newest_record() {
    let mut office = Office::open().await;
    office.with(&ana()).await;
    let path = office.dir.path().join("grants.jsonl");
    let file = path.to_str().unwrap();
    office.redis.stop();
    // The folder holds what the database knows to be the newest.
    assert_eq!(office.creds(&["export", file]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_dir_all(office.dir.path().join("grants")).unwrap();
    let refused = office.creds(&["export", file]);
    assert!(refused.code == 1 && refused.err.contains("redis"), "{refused:?}");
    assert!(!path.exists(), "half an export is none");
    // A shell that is not told of Redis knows no more.
    office.redis.start_again().await;
    office.serves().await;
    std::fs::remove_dir_all(office.dir.path().join("grants")).unwrap();
    let mut shell = office.command(&["creds", "export", file]);
    let refused = Said::of(shell.env_remove("REDIS_URL").output().unwrap());
    assert!(refused.code == 1 && refused.err.contains("redis"), "{refused:?}");
    assert_eq!(office.creds(&["export", file]).code, 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_costs_is_told_and_shells_complete_the_commands() {
    let office = Office::open().await;
    let cost = office.creds(&["cost"]);
    assert!(cost.code == 0 && cost.out.contains("a managed Redis"), "{cost:?}");
    let json = json(&office.creds(&["cost", "--json"]).out);
    assert_eq!(json["rows"][0]["people"], 100);
    for shell in ["bash", "zsh", "fish"] {
        let script = Said::of(office.command(&["completions", shell]).output().unwrap());
        assert!(
            script.code == 0 && script.out.contains("inspect") && script.out.contains("doctor"),
            "{shell}"
        );
    }
}
