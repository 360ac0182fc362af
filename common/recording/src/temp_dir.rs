//! Temporary folders that go with the run.

use std::io;
use std::path::{Path, PathBuf};

use crate::process::cleanup::registry;

/// A temporary folder of the run's own, removed when dropped and when the program is interrupted.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes an empty folder in the system's folder for temporary files.
    ///
    /// Its name starts with `prefix`.
    ///
    /// # Errors
    /// Returns the system's error if it cannot be made.
    pub fn new(prefix: &str) -> io::Result<TempDir> {
        TempDir::within(&std::env::temp_dir(), prefix)
    }

    /// Makes an empty folder in `parent`, from which files can be moved to others on the same disk
    /// at once.
    ///
    /// # Errors
    /// Returns the system's error if it cannot be made.
    pub fn within(parent: &Path, prefix: &str) -> io::Result<TempDir> {
        let mut registry = registry();
        for attempt in 0_u32.. {
            let folder = parent.join(format!("{prefix}-{}-{attempt}", std::process::id()));
            match std::fs::create_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {}
                Err(error) => {
                    let why = format!("{}: {error}", folder.display());
                    return Err(io::Error::new(error.kind(), why));
                }
                Ok(()) => {
                    registry.folders.push(folder.clone());
                    return Ok(TempDir(folder));
                }
            }
        }

        unreachable!("the loop ends by returning")
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
        registry().folders.retain(|folder| *folder != self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_folder_goes_when_dropped() {
        let one = TempDir::new("course-test").unwrap();
        let two = TempDir::new("course-test").unwrap();

        assert_ne!(one.path(), two.path());

        std::fs::write(one.path().join("file"), "x").unwrap();
        let path = one.path().to_owned();
        drop(one);

        assert!(!path.exists());
        assert!(two.path().is_dir());
    }
}
