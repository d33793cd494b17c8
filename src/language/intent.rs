//! What the person wants. The first word of a sentence that means something decides; a question never books.
//! May import: std, `token`, `words`, `meaning`, `found`.

use std::ops::Range;

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
    let when = When::of(findings);
    sentences(text)
        .find_map(|sentence| of_sentence(text, sentence, when))
        .unwrap_or_else(|| without_verb(text, when))
}

/// How much a message says about when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum When {
    Never,
    /// "now" alone: people say it for everything.
    Now,
    Day,
    Clock,
}

impl When {
    fn of(findings: &[Finding]) -> Self {
        let of_one = |finding: &Finding| match finding.found {
            Found::Clock(_) | Found::Range(..) | Found::Until(_) | Found::Before(_) => Self::Clock,
            Found::After(minutes) if minutes != 0 => Self::Clock,
            Found::Within(_) | Found::Shift(_) => Self::Clock,
            Found::Day(_) | Found::Stretch(_) | Found::Part(_) | Found::Repeat(_) => Self::Day,
            Found::After(_) => Self::Now,
            _ => Self::Never,
        };
        let stronger = |a, b| if b > a { b } else { a };
        let when = findings.iter().map(of_one).fold(Self::Never, stronger);
        let says_length = findings.iter().any(|finding| matches!(finding.found, Found::Length(_)));
        // "now for 30 minutes"
        if when == Self::Now && says_length {
            Self::Clock
        } else {
            when
        }
    }

    fn is_said(self) -> bool {
        self >= Self::Day
    }
}

/// The token ranges of the sentences.
fn sentences(text: &Tokens) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let ends = |&at: &usize| match text.kind(at) {
            Some(Kind::Mark('.')) => !text.is_glued(at + 1),
            Some(Kind::Mark('!' | '?' | '\n' | ';')) => true,
            // "I'm ill, please cancel …"
            Some(Kind::Mark(',')) => matches!(text.word(past_filler(text, at + 1)), Word::Verb(_)),
            _ => false,
        };
        let start = from;
        let end = (start..text.len()).find(ends).unwrap_or(text.len());
        from = end + 1;
        (start < text.len()).then_some(start..end)
    })
}

/// What a sentence wants, if its first word that means something tells.
fn of_sentence(text: &Tokens, sentence: Range<usize>, when: When) -> Option<Intent> {
    let first = first_word(text, sentence.clone())?;
    let asks = matches!(text.low(sentence.start), "have" | "has") && is_pronoun(text, sentence.start + 1);
    match text.word(first) {
        _ if asks => Some(question(text, when)),
        Word::Verb(intent) => imperative(text, first, intent, when),
        Word::Invite => Some(Intent::Book),
        Word::Question => Some(question(text, when)),
        // "I would like" asks for nothing yet; "would you" does.
        Word::Helper if is_pronoun(text, first.wrapping_sub(1)) => of_sentence(text, first + 1..sentence.end, when),
        Word::Helper => Some(helped(text, first..sentence.end, when)),
        Word::Half(_) => Some(question(text, when)),
        _ => None,
    }
}

/// Nothing but a time and what happens then: "lunch friday 12:30" books, "today I got a prize" does not.
fn without_verb(text: &Tokens, when: When) -> Intent {
    let words = || (0..text.len()).map(|at| text.word(at));
    let first = words().find(|word| !matches!(word, Word::Filler | Word::None));
    if first == Some(Word::Greeting) || is_foreign(text) {
        return Intent::Other;
    }
    let asks = text.list.last().is_some_and(|last| last.kind == Kind::Mark('?'));
    if asks {
        return question(text, when);
    }
    let says = |wanted: &[&str]| (0..text.len()).any(|at| wanted.contains(&text.low(at)));
    let wants = says(&["want", "need", "like", "wanna", "i'd"])
        && (0..text.len()).any(|at| text.word(at) == Word::Thing && text.low(at) != "something");
    let lists = says(&["meetings", "events", "appointments"])
        || when < When::Clock && words().any(|word| word == Word::Calendar);
    let tells = says(&["i", "we", "he", "she", "they"]) || words().any(|word| word == Word::Helper);
    let short = words().filter(|word| *word == Word::Unknown).count() <= SHORT;
    match when {
        _ if lists && !wants => Intent::Query,
        When::Clock => Intent::Book,
        When::Day if !tells && short => Intent::Book,
        _ if wants => Intent::Book,
        _ => Intent::Other,
    }
}

