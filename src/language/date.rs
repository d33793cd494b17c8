//! Days: "tomorrow", "next Friday", "the first Monday of May", "a week from Friday". May import: std, `clock_time`, `closest`, `counted`, `holiday`, `homograph`, `month_day`, `period`,
//! `stretch`, `token`, `words`, `found`.

use chrono::Weekday;

use super::clock_time::clock;
use super::closest::{closest, is_close};
use super::counted::{counted, counted_from_now, shift, weekday_from};
use super::found::{Day, Found, OfYear, Shift, Stretch, Which};
use super::holiday;
use super::homograph;
use super::month_day::{self, ordinal_word};
use super::period;
use super::stretch;
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};
use super::year::year_after;

/// "the day after the day after …" nests no deeper: nobody says more, and hostile texts must not cost more.
pub(super) const DEPTH: u8 = 4;

/// A day that starts at token `at`, and the token after it.
pub(super) fn day(text: &Tokens, at: usize) -> Option<(Found, usize)> {
    let (day, next) = day_at(text, at, DEPTH)?;
    // "tomorrow + 2 days"
    let more = shift(text, next + 1).filter(|_| text.is_mark(next, '+') || text.low(next) == "plus");
    if let Some((shift, next, _)) = more {
        return Some((Found::Day(shifted(shift, day)), next));
    }
    Some((Found::Day(day), next))
}

pub(super) fn day_at(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let depth = depth.checked_sub(1)?;
    let Kind::Word(word) = text.kind(at)? else {
        return match text.kind(at) {
            // "2morrow"
            Some(Kind::Number { value: 2, digits: 1 })
                if text.is_glued(at + 1)
                    && matches!(text.low(at + 1), "moro" | "morrow" | "mrw" | "mrow" | "morow") =>
            {
                Some((Day::Away(1), at + 2))
            }
            Some(Kind::Number { .. }) => period::day_of_week(text, at)
                .or_else(|| nth(text, at, depth))
                .or_else(|| closest(text, at, depth))
                .or_else(|| month_day::date(text, at))
                .or_else(|| counted(text, at, depth)),
            _ => None,
        };
    };
    match word {
        Word::Near(days) => Some((Day::Away(days.into()), at + 1)),
        Word::Weekday(_) => weekday(text, at, depth),
        Word::Month(_) => month_day::date(text, at).or_else(|| feast(text, at)),
        Word::Next if text.word(at + 1) == Word::To => nth(text, at, depth),
        Word::This | Word::Next | Word::Coming | Word::Past => which_day(text, at),
        Word::Last => nth(text, at, depth).or_else(|| which_day(text, at)),
        Word::Ordinal(_) | Word::Cardinal(_) => nth(text, at, depth)
            .or_else(|| closest(text, at, depth))
            .or_else(|| month_day::date(text, at))
            .or_else(|| counted(text, at, depth)),
        Word::A | Word::In | Word::HalfOf => counted(text, at, depth),
        Word::For => counted_from_now(text, at + 1, depth),
        Word::From | Word::Between => month_day::first_of_two(text, at + 1),
        // An article makes nothing deeper.
        Word::The if text.word(at + 1) != Word::The && !homograph::is_other_word(text, at + 1) => {
            day_at(text, at + 1, depth + 1)
        }
        Word::Unit(Unit::Day) => beside_day(text, at, depth)
            .or_else(|| numbered(text, at, depth))
            .or_else(|| feast(text, at)),
        Word::Unknown | Word::Filler | Word::Feast | Word::OrdinalEnd => {
            let penultimate = text.low(at) == "penultimate";
            let found = closest(text, at, depth).or_else(|| feast(text, at));
            found
                .or_else(|| penultimate.then(|| nth(text, at, depth))?)
                .or_else(|| (text.low(at) == "several").then(|| counted(text, at, depth))?)
        }
        _ => None,
    }
}

/// "day 2 of next week"
fn numbered(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let (nth @ 1..=366, _) = text.number(at + 1)? else {
        return None;
    };
    let of = matches!(text.word(at + 2), Word::Of | Word::In);
    let (of, next) = stretch::bare(text, at + 3, depth).filter(|_| of)?;
    let (nth, weekday, of) = (i32::try_from(nth).ok()?, None, Box::new(of));
    Some((Day::Nth { nth, weekday, of }, next))
}

