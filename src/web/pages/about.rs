//! What ChatCal is, and what it keeps.

use maud::{Markup, html};

use super::frame;

/// `/`
pub fn about(contact: &str) -> Markup {
    frame(
        "Meetings from the chat",
        &html! {
            h1 { "Meetings on your own calendar, from the chat" }
            p.lead { "Write to ChatCal in Slack or Discord as you would write to a colleague. It books on your Google Calendar, with a Meet link." }
            ul.examples {
                li { "book tomorrow at 2 PM for 30 minutes" }
                li { "review with ann@example.org friday 3-4pm" }
                li { "in 2 hours, for 90 min" }
            }
            h2 { "How it goes" }
            ol.steps {
                li { "Send one of these as a direct message, or mention ChatCal in a channel: the answer is for you alone." }
                li { "The first time it sends you a private link to connect your Google account. Your request waits, and is booked right after." }
                li { "Every answer names the day, the time and the time zone. Before the start, “undo” takes it back." }
            }
            footer { p { "Run by " (contact) ". " a href="privacy" { "What it keeps, and for how long" } } }
        },
    )
}

/// `/privacy`
pub fn privacy(contact: &str) -> Markup {
    frame(
        "Privacy",
        &html! {
            h1 { "What ChatCal keeps" }
            p.lead { "As little as it needs to book for you, and nothing that it could sell." }
            h2 { "Your messages" }
            p {
                "The words that you send to ChatCal are erased after 24 hours; a request that waits for a word of yours, or for your account, is "
                "let go then, too. Its answers are erased once they have arrived, and after 24 hours where they wait behind a “Show me” "
                "button. What is said elsewhere in a channel is not kept at all."
            }
            h2 { "Your Google account" }
            p {
                "With your consent it sees and changes events on calendars that you own: it reads when you are busy, and writes the events that "
                "you ask for. It sees your e-mail address, to show which account is connected. Google's key to your calendar is stored encrypted, "
                "and shown to nobody."
            }
            p {
                "ChatCal's use of information received from Google APIs adheres to the "
                a href="https://developers.google.com/terms/api-services-user-data-policy" { "Google API Services User Data Policy" }
                ", including the Limited Use requirements."
            }
            h2 { "What stays" }
            p {
                "Which of your events it booked (title, time, guests, place): until 30 days after their end. That a message arrived, without its "
                "words, so that none counts twice: for 7 days. Your name in the chat, your time zone, and a note of each time that an account "
                "was connected or disconnected, or that somebody tried and was refused: until the operator erases them."
            }
            h2 { "How to end it" }
            p {
                "Send “disconnect” to ChatCal: its key to your calendar is destroyed at once. With the last chat identity that used it, "
                "Google is told to end the permission as well. Events that it booked stay in your calendar, where you can delete them."
            }
            footer { p { "Questions, or everything erased: " (contact) ". " a href="./" { "What ChatCal is" } } }
        },
    )
}
