//! Sentences without a request: "dentist friday 3pm" is a title with its time and books, "today I got a prize" only tells.
//! May import: `asks`, `clause`, `facts`, `noun`, `sense`, `told`, `meaning`, `token`, `words`.

use super::super::meaning::Intent;
use super::super::token::{Kind, Tokens};
use super::super::words::Word;
use super::When;
use super::asks;
use super::clause::{Clause, Mood, Opening};
use super::facts::fact;
use super::noun::{About, about};
use super::sense::Sense;
use super::told::{is_parting, is_told_off, others_tell};
use super::wants::SERVICED;

/// What a car needs from time to time.
const UPKEEP: &[&str] = &[
    "maintenance",
    "service",
    "servicing",
    "repair",
    "repairs",
    "repairing",
    "inspection",
    "checkup",
    "tune-up",
    "tuneup",
];

/// So many words of a message without a verb can still be a title.
const SHORT: usize = 5;

pub(super) fn tells(text: &Tokens, clause: &Clause, opening: Opening, when: When) -> Option<Intent> {
    let range = clause.range.clone();
    let it = about(text, opening.at..range.end);
    if let Some(told) = fact(text, clause, &it, when) {
        return Some(told);
    }
    if let Some(changed) = should_be(text, &it, clause) {
        return Some(changed);
    }
    if let Some(changed) = has_changed(text, &it, opening, range.end) {
        return Some(changed);
    }
    match opening.mood {
        Mood::Tale => tale(text, opening, range.end, it, when),
        _ => title(text, clause, opening, it, when),
    }
}

/// "it should last an hour", "the duration is 2 hours", "my meeting needs to be on Monday": what is there is not as it should be.
fn should_be(text: &Tokens, it: &About, clause: &Clause) -> Option<Intent> {
    let (start, end) = (clause.range.start, clause.range.end);
    let attribute = |&at: &usize| text.sense(at).is(Sense::ATTRIBUTE) && matches!(text.low(at + 1), "is" | "should");
    if it
        .first_noun_at
        .filter(|&at| at <= start + 3)
        .as_ref()
        .is_some_and(attribute)
    {
        return Some(Intent::Reschedule);
    }
    let modal = (start + 1..end).find(|&at| {
        matches!(
            (text.low(at), text.low(at + 1)),
            (
                "should" | "must",
                "be" | "last" | "start" | "end" | "have" | "go" | "take"
            ) | ("needs" | "has" | "ought", "to")
        )
    });
    let pointed = (start..modal?).any(|at| matches!(text.low(at), "it" | "that" | "this"));
    // "this event needs to be deleted"
    if it.all.is(Sense::CANCELLED) && it.all.is(Sense::EVENT) {
        return Some(Intent::Cancel);
    }
    (pointed && !it.all.is(Sense::FOREIGN) || it.the_plan && it.first.is(Sense::EVENT.or(Sense::OCCASION)))
        .then_some(Intent::Reschedule)
}

/// "the meeting got moved to 5", "my trip was cancelled"
pub(super) fn has_changed(text: &Tokens, it: &About, opening: Opening, end: usize) -> Option<Intent> {
    // "my dinner is now at 8 instead of 7"
    // "my massage was supposed to be on Monday"
    let supposed = (opening.at..end).any(|at| matches!((text.low(at), text.low(at + 1)), ("was" | "were", "supposed")));
    if supposed && it.the_plan {
        return Some(Intent::Reschedule);
    }
    let named = it.the_plan || it.first_noun_at == Some(opening.at);
    if (it.my_plan || named && it.first.is(Sense::EVENT.or(Sense::OCCASION)))
        && (opening.at..end)
            .any(|at| text.low(at) == "instead" || matches!((text.low(at), text.low(at + 1)), ("is" | "are", "now")))
    {
        return Some(Intent::Reschedule);
    }
    if !it.all.is(Sense::EVENT.or(Sense::OCCASION)) {
        return None;
    }
    // "the dinner moved to 8"
    let noun = it.first_noun_at.unwrap_or(end);
    if it.the_plan && matches!(text.low(noun + 1), "moved" | "shifted" | "changed") && text.low(noun + 2) == "to" {
        return Some(Intent::Reschedule);
    }
    let passive = (opening.at + 1..end).find(|&at| {
        text.sense(at).is(Sense::MOVED.or(Sense::CANCELLED))
            && (text.sense(at - 1).is(Sense::AUX.or(Sense::PAST)) || text.low(at - 1) == "be")
    })?;
    if text.sense(passive).is(Sense::CANCELLED) {
        Some(Intent::Cancel)
    } else {
        Some(Intent::Reschedule)
    }
}

