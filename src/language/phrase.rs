//! Taking set phrases off the ends of a message. May import: std, `token`.

use std::ops::Range;

use super::token::{Kind, Tokens};

/// A message of which less and less is left.
pub(super) struct Rest<'t, 'a> {
    pub text: &'t Tokens<'a>,
    pub range: Range<usize>,
}

impl<'t, 'a> Rest<'t, 'a> {
    pub fn of(text: &'t Tokens<'a>) -> Self {
        let range = 0..text.len();
        Self { text, range }
    }

    /// Part of it.
    pub fn part(&self, range: Range<usize>) -> Self {
        Self { text: self.text, range }
    }

    /// What is left, as it was written.
    pub fn words(&self) -> &'a str {
        &self.text.text[self.text.span(self.range.start, self.range.end)]
    }

    /// Takes one of `phrases` off the front.
    pub fn opens(&mut self, phrases: &[&str]) -> bool {
        let opener = phrases.iter().find_map(|phrase| self.stands(phrase, self.range.start));
        opener.inspect(|next| self.range.start = *next).is_some()
    }

    /// Takes one of `phrases` off the end.
    pub fn closes(&mut self, phrases: &[&str]) -> bool {
        let closer = phrases.iter().find_map(|phrase| {
            let start = self.range.end.checked_sub(phrase.split(' ').count())?;
            let stands = start >= self.range.start && self.stands(phrase, start) == Some(self.range.end);
            stands.then_some(start)
        });
        closer.inspect(|start| self.range.end = *start).is_some()
    }

    /// Takes marks off both ends.
    pub fn bare(&mut self) {
        let is_mark = |at: usize| {
            matches!(
                self.text.kind(at),
                Some(Kind::Mark(',' | '.' | '!' | '?' | '-' | ':' | ';' | '…'))
            )
        };
        while !self.range.is_empty() && is_mark(self.range.start) {
            self.range.start += 1;
        }
        while !self.range.is_empty() && is_mark(self.range.end - 1) {
            self.range.end -= 1;
        }
    }

    /// The token after `phrase`, where it stands at that place.
    pub fn stands(&self, phrase: &str, at: usize) -> Option<usize> {
        let mut next = at;
        for word in phrase.split(' ') {
            if next >= self.range.end || !is_word(self.text.low(next), word) {
                return None;
            }
            next += 1;
        }
        Some(next)
    }
}

/// Apostrophes are written in two ways, and left out in a third.
fn is_word(low: &str, word: &str) -> bool {
    low == word || word.contains('\'') && (low.replace('’', "'") == word || low == word.replace('\'', ""))
}
