//! Acts about the person's Google account rather than an event.

use crate::app::App;
use crate::domain::account::GoogleAccount;
use crate::domain::act::{ConnectTried, DisconnectTried, Done, Fault, LinkChecked, SignInId};
use crate::domain::person::PersonId;
use crate::sql;
use crate::store::sign_ins;
use crate::store::sign_ins::{SignIn, Stage};
use crate::vault::{Ended, NoAccess};

use super::Step;

/// A link that was ended.
pub(in crate::app) struct EndedLink {
    pub account: GoogleAccount,
    /// Google heard of it, or need not.
    pub google_told: bool,
}

impl App {
    /// Whether a link is due at all.
    pub(super) async fn check_connection(&self, person: &PersonId) -> ConnectTried {
        match self.parts().vault.access(person).await {
            Ok(_) => match self.linked(person).await {
                Ok(Some(account)) => ConnectTried::Already(account),
                Ok(None) => ConnectTried::LinkDue,
                Err(fault) => ConnectTried::Failed(fault),
            },
            // Whom the organisation keeps out asked for it by themselves: Google's own page tells them more.
            Err(
                NoAccess::NotConnected
                | NoAccess::Revoked { .. }
                | NoAccess::MissingScope { .. }
                | NoAccess::Policy { .. },
            ) => ConnectTried::LinkDue,
            Err(none) => ConnectTried::Failed(self.no_access(none).fault().unwrap_or(Fault::Passing)),
        }
    }

    /// Ends the grant here first, so that nothing uses it any more, then at Google.
    pub(super) async fn disconnect(&self, person: &PersonId) -> DisconnectTried {
        match self.end_grant(person, person.as_str()).await {
            Ok(ended) => DisconnectTried::Disconnected(ended.map(|ended| ended.account)),
            Err(error) => DisconnectTried::Failed(self.operator_fault(&error.to_string())),
        }
    }

    pub(super) async fn expire_link(&self, sign_in: &SignInId) -> Step {
        let now = self.clock().now();
        let id = sign_in.clone();
        let ended = self
            .db()
            .write(move |tx| Ok::<_, sql::Error>((sign_ins::expire(tx, &id, now)?, sign_ins::find(tx, &id)?)))
            .await;
        let checked = |end| {
            Step::Done(Done::LinkChecked {
                sign_in: sign_in.clone(),
                end,
            })
        };
        match ended {
            Ok((true, _)) => checked(LinkChecked::Expired),
            // A code is awaited by now, which has a time of its own.
            Ok((
                false,
                Some(SignIn {
                    expires_at,
                    stage: Stage::Code { .. },
                    ..
                }),
            )) => Step::Later {
                after: (expires_at - now).to_std().ok(),
                word: None,
            },
            Ok((false, _)) => checked(LinkChecked::Moot),
            Err(error) => {
                tracing::error!(%error, "a sign-in could not be ended");
                Step::LATER
            }
        }
    }
}

impl App {
    async fn linked(&self, person: &PersonId) -> Result<Option<GoogleAccount>, Fault> {
        let (vault, person) = (self.parts().vault.clone(), person.clone());
        let linked = self.db().read(move |tx| vault.linked(tx, &person)).await;
        linked
            .map(|linked| linked.map(|linked| linked.account))
            .map_err(|error| self.operator_fault(&error.to_string()))
    }

    /// Ends the grant on behalf of `by`: here, and at Google where nobody else uses the account.
    pub(in crate::app) async fn end_grant(&self, person: &PersonId, by: &str) -> Result<Option<EndedLink>, sql::Error> {
        let vault = &self.parts().vault;
        // Where it can't be read the grant still ends here; it is only Google that does not hear of it.
        let refresh_token = vault.refresh_token_for_revoke(person).await;
        let Some(ended) = self.tombstone(person, by).await? else {
            return Ok(None);
        };
        vault.adopted(person, ended.version);
        let told = match refresh_token {
            Ok(Some(token)) if ended.last => self
                .parts()
                .oauth
                .revoke(&token)
                .await
                .map_err(|trouble| trouble.to_string()),
            Err(none) if ended.last => Err(none.to_string()),
            Ok(_) | Err(_) => Ok(()),
        };
        if let Err(trouble) = &told {
            tracing::warn!(%person, %trouble, "disconnected here, but Google could not be told");
        }
        Ok(Some(EndedLink {
            account: ended.account,
            google_told: told.is_ok(),
        }))
    }

    async fn tombstone(&self, person: &PersonId, by: &str) -> Result<Option<Ended>, sql::Error> {
        let (app, person, by) = (self.clone(), person.clone(), by.to_owned());
        self.db()
            .write(move |tx| {
                let ended = app.parts().vault.end(tx, &person)?;
                if let Some(ended) = &ended {
                    let whose = if by == person.as_str() {
                        String::new()
                    } else {
                        format!(" of {person}")
                    };
                    app.note(tx, &by, "disconnected", &format!("{}{whose}", ended.account.masked()))?;
                }
                Ok(ended)
            })
            .await
    }
}
