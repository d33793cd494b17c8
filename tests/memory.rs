//! What the reader allocates for the longest messages that anybody may send: counted, in a program of its own, since the counter takes
//! the place of the allocator.

use allocation_counter::{AllocationInfo, measure};
use chatcal::language::{Policy, READ_AT_MOST, read, resolve, window};
use chatcal::zone::Zone;
use chrono::{DateTime, Utc};

/// Told over and over, up to the length that is wanted.
const SHAPES: &[&str] = &[
    "We should talk about the garden party some time soon, since the caterer asks how many of us there will be. ",
    "tomorrow at 3 ",
    "every Monday ",
    "Ann Lee <ann.lee@example.org>, ",
    "a@b.org ",
    "https://example.org/a ",
    ",",
    "9",
    "9 ",
    "1:",
    "a.",
    "\"",
    "(",
    "from ",
    "with ",
    "😀",
    "e\u{301}",
    "\u{202e}",
    "a\u{200b}",
    "שלום ",
];

/// What reading, settling and naming the window of a message take, with everything that is made once made before.
fn taken(shape: &str, characters: usize) -> AllocationInfo {
    let now: DateTime<Utc> = "2026-11-22T09:30:00Z".parse().expect("a moment in RFC 3339");
    let (zone, policy) = (
        Zone::named("Europe/Berlin").expect("the database has Berlin"),
        Policy::default(),
    );
    let text: String = shape.chars().cycle().take(characters).collect();
    let run = || {
        let reading = read(&text);
        let window = window(&reading, now, &zone, &policy);
        drop((resolve(&reading, now, &zone, &policy), window));
    };
    run();
    measure(run)
}

#[test]
fn a_message_of_40_000_characters_takes_at_most_64_kb() {
    for shape in SHAPES {
        let bytes = taken(shape, 40_000).bytes_total;
        assert!(bytes <= 64 * 1024, "{shape:?} takes {bytes} bytes");
    }
}

/// Every character a token is the worst that can be.
#[test]
fn the_longest_message_that_is_read_takes_at_most_a_megabyte() {
    for shape in SHAPES {
        let bytes = taken(shape, READ_AT_MOST / shape.chars().map(char::len_utf8).max().unwrap()).bytes_max;
        assert!(bytes <= 1024 * 1024, "{shape:?} holds {bytes} bytes");
    }
}

#[test]
fn a_typical_request_takes_little() {
    let text = "book lunch with Ann friday at noon for 45 minutes";
    let info = taken(text, text.len());
    assert!(info.count_total <= 24, "{} allocations", info.count_total);
    assert!(info.bytes_total <= 4 * 1024, "{} bytes", info.bytes_total);
}
