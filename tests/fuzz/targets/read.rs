//! Any text, read at any moment: `scripts/fuzz read`.
#![no_main]

use chatcal_fuzz::language::{READ_AT_MOST, read};
use chatcal_fuzz::{holds, moment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (seed, text) = data.split_at(data.len().min(5));
    let text = String::from_utf8_lossy(text);
    let (now, zone) = moment(seed);
    let reading = read(&text);
    assert!(reading.text().len() <= READ_AT_MOST);
    assert_eq!(read(reading.text()), reading, "read once more");
    holds(&reading, now, &zone);
});
