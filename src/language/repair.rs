//! What somebody takes back while writing: "Tuesday, I mean Thursday", "at 3, no, 4". May import: std, `found`, `reading`, `token`, `words`.

use super::found::{Finding, Found};
use super::reading::replaces;
use super::token::{Kind, Tokens};
use super::words::Word;

/// So many words and marks take something back at most.
const LONGEST: usize = 8;

/// Past the "no, wait," at token `at`, behind what it takes back.
pub(super) fn takes_back(text: &Tokens, at: usize) -> Option<usize> {
    let (mut next, mut sure) = (at, false);
    while next < at + LONGEST {
        next += match (text.low(next), text.low(next + 1)) {
            ("make" | "scratch" | "change", "it" | "that") | ("i", "mean" | "meant") => {
                sure = true;
                2
            }
            ("no" | "nope" | "wait" | "actually" | "sorry" | "oops" | "correction" | "rather", _) => {
                sure = true;
                1
            }
            ("or" | "better" | "oh" | "um" | "uh" | "hmm" | "let's" | "say" | "but" | "to" | "ah", _) => 1,
            _ if matches!(
                text.kind(next),
                Some(Kind::Mark(',' | '.' | '-' | ';' | '…' | '!' | ':'))
            ) =>
            {
                1
            }
            _ => break,
        };
    }
    sure.then_some(next)
}

/// A bare number that takes another's place counts nothing.
pub(super) fn ends(text: &Tokens, at: usize) -> bool {
    !matches!(
        text.word(at),
        Word::Unknown | Word::Thing | Word::Unit(_) | Word::Meal(_) | Word::Month(_) | Word::OrdinalEnd
    )
}

/// Leaves of what was said before the findings from `from` on what they do not take the place of.
pub(super) fn replace(findings: &mut Vec<Finding>, from: usize) {
    let new = findings.split_off(from);
    let void = |old: &Finding| {
        let mut new = new.iter().filter(|new| says_when(&new.found));
        says_when(&old.found) && new.any(|new| replaces(&new.found, &old.found))
    };
    findings.retain(|old| !void(old));
    findings.extend(new);
}

fn says_when(found: &Found) -> bool {
    matches!(
        found,
        Found::Day(_) | Found::Clock(_) | Found::Range(..) | Found::Stretch(_)
    )
}

/// Leaves of what was said twice what was said last, behind "I mean".
pub(super) fn repair(text: &Tokens, findings: &mut Vec<Finding>) {
    let takes_back = |at: &usize| {
        matches!(text.low(*at), "mean" | "meant") && matches!(text.low(at.wrapping_sub(1)), "i")
            || text.low(*at) == "wait" && matches!(text.low(at.wrapping_sub(1)), "no")
    };
    if let Some(at) = (1..text.len()).find(takes_back) {
        let start = text.span(at, at + 1).start;
        let from = findings.partition_point(|finding| finding.span.start < start);
        replace(findings, from);
    }
}
