//! What a doubt quotes.

use super::{BERLIN, NOW, settled};
use crate::language::{Puzzle, read};

#[test]
fn doubts_quote_the_words_that_raise_them() {
    for (text, puzzle, words) in [
        ("book friday", Puzzle::NoTime, "friday"),
        ("book", Puzzle::NoTime, ""),
        ("lunch ☕ tomorrow at 7", Puzzle::WhichHalf, "at 7"),
        ("30 February at 3pm", Puzzle::NoSuchDate, "30 February"),
        ("tomorrow 3pm XYZT", Puzzle::UnknownZone, "XYZT"),
        (
            "book tomorrow 3pm and cancel friday 2pm",
            Puzzle::SeveralRequests,
            "cancel",
        ),
        ("tomorrow 2pm with a@b", Puzzle::BadAddress, "a@b"),
    ] {
        let reading = read(text);
        let resolution = settled(&reading, NOW, BERLIN);
        let doubt = &resolution.doubts[0];
        assert_eq!((doubt.puzzle, reading.quote(&doubt.span)), (puzzle, words), "{text}");
    }
}
