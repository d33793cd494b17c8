//! The last of several days: "… to Wednesday", "… - 15". May import: std, `date`, `month_day`, `stretch`, `token`, `words`, `year`, `found`.

use super::date::{DEPTH, day_at};
use super::found::{Day, Found, OfYear, Stretch};
use super::month_day::{self, day_number, past_joiner};
use super::stretch::{led, unled};
use super::token::{Kind, Tokens};
use super::words::Word;
use super::year::year_after;

/// The last of several days, joined at token `at` to the first, which is `first`: "to Wednesday", "- 15", "until April 2".
pub(super) fn through(text: &Tokens, at: usize, first: &Found) -> Option<(Found, usize)> {
    let from = past_joiner(text, at)?;
    let day = match first {
        // "June 4 to 6"
        Found::Day(Day::Date { .. } | Day::OfMonth { .. }) => number_of_same_month(text, from, first),
        _ => None,
    };
    let day = day.or_else(|| day_at(text, from, DEPTH));
    let (last, next) = match day {
        // "to Sun 3 June": the date says which Sunday.
        Some((Day::Weekday(..), next)) if let Some((date @ Day::Date { .. }, next)) = month_day::date(text, next) => {
            (Stretch::Day(Box::new(date)), next)
        }
        Some((day, next)) => (Stretch::Day(Box::new(day)), next),
        None if matches!(first, Found::Stretch(_)) => unled(text, from).or_else(|| led(text, from))?,
        // "from now until the end of the month"
        None if matches!(text.word(from), Word::Edge(_) | Word::EndOf(_)) => unled(text, from)?,
        None => return None,
    };
    Some((Found::Through(last), next))
}

fn number_of_same_month(text: &Tokens, at: usize, first: &Found) -> Option<(Day, usize)> {
    let (day, next) = day_number(text, at)?;
    let goes_on = matches!(
        text.word(next),
        Word::Half(_) | Word::OClock | Word::Unit(_) | Word::Month(_) | Word::Of
    ) || matches!(text.kind(next), Some(Kind::Mark(':' | '/' | '-' | '.')) if text.is_glued(next + 1));
    if goes_on || !(1..=31).contains(&day) {
        return None;
    }
    let (year, next) = year_after(text, next);
    let day = match *first {
        // "June 24th to the second"
        Found::Day(Day::Date { day: first, .. }) if day < first => Day::OfMonth { day, months: None },
        Found::Day(Day::Date { month, year: of, .. }) => {
            let year = if year == OfYear::Next { of } else { year };
            Day::Date { year, month, day }
        }
        Found::Day(Day::OfMonth { months, .. }) => Day::OfMonth { day, months },
        _ => return None,
    };
    Some((day, next))
}
