//! Dates that share their month: "May 5, 6 and 7", "the 5th and 6th of May". May import: std, `month_day`, `token`, `words`, `found`.

use super::found::{Day, OfYear};
use super::month_day::{day_number, spoken};
use super::token::{Kind, Tokens};
use super::words::Word;

/// A list has at most so many members, so that hostile ones cost little.
const LONGEST: usize = 8;

/// The next day of a list that `before` stands in: the "6" of "May 5, 6 and 7". `is_list`: another day stood before.
pub(super) fn another(text: &Tokens, at: usize, before: &Day, is_list: bool) -> Option<(Day, usize)> {
    let Day::Date { year, month, day } = *before else {
        return None;
    };
    let (from, sure) = past_joint(text, at)?;
    let (next_day, next) = day_number(text, from)?;
    let written = next > from + 1 || text.number(from).is_none();
    let listed =
        sure || is_list || written || past_joint(text, next).is_some_and(|(from, _)| day_number(text, from).is_some());
    let sound = listed && (day + 1..=31).contains(&next_day) && ends(text, next);
    let year = match text.number(next + usize::from(text.is_mark(next, ','))) {
        Some((year @ 1900..2100, 4)) => OfYear::Is(i32::try_from(year).ok()?),
        _ => year,
    };
    let day = next_day;
    sound.then_some((Day::Date { year, month, day }, next))
}

/// The first day of a list whose month stands behind its last: the "5" of "5, 6 and 7 May".
pub(super) fn first(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (day, after) = day_number(text, at)?;
    let mut next = after;
    for _ in 0..LONGEST {
        let (from, last) = past_joint(text, next)?;
        if last
            && let Some((
                Day::Date {
                    year,
                    month,
                    day: other,
                },
                _,
            )) = spoken(text, from)
        {
            let sound = day < other && day_number(text, from).is_some();
            return sound.then_some((Day::Date { year, month, day }, after));
        }
        next = day_number(text, from)?.1;
    }
    None
}

/// Past what joins two members; `true` where the second is the last: "and", "or", "&".
fn past_joint(text: &Tokens, at: usize) -> Option<(usize, bool)> {
    let comma = usize::from(text.is_mark(at, ','));
    let joins = matches!(text.word(at + comma), Word::And | Word::Or) || text.is_mark(at + comma, '&');
    let from = at + comma + usize::from(joins);
    let the = usize::from(text.word(from) == Word::The);
    (from > at).then_some((from + the, joins))
}

/// Nothing follows that the number could count, and it is no time of day.
fn ends(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        None => true,
        Some(Kind::Mark(mark)) => {
            let goes_on = matches!(mark, ':' | '-' | '/' | '%') || matches!(mark, '.' | ',') && text.is_glued(at + 1);
            !goes_on
        }
        Some(Kind::Word(word)) => matches!(
            word,
            Word::At | Word::From | Word::With | Word::For | Word::And | Word::Or | Word::Between | Word::In | Word::On
        ),
        Some(_) => false,
    }
}
