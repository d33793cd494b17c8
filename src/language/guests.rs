//! Who else comes: addresses with their names, and mentions. May import: std, `token`, `words`, `found`, `meaning`.

use std::ops::Range;

use super::found::Found;
use super::meaning::Attendee;
use super::token::{Kind, Tokens};
use super::words::Word;

/// A name has at most so many words.
const NAME_WORDS: usize = 3;

/// A guest who starts at token `at`, and the token after them.
pub(super) fn guest(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    match text.kind(at)? {
        Kind::Mention => Some((Found::Mention, at + 1)),
        Kind::Mark('@') if matches!(text.low(at + 1), "everyone" | "here" | "channel") => {
            Some((Found::Mention, at + 2))
        }
        // "with @zebedee": a mention that the platform did not know.
        Kind::Mark('@')
            if text.is_glued(at + 1) && text.word(at + 1) == Word::Unknown && follows_invitation(text, at) =>
        {
            Some((Found::Mention, at + 2))
        }
        Kind::Address if own(text, at).is_some() => None,
        Kind::Address => Some((address(text, at, at, None), at + 1)),
        Kind::Word(Word::Unknown) => named(text, at),
        _ => None,
    }
}

fn follows_invitation(text: &Tokens, at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| matches!(text.low(before), "with" | "invite" | "and") || is_short_with(text, before))
}

/// The "/" of "w/ @zebedee".
fn is_short_with(text: &Tokens, slash: usize) -> bool {
    text.is_mark(slash, '/') && text.word_before(slash) == Word::With
}

/// "my email is rosa@example.org": who writes is no guest. From "my" to the address at `at`.
pub(super) fn own(text: &Tokens, at: usize) -> Option<Range<usize>> {
    if text.kind(at) != Some(Kind::Address) {
        return None;
    }
    let between = |at: &usize| {
        matches!(
            text.low(*at),
            "email" | "e" | "-" | "mail" | "address" | "is" | ":" | "at"
        )
    };
    let owner = (0..at).rev().take(6).find(|at| !between(at))?;
    (text.low(owner) == "my" && owner + 1 < at).then_some(owner..at + 1)
}

/// "Ann Lee (ann@example.org)", "Ann <ann@example.org>"
fn named(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    // "call Ann (ann@example.org)" names Ann.
    if matches!(
        text.low(at),
        "call" | "phone" | "ring" | "ping" | "email" | "mail" | "see" | "visit" | "with"
    ) {
        return None;
    }
    let open = (at + 1..=at + NAME_WORDS).find(|&open| text.word(open) != Word::Unknown)?;
    if !(text.is_mark(open, '(') || text.is_mark(open, '<')) || text.kind(open + 1) != Some(Kind::Address) {
        return None;
    }
    let name = (at..open).map(|word| text.raw(word)).collect::<Vec<_>>().join(" ");
    let closed = usize::from(text.is_mark(open + 2, ')') || text.is_mark(open + 2, '>'));
    Some((address(text, at, open + 1, Some(name)), open + 2 + closed))
}

fn address(text: &Tokens, from: usize, at: usize, name: Option<String>) -> Found {
    let email = text.raw(at);
    if !is_address(email) || follows_header(text, at) {
        return Found::BadAddress;
    }
    let span = text.span(from, at + 1);
    let email = email.to_owned();
    Found::Guest(Attendee { email, name, span })
}

/// "Bcc:" before an address comes from a mail's head, smuggled in: nobody means that here.
fn follows_header(text: &Tokens, at: usize) -> bool {
    let Some(word) = at.checked_sub(2) else {
        return false;
    };
    let own_line = word == 0 || text.is_mark(word - 1, '\n');
    text.is_mark(at - 1, ':') && (text.low(word) == "bcc" || own_line && matches!(text.low(word), "cc" | "to" | "from"))
}

/// The addresses that mail can be sent to, in the plain form that people write (RFC 5321, sections 4.1.2 and 4.5.3.1; no
/// quoted names, no literal hosts), with a host that has a top-level domain.
fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let good_local = (1..=64).contains(&local.len())
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        });
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = host.rsplit_once('.').map_or("", |(_, top)| top);
    good_local
        && text.len() <= 254
        && host.split('.').all(label)
        && top.len() >= 2
        && !top.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_mail_reaches_and_those_that_it_does_not() {
        for good in ["a@x.org", "ann.lee+work@mail.example.co.uk", "o_b-c@x-y.io"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "a@b",
            "@x.org",
            "a..b@x.org",
            ".a@x.org",
            "a@-x.org",
            "a@x.1",
            "é@x.org",
            "a@x%0a.org",
            "a@x..org",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