/// "I have a dentist appointment on Friday", "I'm going to Paris this autumn".
fn tale(text: &Tokens, opening: Opening, end: usize, it: About, when: When) -> Option<Intent> {
    let verb = opening.at;
    let sense = text.sense(verb);
    let noun = it.first.is(Sense::EVENT.or(Sense::OCCASION));
    if opening.negative {
        let stays_away = matches!(text.low(verb), "need" | "joining" | "attending" | "attend" | "join")
            || matches!((text.low(verb), text.low(verb + 1)), ("going", "to" | "on"))
            || (opening.at.saturating_sub(3)..verb).any(|at| text.low(at) == "longer")
                && matches!(text.low(verb), "go" | "make" | "come" | "do")
            || text.low(verb) == "coming" && it.the_plan;
        // "we aren't meeting on friday anymore", "we're not doing lunch tomorrow"
        let called_off =
            when.is_said() && (text.low(verb) == "meeting" || noun && matches!(text.low(verb), "having" | "doing"));
        return (noun && stays_away || called_off).then_some(Intent::Cancel);
    }
    let past = (verb..end).any(|at| matches!(text.low(at), "yesterday" | "ago" | "last" | "earlier"));
    let got = text.low(verb) == "got"
        && (text.low(verb - 1).ends_with("ve")
            || text.low(verb - 1) == "have"
            || matches!(text.low(verb + 1), "a" | "an") && noun && when.is_said() && !past);
    // "I'm taking a trip and want a one-way flight"
    let flies = |at: usize| matches!(text.low(at), "flight" | "flights");
    if text.low(verb) != "have"
        && (verb..end).any(flies)
        && (verb..end).any(|at| matches!(text.low(at), "want" | "need" | "way"))
    {
        return Some(Intent::Other);
    }
    // "I have a flight on Tuesday at 7"
    let travels = (text.low(verb) == "have" || got) && it.first.is(Sense::TRAVEL) && when.is_said();
    if sense.is(Sense::PAST) && !got || it.elsewhere() && !travels {
        return Some(Intent::Other);
    }
    let drops = matches!(text.low(verb), "skipping" | "dropping" | "ditching") && noun;
    if drops || sense.is(Sense::CANCEL) && sense.is(Sense::ING) {
        return Some(Intent::Cancel);
    }
    let has = matches!(text.low(verb), "have" | "got")
        || matches!(text.low(verb.wrapping_sub(1)), "i've" | "we've" | "i’ve" | "we’ve")
            && matches!(text.word(verb), Word::A);
    let does = sense.is(Sense::ING) || text.low(verb).ends_with("ing") || matches!(text.low(verb), "attend" | "meet");
    // "we are painting the nursery this weekend"
    let works = text.low(verb).ends_with("ing")
        && matches!(text.word(verb + 1), Word::The | Word::A)
        && when.is_said()
        && !matches!(
            text.low(verb),
            "having" | "feeling" | "getting" | "making" | "loving" | "enjoying" | "watching" | "playing"
        );
    let gets = text.low(verb) == "get" && text.sense(verb + 1).is(Sense::MINE);
    let begins = gets
        || matches!(
            text.low(verb),
            "start" | "begin" | "leave" | "fly" | "arrive" | "land" | "travel" | "work"
        );
    let shall = (opening.at.saturating_sub(3)..verb)
        .any(|at| matches!(text.low(at), "will" | "be" | "i'll" | "we'll" | "i’ll"));
    let is_on = has && noun
        || travels
        || when == When::Clock && (has || does || shall || begins)
        || works
        || when.is_said() && shall && matches!(text.low(verb), "in" | "at" | "away" | "out")
        || when.is_said() && (has || does && noun || text.low(verb) == "going" || shall && noun);
    if is_on && end > verb { Some(Intent::Book) } else { None }
}

