//! The address of a sign-in's page. Its token is the sign-in's id with an HMAC of it: nothing has to be kept, and nobody can make
//! one without our key.

use std::sync::Arc;

use data_encoding::BASE32HEX_NOPAD;
use subtle::ConstantTimeEq;
use url::Url;

use crate::domain::act::SignInId;
use crate::seal::KeyRing;

/// Where sign-in pages live, below the public URL.
pub const LINK_PATH: &str = "connect";
/// Of the HMAC: 128 bits can't be guessed.
const MAC: usize = 16;
const PURPOSE: &str = "sign-in link";

/// Makes and reads the tokens of sign-in links.
#[derive(Clone, Debug)]
pub struct Links {
    keys: Arc<KeyRing>,
    public_url: Url,
}

impl Links {
    pub fn new(keys: Arc<KeyRing>, public_url: Url) -> Self {
        Self { keys, public_url }
    }

    /// The private address of a sign-in's page. It is a secret of its person: never logged.
    pub fn link(&self, id: &SignInId) -> String {
        self.address(id).to_string()
    }

    /// [`Links::link`], not yet as text.
    pub(super) fn address(&self, id: &str) -> Url {
        let mut url = self.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend([LINK_PATH, &self.token(id)]);
        }
        url
    }

    /// `<id>.<mac>`, of letters and digits only: chats cut links at other signs.
    fn token(&self, id: &str) -> String {
        let mac = self.keys.mac(PURPOSE, id.as_bytes());
        format!("{id}.{}", BASE32HEX_NOPAD.encode(&mac[..MAC]).to_ascii_lowercase())
    }

    /// The sign-in that a token is for, if we made the token.
    pub fn read(&self, token: &str) -> Option<SignInId> {
        let (id, mac) = token.split_once('.')?;
        let mac = BASE32HEX_NOPAD.decode(mac.to_ascii_uppercase().as_bytes()).ok()?;
        let mut known = self.keys.macs(PURPOSE, id.as_bytes());
        known
            .any(|known| known[..MAC].ct_eq(&mac).into())
            .then(|| id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use secrecy::SecretString;

    use super::*;
    use crate::entropy::Entropy;

    fn links(key: u8) -> Links {
        under(&[key])
    }

    fn under(keys: &[u8]) -> Links {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| SecretString::from(BASE64URL_NOPAD.encode(&[*key; 32])))
            .collect();
        let keys = KeyRing::new(&keys, Entropy::seeded(1)).unwrap();
        Links::new(Arc::new(keys), Url::parse("https://cal.example.org/bot/").unwrap())
    }

    #[test]
    fn a_token_is_read_whole_and_under_its_own_key_only() {
        let link = links(1).link(&"abc".to_owned());
        let token = link.strip_prefix("https://cal.example.org/bot/connect/").unwrap();
        assert_eq!(links(1).read(token), Some("abc".to_owned()));
        assert_eq!(links(2).read(token), None);
        assert_eq!(
            under(&[2, 1]).read(token),
            Some("abc".to_owned()),
            "t09: a key was put before it"
        );
        assert_eq!(links(1).read(&token.replace("abc", "abd")), None);
        for length in 0..token.len() {
            assert_eq!(links(1).read(&token[..length]), None);
        }
        assert_eq!(links(1).read(&format!("{token}A")), None);
    }
}
