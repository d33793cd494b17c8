//! Linking a Google account to a chat identity, safely (design: the one who consents must be the one who asked).

mod adopt;
mod code;
mod links;

use chrono::TimeDelta;

pub(super) use adopt::Adopted;
pub use links::{LINK_PATH, Links};

/// How long a code is awaited.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(5);