/// "lunch friday 12:30", "Table for 13 please", "meetings today".
fn title(text: &Tokens, clause: &Clause, opening: Opening, it: About, when: When) -> Option<Intent> {
    let range = opening.at..clause.range.end;
    let all = clause.range.clone();
    if all
        .clone()
        .all(|at| text.sense(at).is(Sense::GREETING.or(Sense::OPENER)) || matches!(text.kind(at), Some(Kind::Mark(_))))
        && !when.is_said()
    {
        return None;
    }
    if all
        .clone()
        .next()
        .is_some_and(|at| matches!(text.word(at), Word::Greeting))
        && !it.first.is(Sense::EVENT)
    {
        return Some(Intent::Other);
    }
    // "passport appointment on monday at 9"
    let of_event = when == When::Clock && it.all.is(Sense::EVENT);
    let planned = it.first.is(Sense::EVENT.or(Sense::OCCASION).or(Sense::REMINDER)) || it.calendar();
    if it.first.is(Sense::FOREIGN) && !planned && !of_event {
        return Some(Intent::Other);
    }
    if it.all.is(Sense::EVENT)
        && range
            .clone()
            .any(|at| matches!(text.low(at), "information" | "info" | "details" | "status"))
    {
        return Some(Intent::Query);
    }
    // "no longer need the appointment"
    let no_longer = range.clone().any(|at| {
        (text.low(at), text.low(at + 1)) == ("longer", "need")
            || text.low(at) == "longer" && text.sense(at + 1).is(Sense::WISH)
    });
    if no_longer && it.first.is(Sense::EVENT) {
        return Some(Intent::Cancel);
    }
    // "my car needs an appointment"
    if others_tell(text, &all, &it) && !it.calendar() || is_parting(text, &all) || is_told_off(text, &all) {
        return Some(Intent::Other);
    }
    let needs = range
        .clone()
        .find(|&at| matches!(text.low(at), "needs" | "need" | "requires"));
    let serviced =
        |at: usize| (at + 1..range.end).any(|at| SERVICED.contains(&text.low(at)) || UPKEEP.contains(&text.low(at)));
    let own_thing = it.first.is(Sense::WORLDLY);
    if needs.is_some_and(|at| about(text, at + 1..range.end).first.is(Sense::EVENT) || own_thing && serviced(at)) {
        return Some(Intent::Book);
    }
    // "great meeting today"
    let praises = matches!(
        text.low(all.start),
        "great" | "good" | "nice" | "awesome" | "lovely" | "terrible" | "boring" | "fun" | "bad"
    ) && it.first_noun_at == Some(all.start + 1)
        && when < When::Clock;
    if praises {
        return Some(Intent::Other);
    }
    // "my day", "availability on Friday"
    let mine_only =
        asks::says_my_day(text, range.clone()) && it.unknown == 0 && it.first == Sense::NONE && when < When::Clock;
    let free_only =
        it.first == Sense::NONE && matches!(text.low(all.start), "availability" | "availabilities" | "openings");
    if mine_only && range.len() <= 3 || free_only {
        return Some(Intent::Query);
    }
    // "people usually eat at noon"
    let habit = range.clone().any(|at| {
        matches!(
            text.low(at),
            "usually" | "always" | "often" | "normally" | "typically" | "generally" | "rarely"
        )
    });
    if habit && !it.calendar() {
        return Some(Intent::Other);
    }
    // "enjoy your weekend", "good morning"
    let parts = |at: usize| matches!(text.word(at), Word::Part(_));
    let happy_hour = |at: usize| (text.low(at), text.low(at + 1)) == ("happy", "hour");
    let chats = all
        .clone()
        .any(|at| text.sense(at).is(Sense::CHAT) && !parts(at) && !happy_hour(at));
    let greets = all.clone().all(|at| {
        text.sense(at).is(Sense::OPENER.or(Sense::CHAT))
            || text.kind(at).is_none_or(|kind| matches!(kind, Kind::Mark(_)))
    });
    if greets || chats && !it.first.is(Sense::EVENT) && (when < When::Clock || !it.first.is(Sense::OCCASION)) {
        return Some(Intent::Other);
    }
    // "meetings today", "my agenda"
    let lists = it.first.is(Sense::EVENT.or(Sense::REMINDER)) && it.first.is(Sense::PLURAL)
        || it.calendar() && when < When::Clock;
    let verbs = range.clone().any(|at| {
        text.sense(at)
            .is(Sense::AUX.or(Sense::ME).or(Sense::OTHERS).or(Sense::PAST))
            && !matches!(text.low(at), "may" | "this")
            && !matches!(text.word(at), Word::Half(_))
    });
    if lists && !verbs {
        // "the schedule of the trains"
        if it.calendar() && !it.my_plan {
            return Some(asks::asks(text, range, true, when));
        }
        return Some(Intent::Query);
    }
    // "Carla doesn't want her table anymore"
    let has = |group: Sense| range.clone().any(|at| text.sense(at).is(group));
    let unwanted =
        has(Sense::NOT) && has(Sense::WISH) && range.clone().any(|at| matches!(text.low(at), "anymore" | "longer"));
    if unwanted && it.first.is(Sense::EVENT) {
        return Some(Intent::Cancel);
    }
    // "the name is Dana Cole, for 8 at 7pm"
    let under_name = range.clone().any(|at| text.low(at) == "name")
        && range.clone().any(|at| matches!(text.low(at), "is" | "under"))
        && when == When::Clock;
    if under_name && !it.elsewhere() {
        return Some(Intent::Book);
    }
    let short = it.unknown <= SHORT;
    let noun = it.first.is(Sense::EVENT.or(Sense::REMINDER));
    let needed = it.first.is(Sense::EVENT)
        && range
            .clone()
            .any(|at| matches!(text.low(at), "needed" | "required" | "wanted"));
    if needed {
        return Some(Intent::Book);
    }
    // "my weekly plan"
    let last = range.end.checked_sub(1).map_or("", |last| text.low(last));
    if text.low(clause.range.start) == "my" && matches!(last, "plan" | "plans") && when < When::Clock {
        return Some(Intent::Query);
    }
    // "next meeting", "my appointment with Ann": one that is there.
    let there = it.first.is(Sense::EVENT)
        && when < When::Clock
        && matches!(
            text.low(clause.range.start),
            "next" | "my" | "upcoming" | "coming" | "today's" | "the"
        );
    if there && !verbs {
        return Some(Intent::Query);
    }
    // "there's a town hall on tuesday at 6", "the farrier is coming tuesday at 7"
    let there = matches!(
        (text.low(all.start), text.low(all.start + 1)),
        ("there's" | "there’s", "a" | "an")
    ) || (text.low(all.start), text.low(all.start + 1)) == ("there", "is")
        && text.word(all.start + 2) == Word::A;
    let comes = text.word(all.start) == Word::The
        && all
            .clone()
            .skip(1)
            .take(4)
            .any(|at| matches!(text.low(at), "coming" | "comes" | "visiting"))
        && !it.first.is(Sense::FOREIGN.or(Sense::TRAVEL));
    if when == When::Clock && (there && !it.elsewhere() || comes) {
        return Some(Intent::Book);
    }
    // "my daughter has a recital on saturday at 4"
    let has_one = text.sense(clause.range.start).is(Sense::MINE)
        && it.first.is(Sense::OCCASION.or(Sense::EVENT))
        && range
            .clone()
            .any(|at| text.low(at) == "has" && matches!(text.word(at + 1), Word::A));
    if has_one && when.is_said() {
        return Some(Intent::Book);
    }
    // "there's a party tomorrow at 8", "March 5th is Ann's birthday"
    let is_on = it.all.is(Sense::OCCASION.or(Sense::EVENT))
        && range
            .clone()
            .any(|at| matches!(text.low(at), "is" | "are" | "there's" | "there’s"));
    match when {
        When::Clock if !verbs || noun || is_on => Some(Intent::Book),
        When::Day if !verbs && short && (!it.elsewhere() || it.first.is(Sense::TRAVEL) && it.unknown <= 1) => {
            Some(Intent::Book)
        }
        When::Day if is_on => Some(Intent::Book),
        // "coffee with Nelson"
        _ if it.first.is(Sense::OCCASION)
            && !it.first.is(Sense::PLURAL)
            && !verbs
            && it.unknown <= 2
            && range.clone().any(|at| text.low(at) == "with")
            && !it.elsewhere() =>
        {
            Some(Intent::Book)
        }
        _ if noun && !verbs && short && !it.elsewhere() => Some(Intent::Book),
        _ => None,
    }
}
