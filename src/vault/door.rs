//! What a grant must be to be let in, and to be used when it is found in a tier.

use secrecy::ExposeSecret;

use super::grant::{Grant, NewGrant};

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

/// Why a grant is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Ask again with `prompt=consent`, once.
    #[error("Google sent no refresh token")]
    NoRefreshToken,
    /// A box on Google's screen was left unticked.
    #[error("the permission {scope} was not granted")]
    MissingScope { scope: String },
    #[error("client_id {found:?} is not the configured client")]
    OtherClient { found: String },
    #[error("a credential of the sandbox")]
    Sandbox,
}

/// What the sandbox puts into every refresh token that it issues.
const SANDBOX_MARK: &str = "sandbox-";

impl Door {
    /// Judges a grant that wants in.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn admit(&self, grant: &NewGrant) -> Result<(), Refused> {
        self.judge(grant.refresh_token.expose_secret(), &grant.client_id)?;
        self.missing(&grant.scopes).map_or(Ok(()), |scope| {
            Err(Refused::MissingScope {
                scope: scope.to_owned(),
            })
        })
    }

    /// Judges a grant that was found in a tier: one that breaks a rule is poison, and another tier's copy is used.
    pub(super) fn at_rest(&self, grant: &Grant) -> Result<(), Refused> {
        self.judge(grant.refresh_token.expose_secret(), &grant.client_id)
    }

    /// The first needed scope that is not among `granted`.
    pub(super) fn missing(&self, granted: &[String]) -> Option<&str> {
        self.scopes
            .iter()
            .find(|needed| !granted.contains(needed))
            .map(String::as_str)
    }

    fn judge(&self, refresh_token: &str, client_id: &str) -> Result<(), Refused> {
        if refresh_token.trim().is_empty() {
            Err(Refused::NoRefreshToken)
        } else if client_id != self.client_id {
            Err(Refused::OtherClient {
                found: client_id.to_owned(),
            })
        } else if refresh_token.contains(SANDBOX_MARK) && !self.sandbox {
            Err(Refused::Sandbox)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::domain::account::GoogleAccount;

    #[test]
    fn t11_the_door_names_the_rule_that_a_grant_breaks() {
        let real = Door {
            client_id: "ours".into(),
            scopes: vec!["calendar".into()],
            sandbox: false,
        };
        let sandbox = Door {
            sandbox: true,
            ..real.clone()
        };
        let other = || {
            Err(Refused::OtherClient {
                found: "test_client".into(),
            })
        };
        let missing = || {
            Err(Refused::MissingScope {
                scope: "calendar".into(),
            })
        };
        for (door, token, client_id, scopes, expected) in [
            (&real, "1//abc", "ours", &["openid", "calendar"][..], Ok(())),
            (&real, "", "ours", &["calendar"], Err(Refused::NoRefreshToken)),
            (&real, "  ", "ours", &["calendar"], Err(Refused::NoRefreshToken)),
            (&real, "1//abc", "test_client", &["calendar"], other()),
            (&real, "1//abc", "ours", &["openid"], missing()),
            (&real, "1//sandbox-abc", "ours", &["calendar"], Err(Refused::Sandbox)),
            (&sandbox, "1//sandbox-abc", "ours", &["calendar"], Ok(())),
        ] {
            let grant = NewGrant {
                account: GoogleAccount {
                    sub: "1".into(),
                    email: "a@example.org".into(),
                },
                refresh_token: SecretString::from(token),
                scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
                client_id: client_id.to_owned(),
            };
            assert_eq!(door.admit(&grant), expected, "{token:?} {client_id} {scopes:?}");
        }
    }
}
