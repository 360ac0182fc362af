//! Downloading one file: streamed to disk, its checksum computed on the way, kept only if that is right.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use ureq::{Agent, Error};

use crate::support::files::hex;

/// What can go wrong with a download. `thiserror` writes `Display`, `Error` and `From` from this list.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The name in the address is unknown, or nobody could be asked.
    #[error("there is no such host")]
    NoSuchHost,
    /// The host is there, but no program listens at that port.
    #[error("nobody listens there")]
    Refused,
    /// The server is there, and says nothing.
    #[error("no answer in time")]
    Timeout,
    /// The server answered, but not with the file.
    #[error("the server answers with status {0}")]
    Status(u16),
    /// All of it came, and it is something else.
    #[error("its checksum is {found}, the server's list says {expected}")]
    WrongBytes {
        /// The checksum of what came.
        found: String,
        /// What it should have been.
        expected: String,
    },
    /// Anything else about the connection.
    #[error("the connection failed: {0}")]
    Connection(Error),
    /// It cannot be written to the disk, for the reason that the system gives.
    #[error(transparent)]
    Disk(#[from] io::Error),
}

impl From<Error> for DownloadError {
    fn from(error: Error) -> Self {
        match error {
            Error::StatusCode(status) => DownloadError::Status(status),
            Error::Timeout(_) => DownloadError::Timeout,
            Error::HostNotFound => DownloadError::NoSuchHost,
            Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => DownloadError::Refused,
            // The standard library has no kind for this one, only a text.
            Error::Io(io) if io.to_string().starts_with("failed to lookup") => {
                DownloadError::NoSuchHost
            }
            other => DownloadError::Connection(other),
        }
    }
}

/// Downloads a file to `parts`, and moves it to `folder` if its checksum is the expected one. Otherwise nothing stays.
///
/// # Errors
/// As in the list above. No half of a file stays.
pub fn download(
    agent: &Agent,
    url: &str,
    parts: &Path,
    folder: &Path,
    expected: &str,
) -> Result<(usize, String), DownloadError> {
    let name = url.rsplit('/').next().unwrap_or_default();
    // In another folder first: whoever sees `video.mp4` sees all of it.
    let part = parts.join(name);
    let saved = save(agent, url, &part).and_then(|(bytes, sha256)| {
        if sha256 != expected {
            return Err(DownloadError::WrongBytes {
                found: sha256,
                expected: expected.to_owned(),
            });
        }
        fs::rename(&part, folder.join(name))?;
        Ok((bytes, sha256))
    });
    if saved.is_err() {
        let _ = fs::remove_file(&part);
    }
    saved
}

/// Downloads `url` into the file `path`, and gives back its size and checksum. The checksum is computed on the way:
/// the file is never in memory as a whole.
fn save(agent: &Agent, url: &str, path: &Path) -> Result<(usize, String), DownloadError> {
    let mut body = agent.get(url).call()?.into_body().into_reader();
    let mut file = File::create(path)?;
    let mut hasher = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        // `?` would call it an error of the disk.
        let count = body.read(&mut buffer).map_err(Error::from)?;
        if count == 0 {
            return Ok((bytes, hex(&hasher.finalize())));
        }
        hasher.update(&buffer[..count]);
        file.write_all(&buffer[..count])?;
        bytes += count;
    }
}
