//! Who else comes, by name alone: "with Ann Lee and Bob", "invite Zebedee". May import: std, `token`, `words`, `found`.

use std::ops::Range;

use super::found::{Finding, Found, Person};
use super::token::{Kind, Tokens};
use super::words::Word;

/// Words that stand where a name could, and are none.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    // Whom everybody knows without a name
    "him", "her", "them", "his", "their", "she", "they", "he", "someone", "somebody", "anyone", "anybody", "everyone", "everybody",
    "nobody", "people", "others", "guests", "attendees", "participants", "invitees", "both", "all", "each", "whoever",
    // Groups and offices
    "team", "teams", "staff", "group", "crew", "board", "management", "friends", "family", "coworkers", "colleagues", "clients", "client",
    "customers", "customer", "kids", "parents", "boys", "girls", "guys", "reports", "directs", "hr", "it", "sales", "marketing",
    "engineering", "finance", "legal", "students", "employees", "members", "clerks", "partners", "vendors", "candidates", "neighbors",
    "doctor", "dentist", "boss", "manager", "supervisor", "therapist", "lawyer", "barber", "vet", "teacher", "trainer",
    // What a meeting may come with
    "lots", "some", "two", "no", "more", "video", "link", "links", "zoom", "meet", "teams", "notes", "reminder", "reminders", "invitation",
    "invite", "start", "end", "breaks", "break", "drinks", "food", "coffee", "tea", "cake", "music", "regard", "regards", "respect", "room",
    "attached", "care", "only", "just", "these", "those", "that", "start", "plus", "possible", "optional", "title", "location",
    // Words that follow a name, and are none of it
    "regarding", "concerning", "re", "discuss", "because", "if", "when", "while", "before", "since", "as", "by", "via", "over", "but",
    "not", "who", "whom", "during", "again", "too", "instead", "online", "remotely", "virtually", "downtown", "outside", "afterwards",
    "later", "early", "late", "sometime", "somewhere", "directly", "first", "last", "except", "including", "without", "near", "around",
    "called", "named", "where", "which", "alone", "together", "privately", "briefly", "only", "sometimes", "usually", "onsite", "either",
    "earlier", "every", "beforehand", "today", "asap", "soon", "here", "there", "home", "repeat", "repeating", "every", "per", "into", "off",
    "is", "are", "was", "will", "lasting", "starts", "starting", "scheduled", "planned", "booked", "arranged", "ends", "until", "upon", "under", "within", "do", "does", "has", "have",
];

/// Titles before a name.
const TITLES: &[&str] = &[
    "dr",
    "mr",
    "mrs",
    "ms",
    "mx",
    "prof",
    "professor",
    "doctor",
    "sir",
    "coach",
    "uncle",
    "aunt",
    "auntie",
    "father",
    "pastor",
    "judge",
];

/// Small words inside a name.
const PARTICLES: &[&str] = &[
    "de", "da", "di", "del", "della", "van", "von", "der", "den", "la", "le", "bin", "ibn", "al", "el", "ten", "ter",
];

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
        // "w/ Ann"
        Word::With => Some(plain(at + 1 + usize::from(text.is_mark(at + 1, '/')))),
        Word::Invite if !matches!(text.word_before(at), Word::The | Word::A) => Some(Opening {
            invites: true,
            ..plain(at + 1)
        }),
        // "meet Ann", "I'm meeting Ann"
        Word::Thing if low == "meet" || low == "meeting" && is_doing(text, at) => {
            let from = at + 1;
            (text.word(from) != Word::With).then_some(Opening {
                large: true,
                ..plain(from)
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

/// Where in a list a member stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    First,
    /// After a comma alone: "with Ann, …" may go on with anything.
    Comma,
    And,
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
        return match name {
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

fn is_large(text: &Tokens, at: usize) -> bool {
    text.raw(at).starts_with(char::is_uppercase)
}

fn is_owned(text: &Tokens, at: usize) -> bool {
    let low = text.low(at);
    low.ends_with("'s") || low.ends_with("’s")
}

/// A name has at most so many words.
const LONGEST: usize = 4;

/// The name that starts at token `at`: words written large, or one or two small ones.
fn name(text: &Tokens, taken: &[bool], at: usize, place: Place) -> Option<Range<usize>> {
    let dot = |at: usize| usize::from(text.is_mark(at, '.') && text.is_glued(at));
    let titled = TITLES.contains(&text.low(at));
    let from = if titled { at + 1 + dot(at + 1) } else { at };
    let free = |at: usize| taken.get(at) == Some(&false);
    let fits = |at: usize| free(at) && is_name_word(text, at);
    // "clerks Lisa and Phoebe"
    let small = |at: usize| free(at) && text.word(at) == Word::Unknown && !is_large(text, at);
    if let Some(large) = (from + 1..from + 3)
        .take_while(|&at| small(at - 1))
        .find(|&at| fits(at) && is_large(text, at))
    {
        return Some(large..large_name(text, large, free));
    }
    if !fits(from) {
        return None;
    }
    let start = if titled { at } else { from };
    if is_large(text, from) {
        let to = large_name(text, from, free);
        return Some(start..to);
    }
    let run = (from..from + LONGEST).find(|&at| !fits(at)).unwrap_or(from + LONGEST);
    let owned = (from..run).find(|&at| is_owned(text, at)).map(|at| at + 1);
    let to = owned.unwrap_or(if run - from <= 2 { run } else { from + 1 });
    let after = text.kind(to).filter(|_| free(to));
    let goes_on = match place {
        Place::First => false,
        // "with ann, bring the slides", "with ann and bring the slides"
        Place::Comma => {
            to > from + 1 || matches!(after, Some(Kind::Word(word)) if word != Word::And && !leads_on(word))
        }
        Place::And => matches!(
            after,
            Some(Kind::Word(
                Word::The | Word::A | Word::This | Word::Filler | Word::Unknown
            ))
        ),
    };
    (!goes_on).then_some(start..to)
}

/// Words that open a new part of the sentence.
fn leads_on(word: Word) -> bool {
    matches!(
        word,
        Word::At | Word::On | Word::In | Word::For | Word::From | Word::To | Word::About | Word::Until
    )
}

/// The end of a name whose first word is written large: "Ann Lee", "Ludwig van Beethoven", "Anna-Maria J. Smith".
fn large_name(text: &Tokens, from: usize, free: impl Fn(usize) -> bool) -> usize {
    let mut to = from + 1;
    while to < from + LONGEST * 2 && !is_owned(text, to - 1) {
        let initial = text.low(to - 1).len() == 1 && text.is_mark(to, '.') && text.is_glued(to);
        let hyphen = text.is_mark(to, '-') && text.is_glued(to) && text.is_glued(to + 1);
        let particles = (to..to + 3).take_while(|&at| PARTICLES.contains(&text.low(at))).count();
        let next = to + particles.max(usize::from(initial || hyphen));
        let goes_on =
            free(next) && is_name_word(text, next) && text.word(next) == Word::Unknown && is_large(text, next);
        if !goes_on || !(to..next).all(&free) {
            break;
        }
        to = next + 1;
    }
    to
}

fn is_name_word(text: &Tokens, at: usize) -> bool {
    let low = text.low(at);
    match text.word(at) {
        Word::Unknown => {
            let doing = low.ends_with("ing") && low.len() > 5 && !is_large(text, at);
            !doing && !NO_NAMES.contains(&low)
        }
        // "April", "Will"; small they are what they mostly are.
        Word::Month(_) => is_large(text, at),
        Word::Helper => text.raw(at) == "Will",
        _ => false,
    }
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
