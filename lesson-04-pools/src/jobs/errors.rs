//! `errors`: downloads that fail, each in a way of its own, and one line for each.
//!
//! Two crates share the work. `thiserror` is for the author of a library: `DownloadError` lists
//! what can go wrong, so that a caller can tell one from another. `anyhow` is for the caller: it
//! takes any error, and adds what was being done.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use common::Failure;
use tracing::{info, info_span};
use ureq::Agent;

use crate::downloads::download::download;
use crate::downloads::error::DownloadError;
use crate::executor::{Outcome, ThreadPool};

/// A download: what it shows, from where, the checksum, and how long to wait for an answer.
#[derive(Clone)]
pub struct Case {
    pub what: &'static str,
    pub url: String,
    pub sha256: &'static str,
    pub patience: Duration,
}

/// Downloads a file, and says what it did if that fails. This is the notebook's `safe_download`.
fn safe_download(case: &Case, folder: &Path) -> anyhow::Result<usize> {
    let _span = info_span!("download", case = case.what).entered();
    // A mistake in the program, and no download's fault.
    assert!(!case.sha256.is_empty(), "no checksum for {}", case.what);
    let config = Agent::config_builder()
        .proxy(None)
        .timeout_recv_response(Some(case.patience));
    let agent: Agent = config.build().into();

    let saved = download(&agent, &case.url, folder, folder, case.sha256)
        .with_context(|| format!("cannot get {}", case.url))?;
    Ok(saved.bytes)
}

/// Tells whether it may go better another time. The list of errors makes it possible to ask.
pub fn is_worth_another_try(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref(),
        Some(DownloadError::Refused | DownloadError::Timeout | DownloadError::Connection(_))
    )
}

/// Does all downloads at the same time, and says in one line what each came to.
pub fn all(
    cases: &[Case],
    folder: PathBuf,
) -> Result<Vec<Outcome<anyhow::Result<usize>>>, Failure> {
    let pool = ThreadPool::builder()
        .workers(cases.len())
        .name_prefix("downloader")
        .build()?;
    let outcomes = pool.map(cases.to_vec(), move |case| safe_download(&case, &folder));

    let said = cases.iter().zip(outcomes).map(|(case, outcome)| {
        let what = case.what;
        match &outcome {
            Ok(Ok(bytes)) => info!("{what}: {bytes} bytes, checksum verified"),
            // `{error:#}` is one line: what was being done, and why it failed.
            Ok(Err(error)) if is_worth_another_try(error) => info!("{what}: {error:#} (try again)"),
            Ok(Err(error)) => info!("{what}: {error:#}"),
            // The job did not come to its end: the executor says so, not the download.
            Err(error) => info!("{what}: {error}"),
        }
        outcome
    });
    Ok(said.collect())
}
