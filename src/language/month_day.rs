//! Dates with a number in them: "2027-03-03", "3/4", "3 March 2027". May import: std, `date_list`, `lone_day`, `number`, `score`, `year`, `token`, `words`, `found`.

use super::date_list;
use super::found::{Day, OfYear};
use super::lone_day::lone_ordinal;
use super::number::fits_before;
use super::score::{is_measured, is_numbered, is_score};
use super::token::{Kind, Tokens};
use super::words::{Unit, Word};
use super::year::{full_year, year_after};

/// A date that starts at the number, the ordinal or the month at token `at`, and the token after it.
pub(super) fn date(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    written(text, at)
        .or_else(|| spoken(text, at))
        .or_else(|| of_month(text, at))
        .or_else(|| first_of_two(text, at))
        .or_else(|| date_list::first(text, at))
        .or_else(|| lone_ordinal(text, at))
}

/// Dates in digits alone: "2027-03-03", "20270303", "3/4", "3/4/2027", "3.4.2027", "3.4.".
fn written(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (first, digits) = text.number(at)?;
    let mark = match text.kind(at + 1) {
        Some(Kind::Mark(mark @ ('-' | '/' | '.'))) if text.is_glued(at + 1) && text.is_glued(at + 2) => Some(mark),
        _ => None,
    };
    // Not inside a longer number; "6/2-6/9" are two dates.
    if text.is_glued(at)
        && let Some(Kind::Mark(before @ ('-' | '/' | '.' | ':' | '$'))) = text.kind(at.wrapping_sub(1))
        && (before != '-' || mark.is_none_or(|mark| mark == before))
        && !(before == '/' && digits == 4 && mark == Some('-'))
    {
        return None;
    }
    if digits == 8 {
        let (year, month, day) = (first / 10_000, first / 100 % 100, first % 100);
        let is_date = (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        return is_date.then(|| (dated(year, month, day), at + 1));
    }
    let mark = mark?;
    let (second, second_digits) = text.number(at + 2)?;
    let third = if text.is_mark(at + 3, mark) && text.is_glued(at + 3) && text.is_glued(at + 4) {
        text.number(at + 4)
    } else {
        None
    };
    if is_numbered(text, at) && !matches!(third, Some((_, 4))) && digits < 4 {
        return None;
    }
    match (digits, second_digits, third) {
        // A month beyond twelve was meant as the day.
        (4, 1..=2, Some((month, 1..=2))) if second > 12 => Some((dated(first, month, second), at + 5)),
        (4, 1..=2, Some((day, 1..=2))) => Some((dated(first, second, day), at + 5)),
        (1..=2, 1..=2, Some((year, count @ (2 | 4)))) => {
            Some((numeric(mark, first, second, full_year(year, count)), at + 5))
        }
        (1..=2, 1..=2, None) if mark == '.' => dotted(text, at, first, second),
        // "24/7" is no day, nor is "1/2 hour".
        (1..=2, 1..=2, None)
            if mark == '/'
                && (first, second) != (24, 7)
                && !is_score(text, at)
                && is_no_fraction(text, at + 3)
                && !is_mixed(text, at, first, second) =>
        {
            // "6/9, 2027"
            let (year, next) = if text.is_mark(at + 3, ',') {
                year_after(text, at + 3)
            } else {
                (OfYear::Next, at + 3)
            };
            Some((numeric(mark, first, second, year), next))
        }
        _ => None,
    }
}

/// "3.4." is a date; "3.4" is one after a weekday or "on", unless it looks more like a time of day.
fn dotted(text: &Tokens, at: usize, day: u32, month: u32) -> Option<(Day, usize)> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // A point at the end may end the sentence, but for the last of several days.
    let parts = text.is_mark(at + 4, '-') || !text.is_glued(at + 4);
    let closed = text.is_mark(at + 3, '.') && text.is_glued(at + 3) && parts;
    // "15:00 3.4."
    let timed_before = at >= 2 && text.is_mark(at - 2, ':');
    let leads =
        at == 0 || timed_before || text.is_mark(at - 1, '-') || !month.is_multiple_of(5) && leads_to_day(text, at - 1);
    let closed = closed && (at + 4 < text.len() || leads);
    if closed {
        return Some((numeric('.', day, month, OfYear::Next), at + 4));
    }
    let before = at.saturating_sub(usize::from(text.is_mark(at.wrapping_sub(1), ',')));
    let led = matches!(text.word_before(before), Word::Weekday(_) | Word::On);
    let is_clock = day <= 24 && month.is_multiple_of(5) || matches!(text.word(at + 3), Word::Half(_) | Word::Unit(_));
    // "4.12 15:00", "4.12 at 3pm"
    let timed = (text.is_mark(at + 4, ':') && text.is_glued(at + 4)
        || matches!(text.word(at + 4), Word::Half(_))
        || text.word(at + 3) == Word::At && text.number(at + 4).is_some())
        && fits_before(text, at);
    (timed || led && !is_clock).then(|| (numeric('.', day, month, OfYear::Next), at + 3))
}

