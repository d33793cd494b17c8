//! What a word does in a request: the groups of words that the rules of intent speak of, and the table of all of them.
//! May import: std, the other tables of `intent`, `groups` and `holiday`.

use super::super::{groups, holiday};
use super::{nouns, topics, verbs, worlds};

/// The groups that a word belongs to; several at once for "call", which is done and can be an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::language) struct Sense(u64);

impl Sense {
    pub const NONE: Self = Self(0);

    // Verbs, as they stand in a command.
    /// Makes an event whatever follows: "schedule".
    pub const BOOK: Self = Self(1);
    /// Makes an event out of something that can be one: "add".
    pub const MAKE: Self = Self(1 << 1);
    /// Takes away, and nothing but plans is taken away like that: "cancel".
    pub const CANCEL: Self = Self(1 << 2);
    /// Takes away anything: "remove".
    pub const REMOVE: Self = Self(1 << 3);
    /// Moves what has a date: "postpone".
    pub const POSTPONE: Self = Self(1 << 4);
    /// Changes anything: "move".
    pub const CHANGE: Self = Self(1 << 5);
    /// Wants to see: "show".
    pub const LOOK: Self = Self(1 << 6);
    /// Answers an invitation: "accept".
    pub const ANSWER: Self = Self(1 << 7);
    pub const REMIND: Self = Self(1 << 8);
    pub const INVITE: Self = Self(1 << 9);
    /// Wants to have, be it an event or anything else: "get".
    pub const FETCH: Self = Self(1 << 10);
    /// What people do at a time: "visit".
    pub const DO: Self = Self(1 << 11);
    /// A command to somebody else's machine: "play".
    pub const ELSEWHERE: Self = Self(1 << 12);
    /// A verb's form in -ing.
    pub const ING: Self = Self(1 << 13);

    // Nouns.
    pub const CALENDAR: Self = Self(1 << 14);
    /// What stands in calendars: "meeting".
    pub const EVENT: Self = Self(1 << 15);
    /// What happens at a time, and so can be an event: "dentist", "lunch".
    pub const OCCASION: Self = Self(1 << 16);
    pub const REMINDER: Self = Self(1 << 17);
    /// What an event has: "location".
    pub const ATTRIBUTE: Self = Self(1 << 18);
    /// "free", "busy"
    pub const FREE: Self = Self(1 << 19);
    /// Of another world, and never an event: "weather", "alarm".
    pub const FOREIGN: Self = Self(1 << 20);
    /// Of another world, but a title with a time of day may speak of it: "tires", "bank".
    pub const WORLDLY: Self = Self(1 << 21);
    /// What one books elsewhere: "flight", "hotel".
    pub const TRAVEL: Self = Self(1 << 22);
    pub const PLURAL: Self = Self(1 << 23);
    /// Somebody whom one goes to: "dentist". An occasion, too.
    pub const PERSON: Self = Self(1 << 24);

    // Small words.
    /// Says nothing at the start of a clause: "please", "ok".
    pub const OPENER: Self = Self(1 << 25);
    /// "what", "when"
    pub const WH: Self = Self(1 << 26);
    /// "is", "did": before its subject it asks.
    pub const AUX: Self = Self(1 << 27);
    /// "I", "we"
    pub const ME: Self = Self(1 << 28);
    /// "he", "it"
    pub const OTHERS: Self = Self(1 << 29);
    /// "my", "our", that what follows is the person's
    pub const MINE: Self = Self(1 << 30);
    /// Between a subject and its verb: "really".
    pub const ADVERB: Self = Self(1 << 31);
    /// "not", "don't"
    pub const NOT: Self = Self(1 << 32);
    /// "want", "need"
    pub const WISH: Self = Self(1 << 33);
    /// "thanks", "bye": small talk.
    pub const GREETING: Self = Self(1 << 34);
    /// Feelings and exclamations: "tired", "wow".
    pub const CHAT: Self = Self(1 << 35);
    /// "moved": an event that was.
    pub const MOVED: Self = Self(1 << 36);
    /// "cancelled"
    pub const CANCELLED: Self = Self(1 << 37);
    /// "went", "told": tells of what has been.
    pub const PAST: Self = Self(1 << 38);
    /// A word without weight inside a title or a question: "the", "for", "some".
    pub const SMALL: Self = Self(1 << 39);

