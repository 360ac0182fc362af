//! What can go wrong with a download, so that a caller can tell one from another.

use std::io::{self, ErrorKind};

use ureq::Error;

/// The reason why a file did not arrive. `thiserror` writes `Display`, `Error` and `From` from it.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The name in the address is unknown, or no name server answered.
    #[error("there is no such host")]
    NoSuchHost,
    /// The host is there, but no program listens at that port.
    #[error("no program listens there")]
    Refused,
    /// The server is there, and says nothing.
    #[error("no answer in time")]
    Timeout,
    /// The server answered, but not with the file.
    #[error("the server answers with status {0}")]
    Status(u16),
    /// All of it came, and it is something else.
    #[error("its checksum is {found}, the server's list says {expected}")]
    WrongBytes { found: String, expected: String },
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
