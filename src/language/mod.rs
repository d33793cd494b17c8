//! Reading what people type about meetings: the same answer every time, explained, in microseconds.
//! Rank 0, pure: imports std, chrono, regex, `zone` and itself only.
//!
//! Two steps. [`read`] is total and sees no clock: it finds what the words say and where they stand. [`resolve`] settles the
//! findings against a moment, a zone and a [`Policy`]; what it can't settle comes back as [`Doubt`]s.

mod meaning;

pub use meaning::{Assumption, Attendee, Doubt, Intent, Policy, Puzzle, Resolution, Slot, Span};
