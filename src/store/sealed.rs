//! Every column that holds something sealed, whoever reads it, for bringing it under another key: in pages, so that nobody waits for
//! the writer, and comparing before replacing, so that nothing is lost that others write meanwhile.

use data_encoding::BASE64_NOPAD;
use serde_json::Value;

use crate::args;
use crate::seal::{KeyId, KeyRing, Tally, Unsealable};
use crate::sql::{self, Arg, Error, Tx};

/// How many rows one transaction takes up.
const PAGE: i64 = 128;

/// A column that holds something sealed.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    form: Form,
    /// Two columns that name the row, a version (0 where there is none) and the sealed column.
    page: &'static str,
    replace: &'static str,
}

/// How what is sealed stands there.
#[derive(Clone, Copy, Debug)]
enum Form {
    Bytes,
    /// In base64: alone, or as some of the strings in a JSON document.
    Text,
    Json,
}

/// Letters' ways, and the handles of those that were sent.
pub const LETTER_WAYS: Column = Column {
    name: "outbox.address",
    form: Form::Text,
    page: "SELECT person, CAST(seq AS TEXT), CAST(0 AS BIGINT), address FROM outbox \
           WHERE (person, CAST(seq AS TEXT)) > ($1, $2) ORDER BY person, CAST(seq AS TEXT) LIMIT $3",
    replace: "UPDATE outbox SET address = $1 WHERE person = $2 AND CAST(seq AS TEXT) = $3 AND address = $4",
};
pub const LETTER_HANDLES: Column = Column {
    name: "outbox.handle",
    form: Form::Bytes,
    page: "SELECT person, CAST(seq AS TEXT), CAST(0 AS BIGINT), handle FROM outbox WHERE handle IS NOT NULL \
           AND (person, CAST(seq AS TEXT)) > ($1, $2) ORDER BY person, CAST(seq AS TEXT) LIMIT $3",
    replace: "UPDATE outbox SET handle = $1 WHERE person = $2 AND CAST(seq AS TEXT) = $3 AND handle = $4",
};
/// The ways that work and open questions carry with them.
pub const ACTS: Column = Column {
    name: "acts.act",
    form: Form::Json,
    page: "SELECT person, CAST(seq AS TEXT), CAST(0 AS BIGINT), act FROM acts \
           WHERE (person, CAST(seq AS TEXT)) > ($1, $2) ORDER BY person, CAST(seq AS TEXT) LIMIT $3",
    replace: "UPDATE acts SET act = $1 WHERE person = $2 AND CAST(seq AS TEXT) = $3 AND act = $4",
};
pub const CONVERSATIONS: Column = Column {
    name: "conversations.state",
    form: Form::Json,
    page: "SELECT person, '', CAST(0 AS BIGINT), state FROM conversations WHERE (person, '') > ($1, $2) ORDER BY person LIMIT $3",
    replace: "UPDATE conversations SET state = $1 WHERE person = $2 AND '' = $3 AND state = $4",
};
/// Sign-ins under way.
pub const SIGN_IN_SECRETS: Column = Column {
    name: "sign_ins.secrets",
    form: Form::Bytes,
    page: "SELECT id, '', CAST(0 AS BIGINT), secrets FROM sign_ins WHERE secrets IS NOT NULL AND (id, '') > ($1, $2) ORDER BY id LIMIT $3",
    replace: "UPDATE sign_ins SET secrets = $1 WHERE id = $2 AND '' = $3 AND secrets = $4",
};
pub const SIGN_IN_GRANTS: Column = Column {
    name: "sign_ins.pending",
    form: Form::Bytes,
    page: "SELECT id, '', CAST(0 AS BIGINT), pending FROM sign_ins WHERE pending IS NOT NULL AND (id, '') > ($1, $2) ORDER BY id LIMIT $3",
    replace: "UPDATE sign_ins SET pending = $1 WHERE id = $2 AND '' = $3 AND pending = $4",
};
/// Discord's session.
pub const GATEWAY: Column = Column {
    name: "gateway_sessions.session_id",
    form: Form::Bytes,
    page: "SELECT application, '', CAST(0 AS BIGINT), session_id FROM gateway_sessions WHERE session_id IS NOT NULL \
           AND (application, '') > ($1, $2) ORDER BY application LIMIT $3",
    replace: "UPDATE gateway_sessions SET session_id = $1 WHERE application = $2 AND '' = $3 AND session_id = $4",
};
/// Grants on their way to a tier, and those that were set aside.
pub const GRANT_JOURNAL: Column = Column {
    name: "grant_journal.sealed",
    form: Form::Bytes,
    page: "SELECT person, tier, version, sealed FROM grant_journal \
           WHERE (person, tier) > ($1, $2) ORDER BY person, tier LIMIT $3",
    replace: "UPDATE grant_journal SET sealed = $1 WHERE person = $2 AND tier = $3 AND sealed = $4",
};
pub const GRANT_QUARANTINE: Column = Column {
    name: "grant_quarantine.sealed",
    form: Form::Bytes,
    page: "SELECT person, tier, version, sealed FROM grant_quarantine \
           WHERE (person, tier) > ($1, $2) ORDER BY person, tier LIMIT $3",
    replace: "UPDATE grant_quarantine SET sealed = $1 WHERE person = $2 AND tier = $3 AND sealed = $4",
};

