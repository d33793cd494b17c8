//! Which processes work on the database, each known by its heartbeat, and what each of them holds alone.
//!
//! A replica that has not been heard for [`SILENT`] heartbeats of another one is taken to be gone: its number is struck off, and
//! what was leased to it is free. No two machines' clocks are compared. One that was only paused finds that its number is gone and
//! goes on under another; what it still does under the old one is refused, since whoever writes says under which number they lease.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::value::{Arg, Column, Value};
use super::{Error, Tx};

/// Between two heartbeats.
pub const BEAT: Duration = Duration::from_secs(2);

/// So many heartbeats of ours without one of theirs: they are gone. With [`BEAT`], eight to ten seconds.
const SILENT: u32 = 4;

/// The number under which a process leases. None is used twice, so it also tells two lives of one process apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Holder(i64);

impl Holder {
    /// From unpredictable bytes.
    pub const fn new(bytes: [u8; 8]) -> Self {
        // Zero stands for nobody.
        Self((i64::from_le_bytes(bytes) & i64::MAX) | 1)
    }

    const NOBODY: Self = Self(0);
}

impl From<Holder> for Arg<'_> {
    fn from(holder: Holder) -> Self {
        Self::Int(holder.0)
    }
}

impl Column for Holder {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        i64::read(value).map(Self)
    }
}

/// What a replica tells the others of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The name of the key that it seals under.
    pub key: String,
    /// Where it runs, in words for an operator.
    pub place: String,
}

/// A replica as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    pub holder: Holder,
    pub beats: i64,
    pub about: About,
}

/// This process, among those that work on the same database.
pub struct Replica {
    number: AtomicI64,
    /// How often each of the others had beaten, and how many beats of ours ago that changed.
    heard: Mutex<HashMap<Holder, (i64, u32)>>,
}

/// What may be held by one process at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lease {
    /// It is ours; here is what whoever had it last left for the next.
    Ours {
        left: Option<Vec<u8>>,
    },
    Taken,
}

impl Replica {
    pub(super) fn new() -> Self {
        Self {
            number: AtomicI64::new(Holder::NOBODY.0),
            heard: Mutex::default(),
        }
    }

    /// The number that we were last known by; whether it still stands, a transaction alone can say ([`Replica::standing`]).
    pub fn holder(&self) -> Holder {
        Holder(self.number.load(Ordering::Acquire))
    }

    /// The number under which to lease in this transaction. `None` for one that has been struck off, until its next beat: what it
    /// leased would be nobody's, and be handed on while it works.
    ///
    /// # Errors
    /// When the database fails.
    pub fn standing(&self, tx: &mut Tx<'_>) -> Result<Option<Holder>, Error> {
        tx.row(
            "SELECT id FROM replicas WHERE id = $1",
            &[self.holder().into()],
            |row| row.get(0),
        )
    }

