//! Downloading one file: streamed to disk, its checksum computed on the way, kept only if that is right.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use ureq::Agent;

use crate::files::hex;

/// Any error, also one from another thread.
pub type AnyError = Box<dyn Error + Send + Sync>;

/// Downloads a file to `parts`, and moves it to `folder` if its checksum is the expected one. Otherwise nothing stays.
///
/// # Errors
/// What the server, the connection or the disk says, or that the checksum is wrong.
pub fn download(
    agent: &Agent,
    url: &str,
    parts: &Path,
    folder: &Path,
    expected: &str,
) -> Result<(usize, String), AnyError> {
    let name = url.rsplit('/').next().unwrap_or_default();
    // In another folder first: whoever sees `video.mp4` sees all of it.
    let part = parts.join(name);
    let saved = save(agent, url, &part).and_then(|(bytes, sha256)| {
        if sha256 != expected {
            return Err(format!("its checksum is {sha256}, the server's list says {expected}").into());
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
fn save(agent: &Agent, url: &str, path: &Path) -> Result<(usize, String), AnyError> {
    let mut body = agent.get(url).call()?.into_body().into_reader();
    let mut file = File::create(path)?;
    let mut hasher = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = body.read(&mut buffer)?;
        if count == 0 {
            return Ok((bytes, hex(&hasher.finalize())));
        }
        hasher.update(&buffer[..count]);
        file.write_all(&buffer[..count])?;
        bytes += count;
    }
}
