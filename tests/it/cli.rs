//! The program as a person at a shell meets it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::port::Port;

const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// The program with nothing in its environment, in a folder of its own.
fn chatcal(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatcal"));
    command.args(arguments).env_clear().current_dir(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Ready to serve; no platform is ever reached.
fn serve(folder: &Path, port: &Port) -> Command {
    let address = port.address();
    let mut command = chatcal(folder, &["serve"]);
    command
        .env("CHATCAL_PUBLIC_URL", format!("http://{address}"))
        .env("CHATCAL_LISTEN", address.to_string())
        .env("CHATCAL_KEY", KEY)
        .env("GOOGLE_CLIENT_ID", "id")
        .env("GOOGLE_CLIENT_SECRET", "secret")
        .env("SLACK_BOT_TOKEN", "xoxb-1")
        .env("SLACK_SIGNING_SECRET", "secret")
        .env("SLACK_API_URL", "http://127.0.0.1:9/api");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Starts `command` and waits for the log line that says that it serves.
fn until_ready(mut command: Command) -> (Child, impl Iterator<Item = String>) {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(|line| line.unwrap());
    let ready = lines.by_ref().find(|line| line.contains("\"ready\""));
    assert!(ready.is_some(), "it ended before it was ready");
    (child, lines)
}

fn stop(child: &mut Child) {
    let stopped = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
}

/// One sandbox run over `input`.
fn sandbox(folder: &Path, input: &str) -> Output {
    let mut child = chatcal(
        folder,
        &["sandbox", "--consent", "auto", "--now", "2026-11-23T09:00:00+01:00"],
    )
    .stdin(Stdio::piped())
    .spawn()
    .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn keys_are_fresh_and_alone_on_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let make = || chatcal(folder.path(), &["key", "new"]).output().unwrap();
    let (one, two) = (make(), make());
    assert_eq!(text(&one.stdout).trim().len(), 43);
    assert_ne!(one.stdout, two.stdout);
    assert!(one.stderr.is_empty());
}

#[test]
fn t13_serve_names_everything_that_is_missing_and_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = chatcal(folder.path(), &["serve"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    for name in [
        "CHATCAL_PUBLIC_URL",
        "CHATCAL_KEY",
        "GOOGLE_CLIENT_ID",
        "GOOGLE_CLIENT_SECRET",
        "SLACK_BOT_TOKEN",
        "DISCORD_TOKEN",
    ] {
        assert!(told.contains(name), "{name}:\n{told}");
    }
    assert!(output.stdout.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn help_lists_every_setting() {
    let folder = tempfile::tempdir().unwrap();
    let help = text(&chatcal(folder.path(), &["serve", "--help"]).output().unwrap().stdout);
    for setting in chatcal::settings::table::SETTINGS {
        assert!(help.contains(setting.name), "{}", setting.name);
    }
}

#[test]
fn setup_fills_the_forms_in() {
    let folder = tempfile::tempdir().unwrap();
    let setup = |arguments: &[&str]| {
        let mut all = vec!["setup", "--public-url", "https://cal.example.org"];
        all.extend(arguments);
        text(&chatcal(folder.path(), &all).output().unwrap().stdout)
    };
    let told = setup(&["--discord-application", "1234"]);
    for part in [
        "https://cal.example.org/auth/callback",
        "https://cal.example.org/slack/events",
        "client_id=1234",
        "CHATCAL_KEY=",
    ] {
        assert!(told.contains(part), "{part}:\n{told}");
    }
    for socket_mode in [false, true] {
        let manifest = setup(if socket_mode {
            &["--manifest", "--socket-mode"]
        } else {
            &["--manifest"]
        });
        let manifest: serde_json::Value = serde_yaml_ng::from_str(&manifest).unwrap();
        assert_eq!(manifest["settings"]["socket_mode_enabled"], socket_mode);
        assert_eq!(manifest.to_string().contains("https://cal.example.org"), !socket_mode);
    }
}

#[test]
fn t13_a_wrong_key_is_refused_with_its_mend() {
    let folder = tempfile::tempdir().unwrap();
    let port = Port::hold();
    let (mut child, _lines) = until_ready(serve(folder.path(), &port));
    stop(&mut child);
    assert!(child.wait().unwrap().success());
    let other = KEY.replace('B', "C");
    let refused = serve(folder.path(), &port).env("CHATCAL_KEY", &other).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(
        told.contains("CHATCAL_KEY is not the key") && !told.contains(&other),
        "{told}"
    );
}

#[test]
fn a_second_serve_on_the_same_folder_is_refused_and_sigterm_ends_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let ports = [Port::hold(), Port::hold()];
    let (mut first, _lines) = until_ready(serve(folder.path(), &ports[0]));
    let second = serve(folder.path(), &ports[1]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(
        text(&second.stderr).contains("Another chatcal is running"),
        "{}",
        text(&second.stderr)
    );
    stop(&mut first);
    assert!(first.wait().unwrap().success());
}

#[test]
fn the_sandbox_books_and_after_a_restart_asks_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = sandbox(folder.path(), "book tomorrow at 2 PM for 30 minutes\n");
    let told = text(&first.stdout);
    assert!(first.status.success(), "{told}\n{}", text(&first.stderr));
    for part in [
        "you> book tomorrow",
        "/connect/",
        "Connected a•••@example.org",
        "Booked: Tue 24 Nov 2026, 14:00–14:30",
        "https://meet.google.com/",
    ] {
        assert!(told.contains(part), "{part}:\n{told}");
    }
    let second = sandbox(
        folder.path(),
        "book tomorrow at 4 PM for 30 minutes\nbook tomorrow at 2 PM for 30 minutes\n",
    );
    let told = text(&second.stdout);
    assert!(second.status.success(), "{told}\n{}", text(&second.stderr));
    assert!(!told.contains("/connect/"), "{told}");
    assert!(told.contains("Booked: Tue 24 Nov 2026, 16:00–16:30"), "{told}");
    assert!(
        told.contains("Not booked"),
        "the first run's event is still there:\n{told}"
    );
}

#[test]
fn parse_answers_line_by_line_and_goes_on_after_a_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = chatcal(folder.path(), &["parse", "--jsonl"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = |line: &str| -> serde_json::Value {
        writeln!(input, "{line}").unwrap();
        // Answered while the input is still open.
        serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap()
    };
    let said = r#"{"text":"book tomorrow at 2 PM for 30 minutes","now":"2026-11-22T23:30:00Z","tz":"Europe/Berlin"}"#;
    let answer = ask(said);
    assert_eq!(answer["intent"], "book");
    assert_eq!(answer["start"], "2026-11-24T14:00:00+01:00", "tomorrow in Berlin");
    assert_eq!(answer["end"], "2026-11-24T14:30:00+01:00");
    assert_eq!(answer["duration_minutes"], 30);
    for bad in [
        "nonsense",
        "{}",
        "",
        r#"["lunch","2026-11-22T23:30:00Z","UTC"]"#,
        &said.replace("Europe/Berlin", "Mars/Phobos"),
        &said.replace("22T", "22 at "),
    ] {
        let answer = ask(bad);
        let told = answer["error"].as_str().unwrap_or_default();
        assert!(!told.is_empty() && !told.contains("expected"), "{bad}: {answer}");
    }
    assert_eq!(ask(said)["doubts"], serde_json::json!([]));
    // The last line needs no end, and what is no UTF-8 is refused like any other bad line.
    input.write_all(b"\xff\n").unwrap();
    write!(input, "{}", said.replace("30 minutes", "1 hour\\u0020\\\"")).unwrap();
    drop(input);
    let rest: Vec<serde_json::Value> = answers
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    let [refused, answered] = rest.as_slice() else {
        panic!("{rest:?}")
    };
    assert!(refused["error"].as_str().unwrap().contains("UTF-8"), "{refused}");
    assert_eq!(answered["duration_minutes"], 60);
    assert!(child.wait().unwrap().success());
}

#[test]
fn parse_explains_a_reading_to_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let explain = |text: &str| {
        let when = ["--now", "2026-11-22T10:30:00+01:00", "--zone", "Europe/Berlin"];
        let output = chatcal(folder.path(), &[&["parse", text][..], &when].concat())
            .output()
            .unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        output.stdout
    };
    assert_eq!(
        text(&explain("pls book lunch with Ann ☕ tomorrow at 5 at Café Luna")),
        "\
pls book lunch with Ann ☕ tomorrow at 5 at Café Luna
         ^^^^^^^^^^^^^^^^^ ^^^^^^^^ ^^^^ ^^^^^^^^^^^^
         title             day      time place
                    ^^^
                    person

said      Sun 22 Nov 2026, 10:30 (Europe/Berlin)
intent    book
title     Lunch with Ann ☕
when      Mon 23 Nov 2026, 17:00–17:30 (Europe/Berlin), 30 minutes
place     Café Luna
person    Ann, not invited: no address is known
assumed   30 minutes long, the default
assumed   “at 5” is 17:00
ignored   pls book
"
    );
    assert_eq!(
        text(&explain("every Monday at 7\nstand-up with 東京 and bo@x.org")),
        "\
every Monday at 7
^^^^^^^^^^^^ ^^^^
repeats      time
stand-up with 東京 and bo@x.org
^^^^^^^^^^^^^^^^^^     ^^^^^^^^
title                  guest
              ^^^^
              person

said      Sun 22 Nov 2026, 10:30 (Europe/Berlin)
intent    book
title     Stand-up with 東京
when      Mon 23 Nov 2026, 19:00 (Europe/Berlin)
repeats   RRULE:FREQ=WEEKLY;BYDAY=MO
guest     bo@x.org
person    東京, not invited: no address is known
assumed   30 minutes long, the default
doubt     repeating: “every Monday”
ignored   and
"
    );
    let told = text(&explain("tomorrow at 7\u{1b}[31m"));
    assert!(
        told.contains("doubt     which half: “at 7” may be Mon 23 Nov 2026, 19:00 or Mon 23 Nov 2026, 07:00"),
        "{told}"
    );
    assert!(!told.contains('\u{1b}'), "the terminal would obey");
    for misused in [
        &["parse"][..],
        &["parse", "--jsonl", "lunch"],
        &["parse", "lunch", "--now", "noon"],
        &["parse", "lunch", "--zone", "Mars/Phobos"],
    ] {
        let output = chatcal(folder.path(), misused).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{misused:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{misused:?}");
    }
    assert!(
        chatcal(folder.path(), &["parse", "lunch", "tomorrow"])
            .output()
            .unwrap()
            .status
            .success()
    );
}