    /// Tells the others that we are here, under the number `fresh` if ours is not known (any more), and what they may know `about`
    /// us. True when somebody has gone since the last beat: what was leased to them is free.
    ///
    /// # Errors
    /// When the database fails.
    pub fn beat(&self, tx: &mut Tx<'_>, fresh: Holder, about: &About) -> Result<bool, Error> {
        let known = tx.execute(
            "UPDATE replicas SET beats = beats + 1 WHERE id = $1",
            &[self.holder().into()],
        )?;
        if known == 0 {
            self.enter(tx, fresh, about)?;
        }
        let others = tx.rows(
            "SELECT id, beats FROM replicas WHERE id <> $1",
            &[self.holder().into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (silent, left) = self.listen(&others);
        for holder in &silent {
            tracing::warn!("a replica has fallen silent: its work is taken over");
            tx.execute("DELETE FROM replicas WHERE id = $1", &[(*holder).into()])?;
        }
        Ok(left || !silent.is_empty())
    }

    /// The number changes before the commit: until then, and if there is none, it does not stand.
    fn enter(&self, tx: &mut Tx<'_>, fresh: Holder, about: &About) -> Result<(), Error> {
        let before = self.number.swap(fresh.0, Ordering::AcqRel);
        if before != Holder::NOBODY.0 {
            tracing::warn!("this replica was taken to be gone: what it had begun, another one ends");
        }
        tx.execute(
            "INSERT INTO replicas (id, beats, first_key, place) VALUES ($1, 0, $2, $3)",
            &[fresh.into(), about.key.as_str().into(), about.place.as_str().into()],
        )?;
        Ok(())
    }

    /// Everybody who is here, or has gone without a word.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Other>, Error> {
        tx.rows(
            "SELECT id, beats, first_key, place FROM replicas ORDER BY place",
            &[],
            |row| {
                Ok(Other {
                    holder: row.get(0)?,
                    beats: row.get(1)?,
                    about: About {
                        key: row.get(2)?,
                        place: row.get(3)?,
                    },
                })
            },
        )
    }

    /// Who has been silent for too long, and whether somebody has left.
    fn listen(&self, others: &[(Holder, i64)]) -> (Vec<Holder>, bool) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::take(&mut *heard);
        let mut silent = Vec::new();
        for (holder, beats) in others {
            let ago = match before.get(holder) {
                Some((last, ago)) if last == beats => ago + 1,
                _ => 0,
            };
            if ago < SILENT {
                heard.insert(*holder, (*beats, ago));
            } else {
                silent.push(*holder);
            }
        }
        let left = before.keys().any(|holder| others.iter().all(|(id, _)| id != holder));
        (silent, left)
    }

    /// Ends our part: what is leased to us is free.
    ///
    /// # Errors
    /// When the database fails.
    pub fn leave(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.execute("DELETE FROM replicas WHERE id = $1", &[self.holder().into()])?;
        Ok(())
    }

    /// Strikes off whoever was here: nobody but us can be at work on this database.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin_alone(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.execute("DELETE FROM replicas", &[])?;
        Ok(())
    }

    /// Takes a lease, unless somebody else who is alive has it. Who was struck off gets none; who never was here (an operator's
    /// command) uses one that is free, and keeps nobody else from it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn take(&self, tx: &mut Tx<'_>, name: &str) -> Result<Lease, Error> {
        if self.holder() != Holder::NOBODY && self.standing(tx)?.is_none() {
            return Ok(Lease::Taken);
        }
        let taken = tx.row(
            "INSERT INTO leases (name, holder) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder \
             WHERE leases.holder = excluded.holder OR leases.holder NOT IN (SELECT id FROM replicas) RETURNING left_behind",
            &[name.into(), self.holder().into()],
            |row| row.get(0),
        )?;
        Ok(taken.map_or(Lease::Taken, |left| Lease::Ours { left }))
    }

    /// Whether somebody who is alive has it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_taken(tx: &mut Tx<'_>, name: &str) -> Result<bool, Error> {
        let holder: Option<Holder> = tx.row(
            "SELECT holder FROM leases WHERE name = $1 AND holder IN (SELECT id FROM replicas)",
            &[name.into()],
            |row| row.get(0),
        )?;
        Ok(holder.is_some())
    }

    /// Whether it is (still) ours: what it guards may be written in this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has(&self, tx: &mut Tx<'_>, name: &str) -> Result<bool, Error> {
        let holder: Option<Holder> = tx.row("SELECT holder FROM leases WHERE name = $1", &[name.into()], |row| {
            row.get(0)
        })?;
        Ok(holder == Some(self.holder()))
    }

    /// Gives it back, with something for whoever takes it next. Nothing happens when it is somebody else's by now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn give_back(&self, tx: &mut Tx<'_>, name: &str, left: Option<&[u8]>) -> Result<(), Error> {
        tx.execute(
            "UPDATE leases SET holder = $1, left_behind = $2 WHERE name = $3 AND holder = $4",
            &[Holder::NOBODY.into(), left.into(), name.into(), self.holder().into()],
        )?;
        Ok(())
    }
}
