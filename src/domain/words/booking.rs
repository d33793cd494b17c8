//! Sentences about bookings: made, not made, taken back, moved.

use chrono::{DateTime, Utc};

use crate::domain::act::Fault;
use crate::domain::booking::{Booking, Conflict, Meet, Plan, UNTITLED};
use crate::domain::choice::{Answer, Choice, Deed, RequestId};
use crate::domain::letter::{Button, Message, Tone};
use crate::domain::person::{Platform, ZoneSource};

use super::talk::excerpt;
use super::time::{beside, choice, date, moment, span_in_zone};

/// The label that lets a request go.
pub const CANCEL: &str = "Cancel";

fn answer(request: RequestId, label: &str, answer: Answer, tone: Tone) -> Button {
    Button {
        label: label.to_owned(),
        choice: Choice::Answer(request, answer),
        tone,
    }
}

fn deed(booking: &Booking, label: &str, deed: Deed, tone: Tone) -> Button {
    Button {
        label: label.to_owned(),
        choice: Choice::Booking(booking.plan.id.clone(), deed),
        tone,
    }
}

/// `Budget, Tue 24 Nov 2026, …`; the time alone where nobody gave a title.
pub(super) fn titled(plan: &Plan, time: &str) -> String {
    if plan.title == UNTITLED {
        time.to_owned()
    } else {
        format!("{}, {time}", plan.title)
    }
}

/// The event stands in the calendar. `notes` are the assumptions made on the way.
pub fn booked(booking: &Booking, notes: &[String], platform: Platform) -> Message {
    let plan = &booking.plan;
    let mut message = Message::default()
        .strong(if booking.meet == Meet::Failed && !plan.without_link {
            "Booked, but without a Meet link: "
        } else {
            "Booked: "
        })
        .and(titled(plan, &moment(plan, platform)));
    if let Some(location) = &plan.location {
        message = message.and(format!(" · {location}"));
    }
    if !plan.guests.is_empty() {
        message = message.and(format!(" · with {}", guests(plan)));
    }
    message = match &booking.meet {
        Meet::Ready(link) => message.and(" · ").link(link.clone()),
        Meet::Pending => message.and(" · the Meet link follows"),
        Meet::Failed if plan.without_link => message.and(" · without a Meet link, as you asked"),
        Meet::Failed => message.and(" · Google could not make the link; the event stands"),
    };
    if !notes.is_empty() {
        message = message.and(format!("\n({})", notes.join("; ")));
    }
    let undo = deed(booking, "Undo", Deed::Undo, Tone::Plain);
    let change = deed(booking, "Change zone", Deed::ChangeZone, Tone::Plain);
    let zone_guessed = matches!(plan.zone_source, ZoneSource::Calendar | ZoneSource::Profile);
    message.buttons([undo]).buttons(zone_guessed.then_some(change))
}

/// The Meet link is there, or will never be: the reply as it should have been.
pub fn meet_settled(booking: &Booking, platform: Platform) -> Message {
    booked(booking, &[], platform)
}

/// Something else is in the calendar.
pub fn busy(request: RequestId, plan: &Plan, conflicts: &[Conflict], free_at: Option<DateTime<Utc>>) -> Message {
    const NAMED: usize = 3;
    let day = plan.wall_start().date();
    let mut named: Vec<String> = conflicts
        .iter()
        .take(NAMED)
        .map(|conflict| {
            let when = if conflict.all_day {
                "all day".to_owned()
            } else {
                beside(plan, conflict.start, conflict.end)
            };
            format!("{} {when}", excerpt(&conflict.title))
        })
        .collect();
    if conflicts.len() > NAMED {
        named.push(format!("{} more", conflicts.len() - NAMED));
    }
    let mut message = Message::default().strong("Not booked: ").and(format!(
        "you have {} ({}, {}).",
        listed(&named),
        date(day),
        plan.zone
    ));
    if let Some(at) = free_at {
        let label = choice(at, &plan.zone, day);
        message = message.and(format!(" Shall it be {label}?"));
        message = message.buttons([answer(request, &label, Answer::At(at), Tone::Primary)]);
    }
    message.buttons([
        answer(request, "Book anyway", Answer::BookAnyway, Tone::Plain),
        answer(request, CANCEL, Answer::Cancel, Tone::Plain),
    ])
}

