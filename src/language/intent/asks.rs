//! Questions: whether they ask about the person's calendar, or about anything else. They never write.
//! May import: `noun`, `sense`, `meaning`, `token`, `words`.

use std::ops::Range;

use super::super::meaning::Intent;
use super::super::token::Tokens;
use super::When;
use super::noun::about;
use super::sense::Sense;

/// A question, or with `shows` what is to be shown ("show me …").
pub(super) fn asks(text: &Tokens, range: Range<usize>, shows: bool, when: When) -> Intent {
    if about_calendar(text, range, shows, when) {
        Intent::Query
    } else {
        Intent::Other
    }
}

fn about_calendar(text: &Tokens, range: Range<usize>, shows: bool, when: When) -> bool {
    let it = about(text, range.clone());
    let says = |words: &[&str]| range.clone().any(|at| words.contains(&text.low(at)));
    let low = |at: usize| text.low(range.start + at);
    let elsewhere = it.on_list || says(&["near", "nearby", "nearest", "closest"]);
    if is_general(low(0), low(1)) || elsewhere && !it.calendar() {
        return false;
    }
    if it.calendar() || says_my_day(text, range.clone()) {
        return true;
    }
    // "am I booked on Friday?"
    let mine = it.me || says(&["my", "our"]);
    if is_my_plan(low(0), low(1), text.low(range.start + 2)) && !it.elsewhere() {
        return true;
    }
    if it.me && says(&["booked", "scheduled", "planned", "reserved", "available", "busy"]) {
        return true;
    }
    let dated = it.me && when.is_said() && !is_able(low(0)) && !it.all.is(Sense::FOREIGN.or(Sense::TRAVEL));
    if !dated && (it.elsewhere() || it.first.is(Sense::FOREIGN.or(Sense::TRAVEL)) && !it.first.is(Sense::EVENT)) {
        return it.my_plan && it.all.is(Sense::EVENT);
    }
    if it.first.is(Sense::EVENT.or(Sense::REMINDER)) {
        // "do they take reservations?", "what events are on in Boston?"
        let policy = says(&["accept", "allow", "allowed", "take", "takes", "accepts", "allows"]) && !mine;
        let public = says(&["events"])
            && it.unknown > 0
            && !mine
            && says(&["in", "around", "at", "downtown", "local", "latest"]);
        return !policy && !public;
    }
    let advice = matches!(low(0), "should" | "shall") || says(&["should", "able", "need", "buy", "spend", "spent"]);
    if advice {
        return false;
    }
    let have = says(&[
        "have", "had", "got", "'m", "am", "doing", "supposed", "going", "meet", "meeting", "seeing", "did", "are",
        "will",
    ]);
    if it.first.is(Sense::OCCASION) {
        let dated = asks_time(low(0), low(1)) && is_being(text, range.start + 1..range.start + 3);
        let people = is_yes_or_no(low(0))
            && says(&[
                "joining",
                "coming",
                "attending",
                "invited",
                "going",
                "at",
                "bringing",
                "still",
            ]);
        let planned = says(&["scheduled", "planned", "booked"]);
        return dated
            || people
            || planned
            || it.me && have && !is_able(low(0))
            || (it.my_plan || it.the_plan)
                && (asks_time(low(0), low(1)) || when.is_said() || shows && it.my_plan || low(0).starts_with("who"))
            || it.my_plan && low(0) == "how"
            || is_yes_or_no(low(0)) && when.is_said();
    }
    if it.all.is(Sense::FREE) {
        let crowded = says(&["busy", "open", "opening"]);
        return it.me && !says(&["much"])
            || it.unknown == 0 && low(0) != "how"
            || when.is_said() && !crowded && low(0) != "how";
    }
    let foreign = it.all.is(Sense::FOREIGN.or(Sense::TRAVEL));
    if it.me && when.is_said() {
        // "did I lock the door?" is not for a calendar to know.
        let did = says(&["did", "been"])
            && !says(&["have", "go", "meet", "do", "schedule", "book", "attend", "see", "visit"]);
        return !is_able(low(0)) && !foreign && !did && !says(&["much", "many", "feel", "look"]);
    }
    let agenda = says(&[
        "planned",
        "scheduled",
        "happening",
        "going",
        "doing",
        "coming",
        "up",
        "on",
        "upcoming",
        "anything",
        "something",
        "have",
        "supposed",
        "meet",
    ]);
    if it.me && agenda && it.unknown == 0 {
        return !foreign && !is_able(low(0)) && !says(&["you", "get"]);
    }
    // "what's on tomorrow?", "tomorrow at 3?"; "what's tomorrow's date?" asks about the calendar of all.
    let date = says(&["date", "today's", "todays"]) || matches!((low(0), low(1)), ("what" | "which", "day"));
    let bare = !text.sense(range.start).is(Sense::WH.or(Sense::AUX)) && !shows;
    when.is_said()
        && it.unknown == 0
        && !foreign
        && !date
        && (bare || agenda || says(&["for", "about", "plan", "look", "looking", "like"]))
}

/// "when is my …", "when am I …", "what do I have …", "do I have anything …"
fn is_my_plan(first: &str, second: &str, third: &str) -> bool {
    let when = matches!(
        (first, second),
        ("when", "is" | "was" | "are" | "am" | "do" | "did" | "will") | ("when's" | "whens", _)
    );
    let mine = matches!(second, "my" | "our") || matches!(third, "my" | "our" | "i" | "we");
    when && mine
}

/// "is", "was": of what is or was to be, not of what one does or can do.
fn is_being(text: &Tokens, mut range: Range<usize>) -> bool {
    range.any(|at| matches!(text.low(at), "is" | "was" | "are" | "were" | "am" | "will"))
        || text.low(range.start).ends_with("'s")
}

fn asks_time(first: &str, second: &str) -> bool {
    matches!(first, "when" | "when's" | "whens" | "where" | "where's")
        || matches!((first, second), ("what", "time") | ("how", "long" | "soon"))
}

/// How a thing is done, or why it is, is no question about a calendar.
fn is_general(first: &str, second: &str) -> bool {
    first == "why" || first == "how" && matches!(second, "to" | "do" | "can" | "should" | "would" | "about" | "come")
}

fn is_able(first: &str) -> bool {
    matches!(first, "can" | "could" | "would" | "may" | "might")
}

fn is_yes_or_no(first: &str) -> bool {
    matches!(first, "is" | "are" | "was" | "were" | "will" | "did" | "does" | "do")
}

/// "how is my day?"
pub(super) fn says_my_day(text: &Tokens, mut range: Range<usize>) -> bool {
    range.any(|at| {
        let stretch = matches!(
            text.low(at),
            "day" | "week" | "weekend" | "morning" | "afternoon" | "evening" | "month" | "night"
        );
        stretch && at > 0 && text.sense(at - 1).is(Sense::MINE)
    })
}
