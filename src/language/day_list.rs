//! The days of a week or a month that something repeats on: "Tue and Thu", "Monday to Friday", "the 1st and 15th", "the last Friday".
//! May import: std, chrono's weekdays, `token`, `words`, `recurrence`.

use chrono::{Weekday, WeekdaySet};

use super::recurrence::{Frequency, Places, Rule};
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};

/// A list has at most so many members, so that hostile ones cost little.
const LONGEST: usize = 12;

/// "Tue and Thu", "Mon, Wed & Fri", "Monday to Friday", "weekdays".
pub(super) fn weekdays(text: &Tokens, at: usize) -> Option<(WeekdaySet, usize)> {
    let (mut days, mut next) = weekday(text, at)?;
    for _ in 1..LONGEST {
        let Some((more, after)) = past_comma(text, next).and_then(|from| weekday(text, from)) else {
            break;
        };
        days = days.union(more);
        next = after;
    }
    Some((days, next))
}

/// One weekday, or those from one to another.
fn weekday(text: &Tokens, at: usize) -> Option<(WeekdaySet, usize)> {
    let workdays = WeekdaySet::from_array([Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri]);
    let first = match text.word(at) {
        Word::Weekday(day) | Word::EachWeekday(day) => day,
        Word::Workdays => return Some((workdays, at + 1)),
        Word::Weekend => return Some((WeekdaySet::from_array([Weekday::Sat, Weekday::Sun]), at + 1)),
        _ if matches!(text.low(at), "business" | "working" | "work") && text.word(at + 1) == Word::Unit(Unit::Day) => {
            return Some((workdays, at + 2));
        }
        _ => return None,
    };
    let to = text.is_mark(at + 1, '-') || matches!(text.word(at + 1), Word::To | Word::Until);
    let last = match text.word(at + 2) {
        Word::Weekday(day) | Word::EachWeekday(day) if to => day,
        _ => return Some((WeekdaySet::single(first), at + 1)),
    };
    let mut days = WeekdaySet::single(first);
    let mut day = first;
    while day != last {
        day = day.succ();
        days.insert(day);
    }
    Some((days, at + 3))
}

/// Past what stands between the members of a list.
fn past_comma(text: &Tokens, at: usize) -> Option<usize> {
    let marked = usize::from(matches!(text.kind(at), Some(Kind::Mark(',' | '/' | '&' | '+'))));
    let next = at + marked + usize::from(text.word(at + marked) == Word::And);
    let next = next + usize::from(text.word(next) == Word::On);
    (next > at).then_some(next)
}

/// Past "of the month".
pub(super) fn past_month(text: &Tokens, at: usize) -> Option<usize> {
    let of = matches!(text.word(at), Word::Of | Word::In);
    let month = at + 2;
    let names = matches!(text.word(at + 1), Word::The | Word::Every | Word::A);
    (of && names && text.word(month) == Word::Unit(Unit::Month)).then_some(month + 1)
}

/// "the 1st and 15th", "the first Monday", "the last day", "the start": days of a month. `plain`: a second Tuesday is one of the
/// month, not every other one, since the month has been said.
pub(super) fn days_of_month(text: &Tokens, at: usize, plain: bool) -> Option<(Rule, usize)> {
    let at = at + usize::from(text.word(at) == Word::The);
    let monthly = Rule::every(Frequency::Monthly, 1);
    let ends = match text.low(at) {
        "start" | "beginning" => Places::at(1),
        "end" => Some(Places::LAST),
        _ => None,
    };
    if let Some(month_days) = ends {
        return (text.word(at + 1) == Word::Of).then_some((Rule { month_days, ..monthly }, at + 1));
    }
    let (mut places, mut next) = place(text, at)?;
    for _ in 1..LONGEST {
        let Some((more, after)) = past_comma(text, next).and_then(|from| place(text, from)) else {
            break;
        };
        places = places.and(more);
        next = after;
    }
    let of_month = past_month(text, next + 1).is_some();
    if let Some((weekdays, after)) = weekday(text, next) {
        let every_other = text.low(at) == "second" || text.number(at).is_some_and(|(count, _)| count == 2);
        let counts = plain || of_month || !(every_other && next <= at + 2);
        return counts.then_some((
            Rule {
                weekdays,
                places,
                ..monthly
            },
            after,
        ));
    }
    let after = next + usize::from(text.word(next) == Word::Unit(Unit::Day));
    // "every second counts"
    if text.low(at) == "second"
        && !plain
        && !of_month
        && after == next
        && next < text.len()
        && past_month(text, next).is_none()
    {
        return None;
    }
    // "every third week", and "every third day" but for "of the month".
    let counts = matches!(text.word(next), Word::Unit(_)) && !(after > next && (of_month || places == Places::LAST));
    (!counts).then_some((
        Rule {
            month_days: places,
            ..monthly
        },
        after,
    ))
}

/// "1st", "15th", "first", "last".
fn place(text: &Tokens, at: usize) -> Option<(Places, usize)> {
    let at = at + usize::from(text.word(at) == Word::The);
    match text.word(at) {
        Word::Ordinal(place) => Some((Places::at(place)?, at + 1)),
        _ if text.low(at) == "last" => Some((Places::LAST, at + 1)),
        _ => {
            let (place, _) = text.number(at).filter(|_| is_ordinal_end(text, at + 1))?;
            Some((Places::at(place)?, at + 2))
        }
    }
}

pub(super) fn is_ordinal_end(text: &Tokens, at: usize) -> bool {
    text.word(at) == Word::OrdinalEnd && text.is_glued(at)
}
