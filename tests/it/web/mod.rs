//! The pages and the linking of accounts, from outside: a real browser's rules, real HTTP, the stand-in for Google.

pub mod house;
mod linking;
mod s01_identity;
mod s04_pages;
