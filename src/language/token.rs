//! Cutting a message into words, numbers, marks and sealed pieces (addresses, mentions, links, quotations), each with its span.
//! May import: std, `invisible`, `quotation`, the word tables and what they hold of `intent`.

use std::borrow::Cow;

use super::intent::Sense;
use super::invisible::{as_seen, is_invisible};
use super::meaning::Span;
use super::misspelt;
use super::quotation::single_close;
use super::words::{self, Word};

/// A message of more bytes must not be acted on, since it is not read to its end. Enough for a meeting with 200 guests.
pub const READ_AT_MOST: usize = 8_000;
/// So much is read of a longer one, in bytes, to tell what it is about. Whatever it holds, that takes less than 64 kB of memory.
const READ_OF_LONGER: usize = 400;
/// A mention or a quotation that is longer is none.
const LONGEST_PIECE: usize = 500;

/// One piece of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    /// What a word does in a request.
    pub sense: Sense,
    pub start: usize,
    /// As it was written, but in ASCII lower case.
    pub low: &'a str,
    /// Nothing stands between this token and the one before it.
    pub glued: bool,
}

impl Token<'_> {
    pub fn end(&self) -> usize {
        self.start + self.low.len()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Word(Word),
    /// Digits; `value` is capped, `digits` tells how many were written.
    Number {
        value: u32,
        digits: u32,
    },
    /// Any other character, a line break included.
    Mark(char),
    /// `ann@example.org`, good or bad.
    Address,
    /// `<@U123>`, `<!here>`: somebody whom only the platform knows.
    Mention,
    /// A web address, an emoji or a channel in a platform's own writing.
    Sealed,
    /// The words between quotation marks; the span of the token has the marks, too.
    Quoted,
}

/// A message as people see it: what [`Tokens`] are cut from.
pub(super) struct Seen<'a> {
    text: Cow<'a, str>,
    /// The same bytes in ASCII lower case.
    lower: String,
}

impl<'a> Seen<'a> {
    pub fn of(text: &'a str) -> Self {
        let most = if text.len() > READ_AT_MOST {
            READ_OF_LONGER
        } else {
            READ_AT_MOST
        };
        let text = as_seen(&text[..text.floor_char_boundary(most)]);
        let lower = text.to_ascii_lowercase();
        Self { text, lower }
    }

    pub fn tokens(&self) -> Tokens<'_> {
        let mut lexer = Lexer::new(&self.text, &self.lower);
        while lexer.at < self.text.len() {
            lexer.step();
        }
        lexer.tokens
    }
}

/// A message, cut up.
pub(super) struct Tokens<'a> {
    pub text: &'a str,
    pub lower: &'a str,
    pub list: Vec<Token<'a>>,
}

impl<'a> Tokens<'a> {
    pub fn len(&self) -> usize {
        self.list.len()
    }

    #[inline]
    pub fn kind(&self, at: usize) -> Option<Kind> {
        self.list.get(at).map(|token| token.kind)
    }

    /// The word at that place; [`Word::None`] where none stands.
    #[inline]
    pub fn word(&self, at: usize) -> Word {
        match self.kind(at) {
            Some(Kind::Word(word)) => word,
            _ => Word::None,
        }
    }

    /// What the word at that place does in a request.
    #[inline]
    pub fn sense(&self, at: usize) -> Sense {
        self.list.get(at).map_or(Sense::NONE, |token| token.sense)
    }

    /// The word before that place.
    pub fn word_before(&self, at: usize) -> Word {
        at.checked_sub(1).map_or(Word::None, |before| self.word(before))
    }

    /// The number in digits at that place: its value and how many digits it has.
    pub fn number(&self, at: usize) -> Option<(u32, u32)> {
        match self.kind(at) {
            Some(Kind::Number { value, digits }) => Some((value, digits)),
            _ => None,
        }
    }

    #[inline]
    pub fn is_mark(&self, at: usize, mark: char) -> bool {
        self.kind(at) == Some(Kind::Mark(mark))
    }

    /// The token at that place touches the one before it.
    pub fn is_glued(&self, at: usize) -> bool {
        self.list.get(at).is_some_and(|token| token.glued)
    }

    /// From the first byte of token `from` to the last one before token `to`.
    pub fn span(&self, from: usize, to: usize) -> Span {
        let end = self.text.len();
        let start = self.list.get(from).map_or(end, |token| token.start);
        let stop = to.checked_sub(1).and_then(|last| self.list.get(last));
        start..stop.map_or(start, |token| token.end().max(start))
    }

