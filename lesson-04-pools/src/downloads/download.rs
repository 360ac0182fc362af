//! Downloading one file: streamed to disk, its checksum computed on the way, kept only if that is
//! right.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use hmac_sha256::Hash;
use ureq::Agent;

use super::error::DownloadError;
use crate::support::files::hex;

/// A file that arrived whole.
#[derive(Debug)]
pub struct Saved {
    pub bytes: usize,
    pub sha256: String,
}

/// Downloads a file to `parts`, and moves it to `folder` if its checksum is the expected one.
/// Otherwise nothing stays, not even half a file.
pub fn download(
    agent: &Agent,
    url: &str,
    parts: &Path,
    folder: &Path,
    expected: &str,
) -> Result<Saved, DownloadError> {
    let name = url.rsplit('/').next().unwrap_or_default();
    // In another folder first: a `video.mp4` that is in `folder` is all of it.
    let part = parts.join(name);

    let saved = save(agent, url, &part).and_then(|saved| {
        if saved.sha256 != expected {
            return Err(DownloadError::WrongBytes {
                found: saved.sha256,
                expected: expected.to_owned(),
            });
        }
        fs::rename(&part, folder.join(name))?;
        Ok(saved)
    });

    if saved.is_err() {
        let _ = fs::remove_file(&part);
    }
    saved
}

/// Downloads `url` into the file `path`. The file is never in memory as a whole.
fn save(agent: &Agent, url: &str, path: &Path) -> Result<Saved, DownloadError> {
    let mut body = agent.get(url).call()?.into_body().into_reader();
    let mut file = File::create(path)?;
    let mut hash = Hash::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];

    loop {
        // `?` alone would call it an error of the disk.
        let count = body.read(&mut buffer).map_err(ureq::Error::from)?;
        if count == 0 {
            let sha256 = hex(&hash.finalize());
            return Ok(Saved { bytes, sha256 });
        }
        hash.update(&buffer[..count]);
        file.write_all(&buffer[..count])?;
        bytes += count;
    }
}
