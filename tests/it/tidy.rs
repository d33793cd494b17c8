//! The repository tests itself: who imports whom, how modules open, how long files are, and that the README is true.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use chatcal::settings::table;

/// Who may import whom, in the order of the ranks: a module names lower ranks only, and siblings never meet, but for the tiny
/// rooms of rank 0. A new edge is written down here, where it is seen.
const EDGES: &[(&str, &[&str])] = &[
    // Rank 0
    ("clock", &[]),
    ("entropy", &[]),
    ("zone", &[]),
    ("http", &["clock", "entropy"]),
    ("seal", &["entropy"]),
    ("telltale", &[]),
    ("settings", &["telltale", "zone"]),
    ("language", &["zone"]),
    // Rank 1
    ("domain", &["language", "zone"]),
    ("sql", &[]),
    ("socket", &["entropy"]),
    // Rank 2
    ("store", &["domain", "entropy", "seal", "sql", "zone"]),
    (
        "vault",
        &["clock", "domain", "entropy", "http", "seal", "sql", "telltale"],
    ),
    ("google", &["clock", "domain", "entropy", "http", "settings", "zone"]),
    // Rank 3: the adapters know neither the store nor each other nor the use-cases.
    (
        "app",
        &[
            "clock", "domain", "entropy", "google", "language", "seal", "sql", "store", "vault", "zone",
        ],
    ),
    ("slack", &["clock", "domain", "entropy", "settings", "socket", "zone"]),
    ("discord", &["clock", "domain", "entropy", "http", "settings", "socket"]),
    ("console", &["clock", "domain"]),
    // Rank 4
    ("web", &["app", "domain", "settings"]),
    (
        "service",
        &[
            "app", "clock", "discord", "domain", "entropy", "google", "http", "language", "seal", "settings", "slack",
            "socket", "sql", "store", "vault", "web",
        ],
    ),
    // Rank 5, with the stand-ins, which know nothing of ours.
    ("sandbox", &[]),
    (
        "cli",
        &[
            "app", "clock", "console", "discord", "domain", "entropy", "http", "language", "sandbox", "service",
            "settings", "zone",
        ],
    ),
    ("main", &["cli", "settings"]),
];

/// Longer than that, a file holds more than one idea. Tests may be longer: they are lists.
const LONG: usize = 400;
const LONG_TESTS: usize = 1000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files under `folder` that end in `ending`, relative to the top, sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path.strip_prefix(root()).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// `src/store/inbox.rs` belongs to `store`, `src/clock.rs` to `clock`.
fn room(path: &Path) -> String {
    let name = path.components().nth(1).unwrap().as_os_str().to_string_lossy();
    name.trim_end_matches(".rs").to_owned()
}

/// Code without comments: a doc link may name anything.
fn code(text: &str) -> String {
    let comment = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(comment).collect::<Vec<_>>().join("\n")
}

