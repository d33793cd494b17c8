//! What a grant must be to be let in, and to be used when it is found in a tier.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;

use super::grant::{Grant, NewGrant};
use crate::telltale::{Telltale, telltale};

/// How far two clocks of one fleet may differ.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(4);

/// The policy at the vault's door.
#[derive(Clone, Debug)]
pub struct Door {
    /// The configured OAuth client (`GOOGLE_CLIENT_ID`): a refresh token works with the client it was made for, and no other.
    pub client_id: String,
    /// The scopes without which a grant is of no use.
    pub scopes: Vec<String>,
    /// This is the sandbox: credentials that carry its mark are welcome here and nowhere else.
    pub sandbox: bool,
}

/// Why a grant is not let in, or is poison where it lies. Never holds a part of a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Ask again with `prompt=consent`, once.
    #[error("Google sent no refresh token")]
    NoRefreshToken,
    /// Whatever it is, Google never issued it as a refresh token.
    #[error("its refresh token is none: it {why}")]
    NotARefreshToken { why: &'static str },
    /// A box on Google's screen was left unticked. At rest it is named, and its person is asked to sign in again.
    #[error("the permission {scope} was not granted")]
    MissingScope { scope: String },
    #[error("client_id {found:?} is not the configured client")]
    OtherClient { found: String },
    #[error("its {field} is a placeholder (“{word}”)")]
    Placeholder { field: &'static str, word: &'static str },
    #[error("its {field} is a test's (“{word}”)")]
    Test { field: &'static str, word: &'static str },
    #[error("a credential of the sandbox")]
    Sandbox,
    /// By more than [`CLOCK_SKEW`].
    #[error("written at {written_at}, which is still to come")]
    FromTheFuture { written_at: DateTime<Utc> },
}

impl Refused {
    /// The rule's name, for listings and scripts.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::NoRefreshToken => "no-refresh-token",
            Self::NotARefreshToken { .. } => "not-a-refresh-token",
            Self::MissingScope { .. } => "missing-scope",
            Self::OtherClient { .. } => "other-client",
            Self::Placeholder { .. } => "placeholder",
            Self::Test { .. } => "test-credential",
            Self::Sandbox => "sandbox-credential",
            Self::FromTheFuture { .. } => "from-the-future",
        }
    }
}

/// What the sandbox puts into every refresh token that it issues.
const SANDBOX_MARK: &str = "sandbox-";

/// Google's refresh tokens have up to 512 bytes: <https://developers.google.com/identity/protocols/oauth2#size>.
const LONGEST_TOKEN: usize = 512;

/// The beginnings of things that are kept where a refresh token should be, by mistake.
const OTHER_THINGS: [(&str, &str); 6] = [
    ("ya29.", "is an access token"),
    ("4/", "is an authorization code"),
    ("eyJ", "is a JSON web token"),
    ("GOCSPX-", "is a client secret"),
    ("Bearer", "is a header's value"),
    ("http", "is an address"),
];

impl Door {
    /// Judges a grant that wants in.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn admit(&self, grant: &NewGrant) -> Result<(), Refused> {
        self.judge(grant.refresh_token.expose_secret(), &grant.client_id)?;
        self.all_scopes(&grant.scopes)
    }

    /// Judges a grant that was found in a tier: one that breaks a rule is poison, and another tier's copy is used. A missing scope
    /// is none: the grant is real. `vouched` is the version of which SQL says that it was written: its date may be off, since
    /// it was one of our own clocks that was.
    pub(super) fn at_rest(&self, grant: &Grant, vouched: Option<i64>, now: DateTime<Utc>) -> Result<(), Refused> {
        self.judge(grant.refresh_token.expose_secret(), &grant.client_id)?;
        let written_at = grant.written_at;
        if written_at > now + CLOCK_SKEW && vouched != Some(grant.version) {
            return Err(Refused::FromTheFuture { written_at });
        }
        Ok(())
    }

    /// # Errors
    /// The first needed scope that is not among `granted`.
    pub(super) fn all_scopes(&self, granted: &[String]) -> Result<(), Refused> {
        let missing = self.scopes.iter().find(|needed| !granted.contains(needed));
        missing.map_or(Ok(()), |scope| Err(Refused::MissingScope { scope: scope.clone() }))
    }

    fn judge(&self, refresh_token: &str, client_id: &str) -> Result<(), Refused> {
        if refresh_token.trim().is_empty() {
            return Err(Refused::NoRefreshToken);
        }
        if client_id != self.client_id {
            return Err(Refused::OtherClient {
                found: shown(client_id),
            });
        }
        if let Some(why) = strange(refresh_token) {
            return Err(Refused::NotARefreshToken { why });
        }
        if self.sandbox {
            return Ok(());
        }
        if refresh_token.contains(SANDBOX_MARK) {
            return Err(Refused::Sandbox);
        }
        for (field, value) in [("client_id", client_id), ("refresh token", refresh_token)] {
            match telltale(value) {
                Some(Telltale::Placeholder(word)) => return Err(Refused::Placeholder { field, word }),
                Some(Telltale::Test(word)) => return Err(Refused::Test { field, word }),
                None => {}
            }
        }
        Ok(())
    }
}

/// Why this can't be a refresh token of Google's.
fn strange(token: &str) -> Option<&'static str> {
    if token.len() > LONGEST_TOKEN {
        return Some("is longer than 512 bytes");
    }
    // RFC 6749, appendix A.17, without the space, which Google never uses.
    if !token.chars().all(|c| c.is_ascii_graphic()) {
        return Some("holds spaces, control characters or letters that no token has");
    }
    let other = OTHER_THINGS.iter().find(|(start, _)| token.starts_with(start));
    other.map(|(_, what)| *what)
}

