//! What ChatCal is about, as pure values: people, what they said, letters to them, bookings, and the conversation that turns one
//! into the other. Rank 1: imports `language` and `zone`; no clock, no chance, no store, no network.

pub mod account;
pub mod act;
pub mod admin;
pub mod booking;
pub mod choice;
pub mod conversation;
pub mod incoming;
pub mod inspection;
pub mod letter;
pub mod person;
pub mod ports;
pub mod request;
pub mod words;
