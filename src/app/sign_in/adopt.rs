//! Putting a grant into force.

use crate::app::App;
use crate::domain::person::PersonId;
use crate::sql::{Error, Tx};
use crate::vault::{NewAccess, NewGrant, NotAdopted};

/// A grant that the transaction under way has taken in: the vault is to be told once that is durable.
#[derive(Debug)]
pub(in crate::app) struct Adopted {
    pub person: PersonId,
    pub version: i64,
    /// The access token that came with it, if this process still has it.
    pub access: Option<NewAccess>,
}

impl App {
    /// Takes a proven grant in, inside the caller's transaction, and notes it. The vault is told after the commit.
    pub(super) fn adopt(
        &self,
        tx: &mut Tx<'_>,
        person: &PersonId,
        grant: NewGrant,
        access: Option<NewAccess>,
    ) -> Result<Adopted, Error> {
        let masked = grant.account.masked();
        let version = self
            .parts()
            .vault
            .adopt(tx, person, grant)
            .map_err(|error| match error {
                NotAdopted::Sql(error) => error,
                refused => Error::Failed(refused.to_string()),
            })?;
        self.note(tx, person.as_str(), "connected", &masked)?;
        Ok(Adopted {
            person: person.clone(),
            version,
            access,
        })
    }
}
