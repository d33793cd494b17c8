//! Google: sign-in (OAuth 2.0 and OpenID Connect) and Calendar, over the shared way out. Errors are sorted by remedy, see
//! [`Trouble`]. Rank 2: imports `clock`, `entropy`, `zone`, `settings`, `http` and `domain`.

mod busy;
mod calendar;
mod event;
mod id_token;
mod jwks;
mod new_event;
pub mod oauth;
mod patience;
mod stored;
mod text;
mod trouble;

pub use self::busy::DayView;
pub use self::calendar::{Calendar, Deleted, Put};
pub use self::oauth::{Ask, OAuth, Tokens};
pub use self::patience::Patience;
pub use self::stored::{Difference, Found, Stored, Written};
pub use self::trouble::Trouble;