fn leads_to_day(text: &Tokens, at: usize) -> bool {
    match text.word(at) {
        Word::From | Word::Until | Word::By | Word::Before | Word::After | Word::Since | Word::The | Word::About => {
            true
        }
        // "5.3. to 9.3."
        Word::To => at > 0 && text.is_mark(at - 1, '.'),
        _ => false,
    }
}

/// "from 4.12. on": hour and minute at `at` that are a day and a month, as the point behind them says. "4.10." may end a sentence.
pub(super) fn is_dotted(text: &Tokens, at: usize) -> bool {
    let closed = text.is_mark(at + 3, '.') && text.is_glued(at + 3) && !text.is_glued(at + 4);
    let month = text.number(at + 2).map_or(0, |(month, _)| month);
    closed && (1..=12).contains(&month) && !month.is_multiple_of(5) && text.word_before(at) != Word::At
}

fn is_no_fraction(text: &Tokens, at: usize) -> bool {
    let goes_on = text.is_mark(at, '/') || text.is_mark(at, '.') && text.is_glued(at + 1);
    !goes_on && !matches!(text.word(at), Word::Unit(_) | Word::Of) && !is_measured(text, at)
}

/// The "1/2" of "1 1/2", behind a number that is no clock's.
fn is_mixed(text: &Tokens, at: usize, part: u32, of: u32) -> bool {
    let whole = at.checked_sub(1).and_then(|before| text.number(before));
    let proper = part < of && matches!(of, 2 | 3 | 4 | 8);
    proper && matches!(whole, Some((1..=99, 1..=2))) && !text.is_glued(at - 1) && !text.is_glued(at)
}

fn numeric(mark: char, first: u32, second: u32, year: OfYear) -> Day {
    // Points are written where the day comes first.
    if mark == '.' && second <= 12 {
        let (day, month) = (first, second);
        Day::Date { year, month, day }
    } else {
        Day::Numeric { year, first, second }
    }
}

fn dated(year: u32, month: u32, day: u32) -> Day {
    let year = full_year(year, 4);
    Day::Date { year, month, day }
}

/// Dates with the month's name: "3 March 2027", "March 3rd", "the 3rd of March", "3-Mar-2027", "2027/Mar/3".
pub(super) fn spoken(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    if let Some((year @ 1900..2100, 4)) = text.number(at) {
        return year_first(text, at, year);
    }
    let (month, day, next) = if let Word::Month(month) = text.word(at) {
        let (day, next) = after_month(text, at)?;
        (month, day, next)
    } else {
        let (day, month, next) = before_month(text, at)?;
        (month, day, next)
    };
    let (year, next) = year_after(text, next);
    Some((Day::Date { year, month, day }, next))
}

fn year_first(text: &Tokens, at: usize, year: u32) -> Option<(Day, usize)> {
    let from = past_mark(text, at + 1);
    let Word::Month(month) = text.word(from) else {
        // "2027 21 June"
        let (day, month, next) = before_month(text, at + 1).filter(|_| !text.is_glued(at + 1))?;
        return Some((dated(year, month, day), next));
    };
    let day = past_mark(text, from + 1);
    let (number, next) = day_number(text, day)?;
    Some((dated(year, month, number), next))
}

/// The day after a month's name: "March 3rd", "mar. 3", "May the 5th".
fn after_month(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let from = past_mark(text, at + 1);
    let from = from + usize::from(text.word(from) == Word::The);
    let (day, next) = day_number(text, from).or_else(|| cardinal_word(text, from))?;
    // "May 3:30" is no day, nor is "march 2pm".
    let is_clock = text.is_mark(next, ':') && text.is_glued(next) && text.is_glued(next + 1)
        || matches!(text.word(next), Word::Half(_) | Word::OClock);
    // "Apr 5%"
    if text.is_mark(next, '%') {
        return None;
    }
    (!is_clock || text.word(next - 1) == Word::OrdinalEnd).then_some((day, next))
}

/// The day and the month of "3 March", "3rd of March", "the 26th day of July", "3/March".
fn before_month(text: &Tokens, at: usize) -> Option<(u32, u32, usize)> {
    let (day, next) = day_number(text, at)?;
    let next = next + usize::from(text.word(next) == Word::Unit(Unit::Day));
    let from = if text.word(next) == Word::Of {
        next + 1
    } else {
        past_mark(text, next)
    };
    match text.word(from) {
        // "10-11 March 18": the day stands behind, and the hours before.
        Word::Month(_) if follows_range(text, at) && is_plain_day(text, from + 1) => None,
        Word::Month(month) => Some((day, month, from + 1)),
        _ => None,
    }
}

/// The second of two numbers that a dash joins.
fn follows_range(text: &Tokens, at: usize) -> bool {
    at >= 2 && text.is_mark(at - 1, '-') && text.number(at - 2).is_some()
}

fn is_plain_day(text: &Tokens, at: usize) -> bool {
    let is_day = matches!(text.number(at), Some((1..=31, 1..=2)));
    is_day && !is_clock(text, at + 1) && !text.is_mark(at + 1, '.')
}

