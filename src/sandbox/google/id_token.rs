//! The signed id_token (OpenID Connect Core 1.0, section 2; developers.google.com/identity/openid-connect/openid-connect).
//!
//! Signed with a committed key that everybody may know: it protects nothing.

use data_encoding::BASE64URL_NOPAD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::world::{Account, Code};

/// What `/certs` answers: the public half of the key.
pub const JWKS: &str = include_str!("stand_in_jwks.json");

const KEY: &str = include_str!("stand_in_key.pem");

/// A lie to put into the next id_tokens, so that their reader can be seen to refuse them.
#[derive(Clone, Debug, Default)]
pub struct Forgery {
    /// Laid over the header; `null` takes a field away. `alg: none` also empties the signature.
    pub header: Value,
    /// Laid over the claims; `null` takes a claim away.
    pub claims: Value,
    /// The signature's first byte is turned.
    pub broken_signature: bool,
}

/// The id_token for one exchange, in the compact form of RFC 7515.
pub fn make(account: &Account, code: &Code, access_token: &str, now: i64, forgery: Option<&Forgery>) -> String {
    let mut header = json!({ "alg": "RS256", "kid": "stand-in-1", "typ": "JWT" });
    let mut claims = json!({
        "iss": "https://accounts.google.com",
        "azp": code.client_id,
        "aud": code.client_id,
        "sub": account.sub,
        "email": account.email,
        "email_verified": account.email_verified,
        "at_hash": BASE64URL_NOPAD.encode(&Sha256::digest(access_token.as_bytes())[..16]),
        "iat": now,
        "exp": now + 3600,
    });
    if let Some(nonce) = &code.nonce {
        claims["nonce"] = json!(nonce);
    }
    if let Some(hd) = &account.hd {
        claims["hd"] = json!(hd);
    }
    let forgery = forgery.cloned().unwrap_or_default();
    lay_over(&mut header, &forgery.header);
    lay_over(&mut claims, &forgery.claims);
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let mut signature = match header["alg"].as_str() {
        Some("none") => Vec::new(),
        _ => sign(signed.as_bytes()),
    };
    if let (true, Some(first)) = (forgery.broken_signature, signature.first_mut()) {
        *first ^= 1;
    }
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}

fn lay_over(object: &mut Value, patch: &Value) {
    for (name, value) in patch.as_object().into_iter().flatten() {
        match (value, object.as_object_mut()) {
            (Value::Null, Some(object)) => {
                object.remove(name);
            }
            _ => object[name] = value.clone(),
        }
    }
}

fn sign(message: &[u8]) -> Vec<u8> {
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).expect("the committed key is a PEM file");
    any_supported_type(&key)
        .expect("the committed key is an RSA key")
        .choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])
        .expect("RSA keys sign with PKCS #1 and SHA-256")
        .sign(message)
        .expect("a sound key signs")
}
