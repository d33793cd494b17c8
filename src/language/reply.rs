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
    /// None of what is offered, and no time in its place.
    Other,
    /// Book it, and invite whom it names.
    Invite,
    /// Book it, and invite nobody.
    Alone,
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
    "skip it",
    "not now",
    "don't book it",
    "don't book anything",
    "don't book",
    "don't",
    "stop",
    "cancel that",
    "cancel this",
    "cancel it",
    "cancel the request",
    "cancel my request",
    "cancel",
    "i changed my mind",
    "i've changed my mind",
];

/// None of those.
const OTHER: &[&str] = &[
    "neither of them",
    "neither of those",
    "neither works",
    "neither",
    "none of them",
    "none of those",
    "none of these",
    "none",
    "another time",
    "another one",
    "a different time",
    "different time",
    "some other time",
    "other time",
    "something else",
    "other",
];

/// Nobody is to get mail.
const ALONE: &[&str] = &[
    "book it without guests",
    "book without guests",
    "book it without them",
    "book it without her",
    "book it without him",
    "without the guests",
    "without any guests",
    "without guests",
    "without inviting anyone",
    "without inviting anybody",
    "without inviting them",
    "without inviting her",
    "without inviting him",
    "without them",
    "without her",
    "without him",
    "no guests",
    "no invitations",
    "no invitation",
    "no invites",
    "no invite",
    "don't invite anyone",
    "don't invite anybody",
    "don't invite them",
    "don't invite her",
    "don't invite him",
    "do not invite anyone",
    "do not invite them",
    "do not invite her",
    "do not invite him",
    "skip the guests",
    "just me",
    "only me",
];

/// They are.
const INVITE: &[&str] = &[
    "invite and book",
    "invite them and book",
    "invite her and book",
    "invite him and book",
    "invite everyone",
    "invite everybody",
    "invite them",
    "invite her",
    "invite him",
    "invite all",
    "with guests",
];

/// What nobody needs an answer about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Courtesy {
    Thanks,
    Greeting,
    HowAreYou,
    Goodbye,
    /// "ok", "no": nothing that waits for it.
    Agreed,
}

const COURTESIES: &[(Courtesy, &[&str])] = &[
    (
        Courtesy::Thanks,
        &[
            "thank you so much",
            "thank you very much",
            "thank you",
            "thanks so much",
            "thanks a lot",
            "many thanks",
            "thanks",
            "thx",
            "ty",
            "cheers",
            "great",
            "perfect",
            "awesome",
            "cool",
            "nice",
            "well done",
            "good bot",
        ],
    ),
    (
        Courtesy::HowAreYou,
        &[
            "how are you doing",
            "how are you today",
            "how are you",
            "how's it going",
            "how is it going",
            "what's up",
            "are you there",
        ],
    ),
    (
        Courtesy::Goodbye,
        &[
            "good night",
            "goodbye",
            "good bye",
            "bye bye",
            "bye",
            "see you later",
            "see you",
            "see ya",
            "have a nice day",
            "have a good day",
            "take care",
        ],
    ),
    (
        Courtesy::Greeting,
        &[
            "good morning",
            "good afternoon",
            "good evening",
            "hello there",
            "hello",
            "hi there",
            "hi",
            "hey there",
            "hey",
            "hiya",
        ],
    ),
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
    ("number 1", Pick::Nth(0)),
    ("number 2", Pick::Nth(1)),
    ("number 3", Pick::Nth(2)),
    ("number one", Pick::Nth(0)),
    ("number two", Pick::Nth(1)),
    ("number three", Pick::Nth(2)),
    ("# 1", Pick::Nth(0)),
    ("# 2", Pick::Nth(1)),
    ("# 3", Pick::Nth(2)),
    ("it doesn't matter", Pick::Either),
    ("doesn't matter", Pick::Either),
    ("does not matter", Pick::Either),
    ("i don't care", Pick::Either),
    ("don't care", Pick::Either),
    ("i don't mind", Pick::Either),
    ("don't mind", Pick::Either),
    ("no preference", Pick::Either),
    ("up to you", Pick::Either),
    ("you choose", Pick::Either),
    ("you decide", Pick::Either),
    ("your choice", Pick::Either),
    ("whatever", Pick::Either),
    ("both are fine", Pick::Either),
    ("both are good", Pick::Either),
    ("both work", Pick::Either),
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
    let replies = [
        (
            Reply::Alone,
            ALONE,
            &["yes", "ok", "okay", "no", "just", "but"] as &[&str],
        ),
        (Reply::Invite, INVITE, YES),
        (Reply::No, NO, &[]),
        (Reply::Yes, YES, &[]),
        (Reply::Other, OTHER, &["no", "nope", "hm", "sorry"]),
    ];
    let said = replies
        .into_iter()
        .find(|(_, words, beside)| says_only(&rest, words, beside));
    said.map(|(reply, ..)| reply).or_else(|| pick(rest).map(Reply::Pick))
}

/// The courtesy that `text` is, where that is all it is.
pub fn courtesy(text: &str) -> Option<Courtesy> {
    if text.len() > LONGEST {
        return None;
    }
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    let rest = Rest::of(&tokens);
    let idle = &[
        "and", "you", "all", "again", "chatcal", "bot", "ok", "okay", "then", "now", "everyone", "oh", "good",
    ];
    let said = COURTESIES.iter().find(|(_, words)| says_only(&rest, words, idle));
    let agrees = || says_only(&rest, YES, &[]) || says_only(&rest, NO, &[]);
    said.map(|(courtesy, _)| *courtesy)
        .or_else(|| agrees().then_some(Courtesy::Agreed))
}

/// Nothing but `words`, once or more, politeness, and what may stand beside them.
fn says_only(rest: &Rest, words: &[&str], beside: &[&str]) -> bool {
    let mut rest = rest.part(rest.range.clone());
    let mut says = false;
    loop {
        rest.bare();
        if rest.opens(words) {
            says = true;
        } else if !rest.opens(POLITE) && !rest.opens(beside) {
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
