//! How something repeats: "every other Tuesday", "weekdays", "the first Monday of each month".
//! May import: std, chrono's weekdays, `token`, `words`, `found`, `date`, `day_list`, `recurrence`.

use chrono::WeekdaySet;

use super::counted;
use super::date;
use super::day_list::{days_of_month, is_ordinal_end, past_month, weekdays};
use super::found::{Day, Finding, Found, OfYear, Which};
use super::recurrence::{Frequency, Places, Rule};
use super::token::Tokens;
use super::words::{Unit, Word};

/// The text may say that something repeats: no rule below need be tried where it does not.
pub(super) fn is_possible(text: &Tokens) -> bool {
    (0..text.len()).any(|at| match text.word(at) {
        Word::Every | Word::Often | Word::EachWeekday(_) => true,
        Word::Workdays | Word::Part(_) | Word::Weekend => is_plural(text, at),
        _ => false,
    })
}

/// A rule that starts at token `at`, and the token after it. Without a rule inside, the words say only that it repeats.
pub(super) fn repeat(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let (rule, next) = match text.word(at) {
        Word::Every => every(text, at)?,
        Word::Often => return often(text, at).map(|(rule, next)| (Found::Repeat(rule), next)),
        Word::On | Word::In | Word::At | Word::The | Word::Ordinal(_) | Word::Unknown => {
            each_month(text, at).or_else(|| plural(text, at + usize::from(text.word(at) == Word::On)))?
        }
        Word::Weekday(_) | Word::EachWeekday(_) | Word::Workdays | Word::Weekend | Word::Part(_) => plural(text, at)?,
        Word::Next => next_few(text, at)?,
        Word::None if text.number(at).is_some() => each_month(text, at)?,
        _ => return None,
    };
    let (rule, next) = except(text, rule, next);
    Some((Found::Repeat(Some(rule)), next))
}

/// "every …", "each …"
fn every(text: &Tokens, at: usize) -> Option<(Rule, usize)> {
    if text.low(at) == "everyday" {
        return Some((Rule::every(Frequency::Daily, 1), at + 1));
    }
    let at = at + 1 + usize::from(text.low(at + 1) == "single");
    // "to see each other"
    if text.low(at - 1) == "each" && text.low(at) == "other" {
        return None;
    }
    if let Some((rule, next)) = days_of_month(text, at, false) {
        return Some((rule, past_month(text, next).unwrap_or(next)));
    }
    if let Some(found) = yearly(text, at) {
        return Some(found);
    }
    let (interval, from) = interval(text, at);
    if let Some((days, next)) = weekdays(text, from) {
        return Some((weekly(days, interval), next));
    }
    match text.word(from) {
        Word::Unit(unit) => {
            let each = if unit == Unit::Fortnight { 2 } else { 1 };
            let rule = Rule::every(frequency(unit)?, each * interval);
            Some(on(text, rule, from + 1))
        }
        Word::Quarter => Some(on(text, Rule::every(Frequency::Monthly, 3 * interval), from + 1)),
        Word::Part(_) => Some((Rule::every(Frequency::Daily, interval), from + 1)),
        _ => None,
    }
}

/// "other", "2", "second": the interval and the token after it.
fn interval(text: &Tokens, at: usize) -> (u32, usize) {
    match text.word(at) {
        _ if matches!(text.low(at), "other" | "alternate" | "second") => (2, at + 1),
        Word::Cardinal(count) | Word::Ordinal(count) => (count, at + 1),
        _ => match text.number(at) {
            Some((count @ 1..=999, _)) => (count, at + 1 + usize::from(is_ordinal_end(text, at + 1))),
            _ => (1, at),
        },
    }
}

fn frequency(unit: Unit) -> Option<Frequency> {
    Some(match unit {
        Unit::Second | Unit::Minute => return None,
        Unit::Hour => Frequency::Hourly,
        Unit::Day => Frequency::Daily,
        Unit::Week | Unit::Fortnight => Frequency::Weekly,
        Unit::Month => Frequency::Monthly,
        Unit::Year => Frequency::Yearly,
    })
}

fn weekly(weekdays: WeekdaySet, interval: u32) -> Rule {
    Rule {
        weekdays,
        ..Rule::every(Frequency::Weekly, interval)
    }
}

/// The days that may follow a unit: "every 2 weeks on Tue and Thu", "every month on the 1st", "every year on 3 March".
fn on(text: &Tokens, rule: Rule, at: usize) -> (Rule, usize) {
    let from = at + usize::from(text.word(at) == Word::On);
    let found = match rule.frequency {
        Frequency::Hourly | Frequency::Daily => None,
        Frequency::Weekly => weekdays(text, from).map(|(weekdays, next)| (Rule { weekdays, ..rule }, next)),
        Frequency::Monthly => days_of_month(text, from, true).map(|(days, next)| {
            let next = past_month(text, next).unwrap_or(next);
            (
                Rule {
                    interval: rule.interval,
                    ..days
                },
                next,
            )
        }),
        Frequency::Yearly => yearly(text, from).map(|(date, next)| {
            (
                Rule {
                    interval: rule.interval,
                    ..date
                },
                next,
            )
        }),
    };
    found.unwrap_or((rule, at))
}