    // Questions.
    /// A place that is looked for: "nearest".
    pub const NEAR: Self = Self(1 << 40);
    /// What is asked about shows, bills and matches of all the world: "airing".
    pub const PUBLIC: Self = Self(1 << 41);
    /// What people do with invitations: "accepted".
    pub const INVITATION: Self = Self(1 << 42);
    /// What a person's own time is spoken of with: "busy".
    pub const OWN_TIME: Self = Self(1 << 43);
    /// What is on: "planned".
    pub const AGENDA: Self = Self(1 << 44);
    /// "do I have …", "am I seeing …"
    pub const HAVE: Self = Self(1 << 45);
    /// Asks for counsel, or for what somebody can do: "should".
    pub const ADVICE: Self = Self(1 << 46);
    /// Says that what follows is known: "the".
    pub const DEFINITE: Self = Self(1 << 47);

    // People and places.
    /// Services and means to talk over; each is a place by itself after "on", "via", "over" or "by".
    pub const MEDIUM: Self = Self(1 << 48);
    /// What a place is called where it has no name of its own: "room".
    pub const SORT: Self = Self(1 << 49);
    /// Follows "at" and "in" without being a place: "least".
    pub const NO_PLACE: Self = Self(1 << 50);
    /// Follows a place and is none of it: "because".
    pub const PAST_PLACE: Self = Self(1 << 51);
    /// Stands where a name could, and is none: "someone".
    pub const NO_NAME: Self = Self(1 << 52);
    /// Before a name: "Dr".
    pub const TITLE: Self = Self(1 << 53);
    /// A small word inside a name: "van".
    pub const PARTICLE: Self = Self(1 << 54);
    /// What somebody is to somebody, before their name: "partner" of "my partner emily".
    pub const ROLE: Self = Self(1 << 55);

    // Times.
    /// Opens the name of a holiday: "thanksgiving".
    pub const FEAST: Self = Self(1 << 56);
    /// Opens an amount of time, and means nothing else: "few", "entire".
    pub const AMOUNT: Self = Self(1 << 57);
    /// Opens a time together with what follows, and means nothing by itself: "during", "closest".
    pub const WHEN: Self = Self(1 << 58);
    /// What people do in the evening: "party".
    pub const EVENING: Self = Self(1 << 59);

    /// Every verb of a request.
    pub const VERBS: Self = Self(0x1fff);

    /// The verbs, nouns and small words of requests; the groups after them tell questions, places, names and times.
    const REQUEST: Self = Self(Self::NEAR.0 - 1);

    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn only(self, groups: Self) -> Self {
        Self(self.0 & groups.0)
    }

    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// No word that requests are made of.
    pub const fn is_strange(self) -> bool {
        !self.is(Self::REQUEST)
    }

    /// Belongs to one of these groups.
    pub const fn is(self, groups: Self) -> bool {
        self.0 & groups.0 != 0
    }
}

/// Calls `add` for every word of the tables, in all its forms, once for each group that it is in.
pub(in crate::language) fn each(mut add: impl FnMut(&str, Sense)) {
    let mut add = |word: &str, sense| {
        if word.contains('\'') {
            add(&word.replace('\'', "’"), sense);
        }
        add(word, sense);
    };
    for (sense, words) in verbs::VERBS {
        for word in words.split_whitespace() {
            add(&ing(word), sense.or(Sense::ING));
            add(word, *sense);
        }
    }
    for (sense, words) in verbs::SMALL
        .iter()
        .chain(verbs::FORMS)
        .chain(topics::TOPICS)
        .chain(groups::GROUPS)
    {
        for word in words.split_whitespace() {
            add(word, *sense);
        }
    }
    for (sense, words) in nouns::NOUNS.iter().chain(worlds::WORLDS) {
        for word in words.split_whitespace() {
            add(&plural(word), sense.or(Sense::PLURAL));
            add(&format!("{word}'s"), *sense);
            add(word, *sense);
        }
    }
    for word in holiday::openers() {
        add(&word, Sense::FEAST);
    }
}

/// "make" → "making", "cancel" → "canceling" (the form with two l stands in the table).
fn ing(verb: &str) -> String {
    match verb.strip_suffix('e') {
        Some(stem) if !verb.ends_with("ee") => format!("{stem}ing"),
        _ => format!("{verb}ing"),
    }
}

/// "meeting" → "meetings", "party" → "parties", "class" → "classes".
fn plural(noun: &str) -> String {
    let stem = noun
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match stem {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['s', 'x', 'z']) || noun.ends_with("ch") || noun.ends_with("sh") => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}