/// "the day after tomorrow", "the day before Christmas".
fn beside_day(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let days = match text.word(at + 1) {
        Word::After => 1,
        Word::Before => -1,
        _ => return None,
    };
    let (of, next) = day_at(text, at + 2, depth)?;
    Some((shifted(Shift { months: 0, days }, of), next))
}

pub(super) fn shifted(shift: Shift, of: Day) -> Day {
    match of {
        Day::Away(days) if shift.months == 0 => Day::Away(days + shift.days),
        _ => Day::Shifted(shift, Box::new(of)),
    }
}

/// "this Friday", "next Friday", "this coming Friday", "last Friday", "next week on Friday", "this June 4th", "next Christmas".
fn which_day(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let from = at
        + 1
        + usize::from(
            text.word(at) == Word::This
                && matches!(text.word(at + 1), Word::Coming | Word::Past | Word::Next | Word::Last),
        );
    let which = match text.word(from - 1) {
        Word::Next => Which::Next,
        Word::Coming => Which::Coming,
        Word::Last => Which::Last,
        // "past" alone belongs to clocks: "half past Friday" is nothing.
        Word::Past if from > at + 1 || text.word_before(at) == Word::The => Which::Past,
        Word::This => Which::This,
        _ => return None,
    };
    match text.word(from) {
        Word::Weekday(weekday) => {
            let (week, next) = week_after(text, from + 1).unzip();
            Some((Day::Weekday(weekday, week.unwrap_or(which)), next.unwrap_or(from + 1)))
        }
        Word::Unit(Unit::Week) => {
            let week = Which::Week(match which {
                Which::Next | Which::Coming => 1,
                Which::Last => -1,
                _ => 0,
            });
            let next = from + 1;
            let next = next + usize::from(matches!(text.word(next), Word::On) || text.is_mark(next, ','));
            match text.word(next) {
                Word::Weekday(weekday) => Some((Day::Weekday(weekday, week), next + 1)),
                _ => None,
            }
        }
        // "in this day and age"
        Word::Unit(Unit::Day) if which == Which::This && text.low(from + 2) != "age" => Some((Day::Away(0), from + 1)),
        // "the next day"; "next day delivery" is another thing.
        Word::Unit(Unit::Day) if which == Which::Next && text.word_before(at) == Word::The => {
            (text.word(from + 1) != Word::Unknown).then_some((Day::Away(1), from + 1))
        }
        Word::Workdays | Word::Unknown
            if which == Which::Next && !text.low(from).ends_with('s') && past_workday(text, from).is_some() =>
        {
            past_workday(text, from).map(|next| (Day::Workday(1), next))
        }
        Word::Month(_) => match (month_day::date(text, from)?, which) {
            // "last May 5"
            (
                (
                    Day::Date {
                        month,
                        day,
                        year: OfYear::Next,
                    },
                    next,
                ),
                Which::Last | Which::Past,
            ) => {
                let year = OfYear::Last;
                Some((Day::Date { year, month, day }, next))
            }
            (found, _) => Some(found),
        },
        Word::Feast | Word::Unknown | Word::Filler => {
            let (holiday, next) = feast(text, from)?;
            let holiday = match holiday {
                Day::Holiday(holiday, OfYear::Next) if which == Which::Last => Day::Holiday(holiday, OfYear::Last),
                other => other,
            };
            Some((holiday, next))
        }
        // "next day", "next evening": what follows says which.
        _ => None,
    }
}

