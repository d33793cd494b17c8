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
    /// The rows after one: two columns that name each, a version (0 where there is none), and what is sealed.
    pub page: &'static str,
    pub replace: &'static str,
}

/// How what is sealed stands there.
#[derive(Clone, Copy, Debug)]
enum Form {
    Bytes,
    /// In base64: alone, or as some of the strings in a JSON document.
    Text,
    Json,
}

macro_rules! sql {
    ($($part:expr)*) => { concat!($($part),*) };
}

/// A column by its form, its table, and how its rows are named.
macro_rules! column {
    ($form:ident, $table:literal, $column:literal, row $row:expr, version $version:literal) => {
        Column {
            name: sql!($table "." $column),
            form: Form::$form,
            page: sql!("SELECT " $row ", " $version ", " $column " FROM " $table " WHERE " $column " IS NOT NULL \
                        AND (" $row ") > ($1, $2) ORDER BY " $row " LIMIT $3"),
            replace: sql!("UPDATE " $table " SET " $column " = $1 WHERE (" $row ") = ($2, $3) AND " $column " = $4"),
        }
    };
    ($form:ident, $table:literal, $column:literal, by $owner:literal) => {
        column!($form, $table, $column, row sql!($owner ", CAST('' AS TEXT)"), version "CAST(0 AS BIGINT)")
    };
    ($form:ident, $table:literal, $column:literal, by number) => {
        column!($form, $table, $column, row "person, CAST(seq AS TEXT)", version "CAST(0 AS BIGINT)")
    };
    ($form:ident, $table:literal, $column:literal, by tier) => {
        column!($form, $table, $column, row "person, tier", version "version")
    };
}

/// Letters' ways, and the handles of those that were sent.
pub const LETTER_WAYS: Column = column!(Text, "outbox", "address", by number);
pub const LETTER_HANDLES: Column = column!(Bytes, "outbox", "handle", by number);
/// The ways that work and open questions carry with them.
pub const ACTS: Column = column!(Json, "acts", "act", by number);
pub const CONVERSATIONS: Column = column!(Json, "conversations", "state", by "person");
/// Sign-ins under way.
pub const SIGN_IN_SECRETS: Column = column!(Bytes, "sign_ins", "secrets", by "id");
pub const SIGN_IN_GRANTS: Column = column!(Bytes, "sign_ins", "pending", by "id");
/// Discord's session.
pub const GATEWAY: Column = column!(Bytes, "gateway_sessions", "session_id", by "application");
/// Grants on their way to a tier, and those that were set aside.
pub const GRANT_JOURNAL: Column = column!(Bytes, "grant_journal", "sealed", by tier);
pub const GRANT_QUARANTINE: Column = column!(Bytes, "grant_quarantine", "sealed", by tier);

/// All of them.
pub const COLUMNS: [Column; 9] = [
    LETTER_WAYS,
    LETTER_HANDLES,
    ACTS,
    CONVERSATIONS,
    SIGN_IN_SECRETS,
    SIGN_IN_GRANTS,
    GATEWAY,
    GRANT_JOURNAL,
    GRANT_QUARANTINE,
];

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
