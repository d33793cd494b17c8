//! A Google account as people may see it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A Google account that consented: its stable subject and its address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoogleAccount {
    /// The id_token's `sub`: never reused, never changed (OpenID Connect Core 1.0, section 2).
    pub sub: String,
    /// The verified e-mail address at the time of consent.
    pub email: String,
}

impl GoogleAccount {
    /// The address with most of its name hidden, fit for chats, pages and logs: `a•••@example.org`.
    pub fn masked(&self) -> String {
        mask_email(&self.email)
    }
}

impl fmt::Debug for GoogleAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GoogleAccount").field(&self.masked()).finish()
    }
}

/// `ana.lopez@example.org` → `a•••@example.org`; the number of dots tells nothing.
pub fn mask_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, host)) => format!(
            "{}•••@{host}",
            name.chars().next().map(String::from).unwrap_or_default()
        ),
        None => "•••".to_owned(),
    }
}
