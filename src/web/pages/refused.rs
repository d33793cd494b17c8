//! The pages of what did not work: what happened, and what to do now.

use maud::{Markup, html};

use super::frame;
use crate::app::sign_in::Refusal;

/// A sign-in that did not go on.
pub fn refused(refusal: &Refusal, contact: &str) -> Markup {
    let (title, words) = told(refusal, contact);
    frame(
        title,
        &html! {
            h1 { (title) }
            p.lead { (words) }
        },
    )
}

fn told(refusal: &Refusal, contact: &str) -> (&'static str, String) {
    let say = |title, words: &str| (title, words.to_owned());
    match refusal {
        Refusal::UnknownLink => say(
            "This link is not one of ours",
            "It may have been cut short. Open it from the chat again, or send “connect” to ChatCal for a new one.",
        ),
        Refusal::Expired => say(
            "Link expired",
            "It worked for 10 minutes. Go back to the chat and press “New link”; your request is kept.",
        ),
        Refusal::Used => say(
            "This link has been used",
            "Each link works once, and a newer one takes its place. If nothing is connected yet, send “connect” to ChatCal for another.",
        ),
        Refusal::TooMany => say(
            "Too many wrong links",
            "More wrong links arrived just now than we look at. Please try again in a minute.",
        ),
        Refusal::Forged => say(
            "Please open the link again",
            "This browser did not send back what our page gave it. Cookies may be off, or the page may be old. Open the link from the chat \
             once more.",
        ),
        Refusal::UnknownCallback => say(
            "Nothing is under way here",
            "This sign-in is over, or was never begun. Go back to the chat; “connect” starts another one.",
        ),
        Refusal::OtherBrowser => say(
            "Another browser began this",
            "Nothing was connected. A sign-in has to end in the browser that it began in. If somebody sent you this address, close the \
             page: they may be after your calendar.",
        ),
        Refusal::Cancelled => say(
            "Nothing was connected",
            "You cancelled at Google. If you change your mind, press “Try again” in the chat.",
        ),
        Refusal::CalendarNotAllowed => say(
            "One permission is missing",
            "Nothing was connected: the box “See, create, change, and delete events on Google calendars you own” was left unticked, and \
             ChatCal can't book without it. Press “Try again” in the chat and leave it ticked.",
        ),
        Refusal::NoLastingAccess => say(
            "Google gave no lasting permission",
            "Nothing was connected: ChatCal would have to ask you again and again. Remove ChatCal at myaccount.google.com/connections, \
             then press “Try again” in the chat.",
        ),
        Refusal::OtherAccountLinked(account) => (
            "You are connected to another account",
            format!(
                "Nothing was changed: {} is connected. To use another account, send “disconnect” to ChatCal first, then “connect”.",
                account.masked()
            ),
        ),
        Refusal::LinkedToSomebodyElse => say(
            "This Google account is in use",
            "Nothing was connected: somebody else in the same place is connected to this account. If that is you under another name, \
             send “disconnect” to ChatCal there first.",
        ),
        Refusal::Policy => say(
            "Your organisation does not allow this",
            "Nothing was connected: Google says that your organisation's rules keep ChatCal out. Your Google Workspace administrator can \
             change that.",
        ),
        Refusal::Unreachable => say(
            "Google does not answer just now",
            "Nothing was connected. Wait a moment, then open the link from the chat again: it still works until its 10 minutes are over.",
        ),
        Refusal::Trouble { incident } => (
            "Something went wrong on our side",
            format!("Nothing was connected. Please tell {contact}, and name the incident {incident}."),
        ),
    }
}

/// No such page.
pub fn not_found() -> Markup {
    frame(
        "No such page",
        &html! {
            h1 { "There is no such page" }
            p.lead { "Go back to the chat, and open the link from there." }
        },
    )
}

/// Nobody's address or form is that long.
pub fn too_long() -> Markup {
    frame(
        "Too long",
        &html! {
            h1 { "That is too long" }
            p.lead { "No address or form of ours is nearly as long as this one. Open the link from the chat again." }
        },
    )
}
