//! Who else comes, by name alone: "with Ann Lee and Bob", "invite Zebedee". May import: std,
//! `intent`'s senses, `token`, `words`, `name`, `found`.

use std::ops::Range;

use super::found::{Finding, Found, Person};
use super::intent::Sense;
use super::name::{LONGEST, Place, is_large, is_name_word, is_owned, large_name, name};
use super::token::{Kind, Tokens};
use super::words::Word;

/// The persons named, in the order of the text. What asks for an invitation is marked in `taken`, since it is no part of a title.
pub(super) fn people(text: &Tokens, taken: &mut [bool]) -> Vec<Finding> {
    let mut people = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(opening) = opening(text, taken, at) else {
            at += 1;
            continue;
        };
        let before = people.len();
        let next = list(text, taken, &opening, &mut people);
        if opening.invites && people.len() > before {
            taken[at..next].fill(true);
        }
        at = next.max(at + 1);
    }
    people
}

/// Words that lead to names.
struct Opening {
    /// The first token that may be a name.
    from: usize,
    /// The words ask for an invitation.
    invites: bool,
    /// Only what is written large is a name here.
    large: bool,
}

fn opening(text: &Tokens, taken: &[bool], at: usize) -> Option<Opening> {
    let plain = |from| Opening {
        from,
        invites: false,
        large: false,
    };
    if taken[at] {
        return None;
    }
    let low = text.low(at);
    match text.word(at) {
        // "w/ Ann", "with just Ann"
        Word::With => {
            let from = at + 1 + usize::from(text.is_mark(at + 1, '/'));
            Some(plain(
                from + usize::from(matches!(text.low(from), "just" | "only" | "also")),
            ))
        }
        Word::Invite if !matches!(text.word_before(at), Word::The | Word::A) => Some(Opening {
            invites: true,
            ..plain(at + 1)
        }),
        // "meet Ann", "I'm meeting Ann"
        Word::Thing if low == "meet" || low == "meeting" && is_doing(text, at) => {
            let from = at + 1;
            let told = low == "meet" && (at == 0 || text.word(at - 1) == Word::To);
            (text.word(from) != Word::With).then_some(Opening {
                large: !told,
                ..plain(from)
            })
        }
        // "call Ann", "I'll be calling Ann"
        _ if matches!(low, "call" | "calling" | "phone" | "phoning")
            && !matches!(text.word_before(at), Word::Unknown) =>
        {
            Some(Opening {
                large: true,
                ..plain(at + 1)
            })
        }
        // "I need to see Ann", "a call between Ann and Bob"
        Word::Verb(_) if low == "see" && text.word_before(at) == Word::To && text.low(at.wrapping_sub(2)) == "need" => {
            Some(Opening {
                large: true,
                ..plain(at + 1)
            })
        }
        Word::Between => Some(Opening {
            large: true,
            ..plain(at + 1)
        }),
        // "Ann and I"
        Word::Unknown if is_large(text, at) && is_with_me(text, at) => Some(plain(at)),
        Word::Unknown if matches!(low, "include" | "including") => Some(plain(at + 1)),
        Word::Unknown
            if matches!(low, "attendees" | "participants" | "guests" | "invitees" | "people")
                && text.is_mark(at + 1, ':') =>
        {
            Some(plain(at + 2))
        }
        // "for the following people: Ann Lee, Bob"
        Word::Next if low == "following" && text.word_before(at) == Word::The => {
            let from = at + 2;
            Some(Opening {
                large: true,
                ..plain(from + usize::from(text.is_mark(from, ':')))
            })
        }
        _ => None,
    }
}

/// A name that "and I" or "and me" follows.
fn is_with_me(text: &Tokens, at: usize) -> bool {
    (at + 1..at + 3).any(|and| text.word(and) == Word::And && matches!(text.low(and + 1), "i" | "me" | "myself"))
}

/// "I'm meeting", "we are meeting", "be meeting": no meeting, but what somebody does.
fn is_doing(text: &Tokens, at: usize) -> bool {
    at > 0
        && matches!(
            text.low(at - 1),
            "i'm" | "im" | "am" | "are" | "be" | "i’m" | "we're" | "is"
        )
}

