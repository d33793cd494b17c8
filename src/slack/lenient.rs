//! JSON as Slack sends it: read strictly, but for half surrogate pairs in people's words.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// Reads `text`; a `\uD83D` without its other half becomes U+FFFD instead of an error, since it stands in the middle of what a
/// person wrote and would cost them the whole message.
///
/// # Errors
/// When `text` is not JSON of that shape, or is nested too deeply.
pub(super) fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(text).or_else(|error| match mend(text) {
        Cow::Owned(mended) => serde_json::from_slice(&mended),
        Cow::Borrowed(_) => Err(error),
    })
}

/// Replaces the escapes of lone surrogates.
fn mend(text: &[u8]) -> Cow<'_, [u8]> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while at + 1 < text.len() {
        at += match (text[at], unit(text, at)) {
            (b'\\', Some(0xD800..=0xDBFF)) if matches!(unit(text, at + 6), Some(0xDC00..=0xDFFF)) => 12,
            (b'\\', Some(0xD800..=0xDFFF)) => {
                mended.get_or_insert_with(|| text.to_vec())[at + 2..at + 6].copy_from_slice(b"fffd");
                6
            }
            // Any other escape is two bytes at least: its second byte must not be taken for the start of one.
            (b'\\', _) => 2,
            _ => 1,
        };
    }
    mended.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The code unit that `\uXXXX` at `at` stands for.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let escape = text.get(at..at + 6)?;
    let digits = std::str::from_utf8(escape.strip_prefix(b"\\u")?).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_and_pairs_kept() {
        for (json, meant) in [
            (r#""a\ud83db""#, "a\u{FFFD}b"),
            (r#""\udc00\ud83d\ude00\ud83d""#, "\u{FFFD}😀\u{FFFD}"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""plain""#, "plain"),
        ] {
            assert_eq!(read::<String>(json.as_bytes()).unwrap(), meant, "{json}");
        }
        assert!(read::<String>(br#""\ud83d"#).is_err());
        assert!(read::<serde_json::Value>("[".repeat(100_000).as_bytes()).is_err());
    }
}
