//! Until when something repeats: "until June", "for 6 weeks", "5 times". May import: std, `token`, `words`, `found`, `counted`, `date`, `recurrence`.

use super::counted;
use super::date;
use super::found::{Day, Found, Stretch};
use super::recurrence::Ending;
use super::stretch;
use super::token::Tokens;
use super::words::{Edge, Unit, Word};

/// The end of a repetition: "until June", "for 6 weeks", "5 times".
pub(super) fn ending(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let found = match text.word(at) {
        Word::Until | Word::To => until(
            text,
            at + 1,
            text.word(at) == Word::To || text.low(at).starts_with("thr"),
        ),
        Word::For => lasting(text, at + 1).or_else(|| times(text, at + 1)),
        _ => times(text, at),
    };
    found.map(|(ending, next)| (Found::Ending(ending), next))
}

/// An end that is said before its rule: "until June every Monday", "for 6 weeks every Monday".
pub(super) fn before_rule(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let lasts = || lasting(text, at + 1).filter(|(_, next)| text.word(next - 1) != Word::Unit(Unit::Day));
    let (ending, next) = match text.word(at) {
        Word::Until => until(text, at + 1, text.low(at).starts_with("thr")),
        Word::For => lasts(),
        _ => None,
    }?;
    let rule = next + usize::from(text.is_mark(next, ','));
    matches!(text.word(rule), Word::Every | Word::Often).then_some((Found::Ending(ending), next))
}

/// "not Friday", "but not on Monday", "except the 3rd": without a rule.
pub(super) fn denied(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    if text.low(at) != "not" {
        return exception(text, at);
    }
    let (Found::Day(day), next) = date::day(text, at + 1 + usize::from(text.word(at + 1) == Word::On))? else {
        return None;
    };
    Some((Found::Except(day), next))
}

/// "except December 25", "but not on the 3rd"
pub(super) fn exception(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let from = match (text.low(at), text.low(at + 1)) {
        ("except" | "excluding" | "but" | "apart" | "other", "for" | "not" | "from" | "than") => at + 2,
        ("except" | "excluding" | "skip" | "skipping" | "without", _) => at + 1,
        _ => return None,
    };
    let (Found::Day(day), next) = date::day(text, from + usize::from(text.word(from) == Word::On))? else {
        return None;
    };
    Some((Found::Except(day), next))
}

fn until(text: &Tokens, at: usize, included: bool) -> Option<(Ending, usize)> {
    if let Some((Found::Day(day), next)) = date::day(text, at) {
        return Some((Ending::Until(day), next));
    }
    let at = at + usize::from(text.word(at) == Word::The);
    let whole = text.low(at) == "end" && text.word(at + 1) == Word::Of;
    // "until the end of the year"
    if !matches!(text.word(at + 2), Word::Month(_))
        && let Some((Stretch::Edge(Edge::End, of), next)) = stretch::unled(text, at)
    {
        let (nth, weekday) = (-1, None);
        return Some((Ending::Until(Day::Nth { nth, weekday, of }), next));
    }
    let at = if whole { at + 2 } else { at };
    let Word::Month(month) = text.word(at) else { return None };
    Some((
        Ending::Month {
            month,
            included: included || whole,
        },
        at + 1,
    ))
}

/// "6 weeks", "the next 3 months"
fn lasting(text: &Tokens, at: usize) -> Option<(Ending, usize)> {
    let at = at + usize::from(text.word(at) == Word::The);
    let at = at + usize::from(text.word(at) == Word::Next);
    let (count, next) = counted::count(text, at)?;
    let (months, days) = match text.word(next) {
        Word::Unit(Unit::Day) => (0, count),
        Word::Unit(Unit::Week) => (0, count * 7),
        Word::Unit(Unit::Month) => (count, 0),
        Word::Unit(Unit::Year) => (count * 12, 0),
        _ => return None,
    };
    Some((Ending::After { months, days }, next + 1))
}

/// "5 times", "10 occurrences"
fn times(text: &Tokens, at: usize) -> Option<(Ending, usize)> {
    let (count, next) = counted::count(text, at).filter(|_| text.word(at) != Word::A)?;
    let counted = matches!(text.low(next), "times" | "occurrences" | "sessions" | "repetitions");
    (counted && count > 0).then_some((Ending::Times(count), next + 1))
}
