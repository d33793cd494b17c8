//! Where a second request begins. May import: `token`, `words`, `found`, `meaning`, `clause`.

use super::super::found::Finding;
use super::super::meaning::{Intent, Span};
use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::says_when;

/// Where a second request begins: another verb at the start of a clause, with a time before it and one after it, or one that
/// books after one that cancels, or the other way round.
pub(in crate::language) fn second_request(text: &Tokens, findings: &[Finding]) -> Option<Span> {
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
        .map(|at| (text.word(at), text.span(at, at + 1)))
        .find(|(word, verb)| {
            let after = findings
                .iter()
                .filter(is_when)
                .any(|finding| finding.span.start > verb.start);
            let before = findings
                .iter()
                .filter(is_when)
                .any(|finding| finding.span.end <= verb.start);
            before && after || is_contrary(text.word(first), *word)
        })
        .map(|(_, verb)| verb)
}

/// "book dinner and cancel lunch": no one deed does both.
fn is_contrary(one: Word, other: Word) -> bool {
    let books = |word| matches!(word, Word::Verb(Intent::Book));
    let cancels = |word| matches!(word, Word::Verb(Intent::Cancel));
    books(one) && cancels(other) || cancels(one) && books(other)
}

/// The verb that opens the message, politeness and a name called aside.
fn first_word(text: &Tokens) -> Option<usize> {
    let mut words = (0..text.len()).filter(|&at| match text.kind(at) {
        Some(Kind::Word(word)) => {
            let helps = text.low(at) == "help" && text.low(at + 1) == "me";
            !helps && !matches!(word, Word::Filler | Word::To | Word::And | Word::Greeting)
        }
        Some(Kind::Mark(_)) => false,
        _ => true,
    });
    let first = words.next()?;
    let filler_past = (first + 1..text.len()).find(|&at| text.word(at) != Word::Filler);
    let verb_next = filler_past.is_some_and(|at| matches!(text.word(at), Word::Verb(_)));
    let called = text.word(first) == Word::Unknown && (text.is_mark(first + 1, ',') || verb_next);
    let first = if called { words.next()? } else { first };
    matches!(text.word(first), Word::Verb(_) | Word::Helper).then_some(first)
}

fn starts_clause(text: &Tokens, at: usize) -> bool {
    let before = (0..at).rev().find(|&at| !matches!(text.word(at), Word::Filler));
    before.is_none_or(|before| {
        text.word(before) == Word::And
            || text.low(before) == "then"
            || matches!(text.kind(before), Some(Kind::Mark('\n' | '.' | ';' | ',' | '!')))
    })
}