/// "weekly", "once a week". "recurring" says no more than that.
fn often(text: &Tokens, at: usize) -> Option<(Option<Rule>, usize)> {
    if matches!(text.low(at), "once" | "twice") {
        return times_a(text, at);
    }
    let Some(rule) = adverb_at(text, at) else {
        return Some((None, at + 1));
    };
    let (rule, next) = on(text, rule, at + 1);
    let repeated = at.checked_sub(1).is_some_and(|at| text.low(at).starts_with("re"));
    let goes_on = matches!(
        text.word(next),
        Word::From | Word::Until | Word::For | Word::At | Word::None
    );
    (next > at + 1 || repeated || goes_on).then_some((Some(rule), next))
}

/// "weekly", "bi-weekly"
fn adverb_at(text: &Tokens, at: usize) -> Option<Rule> {
    let rule = adverb(text.low(at))?;
    let before = at.wrapping_sub(1 + usize::from(at > 0 && text.is_mark(at - 1, '-')));
    let interval = if text.low(before) == "bi" { 2 } else { 1 };
    Some(Rule {
        interval: rule.interval * interval,
        ..rule
    })
}

fn adverb(low: &str) -> Option<Rule> {
    let (frequency, interval) = match low {
        "hourly" => (Frequency::Hourly, 1),
        "daily" | "nightly" => (Frequency::Daily, 1),
        "weekly" => (Frequency::Weekly, 1),
        "biweekly" | "fortnightly" => (Frequency::Weekly, 2),
        "monthly" => (Frequency::Monthly, 1),
        "bimonthly" => (Frequency::Monthly, 2),
        "quarterly" => (Frequency::Monthly, 3),
        "yearly" | "annually" => (Frequency::Yearly, 1),
        _ => return None,
    };
    Some(Rule::every(frequency, interval))
}

/// "once a week"; how "twice a week" falls is not said.
fn times_a(text: &Tokens, at: usize) -> Option<(Option<Rule>, usize)> {
    let per = matches!(text.word(at + 1), Word::A | Word::Every) || text.low(at + 1) == "per";
    let from = if per { at + 2 } else { return None };
    let Word::Unit(unit) = text.word(from) else { return None };
    let rule = Rule::every(frequency(unit)?, 1);
    if text.low(at) == "twice" {
        return Some((None, from + 1));
    }
    let (rule, next) = on(text, rule, from + 1);
    Some((Some(rule), next))
}

/// "Mondays and Thursdays", "weekdays", "mornings", "Friday mornings", "Monday every week".
fn plural(text: &Tokens, at: usize) -> Option<(Rule, usize)> {
    // "for 3 nights", "two weekends ago"
    let counted = at.checked_sub(1).is_some_and(|before| text.number(before).is_some())
        || matches!(text.word_before(at), Word::Cardinal(_));
    if counted && matches!(text.word(at), Word::Part(_) | Word::Weekend) {
        return None;
    }
    if let (Word::Part(_), true) = (text.word(at), is_plural(text, at)) {
        return Some((Rule::every(Frequency::Daily, 1), at + 1));
    }
    let (days, next) = weekdays(text, at)?;
    if matches!(text.word(next), Word::Part(_)) && is_plural(text, next) {
        return Some((weekly(days, 1), next + 1));
    }
    if (at..next).any(|at| is_plural(text, at)) {
        let alternate = at > 0 && matches!(text.low(at - 1), "alternate" | "alternating");
        return Some((weekly(days, if alternate { 2 } else { 1 }), next));
    }
    // "Monday every two weeks"
    let (rule, next) = match text.word(next) {
        Word::Every => every(text, next)?,
        Word::Often => often(text, next).and_then(|(rule, next)| Some((rule?, next)))?,
        _ => return None,
    };
    let is_week = rule.frequency == Frequency::Weekly && rule.weekdays.is_empty();
    is_week.then_some((weekly(days, rule.interval), next))
}

/// "the next four Mondays", whose number is the end that [`times`] tells.
fn next_few(text: &Tokens, at: usize) -> Option<(Rule, usize)> {
    let (_, days) = counted::count(text, at + 1)?;
    match text.word(days) {
        Word::EachWeekday(day) => Some((weekly(WeekdaySet::single(day), 1), days + 1)),
        _ => None,
    }
}

/// How often "the next four Mondays" that start at token `at` are.
pub(super) fn times(text: &Tokens, at: usize) -> Option<u32> {
    let (count, _) = counted::count(text, at + 1).filter(|_| text.word(at) == Word::Next)?;
    Some(count)
}

fn is_plural(text: &Tokens, at: usize) -> bool {
    match text.word(at) {
        Word::EachWeekday(_) => true,
        Word::Workdays | Word::Part(_) | Word::Weekend => text.low(at).ends_with('s'),
        _ => false,
    }
}

