//! What the person wants. A message is cut into clauses; each opens in a mood (a command, a request, a wish, a question, a tale), has a
//! verb of a group and is about something of a group; the mood, the verb and what it is about decide. A question never books, nor does
//! what is negated. May import: std, `token`, `words`, `meaning`, `found`.

mod asked;
mod asks;
mod changes;
mod clause;
mod command;
mod facts;
mod leads;
mod makes;
mod noun;
mod nouns;
mod own;
mod phrasal;
mod public;
mod second;
mod sense;
mod subject;
mod tells;
mod told;
mod topics;
mod verbs;
mod wants;
mod worlds;

use std::ops::Range;

use super::found::{Finding, Found};
use super::meaning::Intent;
use super::token::Tokens;
use super::words::Word;
use clause::{Clause, Mood, Opening, clauses, opening};

pub(super) use second::second_request;
pub(super) use sense::{Sense, each as senses};

/// What is wanted, and the tokens that only lead to the verb which says so ("I was wondering if you could"), if there is such a verb.
/// `said` tells which tokens are findings.
pub(super) fn intent(text: &Tokens, findings: &[Finding], said: &[bool]) -> (Intent, Option<Range<usize>>) {
    if let Some(own) = own::own(text, findings) {
        return (own, None);
    }
    let when = When::of(findings);
    let mut all = Said::default();
    let mut courtesy = None;
    for clause in clauses(text) {
        let opening = opening(text, &clause, said);
        let asked = matches!(opening.mood, Mood::Bare | Mood::Request | Mood::Wish);
        let books = text.sense(opening.at).is(Sense::BOOK.or(Sense::MAKE))
            || opening.mood == Mood::Request && text.low(opening.at) == "have";
        if asked && books && courtesy.is_none() {
            courtesy = Some(clause.range.start..opening.at);
        }
        all.hear(of_clause(text, &clause, opening, when));
    }
    (all.comes_to(), courtesy)
}

/// How much a message says about when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum When {
    Never,
    /// "now" alone: people say it for everything.
    Now,
    Day,
    Clock,
}

impl When {
    fn of(findings: &[Finding]) -> Self {
        let of_one = |finding: &Finding| match finding.found {
            Found::Clock(_) | Found::Range(..) | Found::Until(_) | Found::Before(_) | Found::By(_) => Self::Clock,
            Found::After(minutes) if minutes != 0 => Self::Clock,
            Found::Within(_) | Found::Shift(_) => Self::Clock,
            Found::Day(_) | Found::Stretch(_) | Found::Through(_) | Found::Part(..) | Found::Repeat(_) => Self::Day,
            Found::After(_) => Self::Now,
            _ => Self::Never,
        };
        let stronger = |a, b| if b > a { b } else { a };
        let when = findings.iter().map(of_one).fold(Self::Never, stronger);
        let says_length = findings.iter().any(|finding| matches!(finding.found, Found::Length(_)));
        // "now for 30 minutes"
        if when == Self::Now && says_length {
            Self::Clock
        } else {
            when
        }
    }

    fn is_said(self) -> bool {
        self >= Self::Day
    }
}

/// What a clause comes to.
enum Comes {
    /// It commands something, or something of no concern to us.
    Asked(Intent),
    /// It wishes for something.
    Wished(Intent),
    /// It asks about something.
    Questioned(Intent),
    /// It only tells: counts where nothing is asked for.
    Told(Intent),
    Nothing,
}

