//! From the link to Google: the page that says who asks for whom, and the press of its button.

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::outcome::Refusal;
use crate::app::App;
use crate::domain::person::{Person, Platform};
use crate::google::Ask;
use crate::google::oauth;
use crate::seal::Unsealable;
use crate::sql::{Error, Tx};
use crate::store::people;
use crate::store::sign_ins::{self, SignIn, Started};

/// Links are about 60 characters long; whatever is much longer is none.
const LONGEST_TOKEN: usize = 200;
/// Likewise cookies of ours.
const LONGEST_COOKIE: usize = 100;

/// What MACs are made for.
const FORM: &str = "sign-in form";
const BROWSER: &str = "sign-in browser";
const STATE: &str = "sign-in state";

/// What the page has to say before anybody goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub platform: Platform,
    pub handle: String,
    /// Empty when unknown.
    pub workspace: String,
    pub contact: String,
    /// Comes back with the form, and is good for this browser and this sign-in only.
    pub csrf: String,
    /// The browser's cookie, to be set if it is new.
    pub cookie: String,
}

/// What only the callback needs, sealed in the row.
#[derive(Serialize, Deserialize)]
struct Secrets {
    verifier: String,
    nonce: String,
}

impl App {
    /// The button was pressed: from now on the sign-in belongs to this browser. Answers Google's address.
    ///
    /// # Errors
    /// When the link is none or its time is over, or the form is not of our page in this browser.
    pub async fn begin_sign_in(&self, token: &str, csrf: &str, cookie: Option<&str>) -> Result<Url, Refusal> {
        let (sign_in, person) = self.sign_in_of(token).await?;
        let cookie = known(cookie).filter(|cookie| {
            let form = BASE64URL_NOPAD.decode(csrf.as_bytes()).unwrap_or_default();
            let keys = &self.parts().keys;
            keys.is_mac(FORM, form_of(cookie, &sign_in.id).as_bytes(), &form)
        });
        let Some(cookie) = cookie else {
            return Err(self
                .refuse_guess(person.id.as_str(), "a sign-in form that is not ours", Refusal::Forged)
                .await);
        };
        if sign_in.expires_at <= self.clock().now() {
            return Err(Refusal::Expired);
        }
        let (google, started) = self.ask_google(&sign_in.id, self.browser_hash(cookie), false);
        let id = sign_in.id.clone();
        let begun = self.db().write(move |tx| sign_ins::start(tx, &id, &started)).await;
        match begun {
            Ok(true) => Ok(google),
            Ok(false) => Err(Refusal::Used),
            Err(error) => Err(self.mishap(&error.to_string())),
        }
    }

    /// A round at Google: its address, and what the row keeps of it. `again` marks the second one of a sign-in.
    pub(super) fn ask_google(&self, id: &str, browser: Vec<u8>, again: bool) -> (Url, Started) {
        let entropy = &self.parts().entropy;
        let (state, nonce, verifier) = (entropy.token(), entropy.token(), oauth::verifier(entropy));
        let google = self.parts().oauth.authorize_url(&Ask {
            state: &state,
            nonce: &nonce,
            verifier: &verifier,
            login_hint: None,
            // Links go out only where a lasting permission is missing, and without its consent screen Google gives none to
            // those who have consented before.
            consent: true,
        });
        let secrets = Secrets {
            verifier: verifier.expose_secret().to_owned(),
            nonce,
        };
        let secrets = serde_json::to_vec(&secrets).expect("two strings have a JSON form");
        let started = Started {
            browser,
            oauth_state: self.state_hash(&state),
            secrets: self.parts().keys.seal(&secrets_context(id), &secrets),
            consent: again,
        };
        (google, started)
    }

    /// PKCE verifier and nonce of the round that the row is in.
    pub(super) fn open_secrets(&self, id: &str, sealed: &[u8]) -> Result<(SecretString, String), Unsealable> {
        let plain = self.parts().keys.open(&secrets_context(id), sealed)?;
        let secrets: Secrets = serde_json::from_slice(&plain).map_err(|_| Unsealable::Form)?;
        Ok((secrets.verifier.into(), secrets.nonce))
    }

    /// The sign-in that a link is for.
    pub(super) async fn sign_in_of(&self, token: &str) -> Result<(SignIn, Person), Refusal> {
        let id = Some(token)
            .filter(|token| token.len() <= LONGEST_TOKEN)
            .and_then(|token| self.parts().sign_in_links.read(token));
        let Some(id) = id else {
            return Err(self
                .refuse_guess("web", "an unknown sign-in link", Refusal::UnknownLink)
                .await);
        };
        let found = self
            .db()
            .read(move |tx| sign_ins::find(tx, &id)?.map_or(Ok(None), |found| with_person(tx, found)))
            .await;
        // A link of ours without a row is so old that the row has been erased.
        found
            .map_err(|error| self.mishap(&error.to_string()))?
            .ok_or(Refusal::Expired)
    }

    /// What the form has to bring back: good for one browser and one sign-in.
    pub(super) fn csrf(&self, cookie: &str, id: &str) -> String {
        BASE64URL_NOPAD.encode(&self.parts().keys.mac(FORM, form_of(cookie, id).as_bytes()))
    }

    /// What is kept of a browser's cookie.
    fn browser_hash(&self, cookie: &str) -> Vec<u8> {
        self.parts().keys.mac(BROWSER, cookie.as_bytes()).to_vec()
    }

    /// Whether this is the browser of whose cookie `kept` is what was kept.
    pub(super) fn is_browser(&self, cookie: Option<&str>, kept: &[u8]) -> bool {
        known(cookie).is_some_and(|cookie| self.parts().keys.is_mac(BROWSER, cookie.as_bytes(), kept))
    }

    /// What is kept of OAuth's `state`.
    fn state_hash(&self, state: &str) -> Vec<u8> {
        self.parts().keys.mac(STATE, state.as_bytes()).to_vec()
    }

    /// What may have been kept of it: before the last rotation it was made under another key.
    pub(super) fn state_hashes(&self, state: &str) -> Vec<Vec<u8>> {
        let macs = self.parts().keys.macs(STATE, state.as_bytes());
        macs.map(|mac| mac.to_vec()).collect()
    }
}

fn form_of(cookie: &str, id: &str) -> String {
    format!("{cookie}|{id}")
}

/// A sign-in with whom it is for.
pub(super) fn with_person(tx: &mut Tx<'_>, sign_in: SignIn) -> Result<Option<(SignIn, Person)>, Error> {
    Ok(people::load(tx, &sign_in.person)?.map(|person| (sign_in, person)))
}

/// A cookie that may be one of ours.
pub(super) fn known(cookie: Option<&str>) -> Option<&str> {
    cookie.filter(|cookie| !cookie.is_empty() && cookie.len() <= LONGEST_COOKIE)
}

/// What the verifier and the nonce of a sign-in are sealed together with.
pub fn secrets_context(id: &str) -> String {
    format!("sign-in secrets|{id}")
}