/// `A`, `A and B`, `A, B and C`.
fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The calendar could not be read, so nothing was written.
pub fn unreadable(request: RequestId, plan: &Plan, fault: &Fault, contact: &str) -> Message {
    Message::default()
        .strong("Not booked: ")
        .and(format!(
            "I could not check your calendar for {}. {} Shall I book all the same?",
            span_in_zone(plan),
            because(fault, contact)
        ))
        .buttons(retry_buttons(request))
}

fn retry_buttons(request: RequestId) -> [Button; 3] {
    [
        answer(request, "Try again", Answer::TryAgain, Tone::Primary),
        answer(request, "Book anyway", Answer::BookAnyway, Tone::Plain),
        answer(request, CANCEL, Answer::Cancel, Tone::Plain),
    ]
}

/// The write was refused or gave up.
pub fn not_done(request: RequestId, plan: &Plan, fault: &Fault, contact: &str) -> Message {
    Message::default()
        .strong("Not booked: ")
        .and(format!("{}. {}", span_in_zone(plan), because(fault, contact)))
        .buttons([
            answer(request, "Try again", Answer::TryAgain, Tone::Primary),
            answer(request, CANCEL, Answer::Cancel, Tone::Plain),
        ])
}

/// Whose fault it was, in a sentence.
pub(super) fn because(fault: &Fault, contact: &str) -> String {
    match fault {
        Fault::Passing => "Google does not answer just now; that usually passes within minutes.".to_owned(),
        Fault::Operator { incident } => {
            format!(
                "This bot is not set up right, which is not your fault: please tell {contact} “incident {incident}”."
            )
        }
        Fault::Policy { reason } if reason.contains("rapt") => format!(
            "Your organisation ends sign-ins like mine after a while ({reason}): say “connect” to sign in again. Its Google \
             administrators can exempt ChatCal."
        ),
        Fault::Policy { reason } => format!(
            "Your organisation does not let me at your calendar ({reason}): its Google administrators can allow ChatCal."
        ),
        Fault::Refused { reason } => format!("Google refused: {reason}."),
    }
}

/// Google can't be reached; it goes on by itself.
pub fn delayed(plan: Option<&Plan>) -> Message {
    let until = plan.map(|plan| format!(": {}, and I keep trying until it starts", span_in_zone(plan)));
    Message::default().strong("Not booked yet").and(format!(
        "{}. Google does not answer just now; you need not do anything.",
        until.unwrap_or_default()
    ))
}

/// It may be written already, and Google can't be asked yet.
pub fn checking(plan: &Plan) -> Message {
    Message::default()
        .strong("Checking whether it was booked: ")
        .and(format!(
            "{}. Google does not answer just now; I keep looking, and will tell you.",
            span_in_zone(plan)
        ))
}

/// The start has passed before it could be booked.
pub fn late(request: RequestId, plan: &Plan, instead: DateTime<Utc>) -> Message {
    let label = choice(instead, &plan.zone, plan.wall_start().date());
    Message::default()
        .strong("Not booked: ")
        .and(format!(
            "{} has passed by now. When shall it be instead?",
            span_in_zone(plan)
        ))
        .buttons([
            answer(request, &label, Answer::At(instead), Tone::Primary),
            answer(request, CANCEL, Answer::Cancel, Tone::Plain),
        ])
}

/// Guests would get mail, which can't be unsent: may they?
pub fn inviting(request: RequestId, plan: &Plan, platform: Platform) -> Message {
    let invite = match plan.guests.as_slice() {
        [one] => format!("Invite {} and book", one.called()),
        many => format!("Invite {} guests and book", many.len()),
    };
    Message::text(format!(
        "{}: shall I invite {}? Google will send them an e-mail.",
        titled(plan, &moment(plan, platform)),
        guests(plan)
    ))
    .buttons([
        answer(request, &invite, Answer::InviteAndBook, Tone::Primary),
        answer(request, "Book without guests", Answer::BookWithoutGuests, Tone::Plain),
        answer(request, CANCEL, Answer::Cancel, Tone::Plain),
    ])
}

