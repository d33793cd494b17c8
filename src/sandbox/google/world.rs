//! What the stand-in remembers: accounts, consents, tokens, calendars. Pure state; the wire is elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::id_token::Forgery;
use super::meet::MeetBehaviour;

/// Google ends the oldest refresh token silently when a client holds more than this of one account
/// (developers.google.com/identity/protocols/oauth2#expiration).
const MOST_REFRESH_TOKENS: usize = 100;

/// Somebody with a Google account and a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub email: String,
    /// The stable subject; the address may change, this never does.
    pub sub: String,
    /// The calendar's own time zone, an IANA name.
    pub zone: String,
    pub email_verified: bool,
    /// The Workspace domain, if the account belongs to one.
    pub hd: Option<String>,
}

impl Account {
    /// A verified private account; its subject is drawn from the address.
    pub fn new(email: &str, zone: &str) -> Self {
        let hash = Sha256::digest(email.as_bytes());
        let digits: String = hash.iter().take(20).map(|byte| char::from(b'0' + byte % 10)).collect();
        Self {
            email: email.to_owned(),
            sub: format!("1{digits}"),
            zone: zone.to_owned(),
            email_verified: true,
            hd: None,
        }
    }
}

/// A mail that Google would have sent to a guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub event: String,
    pub kind: MailKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailKind {
    Invited,
    Updated,
    Cancelled,
}

/// An authorization code, and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    pub sub: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub challenge: String,
    pub nonce: Option<String>,
    pub scopes: BTreeSet<String>,
    /// A refresh token comes with the first exchange.
    pub refreshable: bool,
    pub expires_at: DateTime<Utc>,
    pub used: bool,
}

/// An access or refresh token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub sub: String,
    pub client_id: String,
    pub scopes: BTreeSet<String>,
    /// Refresh tokens have no set end.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its place in the order of drawing.
    pub drawn: u64,
}

/// What can be set while it runs; not kept across restarts.
#[derive(Clone, Debug)]
pub struct Knobs {
    pub token_lifetime: Duration,
    pub meet: MeetBehaviour,
    /// Google may answer a first consent without a refresh token; so may we, this many times.
    pub withhold_refresh_tokens: usize,
    pub forgery: Option<Forgery>,
    /// What every token carries, so that no real store takes it for a real one.
    pub mark: &'static str,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            token_lifetime: Duration::from_secs(3599),
            meet: MeetBehaviour::default(),
            withhold_refresh_tokens: 0,
            forgery: None,
            mark: "sandbox-",
        }
    }
}

/// Everything.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct World {
    pub accounts: Vec<Account>,
    /// Who consented, to which client: account subject and client id.
    pub consents: BTreeSet<(String, String)>,
    pub codes: BTreeMap<String, Code>,
    pub refresh_tokens: BTreeMap<String, Token>,
    pub access_tokens: BTreeMap<String, Token>,
    /// Events by account subject, in the order of their making, deleted ones too.
    pub calendars: BTreeMap<String, Vec<Value>>,
    pub mails: Vec<Mail>,
    drawn: u64,
    #[serde(skip)]
    pub knobs: Knobs,
}

impl World {
    pub fn account(&self, email: &str) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.email.eq_ignore_ascii_case(email))
    }

    pub fn account_of(&self, sub: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.sub == sub)
    }

    /// An unguessable text that has not been drawn before, 43 characters of base64url.
    pub fn draw(&mut self, seed: &[u8; 32]) -> String {
        let hash = Sha256::new()
            .chain_update(seed)
            .chain_update(self.count().to_be_bytes())
            .finalize();
        BASE64URL_NOPAD.encode(&hash)
    }

    /// The next number in the order of drawing.
    pub fn count(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn
    }

    /// A new access token, as Google's look plus the sandbox's mark.
    pub fn issue_access(
        &mut self,
        seed: &[u8; 32],
        sub: &str,
        client_id: &str,
        scopes: &BTreeSet<String>,
        now: DateTime<Utc>,
    ) -> String {
        let (mark, drawn) = (self.knobs.mark, self.draw(seed));
        let token = format!("ya29.{mark}{drawn}");
        let expires_at = Some(now + self.knobs.token_lifetime);
        self.access_tokens
            .insert(token.clone(), self.token(sub, client_id, scopes, expires_at));
        token
    }

    /// A new refresh token; too many of one account end the oldest.
    pub fn issue_refresh(&mut self, seed: &[u8; 32], sub: &str, client_id: &str, scopes: &BTreeSet<String>) -> String {
        let (mark, drawn) = (self.knobs.mark, self.draw(seed));
        let token = format!("1//{mark}{drawn}");
        self.refresh_tokens
            .insert(token.clone(), self.token(sub, client_id, scopes, None));
        let mut same: Vec<(u64, String)> = self
            .refresh_tokens
            .iter()
            .filter(|(_, held)| held.sub == sub && held.client_id == client_id)
            .map(|(token, held)| (held.drawn, token.clone()))
            .collect();
        same.sort_unstable();
        for (_, oldest) in same.iter().rev().skip(MOST_REFRESH_TOKENS) {
            self.refresh_tokens.remove(oldest);
        }
        token
    }

    fn token(&self, sub: &str, client_id: &str, scopes: &BTreeSet<String>, expires_at: Option<DateTime<Utc>>) -> Token {
        Token {
            sub: sub.to_owned(),
            client_id: client_id.to_owned(),
            scopes: scopes.clone(),
            expires_at,
            drawn: self.drawn,
        }
    }

    /// The account takes its permission back: every token that it gave the client ends, and the next consent is a first one.
    pub fn revoke(&mut self, sub: &str, client_id: &str) {
        self.consents.remove(&(sub.to_owned(), client_id.to_owned()));
        self.refresh_tokens
            .retain(|_, held| held.sub != sub || held.client_id != client_id);
        self.access_tokens
            .retain(|_, held| held.sub != sub || held.client_id != client_id);
    }
}
