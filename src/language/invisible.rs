//! Characters that nobody sees, and the text without them. May import: std.

use std::borrow::Cow;

/// Characters that nobody sees: zero-width and direction marks, controls.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control() || is_zero_width(c)
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// The text as people see it: a "tomorrow" that hides a zero-width character is read as the "tomorrow" that it looks like. Between
/// other letters such a character may part words, and stays.
pub(super) fn as_seen(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_zero_width) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len());
    let mut hidden = String::new();
    for c in text.chars() {
        if is_zero_width(c) {
            hidden.push(c);
            continue;
        }
        let inside_word = c.is_ascii_alphanumeric() && seen.ends_with(|before: char| before.is_ascii_alphanumeric());
        if !inside_word {
            seen.push_str(&hidden);
        }
        hidden.clear();
        seen.push(c);
    }
    Cow::Owned(seen)
}
