//! The database tier: sealed rows beside everything else that the service keeps. For fleets: replicas share one PostgreSQL, and the
//! one key that opens the rows lies elsewhere.

use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;

use super::tier::{Put, Record, Tier, TierDown};
use crate::args;
use crate::clock::Clock;
use crate::domain::person::PersonId;
use crate::sql::{Db, Error, Tx};

/// Sealed records and access tokens in SQL.
pub struct Database {
    db: Db,
    clock: Clock,
}

impl Database {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    async fn write<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, TierDown> {
        self.db.write(body).await.map_err(down)
    }

    async fn read<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, TierDown> {
        self.db.read(body).await.map_err(down)
    }
}

fn down(error: Error) -> TierDown {
    TierDown(error.to_string())
}

fn record(tx: &mut Tx<'_>, person: &PersonId) -> Result<Option<Record>, Error> {
    tx.row(
        "SELECT version, sealed FROM sealed_grants WHERE person = $1",
        args![person.as_str()],
        |row| {
            Ok(Record {
                version: row.get(0)?,
                sealed: row.get(1)?,
            })
        },
    )
}

#[async_trait]
impl Tier for Database {
    fn name(&self) -> &'static str {
        "database"
    }

    fn place(&self, person: &PersonId) -> String {
        format!("the row of {person} in sealed_grants")
    }

    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        let person = person.clone();
        self.read(move |tx| record(tx, &person)).await
    }

    async fn put(&self, person: &PersonId, put: &Record) -> Result<Put, TierDown> {
        let (person, put) = (person.clone(), put.clone());
        self.write(move |tx| {
            let changed = tx.execute(
                "INSERT INTO sealed_grants (person, version, sealed) VALUES ($1, $2, $3) \
                 ON CONFLICT (person) DO UPDATE SET version = excluded.version, sealed = excluded.sealed \
                 WHERE excluded.version >= sealed_grants.version",
                args![person.as_str(), put.version, &put.sealed],
            )?;
            Ok(match (changed, record(tx, &person)?) {
                (0, Some(present)) => Put::Outranked(present),
                _ => Put::Kept,
            })
        })
        .await
    }

    async fn remove(&self, person: &PersonId, gone: &Record) -> Result<(), TierDown> {
        let (person, gone) = (person.clone(), gone.clone());
        self.write(move |tx| {
            tx.execute(
                "DELETE FROM sealed_grants WHERE person = $1 AND version = $2 AND sealed = $3",
                args![person.as_str(), gone.version, &gone.sealed],
            )
        })
        .await
        .map(|_| ())
    }

    async fn people(&self) -> Result<Vec<PersonId>, TierDown> {
        self.read(|tx| {
            tx.rows("SELECT person FROM sealed_grants", args![], |row| {
                row.parse(0, PersonId::parse)
            })
        })
        .await
    }

    async fn access(&self, person: &PersonId) -> Result<Option<Vec<u8>>, TierDown> {
        let (person, now) = (person.clone(), self.clock.now());
        self.read(move |tx| {
            tx.row(
                "SELECT sealed FROM sealed_access WHERE person = $1 AND expires_at > $2",
                args![person.as_str(), now],
                |row| row.get(0),
            )
        })
        .await
    }

    async fn keep_access(&self, person: &PersonId, sealed: &[u8], life: Duration) -> Result<(), TierDown> {
        let life = TimeDelta::from_std(life).unwrap_or(TimeDelta::days(1));
        let (person, sealed, until) = (person.clone(), sealed.to_vec(), self.clock.now() + life);
        self.write(move |tx| {
            tx.execute(
                "INSERT INTO sealed_access (person, sealed, expires_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at",
                args![person.as_str(), &sealed, until],
            )
        })
        .await
        .map(|_| ())
    }

    async fn tidy(&self) -> Result<(), TierDown> {
        let now = self.clock.now();
        let expired = self
            .read(move |tx| {
                tx.row(
                    "SELECT 1 FROM sealed_access WHERE expires_at <= $1 LIMIT 1",
                    args![now],
                    |row| row.get::<i64>(0),
                )
            })
            .await?;
        if expired.is_none() {
            return Ok(());
        }
        self.write(move |tx| tx.execute("DELETE FROM sealed_access WHERE expires_at <= $1", args![now]))
            .await
            .map(|_| ())
    }
}
