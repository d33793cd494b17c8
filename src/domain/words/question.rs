//! Questions about what was said, and what was assumed instead of asking.

use chrono::NaiveDate;

use crate::domain::act::Fault;
use crate::domain::booking::{Booking, Plan};
use crate::domain::choice::{Answer, Choice, Deed, RequestId};
use crate::domain::letter::{Button, Message, Tone};
use crate::domain::person::Platform;
use crate::domain::request::Request;
use crate::language::{Assumption, Courtesy, Doubt, Puzzle, Rule};
use crate::zone::Zone;

use super::booking::{CANCEL, because, titled};
use super::repeats;
use super::talk::{excerpt, kind_word};
use super::time;

/// The one question that a doubt comes to; `quote` are the words that raise it, `day` the day that is certain all the same,
/// `plans` what the words may mean, `rule` how it repeats.
pub fn ask(
    request: RequestId,
    doubt: &Doubt,
    quote: &str,
    day: Option<NaiveDate>,
    plans: &[Plan],
    rule: Option<&Rule>,
) -> Message {
    let quoted = format!("You wrote “{}”", excerpt(quote));
    let mut plans: Vec<&Plan> = plans.iter().collect();
    if doubt.puzzle == Puzzle::WhichHalf {
        plans.sort_by_key(|plan| plan.start);
    }
    let choices = Choices::of(doubt, &plans);
    let question = match doubt.puzzle {
        // "as soon as possible"
        Puzzle::NoTime if !plans.is_empty() => format!("{quoted}: {}?", choices.labels.join(" or ")),
        Puzzle::NoTime => match day {
            Some(day) => format!("{}: at what time? For example: 2 PM.", time::date(day)),
            // The words name a day, and the person's zone isn't known yet.
            None if !quote.is_empty() => format!("{quoted}: at what time? For example: 2 PM."),
            None => "When shall it be? For example: tomorrow at 2 PM.".to_owned(),
        },
        Puzzle::WhichHalf | Puzzle::WhichDate => format!("{quoted}: {}?", choices.labels.join(" or ")),
        Puzzle::Past => format!("{quoted}: that has passed. When shall it be?"),
        Puzzle::EndBeforeStart => format!("{quoted}: that ends before it starts. From when until when?"),
        Puzzle::NoSuchDate => format!("{quoted}: there is no such date. Which day?"),
        Puzzle::NoSuchTime => format!("{quoted}: there is no such time. At what time?"),
        Puzzle::UnknownZone => format!("{quoted}: I know no such time zone. Which one, such as Europe/Berlin?"),
        Puzzle::AmbiguousZone => {
            let likeliest = plans.first().map_or("America/Chicago", |plan| plan.zone.name());
            format!("{quoted}: several time zones go by that name. Which one, such as {likeliest}?")
        }
        Puzzle::NoLength => format!("{quoted}: a meeting needs a length. How long?"),
        Puzzle::TooLong => format!("{quoted}: that is longer than a day. From when until when?"),
        Puzzle::TooFar => format!("{quoted}: that is more than a year ahead. Which day?"),
        Puzzle::NoDay => format!("{quoted}: that is many days. Which one, and at what time?"),
        Puzzle::SeveralTimes if choices.labels.len() > 1 => format!("{quoted}: {}?", choices.labels.join(" or ")),
        Puzzle::SeveralTimes => format!("{quoted}: which day and time do you mean?"),
        Puzzle::SeveralRequests => {
            format!("{quoted}: that is more than one meeting. One at a time, please: which first?")
        }
        Puzzle::Repeating => {
            // "every Monday" says it already.
            let repeats = rule.map(repeats::rule).filter(|rule| !quote.eq_ignore_ascii_case(rule));
            let repeats = repeats.map_or(String::new(), |rule| format!(", which repeats {rule}"));
            let which = match choices.labels.first() {
                Some(first) => format!("Only the first one, {first}?"),
                None => "Which single day?".to_owned(),
            };
            format!("{quoted}{repeats}. I can't book repeating meetings yet. {which}")
        }
        Puzzle::BadAddress => format!("{quoted}: no invitation can be sent there. What is the address?"),
        Puzzle::UnknownGuest => format!("{quoted}: I don't know their e-mail address. What is it?"),
        Puzzle::TooManyGuests => format!("{quoted}: Google Calendar takes at most 200 guests. Whom shall I invite?"),
    };
    let buttons = choices.labels.into_iter().zip(&plans).map(|(label, plan)| Button {
        label,
        choice: Choice::Answer(request, Answer::At(plan.start)),
        tone: Tone::Plain,
    });
    let other = Button {
        label: "Other".to_owned(),
        choice: Choice::Answer(request, Answer::Other),
        tone: Tone::Plain,
    };
    let times = matches!(doubt.puzzle, Puzzle::WhichHalf | Puzzle::SeveralTimes | Puzzle::NoTime);
    // With [Cancel] at most four buttons.
    let other = (times && (1..=2).contains(&plans.len())).then_some(other);
    Message::text(format!("{question}{}", choices.shared))
        .buttons(buttons)
        .buttons(other)
        .button(CANCEL, Choice::Answer(request, Answer::Cancel), Tone::Plain)
}

