//! Who has credentials here, from the database alone.

use super::Vault;
use super::rows;
use crate::args;
use crate::domain::account::mask_email;
use crate::domain::admin::Who;
use crate::domain::inspection::{Health, Listed, Listing};
use crate::domain::person::PersonId;
use crate::sql::{Error, Row, Tx};

impl Vault {
    /// Everybody whom `who` may mean, in order. Somebody named in full is meant even if nothing is known of them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(&self, tx: &mut Tx<'_>, who: &Who) -> Result<Vec<PersonId>, Error> {
        match who {
            Who::Person(person) => Ok(vec![person.clone()]),
            Who::Email(email) => tx.rows(
                "SELECT person FROM grants WHERE LOWER(account_email) = $1 ORDER BY person",
                args![email],
                |row| row.parse(0, PersonId::parse),
            ),
            Who::User(user) => {
                let ending = format!("%:{user}");
                let found = tx.rows(
                    "SELECT person FROM grants WHERE person LIKE $1 UNION SELECT id FROM people WHERE id LIKE $1 ORDER BY 1",
                    args![&ending],
                    |row| row.parse(0, PersonId::parse),
                )?;
                // An underscore stands for anything in LIKE.
                Ok(found.into_iter().filter(|person| person.user() == user).collect())
            }
        }
    }

    /// The first `limit` people who have, or had, a grant.
    ///
    /// # Errors
    /// When the database fails, or a row makes no sense.
    pub fn list(&self, tx: &mut Tx<'_>, limit: i64) -> Result<Listing, Error> {
        let people = tx.rows(
            "SELECT g.person, g.version, g.state, g.reason, g.account_email, g.written_at, p.handle, \
             (SELECT COUNT(*) FROM grant_journal j WHERE j.person = g.person), \
             (SELECT COUNT(*) FROM grant_quarantine q WHERE q.person = g.person) \
             FROM grants g LEFT JOIN people p ON p.id = g.person ORDER BY g.person LIMIT $1",
            args![limit],
            listed,
        )?;
        let total = tx.row("SELECT COUNT(*) FROM grants", args![], |row| row.get(0))?;
        Ok(Listing {
            people,
            total: total.unwrap_or_default(),
        })
    }

    /// These people, whether or not they have a grant.
    ///
    /// # Errors
    /// When the database fails, or a row makes no sense.
    pub fn list_of(&self, tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Listing, Error> {
        let mut found = Vec::new();
        for person in people {
            let row = tx.row(
                "SELECT g.person, g.version, g.state, g.reason, g.account_email, g.written_at, p.handle, \
                 (SELECT COUNT(*) FROM grant_journal j WHERE j.person = g.person), \
                 (SELECT COUNT(*) FROM grant_quarantine q WHERE q.person = g.person) \
                 FROM grants g LEFT JOIN people p ON p.id = g.person WHERE g.person = $1",
                args![person.as_str()],
                listed,
            )?;
            found.push(row.unwrap_or_else(|| stranger(person)));
        }
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        Ok(Listing { people: found, total })
    }

    /// Everybody of whom there is a row.
    ///
    /// # Errors
    /// When the database fails.
    pub fn everybody(&self, tx: &mut Tx<'_>) -> Result<Vec<PersonId>, Error> {
        rows::everybody(tx)
    }
}

/// The clients, besides `ours`, with which grants that are in use were got, and how many with each.
///
/// # Errors
/// When the database fails.
pub fn other_clients(tx: &mut Tx<'_>, ours: &str) -> Result<Vec<(String, i64)>, Error> {
    tx.rows(
        "SELECT client_id, COUNT(*) FROM grants WHERE state = 'alive' AND client_id <> $1 GROUP BY client_id ORDER BY client_id",
        args![ours],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

fn stranger(person: &PersonId) -> Listed {
    Listed {
        person: person.clone(),
        name: person.user().to_owned(),
        account: None,
        health: Health::NotConnected,
        version: None,
        written_at: None,
        awaited_by: 0,
        set_aside: 0,
    }
}

fn listed(row: &Row<'_>) -> Result<Listed, Error> {
    let person = row.parse(0, PersonId::parse)?;
    let state: String = row.get(2)?;
    let name: Option<String> = row.get(6)?;
    Ok(Listed {
        name: name.unwrap_or_else(|| person.user().to_owned()),
        person,
        version: Some(row.get(1)?),
        health: match state.as_str() {
            "alive" => Health::Connected,
            "revoked" => Health::Revoked {
                reason: row.get::<Option<String>>(3)?.unwrap_or_default(),
            },
            "tombstone" => Health::Disconnected,
            other => return Err(Error::Nonsense(format!("a grant's state is {other:?}"))),
        },
        account: row.get::<Option<String>>(4)?.as_deref().map(mask_email),
        written_at: Some(row.get(5)?),
        awaited_by: row.get(7)?,
        set_aside: row.get(8)?,
    })
}
