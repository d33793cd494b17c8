//! What operators are told about credentials: phrases that the terminal sets in columns, and a chat below one another.

mod chat;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::admin::{Chain, Cleared, Disconnected, Refresh, Refreshed, Troubled, Verified};
use crate::domain::inspection::{Advice, Health, Inspection, Listed, SetAside, State, TierLine};
use crate::domain::letter::Message;
use crate::domain::person::PersonId;

pub use chat::answer;

/// How loud a phrase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    /// It mends itself, or needs nobody.
    Quiet,
    /// Somebody has to do something.
    Bad,
}

/// A phrase: a word that the eye finds, and what explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub tone: Tone,
    pub word: String,
    pub rest: String,
}

/// Where orders are typed, and so how advice spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Terminal,
    Chat,
}

/// Something to do: what to type, if it can be typed, and a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub command: Option<String>,
    pub remark: String,
}

impl Surface {
    /// An order as it is typed here.
    pub fn order(self, words: &str) -> String {
        match self {
            Self::Terminal => format!("chatcal creds {words}"),
            Self::Chat => format!("/chatcal-admin {words}"),
        }
    }
}

impl Phrase {
    fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self {
            tone,
            word: word.into(),
            rest: String::new(),
        }
    }

    fn because(mut self, rest: impl Into<String>) -> Self {
        self.rest = rest.into();
        self
    }

    /// Both parts as one, with `gap` between them.
    pub fn text(&self, gap: &str) -> String {
        match self.rest.as_str() {
            "" => self.word.clone(),
            rest => format!("{}{gap}{rest}", self.word),
        }
    }
}

/// How it stands with a grant.
pub fn health(health: &Health) -> Phrase {
    match health {
        Health::Healthy => Phrase::new(Tone::Good, "healthy"),
        Health::Connected => Phrase::new(Tone::Good, "connected"),
        Health::NotConnected => Phrase::new(Tone::Quiet, "not connected"),
        Health::Disconnected => Phrase::new(Tone::Quiet, "disconnected"),
        Health::Revoked { reason } => Phrase::new(Tone::Bad, "REVOKED").because(format!("by Google: {reason}")),
        Health::LacksPermission { scope } => Phrase::new(Tone::Bad, "LACKS A PERMISSION").because(scope),
        Health::Unreachable { tiers } => {
            Phrase::new(Tone::Bad, "UNREACHABLE").because(format!("no answer from {}", tiers.join(", ")))
        }
        Health::Blocked => Phrase::new(Tone::Bad, "BLOCKED").because("no copy can be used"),
        Health::Lost => Phrase::new(Tone::Bad, "LOST").because("no tier holds the grant any more"),
    }
}

/// What is to be thought of a tier's copy.
pub fn state(line: &TierLine, now: DateTime<Utc>) -> Phrase {
    let healing = |healed_from: &Option<String>| match (line.awaits, healed_from) {
        (Some(_), _) => "the present version is on its way".to_owned(),
        (None, Some(from)) => format!("will be healed from {from}"),
        (None, None) => String::new(),
    };
    let about = |word: &str, healing: String| match healing.as_str() {
        "" => Phrase::new(Tone::Quiet, word),
        _ => Phrase::new(Tone::Quiet, format!("{word}: {healing}")),
    };
    match &line.state {
        State::Ok => Phrase::new(Tone::Good, "ok"),
        State::AccessToken { until } => Phrase::new(Tone::Good, format!("access token, {} left", span(*until - now))),
        State::Tombstone => Phrase::new(Tone::Quiet, "tombstone: disconnected"),
        State::Absent { healed_from } => about("absent", healing(healed_from)),
        State::Behind { healed_from } => about("behind", healing(healed_from)),
        State::Ahead => about("ahead", "the database learns of it at the next use".to_owned()),
        State::Poisoned { rule, .. } => Phrase::new(Tone::Bad, "POISONED").because(rule),
        State::Quarantined { why } => Phrase::new(Tone::Bad, "QUARANTINED").because(why),
        State::UnknownKey => {
            Phrase::new(Tone::Bad, "QUARANTINED").because("sealed under a key that is not in the ring")
        }
        State::Down { why } => Phrase::new(Tone::Bad, "DOWN").because(why),
    }
}

/// What is to be thought of a record that was moved aside.
pub fn set_aside(aside: &SetAside) -> Phrase {
    Phrase::new(Tone::Bad, "SET ASIDE").because(format!("{}, found {}", aside.reason, minute(aside.found_at)))
}

