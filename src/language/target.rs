//! Where something is moved to: of "from Monday 3pm to Tuesday 4pm" the second. May import: std, `found`, `token`, `words`.

use super::found::{Finding, Found, Stretch};
use super::token::Tokens;

/// Leaves of what a move goes "from … to …" only where it goes.
pub(super) fn keep_target(text: &Tokens, findings: &mut Vec<Finding>) {
    let moves = |at: &usize| {
        matches!(
            text.low(*at),
            "move"
                | "moved"
                | "change"
                | "changed"
                | "shift"
                | "push"
                | "switch"
                | "reschedule"
                | "postpone"
                | "bring"
                | "delay"
                | "swap"
                | "bump"
        )
    };
    let Some(verb) = (0..text.len()).find(moves) else {
        return;
    };
    let Some(from) = (verb..text.len()).find(|&at| text.low(at) == "from") else {
        return keep_goal(text, verb, findings);
    };
    let from = text.span(from, from + 1).start;
    let is_target = |finding: &Finding| matches!(finding.found, Found::Through(Stretch::Day(_)) | Found::Range(..));
    let Some(target) = findings
        .iter()
        .position(|finding| finding.span.start >= from && is_target(finding))
    else {
        return;
    };
    let start = findings[target].span.start;
    match findings[target].found.clone() {
        Found::Range(_, end) => findings[target].found = Found::Clock(end),
        Found::Through(Stretch::Day(day)) => {
            findings[target].found = Found::Day(*day);
            findings.retain(|finding| {
                let left = (from..start).contains(&finding.span.start);
                !(left && matches!(finding.found, Found::Day(_) | Found::Clock(_) | Found::Part(..)))
            });
        }
        _ => {}
    }
}

/// "move my 3pm to 4pm": the first names what is moved.
fn keep_goal(text: &Tokens, verb: usize, findings: &mut [Finding]) {
    let after = text.span(verb, verb + 1).end;
    for finding in findings.iter_mut().filter(|finding| finding.span.start > after) {
        let Found::Range(_, end) = finding.found else { continue };
        let before = text.lower[..finding.span.start].trim_end();
        let owned = [" my", " the", " our", " that", " this", " a"]
            .iter()
            .any(|word| before.ends_with(word));
        if owned && text.lower[finding.span.clone()].contains(" to ") {
            finding.found = Found::Clock(end);
        }
    }
}
