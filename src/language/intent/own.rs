//! ChatCal's own words: "help", "connect 482913", "timezone Europe/Berlin". May import: `token`, `words`, `meaning`, `found`.

use super::super::found::Finding;
use super::super::meaning::Intent;
use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::says_when;

/// Words that, alone or with little around them, ask for something about ChatCal itself.
const WORDS: &[(&str, Intent)] = &[
    ("help", Intent::Help),
    ("connect", Intent::Connect),
    ("disconnect", Intent::Disconnect),
    ("timezone", Intent::Timezone),
    ("privacy", Intent::Privacy),
];

pub(super) fn own(text: &Tokens, findings: &[Finding]) -> Option<Intent> {
    let first = (0..text.len()).find(|&at| matches!(text.kind(at), Some(Kind::Word(word)) if word != Word::Filler))?;
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
