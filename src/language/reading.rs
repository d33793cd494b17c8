//! What a message says, before anybody asks when it was said and where. May import: everything of the reader's but `resolve`.

use super::answered::INSTEAD;
use super::found::{Clock, Day, Face, Finding, Found, Person};
use super::guests;
use super::intent;
use super::location;
use super::loose;
use super::meaning::{Attendee, Intent, Span};
use super::people;
use super::recurrence::Rule;
use super::scan::{Scan, scan};
use super::target::keep_target;
use super::title;
use super::token::Seen;
use super::words::Part;
use crate::zone::Zone;

/// The findings of one message, or of a request and the answers that complete it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    text: String,
    intent: Intent,
    findings: Vec<Finding>,
    pub(super) meal: Option<Part>,
    only_details: bool,
}

/// Reads a message: total, sees no clock. Of one that is longer than [`READ_AT_MOST`](super::READ_AT_MOST) only the start is read.
pub fn read(text: &str) -> Reading {
    let seen = Seen::of(text);
    let tokens = seen.tokens();
    let Scan {
        mut findings,
        mut taken,
        meal,
        ..
    } = scan(&tokens);
    let (intent, courtesy) = intent::intent(&tokens, &findings, &taken);
    if intent == Intent::Reschedule {
        keep_target(&tokens, &mut findings);
    }
    if let Some(span) = intent::second_request(&tokens, &findings) {
        findings.push(Finding {
            span,
            found: Found::SecondRequest,
        });
    }
    for own in (0..tokens.len()).filter_map(|at| guests::own(&tokens, at)) {
        taken[own].fill(true);
    }
    findings.extend(people::people(&tokens, &mut taken));
    if let Some(at) = location::without_link(&tokens, &taken) {
        taken[at.clone()].fill(true);
        let span = tokens.span(at.start, at.end);
        let found = Found::NoLink;
        findings.push(Finding { span, found });
    }
    if let Some((place, at)) = location::location(&tokens, &taken) {
        taken[at.clone()].fill(true);
        let span = tokens.span(at.start, at.end);
        findings.push(Finding {
            span,
            found: Found::Location(place),
        });
    }
    loose::loose(&tokens, &mut findings, &mut taken);
    let title = title::title(&tokens, &taken, courtesy.as_ref());
    let only_details = title.is_none() && !findings.is_empty() && !title::has_verb(&tokens, &taken);
    if let Some((title, span)) = title {
        findings.push(Finding {
            span,
            found: Found::Title(title),
        });
    }
    Reading {
        text: tokens.text.to_owned(),
        intent,
        findings,
        meal,
        only_details,
    }
}

