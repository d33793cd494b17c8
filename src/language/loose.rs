//! Numbers and clocks that nothing has taken, beside a time of day: "at 3 and 4", "3pm/4pm", "5/6/7 5pm". They are no title: each may be
//! meant, and so it is asked. May import: `found`, `range`, `token`, `words`.

use super::found::{Finding, Found};
use super::range;
use super::token::{Kind, Tokens};
use super::words::Word;

/// Adds what is left over, as another time of day where it can be one.
pub(super) fn loose(text: &Tokens, findings: &mut Vec<Finding>, taken: &mut [bool]) {
    let is_time = |finding: &Finding| matches!(finding.found, Found::Clock(_) | Found::Range(..));
    if !findings.iter().any(is_time) {
        return;
    }
    let mut at = 0;
    while at < text.len() {
        let to = (at..text.len()).find(|&to| taken[to]).unwrap_or(text.len());
        if let Some((from, to)) = numbers(text, at, to) {
            taken[from..to].fill(true);
            at = to + 1;
            // "reserve 8pm for 12": so many people
            if text.word_before(from) == Word::For && to == from + 1 {
                continue;
            }
            let is_year = matches!(text.number(from), Some((1900..=2100, 4)));
            let time = range::time(text, from, true).filter(|(_, next)| *next == to && !is_year);
            let found = match time {
                Some((Found::Clock(clock), _)) if clock.hour <= 24 => Found::Clock(clock),
                Some((found @ Found::Range(..), _)) => found,
                _ => Found::Loose,
            };
            let span = text.span(from, to);
            findings.push(Finding { span, found });
        } else {
            at = to + 1;
        }
    }
}

/// Where the free words between two tokens are nothing but numbers, without the words around them that say nothing.
fn numbers(text: &Tokens, from: usize, to: usize) -> Option<(usize, usize)> {
    let is_number = |at: usize| text.number(at).is_some();
    let first = (from..to).find(|&at| is_number(at))?;
    let last = (first..to).rev().find(|&at| is_number(at))?;
    let end = last + 1 + usize::from(last + 1 < to && matches!(text.word(last + 1), Word::Half(_)));
    let is_idle = |at: usize| match text.kind(at) {
        Some(Kind::Word(word)) => matches!(
            word,
            Word::And
                | Word::Or
                | Word::At
                | Word::Filler
                | Word::Greeting
                | Word::From
                | Word::To
                | Word::For
                | Word::Verb(_)
        ),
        Some(Kind::Mark(mark)) => !matches!(mark, '#' | '$' | '€' | '£' | '%' | '+' | '\n'),
        _ => false,
    };
    let inside = |at: usize| {
        is_number(at)
            || matches!(text.word(at), Word::To | Word::Or | Word::And | Word::Half(_))
            || matches!(text.kind(at), Some(Kind::Mark(':' | '.' | '-' | '/' | '~' | ',')))
    };
    let alone = (from..first).chain(end..to).all(is_idle) && (first..end).all(inside);
    (alone && !is_pair(text, first, end)).then_some((first, end))
}

/// "1:1", "1-1": two people meet.
fn is_pair(text: &Tokens, from: usize, to: usize) -> bool {
    to == from + 3 && text.number(from) == Some((1, 1)) && text.number(from + 2) == Some((1, 1))
}