/// "Friday", "Friday next week", "Friday week", "Friday in two weeks", "the Friday before Christmas".
fn weekday(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let Word::Weekday(weekday) = text.word(at) else {
        return None;
    };
    let next = at + 1;
    let dotted = next + usize::from(text.is_mark(next, '.') && text.is_glued(next) && text.low(at).len() <= 5);
    // "Mon. 9-10"
    let next = if text.number(dotted).is_some() { dotted } else { next };
    if let Some((week, next)) = week_after(text, dotted) {
        return Some((Day::Weekday(weekday, week), next));
    }
    if let Some(found) = of_week_around(text, weekday, dotted) {
        return Some(found);
    }
    if let Some((day, next)) = weekday_shifted(text, weekday, dotted, depth) {
        return Some((day, next));
    }
    let nth = match text.word(next) {
        Word::After => 1,
        Word::Next if text.low(next) == "following" => 1,
        Word::Before => -1,
        // "the Monday closest to May 5th"
        _ if is_close(text, next) => {
            let to = next + 1 + usize::from(text.word(next + 1) == Word::To);
            let (to, next) = day_at(text, to, depth)?;
            let (nth, to) = (1, Box::new(to));
            return Some((Day::Closest { nth, weekday, to }, next));
        }
        _ => return Some((Day::Weekday(weekday, Which::Bare), next)),
    };
    let of = next + 1 + usize::from(text.word(next + 1) == Word::To);
    Some(match day_at(text, of, depth) {
        Some((of, next)) => (
            Day::Beside {
                nth,
                weekday,
                of: Box::new(of),
            },
            next,
        ),
        None => (Day::Weekday(weekday, Which::Bare), next),
    })
}

/// "Friday week", "Thursday three weeks from now", "Tuesday in two months".
fn weekday_shifted(text: &Tokens, weekday: Weekday, at: usize, depth: u8) -> Option<(Day, usize)> {
    match text.word(at) {
        // "Friday week 3" is another thing.
        Word::Unit(unit @ (Unit::Week | Unit::Fortnight))
            if text.number(at + 1).is_none() || clock(text, at + 1, false).is_some() =>
        {
            let days = if unit == Unit::Week { 7 } else { 14 };
            let of = Day::Weekday(weekday, Which::Bare);
            return Some((shifted(Shift { months: 0, days }, of), at + 1));
        }
        _ => {}
    }
    let from = at + usize::from(text.is_mark(at, ','));
    let (day, next) = match text.word(from) {
        Word::In | Word::Cardinal(_) | Word::A => counted(text, from, depth)?,
        Word::None if text.number(from).is_some() => counted(text, from, depth)?,
        _ => return None,
    };
    match day {
        Day::Away(days) if days % 7 == 0 => Some((Day::Weekday(weekday, Which::Week(days / 7)), next)),
        Day::Shifted(shift, of) if shift.months != 0 && *of == Day::Away(0) => {
            Some((weekday_from(weekday, shift), next))
        }
        _ => None,
    }
}

/// "Wednesday of the week of June 5th", "Monday the week after Easter".
fn of_week_around(text: &Tokens, weekday: Weekday, at: usize) -> Option<(Day, usize)> {
    let from = at + usize::from(matches!(text.word(at), Word::Of | Word::In));
    let week = (text.word(from), text.word(from + 1)) == (Word::The, Word::Unit(Unit::Week));
    let (of @ Stretch::Around(..), next) = week.then(|| stretch::unled(text, from + 1))?? else {
        return None;
    };
    let (nth, weekday, of) = (1, Some(weekday), Box::new(of));
    Some((Day::Nth { nth, weekday, of }, next))
}

/// "next week", "of this week", "the week after next" after a weekday.
fn week_after(text: &Tokens, at: usize) -> Option<(Which, usize)> {
    let at = at + usize::from(matches!(text.word(at), Word::Of | Word::In | Word::On) || text.is_mark(at, ','));
    let week = match (text.word(at), text.word(at + 1)) {
        (Word::After, Word::Next) => return Some((Which::Week(2), at + 2)),
        (Word::Before, Word::Last) => return Some((Which::Week(-2), at + 2)),
        (Word::This, _) => 0,
        (Word::Next | Word::Coming, _) => 1,
        (Word::Last, _) => -1,
        (Word::The, Word::Unit(Unit::Week)) => {
            return match (text.word(at + 2), text.word(at + 3)) {
                (Word::After, Word::Next) => Some((Which::Week(2), at + 4)),
                (Word::Before, Word::Last) => Some((Which::Week(-2), at + 4)),
                _ => None,
            };
        }
        _ => return None,
    };
    (text.word(at + 1) == Word::Unit(Unit::Week)).then_some((Which::Week(week), at + 2))
}