impl Reading {
    /// The text that was read, and that every span is of; after [`Reading::with`] that of the request and of its answers, each on
    /// its own line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words that a span is of.
    pub fn quote(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    pub fn intent(&self) -> Intent {
        self.intent
    }

    /// The same reading, for a message that can only be a request to book, as `/book` is.
    #[must_use]
    pub fn as_booking(mut self) -> Self {
        self.intent = Intent::Book;
        self
    }

    /// Everything found, with its place.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What the meeting is about; `None` when nothing was said about it.
    pub fn title(&self) -> Option<&str> {
        self.findings.iter().find_map(|finding| match &finding.found {
            Found::Title(title) => Some(title.as_str()),
            _ => None,
        })
    }

    pub fn location(&self) -> Option<&str> {
        self.findings.iter().find_map(|finding| match &finding.found {
            Found::Location(place) => Some(place.as_str()),
            _ => None,
        })
    }

    /// "no meet": no video link is wanted.
    pub fn without_link(&self) -> bool {
        self.any(|found| matches!(found, Found::NoLink))
    }

    /// Guests with good addresses, each once.
    pub fn attendees(&self) -> impl Iterator<Item = &Attendee> {
        self.findings.iter().filter_map(|finding| match &finding.found {
            Found::Guest(attendee) => Some(attendee),
            _ => None,
        })
    }

    /// Those who are named without an address, each once.
    pub fn people(&self) -> impl Iterator<Item = (&Person, &Span)> {
        self.findings.iter().filter_map(|finding| match &finding.found {
            Found::Person(person) => Some((person, &finding.span)),
            _ => None,
        })
    }

    /// How the event repeats.
    pub fn rule(&self) -> Option<Rule> {
        self.findings.iter().find_map(|finding| match finding.found {
            Found::Repeat(rule) => rule,
            _ => None,
        })
    }

    /// The zone that the message names.
    pub fn zone(&self) -> Option<&Zone> {
        self.findings.iter().find_map(|finding| match &finding.found {
            Found::Zone(super::found::ZoneSaid::Known(zone)) => Some(zone),
            _ => None,
        })
    }

    /// Says a day, a time of day or a moment, be it unfit to book.
    pub fn says_when(&self) -> bool {
        intent::says_when(&self.findings)
    }

    /// Holds a second request.
    pub fn asks_twice(&self) -> bool {
        self.any(|found| matches!(found, Found::SecondRequest))
    }

    /// Says a day and a time of day, or a moment.
    pub fn says_day_and_time(&self) -> bool {
        let day = self.any(|found| matches!(found, Found::Day(_) | Found::Through(_)));
        let time = self.any(|found| matches!(found, Found::Clock(_) | Found::Range(..) | Found::Part(..)));
        day && time || self.any(|found| matches!(found, Found::After(_)))
    }

    /// Says an instant that needs no zone: "in 2 hours".
    pub fn is_relative(&self) -> bool {
        self.any(|found| matches!(found, Found::After(_)))
            && !self.any(|found| {
                matches!(found, Found::Clock(_) | Found::Range(..) | Found::Through(_))
                    || matches!(found, Found::Day(day) if *day != Day::Away(0))
            })
    }

    /// Holds nothing but details (a time, a length, a zone, guests, a number): fit to complete an earlier request.
    pub fn is_answer(&self) -> bool {
        self.only_details
    }

    /// The request that this one becomes with `answer`, which was given to a question about it: what the answer says takes the
    /// place of what the request said about the same thing; the rest stays.
    #[must_use]
    pub fn with(&self, answer: &Self) -> Self {
        let mut kept = self.findings.clone();
        let mut new = answer.findings.clone();
        new.retain(|finding| !matches!(finding.found, Found::Title(_) | Found::SecondRequest));
        for finding in &mut new {
            if let Found::Number(number) = finding.found {
                finding.found = number_meant(number);
            }
            settle_half(&mut kept, &finding.found);
            shift(&mut kept, &mut finding.found);
            if ends_at_length(&finding.found) {
                kept.iter_mut().for_each(|finding| drop_end(&mut finding.found));
            }
        }
        kept.retain(|old| !new.iter().any(|new| replaces(&new.found, &old.found)));
        if answer.text.ends_with(INSTEAD) && answer.attendees().next().is_some() {
            kept.retain(|old| !matches!(old.found, Found::Guest(_) | Found::Person(_)));
        }
        // "instead" is no title.
        if self.title().is_none() && !answer.text.ends_with(INSTEAD) {
            new.extend(
                answer
                    .findings
                    .iter()
                    .filter(|finding| matches!(finding.found, Found::Title(_)))
                    .cloned(),
            );
        }
        let shift = self.text.len() + 1;
        kept.extend(new.into_iter().map(|finding| finding.shifted(shift)));
        Self {
            text: format!("{}\n{}", self.text, answer.text),
            intent: self.intent,
            findings: kept,
            meal: self.meal,
            only_details: self.only_details,
        }
    }

    fn any(&self, test: fn(&Found) -> bool) -> bool {
        self.findings.iter().any(|finding| test(&finding.found))
    }
}

impl Finding {
    fn shifted(mut self, by: usize) -> Self {
        let shift = |span: &Span| span.start + by..span.end + by;
        self.span = shift(&self.span);
        if let Found::Guest(guest) = &mut self.found {
            guest.span = shift(&guest.span);
        }
        self
    }
}

/// A lone number as an answer: an hour of the day, digits of a clock, else minutes.
fn number_meant(number: u32) -> Found {
    let clock = |hour, minute| {
        Found::Clock(Clock {
            hour,
            minute,
            face: if (1..=12).contains(&hour) {
                Face::Bare
            } else {
                Face::Day
            },
        })
    };
    match number {
        0..=24 => clock(number, 0),
        100..=2359 if number % 100 < 60 => clock(number / 100, number % 100),
        _ => Found::Length(number.saturating_mul(60)),
    }
}

/// "pm" or "in the morning" as an answer tells the half of the day of what was said before.
fn settle_half(kept: &mut [Finding], answer: &Found) {
    let face = match answer {
        Found::Half(half) => Face::Half(*half),
        Found::Part(part, _) => Face::Part(*part),
        _ => return,
    };
    let settle = |clock: &mut Clock| {
        if clock.face == Face::Bare {
            clock.face = face;
        }
    };
    for finding in kept {
        match &mut finding.found {
            Found::Clock(clock) | Found::Until(clock) => settle(clock),
            Found::Range(start, end) => {
                settle(start);
                settle(end);
            }
            _ => {}
        }
    }
}

/// "an hour later" as an answer moves what was said before; the request says the rest.
fn shift(kept: &mut [Finding], answer: &mut Found) {
    let Found::Shift(minutes) = *answer else { return };
    for finding in kept {
        let moved = match finding.found {
            Found::Clock(clock) => clock.shifted(minutes).map(Found::Clock),
            Found::Range(start, end) => start
                .shifted(minutes)
                .zip(end.shifted(minutes))
                .map(|(start, end)| Found::Range(start, end)),
            Found::After(wait) => wait.checked_add(minutes).map(Found::After),
            _ => None,
        };
        if let Some(moved) = moved {
            *answer = moved;
        }
    }
}

fn ends_at_length(answer: &Found) -> bool {
    matches!(answer, Found::Length(_))
}

/// A length in the answer takes the place of an end.
fn drop_end(found: &mut Found) {
    if let Found::Range(start, _) = *found {
        *found = Found::Clock(start);
    }
}

/// What `new` says makes `old` void.
pub(super) fn replaces(new: &Found, old: &Found) -> bool {
    let says_moment = matches!(
        new,
        Found::Day(_) | Found::Through(_) | Found::Clock(_) | Found::Range(..) | Found::After(_)
    );
    match old {
        // "yesterday" has passed, so that a time alone is of another day.
        Found::Day(Day::Away(..0)) => says_moment,
        Found::Day(_) | Found::Stretch(_) | Found::Through(_) => {
            matches!(new, Found::Day(_) | Found::Stretch(_) | Found::After(_))
        }
        Found::Clock(_) | Found::Range(..) | Found::SameTime => {
            matches!(new, Found::Clock(_) | Found::Range(..) | Found::After(_))
        }
        Found::Until(_) => matches!(
            new,
            Found::Until(_) | Found::Range(..) | Found::Length(_) | Found::After(_)
        ),
        Found::Length(_) => matches!(new, Found::Length(_) | Found::Until(_) | Found::Range(..)),
        Found::After(_) | Found::Shift(_) | Found::Within(_) | Found::Earliest => says_moment,
        Found::Before(_) | Found::By(_) => matches!(
            new,
            Found::Clock(_) | Found::Range(..) | Found::After(_) | Found::Before(_) | Found::By(_)
        ),
        Found::Part(..) | Found::Half(_) | Found::Number(_) => {
            matches!(new, Found::Clock(_) | Found::Range(..) | Found::Part(..))
        }
        Found::Zone(_) => matches!(new, Found::Zone(_)),
        Found::Repeat(_) | Found::Ending(_) | Found::Except(_) | Found::SecondRequest | Found::Loose => says_moment,
        Found::BadAddress | Found::Mention | Found::Person(Person { invited: true, .. }) => {
            matches!(new, Found::Guest(_))
        }
        Found::Person(old) => matches!(new, Found::Person(new) if new.name == old.name),
        Found::Guest(old) => matches!(new, Found::Guest(new) if new.email.eq_ignore_ascii_case(&old.email)),
        Found::Title(_) | Found::Location(_) | Found::NoLink => false,
    }
}
