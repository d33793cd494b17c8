//! "asap", "as soon as possible", "the earliest slot": how soon, and no time by itself. May import: std, `token`, `found`.

use super::found::Found;
use super::token::Tokens;

/// The words for "as soon as possible" that start at token `at`, and the token after them.
pub(super) fn earliest(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let next = match text.low(at) {
        "asap" => at + 1,
        "as" => as_soon(text, at)?,
        "earliest" | "soonest" | "first" => earliest_of(text, at)?,
        _ => return None,
    };
    Some((Found::Earliest, next))
}

/// "as soon as possible", "as early as you can"
fn as_soon(text: &Tokens, at: usize) -> Option<usize> {
    let says = matches!(text.low(at + 1), "soon" | "early" | "quickly") && text.low(at + 2) == "as";
    let next = match text.low(at + 3) {
        "possible" => at + 4,
        "you" | "we" | "i" if matches!(text.low(at + 4), "can" | "could") => at + 5,
        _ => return None,
    };
    says.then_some(next)
}

/// "earliest possible", "first available slot", "your earliest convenience"; a first meeting is one of several.
fn earliest_of(text: &Tokens, at: usize) -> Option<usize> {
    let says = |at| matches!(text.low(at), "possible" | "available" | "convenience");
    let free = at + 1 + usize::from(says(at + 1));
    let named = matches!(text.low(free), "slot" | "time" | "opening" | "date");
    // "the earliest" by itself; "3 at the earliest" is another thing.
    let lone = at <= 1 && free >= text.len();
    (free > at + 1 || text.low(at) != "first" && (named || lone)).then_some(free + usize::from(named))
}