/// Past a mark that joins the parts of a date.
fn past_mark(text: &Tokens, at: usize) -> usize {
    at + usize::from(matches!(text.kind(at), Some(Kind::Mark('-' | '/' | '.' | ','))))
}

/// "3", "3rd", "third", "twenty first".
pub(super) fn day_number(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    if let Some((day, digits)) = text.number(at) {
        let next = at + 1 + usize::from(text.word(at + 1) == Word::OrdinalEnd && text.is_glued(at + 1));
        return (digits <= 2).then_some((day, next));
    }
    ordinal_word(text, at)
}

/// "third", "twenty first"
pub(super) fn ordinal_word(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match (text.word(at), at + 1 + usize::from(text.is_mark(at + 1, '-'))) {
        (Word::Ordinal(day), _) => Some((day, at + 1)),
        (Word::Cardinal(tens @ (20 | 30)), next) => match text.word(next) {
            Word::Ordinal(ones @ 1..=9) => Some((tens + ones, next + 1)),
            _ => None,
        },
        _ => None,
    }
}

/// "march twenty five", as it is dictated.
fn cardinal_word(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    match (text.word(at), text.word(at + 1)) {
        (Word::Cardinal(tens @ (20 | 30)), Word::Cardinal(ones @ 1..=9)) => Some((tens + ones, at + 2)),
        (Word::Cardinal(day @ 1..=30), _) => Some((day, at + 1)),
        _ => None,
    }
}

/// A day with its month told by how far it is: "the third of next month", "27 of this month", "the 3rd this month".
fn of_month(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (day, next) = day_number(text, at)?;
    let from = next + usize::from(matches!(text.word(next), Word::Of | Word::In));
    let months = match text.word(from) {
        Word::This => 0,
        Word::The if from > next && text.word(from + 1) == Word::Next => {
            return (text.word(from + 2) == Word::Unit(Unit::Month))
                .then_some((Day::OfMonth { day, months: Some(1) }, from + 3));
        }
        // "the 5th of the month after next"
        Word::The if (text.word(from + 2), text.word(from + 3)) == (Word::After, Word::Next) => {
            let says = text.word(from + 1) == Word::Unit(Unit::Month);
            return says.then_some((Day::OfMonth { day, months: Some(2) }, from + 4));
        }
        Word::The if from > next => 0,
        Word::Next | Word::Coming => 1,
        Word::Last => -1,
        _ => return None,
    };
    let months = Some(months).filter(|_| text.word(from + 1) == Word::Unit(Unit::Month));
    months.map(|months| {
        (
            Day::OfMonth {
                day,
                months: Some(months),
            },
            from + 2,
        )
    })
}

/// The "5" of "5 to 16 August": the month stands behind the last day.
pub(super) fn first_of_two(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (day, next) = day_number(text, at)?;
    // "5.-8. January"
    let next = next + usize::from(text.is_mark(next, '.') && text.is_glued(next));
    let last = past_joiner(text, next)?;
    // "from 2 to April 7"
    let opens = matches!(text.word_before(at), Word::From | Word::Between);
    let (last, after) = spoken(text, last)
        .filter(|_| opens || day_number(text, last).is_some())
        .or_else(|| written(text, last).filter(|_| text.is_mark(next.wrapping_sub(1), '.')))
        .or_else(|| of_month(text, last))?;
    // "from 3 to 5 March 2": the number behind is the day.
    if day_number(text, after).is_some_and(|(day, next)| day <= 31 && !text.is_mark(next, ':'))
        && !is_clock(text, after + 1)
    {
        return None;
    }
    let first = match last {
        Day::Date { year, month, .. } => Day::Date { year, month, day },
        Day::OfMonth { months, .. } => Day::OfMonth { day, months },
        _ => return None,
    };
    Some((first, next))
}

fn is_clock(text: &Tokens, at: usize) -> bool {
    text.is_mark(at, ':') || matches!(text.word(at), Word::Half(_) | Word::OClock)
}

/// Past what joins the first of several days and the last: "-", "to", "until"; "and" after "between".
pub(super) fn past_joiner(text: &Tokens, at: usize) -> Option<usize> {
    let joined = match text.word(at) {
        Word::To | Word::Until => true,
        Word::And => {
            text.word(at + 1) == Word::Until
                || (at.saturating_sub(LONGEST_BETWEEN)..at).any(|at| text.word(at) == Word::Between)
        }
        // "2027-03-03/2027-03-05", as ISO 8601 writes them
        _ if text.is_mark(at, '/') => {
            text.is_glued(at) && text.is_glued(at + 1) && matches!(text.number(at + 1), Some((_, 4 | 8)))
        }
        _ => text.is_mark(at, '-') || text.is_mark(at, '~'),
    };
    let next = at + 1 + usize::from(matches!(text.word(at + 1), Word::On | Word::To | Word::Until));
    let next = next + usize::from(text.word(next) == Word::The);
    joined.then_some(next)
}

/// So many tokens may stand between "between" and "and".
const LONGEST_BETWEEN: usize = 12;
