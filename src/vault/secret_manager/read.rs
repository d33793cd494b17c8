//! Reading one version that somebody else has put there: the master key.

use secrecy::SecretString;
use url::Url;

use super::api::{Access, Api};
use crate::clock::Clock;
use crate::vault::tier::TierDown;

/// Why there is no content.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unread {
    /// It will pass: ask again.
    #[error("Secret Manager can't be asked: {0}")]
    Down(TierDown),
    /// The operator mends it.
    #[error("Secret Manager has no {name} that can be read: set CHATCAL_KEY to a version that is there and enabled")]
    Missing { name: String },
    #[error("{name} holds no text: store what `chatcal key new` prints")]
    NotText { name: String },
}

/// The content of `projects/P/secrets/S/versions/N`, as text without space around it.
///
/// # Errors
/// When it can't be had, or is not text.
pub async fn read_version(name: &str, url: &Url, clock: Clock) -> Result<SecretString, Unread> {
    let api = Api::new("", url, clock);
    match api.access_by_name(name).await.map_err(Unread::Down)? {
        Access::Content { bytes, .. } => match String::from_utf8(bytes) {
            Ok(text) => Ok(SecretString::from(text.trim())),
            Err(_) => Err(Unread::NotText { name: name.to_owned() }),
        },
        Access::Unreadable | Access::Missing => Err(Unread::Missing { name: name.to_owned() }),
    }
}
