//! ChatCal books meetings on people's own Google Calendars from Slack, Discord and the terminal.
//!
//! Modules stand in ranks; each imports lower ranks only, and siblings never meet. `ARCHITECTURE.md` tells the whole story and
//! `tests/it/tidy.rs` holds the table of allowed imports.

// Rank 0: tiny, or pure.
pub mod clock;
pub mod entropy;
pub mod http;
pub mod language;
pub mod seal;
pub mod settings;
pub mod telltale;
pub mod zone;

// Rank 1
pub mod domain;
pub mod socket;
pub mod sql;

// Rank 2
pub mod google;
pub mod store;
pub mod vault;

// Rank 3
pub mod app;
pub mod console;
pub mod discord;
pub mod slack;

// Rank 4
pub mod service;
pub mod web;

// Rank 5
pub mod cli;
pub mod sandbox;
