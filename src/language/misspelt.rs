//! Names of days and months that somebody mistyped: "fryday", "setpember", "2moro". Asked only about words that no table knows.
//! May import: chrono's weekdays, `words`.

use chrono::Weekday;

use super::words::Word;

/// The names that are long enough to be known again. Of the shorter ones (May, June, today) another word is too near.
#[rustfmt::skip]
const NAMES: &[(&str, Word)] = &[
    ("monday", Word::Weekday(Weekday::Mon)), ("tuesday", Word::Weekday(Weekday::Tue)), ("wednesday", Word::Weekday(Weekday::Wed)),
    ("thursday", Word::Weekday(Weekday::Thu)), ("friday", Word::Weekday(Weekday::Fri)), ("saturday", Word::Weekday(Weekday::Sat)),
    ("sunday", Word::Weekday(Weekday::Sun)), ("january", Word::Month(1)), ("february", Word::Month(2)), ("august", Word::Month(8)),
    ("september", Word::Month(9)), ("october", Word::Month(10)), ("november", Word::Month(11)), ("december", Word::Month(12)),
    ("tomorrow", Word::Near(1)), ("tonight", Word::Tonight),
];

/// Words and people's names that are as near to one of them.
const OTHERS: &[&str] = &[
    "sundry", "sundae", "sundays", "sundar", "sunda", "mondal", "munday", "frida", "augusta", "augusto", "auguste",
    "augustus", "thirsty",
];

/// How the young write "tomorrow": the letters behind the digit.
const AFTER_TWO: &[&str] = &["moro", "morro", "morow", "morrow", "mrw", "mrow", "mrrw", "moz"];

/// What a word in lower case was to be, that begins as the name does and is an edit away from it, a long one two.
pub(super) fn meant(word: &str) -> Option<Word> {
    let first = *word.as_bytes().first()?;
    if !matches!(
        first,
        b'm' | b't' | b'w' | b'f' | b's' | b'j' | b'a' | b'o' | b'n' | b'd'
    ) || !(5..=11).contains(&word.len())
    {
        return None;
    }
    let is_near = |(name, _): &&(&str, Word)| {
        let edits = if name.len() < 8 { 1 } else { 2 };
        name.as_bytes()[0] == first
            && name.len().abs_diff(word.len()) <= edits
            && within(word.as_bytes(), name.as_bytes(), edits)
    };
    let (_, meant) = NAMES.iter().find(is_near)?;
    (!OTHERS.contains(&word)).then_some(*meant)
}

/// The bytes of the "2moro" that `rest` starts with.
pub(super) fn two_morrow(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix("2m")?;
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_one = AFTER_TWO.iter().any(|after| after[1..] == rest[..letters]);
    is_one.then_some(2 + letters)
}

/// So many letters too many, too few, wrong or changed with their neighbours at most make one word the other.
fn within(one: &[u8], other: &[u8], edits: usize) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    let Some(left) = edits.checked_sub(1) else {
        return one.is_empty() && other.is_empty();
    };
    match (one, other) {
        ([], rest) | (rest, []) => rest.len() <= edits,
        ([a, after @ ..], [b, behind @ ..]) => {
            let swapped = after.first() == Some(b) && behind.first() == Some(a);
            within(after, other, left)
                || within(one, behind, left)
                || within(after, behind, left)
                || swapped && within(&after[1..], &behind[1..], left)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_again_and_other_words_are_not() {
        for (word, name) in [
            ("fryday", "friday"),
            ("mondey", "monday"),
            ("tusday", "tuesday"),
            ("wednseday", "wednesday"),
            ("thurssday", "thursday"),
            ("saterdy", "saturday"),
            ("tomoro", "tomorrow"),
            ("toomorow", "tomorrow"),
            ("januray", "january"),
            ("agust", "august"),
            ("setpember", "september"),
            ("decmber", "december"),
            ("tonigth", "tonight"),
            ("octobre", "october"),
        ] {
            let name = NAMES.iter().find(|(other, _)| *other == name).map(|(_, word)| *word);
            assert_eq!(meant(word), name, "{word}");
        }
        for word in [
            "money",
            "sunny",
            "match",
            "marcy",
            "fright",
            "fraud",
            "sundry",
            "sundae",
            "monkey",
            "mandy",
            "holiday",
            "someday",
            "august's",
            "member",
            "remember",
            "thirsty",
            "tuesdays",
            "sorrow",
            "tomato",
            "tomography",
            "saturated",
            "saturate",
            "february's",
            "frida",
            "weekday",
            "wedding",
            "augment",
            "octopus",
            "novelty",
            "tobacco",
            "tonic",
            "toning",
            "jaguar",
            "mundane",
            "sudan",
            "monaco",
        ] {
            assert!(meant(word).is_none() || word.ends_with('s'), "{word}");
        }
        assert_eq!(two_morrow("2moro at 3"), Some(5));
        assert_eq!(two_morrow("2months"), None);
    }
}
