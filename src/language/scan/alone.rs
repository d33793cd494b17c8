//! What a message says that holds nothing else. May import: what `scan` may.

use super::Scan;
use crate::language::found::Found;
use crate::language::token::{Kind, Tokens};
use crate::language::words::Word;
use crate::language::zones;

impl Scan {
    /// A number, a half of the day or a zone that is all there is.
    pub(super) fn alone(&mut self, text: &Tokens) {
        let says = |at: &usize| {
            let idle = matches!(
                text.word(*at),
                Word::Filler | Word::The | Word::In | Word::At | Word::For | Word::To
            );
            !idle && !matches!(text.kind(*at), Some(Kind::Mark(_)))
        };
        let first = (0..text.len()).find(says);
        let (Some(from), true) = (first, self.findings.is_empty()) else {
            return;
        };
        let to = (from..text.len()).rev().find(says).map_or(from, |last| last + 1);
        let found = match (text.kind(from), text.word(from)) {
            _ if to > from + 1 => zones::alone(text, from, to),
            (Some(Kind::Number { value, .. }), _) | (_, Word::Cardinal(value)) => Some(Found::Number(value)),
            (_, Word::Half(half)) => Some(Found::Half(half)),
            // "New York": the first word means nothing elsewhere.
            _ => zones::alone(text, from, to).or_else(|| zones::alone(text, from.checked_sub(1)?, to)),
        };
        if let Some(found) = found {
            self.take(text, from, to, found);
        }
    }
}
