//! Linking a Google account to a chat identity, safely: the one who consents must be shown to be the one who asked.
//!
//! ```text
//! link (private, 10 minutes)      sign_in_page      GET, changes nothing
//!   └─ Continue                   begin_sign_in     POST, binds the sign-in to this browser
//!        └─ Google's page
//!             └─ callback         finish_sign_in    state, browser, PKCE, id_token, scopes; then the proof
//!                  ├─ the verified e-mail is the chat profile's, or the terminal asked ──> connected
//!                  └─ otherwise the grant waits, sealed ──> judge_code: that person types the page's code ──> connected
//! ```
//!
//! A further proof, such as the platform's own sign-in, is one more arm in [`rules`].

mod adopt;
mod begin;
mod code;
mod finish;
mod guesses;
mod links;
mod outcome;
mod page;
mod rules;
mod unproven;

use chrono::TimeDelta;

pub(super) use adopt::Adopted;
pub use begin::{Offer, secrets_context};
pub use finish::Callback;
pub(super) use guesses::Guesses;
pub use links::{LINK_PATH, Links};
pub use outcome::{Link, Next, Page, Refusal};
pub(super) use unproven::Unproven;

/// How long a code is awaited.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(5);
