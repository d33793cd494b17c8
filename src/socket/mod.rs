//! The one long-lived websocket, for the two protocols that need one: Slack's Socket Mode and Discord's gateway.
//! Rank 1: imports `entropy`.
//!
//! The two protocols differ in everything that they say after opening, so this room knows none of it. It gives their loops
//! three things that are easily got wrong:
//!
//! - [`Link`]: one open connection on which no wait lasts for ever, opening and sending included, and on which silence is noticed.
//! - [`Backoff`]: how long to wait before the next attempt. A link that opens and dies at once is a failure too.
//! - [`Status`]: what `/readyz` says about it all.
//!
//! A link is a plain value: on a planned reconnect a loop opens the new one, and goes on reading the old one until it ends.

mod backoff;
mod link;
mod status;

pub use backoff::Backoff;
pub use link::{Deadlines, Link, Lost};
pub use status::{State, Status};
