//! One walk over the tokens: at each place the rules are asked in order, and the first that knows takes its words.
//! May import: everything of the reader's but `reading` and `resolve`.

mod alone;

use super::clock_time;
use super::date;
use super::date_list;
use super::earliest;
use super::ending;
use super::found::{Clock, Day, Face, Finding, Found, Grain, OfYear, Stretch};
use super::guests;
use super::homograph;
use super::intent::Sense;
use super::length;
use super::part;
use super::range;
use super::recurrence::Ending;
use super::repair::{ends, repair, replace, takes_back};
use super::repeat;
use super::same_time;
use super::stretch;
use super::through;
use super::token::{Kind, Tokens};
use super::words::{Part, Share, Word};
use super::zones;

/// What the rules found, in the order of the text, and which tokens they took.
pub(super) struct Scan {
    pub findings: Vec<Finding>,
    pub taken: Vec<bool>,
    /// The part of the day that a meal suggests.
    pub meal: Option<Part>,
    may_repeat: bool,
    has_addresses: bool,
    /// A rule was found.
    repeats: bool,
}

pub(super) fn scan(text: &Tokens) -> Scan {
    let mut scan = Scan {
        findings: Vec::new(),
        taken: vec![false; text.len()],
        meal: None,
        may_repeat: repeat::is_possible(text),
        has_addresses: text.list.iter().any(|token| token.kind == Kind::Address),
        repeats: false,
    };
    let mut at = 0;
    while at < text.len() {
        if let (None, Word::Meal(part)) = (scan.meal, text.word(at)) {
            scan.meal = Some(part);
        }
        if let Some(next) = scan.corrected(text, at) {
            at = next;
            continue;
        }
        match scan.rule(text, at) {
            Some((found, next)) => {
                scan.take(text, at, next, found);
                at = next;
            }
            None => at += 1,
        }
    }
    if scan.may_repeat {
        repeat::gather(text, &mut scan.findings);
        repeat::leave_out(&mut scan.findings);
    }
    scan.across_days(text);
    repair(text, &mut scan.findings);
    scan.company(text);
    scan.feasts(text);
    scan.occasion(text);
    scan.alone(text);
    scan
}

/// The words that open a finding though they have no meaning by themselves.
const OPENS: Sense = Sense::WHEN.or(Sense::FEAST).or(Sense::AMOUNT);

/// Opens a finding only with what follows.
fn leads(word: Word) -> bool {
    matches!(
        word,
        Word::The
            | Word::A
            | Word::On
            | Word::At
            | Word::In
            | Word::For
            | Word::From
            | Word::To
            | Word::With
            | Word::And
            | Word::Of
    )
}

/// A word that has nothing to do with time.
fn is_idle(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Word(Word::Unknown | Word::Filler)) => {
            // "mid-June", "Europe/London"
            let joined = matches!(text.kind(at + 1), Some(Kind::Mark('-' | '/')));
            !joined && !text.sense(at).is(OPENS)
        }
        Some(Kind::Word(word)) => matches!(
            word,
            Word::Verb(_)
                | Word::Invite
                | Word::Question
                | Word::Helper
                | Word::Greeting
                | Word::Thing
                | Word::Foreign
                | Word::Calendar
                | Word::Called
                | Word::Time
        ),
        _ => false,
    }
}

impl Scan {
    fn take(&mut self, text: &Tokens, from: usize, to: usize, found: Found) {
        let span = text.span(from, to);
        // "the next two hours" begin now.
        if matches!(found, Found::Length(_)) && (from..to).any(|at| text.word(at) == Word::Next) {
            let found = Found::After(0);
            self.findings.push(Finding {
                span: span.clone(),
                found,
            });
        }
        // "tonight" is a day and a part of it.
        let days = match (text.word(from), &found) {
            (Word::Tonight, _) | (Word::This, Found::Part(..)) => Some(0),
            (Word::Last, Found::Part(..)) => Some(-1),
            (Word::Next, Found::Part(..)) => Some(1),
            _ => None,
        };
        if let Some(days) = days {
            let found = Found::Day(Day::Away(days));
            self.findings.push(Finding {
                span: span.clone(),
                found,
            });
        }
        // "the next four Mondays"
        if let (Found::Repeat(_), Some(times)) = (&found, repeat::times(text, from)) {
            let found = Found::Ending(Ending::Times(times));
            let span = span.clone();
            self.findings.push(Finding { span, found });
        }
        // "every morning", "Friday mornings"
        if let (Found::Repeat(_), Word::Part(part)) = (&found, text.word(to - 1)) {
            let found = Found::Part(part, Share::Whole);
            let span = text.span(to - 1, to);
            self.findings.push(Finding { span, found });
        }
        let found = self.of_that_year(from, found);
        self.repeats |= matches!(found, Found::Repeat(_));
        self.taken[from..to].fill(true);
        if !self.is_invited(&found) {
            self.findings.push(Finding { span, found });
        }
    }

