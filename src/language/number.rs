//! What may stand around a number that is a time of day, and what makes it a count, a price or a name. May import: std, `token`, `words`.

use super::token::{Kind, Tokens};
use super::words::Word;

/// What stands before lets a bare number be a time: "meeting 9 tomorrow", not "gate 9 tomorrow" or "table for 9 tomorrow".
pub(super) fn fits_before(text: &Tokens, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return true };
    match text.kind(before) {
        Some(Kind::Word(Word::For)) => {
            let party = matches!(text.word_before(before), Word::Meal(_) | Word::Unknown);
            let called = before > 0 && matches!(text.low(before - 1), "reminder" | "alert" | "call" | "it" | "appt");
            !party || called
        }
        // A telephone's number has more digits.
        Some(Kind::Word(Word::Unknown)) if text.low(before) == "call" => {
            text.number(at).is_none_or(|(_, digits)| digits <= 2)
        }
        Some(Kind::Word(Word::Unknown)) => leads_to_clock(text.low(before)),
        // "the meeting is 3-4"
        Some(Kind::Word(Word::Helper)) => {
            let is = matches!(text.low(before), "is" | "was" | "isn't");
            is && matches!(text.word_before(before), Word::Thing | Word::Meal(_))
        }
        Some(Kind::Word(word)) => matches!(
            word,
            Word::Verb(_)
                | Word::Thing
                | Word::Meal(_)
                | Word::Filler
                | Word::At
                | Word::On
                | Word::From
                | Word::To
                | Word::Or
                | Word::And
                | Word::Near(_)
                | Word::Weekday(_)
                | Word::Part(_)
                | Word::Greeting
        ),
        Some(Kind::Mark(mark)) => matches!(mark, ',' | '-' | ':' | ';' | '(' | '\n' | '!' | '.' | '@'),
        _ => true,
    }
}

/// "the deadline is eight tonight"; "there is one tonight" counts.
pub(super) fn is_told(text: &Tokens, at: usize) -> bool {
    let is = at > 1 && matches!(text.low(at - 1), "is" | "was");
    is && !matches!(text.low(at - 2), "there" | "here" | "that")
}

/// Where somebody is from a time of day on, or what is done at it: "back three thirty", "arriving 9 tomorrow".
fn leads_to_clock(word: &str) -> bool {
    matches!(
        word,
        "back"
            | "out"
            | "home"
            | "away"
            | "there"
            | "here"
            | "busy"
            | "closed"
            | "open"
            | "opens"
            | "closes"
            | "leave"
            | "leaving"
            | "leaves"
            | "arrive"
            | "arriving"
            | "arrives"
            | "land"
            | "landing"
            | "lands"
            | "depart"
            | "departs"
            | "departing"
            | "starts"
            | "begins"
            | "due"
    )
}

/// Part of a longer number or of an amount: "1.30.2", "$5", "A4".
pub(super) fn continues(text: &Tokens, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let amount = matches!(
        text.kind(before),
        Some(Kind::Mark('.' | ':' | '/' | '$' | '#' | '+' | '€' | '£'))
    );
    amount && (text.is_glued(at) || matches!(text.kind(before), Some(Kind::Mark('$' | '#' | '€' | '£'))))
}

/// What may stand behind a bare number that is a time: no unit, ordinal or counted thing.
pub(super) fn ends_a_number(text: &Tokens, at: usize) -> bool {
    match text.kind(at) {
        Some(Kind::Word(Word::Unknown | Word::Of | Word::Filler)) => !is_counted(text.low(at)),
        Some(Kind::Word(word)) => !matches!(
            word,
            Word::Unit(_) | Word::OrdinalEnd | Word::HalfOf | Word::Month(_) | Word::Meal(_)
        ),
        Some(Kind::Mark('/' | '%' | '$' | '€' | '£' | '°' | '"' | '+' | '*' | '=')) => false,
        Some(Kind::Mark('.' | ',' | ':')) => {
            !(text.is_glued(at) && text.is_glued(at + 1) && text.number(at + 1).is_some())
        }
        Some(Kind::Number { .. }) => false,
        _ => true,
    }
}

/// Nouns that numbers count or measure.
fn is_counted(word: &str) -> bool {
    #[rustfmt::skip]
    let counted = matches!(
        word,
        "people" | "persons" | "person" | "ppl" | "guests" | "pax" | "adults" | "adult" | "children" | "kids" | "attendees"
            | "participants" | "members" | "friends" | "colleagues" | "of" | "or" | "more" | "x" | "k" | "m" | "stars" | "star"
            | "times" | "points" | "percent" | "pct" | "dollars" | "dollar" | "bucks" | "euros" | "euro" | "pounds" | "usd" | "eur"
            | "gbp" | "cents" | "million" | "thousand" | "hundred" | "billion" | "miles" | "mile" | "km" | "kms" | "kilometers"
            | "kilometres" | "meters" | "metres" | "feet" | "foot" | "ft" | "inches" | "inch" | "cm" | "mm" | "kg" | "kilograms"
            | "kilos" | "lbs" | "lb" | "grams" | "mph" | "kmh" | "mb" | "gb" | "tb" | "kb" | "degrees" | "pages" | "chapters"
            | "items" | "tickets" | "seats" | "chairs" | "tables" | "rooms" | "things" | "tasks" | "pieces" | "copies" | "votes"
            | "laps" | "reps" | "rounds" | "games" | "goals" | "units" | "boxes" | "bottles" | "bags" | "slots" | "questions" | "topics"
    );
    counted
}

/// "10 Downing Street": a house's number.
pub(super) fn is_address(text: &Tokens, at: usize) -> bool {
    let words = (at..at + 3).take_while(|&at| matches!(text.word(at), Word::Unknown | Word::OrdinalEnd));
    words.map(|at| text.low(at)).any(|word| {
        matches!(
            word,
            "street" | "st" | "avenue" | "ave" | "road" | "rd" | "boulevard" | "blvd" | "lane" | "drive" | "square"
        )
    })
}

/// Nothing follows that could be counted or named: "at 25" is a time that does not exist, "at 25 Main Street" is a place.
pub(super) fn ends_a_clause(text: &Tokens, at: usize) -> bool {
    !matches!(text.word(at), Word::Unknown | Word::Cardinal(_))
}

/// A day stands there.
pub(super) fn follows_day(text: &Tokens, at: usize) -> bool {
    is_day(text, at)
        || text.word(at) == Word::On && matches!(text.word(at + 1), Word::Weekday(_) | Word::Month(_) | Word::The)
        || text.word(at) == Word::This && matches!(text.word(at + 1), Word::Part(_))
}

/// A day that words name.
pub(super) fn is_day(text: &Tokens, at: usize) -> bool {
    matches!(text.word(at), Word::Near(_) | Word::Weekday(_) | Word::Tonight)
}

/// What "for" leads to is a time of day where it can be no count: "for 1700", "set it for 3".
pub(super) fn is_set_for(text: &Tokens, at: usize) -> bool {
    let ends = matches!(text.kind(at + 1), None | Some(Kind::Mark('.' | ',' | '?' | '!' | '\n')));
    if text.word_before(at) != Word::For || !ends {
        return false;
    }
    match text.number(at) {
        Some((value, 4)) => value % 5 == 0 && !(1900..=2100).contains(&value),
        Some((1..=12, _)) => at >= 2 && matches!(text.low(at - 2), "it" | "that" | "alarm" | "reminder"),
        _ => false,
    }
}
