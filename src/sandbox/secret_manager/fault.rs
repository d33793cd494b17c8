//! What can be asked for, and the trouble that only this service makes.

use axum::http::Method;

use super::refusal::Refusal;
pub use crate::sandbox::fault::Fault;

/// One thing that the stand-in can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    Access,
    Add,
    Create,
    Destroy,
    ListSecrets,
    ListVersions,
    /// Reading what is known about a secret or a version, without its content; enabling and disabling one.
    Describe,
    /// An address that the stand-in does not have.
    Other,
}

impl Operation {
    pub const ALL: [Self; 8] = [
        Self::Access,
        Self::Add,
        Self::Create,
        Self::Destroy,
        Self::ListSecrets,
        Self::ListVersions,
        Self::Describe,
        Self::Other,
    ];

    pub(super) fn of(method: &Method, path: &str) -> Self {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let ["v1", "projects", _, "secrets", rest @ ..] = parts.as_slice() else {
            return Self::Other;
        };
        match (method.as_str(), rest) {
            ("GET", []) => Self::ListSecrets,
            ("POST", []) => Self::Create,
            ("POST", [secret]) if secret.ends_with(":addVersion") => Self::Add,
            ("GET", [_, "versions"]) => Self::ListVersions,
            ("GET", [_, "versions", version]) if version.ends_with(":access") => Self::Access,
            ("POST", [_, "versions", version]) if version.ends_with(":destroy") => Self::Destroy,
            (_, [_] | [_, "versions", _]) => Self::Describe,
            _ => Self::Other,
        }
    }
}

impl Fault {
    /// The project has asked for too much in this minute.
    pub fn quota() -> Self {
        let refusal = Refusal::quota();
        Self::answer(
            refusal.status().as_u16(),
            "application/json; charset=UTF-8",
            refusal.body(),
        )
    }
}
