//! Commands, requests and wishes: what a verb asks for, by what it is about. May import: `clause`, `noun`, `sense`, `meaning`, `token`.

use super::super::meaning::Intent;
use super::super::token::Tokens;
use super::When;
use super::asks;
use super::clause::{Mood, Opening};
use super::command::{Command, PLANNED};
use super::noun::{About, about};
use super::sense::Sense;

/// What a clause with a verb at `opening.at` wants. `None` when that is none that asks.
pub(super) fn asked(text: &Tokens, opening: Opening, end: usize, when: When) -> Option<Intent> {
    let at = opening.at;
    let verb = text.sense(at);
    if verb.is(Sense::EVENT) && (verb.is(Sense::ING) || !verb.is(Sense::VERBS)) {
        return (opening.negative).then_some(Intent::Other);
    }
    if opening.reminds {
        return Some(Intent::Book);
    }
    let object = at + 1..end;
    let it = about(text, object.clone());
    // A form in -ing asks only where something leads to it: "help me scheduling …".
    if verb.is(Sense::ING) && !verb.is(Sense::OCCASION) && opening.mood == Mood::Bare {
        return None;
    }
    if opening.negative && verb.is(Sense::VERBS) {
        // "don't add a meet link"
        if (at + 1..end.min(at + 5)).any(|at| matches!(text.low(at), "link" | "video" | "videoconference")) {
            return Some(Intent::Other);
        }
        // "I no longer want to meet Phil"
        let no_need = text.low(at.wrapping_sub(1)) == "to" && text.low(at.wrapping_sub(2)) == "need";
        let verb = if no_need { Sense::FETCH } else { verb };
        if text.low(at) == "meet" && when.is_said() {
            return Some(Intent::Cancel);
        }
        let no_longer = opening.mood == Mood::Wish && verb.is(Sense::DO) && (0..at).any(|at| text.low(at) == "longer");
        return Some(if no_longer { Intent::Cancel } else { refused(verb, &it) });
    }
    // "see you tomorrow", "talk to you soon", "have a nice weekend"
    let parting = matches!(text.low(at), "see" | "talk" | "speak" | "catch" | "meet")
        && (at + 1..at + 3).any(|at| matches!(text.low(at), "you" | "u" | "ya"))
        || text.low(at) == "have"
            && (at + 1..end.min(at + 4)).any(|at| {
                matches!(
                    text.low(at),
                    "nice" | "great" | "good" | "lovely" | "wonderful" | "fun" | "safe" | "blast"
                )
            });
    if parting && opening.mood == Mood::Bare {
        return Some(Intent::Other);
    }
    // "send an invite to Bo for Monday at 10"
    let invites = matches!(text.low(at), "send" | "email" | "forward")
        && it.first_noun_at.is_some_and(|at| {
            // "a calendar invite"
            let at = at + usize::from(text.sense(at).is(Sense::CALENDAR));
            matches!(text.low(at), "invite" | "invites" | "invitation" | "invitations")
        });
    if invites && when.is_said() {
        return Some(Intent::Book);
    }
    let command = Command {
        text,
        at,
        end,
        it,
        when,
        opening,
    };
    if command.takes_off() {
        return Some(command.remove());
    }
    if let Some(asked) = command.of_several_words(object.clone()) {
        return asked;
    }
    // "bring the meeting forward", "push my 3pm back", "do the review on Tuesday instead"
    let moves = matches!(text.low(at), "bring" | "put" | "push" | "pull") && command.says(&["forward", "off", "back"])
        || (opening.mood == Mood::Request
            || opening.mood == Mood::Bare && matches!(text.low(at), "start" | "end" | "begin"))
            && command.says(&["instead"])
            && (command.it.the_plan || command.points_back())
        || command.says(&["rather"]) && command.says(&["than"]) && command.it.all.is(PLANNED)
        || text.low(at) == "put" && command.it.the_plan && command.says(&["later", "earlier"])
        || text.low(at) == "loop" && command.says(&["in"]) && command.it.all.is(PLANNED)
        || matches!(text.low(at), "meet" | "start" | "do")
            && opening.mood == Mood::Request
            && command.says(&["later", "earlier"]);
    if moves
        && (command.planned()
            || command.says(&["everything", "all"])
                && command.says(&["minutes", "hour", "hours", "day", "days", "week"])
            || when.is_said()
            || verb.is(Sense::DO))
    {
        return Some(Intent::Reschedule);
    }
    // "call it off"
    if matches!(text.low(at), "call") && command.points_back() && text.low(at + 2) == "off" {
        return Some(Intent::Cancel);
    }
    // "call it Planning"
    if matches!(
        (text.low(at), text.low(at + 1)),
        ("call" | "name", "it") | ("title" | "label", "it" | "that" | "this")
    ) {
        return Some(Intent::Reschedule);
    }
    // "play a game with me": a game is an occasion, but not this one.
    let plays = verb.is(Sense::ELSEWHERE) && verb.is(Sense::OCCASION) && (verb.is(Sense::DO) || command.says(&["me"]));
    // "call the bank tomorrow at 9", "call my mom friday at noon"; a cab is called now.
    if matches!(text.low(at), "call" | "phone" | "ring") && when == When::Clock && !command.it.all.is(Sense::TRAVEL) {
        return Some(Intent::Book);
    }
    let foreign = verb.is(Sense::ELSEWHERE) && command.it.elsewhere();
    if opening.mood == Mood::Bare && (foreign || plays && when < When::Clock) {
        return Some(Intent::Other);
    }
    // "keep my Friday evening free for the play", "write the league on my calendar"
    let keeps =
        text.low(at) == "keep" && command.says(&["free", "open", "clear", "reserved", "blocked"]) && when.is_said();
    if keeps && !opening.negative || text.low(at) == "write" && command.onto_calendar() {
        return Some(Intent::Book);
    }
    // "sync with Al friday"
    if opening.mood == Mood::Bare
        && verb.is(Sense::EVENT)
        && verb.is(Sense::DO)
        && when.is_said()
        && !command.it.elsewhere()
    {
        return None;
    }
    // "start a meeting with design at 3"
    let starts = matches!(text.low(at), "start" | "open")
        && command.it.first.is(Sense::EVENT)
        && matches!(command.next(), "a" | "an");
    if starts && when.is_said() {
        return Some(Intent::Book);
    }
    // "see the doctor tuesday 9am"
    if opening.mood == Mood::Bare
        && text.low(at) == "see"
        && when == When::Clock
        && command.it.first.is(Sense::OCCASION)
        && !command.it.elsewhere()
    {
        return Some(Intent::Book);
    }
    // "watch the film with Ann at 8": a title.
    let bare = opening.mood == Mood::Bare && verb.is(Sense::ELSEWHERE) && !verb.is(Sense::MAKE.or(Sense::CHANGE));
    if bare && when == When::Clock && command.says(&["with"]) && !command.it.elsewhere() {
        return None;
    }
    Some(match () {
        () if text.low(at) == "find" => command.fetch(object),
        () if verb.is(Sense::REMIND) => command.remind(),
        () if verb.is(Sense::BOOK) => command.book(),
        () if verb.is(Sense::CANCEL) => command.cancel(),
        () if verb.is(Sense::REMOVE) => command.remove(),
        () if verb.is(Sense::POSTPONE) => command.postpone(),
        () if verb.is(Sense::INVITE) => command.invite(),
        () if verb.is(Sense::MAKE) => return command.make(),
        () if verb.is(Sense::CHANGE) => command.change(),
        () if verb.is(Sense::ANSWER) => command.answer(),
        () if verb.is(Sense::LOOK) => command.look(object),
        () if verb.is(Sense::FETCH) => command.fetch(object),
        () if verb.is(Sense::DO) && opening.mood != Mood::Bare => command.does(),
        () if verb.is(Sense::ELSEWHERE) && (opening.mood != Mood::Bare || !verb.is(Sense::OCCASION)) => {
            command.elsewhere()
        }
        () => return None,
    })
}

