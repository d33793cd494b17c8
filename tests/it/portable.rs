//! The queries and the schema run on SQLite and on PostgreSQL alike: they keep to a small common subset, and a real PostgreSQL
//! accepts every one of them.

use std::fs;
use std::path::{Path, PathBuf};

use chatcal::store::sealed;
use regex::Regex;

use crate::postgres_server::PostgresDatabase;

/// What only one of the two databases understands, or understands differently.
const FOREIGN: &[&str] = &[
    r"\?",
    r"(?i)\bINSERT\s+OR\b",
    r"(?i)\bREPLACE\s+INTO\b",
    r"(?i)\b(strftime|datetime|julianday|unixepoch|date|time|now)\s*\(",
    r"(?i)\bCURRENT_(DATE|TIME|TIMESTAMP)\b",
    r"(?i)\b(ifnull|iif|last_insert_rowid|group_concat|string_agg|json\w*)\s*\(",
    r"(?i)\b(AUTOINCREMENT|rowid|WITHOUT|GLOB|ILIKE|COLLATE|PRAGMA|STRICT)\b",
    r"(?i)\bFOR\s+(UPDATE|SHARE)\b",
    r"::",
    r"(?i)\b(BLOB|INTEGER|INT|SERIAL|BIGSERIAL|REAL|BOOLEAN|TIMESTAMP|TIMESTAMPTZ|JSONB|VARCHAR|NUMERIC)\b",
];

/// What is wrong with a statement, if anything is.
fn fault(sql: &str) -> Option<String> {
    let foreign = FOREIGN
        .iter()
        .find_map(|pattern| Regex::new(pattern).unwrap().find(sql));
    if let Some(found) = foreign {
        return Some(format!("{:?} is not portable", found.as_str()));
    }
    let mut seen = 0;
    for found in Regex::new(r"\$(\d+)").unwrap().captures_iter(sql) {
        let n: usize = found[1].parse().unwrap();
        if n > seen + 1 {
            return Some(format!("${n} appears before ${}", seen + 1));
        }
        seen = seen.max(n);
    }
    None
}

fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn top(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The SQL statements in a Rust source: its string literals that begin like one, each on a single line.
fn statements_in(source: &str) -> Vec<String> {
    let literals =
        Regex::new(r##"//[^\n]*|r#"(?s:.*?)"#|r"[^"]*"|'(?:\\.|[^\\'])'|"((?:\\(?s:.)|[^"\\])*)""##).unwrap();
    let begins = Regex::new(r"^\s*(CREATE|SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH)\s+\S").unwrap();
    let joined = Regex::new(r"\\\n\s*").unwrap();
    literals
        .captures_iter(source)
        .filter_map(|found| found.get(1))
        .map(|text| joined.replace_all(text.as_str(), "").replace('\n', " "))
        .filter(|text| begins.is_match(text))
        .collect()
}

/// Every statement in `src/`, with the file it stands in.
fn statements() -> Vec<(PathBuf, String)> {
    let in_file = |path: PathBuf| {
        let found = statements_in(&fs::read_to_string(&path).unwrap());
        found.into_iter().map(move |sql| (path.clone(), sql))
    };
    let put_together = sealed::COLUMNS
        .iter()
        .flat_map(|column| [column.page, column.replace])
        .map(|sql| (top("src/store/sealed.rs"), sql.to_owned()));
    let written = files(&top("src"), "rs").into_iter().flat_map(in_file);
    written.chain(put_together).collect()
}

/// Every statement of every migration, oldest first, each on a single line and without its comments.
fn migrations() -> Vec<(PathBuf, String)> {
    let comment = Regex::new(r"--[^\n]*").unwrap();
    let in_file = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let text = comment.replace_all(&text, "");
        let found: Vec<_> = text
            .split(';')
            .map(|sql| sql.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|sql| !sql.is_empty())
            .collect();
        found.into_iter().map(move |sql| (path.clone(), sql))
    };
    files(&top("migrations"), "sql").into_iter().flat_map(in_file).collect()
}

#[test]
fn what_one_database_alone_understands_is_noticed() {
    let cases = [
        ("SELECT a FROM t WHERE b = ?", "\"?\""),
        ("INSERT OR IGNORE INTO t (a) VALUES ($1)", "INSERT OR"),
        ("SELECT strftime('%s', a) FROM t", "strftime("),
        ("DELETE FROM t WHERE rowid = $1", "rowid"),
        ("SELECT a FROM t WHERE a GLOB $1", "GLOB"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", "AUTOINCREMENT"),
        ("CREATE TABLE t (a BLOB NOT NULL)", "BLOB"),
        ("SELECT a FROM t WHERE a = $1 FOR UPDATE", "FOR UPDATE"),
        ("SELECT a FROM t WHERE a = $2 AND b = $1", "$2 appears before $1"),
    ];
    for (sql, expected) in cases {
        let told = fault(sql).unwrap_or_else(|| panic!("not noticed: {sql}"));
        assert!(told.contains(expected), "{sql}: {told}");
    }
    assert_eq!(
        fault("UPDATE t SET a = $1 WHERE b = $2 AND c < $1 RETURNING dated"),
        None
    );
}

#[test]
fn statements_are_found_in_rust_and_nothing_else_is() {
    let source = r#"
        // "SELECT comment FROM t"
        let quote = '"'; let text = "say \"SELECT\"";
        let sql = "UPDATE t SET a = $1 \
                   WHERE b = $2";
        let more = ["DELETE FROM t", "Select a time from these"];
    "#;
    let expected = ["UPDATE t SET a = $1 WHERE b = $2", "DELETE FROM t"];
    assert_eq!(statements_in(source), expected);
}

#[test]
fn every_statement_keeps_to_the_common_subset() {
    let all: Vec<_> = migrations().into_iter().chain(statements()).collect();
    let faults: Vec<_> = all
        .iter()
        .filter_map(|(path, sql)| fault(sql).map(|fault| format!("{}: {fault}: {sql}", path.display())))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // A store file without a statement would mean that the search has gone blind.
    for path in files(&top("src/store"), "rs") {
        let found = all.iter().any(|(of, _)| *of == path);
        assert!(found || path.ends_with("mod.rs"), "no statement in {}", path.display());
    }
}

#[test]
fn a_real_postgresql_accepts_every_statement() {
    let (made_first, queries): (Vec<_>, Vec<_>) = statements()
        .into_iter()
        .map(|(_, sql)| sql)
        .partition(|sql| sql.starts_with("CREATE"));
    let mut postgres = PostgresDatabase::create_blocking().client();
    for sql in made_first
        .into_iter()
        .chain(migrations().into_iter().map(|(_, sql)| sql))
    {
        postgres
            .batch_execute(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
    for sql in queries {
        postgres
            .prepare(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
    assert!(postgres.prepare("SELECT missing FROM nowhere").is_err());
}