    /// As it was written.
    pub fn raw(&self, at: usize) -> &'a str {
        self.list
            .get(at)
            .map_or("", |token| &self.text[token.start..token.end()])
    }

    /// In lower case.
    #[inline]
    pub fn low(&self, at: usize) -> &'a str {
        self.list.get(at).map_or("", |token| token.low)
    }
}

struct Lexer<'a> {
    tokens: Tokens<'a>,
    at: usize,
    /// Up to here it is known that no address begins, so that no stretch is searched twice.
    no_address_before: usize,
    /// Up to here it is known that no quotation closes.
    no_quote_before: usize,
    /// The same of single quotation marks.
    no_single_before: usize,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, lower: &'a str) -> Self {
        let no_address_before = if text.contains('@') { 0 } else { text.len() };
        let list = Vec::with_capacity(text.len() / 5 + 4);
        Self {
            tokens: Tokens { text, lower, list },
            at: 0,
            no_address_before,
            no_quote_before: 0,
            no_single_before: 0,
        }
    }

    fn step(&mut self) {
        let Some(next) = self.tokens.text[self.at..].chars().next() else {
            return;
        };
        match next {
            ' ' => self.at += 1,
            'a'..='z' | 'A'..='Z' | '0'..='9' => self.wordlike(next),
            '\n' => self.push(Kind::Mark('\n'), 1),
            _ if next.is_whitespace() || is_invisible(next) => self.at += next.len_utf8(),
            '<' => self.bracket(),
            '"' => self.quotation('"', '"'),
            '“' | '„' => self.quotation(next, '”'),
            '«' => self.quotation(next, '»'),
            '\'' | '‘' => self.single_quotation(next),
            '–' | '—' | '−' | '‐' | '‑' => self.push(Kind::Mark('-'), next.len_utf8()),
            _ if next.is_alphanumeric() => self.wordlike(next),
            _ => self.push(Kind::Mark(next), next.len_utf8()),
        }
    }

    fn push(&mut self, kind: Kind, bytes: usize) {
        self.push_word(kind, Sense::NONE, bytes);
    }

    fn push_word(&mut self, kind: Kind, sense: Sense, bytes: usize) {
        let Tokens { lower, list, .. } = &mut self.tokens;
        list.push(Token {
            kind,
            sense,
            start: self.at,
            low: &lower[self.at..self.at + bytes],
            glued: list.last().is_some_and(|last| last.end() == self.at),
        });
        self.at += bytes;
    }

    fn wordlike(&mut self, first: char) {
        if let Some(bytes) = self.address() {
            return self.push(Kind::Address, bytes);
        }
        let rest = &self.tokens.lower[self.at..];
        if let Some(bytes) = misspelt::two_morrow(rest) {
            return self.push(Kind::Word(Word::Near(1)), bytes);
        }
        if first.is_ascii_digit() {
            let bytes = rest.bytes().take_while(u8::is_ascii_digit).count();
            let value = rest[..bytes].parse().unwrap_or(u32::MAX);
            let digits = u32::try_from(bytes).unwrap_or(u32::MAX);
            return self.push(Kind::Number { value, digits }, bytes);
        }
        if is_link(rest) {
            let bytes = rest.find(char::is_whitespace).unwrap_or(rest.len());
            return self.push(Kind::Sealed, bytes);
        }
        let (bytes, (word, sense)) = word_at(rest);
        self.push_word(Kind::Word(word), sense, bytes);
    }

    /// The bytes of the address that starts here, if one does.
    fn address(&mut self) -> Option<usize> {
        if self.at < self.no_address_before {
            return None;
        }
        let rest = &self.tokens.text[self.at..];
        let local = rest
            .find(|c: char| !(c.is_alphanumeric() || "._%+-".contains(c)))
            .unwrap_or(rest.len());
        let host = rest[local..].strip_prefix('@').unwrap_or_default();
        let length = host
            .find(|c: char| !(c.is_alphanumeric() || ".-_%".contains(c)))
            .unwrap_or(host.len());
        let host = host[..length].trim_end_matches(['.', '-', '_']);
        // "lunch@3pm" is a time.
        let is_clock = host.starts_with(|c: char| c.is_ascii_digit()) && !host.contains('.');
        if host.is_empty() || is_clock {
            self.no_address_before = self.at + local;
            return None;
        }
        Some(local + 1 + host.len())
    }

    /// `<…>`: the form in which Slack and Discord write mentions, links and addresses.
    fn bracket(&mut self) {
        let rest = &self.tokens.lower[self.at..];
        let within = &rest[1..rest.floor_char_boundary(LONGEST_PIECE)];
        let Some(inside) = within.find(['>', '\n', '<']).map(|end| &within[..end]) else {
            return self.push(Kind::Mark('<'), 1);
        };
        let whole = inside.len() + 2;
        let closed = within[inside.len()..].starts_with('>');
        if closed && inside.starts_with("mailto:") {
            self.at += "<mailto:".len();
            let address = inside["mailto:".len()..].split('|').next().unwrap_or_default().len();
            self.push(Kind::Address, address);
            self.at += whole - "<mailto:".len() - address;
        } else if closed && inside.starts_with(['@', '!']) {
            self.push(Kind::Mention, whole);
        } else if closed && (inside.starts_with(['#', ':']) || inside.contains("://") || inside.starts_with("a:")) {
            self.push(Kind::Sealed, whole);
        } else {
            self.push(Kind::Mark('<'), 1);
        }
    }

    /// `'Team lunch'`; not the apostrophe of "the boss' office", "'til 5" or "'27".
    fn single_quotation(&mut self, open: char) {
        let from = self.at + open.len_utf8();
        let opens = self.tokens.text[..self.at]
            .chars()
            .next_back()
            .is_none_or(|before| before.is_whitespace() || matches!(before, '(' | ':' | ',' | '-'));
        let rest = &self.tokens.lower[from..];
        let word = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let short_form = matches!(
            &rest[..word],
            "til" | "till" | "em" | "tis" | "twas" | "cause" | "bout" | "n" | "round"
        ) || rest.starts_with(|c: char| c.is_ascii_digit()) && word == 2;
        if !opens || word == 0 || short_form || self.at < self.no_single_before {
            return self.push(Kind::Mark(open), open.len_utf8());
        }
        let within = &self.tokens.text[from..][..rest.floor_char_boundary(LONGEST_PIECE)];
        match single_close(within) {
            Some(end) if !within[..end].contains('@') => {
                let close = within[end..].chars().next().map_or(1, char::len_utf8);
                self.push(Kind::Quoted, open.len_utf8() + end + close);
            }
            _ => {
                self.no_single_before = from + within.len();
                self.push(Kind::Mark(open), open.len_utf8());
            }
        }
    }

    fn quotation(&mut self, open: char, close: char) {
        let from = self.at + open.len_utf8();
        let rest = &self.tokens.text[from..];
        let within = &rest[..rest.floor_char_boundary(LONGEST_PIECE)];
        let end = if self.at < self.no_quote_before {
            None
        } else {
            within.find([close, '\n'])
        };
        match end {
            // What is quoted with an address inside is a list of guests, not a title.
            Some(end) if within[end..].starts_with(close) && end > 0 && !within[..end].contains('@') => {
                self.push(Kind::Quoted, open.len_utf8() + end + close.len_utf8());
            }
            Some(_) => self.push(Kind::Mark(open), open.len_utf8()),
            None => {
                self.no_quote_before = from + within.len();
                self.push(Kind::Mark(open), open.len_utf8());
            }
        }
    }
}

