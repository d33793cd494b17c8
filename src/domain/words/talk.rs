//! Small talk: help, examples, settings.

use crate::domain::choice::Choice;
use crate::domain::letter::{Message, Tone};
use crate::domain::person::{Platform, ZoneSource};
use crate::language::{Courtesy, Intent, Policy};
use crate::zone::Zone;

use super::time;

/// What newcomers see, once.
pub fn examples() -> Message {
    Message::text("Hello! I book meetings on your own Google Calendar, with a Meet link. Just write, for example:\n• ")
        .code("book tomorrow at 2 PM for 30 minutes")
        .and("\n• ")
        .code("lunch with ann@example.org on Friday 12:30-13:30")
        .and("\n• ")
        .code("in 2 hours, for 45 min, about the budget")
}

/// What can be said.
pub fn help(contact: &str) -> Message {
    Message::text("Tell me what to book and when, such as ")
        .code("book tomorrow at 2 PM for 30 minutes")
        .and(". I also know these words:\n• ")
        .code("undo")
        .and(" takes the last booking back, until it starts\n• ")
        .code("timezone Europe/Berlin")
        .and(" sets the zone that I read your times in\n• ")
        .code("connect")
        .and(" and ")
        .code("disconnect")
        .and(" link and unlink your Google Calendar\n• ")
        .code("privacy")
        .and(format!(" says what I keep\nRun by {contact}."))
}

/// What is kept, and for how long.
pub fn privacy(contact: &str) -> Message {
    Message::text(
        "I see and change events on calendars that you own, and nothing else of your Google account. I keep a sealed key to it \
         until you say ",
    )
    .code("disconnect")
    .and(format!(
        ", the bookings that I made for you until 30 days after their end, and the words of your messages for 24 hours. Titles, guests and links go only to \
         you. Questions: {contact}."
    ))
}

/// Words that are no request.
pub fn not_understood(text: &str) -> Message {
    Message::text(format!("I can't make a booking out of “{}”. Try ", excerpt(text)))
        .code("book tomorrow at 2 PM for 30 minutes")
        .and(", or ")
        .code("help")
        .and(".")
}

/// An answer in kind to what is no request.
pub fn courtesy(courtesy: Courtesy) -> Message {
    Message::text(kind_word(courtesy))
}

pub(super) fn kind_word(courtesy: Courtesy) -> &'static str {
    match courtesy {
        Courtesy::Thanks => "You're welcome!",
        Courtesy::Greeting => "Hello!",
        Courtesy::HowAreYou => "All is well here, thank you!",
        Courtesy::Goodbye => "Goodbye!",
        Courtesy::Agreed => "All right.",
    }
}

/// A message that is longer than what is read of one.
pub fn too_long(text: &str) -> Message {
    Message::text(format!(
        "“{}” is too long for me; nothing was booked. Try something short, such as ",
        excerpt(text)
    ))
    .code("book tomorrow at 2 PM for 30 minutes")
    .and(".")
}

/// Several things are wanted, one of which can't be done; nothing was done.
pub fn one_at_a_time() -> Message {
    Message::text(
        "That is more than one thing at once, so I did nothing. I can't cancel or move meetings yet; what you want booked, please \
         send by itself, such as ",
    )
    .code("book tomorrow at 2 PM for 30 minutes")
    .and(".")
}

/// Requests of a kind that is not there yet; nothing was done.
pub fn cannot_yet(intent: Intent) -> Message {
    let what = match intent {
        Intent::Query => "I can't look things up in your calendar yet",
        Intent::Reschedule => "I can't move a meeting yet",
        Intent::Cancel => "I can't cancel meetings yet, except the one I booked last: say undo",
        Intent::Book
        | Intent::Connect
        | Intent::Disconnect
        | Intent::Help
        | Intent::Timezone
        | Intent::Privacy
        | Intent::Settings
        | Intent::Other => "I can't do that yet",
    };
    Message::text(format!("{what}. Nothing was changed. I can book: "))
        .code("book tomorrow at 2 PM for 30 minutes")
        .and(".")
}

/// The zone that times are read in, on asking.
pub fn zone_is(known: Option<(&Zone, ZoneSource)>, platform: Platform) -> Message {
    let now = match known {
        Some((zone, ZoneSource::Own | ZoneSource::Message)) => format!("I read your times in {zone}, as you told me."),
        Some((zone, ZoneSource::Profile)) if platform == Platform::Slack => {
            format!("I read your times in {zone}, from your Slack profile.")
        }
        Some((zone, ZoneSource::Profile)) => format!("I read your times in {zone}, from your profile."),
        Some((zone, ZoneSource::Calendar)) => format!("I read your times in {zone}, from your Google Calendar."),
        None => "I don't know your time zone yet.".to_owned(),
    };
    Message::text(format!("{now} To change it, send me a city or zone, such as "))
        .code("Europe/Berlin")
        .and(".")
}

/// What holds for them, on asking. Of it only the zone is theirs to set.
pub fn settings(known: Option<(&Zone, ZoneSource)>, policy: &Policy, platform: Platform) -> Message {
    let hours = format!(
        "{} to {}",
        time::time(policy.workday.start),
        time::time(policy.workday.end)
    );
    zone_is(known, platform).and(format!(
        "\nThe working hours that I read times by are {hours}, and a meeting takes {} minutes where you don't say how long. \
         Those two are the same for everybody here: I can't set them for you yet, so say them in the request.",
        policy.length
    ))
}

/// A zone was set by its person.
pub fn zone_set(zone: &Zone) -> Message {
    Message::text(format!("From now on I read your times in {zone}."))
}

/// A message could not be worked on because of a fault in the bot.
pub fn mishap(incident: &str, contact: &str) -> Message {
    Message::text(format!(
        "Not booked: something went wrong on my side, and nothing was changed. Please send it again; if it happens once more, \
         tell {contact} “incident {incident}”."
    ))
    .button("Help", Choice::Help, Tone::Plain)
}

/// The first words of a text, for quoting it back.
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= LONGEST {
        return one_line;
    }
    let mut cut: String = one_line.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}

/// [Show me] was pressed by somebody else.
pub fn not_for_you() -> Message {
    Message::text("That answer is not for you.")
}

/// [Show me] was pressed twice.
pub fn shown_already() -> Message {
    Message::text("That answer was shown to you already.")
}

/// [Show me] was pressed when the answer was erased. What it said nobody knows any more: it may have been a booking.
pub fn shown_too_late() -> Message {
    Message::text(
        "That answer has expired: I keep one for 24 hours until it is shown. If it was about a booking, your calendar tells \
         whether that stands; otherwise ask me again with ",
    )
    .code("/book")
    .and(", and the answer comes to you alone.")
}