/// "the first Monday of May", "last day of the month", "the second Monday after Easter".
fn nth(text: &Tokens, at: usize, depth: u8) -> Option<(Day, usize)> {
    let (nth, next) = which_nth(text, at)?;
    if let Some(unit) = past_workday(text, next) {
        let of = unit + usize::from(matches!(text.word(unit), Word::Of | Word::In));
        let (of, next) = stretch::bare(text, of, depth)?;
        let of = Box::new(of);
        return Some((Day::NthWorkday { nth, of }, next));
    }
    let weekday = match text.word(next) {
        Word::Weekday(weekday) => Some(weekday),
        Word::Unit(Unit::Day) => None,
        _ => return None,
    };
    let next = next + 1;
    let side = match text.word(next) {
        Word::After => 1,
        Word::Before => -1,
        _ => {
            let from = next + usize::from(matches!(text.word(next), Word::Of | Word::In | Word::On));
            let (of, next) = stretch::bare(text, from, depth).or_else(|| Some((stretch::owner(text, at)?, next)))?;
            return Some((
                Day::Nth {
                    nth,
                    weekday,
                    of: Box::new(of),
                },
                next,
            ));
        }
    };
    let (of, next) = day_at(text, next + 1, depth)?;
    let nth = nth.abs() * side;
    let of = Box::new(of);
    Some(match weekday {
        Some(weekday) => (Day::Beside { nth, weekday, of }, next),
        None => (
            Day::Shifted(
                Shift {
                    months: 0,
                    days: i64::from(nth),
                },
                of,
            ),
            next,
        ),
    })
}

/// Past "working day", "weekday".
pub(super) fn past_workday(text: &Tokens, at: usize) -> Option<usize> {
    let said = matches!(text.low(at), "business" | "working" | "work") && text.word(at + 1) == Word::Unit(Unit::Day);
    match text.word(at) {
        Word::Workdays => Some(at + 1),
        _ => said.then_some(at + 2),
    }
}

/// "3rd", "100th"
pub(super) fn ordinal(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let (nth, digits) = text.number(at)?;
    (digits <= 3 && text.word(at + 1) == Word::OrdinalEnd).then_some((nth, at + 2))
}

/// "first", "3rd", "last", "second to last": counted from the end when negative.
pub(super) fn which_nth(text: &Tokens, at: usize) -> Option<(i32, usize)> {
    if text.word(at) == Word::Last {
        return Some((-1, at + 1));
    }
    // "the next to last day"
    let beside_last = (text.word(at), text.word(at + 1), text.word(at + 2)) == (Word::Next, Word::To, Word::Last);
    if beside_last || text.low(at) == "penultimate" {
        return Some((-2, at + if beside_last { 3 } else { 1 }));
    }
    let (nth, next) = ordinal(text, at).or_else(|| ordinal_word(text, at))?;
    let nth = i32::try_from(nth).ok()?;
    let joined = matches!(text.word(next), Word::To | Word::From) || text.is_mark(next, '-');
    let to_last = next + usize::from(joined);
    let to_last = to_last + usize::from(joined && text.is_mark(to_last + 1, '-') && text.word(to_last) == Word::To);
    let to_last = to_last + usize::from(text.word(to_last) == Word::The);
    if text.word(to_last) == Word::Last {
        return Some((-nth, to_last + 1));
    }
    Some((nth, next))
}

/// A holiday that is no part of a longer name: "Christmas party" is none.
fn feast(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (holiday, next) = holiday::holiday(text, at)?;
    // "merry Christmas everybody"
    if at > 0 && matches!(text.low(at - 1), "merry" | "happy") {
        return None;
    }
    let named_after =
        matches!(text.word(next), Word::Unknown | Word::Thing | Word::Foreign) && text.low(next) != "brunch";
    let (year, next) = year_after(text, next);
    (!named_after).then_some((Day::Holiday(holiday, year), next))
}