/// An answer chose among what was offered, and didn't say which.
pub fn which_one(request: &Request, buttons: &[Button]) -> Message {
    let is_time = |button: &&Button| matches!(button.choice, Choice::Answer(_, Answer::At(_)));
    let times: Vec<&str> = buttons
        .iter()
        .filter(is_time)
        .map(|button| button.label.as_str())
        .collect();
    let which = match times.as_slice() {
        [one] => format!("shall it be {one}?"),
        many => format!("which one, {}?", many.join(" or ")),
    };
    Message::text(format!("{}: {which}", about(request)))
}

/// None of the times that were offered.
pub fn other_time(request: &Request) -> Message {
    Message::text(format!("{}: at what time, then? For example: 2 PM.", about(request))).button(
        CANCEL,
        Choice::Answer(request.id, Answer::Cancel),
        Tone::Plain,
    )
}

/// Words that may answer an open question, or not; its buttons follow.
pub fn unclear(text: &str, request: &Request) -> Message {
    Message::text(format!(
        "I can't tell what “{}” means for “{}”, which still waits for your answer. To book something else, start with “book”.",
        excerpt(text),
        excerpt(&request.text)
    ))
}

/// A courtesy in between, while a question is open; its buttons follow.
pub fn courtesy_and_question(courtesy: Courtesy, request: &Request) -> Message {
    Message::text(format!(
        "{} “{}” still waits for your answer.",
        kind_word(courtesy),
        excerpt(&request.text)
    ))
}

/// Whether the plan is to be booked: the answer that led to it was a question.
pub fn shall_i(request: RequestId, plan: &Plan, platform: Platform) -> Message {
    Message::text(format!(
        "{}: shall I book it?",
        titled(plan, &time::moment(plan, platform))
    ))
    .button("Yes", Choice::Answer(request, Answer::At(plan.start)), Tone::Primary)
    .button(CANCEL, Choice::Answer(request, Answer::Cancel), Tone::Plain)
}

/// A question that got no answer has expired; what it was about is forgotten by then.
pub fn unanswered() -> Message {
    Message::text("Nothing was booked: this question had no answer for a day.")
}

/// Which request is spoken of.
fn about(request: &Request) -> String {
    format!("About “{}”", excerpt(&request.text))
}

/// What the words may mean: each with what tells it from the others, and what they have in common.
struct Choices {
    labels: Vec<String>,
    /// ` (Tue 24 Nov 2026, Europe/Berlin)`, or nothing.
    shared: String,
}

impl Choices {
    fn of(doubt: &Doubt, plans: &[&Plan]) -> Self {
        let day = |plan: &Plan| plan.wall_start().date();
        let shared_day = shared(plans.iter().map(|plan| day(plan)));
        let shared_zone = shared(plans.iter().map(|plan| plan.zone.name()));
        let bare = matches!(doubt.puzzle, Puzzle::WhichHalf | Puzzle::SeveralTimes) && shared_day.is_some();
        let label = |plan: &Plan| {
            let time = time::time(plan.wall_start().time());
            let dated = if bare {
                time
            } else {
                format!("{} {time}", day(plan).format("%a %-d %b"))
            };
            match shared_zone {
                Some(_) => dated,
                None => format!("{dated} {}", plan.zone),
            }
        };
        let shared: Vec<String> = [shared_day.map(time::date), shared_zone.map(str::to_owned)]
            .into_iter()
            .flatten()
            .collect();
        Self {
            labels: plans.iter().map(|plan| label(plan)).collect(),
            shared: if shared.is_empty() {
                String::new()
            } else {
                format!(" ({})", shared.join(", "))
            },
        }
    }
}

