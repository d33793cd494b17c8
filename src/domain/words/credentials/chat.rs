//! The answers to orders as letters of a chat.

use super::{
    Phrase, Surface, Tone, audit, beside, clearing, disconnected, headline, particulars, people, refreshed, remedy,
    set_aside, state, trouble_of, verdict,
};
use crate::domain::admin::{Answer, Cleared, Costs, Verified};
use crate::domain::inspection::{Inspection, Listing};
use crate::domain::letter::Message;

/// How many people a letter names.
const IN_CHAT: usize = 20;

pub fn answer(answer: &Answer) -> Message {
    match answer {
        Answer::Nobody { who } => nobody(who),
        Answer::Several(listing) => listed("Several people are meant; name one by the id:", listing),
        Answer::Listed(listing) if listing.people.is_empty() => Message::text("Nobody has connected an account yet."),
        Answer::Listed(listing) => listed(
            &format!("{} with an account, now or before:", people(listing.total)),
            listing,
        ),
        Answer::Inspected(found) => inspected(found),
        Answer::Verified(verified) => self::verified(verified),
        Answer::Cleared(cleared) => self::cleared(cleared),
        Answer::Disconnected(ended) => disconnected(ended),
        Answer::Cost(costs) => self::costs(costs),
        Answer::Refreshed(refreshed) => self::refreshed(refreshed),
    }
}

fn nobody(who: &str) -> Message {
    Message::text("I know nobody called ").strong(who).and(".")
}

fn listed(opening: &str, listing: &Listing) -> Message {
    let mut message = Message::text(opening);
    for one in listing.people.iter().take(IN_CHAT) {
        let account = one
            .account
            .as_ref()
            .map(|account| format!(", {account}"))
            .unwrap_or_default();
        message = message
            .and("\n• ")
            .strong(&one.name)
            .and("  ")
            .code(one.person.as_str())
            .and(format!("{account}: {}", beside(one)));
    }
    let more = listing.total - listing.people.len().min(IN_CHAT) as i64;
    match more {
        ..1 => message,
        _ => message
            .and(format!("\n… and {more} more: the terminal shows all, with "))
            .code("chatcal creds list"),
    }
}

fn inspected(found: &Inspection) -> Message {
    let mut message = Message::default()
        .strong(&found.name)
        .and("  ")
        .code(found.person.as_str());
    for fact in headline(found) {
        message = message.and("  ·  ");
        message = spoken(message, &fact, " ");
    }
    for line in &found.tiers {
        message = message.and("\n• ").and(format!("{}: ", line.tier));
        message = spoken(message, &state(line, found.seen_at), ": ");
        message = message.and(particulars(line.version, line.written_at, line.key.as_deref()));
    }
    for aside in &found.set_aside {
        message = message.and(format!("\n• {}: ", aside.tier));
        message = spoken(message, &set_aside(aside), ": ");
        message = message.and(particulars(aside.version, None, aside.key.as_deref()));
    }
    for advice in &found.advice {
        let remedy = remedy(advice, found, Surface::Chat);
        message = message.and("\nAdvice: ");
        if let Some(command) = remedy.command {
            message = message.code(command).and(" ");
        }
        message = message.and(remedy.remark);
    }
    message
}

fn spoken(message: Message, phrase: &Phrase, gap: &str) -> Message {
    match (phrase.tone, phrase.rest.as_str()) {
        (Tone::Bad, "") => message.strong(&phrase.word),
        (Tone::Bad, rest) => message.strong(&phrase.word).and(format!("{gap}{rest}")),
        (Tone::Good | Tone::Quiet, _) => message.and(phrase.text(gap)),
    }
}

fn verified(verified: &Verified) -> Message {
    let mut message = Message::text(verdict(verified));
    for one in verified.troubled.iter().take(IN_CHAT) {
        message = message
            .and("\n• ")
            .strong(&one.name)
            .and("  ")
            .code(one.person.as_str())
            .and(format!(": {}", trouble_of(one)));
    }
    match &verified.audit {
        Some(chain) => message.and("\n").and(audit(chain)),
        None => message,
    }
}

fn costs(costs: &Costs) -> Message {
    let origin = if costs.counted { "counted" } else { "assumed" };
    let opening = format!(
        "US dollars a month, at {:.1} readings of Secret Manager per person ({origin}):",
        costs.access_per_person
    );
    costs.rows.iter().fold(Message::text(opening), |message, row| {
        message
            .and("\n• ")
            .strong(people(i64::try_from(row.people).unwrap_or(i64::MAX)))
            .and(format!(
                ": {:.2} with a secret for each, {:.2} with the database and one master key, {:.2} with a managed Redis",
                row.secret_each, row.master_key, row.redis
            ))
    })
}

fn cleared(cleared: &Cleared) -> Message {
    let mut message = Message::default();
    for line in clearing(cleared) {
        if !message.spans.is_empty() {
            message = message.and("\n");
        }
        message = message.and(line);
    }
    message
}
