//! Stretches of the calendar that have a name of their own: "Q3", "2027", "week 12", "summer". May import: std, `counted`, `found`, `month_day`, `stretch`, `token`,
//! `words`, `year`.

use super::counted::from_now;
use super::found::{Day, Grain, OfYear, Season, Stretch};
use super::month_day::day_number;
use super::stretch::several;
use super::token::{Kind, Tokens};
use super::words::{Edge, Unit, Word};
use super::year::{short_year, year_after};

/// "2027/11", "11 - 2027"
pub(super) fn numeric_month(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    // "06.2027", but no "2027.6"
    let dotted = text.is_mark(at + 1, '.') && text.is_glued(at + 2) && matches!(text.number(at), Some((1..=12, 2)));
    if !(dotted || matches!(text.kind(at + 1), Some(Kind::Mark('/' | '-')))) || text.is_glued(at) {
        return None;
    }
    let (year, month) = match (text.number(at)?, text.number(at + 2)?) {
        ((year, 4), (month, 1..=2)) | ((month, 1..=2), (year, 4)) => (year, month),
        _ => return None,
    };
    let ends = !matches!(text.kind(at + 3), Some(Kind::Mark(':' | '/' | '-' | '.')))
        || !text.is_glued(at + 3)
        || text.is_mark(at + 3, '.') && !text.is_glued(at + 4);
    let clock = matches!(text.word(at + 3), Word::Half(_));
    let sound = (1900..2100).contains(&year) && (1..=12).contains(&month) && ends && !clock;
    let year = OfYear::Is(i32::try_from(year).ok()?);
    sound.then_some((Stretch::Month { month, year }, at + 3))
}

/// "2027", where a word before it says that it is a time.
pub(super) fn year(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    match text.number(at) {
        Some((year @ 1900..2100, 4)) if stands_alone(text, at) => {
            Some((Stretch::Year(i32::try_from(year).ok()?), at + 1))
        }
        _ => {
            let (year, next) = short_year(text, at)?;
            Some((Stretch::Year(i32::try_from(year).ok()?), next))
        }
    }
}

/// "the 1990s", "the '80s"; "1990s music" is none.
pub(super) fn decade(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let quote = usize::from(matches!(text.kind(at), Some(Kind::Mark('\'' | '’'))));
    let year = match text.number(at + quote)? {
        (year @ 1900..2100, 4) => year,
        (year @ 20..=90, 2) => 1900 + year,
        _ => return None,
    };
    let s = at + quote + 1 + usize::from(matches!(text.kind(at + quote + 1), Some(Kind::Mark('\'' | '’'))));
    let written = text.low(s) == "s" && text.is_glued(s) && year.is_multiple_of(10);
    let names = matches!(text.word(s + 1), Word::Unknown | Word::Thing | Word::Foreign);
    (written && !names).then_some((Stretch::Decade(i32::try_from(year).ok()?), s + 1))
}

/// Nothing that makes it a longer number, or another, touches the number.
fn stands_alone(text: &Tokens, at: usize) -> bool {
    match text.kind(at + 1) {
        Some(Kind::Mark('.' | ',' | '!' | '?' | ';' | ')' | '"')) => !text.is_glued(at + 2),
        Some(Kind::Mark(':')) => false,
        _ => !text.is_glued(at + 1),
    }
}

/// "Q3", "Q3 2027", "the third quarter", "3rd qtr of 2027"
pub(super) fn quarter(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let (quarter, next) = match text.number(at + 1) {
        Some((quarter, 1)) if text.low(at) == "q" && text.is_glued(at + 1) => (quarter, at + 2),
        // "3Q 2027", "3Q27"
        _ if text.raw(at + 1) == "Q" && text.is_glued(at + 1) => (text.number(at)?.0, at + 2),
        _ => {
            let (quarter, next) =
                day_number(text, at).filter(|(_, next)| *next > at + 1 || text.number(at).is_none())?;
            let says = text.word(next) == Word::Quarter;
            // "the third quarter hour"
            (says && !matches!(text.word(next + 1), Word::Unit(_) | Word::Past | Word::To))
                .then_some((quarter, next + 1))?
        }
    };
    let (year, next) = year_after(text, next);
    (1..=4)
        .contains(&quarter)
        .then_some((Stretch::Quarter { quarter, year }, next))
}

/// "H1 2027", "2H27": half a year, where its year is told.
pub(super) fn half(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let half = match (text.raw(at), text.number(at)) {
        ("H", _) => text.number(at + 1)?.0,
        (_, Some((half, 1))) if text.raw(at + 1) == "H" => half,
        _ => return None,
    };
    let edge = match half {
        1 => Edge::FirstHalf,
        2 => Edge::SecondHalf,
        _ => return None,
    };
    let glued = text.is_glued(at + 1);
    let (year, next) = match year_after(text, at + 2) {
        (OfYear::Is(year), next) => (Stretch::Year(year), next),
        (OfYear::Away(years), next) => (Stretch::Away(Grain::Year, years.into()), next),
        _ => return None,
    };
    glued.then_some((Stretch::Edge(edge, Box::new(year)), next))
}

