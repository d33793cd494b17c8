//! Reading what people type about meetings: the same answer every time, explained, in microseconds.
//! Rank 0, pure: imports std, chrono, `zone` and itself only.
//!
//! Two steps. [`read`] is total and sees no clock: it finds what the words say and where they stand. [`resolve`] settles the
//! findings against a moment, a zone and a [`Policy`]; what it can't settle comes back as [`Doubt`]s. An answer to a question
//! completes the request that it was asked about: [`Reading::with`]. What comes as a [`correction`] holds such an answer; a [`reply`] holds none.

mod amount;
mod answered;
mod calendar;
mod choose;
mod clock_time;
mod clock_words;
mod closest;
mod correction;
mod counted;
mod date;
mod date_list;
mod day_list;
mod earliest;
mod ending;
mod extent;
mod found;
mod groups;
mod guests;
mod holiday;
mod homograph;
mod hours;
mod intent;
mod invisible;
mod invited;
mod length;
mod location;
mod lone_day;
mod loose;
mod meaning;
mod misspelt;
mod month_day;
mod name;
mod number;
mod open_end;
mod part;
mod people;
mod period;
mod phrase;
mod place;
mod quotation;
mod range;
mod reading;
mod recurrence;
mod repair;
mod repeat;
mod reply;
mod resolve;
mod said;
mod same_time;
mod scan;
mod score;
mod second_look;
mod soonest;
mod stretch;
mod target;
#[cfg(test)]
mod tests;
mod through;
mod title;
mod token;
mod window;
mod words;
mod year;
mod zones;

pub use answered::{Answered, answered, denied, orders};
pub use correction::correction;
pub use found::{Clock, Day, Face, Finding, Found, Grain, OfYear, Person, Season, Shift, Stretch, Which, ZoneSaid};
pub use holiday::Holiday;
pub use meaning::{Assumption, Attendee, DateOrder, Doubt, Intent, Policy, Puzzle, Resolution, Slot, Span};
pub use reading::{Reading, read};
pub use recurrence::{Ending, Ends, Except, Frequency, Places, Recurrence, Rule, recurrence};
pub use reply::{Courtesy, Pick, Reply, courtesy, reply};
pub use resolve::resolve;
pub use token::READ_AT_MOST;
pub use window::{Side, Window, window};
pub use words::{Edge, Half, Part, Share};
pub use zones::zone_called;
