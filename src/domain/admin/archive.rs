//! Credentials in a file: as they lie in the tiers, still sealed.

use serde::{Deserialize, Serialize};

use crate::domain::person::PersonId;

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedLine {
    pub person: PersonId,
    pub version: i64,
    /// In base64url.
    pub sealed: String,
}

/// What goes into a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    pub lines: Vec<SealedLine>,
    /// Those of whom no record can be used, and who are therefore not in it.
    pub missing: Vec<PersonId>,
}

/// What became of a file's lines, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Newer than what is here: taken in.
    pub taken: Vec<PersonId>,
    /// Here already, as they are.
    pub same: usize,
    /// Something newer is here.
    pub older: Vec<PersonId>,
    /// Can't be used, and why.
    pub refused: Vec<(PersonId, String)>,
    pub applied: bool,
}
