//! Words that are spelt like a weekday but are none beside certain others: "the sun shines", "we sat down". May import: std, `token`, `words`.

use super::token::Tokens;
use super::words::Word;

/// The short name of a weekday at that place is another word.
pub(super) fn is_other_word(text: &Tokens, at: usize) -> bool {
    if !matches!(text.word(at), Word::Weekday(_)) {
        return false;
    }
    let after = text.low(at + 1);
    // "happy Friday everybody"
    if at > 0 && is_one_of(text.low(at - 1), "happy casual freaky manic") {
        return true;
    }
    match text.low(at) {
        "sun" => {
            text.word_before(at) == Word::The && !text.is_mark(at + 1, ',')
                || is_one_of(after, "is was")
                    && is_one_of(text.low(at + 2), "shining out up down bright hot strong setting rising")
                || is_one_of(
                    after,
                    "shines shine shining rises rise rising sets screen cream tan burn bathing block glasses kissed roof dress flower flowers",
                )
        }
        "sat" => {
            let seat = is_one_of(after, "on in at by") && is_one_of(text.low(at + 2), "the a an my his her our their");
            is_somebody(text, at)
                || seat
                || is_one_of(after, "there here still together alone idle")
                || is_one_of(after, "down exam exams test tests score scores prep nav upright")
        }
        "wed" => is_somebody(text, at) || is_one_of(after, "her him lock"),
        "mon" => is_one_of(after, "ami amie amour dieu cheri"),
        _ => false,
    }
}

/// "she sat", "they wed"; "see you sat" is about a day.
fn is_somebody(text: &Tokens, at: usize) -> bool {
    let meets = at > 1 && matches!(text.low(at - 2), "see" | "catch" | "meet");
    at > 0 && !meets && is_one_of(text.low(at - 1), "i he she it we they you who that to")
}

fn is_one_of(word: &str, words: &str) -> bool {
    words.split(' ').any(|other| other == word)
}
