//! What is said about operators' orders themselves; their answers are in [`credentials`](super::credentials).

use crate::domain::letter::Message;
use crate::domain::person::PersonId;

/// Somebody gave an order who may not.
pub fn not_an_admin(person: &PersonId, contact: &str) -> Message {
    Message::text(format!(
        "That command is for those who run this bot ({contact}). If you are one of them, add your id "
    ))
    .code(person.as_str())
    .and(" to the setting ")
    .code("CHATCAL_ADMINS")
    .and(".")
}

/// An order was given where others are.
pub fn orders_in_private() -> Message {
    Message::text(
        "I take that command in our private conversation only: open a direct message with me, and give it there.",
    )
}

/// What can be ordered; `why` says what was wrong with the order, if there was one.
pub fn orders(why: &str) -> Message {
    let opening = match why {
        "" => Message::default(),
        why => Message::text(format!("I did nothing: {why}. ")),
    };
    let lines = [
        ("list", "who has connected an account"),
        ("inspect WHO", "one person's credentials in every tier"),
        ("verify [WHO]", "opens every record, and follows the audit log"),
        (
            "clear WHO [--tier T] [--even-the-last] [--apply]",
            "takes away what can't be used",
        ),
        ("disconnect WHO [--apply]", "ends a link, as its person could"),
        ("refresh WHO", "gets a new access token from Google"),
        ("cost", "what keeping credentials costs in a month"),
    ];
    let message = opening
        .and("These are the orders behind ")
        .code("/chatcal-admin")
        .and(":");
    lines
        .into_iter()
        .fold(message, |message, (order, what)| {
            message.and("\n• ").code(order).and(format!("  {what}"))
        })
        .and("\nWHO is an e-mail address, or an id such as ")
        .code("slack:T01:U7")
        .and(". What changes something is a dry run without ")
        .code("--apply")
        .and(". To rotate keys, to export and to import is done in the terminal: ")
        .code("chatcal creds --help")
        .and(".")
}

/// An order could not be done.
pub fn order_failed(verb: &str, why: &str, incident: &str) -> Message {
    Message::text(format!("{verb} came to nothing: {why} (incident {incident})."))
}