/// What all of them are.
fn shared<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

/// What the policy settled, to be said with the result.
pub fn assumption(assumption: &Assumption, quote: &str) -> String {
    match assumption {
        Assumption::Length(minutes) => format!("{minutes} min, my default"),
        Assumption::Half { chosen, .. } => format!("“{}” read as {}", excerpt(quote), time::time(*chosen)),
        Assumption::Tomorrow => "tomorrow, since that time has passed today".to_owned(),
        Assumption::NextWeek { nearer } => {
            let day = time::date(nearer.zone.wall(nearer.start).date());
            format!("next week's, not the nearer {day}")
        }
        Assumption::Gap { said } => format!(
            "the clocks skip {} that day, so it is moved behind the gap",
            time::time(said.time())
        ),
        Assumption::FirstOfTwo => "the clocks show that time twice that day, this is the first".to_owned(),
        Assumption::Uninvited { names } => match names.split_last() {
            Some((last, [])) => format!("{} isn't invited: I don't know the address", excerpt(last)),
            Some((last, others)) => {
                let names = format!("{} and {last}", others.join(", "));
                format!("{} aren't invited: I don't know their addresses", excerpt(&names))
            }
            None => String::new(),
        },
    }
}

/// Which zone is theirs, before a request can be read.
pub fn zone_for_request(request: RequestId, text: &str, preselected: Option<&Zone>) -> Message {
    let mut message = Message::text(format!(
        "Which time zone are you in? I need it to book “{}”. Send me a city or zone, such as ",
        excerpt(text)
    ))
    .code("Europe/Berlin")
    .and(".");
    if let Some(zone) = preselected {
        message = message.button(
            zone.name(),
            Choice::Answer(request, Answer::In(zone.clone())),
            Tone::Primary,
        );
    }
    message.button(CANCEL, Choice::Answer(request, Answer::Cancel), Tone::Plain)
}

/// Which zone is theirs, on their own asking.
pub fn which_zone(offers: &[Zone]) -> Message {
    let offers = offers.iter().map(|zone| Button {
        label: zone.name().to_owned(),
        choice: Choice::UseZone(zone.clone()),
        tone: Tone::Plain,
    });
    Message::text("Which time zone are you in? Send me a city or zone, such as ")
        .code("America/New_York")
        .and(".")
        .buttons(offers)
}

/// The zone could not be learnt, and so it is asked for.
pub fn no_zone_found(request: RequestId, text: &str, fault: &Fault, contact: &str) -> Message {
    Message::default()
        .strong("Not booked: ")
        .and(format!(
            "I need your time zone for “{}” and could not look it up. {} Send me a city or zone, such as ",
            excerpt(text),
            because(fault, contact)
        ))
        .code("Europe/Berlin")
        .and(".")
        .button("Try again", Choice::Answer(request, Answer::TryAgain), Tone::Primary)
        .button(CANCEL, Choice::Answer(request, Answer::Cancel), Tone::Plain)
}

/// The text names no zone.
pub fn no_such_zone(text: &str) -> Message {
    Message::text(format!(
        "I know no time zone called “{}”, or several. Send me a city or zone, such as ",
        excerpt(text)
    ))
    .code("Europe/Berlin")
    .and(".")
}

/// A zone was set, and a booking stands in another one.
pub fn zone_set_offer_move(zone: &Zone, booking: &Booking) -> Message {
    let there = zone.wall(booking.plan.start);
    let here = booking.plan.wall_start();
    Message::text(format!(
        "From now on I read your times in {zone}. {} stays at {}, which is {} in {zone}. Move it to {} in {zone}?",
        booking.plan.title,
        time::span_in_zone(&booking.plan),
        time::time(there.time()),
        time::time(here.time())
    ))
    .button(
        "Move it",
        Choice::Booking(booking.plan.id.clone(), Deed::Move),
        Tone::Primary,
    )
    .button(
        "Keep it",
        Choice::Booking(booking.plan.id.clone(), Deed::Keep),
        Tone::Plain,
    )
}
