//! Wiring: opens everything, starts the workers, and stops them again. Rank 4: imports everything below.

mod folder;

pub use folder::{Claim, NotClaimed};