    /// The month of "next year in May".
    fn of_that_year(&mut self, at: usize, found: Found) -> Found {
        let Found::Stretch(Stretch::Month {
            month,
            year: OfYear::Next,
        }) = found
        else {
            return found;
        };
        let follows = at > 0 && self.taken[at - 1];
        let Some(Found::Stretch(Stretch::Away(Grain::Year, years))) =
            self.findings.last().filter(|_| follows).map(|last| &last.found)
        else {
            return found;
        };
        let year = i32::try_from(*years).map_or(OfYear::Next, OfYear::Away);
        self.findings.pop();
        Found::Stretch(Stretch::Month { month, year })
    }

    /// The same guest was named before.
    fn is_invited(&self, found: &Found) -> bool {
        let Found::Guest(guest) = found else { return false };
        self.findings.iter().any(
            |finding| matches!(&finding.found, Found::Guest(other) if other.email.eq_ignore_ascii_case(&guest.email)),
        )
    }

    /// "at 3, no, 4", "Tuesday, sorry, Wednesday": what stands behind such words takes the place of what stood before.
    fn corrected(&mut self, text: &Tokens, at: usize) -> Option<usize> {
        let says_when = |found: &Found| matches!(found, Found::Day(_) | Found::Clock(_) | Found::Range(..));
        let from = takes_back(text, at).filter(|_| self.follows(at, says_when))?;
        let (found, next) = date::day(text, from)
            .or_else(|| range::time(text, from, true).filter(|(_, next)| ends(text, *next)))
            .filter(|(found, _)| says_when(found))?;
        let before = self.findings.len();
        self.taken[at..from].fill(true);
        self.take(text, from, next, found);
        replace(&mut self.findings, before);
        Some(next)
    }

    /// Most words and marks open no finding, and need no rule to say so.
    fn may_open(&self, text: &Tokens, at: usize) -> bool {
        // The zone behind a time, "to Friday", "except"
        let by_context = self.may_repeat || at > 0 && self.taken[at - 1];
        match text.kind(at) {
            // "Ann (ann@example.org)"
            Some(Kind::Word(Word::Unknown)) if self.has_addresses => true,
            // "the dentist", "with Ann"
            Some(Kind::Word(word)) if leads(word) => by_context || !is_idle(text, at + 1),
            Some(Kind::Word(_)) => by_context || !is_idle(text, at),
            Some(Kind::Mark(mark)) => matches!(mark, '@' | '(' | '+' | '-' | '~' | '/'),
            Some(Kind::Number { .. } | Kind::Address | Kind::Mention) => true,
            Some(Kind::Quoted | Kind::Sealed) | None => false,
        }
    }

    fn rule(&self, text: &Tokens, at: usize) -> Option<(Found, usize)> {
        if matches!(text.kind(at), Some(Kind::Mark(',' | '&'))) {
            return self.listed(text, at);
        }
        if !self.may_open(text, at) || homograph::is_other_word(text, at) {
            return None;
        }
        self.repeat(text, at)
            .or_else(|| guests::guest(text, at))
            .or_else(|| zones::zone(text, at, self.follows_time(at)))
            .or_else(|| same_time::same_time(text, at))
            .or_else(|| {
                self.follows(at, |found| matches!(found, Found::SameTime))
                    .then(|| same_time::step(text, at))?
            })
            .or_else(|| self.through(text, at))
            .or_else(|| self.listed(text, at))
            .or_else(|| self.without(text, at))
            .or_else(|| date::day(text, at))
            .or_else(|| stretch::stretch(text, at))
            .or_else(|| length::length(text, at, self.follows_day(at)))
            .or_else(|| self.time(text, at))
            .or_else(|| part::part(text, at, at > 0 && self.taken[at - 1]))
            .or_else(|| earliest::earliest(text, at))
    }

    /// "… to Wednesday", behind a day or a day with its time.
    fn through(&self, text: &Tokens, at: usize) -> Option<(Found, usize)> {
        let joins = matches!(text.word(at), Word::To | Word::Until | Word::And)
            || matches!(text.kind(at), Some(Kind::Mark('-' | '~' | '/')));
        if !joins || at == 0 || !self.taken[at - 1] {
            return None;
        }
        let is_day = |finding: &&Finding| matches!(finding.found, Found::Day(_) | Found::Stretch(_));
        let is_time = |finding: &Finding| matches!(finding.found, Found::Clock(_) | Found::Part(..));
        let today = Found::Day(Day::Away(0));
        let first = match self.findings.as_slice() {
            [.., first, time] if is_time(time) && is_day(&first) => &first.found,
            [.., first] if is_day(&first) => &first.found,
            // "2pm until tomorrow 4pm"
            [time] if is_time(time) && text.word(at) != Word::And && text.word(at) != Word::None => &today,
            // "from now until Friday"
            [.., now] if matches!(now.found, Found::After(0)) => &today,
            // "2027-03-03T15:00Z/2027-03-05T15:00Z"
            [.., first, time, zone] if matches!(zone.found, Found::Zone(_)) && is_time(time) && is_day(&first) => {
                &first.found
            }
            _ => return None,
        };
        let (last, next) = through::through(text, at, first)?;
        // "add lunch at noon to Saturday" says which day.
        let adds = text.word(at) == Word::To
            && matches!(self.findings.as_slice(), [time] if is_time(time) && !self.opens_range(text))
            && range::time(text, next, true).is_none();
        (!adds).then_some((last, next))
    }