/// "every day except Friday", "weekdays but not Wednesday"
fn except(text: &Tokens, rule: Rule, at: usize) -> (Rule, usize) {
    let from = match (text.low(at), text.low(at + 1)) {
        ("except" | "excluding" | "but", "for" | "not" | "on") => at + 2,
        ("except" | "excluding" | "but", _) => at + 1,
        _ => return (rule, at),
    };
    let Some((without_days, next)) = weekdays(text, from + usize::from(text.word(from) == Word::On)) else {
        return (rule, at);
    };
    without(rule, without_days).map_or((rule, at), |rule| (rule, next))
}

/// The rule, but not on these days.
fn without(rule: Rule, days: WeekdaySet) -> Option<Rule> {
    let all = match rule {
        Rule {
            frequency: Frequency::Daily,
            interval: 1,
            ..
        } => WeekdaySet::ALL,
        Rule {
            frequency: Frequency::Weekly,
            weekdays,
            ..
        } => weekdays,
        _ => return None,
    };
    Some(weekly(all.difference(days), rule.interval))
}

/// "weekdays at 10 except Friday": a weekday is left out of the rule, a date of what it comes to.
pub(super) fn leave_out(findings: &mut Vec<Finding>) {
    let weekday = |finding: &Finding| match finding.found {
        Found::Except(Day::Weekday(day, Which::Bare)) => Some(day),
        _ => None,
    };
    let days = findings
        .iter()
        .filter_map(weekday)
        .fold(WeekdaySet::EMPTY, |days, day| days.union(WeekdaySet::single(day)));
    if days.is_empty() {
        return;
    }
    for finding in findings.iter_mut() {
        if let Found::Repeat(Some(rule)) = &mut finding.found {
            *rule = without(*rule, days).unwrap_or(*rule);
        }
    }
    findings.retain(|finding| weekday(finding).is_none());
}

/// "the 1st of every month", "on the first Monday of each month", "at the end of every month", "the 15th monthly".
fn each_month(text: &Tokens, at: usize) -> Option<(Rule, usize)> {
    let from = at + usize::from(matches!(text.word(at), Word::On | Word::At));
    let (rule, next) = days_of_month(text, from, true)?;
    let next = match text.word(next) {
        Word::Of | Word::In => next + 1,
        _ => next,
    };
    if text.low(next) == "monthly" {
        return Some((rule, next + 1));
    }
    if text.word(next) != Word::Every {
        return None;
    }
    let (interval, unit) = interval(text, next + 1);
    (text.word(unit) == Word::Unit(Unit::Month)).then_some((Rule { interval, ..rule }, unit + 1))
}

/// "3 March"
fn yearly(text: &Tokens, at: usize) -> Option<(Rule, usize)> {
    match date::day(text, at)? {
        (
            Found::Day(Day::Date {
                year: OfYear::Next,
                month,
                day,
            }),
            next,
        ) => {
            let rule = Rule::every(Frequency::Yearly, 1);
            let month_days = Places::at(day)?;
            Some((
                Rule {
                    month: Some(month),
                    month_days,
                    ..rule
                },
                next,
            ))
        }
        _ => None,
    }
}

/// Brings the rule of a message together: "Mondays at 9, every two weeks", "weekly at 9 on Tuesday and Thursday". A "weekly" that
/// belongs to the event's name repeats it only where no day is said ("weekly review tomorrow" does not).
pub(super) fn gather(text: &Tokens, findings: &mut Vec<Finding>) {
    let rules = |found: &Found| matches!(found, Found::Repeat(_));
    if !findings.iter().any(|finding| rules(&finding.found)) {
        let says_day = findings.iter().any(|finding| matches!(finding.found, Found::Day(_)));
        let named = (0..text.len()).find_map(|at| match text.word(at) {
            Word::Often => adverb_at(text, at).map(|rule| (rule, text.span(at, at + 1))),
            _ => None,
        });
        // "the daily news"
        let wanted =
            !findings.is_empty() || (0..text.len()).any(|at| matches!(text.word(at), Word::Verb(_) | Word::Thing));
        if let (false, true, Some((rule, span))) = (says_day, wanted, named) {
            let found = Found::Repeat(Some(rule));
            findings.push(Finding { span, found });
        }
        return;
    }
    let is_open = |rule: &Rule| rule.frequency == Frequency::Weekly && rule.weekdays.is_empty();
    let rule = |finding: &Finding| match finding.found {
        Found::Repeat(rule) => rule,
        _ => None,
    };
    let Some(open) = findings.iter().filter_map(rule).find(is_open) else {
        return;
    };
    let days = findings
        .iter()
        .fold(WeekdaySet::EMPTY, |days, finding| match &finding.found {
            Found::Day(Day::Weekday(day, Which::Bare)) => days.union(WeekdaySet::single(*day)),
            Found::Repeat(Some(rule)) => days.union(rule.weekdays),
            _ => days,
        });
    for finding in findings.iter_mut() {
        if let Found::Repeat(Some(rule)) = &mut finding.found {
            *rule = weekly(days, open.interval);
        }
    }
    findings.retain(|finding| !matches!(finding.found, Found::Day(Day::Weekday(_, Which::Bare))));
}
