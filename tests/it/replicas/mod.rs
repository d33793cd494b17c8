//! Several processes on one database: who is there, who holds what, and who takes over.

mod fleet;
mod keys;
mod leases;
mod processes;
mod together;