/// "don't book", "I don't need my reservation any more".
fn refused(verb: Sense, it: &About) -> Intent {
    let unneeded = verb.is(Sense::DO.or(Sense::FETCH).or(Sense::MAKE))
        && !verb.is(Sense::BOOK)
        && it.first.is(Sense::EVENT.or(Sense::OCCASION));
    if unneeded { Intent::Cancel } else { Intent::Other }
}

/// "can you …" with a verb that is in no table.
pub(super) fn requested(text: &Tokens, opening: Opening, end: usize) -> Intent {
    let it = about(text, opening.at + 1..end);
    let one = it.first.is(Sense::EVENT)
        && !it.first.is(Sense::PLURAL)
        && (opening.at..end).any(|at| matches!(text.low(at), "a" | "an" | "another"));
    if one && !opening.negative {
        Intent::Book
    } else {
        Intent::Other
    }
}

/// "I need …" with no verb of ours behind it: a thing ("a table"), or anything to do ("to sell the house on Monday").
pub(super) fn wished(text: &Tokens, opening: Opening, end: usize, when: When) -> Intent {
    let it = about(text, opening.at..end);
    if opening.negative {
        return refused(Sense::FETCH, &it);
    }
    if opening.help && !it.first.is(Sense::EVENT) {
        return if it.first.is(Sense::CALENDAR) && it.all.is(Sense::FREE) {
            Intent::Query
        } else {
            Intent::Other
        };
    }
    let command = Command {
        text,
        at: opening.at.saturating_sub(1),
        end,
        it,
        when,
        opening,
    };
    // "I want it to …"
    if matches!(text.low(opening.at), "it" | "him" | "her" | "them") && !command.onto_calendar() {
        return Intent::Other;
    }
    // "I need my appointment moved"
    if it.the_plan && it.all.is(Sense::MOVED.or(Sense::CANCELLED)) {
        return if it.all.is(Sense::MOVED) {
            Intent::Reschedule
        } else {
            Intent::Cancel
        };
    }
    // "I need lunch moved to 2"
    if it.all.is(Sense::MOVED) && it.first.is(Sense::EVENT.or(Sense::OCCASION)) && !it.all.is(Sense::WORLDLY) {
        return Intent::Reschedule;
    }
    // "I want the interview to be …"
    if it.the_plan
        && (opening.at..end)
            .any(|at| text.low(at) == "to" && matches!(text.low(at + 1), "be" | "start" | "end" | "last"))
    {
        return Intent::Reschedule;
    }
    // "I need the details of my next appointment", "I'd like a list of my meetings"
    let facts = (opening.at..end).any(|at| {
        matches!(
            text.low(at),
            "details" | "info" | "information" | "confirmation" | "list" | "overview" | "summary" | "rundown"
        ) && matches!(text.low(at + 1), "of" | "for" | "on" | "about")
    });
    let looks = (opening.at..opening.at + 3).any(|at| matches!(text.low(at), "look" | "peek" | "glance"));
    if looks && it.calendar() {
        return Intent::Query;
    }
    if facts && (it.all.is(Sense::EVENT) || it.calendar()) {
        return Intent::Query;
    }
    if it.first.is(Sense::CALENDAR) && !it.all.is(PLANNED) && !when.is_said() {
        return asks::asks(text, opening.at..end, true, when);
    }
    command.wants()
}