/// So many words of a message without a verb can still be a title.
const SHORT: usize = 5;

/// Speaks of what other bots do: alarms, music, the weather.
fn is_foreign(text: &Tokens) -> bool {
    (0..text.len()).any(|at| text.word(at) == Word::Foreign)
}

fn past_filler(text: &Tokens, at: usize) -> usize {
    (at..text.len())
        .find(|&at| text.word(at) != Word::Filler)
        .unwrap_or(text.len())
}

fn is_pronoun(text: &Tokens, at: usize) -> bool {
    matches!(text.low(at), "i" | "we" | "it" | "that" | "you" | "they" | "he" | "she")
}

/// The message says a day, a time of day or a moment.
pub(super) fn says_when(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| {
        matches!(
            finding.found,
            Found::Day(_)
                | Found::Stretch(_)
                | Found::Clock(_)
                | Found::Range(..)
                | Found::Until(_)
                | Found::After(_)
                | Found::Within(_)
                | Found::Before(_)
                | Found::Part(_)
                | Found::Repeat(_)
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

/// The first word that is more than politeness or a name called.
fn first_word(text: &Tokens, sentence: Range<usize>) -> Option<usize> {
    let mut words = sentence.filter(|&at| match text.kind(at) {
        Some(Kind::Word(word)) => {
            let helps = text.low(at) == "help" && text.low(at + 1) == "me";
            !helps && !matches!(word, Word::Filler | Word::To | Word::And | Word::Greeting)
        }
        Some(Kind::Mark(_)) => false,
        _ => true,
    });
    let first = words.next()?;
    let called = text.word(first) == Word::Unknown
        && (text.is_mark(first + 1, ',') || matches!(text.word(past_filler(text, first + 1)), Word::Verb(_)));
    if called { words.next() } else { Some(first) }
}

/// "book …", "cancel …", "show …".
fn imperative(text: &Tokens, at: usize, intent: Intent, when: When) -> Option<Intent> {
    let (verb, next) = (text.low(at), text.low(at + 1));
    match (verb, next) {
        ("book" | "schedule", _) => return Some(Intent::Book),
        // "see you tomorrow"
        ("see", "you") => return Some(Intent::Other),
        ("make" | "set", "it" | "that") => return Some(Intent::Reschedule),
        _ if is_foreign(text) => return Some(Intent::Other),
        _ => {}
    }
    let instead = (at..text.len()).any(|at| text.low(at) == "instead");
    let can_mean = when.is_said() || names_event(text, at + 1) || next == "it";
    Some(match intent {
        Intent::Cancel => Intent::Cancel,
        Intent::Book if instead => Intent::Reschedule,
        _ if can_mean => intent,
        _ => Intent::Other,
    })
}

/// Speaks of what stands in calendars.
fn names_event(text: &Tokens, from: usize) -> bool {
    (from..text.len()).any(|at| {
        matches!(text.word(at), Word::Thing | Word::Calendar | Word::Meal(_))
            || matches!(
                text.low(at),
                "free" | "busy" | "available" | "schedule" | "scheduled" | "booked" | "planned" | "booking"
            )
    })
}

/// "what …", "when …", "anything …".
fn question(text: &Tokens, when: When) -> Intent {
    if !is_foreign(text) && (when.is_said() || names_event(text, 0)) {
        Intent::Query
    } else {
        Intent::Other
    }
}

/// "can you book …" asks for a booking, "am I free …" for an answer, "don't …" for nothing.
fn helped(text: &Tokens, sentence: Range<usize>, when: When) -> Intent {
    let at = sentence.start;
    let helper = text.low(at);
    if helper.ends_with("n't") || text.low(at + 1) == "not" {
        return Intent::Other;
    }
    let asks_for = matches!(helper, "can" | "could" | "would" | "will" | "should" | "shall");
    let verb = first_word(text, at + 1..sentence.end).filter(|_| asks_for);
    match verb.map(|verb| (verb, text.word(verb))) {
        Some((verb, Word::Verb(intent))) => imperative(text, verb, intent, when).unwrap_or(Intent::Other),
        _ => question(text, when),
    }
}

/// Where a second request begins: another verb at the start of a clause, with a time before it and one after it.
pub(super) fn second_request(text: &Tokens, findings: &[Finding]) -> Option<Span> {
    let first =
        first_word(text, 0..text.len()).filter(|&first| matches!(text.word(first), Word::Verb(_) | Word::Helper))?;
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