fn is_link(rest: &str) -> bool {
    match rest.as_bytes() {
        [b'h', b't', ..] => rest.starts_with("http://") || rest.starts_with("https://"),
        [b'w', b'w', ..] => rest.starts_with("www."),
        _ => false,
    }
}

/// The word at the start of `rest`, which starts with a letter: how long it is and what it means.
fn word_at(rest: &str) -> (usize, (Word, Sense)) {
    // "a.m." and "p.m."
    if let [half @ (b'a' | b'p'), b'.', b'm', after @ ..] = rest.as_bytes()
        && !after.first().is_some_and(u8::is_ascii_alphabetic)
    {
        let bytes = 3 + usize::from(after.first() == Some(&b'.'));
        return (bytes, (words::half(*half == b'p'), Sense::NONE));
    }
    let end = word_end(rest);
    (end, words::look_up(&rest[..end]))
}

/// Letters, and apostrophes between two of them.
fn word_end(rest: &str) -> usize {
    let plain = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let goes_on = matches!(rest.as_bytes().get(plain), Some(b'\'' | 0x80..));
    if plain > 0 && !goes_on {
        return plain;
    }
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = matches!(c, '\'' | '’') && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(c.is_alphabetic() || joins) {
            break;
        }
        end = at + c.len_utf8();
    }
    // Numerals that are neither letters nor ASCII digits (①, ٣) still have to be stepped over.
    end.max(rest.chars().next().map_or(1, char::len_utf8))
}
