//! The file tier: one sealed file per person in a folder that only its owner may read. The embedded default for one machine.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

use super::tier::{Put, Record, Tier, TierDown};
use super::{place_of, sheet};
use crate::domain::person::PersonId;

/// Sealed records in files. One process serves the folder; an operator's command may work beside it.
pub struct Folder(Arc<Inner>);

struct Inner {
    path: PathBuf,
}

/// Why the folder is not used: the operator mends it, in the words of the message.
#[derive(Debug, thiserror::Error)]
pub enum NoFolder {
    #[error("{} can be read by others (mode {mode:o}), and it holds credentials: run `chmod {wanted} '{}'`", .path.display(), .path.display())]
    Exposed {
        path: PathBuf,
        mode: u32,
        wanted: &'static str,
    },
    #[error("the credential folder {} can't be used: {error}", .path.display())]
    Unusable { path: PathBuf, error: io::Error },
}

impl Folder {
    /// Opens (or makes) the folder at `path`, usually `grants` in the state folder.
    ///
    /// # Errors
    /// When it can't be made or listed, or when it or a file in it can be read by others.
    pub fn open(path: &Path) -> Result<Self, NoFolder> {
        let unusable = |error| NoFolder::Unusable {
            path: path.to_owned(),
            error,
        };
        match DirBuilder::new().mode(0o700).create(path) {
            // The folder's own name must be as durable as what is said to be kept in it.
            Ok(()) => sync_folder(path.parent().unwrap_or(Path::new("."))).map_err(unusable)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => closed_to_others(path, "700")?,
            Err(error) => return Err(unusable(error)),
        }
        for entry in fs::read_dir(path).map_err(unusable)? {
            closed_to_others(&entry.map_err(unusable)?.path(), "600")?;
        }
        Ok(Self(Arc::new(Inner { path: path.to_owned() })))
    }

    /// Disk work, on a thread that may wait for the disk.
    async fn work<T: Send + 'static>(
        &self,
        body: impl FnOnce(&Inner) -> Result<T, TierDown> + Send + 'static,
    ) -> Result<T, TierDown> {
        let inner = self.0.clone();
        tokio::task::spawn_blocking(move || body(&inner))
            .await
            .map_err(|_| TierDown("the disk work crashed".to_owned()))?
    }
}

fn closed_to_others(path: &Path, wanted: &'static str) -> Result<(), NoFolder> {
    let mode = match fs::metadata(path) {
        Ok(found) => found.mode() & 0o777,
        // It went away between the listing and the look.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(NoFolder::Unusable {
                path: path.to_owned(),
                error,
            });
        }
    };
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(NoFolder::Exposed {
            path: path.to_owned(),
            mode,
            wanted,
        })
    }
}

impl Inner {
    fn file_of(&self, person: &PersonId) -> PathBuf {
        self.path.join(format!("{}.json", place_of(person)))
    }

    /// Reading, comparing and replacing a file is one step: while this lives nobody else changes the folder, in this process or in
    /// another.
    fn alone(&self) -> Result<File, TierDown> {
        // Beside the folder, which holds records and nothing else.
        let path = self.path.with_extension("lock");
        let lock = OpenOptions::new().create(true).append(true).mode(0o600).open(&path);
        let locked = lock.and_then(|lock| lock.lock().map(|()| lock));
        locked.map_err(|error| down(&path, &error))
    }

    fn read(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        let path = self.file_of(person);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            // The folder itself must be there: an unmounted disk is no proof that nobody is connected.
            Err(error) if error.kind() == ErrorKind::NotFound && self.path.is_dir() => return Ok(None),
            Err(error) => return Err(down(&path, &error)),
        };
        closed_to_others(&path, "600").map_err(|error| TierDown(error.to_string()))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| down(&path, &error))?;
        Ok(Some(sheet::record(bytes)))
    }

    fn people(&self) -> io::Result<Vec<PersonId>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json")
                && let Ok(bytes) = fs::read(&path)
                && let Some(person) = sheet::person(&bytes)
            {
                found.push(person);
            }
        }
        Ok(found)
    }

    fn replace(&self, person: &PersonId, record: &Record) -> io::Result<()> {
        let path = self.file_of(person);
        let draft = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(&sheet::write(person, record))?;
        // First the content, then the name, then the folder that holds the name: a crash leaves the old file or the new one.
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        sync_folder(&self.path)
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn down(path: &Path, error: &io::Error) -> TierDown {
    TierDown(format!("{}: {error}", path.display()))
}

#[async_trait]
impl Tier for Folder {
    fn name(&self) -> &'static str {
        "file"
    }

    fn place(&self, person: &PersonId) -> String {
        format!("the file {}", self.0.file_of(person).display())
    }

    async fn get(&self, person: &PersonId) -> Result<Option<Record>, TierDown> {
        let person = person.clone();
        self.work(move |inner| inner.read(&person)).await
    }

    async fn put(&self, person: &PersonId, record: &Record) -> Result<Put, TierDown> {
        let (person, record) = (person.clone(), record.clone());
        self.work(move |inner| {
            let _alone = inner.alone()?;
            match inner.read(&person)? {
                Some(present) if present.version > record.version => Ok(Put::Outranked(present)),
                _ => inner
                    .replace(&person, &record)
                    .map(|()| Put::Kept)
                    .map_err(|error| down(&inner.file_of(&person), &error)),
            }
        })
        .await
    }

    async fn remove(&self, person: &PersonId, record: &Record) -> Result<(), TierDown> {
        let (person, record) = (person.clone(), record.clone());
        self.work(move |inner| {
            let _alone = inner.alone()?;
            if inner.read(&person)?.as_ref() != Some(&record) {
                return Ok(());
            }
            let path = inner.file_of(&person);
            fs::remove_file(&path)
                .and_then(|()| sync_folder(&inner.path))
                .map_err(|error| down(&path, &error))
        })
        .await
    }

    async fn people(&self) -> Result<Vec<PersonId>, TierDown> {
        self.work(|inner| inner.people().map_err(|error| down(&inner.path, &error)))
            .await
    }
}