    /// "May 5, 6 and 7": another day of the month that was named.
    fn listed(&self, text: &Tokens, at: usize) -> Option<(Found, usize)> {
        let (last, others) = self.findings.split_last().filter(|_| at > 0 && self.taken[at - 1])?;
        let Found::Day(before) = &last.found else { return None };
        let is_list = others
            .last()
            .is_some_and(|other| matches!(other.found, Found::Day(Day::Date { .. })));
        date_list::another(text, at, before, is_list).map(|(day, next)| (Found::Day(day), next))
    }

    /// "next week, not Friday", "any day but Monday": a day that is denied beside others.
    fn without(&self, text: &Tokens, at: usize) -> Option<(Found, usize)> {
        let says = matches!(text.low(at), "not" | "except" | "excluding" | "apart");
        let beside = says
            && self
                .findings
                .iter()
                .any(|found| matches!(found.found, Found::Day(_) | Found::Stretch(_)));
        beside.then(|| ending::denied(text, at))?
    }

    /// A rule, and after one its end.
    fn repeat(&self, text: &Tokens, at: usize) -> Option<(Found, usize)> {
        if !self.may_repeat {
            return None;
        }
        let ending = if self.repeats {
            ending::ending(text, at).or_else(|| ending::exception(text, at))
        } else {
            ending::before_rule(text, at)
        };
        ending.or_else(|| repeat::repeat(text, at))
    }

    /// The token before belongs to a finding that `test` accepts.
    fn follows(&self, at: usize, test: fn(&Found) -> bool) -> bool {
        let touches = at > 0 && self.taken[at - 1];
        touches && self.findings.last().is_some_and(|last| test(&last.found))
    }

    fn follows_time(&self, at: usize) -> bool {
        self.follows(at, |found| {
            matches!(found, Found::Clock(_) | Found::Range(..) | Found::Until(_))
        })
    }

    fn follows_day(&self, at: usize) -> bool {
        self.follows(at, |found| {
            matches!(
                found,
                Found::Day(_) | Found::Part(..) | Found::Stretch(_) | Found::Through(_)
            )
        })
    }

    /// "from 2": a start that waits for its end.
    fn opens_range(&self, text: &Tokens) -> bool {
        self.findings.iter().any(|finding| {
            matches!(finding.found, Found::Clock(_)) && text.lower[finding.span.clone()].starts_with("from")
        })
    }

    fn time(&self, text: &Tokens, at: usize) -> Option<(Found, usize)> {
        // "tomorrow, 11"
        let comma = at > 0 && text.is_mark(at - 1, ',') && text.number(at).is_some();
        let after_day = self.follows_day(at - usize::from(comma));
        // "2027-03-03T14:00"
        if after_day && text.low(at) == "t" && text.is_glued(at) && text.is_glued(at + 1) {
            if let Some((clock, next)) = range::basic(text, at + 1) {
                return Some((Found::Clock(clock), next));
            }
            return clock_time::clock(text, at + 1, true).map(|(clock, next)| (Found::Clock(clock), next));
        }
        // "at 3 or 4"
        let either = text.word(at) == Word::Or && self.follows_time(at);
        // "from 2 tomorrow to 4"
        let led = match text.word(at) {
            Word::To => after_day && self.opens_range(text),
            _ => after_day || either,
        };
        let (found, next) = range::time(text, at + usize::from(either), led).or_else(|| {
            // "Monday, nine till ten"
            let listed = at > 0 && text.is_mark(at - 1, ',') && self.follows_day(at - 1);
            let words = listed && matches!(text.word(at), Word::Cardinal(_));
            let found = words.then(|| range::time(text, at, true))?;
            found.filter(|(found, _)| matches!(found, Found::Range(..)))
        })?;
        // "Friday 3" is a time, "Friday 3 tickets" is not.
        let bare = matches!(found, Found::Clock(Clock { face: Face::Bare, .. })) && next == at + 1;
        let counts = bare
            && matches!(text.word(next), Word::Unknown | Word::Thing | Word::Cardinal(_))
            && !zones::follows_hour(text, next);
        // An end needs a start.
        let loose_end =
            matches!(found, Found::Until(_)) && matches!(text.word(at), Word::To | Word::Unknown) && !self.has_start();
        (!counts && !loose_end).then_some((found, next))
    }

    fn has_start(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| matches!(finding.found, Found::Clock(_) | Found::After(0)))
    }
}
