//! Who consented: the id_token, verified before it is believed (OpenID Connect Core 1.0, section 3.1.3.7, and
//! <https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken>).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::jwks::Jwks;
use super::trouble::Trouble;
use crate::domain::account::GoogleAccount;

/// Google signs under either name.
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// How far Google's clock and ours may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// What the token must be made for.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    sub: String,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    /// Made for `client` alone. Google never names two.
    fn is_only(&self, client: &str) -> bool {
        match self {
            Self::One(name) => name == client,
            Self::Many(names) => names.len() == 1 && names.iter().all(|name| name == client),
        }
    }
}

/// The account that the token proves.
///
/// # Errors
/// [`Trouble::BadIdToken`] when anything about it is not as it must be; [`Trouble::Unreachable`] when the keys can't be had.
pub(super) async fn verify(token: &str, keys: &Jwks, expected: &Expected<'_>) -> Result<GoogleAccount, Trouble> {
    let bad = |why| Trouble::BadIdToken { why };
    let header = decode_header(token).map_err(|_| bad("it is not a signed token"))?;
    if header.alg != Algorithm::RS256 {
        return Err(bad("it is not signed with RS256"));
    }
    let id = header.kid.ok_or(bad("it names no key"))?;
    let key = keys.key(&id).await?.ok_or(bad("its key is not Google's"))?;

    // The signature is the crate's part; the claims are ours, since they go by our own clock.
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let claims = decode::<Claims>(token, &key, &signature_only)
        .map_err(|_| bad("its signature or form is wrong"))?
        .claims;
    check(&claims, expected).map_err(bad)?;
    match claims.email {
        Some(email) => Ok(GoogleAccount { sub: claims.sub, email }),
        None => Err(bad("it names no e-mail address")),
    }
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), &'static str> {
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !ISSUERS.contains(&claims.iss.as_str()) {
        Err("it was issued by somebody else")
    } else if !claims.aud.is_only(expected.client_id) {
        Err("it was made for another client")
    } else if claims.azp.as_deref().is_some_and(|azp| azp != expected.client_id) {
        Err("another client asked for it")
    } else if claims.exp <= (expected.now - LEEWAY).timestamp() {
        Err("it has expired")
    } else if claims.iat > (expected.now + LEEWAY).timestamp() {
        Err("it comes from the future")
    } else if expected.nonce.is_empty() || !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        Err("it belongs to another sign-in")
    } else if claims.sub.is_empty() {
        Err("it names nobody")
    } else if !claims.email_verified {
        Err("its e-mail address is not verified")
    } else {
        Ok(())
    }
}
