//! All files with a pool: a thread that is done with one takes the next.

use std::path::Path;

use tracing::{info, info_span};
use ureq::Agent;

use super::download::{Saved, download};
use super::error::DownloadError;
use crate::executor::{Error, ThreadPool, as_completed};

/// A file to get, and the checksum that it has to have.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub name: &'static str,
    pub url: String,
    pub sha256: String,
}

/// The name of a file and what its download came to. An error of the pool where the job panicked:
/// then it has no result, not even the name of its file.
pub type Ended = Result<(&'static str, Result<Saved, DownloadError>), Error>;

/// Downloads all files into `folder`; files that are not complete lie in `parts`. Returns what each
/// came to, in the order in which they were done.
pub fn download_all(
    pool: &ThreadPool,
    agent: &Agent,
    files: Vec<Wanted>,
    folder: &Path,
    parts: &Path,
) -> Result<Vec<Ended>, Error> {
    let mut jobs = Vec::new();
    for file in files {
        let agent = agent.clone();
        let folder = folder.to_owned();
        let parts = parts.to_owned();
        // Made here and entered there: the timeline shows where the job came from.
        let span = info_span!("download", file = file.name);
        jobs.push(pool.submit(move || {
            let _span = span.entered();
            info!("{} starts", file.name);
            let saved = download(&agent, &file.url, &parts, &folder, &file.sha256);
            (file.name, saved)
        })?);
    }

    let mut all = Vec::new();
    for job in as_completed(jobs) {
        let ended = job.result();
        match &ended {
            Ok((name, Ok(saved))) => {
                info!("{name} is here: {} bytes, checksum verified", saved.bytes);
            }
            Ok((name, Err(error))) => info!("{name} failed: {error}"),
            Err(_) => {}
        }
        all.push(ended);
    }
    Ok(all)
}
