//! Is the key the one that this database was begun with? Asked at every start, before anything is opened or sealed.

use std::sync::Arc;

use crate::args;
use crate::seal::{KeyRing, Unsealable};
use crate::sql::{Db, Error, Tx};

const NAME: &str = "key check";

/// Why the service must not start with this key.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeyTrouble {
    #[error(
        "CHATCAL_KEY is not the key that this database was made with: {why}. Set CHATCAL_KEY to the old key again. To replace it: \
         first the old and the new one, in this order, everywhere; then the new and the old one, everywhere; then `chatcal creds \
         rotate`, and the old one goes when that says so. If it is lost, nothing that was sealed can be opened any more: move the \
         state folder away, and everybody connects anew"
    )]
    WrongKey { why: Unsealable },
    #[error(transparent)]
    Sql(#[from] Error),
}

/// Tells a wrong key from a right one by a record in the database that only the right one opens; the first start writes it.
///
/// # Errors
/// When the key is another one, or the database fails.
pub async fn check_key(db: &Db, keys: &Arc<KeyRing>) -> Result<(), KeyTrouble> {
    let keys = keys.clone();
    db.write(move |tx| {
        let present: Option<Vec<u8>> =
            tx.row("SELECT value FROM facts WHERE name = $1", args![NAME], |row| row.get(0))?;
        match present {
            Some(sealed) => match keys.open(NAME, &sealed) {
                Ok(_) => Ok(()),
                Err(why) => Err(KeyTrouble::WrongKey { why }),
            },
            None => {
                let sealed = keys.seal(NAME, b"");
                tx.execute("INSERT INTO facts (name, value) VALUES ($1, $2)", args![NAME, &sealed])?;
                Ok(())
            }
        }
    })
    .await
}

/// Brings the check itself under the first key of the ring: last of all, once nothing else needs the others any more. From then on
/// the service starts without them.
///
/// # Errors
/// When the database fails.
pub fn renew_key_check(tx: &mut Tx<'_>, keys: &KeyRing) -> Result<(), Error> {
    tx.execute(
        "UPDATE facts SET value = $1 WHERE name = $2",
        args![&keys.seal(NAME, b""), NAME],
    )
    .map(|_| ())
}
