//! Fixed words: what means the same wherever the conversation stands.

use crate::domain::choice::Deed;
use crate::zone::Zone;

/// A word that means the same wherever the conversation stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Help,
    Connect,
    Disconnect,
    Privacy,
    Timezone(Option<String>),
    Deed(Deed),
}

impl Word {
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(['.', '!', '?']);
        if let Some(zone) = zone_named(text) {
            return Some(Self::Timezone(Some(zone.to_owned())));
        }
        let lower = text.to_lowercase();
        Some(match lower.as_str() {
            "help" => Self::Help,
            "connect" | "new link" => Self::Connect,
            "disconnect" => Self::Disconnect,
            "privacy" => Self::Privacy,
            "timezone" | "time zone" => Self::Timezone(None),
            "undo" => Self::Deed(Deed::Undo),
            "remove anyway" => Self::Deed(Deed::UndoAnyway),
            "keep it" => Self::Deed(Deed::Keep),
            "book again" => Self::Deed(Deed::BookAgain),
            "change zone" => Self::Deed(Deed::ChangeZone),
            "move it" => Self::Deed(Deed::Move),
            _ => return None,
        })
    }
}

/// The zone in "timezone Berlin", "timezone: Berlin", "set my time zone to Berlin"; as it was written, since it may have to be
/// quoted.
fn zone_named(text: &str) -> Option<&str> {
    // "use Berlin time" sets it, where there is such a zone.
    if let Some(zone) = after(text, "use ").map(|zone| zone.strip_suffix(" time").unwrap_or(zone).trim()) {
        return Zone::find(zone).map(|_| zone);
    }
    let rest = ["set ", "change ", "switch "]
        .iter()
        .find_map(|verb| after(text, verb))
        .unwrap_or(text);
    let rest = ["my ", "the "]
        .iter()
        .find_map(|whose| after(rest, whose))
        .unwrap_or(rest);
    let rest = ["timezone", "time zone"].iter().find_map(|word| after(rest, word))?;
    let joined = [":", " to ", " is ", " "].iter().find_map(|joint| after(rest, joint))?;
    Some(joined.trim()).filter(|zone| !zone.is_empty())
}

/// What follows `start`, however that is written.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}
