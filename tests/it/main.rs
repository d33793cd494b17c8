//! Everything that is tested from outside: one binary, one module per subject.
#![expect(clippy::unwrap_used, reason = "a test that can't go on panics where it stands")]

mod a11y;
mod cli;
mod cloud;
mod creds;
mod discord;
mod discord_openapi;
mod doctor;
mod engine;
mod google;
mod http;
mod key_elsewhere;
pub(crate) mod kill9;
mod port;
mod portable;
mod postgres_server;
mod proxy;
mod redis_forms;
mod redis_server;
mod replicas;
mod retention;
mod rotation;
mod rotation_columns;
mod sandbox_google;
mod sandbox_secret_manager;
mod secret_manager;
mod slack;
mod socket;
mod specs;
mod sql;
mod stories;
mod tidy;
mod vault;
mod vault_contract;
mod web;
