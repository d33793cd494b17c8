//! Sentences about connecting a Google account.

use crate::domain::account::GoogleAccount;
use crate::domain::act::{Ended, Fault, SignInId, SignInReason};
use crate::domain::booking::Plan;
use crate::domain::choice::{Answer, Choice, RequestId};
use crate::domain::conversation::NotConnected;
use crate::domain::letter::{Message, Tone};

use super::booking::because;
use super::talk::excerpt;
use super::time::{span, span_in_zone};

/// What is to be booked once the account is connected.
pub enum Parked<'a> {
    /// Its time is certain.
    Plan(&'a Plan),
    /// Its time waits for the calendar's zone; `plan` is how it looks so far.
    Provisional(&'a Plan),
    /// Its day depends on the calendar's zone.
    Words(&'a str),
    /// Nothing: the person asked to connect.
    Nothing,
}

/// The offer of a sign-in link.
pub fn sign_in(id: &SignInId, parked: &Parked<'_>, reason: SignInReason) -> Message {
    let what = match parked {
        Parked::Plan(plan) => Some(span_in_zone(plan)),
        Parked::Provisional(plan) => Some(format!(
            "{} (in your calendar's time zone)",
            span(plan.wall_start(), plan.wall_end())
        )),
        Parked::Words(text) => Some(format!("“{}”", excerpt(text))),
        Parked::Nothing => None,
    };
    let lead = match (reason, what) {
        (SignInReason::NotConnected, Some(what)) => {
            format!("To book {what}, connect Google Calendar once; I'll book it right after.")
        }
        (SignInReason::NotConnected, None) => "Connect your Google Calendar here.".to_owned(),
        (SignInReason::Revoked(why), what) => format!(
            "Google ended my access to your calendar ({}). Not booked; I kept your request{}. Connect again and I'll book it right \
             after.",
            match why {
                Ended::TakenBack => "it was taken back, or has expired",
                Ended::AccountGone => "the account is closed",
                Ended::Unsaid => "it did not say why",
            },
            what.map(|what| format!(" for {what}")).unwrap_or_default()
        ),
        (SignInReason::MissingPermission, what) => format!(
            "I may not write to your calendar: the permission for calendar events is missing. Not booked; I kept your request{}. \
             Connect again and leave that box ticked.",
            what.map(|what| format!(" for {what}")).unwrap_or_default()
        ),
    };
    Message::text(format!("{lead}\n"))
        .sign_in(id)
        .and("\n(private, 10 minutes; ChatCal will see and change events on calendars you own)")
}

/// Another request came while a link is out.
pub fn sign_in_pending(parked: &Parked<'_>) -> Message {
    let what = match parked {
        Parked::Plan(plan) => span_in_zone(plan),
        Parked::Provisional(plan) => format!(
            "{} (in your calendar's time zone)",
            span(plan.wall_start(), plan.wall_end())
        ),
        Parked::Words(text) => format!("“{}”", excerpt(text)),
        Parked::Nothing => {
            return Message::text("The link that I sent you a moment ago still works. Lost it? ").button(
                "New link",
                Choice::Connect,
                Tone::Plain,
            );
        }
    };
    Message::text(format!(
        "I kept {what} as well: it is booked once you have connected with the link above."
    ))
}

/// An account was connected.
pub fn connected(account: &GoogleAccount) -> Message {
    Message::text(format!("Connected {}. Not you?", account.masked())).button(
        "Disconnect",
        Choice::Disconnect,
        Tone::Danger,
    )
}

/// The same above a request's letter, whose own buttons come first: so the word that may be typed is named.
pub fn connected_meanwhile(account: &GoogleAccount) -> Message {
    let Message { spans, buttons, .. } = connected(account);
    Message {
        spans,
        ..Message::default()
    }
    .and(" Say ")
    .code("disconnect")
    .and(".")
    .buttons(buttons)
}

/// Connecting was asked for, and an account is connected.
pub fn already_connected(account: &GoogleAccount) -> Message {
    Message::text(format!(
        "You are connected as {}. To use another account, disconnect first.",
        account.masked()
    ))
    .button("Disconnect", Choice::Disconnect, Tone::Danger)
}

/// An account was disconnected.
pub fn disconnected(account: Option<&GoogleAccount>) -> Message {
    match account {
        Some(account) => Message::text(format!(
            "Disconnected {}: my key to that calendar is gone. What I booked stays in it.",
            account.masked()
        ))
        .button("Connect", Choice::Connect, Tone::Plain),
        None => Message::text("No Google account was connected; nothing was changed."),
    }
}

/// The link died unused.
pub fn link_expired(request: Option<RequestId>) -> Message {
    let kept = if request.is_some() { " I kept your request." } else { "" };
    Message::text(format!("Link expired.{kept}")).button("New link", again(request, Answer::NewLink), Tone::Primary)
}

/// The sign-in ended without a connection.
pub fn not_connected(why: NotConnected, request: Option<RequestId>) -> Message {
    let why = match why {
        NotConnected::Cancelled => "Nothing was connected.",
        NotConnected::CalendarNotAllowed => {
            "Nothing was connected: the permission “See, create, change, and delete events on Google calendars you own” was not \
             given, and I can't book without it."
        }
        NotConnected::NoLastingAccess => {
            "Nothing was connected: Google gave me no lasting access, so I would have to ask you again and again."
        }
        NotConnected::Refused => "Nothing was connected; the page has told you why.",
    };
    Message::text(why).button("Try again", again(request, Answer::TryAgain), Tone::Primary)
}

fn again(request: Option<RequestId>, answer: Answer) -> Choice {
    request.map_or(Choice::Connect, |request| Choice::Answer(request, answer))
}

/// A typed code was wrong.
pub fn wrong_code(tries_left: u32) -> Message {
    let rest = match tries_left {
        0 => "That was the last try: nothing was connected. Ask for a new link with “connect”.".to_owned(),
        1 => "One try is left.".to_owned(),
        n => format!("{n} tries are left."),
    };
    Message::text(format!("That is not the code on the page. {rest}"))
}

/// A code was typed, and none is awaited.
pub fn no_code_waiting() -> Message {
    Message::text("No sign-in of yours is waiting for a code: it may have expired after 5 minutes.").button(
        "New link",
        Choice::Connect,
        Tone::Primary,
    )
}

/// Connecting or disconnecting did not work out.
pub fn not_linked(fault: &Fault, contact: &str) -> Message {
    Message::text(format!("Nothing was changed. {}", because(fault, contact)))
}