/// The rooms that `code` names after `root`, as `crate::room::…` or inside `crate::{…}`.
fn imports(code: &str, root: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let rest = &code[at + root.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut fresh = true;
        for (i, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                _ if fresh && !c.is_whitespace() => {
                    found.insert(word(&list[i..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn imports_are_found_in_every_form() {
    let code =
        "use crate::app::Hub; use crate::{clock, domain::{act, letter}, zone::Zone}; fn f() { crate::sql::run() }";
    let found: Vec<String> = imports(code, "crate::").into_iter().collect();
    assert_eq!(found, ["app", "clock", "domain", "sql", "zone"]);
}

#[test]
fn modules_import_lower_ranks_only() {
    let mut wrong = Vec::new();
    for path in files("src", ".rs") {
        let here = room(&path);
        if here == "lib" {
            continue;
        }
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == here) else {
            panic!("{here} has no row in the table of edges")
        };
        let text = code(&read(&path));
        let mut named = imports(&text, "crate::");
        named.extend(imports(&text, "chatcal::"));
        for import in named {
            let is_room = EDGES.iter().any(|(name, _)| *name == import);
            if is_room && import != here && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not in the table of edges:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_of_edges_has_no_way_up() {
    for (i, (room, allowed)) in EDGES.iter().enumerate() {
        for edge in *allowed {
            let below = EDGES.iter().position(|(name, _)| name == edge);
            assert!(below.is_some_and(|below| below < i), "{room} → {edge} leads upwards");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for folder in ["src", "tests"] {
        for path in files(folder, ".rs") {
            assert!(
                read(&path).starts_with("//! "),
                "{} does not open with //!",
                path.display()
            );
        }
    }
}

#[test]
fn no_lint_is_silenced_without_a_reason_and_nothing_is_left_undone() {
    let marks = ["allow(", "ignore]"].map(|word| format!("#[{word}")).into_iter();
    let marks: Vec<String> = marks
        .chain([
            ["FIX", "ME"].concat(),
            ["TO", "DO"].concat(),
            ["#![al", "low("].concat(),
        ])
        .collect();
    for path in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let text = read(&path);
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} holds {mark}", path.display());
        }
    }
}

#[test]
fn files_stay_short_enough_to_hold_one_idea() {
    let mut long = Vec::new();
    for path in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let length = read(&path).lines().count();
        let limit = if path.starts_with("tests") || path.ends_with("tests.rs") {
            LONG_TESTS
        } else {
            LONG
        };
        if length > limit {
            long.push(format!("{} has {length} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "split them:\n{}", long.join("\n"));
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    for (i, path) in files("migrations", ".sql").iter().enumerate() {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(
            name.starts_with(&format!("{:04}_", i + 1)),
            "{name} should be number {}",
            i + 1
        );
    }
}

/// The command lines in a page's code blocks, without prompts and comments.
fn commands(page: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside && !line.contains("toml") && !line.contains("text");
        } else if inside {
            let line = line.split(" #").next().unwrap_or_default().trim();
            found.extend(
                line.split(['|', '&', ';'])
                    .map(|part| part.trim().to_owned())
                    .filter(|part| !part.is_empty()),
            );
        }
    }
    found
}

/// The arguments of `chatcal`, where a command line runs it.
fn arguments(command: &str) -> Option<Vec<String>> {
    let command = command.split(" >").next().unwrap_or_default().replace(['\'', '"'], "");
    let words: Vec<&str> = command.split_whitespace().collect();
    let own = if command.starts_with("cargo run") {
        words.split(|word| *word == "--").nth(1).unwrap_or_default()
    } else if words.first()?.rsplit('/').next() == Some("chatcal") {
        &words[1..]
    } else {
        return None;
    };
    Some(
        std::iter::once("chatcal")
            .chain(own.iter().copied())
            .map(str::to_owned)
            .collect(),
    )
}

#[test]
fn the_readmes_commands_exist() {
    let mut checked = 0;
    for command in commands(&read("README.md")) {
        if let Some(path) = command
            .split_whitespace()
            .next()
            .filter(|word| word.starts_with("scripts/"))
        {
            assert!(root().join(path).exists(), "README names {path}");
        }
        if let Some(arguments) = arguments(&command) {
            checked += 1;
            if let Err(answer) = chatcal::cli::command().try_get_matches_from(&arguments) {
                assert!(!answer.use_stderr(), "README: {command}: {answer}");
            }
        }
    }
    assert!(checked >= 4, "only {checked} commands were found in the README");
}

#[test]
fn the_readmes_settings_are_the_real_ones() {
    let readme = read("README.md");
    let (_, rest) = readme
        .split_once("<!-- settings -->\n")
        .expect("README marks where the settings start");
    let (found, _) = rest
        .split_once("<!-- /settings -->")
        .expect("README marks where the settings end");
    let wanted = table::markdown();
    assert!(
        found.trim() == wanted.trim(),
        "README's settings are out of date; they should be:\n\n{wanted}"
    );
}

#[test]
fn the_readmes_links_lead_somewhere() {
    let readme = read("README.md");
    for (at, _) in readme.match_indices("](") {
        let target = readme[at + 2..].split([')', '#']).next().unwrap_or_default();
        if !target.is_empty() && !target.contains("://") {
            assert!(root().join(target).exists(), "README links to {target}");
        }
    }
}
