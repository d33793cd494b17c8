//! Slack: deliveries over signed HTTP or Socket Mode become [`Incoming`](crate::domain::incoming::Incoming), letters become
//! Slack's blocks. Rank 3: imports `clock`, `entropy`, `zone`, `settings`, `domain` and `socket`; never `app`.
//!
//! What Slack sends is read into small views of our own that name only the fields we use: the crate's models of a whole event
//! turn into "unknown" as soon as one unrelated field has another shape, and the message would be lost without a word. Calls
//! to Slack, blocks and acknowledgements are the crate's.

mod address;
mod api;
mod blocks;
mod command;
mod courier;
mod event;
mod history;
mod http;
mod intake;
mod interaction;
mod lenient;
mod markup;
pub mod scopes;
mod signature;
pub mod socket_mode;
mod trouble;

pub use api::{Api, Identity};
pub use courier::Courier;
pub use http::routes;
pub use intake::Intake;
