//! What a client asks of the authorization endpoint, read strictly.
//!
//! Sources: developers.google.com/identity/protocols/oauth2/web-server, RFC 6749 section 4.1.1, RFC 7636 section 4.3.

use std::collections::BTreeMap;

use super::Client;
use super::scope::{self, Scope};

const PARAMETERS: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "access_type",
    "prompt",
    "login_hint",
    "hd",
    "include_granted_scopes",
    "enable_granular_consent",
];

/// A good request.
#[derive(Debug)]
pub struct Asked {
    pub client_id: String,
    pub redirect_uri: String,
    pub scopes: Vec<&'static Scope>,
    pub state: String,
    pub nonce: Option<String>,
    pub challenge: String,
    pub offline: bool,
    pub prompt: Vec<String>,
    pub login_hint: Option<String>,
}

/// A bad one: Google shows a page with this code and these words, and redirects nowhere.
#[derive(Debug)]
pub struct Bad {
    pub code: &'static str,
    pub words: String,
}

fn bad(code: &'static str, words: impl Into<String>) -> Bad {
    Bad {
        code,
        words: words.into(),
    }
}

impl Asked {
    /// Reads a query string.
    pub fn read(query: &str, client: &Client) -> Result<Self, Bad> {
        let mut given = parameters(query)?;
        let mut need = |name: &str| {
            given
                .remove(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| bad("invalid_request", format!("Missing required parameter: {name}")))
        };
        let client_id = need("client_id")?;
        if client_id != client.id {
            return Err(bad("invalid_client", "The OAuth client was not found."));
        }
        let redirect_uri = need("redirect_uri")?;
        if !client.redirect_uris.contains(&redirect_uri) {
            return Err(bad(
                "redirect_uri_mismatch",
                format!("The redirect URI {redirect_uri} is not registered for this client."),
            ));
        }
        if need("response_type")? != "code" {
            return Err(bad("invalid_request", "Only response_type=code is served."));
        }
        let scopes = scopes(&need("scope")?)?;
        let state = need("state")?;
        let challenge = need("code_challenge")?;
        if need("code_challenge_method")? != "S256" {
            return Err(bad("invalid_request", "code_challenge_method must be S256."));
        }
        // The base64url text of a SHA-256 hash.
        if challenge.len() != 43 || !challenge.bytes().all(is_base64url) {
            return Err(bad(
                "invalid_request",
                "code_challenge is not base64url of a SHA-256 hash.",
            ));
        }
        let offline = match given.remove("access_type").as_deref() {
            None | Some("online") => false,
            Some("offline") => true,
            Some(other) => return Err(bad("invalid_request", format!("Invalid access_type: {other}"))),
        };
        Ok(Self {
            client_id,
            redirect_uri,
            scopes,
            state,
            challenge,
            offline,
            nonce: given.remove("nonce"),
            prompt: prompt(&given.remove("prompt").unwrap_or_default())?,
            login_hint: given.remove("login_hint"),
        })
    }
}

fn parameters(query: &str) -> Result<BTreeMap<String, String>, Bad> {
    let mut given = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if !PARAMETERS.contains(&name.as_ref()) {
            return Err(bad("invalid_request", format!("Unknown parameter: {name}")));
        }
        if given.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(bad("invalid_request", format!("Parameter given twice: {name}")));
        }
    }
    Ok(given)
}

fn scopes(text: &str) -> Result<Vec<&'static Scope>, Bad> {
    text.split(' ')
        .map(|name| scope::named(name).ok_or_else(|| bad("invalid_scope", format!("Unknown scope: {name}"))))
        .collect()
}

fn prompt(text: &str) -> Result<Vec<String>, Bad> {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    match words
        .iter()
        .find(|word| !matches!(word.as_str(), "consent" | "select_account"))
    {
        None => Ok(words),
        Some(other) => Err(bad("invalid_request", format!("Invalid prompt: {other}"))),
    }
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
