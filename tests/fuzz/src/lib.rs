//! The reader and the conversation alone, taken in by their paths, so that they build in seconds, and what must hold of a reading for
//! any text.

#[path = "../../../src/domain/mod.rs"]
pub mod domain;
#[path = "../../../src/language/mod.rs"]
pub mod language;
#[path = "../../../src/zone.rs"]
pub mod zone;

use chrono::{DateTime, Utc};

use language::{Policy, Reading, recurrence, resolve, window};
use zone::Zone;

/// Zones with gaps and overlaps at odd hours and of odd lengths.
const ZONES: [&str; 6] = [
    "UTC",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kathmandu",
];

/// A moment between 1970 and 2106 and a zone, from a few bytes.
pub fn moment(seed: &[u8]) -> (DateTime<Utc>, Zone) {
    let byte = |at: usize| seed.get(at).copied().unwrap_or_default();
    let seconds = u32::from_be_bytes([byte(0), byte(1), byte(2), byte(3)]);
    let now = DateTime::from_timestamp(i64::from(seconds), 0).expect("chrono has all of these years");
    let zone = Zone::named(ZONES[usize::from(byte(4)) % ZONES.len()]).expect("the database has them");
    (now, zone)
}

/// What must hold of a reading, whoever asks, whenever and wherever.
pub fn holds(reading: &Reading, now: DateTime<Utc>, zone: &Zone) {
    for finding in reading.findings() {
        assert!(reading.text().get(finding.span.clone()).is_some(), "{finding:?}");
    }
    assert!(reading.attendees().all(|guest| reading.quote(&guest.span).contains(&guest.email)));
    let policy = Policy::default();
    if let Some(first) = window(reading, now, zone, &policy) {
        if let Some(rule) = recurrence(reading, &first, &policy) {
            assert!(rule.to_string().starts_with("RRULE:FREQ="));
        }
    }
    let resolution = resolve(reading, now, zone, &policy);
    assert_eq!(resolve(reading, now, zone, &policy), resolution);
    for doubt in &resolution.doubts {
        assert!(reading.text().get(doubt.span.clone()).is_some(), "{doubt:?}");
        assert!(doubt.options.len() <= 3, "{doubt:?}");
    }
    if let Some(slot) = resolution.slot {
        assert!(resolution.doubts.is_empty());
        assert!(slot.start >= now && slot.end > slot.start, "{slot:?}");
    }
}
