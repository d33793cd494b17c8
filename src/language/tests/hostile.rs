//! Whatever anybody may send.

use std::time::{Duration, Instant};

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

/// A text of eight times the length takes about as long as the short one eight times, where a search from every token would take eight
/// times that. The two are measured in turn in the same run, and the quickest of each counts, so that a busy machine slows both.
#[test]
fn no_text_takes_longer_than_its_length_accounts_for() {
    let took = |text: &str, times: u32| {
        let began = Instant::now();
        for _ in 0..times {
            let reading = read(text);
            settled(&reading, NOW, BERLIN);
            window(
                &reading,
                NOW.parse().unwrap(),
                &Zone::named(BERLIN).unwrap(),
                &Policy::default(),
            );
        }
        began.elapsed()
    };
    for shape in SHAPES {
        let (short, long) = (shape.repeat(1_000 / shape.len()), shape.repeat(8_000 / shape.len()));
        let (mut of_short, mut of_long) = (Duration::MAX, Duration::MAX);
        let is_linear = (0..60).any(|_| {
            of_short = of_short.min(took(&short, 8));
            of_long = of_long.min(took(&long, 1));
            of_long < 3 * of_short
        });
        assert!(
            is_linear,
            "{shape:?}: {of_long:?} at once, {of_short:?} in eight pieces"
        );
    }
}

/// Told over and over.
const SHAPES: &[&str] = &[
    "9",
    "9 ",
    "1:",
    "1-",
    "3/4 ",
    "\"",
    "“",
    "'",
    "(",
    "<",
    "(<[{\"",
    "<@",
    "<!",
    "every ",
    "every other ",
    ",",
    ", ",
    "😀",
    "e\u{301}",
    "\u{301}",
    "\u{202e}",
    "שלום ",
    "a\u{200b}",
    "\u{200b}",
    "from ",
    "with ",
    "with Ann and ",
    "Ann ",
    "ann ",
    "a.a.",
    "a@",
    "a@b@",
    "a@b.org ",
    "a@b.org, ",
    "Ann (a@b.org) ",
    "https://example.org/",
    "http://a ",
    "www.",
    "in room ",
    "at the ",
    "called ",
    "about ",
    "\"a\" ",
    "and ",
    "or ",
    "not ",
    "no, ",
    "is it ",
    "so book ",
    "book. ",
    "book it. ",
    "the day after ",
    "the first of ",
    "half past ",
    "quarter to ",
    "3pm x time ",
    "3pm A B C time ",
    "Europe/",
    "3 to ",
    "until ",
    "before ",
    "- ",
    "3-",
    "-",
    ".",
    "\n",
    "?",
    "; ",
    "tomorrow ",
    "tomorrow at 3 ",
    "monday to ",
    "except ",
    "mon, ",
    "for 6 weeks ",
    "1st, ",
    "may ",
    "list ",
    "my list ",
    "'s ",
    "x's ",
    "st. ",
    "new ",
    "of ",
    "to-",
    "UTC+",
    "½ ",
];

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
    #[test]
    fn reading_and_resolving_once_more_changes_nothing(text in texts(), at in 0i64..4_000_000_000) {
        let reading = read(&text);
        // What was seen of a text says all that the text said, and nothing is kept between two readings.
        prop_assert_eq!(&read(reading.text()), &reading);
        let now = DateTime::from_timestamp(at, 0).unwrap();
        let zone = Zone::named("America/New_York").unwrap();
        let policy = Policy::default();
        let resolution = resolve(&reading, now, &zone, &policy);
        prop_assert_eq!(&resolve(&reading, now, &zone, &policy), &resolution);
        prop_assert_eq!(window(&reading, now, &zone, &policy), window(&reading, now, &zone, &policy));
        // A request whose answer says nothing is still that request.
        let again = resolve(&reading.with(&read("")), now, &zone, &policy);
        prop_assert_eq!(&again.slot, &resolution.slot);
    }

    #[test]
    fn whoever_asks_later_gets_no_earlier_time(
        text in relative(),
        at in 1_600_000_000i64..4_000_000_000,
        wait in 0i64..400 * 24 * 60 * 60,
        zone in prop::sample::select(vec!["America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC"]),
    ) {
        let reading = read(&text);
        let zone = Zone::named(zone).unwrap();
        let start = |at| resolve(&reading, DateTime::from_timestamp(at, 0).unwrap(), &zone, &Policy::default()).slot.map(|slot| slot.start);
        // A date that has just passed is asked about, and so is the first Monday of May when its hour has.
        if let (Some(sooner), Some(later)) = (start(at), start(at + wait)) {
            prop_assert!(sooner <= later, "{text}: {sooner}, and later {later}");
        } else {
            prop_assert!(["march", "christmas", "may"].iter().any(|day| text.contains(day)), "{text}");
        }
    }
}

/// Times that are told from the present.
fn relative() -> impl Strategy<Value = String> {
    prop_oneof![
        (1u32..600).prop_map(|minutes| format!("book in {minutes} minutes")),
        (1u32..48).prop_map(|hours| format!("book {hours} hours from now")),
        (0u32..24).prop_map(|hour| format!("book tomorrow at {hour:02}:30")),
        (0u32..24).prop_map(|hour| format!("book at {hour:02}:30")),
        (
            0u32..24,
            prop::sample::select(vec![
                "monday",
                "next friday",
                "the day after tomorrow",
                "a week from sunday",
                "in 3 days",
                "the first monday of may",
                "march 3rd",
                "christmas"
            ])
        )
            .prop_map(|(hour, day)| format!("book {day} at {hour:02}:30")),
    ]
}