fn of_clause(text: &Tokens, clause: &Clause, opening: Opening, when: When) -> Comes {
    let end = clause.range.end;
    if opening.at >= end && opening.mood != Mood::Bare {
        return if opening.mood == Mood::Question {
            Comes::Questioned(Intent::Other)
        } else {
            Comes::Nothing
        };
    }
    // "want to play a game?" asks whoever hears it.
    if clause.asks
        && clause
            .range
            .clone()
            .take(3)
            .any(|at| text.low(at) == "want" && (at == clause.range.start || text.is_mark(at - 1, ',')))
    {
        return Comes::Questioned(Intent::Other);
    }
    let asked = match opening.mood {
        // "can the meeting be moved to Friday?"
        Mood::Question if matches!(text.low(opening.at), "can" | "could") => {
            let it = noun::about(text, opening.at..end);
            if let Some(change) = tells::has_changed(text, &it, opening, end) {
                return Comes::Asked(change);
            }
            return Comes::Questioned(asks::asks(text, opening.at..end, false, when));
        }
        Mood::Question => return Comes::Questioned(asks::asks(text, opening.at..end, false, when)),
        Mood::Bare | Mood::Request | Mood::Wish => asked::asked(text, opening, end, when),
        Mood::Tale => None,
    };
    match (asked, opening.mood) {
        (Some(intent), Mood::Wish) => return Comes::Wished(intent),
        (Some(intent), _) => return Comes::Asked(intent),
        _ => {}
    }
    // "during May what meetings were there"
    let asks = |at: usize| matches!(text.low(at), "what" | "which" | "how" | "who") && at > opening.at;
    if opening.mood == Mood::Bare && asked.is_none() && when.is_said() && (opening.at..end).any(asks) {
        return Comes::Questioned(asks::asks(text, opening.at..end, true, when));
    }
    match opening.mood {
        Mood::Wish => return Comes::Wished(asked::wished(text, opening, end, when)),
        Mood::Request if opening.help => return Comes::Asked(asked::wished(text, opening, end, when)),
        // "can you rustle up a meeting": whatever the verb is, an event is wanted.
        Mood::Request => return Comes::Asked(asked::requested(text, opening, end)),
        _ => {}
    }
    // "tomorrow at 3?"
    if clause.asks {
        return Comes::Questioned(asks::asks(text, clause.range.clone(), false, when));
    }
    // "tomorrow at 3 called Planning"
    let named = opening.at > clause.range.start && text.word(opening.at) == Word::Called;
    if named && opening.mood == Mood::Bare && when == When::Clock {
        return Comes::Told(Intent::Book);
    }
    // "not at 3"
    if opening.negative && opening.mood == Mood::Bare {
        return Comes::Nothing;
    }
    tells::tells(text, clause, opening, when).map_or(Comes::Nothing, Comes::Told)
}

/// What the clauses of a message come to together.
#[derive(Default)]
struct Said {
    asked: Option<Intent>,
    wished: Option<Intent>,
    questioned: Option<Intent>,
    told: Option<Intent>,
    other: bool,
    /// Something of another world was commanded.
    refused: bool,
}

impl Said {
    fn hear(&mut self, clause: Comes) {
        match clause {
            Comes::Asked(Intent::Other) => (self.other, self.refused) = (true, true),
            Comes::Wished(Intent::Other) | Comes::Questioned(Intent::Other) => self.other = true,
            // "Cancel Thursday's. Reschedule it for Friday.", "Find the party and delete it."
            Comes::Asked(Intent::Reschedule) if self.asked == Some(Intent::Cancel) => {
                self.asked = Some(Intent::Reschedule)
            }
            Comes::Asked(intent) if self.asked == Some(Intent::Query) => self.asked = Some(intent),
            Comes::Asked(intent) => self.asked = self.asked.or(Some(intent)),
            // "Rent a car from Monday. I'd like a blue one."
            Comes::Wished(Intent::Book) if self.refused => self.other = true,
            Comes::Wished(intent) => self.wished = self.wished.or(Some(intent)),
            Comes::Questioned(intent) => self.questioned = self.questioned.or(Some(intent)),
            Comes::Told(intent) => self.told = self.told.or(Some(intent)),
            Comes::Nothing => {}
        }
    }

    /// A command says most clearly what is wanted, then a wish, then a question; a tale books only where nothing else was said.
    fn comes_to(&self) -> Intent {
        let told = self.told.filter(|_| !self.other);
        self.asked
            .or(self.wished)
            .or(self.questioned)
            .or(told)
            .unwrap_or(Intent::Other)
    }
}

/// The message says a day, a time of day or a moment.
pub(super) fn says_when(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| {
        matches!(
            finding.found,
            Found::Day(_)
                | Found::Stretch(_)
                | Found::Through(_)
                | Found::Clock(_)
                | Found::Range(..)
                | Found::Until(_)
                | Found::After(_)
                | Found::Within(_)
                | Found::Before(_)
                | Found::By(_)
                | Found::Part(..)
                | Found::Repeat(_)
        )
    })
}
