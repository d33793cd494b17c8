//! Whatever anybody may send.

use chrono::DateTime;
use proptest::prelude::*;

use super::{BERLIN, NOW, at, settled};
use crate::language::{Policy, READ_AT_MOST, read, recurrence, resolve, window};
use crate::zone::Zone;

#[test]
fn bad_input_is_read_in_bounds() {
    let long = "tomorrow ".repeat(4_500);
    assert!(read(&long).text().len() <= READ_AT_MOST);
    assert_eq!(
        at(&format!("book tomorrow 2pm {}", "é".repeat(20_000)), NOW, BERLIN),
        "2026-11-23 14:00-14:30"
    );
    for text in [
        "\0",
        "\u{202e}mp2 worromot",
        "\u{200b}",
        "😀",
        "((((",
        "<<<<",
        "\"\"\"",
        "@@@@",
        "a.a.",
        "2:2:2",
        "½ hour",
        "٣pm",
        "every ",
        "in 2 ",
        "3pm x time ",
        "half past ",
        "an hour and a ",
        "1-",
        "at ",
        "the ",
        "the day after ",
        "the first monday of ",
        "the end of ",
        "2 weeks after ",
        "the week of ",
        "before ",
        "3 to ",
    ] {
        let text = text.repeat(1_000);
        let reading = read(&text);
        settled(&reading, NOW, BERLIN);
        window(
            &reading,
            NOW.parse().unwrap(),
            &Zone::named(BERLIN).unwrap(),
            &Policy::default(),
        );
    }
    assert_eq!(
        at("book\0 tomorrow\u{200b} 2pm\u{202e}", NOW, BERLIN),
        "2026-11-23 14:00-14:30"
    );
    assert_eq!(read("book plan\u{202e}ning\0 tomorrow 2pm").title(), Some("Planning"));
    // What looks like "tomorrow" is tomorrow.
    assert_eq!(
        at("book tom\u{200b}orrow at 2\u{200b}\u{ad}pm", NOW, BERLIN),
        "2026-11-23 14:00-14:30"
    );
}

/// Arbitrary strings, and arbitrary strings of the words that rules are about.
fn texts() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "book",
        "day",
        "days",
        "after",
        "before",
        "last",
        "end",
        "ago",
        "by",
        "weekend",
        "christmas",
        "quarter",
        "tomorrow",
        "at",
        "2",
        "pm",
        "3:30",
        "-",
        "from",
        "until",
        "half",
        "past",
        "an",
        "hour",
        "and",
        "a",
        "15",
        "minutes",
        "the",
        "3rd",
        "of",
        "march",
        "2027",
        "/",
        "next",
        "friday",
        "week",
        "every",
        "mondays",
        "except",
        "until",
        "june",
        "times",
        "with",
        "invite",
        "Ann",
        "Ann's",
        ",",
        "on",
        "Zoom",
        "room",
        "no meet",
        "in",
        "UTC",
        "+",
        "CST",
        "Europe/London",
        "with",
        "a@b.org",
        "<@U1>",
        "\"",
        "(",
        ")",
        "<",
        ">",
        "é",
        "😀",
        "\u{202e}",
        "\n",
        ".",
        ":",
        "99999999999",
        "morning",
        "to",
        "midnight",
        "noon",
        "or",
        "1h30",
        "12",
        "24:00",
        "time",
        "before",
        "by",
        "later",
        "ago",
        "within",
        "quarter",
        "1430",
        "hundred",
        "o",
        "clock",
        "couple",
        "-30",
        "all",
        "day",
        "Z",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec((word, prop::bool::ANY), 0..14).prop_map(|words| {
            words
                .into_iter()
                .map(|(word, space)| format!("{word}{}", if space { " " } else { "" }))
                .collect()
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reading_is_total_and_spans_lie_on_boundaries(text in texts(), answer in texts(), at in 0i64..4_000_000_000) {
        let reading = read(&text);
        let both = reading.with(&read(&answer));
        let now = DateTime::from_timestamp(at, 0).unwrap();
        let zone = Zone::named("America/New_York").unwrap();
        for reading in [reading, both] {
            for finding in reading.findings() {
                prop_assert!(reading.text().get(finding.span.clone()).is_some(), "{finding:?}");
            }
            prop_assert!(reading.attendees().all(|guest| reading.quote(&guest.span).contains(&guest.email)));
            let policy = Policy::default();
            if let Some(rule) = window(&reading, now, &zone, &policy).and_then(|first| recurrence(&reading, &first, &policy)) {
                prop_assert!(rule.to_string().starts_with("RRULE:FREQ="));
            }
            let resolution = resolve(&reading, now, &zone, &policy);
            prop_assert!(resolution.doubts.iter().all(|doubt| reading.text().get(doubt.span.clone()).is_some() && doubt.options.len() <= 3));
            if let Some(slot) = resolution.slot {
                prop_assert!(resolution.doubts.is_empty());
                prop_assert!(slot.start >= now && slot.end > slot.start);
            }
        }
    }
}