/// A row's name.
pub type Spot = (String, String);

/// What one page came to.
#[derive(Debug, Default)]
pub struct Page {
    pub tally: Tally,
    /// Where the next one begins; `None` after the last.
    pub next: Option<Spot>,
}

/// Counts the rows after `after`, by their keys, and with `renew` brings them under the first key before. `context` makes what the
/// column is sealed together with, of the row's first name and its version.
///
/// # Errors
/// When the database fails.
pub fn page(
    tx: &mut Tx<'_>,
    column: &Column,
    after: &Spot,
    keys: &KeyRing,
    renew: bool,
    context: impl Fn(&str, i64) -> String,
) -> Result<Page, Error> {
    match column.form {
        Form::Bytes => through(
            tx,
            column,
            after,
            |old: &Vec<u8>| old.into(),
            |owner, version, old: &Vec<u8>, tally| renewed(keys, renew, &context(owner, version), old, tally),
        ),
        Form::Text => through(
            tx,
            column,
            after,
            |old: &String| old.into(),
            |owner, version, old: &String, tally| in_text(keys, renew, &context(owner, version), old, tally),
        ),
        Form::Json => through(
            tx,
            column,
            after,
            |old: &String| old.into(),
            |owner, version, old: &String, tally| {
                let mut document: Value = serde_json::from_str(old).ok()?;
                in_json(keys, renew, &context(owner, version), &mut document, tally).then(|| document.to_string())
            },
        ),
    }
}

fn through<T: sql::Column>(
    tx: &mut Tx<'_>,
    column: &Column,
    after: &Spot,
    arg: fn(&T) -> Arg<'_>,
    change: impl Fn(&str, i64, &T, &mut Tally) -> Option<T>,
) -> Result<Page, Error> {
    let rows: Vec<(Spot, i64, T)> = tx.rows(column.page, args![&after.0, &after.1, PAGE], |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get(2)?, row.get(3)?))
    })?;
    let mut page = Page::default();
    if rows.len() as i64 == PAGE {
        page.next = rows.last().map(|(spot, _, _)| spot.clone());
    }
    for ((owner, part), version, old) in &rows {
        if let Some(new) = change(owner, *version, old, &mut page.tally) {
            tx.execute(column.replace, &[arg(&new), owner.into(), part.into(), arg(old)])?;
        }
    }
    Ok(page)
}

/// Counts one sealed record; says what is to stand in its place.
fn renewed(keys: &KeyRing, renew: bool, context: &str, sealed: &[u8], tally: &mut Tally) -> Option<Vec<u8>> {
    let (new, under): (_, Result<KeyId, Unsealable>) = match keys.renew(context, sealed) {
        Ok(Some(new)) if renew => (Some(new), Ok(keys.current())),
        Ok(_) => (None, KeyRing::key_of(sealed)),
        Err(why) => (None, Err(why)),
    };
    tally.count(under);
    new
}

fn in_text(keys: &KeyRing, renew: bool, context: &str, text: &str, tally: &mut Tally) -> Option<String> {
    let sealed = BASE64_NOPAD.decode(text.as_bytes()).ok()?;
    KeyRing::key_of(&sealed).ok()?;
    renewed(keys, renew, context, &sealed, tally).map(|new| BASE64_NOPAD.encode(&new))
}

/// Goes through every string of a document; what is not sealed does not look it. True when something was changed.
fn in_json(keys: &KeyRing, renew: bool, context: &str, value: &mut Value, tally: &mut Tally) -> bool {
    let mut inner = |value: &mut Value| in_json(keys, renew, context, value, tally);
    match value {
        Value::Array(items) => items.iter_mut().fold(false, |any, item| inner(item) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, field| inner(field) | any),
        Value::String(text) => match in_text(keys, renew, context, text, tally) {
            Some(new) => {
                *text = new;
                true
            }
            None => false,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