/// "midweek", "midyear"
pub(super) fn middle(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let grain = match text.low(at) {
        "midweek" => Grain::Week,
        "midmonth" => Grain::Month,
        "midyear" => Grain::Year,
        _ => return None,
    };
    let (count, next) = match (text.word(at + 1), text.word(at + 2)) {
        (Word::Next, Word::Unit(_)) => (1, at + 3),
        (Word::This, Word::Unit(_)) => (0, at + 3),
        _ => (0, at + 1),
    };
    Some((Stretch::Edge(Edge::Middle, Box::new(Stretch::Away(grain, count))), next))
}

/// "week 12", "week number 12 of 2027", "calendar week 12"; "W12", "KW 12" and "CW12" in capitals; "2027-W12".
pub(super) fn week(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    if let Some((year @ 1900..2100, 4)) = text.number(at) {
        let from = at + 1 + usize::from(text.is_mark(at + 1, '-'));
        let (week, next) = match text.number(from + 1)? {
            // "2027W123" is a day of it.
            (number, 3) if text.low(from) == "w" => (number / 10, from + 1),
            _ => week_number(text, from + 1)?,
        };
        let year = OfYear::Is(i32::try_from(year).ok()?);
        let written = text.low(from) == "w" && text.is_glued(from) && text.is_glued(from + 1);
        return written.then_some((Stretch::Week { week, year }, next));
    }
    let from = at + usize::from(text.low(at) == "calendar");
    let short = matches!(text.raw(from), "W" | "KW" | "CW") && (text.is_glued(from + 1) || text.raw(from) != "W");
    let number = from
        + 1
        + usize::from(matches!(text.low(from + 1), "number" | "no"))
        + usize::from(text.is_mark(from + 1, '#'));
    if !short && text.word(from) != Word::Unit(Unit::Week) {
        return None;
    }
    let (week, next) = week_number(text, number)?;
    let (year, after) = year_after(text, next);
    let alone = short || from > at || after > next || at == 0 && next == text.len();
    let led = matches!(text.word_before(at), Word::In | Word::Of | Word::By | Word::Until);
    let sure = alone || led && !matches!(text.word(next), Word::Unknown | Word::Of);
    sure.then_some((Stretch::Week { week, year }, after))
}

fn week_number(text: &Tokens, at: usize) -> Option<(u32, usize)> {
    let (week, digits) = text.number(at)?;
    ((1..=53).contains(&week) && digits <= 2).then_some((week, at + 1))
}

/// "2027-W12-3": the third day of that week.
pub(super) fn day_of_week(text: &Tokens, at: usize) -> Option<(Day, usize)> {
    let (of, next) = week(text, at).filter(|_| text.number(at).is_some())?;
    let (nth, next) = match (text.number(next), text.number(next + 1)) {
        (Some((number, 3)), _) => (number % 10, next + 1),
        (_, Some((nth, 1))) if text.is_mark(next, '-') && text.is_glued(next) && text.is_glued(next + 1) => {
            (nth, next + 2)
        }
        _ => return None,
    };
    let (of, weekday) = (Box::new(of), None);
    let nth = i32::try_from(nth).ok().filter(|nth| (1..=7).contains(nth))?;
    Some((Day::Nth { nth, weekday, of }, next))
}

/// "summer", with what tells its year behind it: "summer 2027", "winter of next year".
pub(super) fn season(text: &Tokens, at: usize, year: OfYear) -> Option<(Stretch, usize)> {
    let season = match text.low(at) {
        "spring" | "springtime" => Season::Spring,
        "summer" | "summertime" => Season::Summer,
        "autumn" | "fall" => Season::Autumn,
        "winter" | "wintertime" => Season::Winter,
        _ => return None,
    };
    let (said, next) = year_after(text, at + 1);
    let year = if next > at + 1 { said } else { year };
    Some((Stretch::Season { season, year }, next))
}

/// A season that its year makes one, or that is all there is: "summer 2027", "2027 fall".
pub(super) fn dated_season(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    if let Some((year @ 1900..2100, 4)) = text.number(at) {
        let (found, next) = season(text, at + 1, OfYear::Is(i32::try_from(year).ok()?))?;
        return (next == at + 2).then_some((found, next));
    }
    season(text, at, OfYear::Away(0)).filter(|(_, next)| *next > at + 1 || text.len() == 1)
}

/// "two weekends from now", "3 weekends ago"
pub(super) fn weekends(text: &Tokens, at: usize) -> Option<(Stretch, usize)> {
    let (count, next) = several(text, at)?;
    if text.word(next) != Word::Weekend {
        return None;
    }
    let count = i64::from(count);
    let hence = from_now(text, next + 1);
    match text.word(next + 1) {
        Word::Ago => Some((Stretch::Away(Grain::Weekend, -count), next + 2)),
        _ => (hence > next + 1).then_some((Stretch::Away(Grain::Weekend, count), hence)),
    }
}
