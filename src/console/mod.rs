//! The terminal as a chat platform: lines in, `bot>` lines out. Rank 3: imports `domain` and rank 0.
//!
//! There is one person, and every letter is private by nature. At a terminal the conversation has a prompt and colours; from a
//! pipe one message is read per line, each is answered before the next is read, and the transcript shows both sides.

mod courier;
mod look;
mod talk;

pub use courier::Console;
pub use look::{Look, clean};
pub use talk::{Talker, converse};
