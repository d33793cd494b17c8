//! What the person wants. The first word that means something decides; a question never books. May import: `token`, `words`, `meaning`, `found`.

use super::found::{Finding, Found};
use super::meaning::{Intent, Span};
use super::token::{Kind, Tokens};
use super::words::Word;

/// Words that, alone or with little around them, ask for something about ChatCal itself.
const COMMANDS: &[(&str, Intent)] = &[
    ("help", Intent::Help),
    ("connect", Intent::Connect),
    ("disconnect", Intent::Disconnect),
    ("timezone", Intent::Timezone),
    ("privacy", Intent::Privacy),
];

pub(super) fn intent(text: &Tokens, findings: &[Finding]) -> Intent {
    if let Some(command) = command(text, findings) {
        return command;
    }
    let says_when = says_when(findings);
    let Some(first) = first_word(text) else {
        return Intent::Other;
    };
    let asks = text
        .list
        .iter()
        .rev()
        .find(|token| !matches!(token.kind, Kind::Sealed))
        .is_some_and(|last| last.kind == Kind::Mark('?'));
    match text.word(first) {
        Word::Verb(intent) => imperative(text, first, intent, says_when),
        Word::Invite => Intent::Book,
        Word::Question => question(text, says_when),
        Word::Helper | Word::Half(_) => helped(text, first, says_when),
        Word::Greeting => Intent::Other,
        _ if says_when && asks => Intent::Query,
        _ if says_when => Intent::Book,
        _ => Intent::Other,
    }
}

/// The message says a day, a time of day or a moment.
pub(super) fn says_when(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| {
        matches!(
            finding.found,
            Found::Day(_)
                | Found::Clock(_)
                | Found::Range(..)
                | Found::Until(_)
                | Found::After(_)
                | Found::Part(_)
                | Found::Repeat
        )
    })
}

/// "help", "connect 482913", "timezone Europe/Berlin".
fn command(text: &Tokens, findings: &[Finding]) -> Option<Intent> {
    let first = (0..text.len()).find(|&at| matches!(text.kind(at), Some(Kind::Word(word)) if word != Word::Filler))?;
    let (low, next) = match (text.low(first), text.low(first + 1)) {
        ("time", "zone") => ("timezone", first + 2),
        (low, _) => (low, first + 1),
    };
    let command = COMMANDS.iter().find(|(word, _)| *word == low)?.1;
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

/// The first word that is more than politeness.
fn first_word(text: &Tokens) -> Option<usize> {
    (0..text.len()).find(|&at| match text.kind(at) {
        Some(Kind::Word(word)) => !matches!(word, Word::Filler | Word::To | Word::And),
        Some(Kind::Mark(_)) => false,
        _ => true,
    })
}

/// "book …", "cancel …", "show …".
fn imperative(text: &Tokens, at: usize, intent: Intent, says_when: bool) -> Intent {
    if intent != Intent::Book || matches!(text.low(at), "book" | "schedule") || says_when {
        return intent;
    }
    // "make", "set" and their like book only what can be booked.
    let names_event =
        (at + 1..text.len()).any(|at| matches!(text.word(at), Word::Thing | Word::Calendar | Word::Meal(_)));
    if names_event { Intent::Book } else { Intent::Other }
}

/// "what …", "when …", "anything …".
fn question(text: &Tokens, says_when: bool) -> Intent {
    let about_calendar = (0..text.len()).any(|at| {
        matches!(text.word(at), Word::Thing | Word::Calendar) || matches!(text.low(at), "free" | "busy" | "available")
    });
    if says_when || about_calendar {
        Intent::Query
    } else {
        Intent::Other
    }
}

/// "can you book …" asks for a booking, "am I free …" for an answer, "don't …" for nothing.
fn helped(text: &Tokens, at: usize, says_when: bool) -> Intent {
    let helper = text.low(at);
    if helper.ends_with("n't") || text.low(at + 1) == "not" {
        return Intent::Other;
    }
    if matches!(helper, "can" | "could" | "would" | "will" | "should" | "shall") {
        let verb = (at + 1..text.len().min(at + 6))
            .find(|&at| !matches!(text.word(at), Word::Filler | Word::To) && text.low(at) != "possible");
        if let Some(Word::Verb(intent)) = verb.map(|verb| text.word(verb)) {
            return imperative(text, verb.unwrap_or(at), intent, says_when);
        }
    }
    question(text, says_when)
}

/// Where a second request begins: another verb at the start of a clause, with a time before it and one after it.
pub(super) fn second_request(text: &Tokens, findings: &[Finding]) -> Option<Span> {
    let first = first_word(text)?;
    let is_when = |finding: &&Finding| says_when(std::slice::from_ref(finding));
    (first + 1..text.len())
        .filter(|&at| {
            matches!(
                text.word(at),
                Word::Verb(Intent::Book | Intent::Cancel | Intent::Reschedule)
            )
        })
        .filter(|&at| starts_clause(text, at) && !matches!(text.low(at + 1), "it" | "that" | "this"))
        .map(|at| text.span(at, at + 1))
        .find(|verb| {
            let after = findings
                .iter()
                .filter(is_when)
                .any(|finding| finding.span.start > verb.start);
            let before = findings
                .iter()
                .filter(is_when)
                .any(|finding| finding.span.end <= verb.start);
            before && after
        })
}

fn starts_clause(text: &Tokens, at: usize) -> bool {
    let before = (0..at).rev().find(|&at| !matches!(text.word(at), Word::Filler));
    before.is_none_or(|before| {
        text.word(before) == Word::And
            || text.low(before) == "then"
            || matches!(text.kind(before), Some(Kind::Mark('\n' | '.' | ';' | ',' | '!')))
    })
}
