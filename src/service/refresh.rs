//! The vault refreshes without knowing Google: what Google says is put into the vault's words here.

use std::sync::Arc;

use futures_util::FutureExt;

use crate::clock::Clock;
use crate::google::{OAuth, Trouble};
use crate::vault::{Fresh, NotRefreshed, Refresh};

/// Refreshes at `oauth`'s token endpoint.
pub(super) fn by(oauth: Arc<OAuth>, clock: Clock) -> Refresh {
    Arc::new(move |refresh_token| {
        let (oauth, clock) = (oauth.clone(), clock.clone());
        async move {
            let tokens = oauth.refresh(&refresh_token).await.map_err(sorted)?;
            Ok(Fresh {
                expires_in: (tokens.expires_at - clock.now()).to_std().unwrap_or_default(),
                access_token: tokens.access_token,
                refresh_token: tokens.refresh_token,
            })
        }
        .boxed()
    })
}

fn sorted(trouble: Trouble) -> NotRefreshed {
    match trouble {
        Trouble::Revoked { reason } => NotRefreshed::Revoked { reason },
        Trouble::Unreachable { what, retry_after } => NotRefreshed::Unreachable { what, retry_after },
        Trouble::Misconfigured { what } => NotRefreshed::Misconfigured { what },
        Trouble::Policy { what } => NotRefreshed::Policy { what },
        // The token endpoint says none of these. Should it ever: trouble of ours, never the end of a grant.
        other @ (Trouble::Unauthorized
        | Trouble::MissingScope
        | Trouble::NotFound
        | Trouble::Gone
        | Trouble::Duplicate
        | Trouble::Edited
        | Trouble::Refused { .. }
        | Trouble::BadIdToken { .. }) => NotRefreshed::Misconfigured {
            what: other.to_string(),
        },
    }
}
