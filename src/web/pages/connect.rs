//! The pages of a sign-in that goes well.

use maud::{Markup, html};
use url::Url;

use super::{at, frame};
use crate::app::sign_in::{Link, Offer};
use crate::domain::person::Platform;

/// Who asks for whom, before anything is done.
pub fn offer(offer: &Offer) -> Markup {
    let place = if offer.platform == Platform::Discord {
        "Server"
    } else {
        "Workspace"
    };
    frame(
        "Connect Google Calendar",
        &html! {
            h1 { "Connect Google Calendar" }
            p.lead { "ChatCal books meetings on your own calendar when you ask it to in the chat." }
            dl {
                div { dt { "For" } dd { strong { "@" (offer.handle) } " " (at(offer.platform)) } }
                @if !offer.workspace.is_empty() { div { dt { (place) } dd { (offer.workspace) } } }
                div { dt { "Run by" } dd { (offer.contact) } }
            }
            h2 { "What it may do then" }
            ul.ticks {
                li { "See and change events on calendars you own" }
                li { "See the e-mail address of your Google account" }
            }
            p.soft { "Nothing else: no mail, no files, no contacts. You can disconnect at any time in the chat." }
            p.warning {
                strong { "You are not @" (offer.handle) "?" }
                " Then close this page. Whoever sent you this link wants access to your calendar."
            }
            form method="post" {
                input type="hidden" name="csrf" value=(offer.csrf);
                button type="submit" { "Continue to Google" }
            }
            p.soft.small {
                "This link is private and works for 10 minutes. Google may refuse the small browser inside an app: open the link in your "
                "usual browser then."
            }
        },
    )
}

/// Google has to be asked once more.
pub fn once_more(google: &Url) -> Markup {
    frame(
        "Once more, please",
        &html! {
            h1 { "Once more, please" }
            p.lead {
                "Google gave no lasting permission this time, and without one ChatCal would have to ask you again and again. "
                "Please confirm it once more on Google's page."
            }
            p { a.button href=(google) rel="noreferrer" { "Continue to Google" } }
        },
    )
}

/// Consent is given; whose it is has to be shown.
pub fn code_needed(link: &Link, code: &str) -> Markup {
    frame(
        "One last step",
        &html! {
            h1 { "One last step" }
            p.lead { "Last step: send" }
            p.code { "connect " (code) }
            p.lead {
                "to ChatCal as " strong { "@" (link.handle) } ". "
                @if link.goes_on { "Your booking is finished then." } @else { "You can book then." }
            }
            p.warning {
                strong { "Give this code to nobody." }
                " It connects " (link.account.masked()) " to @" (link.handle) " " (at(link.platform))
                ". Whoever else asks you for it wants your calendar."
            }
            (elsewhere(link))
            p.soft.small { "The code works for 5 minutes. Until you send it, nothing is connected." }
        },
    )
}

/// The account is linked.
pub fn connected(link: &Link) -> Markup {
    frame(
        "Connected",
        &html! {
            p.done aria-hidden="true" { "✓" }
            h1 { "Connected " (link.account.masked()) "." }
            p.lead {
                "Return to the chat: "
                @if link.goes_on { "your booking is being finished." } @else { "you can book now." }
            }
            (elsewhere(link))
            p.soft.small {
                "ChatCal now acts for @" (link.handle) " " (at(link.platform)) ". Not you? Send “disconnect” there. "
                "You can close this page."
            }
        },
    )
}

fn elsewhere(link: &Link) -> Markup {
    html! {
        @if link.also_elsewhere {
            p.note { "This Google account is connected to another chat identity as well, and stays connected there." }
        }
    }
}
