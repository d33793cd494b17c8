//! The vault as its callers see it, on a real database, a real folder and a real Redis; only Google is a script.

mod away;
mod canaries;
mod fewer;
mod grants;
pub mod machine;
mod old_copies;
mod other_keys;
mod outages;
mod places;
mod records;
mod refreshing;
mod refused;
mod replicas;
mod spending;
pub use machine::until;