/// Reads the members of a list; gives the token after it.
fn list(text: &Tokens, taken: &[bool], opening: &Opening, people: &mut Vec<Finding>) -> usize {
    let (mut at, mut end, mut place) = (opening.from, opening.from, Place::First);
    loop {
        end = match member(text, taken, at, place, opening.large) {
            Member::Person(name) => {
                let next = past_belongings(text, taken, name.end);
                add(text, name, opening.invites, people);
                next
            }
            Member::Nameless(next) => next,
            Member::None => return end,
        };
        let Some((next, joint)) = past_joint(text, taken, end) else {
            return end;
        };
        (at, place) = (next, joint);
    }
}

fn add(text: &Tokens, name: Range<usize>, invited: bool, people: &mut Vec<Finding>) {
    let mut span = text.span(name.start, name.end);
    let written = &text.text[span.clone()];
    let owner = ["'s", "’s"].into_iter().find_map(|ending| written.strip_suffix(ending));
    let written = owner.unwrap_or(written);
    span.end = span.start + written.len();
    let name = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = people
        .iter()
        .any(|other| matches!(&other.found, Found::Person(other) if other.name.eq_ignore_ascii_case(&name)));
    if !known {
        people.push(Finding {
            span,
            found: Found::Person(Person { name, invited }),
        });
    }
}

/// Past the comma or the "and" between two members.
fn past_joint(text: &Tokens, taken: &[bool], at: usize) -> Option<(usize, Place)> {
    let comma = text.is_mark(at, ',');
    let next = at + usize::from(comma);
    if taken.get(next) != Some(&false) {
        return None;
    }
    let and = text.word(next) == Word::And || matches!(text.kind(next), Some(Kind::Mark('&' | '+' | '/')));
    match (comma, and) {
        (_, true) => Some((next + 1, Place::And)),
        (true, false) => Some((next, Place::Comma)),
        _ => None,
    }
}

enum Member {
    Person(Range<usize>),
    /// Somebody without a name, or a guest who is known by their address; up to there.
    Nameless(usize),
    None,
}

fn member(text: &Tokens, taken: &[bool], at: usize, place: Place, large: bool) -> Member {
    let to = (at..text.len())
        .find(|&at| !taken[at] || !is_guest(text, at))
        .unwrap_or(text.len());
    if to > at {
        return if (at..to).any(|at| matches!(text.kind(at), Some(Kind::Address | Kind::Mention))) {
            Member::Nameless(to)
        } else {
            Member::None
        };
    }
    // "my manager", "her boss Ann", "the whole team"
    if matches!(text.word(at), Word::The | Word::A | Word::This) || is_owner(text.low(at)) {
        let to = (at + 1..text.len().min(at + 1 + LONGEST))
            .find(|&at| taken[at] || text.word(at) != Word::Unknown)
            .unwrap_or(text.len().min(at + 1 + LONGEST));
        let from = at + 1 + usize::from(!is_owner(text.low(at)));
        let name = (from..to).find(|&name| is_large(text, name) && (name == at + 1 || !is_large(text, name - 1)));
        // "my partner emily"
        let known_as =
            (to == at + 3 && text.sense(at + 1).is(Sense::ROLE) && is_name_word(text, at + 2)).then_some(at + 2);
        return match name.or(known_as) {
            Some(name) => Member::Person(name..large_name(text, name, |at| taken.get(at) == Some(&false))),
            None if to > at + 1 => Member::Nameless(to),
            None => Member::None,
        };
    }
    match name(text, taken, at, place) {
        Some(name) if is_large(text, name.start) || !large => Member::Person(name),
        _ => Member::None,
    }
}

/// Part of a guest's address, with the name before it.
fn is_guest(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Word(word)) => word == Word::Unknown,
        Some(Kind::Address | Kind::Mention | Kind::Mark('(' | ')' | '<' | '>')) => true,
        _ => false,
    }
}

fn is_owner(low: &str) -> bool {
    matches!(low, "my" | "our" | "your" | "his" | "her" | "their")
}

/// Past what belongs to somebody: "Ann's team" names Ann alone.
fn past_belongings(text: &Tokens, taken: &[bool], at: usize) -> usize {
    if !is_owned(text, at - 1) {
        return at;
    }
    let to = text.len().min(at + 3);
    (at..to)
        .find(|&at| taken[at] || !matches!(text.word(at), Word::Unknown | Word::Thing))
        .unwrap_or(to)
}
