//! Replies that say nothing of their own: "yes please", "never mind", "the second one". May import: `correction`, `phrase`, `token`.

use super::correction::unframe;
use super::phrase::Rest;
use super::token::Seen;

/// A reply is short: so many bytes at most.
const LONGEST: usize = 80;

/// An answer to what was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    Yes,
    No,
    Pick(Pick),
}

/// Which of several that were offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// By its place, from nought.
    Nth(usize),
    Last,
    Earlier,
    Later,
    Either,
}

const YES: &[&str] = &[
    "yes",
    "yep",
    "yeah",
    "yup",
    "ok",
    "okay",
    "sure",
    "go ahead",
    "go for it",
    "do it",
    "do that",
    "sounds good",
    "sounds great",
    "looks good",
    "that works",
    "works for me",
    "that's fine",
    "that's right",
    "of course",
    "absolutely",
    "definitely",
    "correct",
    "perfect",
    "fine",
];

const NO: &[&str] = &[
    "no thank you",
    "no thanks",
    "nope",
    "nah",
    "no",
    "never mind",
    "nevermind",
    "forget it",
    "forget that",
    "forget about it",
    "leave it",
    "drop it",
    "don't",
    "stop",
];

/// What goes with either.
const POLITE: &[&str] = &["please", "pls", "plz", "thank you", "thanks", "then", "sorry"];

const PICKS: &[(&str, Pick)] = &[
    ("first", Pick::Nth(0)),
    ("second", Pick::Nth(1)),
    ("third", Pick::Nth(2)),
    ("last", Pick::Last),
    ("latter", Pick::Last),
    ("former", Pick::Nth(0)),
    ("earlier", Pick::Earlier),
    ("earliest", Pick::Earlier),
    ("later", Pick::Later),
    ("latest", Pick::Later),
];

/// Numbers that are places only where they are said to be: "2" is an hour, and "the 2nd" a day.
const NUMBERED: &[(&str, Pick)] = &[
    ("1 st one", Pick::Nth(0)),
    ("2 nd one", Pick::Nth(1)),
    ("3 rd one", Pick::Nth(2)),
    ("option 1", Pick::Nth(0)),
    ("option 2", Pick::Nth(1)),
    ("option 3", Pick::Nth(2)),
    ("option one", Pick::Nth(0)),
    ("option two", Pick::Nth(1)),
    ("option three", Pick::Nth(2)),
    ("either of them", Pick::Either),
    ("either one", Pick::Either),
    ("either", Pick::Either),
    ("any of them", Pick::Either),
    ("whichever", Pick::Either),
];

const TAKES: &[&str] = &["i'll take", "i will take", "i'd like", "i want", "take"];

/// What `text` replies, where that is all it does.
pub fn reply(text: &str) -> Option<Reply> {
    if text.len() > LONGEST {
        return None;
    }
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    let rest = Rest::of(&tokens);
    if says_only(&rest, NO) {
        return Some(Reply::No);
    }
    if says_only(&rest, YES) {
        return Some(Reply::Yes);
    }
    pick(rest).map(Reply::Pick)
}

/// Nothing but `words`, once or more, and politeness.
fn says_only(rest: &Rest, words: &[&str]) -> bool {
    let mut rest = rest.part(rest.range.clone());
    let mut says = false;
    loop {
        rest.bare();
        if rest.opens(words) {
            says = true;
        } else if !rest.opens(POLITE) {
            return says && rest.range.is_empty();
        }
    }
}

fn pick(mut rest: Rest) -> Option<Pick> {
    unframe(&mut rest);
    rest.opens(TAKES);
    let determined = rest.opens(&["the"]);
    let numbered = NUMBERED.iter().find(|(phrase, _)| rest.opens(&[phrase]));
    let pick = numbered.or_else(|| PICKS.iter().find(|(word, _)| rest.opens(&[word])));
    let named = numbered.is_some() || rest.opens(&["one", "option", "time", "slot", "choice"]);
    rest.bare();
    // "later" alone puts off an answer.
    let says = named || determined || matches!(pick, Some((_, Pick::Nth(_) | Pick::Last)));
    pick.filter(|_| says && rest.range.is_empty()).map(|(_, pick)| *pick)
}