/// A client id is no secret; but what stands in its place may be one.
fn shown(client_id: &str) -> String {
    if OTHER_THINGS.iter().any(|(start, _)| client_id.starts_with(start)) || client_id.starts_with("1//") {
        return "•••".to_owned();
    }
    client_id.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::domain::account::GoogleAccount;
    use crate::domain::person::PersonId;

    fn door() -> Door {
        Door {
            client_id: "ours".into(),
            scopes: vec!["calendar".into()],
            sandbox: false,
        }
    }

    fn grant(token: &str, client_id: &str, scopes: &[&str]) -> NewGrant {
        NewGrant {
            account: GoogleAccount {
                sub: "1".into(),
                email: "a@example.org".into(),
            },
            refresh_token: SecretString::from(token),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            client_id: client_id.to_owned(),
        }
    }

    /// The rule that catches it at the door, and the one that catches it at rest.
    fn caught(door: &Door, grant: NewGrant) -> [&'static str; 2] {
        let name = |judged: Result<(), Refused>| judged.err().map_or("", |refused| refused.rule());
        let at_door = name(door.admit(&grant));
        let now = DateTime::UNIX_EPOCH;
        let at_rest = name(door.at_rest(&grant.numbered(&PersonId::console("ana"), 1, now), None, now));
        [at_door, at_rest]
    }

    #[test]
    fn t07_the_door_names_the_rule_that_a_grant_breaks_and_poison_is_flagged_at_rest() {
        let sandbox = Door {
            sandbox: true,
            ..door()
        };
        let all = &["openid", "calendar"][..];
        let long = format!("1//{}", "a".repeat(600));
        for (door, token, client_id, scopes, rule) in [
            (&door(), "1//0k3v", "ours", all, ""),
            (&door(), "", "ours", all, "no-refresh-token"),
            (&door(), " \n ", "ours", all, "no-refresh-token"),
            (&door(), "1//0k3v", "test_client", all, "other-client"),
            (&door(), "1//0k3v", "", all, "other-client"),
            (&door(), "1//0k 3v", "ours", all, "not-a-refresh-token"),
            (&door(), "1//0k3v\n", "ours", all, "not-a-refresh-token"),
            (&door(), "1//0k3v\0", "ours", all, "not-a-refresh-token"),
            (&door(), "1//äk3v", "ours", all, "not-a-refresh-token"),
            (&door(), &long, "ours", all, "not-a-refresh-token"),
            (&door(), "ya29.a0Abc", "ours", all, "not-a-refresh-token"),
            (&door(), "4/0Abc", "ours", all, "not-a-refresh-token"),
            (&door(), "eyJhbGciOi", "ours", all, "not-a-refresh-token"),
            (&door(), "YOUR_REFRESH_TOKEN", "ours", all, "placeholder"),
            (&door(), "changeme", "ours", all, "placeholder"),
            (&door(), "xxx", "ours", all, "placeholder"),
            (&door(), "<refresh-token>", "ours", all, "placeholder"),
            (&door(), "example", "ours", all, "placeholder"),
            (&door(), "test_refresh_token", "ours", all, "test-credential"),
            (&door(), "1//sandbox-0123456789", "ours", all, "sandbox-credential"),
            (&sandbox, "1//sandbox-0123456789", "ours", all, ""),
            (&sandbox, "test_refresh_token", "ours", all, ""),
            (&sandbox, "1//0k3v", "test_client", all, "other-client"),
        ] {
            let found = caught(door, grant(token, client_id, scopes));
            assert_eq!(found, [rule, rule], "{token:?} {client_id}");
        }
        // A door that was itself set up with a test client keeps everything out.
        let test = Door {
            client_id: "test_client".into(),
            ..door()
        };
        assert_eq!(
            caught(&test, grant("1//0k3v", "test_client", all)),
            ["test-credential"; 2]
        );
    }

    #[test]
    fn t11_a_missing_scope_is_refused_at_the_door_and_no_poison_at_rest() {
        assert_eq!(
            caught(&door(), grant("1//0k3v", "ours", &["openid"])),
            ["missing-scope", ""]
        );
        let refused = door().admit(&grant("1//0k3v", "ours", &["openid"])).unwrap_err();
        assert_eq!(refused.to_string(), "the permission calendar was not granted");
    }

    #[test]
    fn t07_a_date_from_the_future_is_poison_unless_our_own_row_vouches_for_it() {
        let now = DateTime::UNIX_EPOCH;
        for (ahead, vouched, poison) in [
            (TimeDelta::minutes(4), None, false),
            (TimeDelta::minutes(5), None, true),
            (TimeDelta::minutes(5), Some(6), true),
            (TimeDelta::days(5), Some(7), false),
        ] {
            let grant = grant("1//0k3v", "ours", &["calendar"]).numbered(&PersonId::console("ana"), 7, now + ahead);
            assert_eq!(
                door().at_rest(&grant, vouched, now).is_err(),
                poison,
                "{ahead} {vouched:?}"
            );
        }
    }

    #[test]
    fn no_secret_is_told_with_a_refusal() {
        for misplaced in ["1//canary-1", "ya29.canary-2", "GOCSPX-canary-3"] {
            for grant in [grant("1//0k3v", misplaced, &[]), grant(misplaced, "ours", &["openid"])] {
                let refused = door().admit(&grant).unwrap_err();
                assert!(!format!("{refused} {refused:?}").contains("canary"), "{refused}");
            }
        }
    }
}
