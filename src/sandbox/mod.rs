//! Stand-ins for Google, Slack and Discord: strict state models behind the real wire protocols. Imports nothing of ours.
//!
//! They serve `chatcal sandbox` and every integration test. What the real service would refuse, they refuse.

pub mod browser;
pub mod discord;
pub mod google;
pub mod slack;
mod view;
mod wire;