fn guests(plan: &Plan) -> String {
    const NAMED: usize = 5;
    let mut named: Vec<String> = plan
        .guests
        .iter()
        .take(NAMED)
        .map(|guest| match &guest.name {
            Some(name) => format!("{name} ({})", guest.email),
            None => guest.email.clone(),
        })
        .collect();
    if plan.guests.len() > NAMED {
        named.push(format!("{} more", plan.guests.len() - NAMED));
    }
    named.join(", ")
}

/// The person let a request go.
pub fn cancelled() -> Message {
    Message::text("Nothing was booked.")
}

/// A button of a request that is settled already, or was let go.
pub fn closed() -> Message {
    Message::text("That request is settled already, or older than a day; nothing was changed.")
}

/// The event was deleted in Google since this request wrote it.
pub fn deleted_since(plan: &Plan) -> Message {
    Message::default().strong("Not booked: ").and(format!(
        "{} was deleted in Google Calendar meanwhile, so I left it deleted.",
        span_in_zone(plan)
    ))
}

/// The event is out of the calendar.
pub fn removed(booking: &Booking) -> Message {
    Message::text(format!(
        "Removed: {}",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
    .buttons([book_again_offer(booking)])
}

/// [Book again]
pub fn book_again_offer(booking: &Booking) -> Button {
    deed(booking, "Book again", Deed::BookAgain, Tone::Plain)
}

/// It was edited in Google since we wrote it.
pub fn edited(booking: &Booking) -> Message {
    Message::text(format!(
        "{} was edited in Google Calendar since I booked it. Remove it all the same?",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
    .buttons([
        deed(booking, "Remove anyway", Deed::UndoAnyway, Tone::Danger),
        deed(booking, "Keep it", Deed::Keep, Tone::Plain),
    ])
}

/// It stays.
pub fn keep(booking: &Booking) -> Message {
    Message::text(format!("Kept: {}", titled(&booking.plan, &span_in_zone(&booking.plan))))
}

/// Undoing ends with the start.
pub fn begun(booking: &Booking) -> Message {
    Message::text(format!(
        "{} has begun, so I leave it in your calendar; you can remove it in Google Calendar.",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
}

/// It is gone already.
pub fn already_removed(booking: &Booking) -> Message {
    Message::text(format!(
        "{} is removed already.",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
    .buttons([book_again_offer(booking)])
}

/// Nothing was booked here, so nothing can be undone.
pub fn nothing_to_undo() -> Message {
    Message::text("I have booked nothing for you lately, so there is nothing to undo or change.")
}

/// A button names a booking that is not the presser's.
pub fn no_such_booking() -> Message {
    Message::text("I know no such booking of yours; nothing was changed.")
}

/// The event has other times now, or may get them.
pub fn moved(booking: &Booking) -> Message {
    Message::text(format!(
        "Moved: {}",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
    .buttons([deed(booking, "Undo", Deed::Undo, Tone::Plain)])
}

/// A removal or a move did not work out.
pub fn not_changed(what: &str, booking: &Booking, fault: &Fault, contact: &str) -> Message {
    Message::default().strong(format!("Not {what}: ")).and(format!(
        "{} stays as it is. {}",
        titled(&booking.plan, &span_in_zone(&booking.plan)),
        because(fault, contact)
    ))
}

/// It was edited in Google, so it is not moved.
pub fn edited_not_moved(booking: &Booking) -> Message {
    Message::default().strong("Not moved: ").and(format!(
        "{} was edited in Google Calendar since I booked it, so I leave it as it is.",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
}

/// It is no longer in the calendar.
pub fn gone(booking: &Booking) -> Message {
    Message::default().strong("Not moved: ").and(format!(
        "{} is no longer in your calendar.",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
}

/// The account is no longer connected, so nothing can be done about an event in it.
pub fn needs_connection(what: &str, booking: &Booking) -> Message {
    Message::default().strong(format!("Not {what}: ")).and(format!(
        "{} stays as it is, since your Google Calendar is not connected any more.",
        titled(&booking.plan, &span_in_zone(&booking.plan))
    ))
}
