//! ChatCal's own words: "help", "connect 482913", "timezone Europe/Berlin", "what are my settings?". May import: `token`, `words`, `meaning`, `found`.

use super::super::found::Finding;
use super::super::meaning::Intent;
use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::says_when;

/// Words that, alone or with little around them, ask for something about ChatCal itself.
const WORDS: &[(&str, Intent)] = &[
    ("help", Intent::Help),
    ("connect", Intent::Connect),
    ("link", Intent::Connect),
    ("disconnect", Intent::Disconnect),
    ("unlink", Intent::Disconnect),
    ("timezone", Intent::Timezone),
    ("privacy", Intent::Privacy),
    ("settings", Intent::Settings),
    ("preferences", Intent::Settings),
];

/// Whole messages that do, without the words that say nothing ("please", "my"): how they open, and how they go on.
#[rustfmt::skip]
const PHRASES: &[(&str, &[(&str, Intent)])] = &[
    ("what", &[
        ("can do", Intent::Help), ("do do", Intent::Help),
        ("is time zone", Intent::Timezone), ("is timezone", Intent::Timezone),
        ("timezone am in", Intent::Timezone), ("time zone am in", Intent::Timezone),
        ("do know about", Intent::Privacy), ("do store about", Intent::Privacy), ("do keep about", Intent::Privacy),
        ("are settings", Intent::Settings), ("are preferences", Intent::Settings), ("are working hours", Intent::Settings),
    ]),
    ("what's", &[
        ("time zone", Intent::Timezone), ("timezone", Intent::Timezone), ("working hours", Intent::Settings),
    ]),
    ("which", &[("time zone am in", Intent::Timezone), ("timezone am in", Intent::Timezone)]),
    ("how", &[
        ("does this work", Intent::Help), ("does work", Intent::Help), ("do work", Intent::Help), ("do use this", Intent::Help),
    ]),
    ("sign", &[("in", Intent::Connect), ("out", Intent::Disconnect)]),
    ("log", &[("in", Intent::Connect), ("out", Intent::Disconnect)]),
    ("change", &[("timezone", Intent::Timezone), ("time zone", Intent::Timezone), ("settings", Intent::Settings)]),
    ("show", &[("settings", Intent::Settings), ("preferences", Intent::Settings)]),
    ("open", &[("settings", Intent::Settings)]),
];

/// So much of a message is compared, in words: more than any phrase has behind its first.
const LONGEST_PHRASE: usize = 5;

/// No message about ChatCal itself is longer, in tokens.
const LONGEST: usize = 14;

pub(super) fn own(text: &Tokens, findings: &[Finding]) -> Option<Intent> {
    word(text, findings).or_else(|| {
        let short = text.len() <= LONGEST;
        short.then(|| phrase(text).or_else(|| setting(text)))?
    })
}

fn word(text: &Tokens, findings: &[Finding]) -> Option<Intent> {
    let first = (0..text.len())
        .find(|&at| matches!(text.kind(at), Some(Kind::Word(word)) if !matches!(word, Word::Filler | Word::To)))?;
    let (low, next) = match (text.low(first), text.low(first + 1)) {
        ("time", "zone") => ("timezone", first + 2),
        (low, _) => (low, first + 1),
    };
    let command = WORDS.iter().find(|(word, _)| *word == low)?.1;
    let little = (next..text.len()).all(|at| match text.kind(at) {
        Some(Kind::Word(word)) => {
            matches!(word, Word::Filler | Word::Calendar | Word::To) || matches!(text.low(at), "google" | "account")
        }
        Some(Kind::Number { .. } | Kind::Mark(_)) => true,
        _ => false,
    });
    let zone = command == Intent::Timezone && !says_when(findings);
    (little || zone).then_some(command)
}

fn phrase(text: &Tokens) -> Option<Intent> {
    let idle = |at: &usize| {
        matches!(text.kind(*at), Some(Kind::Mark(_)))
            || matches!(text.word(*at), Word::Filler | Word::The | Word::Greeting)
            || text.low(*at) == "chatcal"
    };
    let mut said = (0..text.len()).filter(|at| !idle(at)).map(|at| text.low(at));
    let opens = said.next()?;
    let (_, phrases) = PHRASES.iter().find(|(open, _)| *open == opens)?;
    let said: Vec<_> = said.take(LONGEST_PHRASE).collect();
    let said = said.join(" ");
    let known = phrases.iter().find(|(phrase, _)| *phrase == said);
    known.map(|(_, intent)| *intent)
}

/// "set my working hours to 9 to 5", "my default length is 45 minutes", "make my meetings 45 minutes by default".
fn setting(text: &Tokens) -> Option<Intent> {
    if !matches!(text.low(0), "my" | "set" | "change" | "make" | "use") {
        return None;
    }
    let pair = |first: &str, seconds: &[&str]| {
        (0..text.len()).any(|at| text.low(at) == first && seconds.contains(&text.low(at + 1)))
    };
    let hours =
        pair("working", &["hours", "hour", "day", "days"]) || pair("work", &["hours"]) || pair("office", &["hours"]);
    let length = pair("default", &["length", "duration", "meeting", "time"]) || pair("by", &["default"]);
    let own = (0..text.len()).any(|at| text.low(at) == "my");
    (own && (hours || length)).then_some(Intent::Settings)
}
