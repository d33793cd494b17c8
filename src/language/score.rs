//! Numbers that are a score, a part, a verse or a label, and so no time: "8/10", "3/4 cup", "John 3:16", "version 1.10". May import: std, `token`, `words`.

use super::token::{Kind, Tokens};
use super::words::Word;

/// The word before owns the number, whatever it looks like: "version: 1.10.30", "verse 3:16", "rated 4/5", "a score of 8/10".
pub(super) fn is_numbered(text: &Tokens, at: usize) -> bool {
    let Some(mut before) = at.checked_sub(1) else {
        return false;
    };
    let links = text.is_mark(before, ':')
        || text.is_mark(before, '.')
        || matches!(text.word(before), Word::Of)
        || matches!(text.low(before), "is" | "was" | "were");
    before -= usize::from(links && before > 0);
    #[rustfmt::skip]
    let owns = matches!(
        text.low(before),
        "version" | "versions" | "ver" | "revision" | "rev" | "chapter" | "chapters" | "section" | "sections" | "figure" | "fig"
            | "page" | "pages" | "verse" | "verses" | "psalm" | "psalms" | "equation" | "exercise" | "paragraph" | "clause"
            | "scale" | "ratio" | "count" | "rate" | "ranging" | "ranges" | "range" | "pick" | "choose" | "odds" | "score" | "scores" | "scored" | "rated" | "rating" | "result" | "ip" | "serial"
    );
    owns
}

/// A word before numbers that names things by them: "gate 12-14", "pages 10 to 12".
pub(super) fn is_label(text: &Tokens, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    #[rustfmt::skip]
    let label = matches!(
        text.low(before),
        "gate" | "gates" | "platform" | "platforms" | "track" | "tracks" | "terminal" | "terminals" | "pages" | "pp" | "line" | "lines"
            | "aisle" | "aisles" | "row" | "rows" | "seat" | "seats" | "bus" | "route" | "exit" | "exits" | "lot" | "lots" | "level" | "levels"
            | "floors" | "grade" | "grades" | "size" | "sizes" | "age" | "ages" | "aged" | "item" | "items" | "step" | "steps" | "question"
            | "questions" | "exercises" | "problem" | "problems" | "number" | "numbers" | "nos" | "unit" | "units" | "episode" | "episodes"
            | "season" | "seasons" | "verses" | "chapters" | "sections" | "parts" | "volumes" | "issues" | "rooms" | "ports" | "channels"
    );
    label
}

/// What parts of one are measured in: "3/4 cup", "1/4 mile", "4/5 stars", "a 2/3 majority".
pub(super) fn is_measured(text: &Tokens, at: usize) -> bool {
    if text.word(at) != Word::Unknown {
        return matches!(text.kind(at), Some(Kind::Mark('%' | '=' | '"' | '*' | '+')));
    }
    #[rustfmt::skip]
    let measured = matches!(
        text.low(at),
        "cup" | "cups" | "tsp" | "teaspoon" | "teaspoons" | "tbsp" | "tablespoon" | "tablespoons" | "pint" | "pints" | "quart"
            | "quarts" | "gallon" | "gallons" | "litre" | "litres" | "liter" | "liters" | "ounce" | "ounces" | "oz" | "lb" | "lbs"
            | "pound" | "pounds" | "kg" | "kilo" | "kilos" | "gram" | "grams" | "inch" | "inches" | "foot" | "feet" | "ft" | "yard"
            | "yards" | "mile" | "miles" | "km" | "cm" | "mm" | "acre" | "acres" | "star" | "stars" | "points" | "marks" | "people"
            | "votes" | "vote" | "length" | "majority" | "share" | "shares" | "stake" | "full" | "empty" | "complete" | "done" | "size"
    );
    measured
}

/// "a 9/10", "8/10 would recommend", "got 7/10": points out of five, ten, twenty or a hundred.
pub(super) fn is_score(text: &Tokens, at: usize) -> bool {
    let (Some((points, _)), Some((of @ (5 | 10 | 20 | 100), _))) = (text.number(at), text.number(at + 2)) else {
        return false;
    };
    let before = at.checked_sub(1).map_or("", |before| text.low(before));
    let given = matches!(
        before,
        "a" | "an"
            | "solid"
            | "got"
            | "gets"
            | "give"
            | "gives"
            | "gave"
            | "scored"
            | "deserves"
            | "rate"
            | "definitely"
    );
    let judged = matches!(
        text.low(at + 3),
        "would" | "wouldn't" | "recommend" | "recommended" | "rating" | "score" | "experience"
    );
    points <= of && (judged || given && !matches!(text.word(at + 3), Word::Thing | Word::At))
}

/// "Romans 8:28", "John 3:16": a verse of a book. The books that are people's names have no meetings at 3:16, but may at 3:15.
pub(super) fn is_verse(text: &Tokens, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let round = text.number(at + 2).is_some_and(|(minute, _)| minute.is_multiple_of(5));
    match text.low(before) {
        "genesis" | "exodus" | "leviticus" | "deuteronomy" | "kings" | "chronicles" | "psalm" | "proverbs"
        | "ecclesiastes" | "isaiah" | "ezekiel" | "romans" | "corinthians" | "galatians" | "ephesians"
        | "philippians" | "colossians" | "thessalonians" | "hebrews" | "revelation" | "surah" | "quran" => true,
        "acts" | "john" | "luke" | "mark" | "matthew" | "job" | "daniel" | "jeremiah" | "joshua" | "ruth"
        | "samuel" | "timothy" | "james" | "peter" => !round,
        _ => false,
    }
}
