//! Stand-ins for Google, Google's Secret Manager, Slack and Discord: strict state models behind the real wire
//! protocols. Imports nothing of ours.
//!
//! They serve `chatcal sandbox` and every integration test. What the real service would refuse, they refuse.

pub mod browser;
pub mod discord;
mod fault;
pub mod google;
pub mod secret_manager;
pub mod slack;
mod view;
mod watched;
mod wire;