/// The facts of an inspection's first line, behind the name.
pub fn headline(found: &Inspection) -> Vec<Phrase> {
    let mut facts: Vec<_> = found
        .account
        .iter()
        .map(|account| Phrase::new(Tone::Quiet, account))
        .collect();
    facts.push(health(&found.health));
    let left = found.access_until.map(|until| until - found.seen_at);
    facts.extend(left.map(|left| Phrase::new(Tone::Quiet, format!("access token valid {}", span(left)))));
    let ago = found.refreshed_at.map(|at| found.seen_at - at);
    facts.extend(ago.map(|ago| Phrase::new(Tone::Quiet, format!("refreshed {} ago", span(ago)))));
    facts.extend(found.trouble.as_ref().map(|trouble| Phrase::new(Tone::Bad, trouble)));
    facts
}

/// What to do.
pub fn remedy(advice: &Advice, found: &Inspection, surface: Surface) -> Remedy {
    let remedy = |command: Option<String>, remark: String| Remedy { command, remark };
    match advice {
        Advice::Clear { tier } => remedy(
            Some(surface.order(&format!("clear {} --tier {tier}", found.person))),
            "(a dry run; add --apply)".to_owned(),
        ),
        Advice::Doctor => remedy(
            Some("chatcal doctor".to_owned()),
            match surface {
                Surface::Terminal => "(says what to mend)".to_owned(),
                Surface::Chat => "(in a terminal: says what to mend)".to_owned(),
            },
        ),
        Advice::OldKey { key } => remedy(
            None,
            format!("add the key {key} to CHATCAL_KEY, behind the first: this is sealed under it"),
        ),
        Advice::OtherClient { client } => remedy(
            None,
            format!(
                "set GOOGLE_CLIENT_ID to {client}, with which this was got. Only if that client is gone for good: clear the copies \
                 with --even-the-last, and {} connects again",
                found.name
            ),
        ),
        Advice::ConnectAgain => remedy(
            None,
            format!(
                "{} has to connect again: what they next ask the bot for brings the link",
                found.name
            ),
        ),
    }
}

