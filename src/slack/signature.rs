//! Slack's request signature, version 0: an HMAC-SHA256 over `v0:<timestamp>:<body>`, hex, under the app's signing secret.
//!
//! Source: Slack's page "Verifying requests from Slack". The crate has a verifier too, but it asks the machine for the time.

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// How far a request's timestamp may be from our clock, either side, in seconds.
const WINDOW: u64 = 300;

/// The signing secret, ready for use.
pub(super) struct Verifier(Hmac<Sha256>);

/// What a request claims about itself, read from its headers before its body is.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    timestamp: &'a str,
    pub(super) signed_at: DateTime<Utc>,
    tag: [u8; 32],
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Disbelief {
    /// No signature of version 0, or none of its shape.
    #[error("unsigned")]
    Unsigned,
    /// Signed too long ago, or in the future.
    #[error("stale")]
    Stale,
    /// The signature belongs to another body, timestamp or secret.
    #[error("forged")]
    Forged,
}

impl<'a> Claim<'a> {
    /// Reads the two headers against our own `now`.
    pub(super) fn read(headers: &'a HeaderMap, now: DateTime<Utc>) -> Result<Self, Disbelief> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let timestamp = header("x-slack-request-timestamp").ok_or(Disbelief::Unsigned)?;
        let signature = header("x-slack-signature").ok_or(Disbelief::Unsigned)?;
        let hex = signature.strip_prefix("v0=").ok_or(Disbelief::Unsigned)?;
        let tag = HEXLOWER
            .decode(hex.as_bytes())
            .ok()
            .and_then(|tag| tag.try_into().ok())
            .ok_or(Disbelief::Unsigned)?;
        let seconds: i64 = timestamp.parse().map_err(|_| Disbelief::Unsigned)?;
        let signed_at = DateTime::from_timestamp(seconds, 0).ok_or(Disbelief::Unsigned)?;
        if seconds.abs_diff(now.timestamp()) > WINDOW {
            return Err(Disbelief::Stale);
        }
        Ok(Self {
            timestamp,
            signed_at,
            tag,
        })
    }
}

impl Verifier {
    pub(super) fn new(secret: &SecretString) -> Self {
        Self(Hmac::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes keys of any length"))
    }

    /// Whether `claim` is true of `body`, in constant time.
    pub(super) fn check(&self, claim: &Claim<'_>, body: &[u8]) -> Result<(), Disbelief> {
        let mut mac = self.0.clone();
        for part in [b"v0:", claim.timestamp.as_bytes(), b":", body] {
            mac.update(part);
        }
        mac.verify_slice(&claim.tag).map_err(|_| Disbelief::Forged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slacks_published_example_is_believed_in_its_window_only() {
        const BODY: &[u8] =
            b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let verifier = Verifier::new(&"8f742231b10e8888abcd99yyyzzz85a5".to_owned().into());
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", "1531420618".parse().unwrap());
        headers.insert(
            "x-slack-signature",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
                .parse()
                .unwrap(),
        );
        for (shift, believed) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
            let now = DateTime::from_timestamp(1_531_420_618 + shift, 0).unwrap();
            let result = Claim::read(&headers, now).and_then(|claim| verifier.check(&claim, BODY));
            assert_eq!(result.is_ok(), believed, "{shift} s");
        }
    }
}
