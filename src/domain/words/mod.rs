//! Every sentence that the bot says: data in, a [`Message`] out.
//!
//! Failures open with "Not booked", "Booked, but" or "Checking whether it was booked". Whatever speaks of a time says the day,
//! the time and the zone.

mod admin;
mod booking;
pub mod credentials;
mod linking;
mod question;
mod repeats;
mod talk;
mod time;

pub use admin::*;
pub use booking::*;
pub use linking::*;
pub use question::*;
pub use talk::*;
pub use time::*;