/// A moment, to the minute, in UTC.
pub fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// A length of time as one reads it at a glance.
pub fn span(length: TimeDelta) -> String {
    let minutes = length.num_minutes();
    match minutes {
        ..1 => format!("{} s", length.num_seconds().max(0)),
        1..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

/// How it stands with somebody in a list.
pub fn beside(one: &Listed) -> String {
    let mut parts = vec![health(&one.health).text(" ")];
    if one.awaited_by > 0 {
        parts.push(format!("{} on the way", tiers(one.awaited_by)));
    }
    if one.set_aside > 0 {
        parts.push(format!("{} set aside", records(one.set_aside)));
    }
    parts.join(", ")
}

fn particulars(version: Option<i64>, at: Option<DateTime<Utc>>, key: Option<&str>) -> String {
    let parts: Vec<_> = [
        version.map(|version| format!("version {version}")),
        at.map(|at| format!("{} UTC", minute(at))),
        key.map(|key| format!("key {key}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(" ({})", parts.join(", "))
    }
}

/// The first line of a verification.
pub fn verdict(verified: &Verified) -> String {
    match verified.troubled.len() {
        0 => format!(
            "{} verified: every record opens and none is behind.",
            people(verified.people as i64)
        ),
        some => format!(
            "{} verified, {} fine, {some} not:",
            people(verified.people as i64),
            verified.fine
        ),
    }
}

/// What is not as it should be with somebody, tier by tier.
pub fn trouble_of(one: &Troubled) -> String {
    let tiers = one.tiers.iter().map(|line| format!("{} {}", line.tier, word_of(line)));
    let lost = (one.health == Health::Lost).then(|| health(&one.health).word);
    lost.into_iter().chain(tiers).collect::<Vec<_>>().join(", ")
}

/// A tier's state in one word, without times.
fn word_of(line: &TierLine) -> String {
    match &line.state {
        State::Absent { .. } => "absent".to_owned(),
        State::Behind { .. } => "behind".to_owned(),
        _ => state(line, DateTime::UNIX_EPOCH).word,
    }
}

/// How it stands with the audit log.
pub fn audit(chain: &Chain) -> String {
    match chain {
        Chain::Whole { entries: 0, .. } => "The audit log is empty.".to_owned(),
        Chain::Whole { entries, head } => {
            format!("The audit log is whole: {entries} entries, the newest sealed {head}.")
        }
        Chain::Broken { at, why } => format!("The audit log is BROKEN: entry {at} {why}."),
    }
}

/// What a clearing did, or would do, line by line.
pub fn clearing(cleared: &Cleared) -> Vec<String> {
    let who = format!("{} ({})", cleared.name, cleared.person);
    let mut lines = Vec::new();
    for line in &cleared.gone {
        let did = if cleared.applied { "cleared" } else { "would clear" };
        let what = state(line, DateTime::UNIX_EPOCH).text(": ");
        lines.push(format!(
            "{did} {} of {who}{}: {what}",
            line.tier,
            particulars(line.version, line.written_at, line.key.as_deref())
        ));
    }
    for tier in &cleared.forgotten {
        let did = if cleared.applied { "forgot" } else { "would forget" };
        lines.push(format!("{did} the copy of {who} that was set aside from {tier}"));
    }
    for line in &cleared.kept {
        lines.push(format!(
            "left alone: {}, {}",
            line.tier,
            state(line, DateTime::UNIX_EPOCH).text(": ")
        ));
    }
    if cleared.last && !cleared.applied {
        lines.push(format!(
            "CAREFUL: no other copy can be used. Without this one {} has to connect again; if it was the settings that changed \
             (GOOGLE_CLIENT_ID, CHATCAL_KEY), set them back instead. It goes with --even-the-last alone.",
            cleared.name
        ));
    }
    let nothing = cleared.gone.is_empty() && cleared.forgotten.is_empty();
    if nothing && cleared.kept.iter().any(|line| matches!(line.state, State::Down { .. })) {
        lines.insert(0, format!("Nothing to clear for {who}, as far as can be seen."));
    } else if nothing {
        lines.insert(
            0,
            format!("Nothing to clear for {who}: every record that was looked at is of use."),
        );
    } else if !cleared.applied {
        lines.push("A dry run: nothing was changed. Add --apply to do it.".to_owned());
    }
    lines
}

/// Why an operator's clearing is not done.
pub fn the_last(cleared: &Cleared) -> String {
    format!(
        "no other copy of {}'s grant can be used: without this one they have to connect again. If GOOGLE_CLIENT_ID or CHATCAL_KEY are \
         not those of the service here, set them back; chatcal creds inspect says which. Nothing was cleared; --even-the-last does it \
         all the same",
        cleared.name
    )
}

/// What an end of a link did, or would do.
pub fn disconnected(ended: &Disconnected) -> Message {
    let who = format!("{} ({})", ended.name, ended.person);
    let Some(account) = &ended.account else {
        return Message::text(format!("{who} has no linked account: nothing to end."));
    };
    let google = match ended.others.as_slice() {
        [] if !ended.google_told => "here; Google could not be told, so its owner is to remove the app at \
                                     https://myaccount.google.com/connections"
            .to_owned(),
        [] => "at Google too".to_owned(),
        others => {
            let others: Vec<_> = others.iter().map(PersonId::as_str).collect();
            format!("here alone, since {} uses the account too", others.join(", "))
        }
    };
    if ended.applied {
        Message::text(format!(
            "Disconnected {who} from {account}, {google}. What they next ask for brings a sign-in link."
        ))
    } else {
        Message::text(format!(
            "Would disconnect {who} from {account}, {google}. A dry run: nothing was changed. Add --apply to do it."
        ))
    }
}

/// How a refresh ended.
pub fn refreshed(refreshed: &Refreshed) -> Message {
    let who = format!("{} ({})", refreshed.name, refreshed.person);
    match &refreshed.end {
        Refresh::Fresh { until } => Message::text(format!(
            "Refreshed {who}: the access token is good until {} UTC.",
            minute(*until)
        )),
        Refresh::Failed { why } => Message::text(format!("Not refreshed {who}: {}.", why.trim_end_matches('.'))),
    }
}

fn people(count: i64) -> String {
    if count == 1 {
        "1 person".to_owned()
    } else {
        format!("{count} people")
    }
}

fn tiers(count: i64) -> String {
    if count == 1 {
        "1 tier".to_owned()
    } else {
        format!("{count} tiers")
    }
}

fn records(count: i64) -> String {
    if count == 1 {
        "1 record".to_owned()
    } else {
        format!("{count} records")
    }
}
