//! The state folder: made for its owner only, and used by one program at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::settings::{Database, Problem, State, refuse_exposed};

/// A state folder that is ours until this is dropped, or until the process ends, however it ends.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
}

/// Why the folder can't be used, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum NotClaimed {
    #[error(
        "Another chatcal is running on the state folder {0}.\nStop it first, or give this one a folder of its own (CHATCAL_STATE_DIR; --state for the sandbox)."
    )]
    Busy(PathBuf),
    /// Others can read what is kept in it.
    #[error("ChatCal did not start: what it keeps must be readable by its owner alone.\n\n{0}")]
    Exposed(Problem),
    #[error("The state folder {path} can't be used: {cause}.")]
    Unusable { path: PathBuf, cause: io::Error },
}

impl Claim {
    /// Takes the folder, and makes it where it is missing.
    ///
    /// # Errors
    /// When another program holds it, others can read what is in it, or it can't be written.
    pub fn take(state: &State) -> Result<Self, NotClaimed> {
        let dir = &state.dir;
        let unusable = |cause| NotClaimed::Unusable {
            path: dir.clone(),
            cause,
        };
        make_folder(dir).map_err(unusable)?;
        let lock = open(&dir.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(NotClaimed::Busy(dir.clone())),
            Err(TryLockError::Error(cause)) => return Err(unusable(cause)),
        }
        match first_exposed(state).map_err(unusable)? {
            Some(problem) => Err(NotClaimed::Exposed(problem)),
            None => Ok(Self { _lock: lock }),
        }
    }

    /// Whether a program is running on the folder. To look is to take the lock for a moment.
    pub fn is_taken(state: &State) -> bool {
        let lock = File::open(state.dir.join("lock"));
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// The first of the files that are kept here which others can read.
///
/// # Errors
/// When the folder can't be looked through.
pub(super) fn first_exposed(state: &State) -> io::Result<Option<Problem>> {
    let mut kept: Vec<PathBuf> = fs::read_dir(&state.dir)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    if let Database::File(path) = &state.database {
        kept.push(path.clone());
    }
    let mut files = kept.iter().filter(|path| path.is_file());
    Ok(files.find_map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        refuse_exposed(path).err().map(|fault| Problem { name, fault })
    }))
}

/// Makes a folder, and those above it, for its owner only.
///
/// # Errors
/// When it can't be made.
pub fn make_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::SecretString;

    use super::*;
    use crate::settings::{Key, TierKind};

    fn state(dir: &Path) -> State {
        State {
            dir: dir.join("a/b"),
            database: Database::File(dir.join("a/b/chatcal.db")),
            redis_url: None,
            tiers: vec![TierKind::File],
            is_fleeting: false,
            key: Key::Given(SecretString::from("k")),
        }
    }

    #[test]
    fn a_folder_is_used_by_one_program_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let state = state(dir.path());
        let first = Claim::take(&state).unwrap();
        assert_eq!(fs::metadata(&state.dir).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(matches!(Claim::take(&state), Err(NotClaimed::Busy(_))));
        assert!(Claim::is_taken(&state));
        drop(first);
        assert!(!Claim::is_taken(&state));
        assert!(Claim::take(&state).is_ok());
    }

    #[test]
    fn t13_a_data_file_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut state = state(dir.path());
        drop(Claim::take(&state).unwrap());
        let elsewhere = dir.path().join("elsewhere.db");
        for path in [state.dir.join("grants"), elsewhere.clone()] {
            state.database = Database::File(elsewhere.clone());
            fs::write(&path, "x").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let refused = Claim::take(&state).unwrap_err();
            assert!(
                refused.to_string().contains(&format!("chmod 600 {}", path.display())),
                "{refused}"
            );
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            assert!(Claim::take(&state).is_ok());
        }
    }

    #[test]
    fn a_folder_that_cant_be_made_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "a file").unwrap();
        assert!(matches!(
            Claim::take(&state(dir.path())),
            Err(NotClaimed::Unusable { .. })
        ));
    }
}
