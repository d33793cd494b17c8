//! Wiring: opens everything, starts the workers, and stops them again. Rank 4: imports everything below.

mod behind;
mod beside;
mod checkup;
mod folder;
mod gateway;
mod health;
mod key;
mod leader;
mod platforms;
mod refresh;
mod rotation;
mod running;
mod start;
mod stop;

pub use beside::beside;
pub use checkup::{Finding, Grade, checkup};
pub use folder::{Claim, NotClaimed, make_folder};
pub use rotation::{Report, Rotation};
pub use running::Running;
pub use start::{NotStarted, Start};
pub use stop::StopSignal;
