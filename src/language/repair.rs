//! What somebody takes back while writing: "Tuesday, I mean Thursday". May import: std, `found`, `reading`, `token`, `words`.

use super::found::{Finding, Found};
use super::reading::replaces;
use super::token::Tokens;

/// Leaves of what was said twice what was said last, behind "I mean".
pub(super) fn repair(text: &Tokens, findings: &mut Vec<Finding>) {
    let takes_back = |at: &usize| {
        matches!(text.low(*at), "mean" | "meant") && matches!(text.low(at.wrapping_sub(1)), "i")
            || text.low(*at) == "wait" && matches!(text.low(at.wrapping_sub(1)), "no")
    };
    let Some(at) = (1..text.len()).find(takes_back) else {
        return;
    };
    let from = text.span(at, at + 1).start;
    let (old, new): (Vec<_>, Vec<_>) = findings.drain(..).partition(|finding| finding.span.start < from);
    let says_when = |found: &Found| {
        matches!(
            found,
            Found::Day(_) | Found::Clock(_) | Found::Range(..) | Found::Stretch(_)
        )
    };
    let void = |old: &Finding| {
        let mut new = new.iter().filter(|new| says_when(&new.found));
        says_when(&old.found) && new.any(|new| replaces(&new.found, &old.found))
    };
    findings.extend(old.into_iter().filter(|old| !void(old)));
    findings.extend(new);
}
