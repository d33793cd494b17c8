//! Reading what people type about meetings: the same answer every time, explained, in microseconds.
//! Rank 0, pure: imports std, chrono, `zone` and itself only.
//!
//! Two steps. [`read`] is total and sees no clock: it finds what the words say and where they stand. [`resolve`] settles the
//! findings against a moment, a zone and a [`Policy`]; what it can't settle comes back as [`Doubt`]s. An answer to a question
//! completes the request that it was asked about: [`Reading::with`].

mod amount;
mod calendar;
mod choose;
mod clock_time;
mod date;
mod day_list;
mod ending;
mod found;
mod guests;
mod homograph;
mod intent;
mod length;
mod location;
mod meaning;
mod name;
mod number;
mod people;
mod place;
mod range;
mod reading;
mod recurrence;
mod repeat;
mod resolve;
mod said;
mod scan;
#[cfg(test)]
mod tests;
mod title;
mod token;
mod window;
mod words;
mod zones;

pub use found::{Clock, Day, Face, Finding, Found, Person, Stretch, Which, ZoneSaid};
pub use meaning::{Assumption, Attendee, Doubt, Intent, Policy, Puzzle, Resolution, Slot, Span};
pub use reading::{Reading, read};
pub use recurrence::{Ending, Ends, Frequency, Places, Recurrence, Rule, recurrence};
pub use resolve::resolve;
pub use token::READ_AT_MOST;
pub use window::{Grain, Window, window};
pub use words::{Half, Part};
