//! Verbs of several words, whose first word alone means something else: "back out of the dinner", "write down that …".
//! May import: `token`, `sense`.

use super::super::token::Tokens;
use super::sense::Sense;

/// What the particle behind a verb makes of it.
const PHRASAL: &[(&str, &[&str], Sense)] = &[
    ("get", &["rid"], Sense::REMOVE),
    ("do", &["away"], Sense::REMOVE),
    ("free", &["up"], Sense::REMOVE),
    ("call", &["off"], Sense::CANCEL),
    ("back", &["out"], Sense::CANCEL),
    ("pull", &["out"], Sense::CANCEL),
    ("drop", &["out"], Sense::CANCEL),
    ("opt", &["out"], Sense::CANCEL),
    ("duck", &["out"], Sense::CANCEL),
    ("bail", &["on", "out"], Sense::CANCEL),
    ("blow", &["off"], Sense::CANCEL),
    ("never", &["mind"], Sense::CANCEL),
    ("put", &["off", "back"], Sense::CHANGE),
    ("bring", &["forward"], Sense::CHANGE),
    ("pull", &["forward", "in"], Sense::CHANGE),
    ("cut", &["short", "down", "back"], Sense::CHANGE),
    ("pull", &["up"], Sense::LOOK),
    ("bring", &["up"], Sense::LOOK),
    ("look", &["up"], Sense::LOOK),
    ("find", &["out"], Sense::LOOK),
    ("check", &["out"], Sense::LOOK),
    ("read", &["out", "off", "through", "over"], Sense::LOOK),
    ("go", &["over", "through"], Sense::LOOK),
    ("run", &["through", "over", "down"], Sense::LOOK),
    ("talk", &["through"], Sense::LOOK),
    ("walk", &["through"], Sense::LOOK),
    ("take", &["through"], Sense::LOOK),
    ("step", &["through"], Sense::LOOK),
    ("write", &["down", "in"], Sense::MAKE),
    ("jot", &["down"], Sense::MAKE),
    ("take", &["down"], Sense::MAKE),
    ("lock", &["in"], Sense::MAKE),
    ("line", &["up"], Sense::MAKE),
    ("carve", &["out"], Sense::MAKE),
    ("sign", &["up"], Sense::MAKE),
    ("turn", &["down"], Sense::ANSWER),
    ("say", &["yes", "no", "maybe"], Sense::ANSWER),
];

/// The group of the verb of several words that begins at that place, and where it ends. Somebody may stand inside ("walk me through").
pub(super) fn phrasal(text: &Tokens, at: usize) -> Option<(Sense, usize)> {
    let particle = at + 1 + usize::from(matches!(text.low(at + 1), "me" | "us"));
    let found = PHRASAL
        .iter()
        .find(|(verb, particles, _)| *verb == text.low(at) && particles.contains(&text.low(particle)))?;
    Some((found.2, particle + 1))
}
