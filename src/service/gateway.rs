//! Where Discord's gateway session outlives the process: a row, its id sealed.

use std::sync::Arc;

use async_trait::async_trait;

use super::leader::Leader;
use crate::discord::{NotKept, Saved, Session, Sessions};
use crate::seal::KeyRing;
use crate::sql::{self, Db};
use crate::store::gateway::{self, GatewaySession};

/// Sessions in the database, written by the replica that has the gateway.
pub(super) struct Rows {
    pub db: Db,
    pub keys: Arc<KeyRing>,
    pub leader: Leader,
}

#[async_trait]
impl Sessions for Rows {
    async fn load(&self, application: &str) -> Result<Option<Saved>, NotKept> {
        let name = application.to_owned();
        let (row, identified_at) = self
            .db
            .read(move |tx| Ok::<_, sql::Error>((gateway::load(tx, &name)?, gateway::identifies(tx, &name)?)))
            .await
            .map_err(not_kept)?;
        // One that does not open is no loss: Discord gives a new one.
        let session = row.and_then(|row| self.opened(application, row));
        Ok(Some(Saved { session, identified_at }))
    }

    async fn save(&self, application: &str, saved: &Saved) -> Result<(), NotKept> {
        let name = application.to_owned();
        let row = saved.session.as_ref().map(|session| self.sealed(application, session));
        let identified_at = saved.identified_at.clone();
        let leader = self.leader.clone();
        self.db
            .write(move |tx| {
                if !leader.is_ours(tx)? {
                    return Err(sql::Error::Failed("another replica has the gateway".to_owned()));
                }
                gateway::save(tx, &name, row.as_ref())?;
                gateway::save_identifies(tx, &name, &identified_at)
            })
            .await
            .map_err(not_kept)
    }
}

impl Rows {
    fn sealed(&self, application: &str, session: &Session) -> GatewaySession {
        GatewaySession {
            session_id: self.keys.seal(&context(application), session.id.as_bytes()),
            resume_url: session.resume_url.clone(),
            sequence: i64::try_from(session.seq).unwrap_or(i64::MAX),
        }
    }

    fn opened(&self, application: &str, row: GatewaySession) -> Option<Session> {
        let id = self.keys.open(&context(application), &row.session_id).ok()?;
        Some(Session {
            id: String::from_utf8(id).ok()?,
            resume_url: row.resume_url,
            seq: u64::try_from(row.sequence).ok()?,
        })
    }
}

/// What a session's id is sealed together with.
pub(super) fn context(application: &str) -> String {
    format!("discord session|{application}")
}

fn not_kept(error: sql::Error) -> NotKept {
    tracing::error!(%error, "Discord's session could not be kept");
    NotKept
}
