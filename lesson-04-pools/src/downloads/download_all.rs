//! `downloads`: four files, three threads. Who is done takes the next file.

use std::num::NonZero;
use std::path::Path;
use std::time::Duration;

use common::{Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::{info, info_span};
use ureq::Agent;

use crate::downloads::download::download;
use crate::executor::{ThreadPool, as_completed};
use crate::support::fault;
use crate::support::files::FILES;
use crate::support::http_server::Server;

/// Downloads all files with a pool of `threads` threads into `folder`. What is not complete lies in `parts`.
fn download_all(
    run: &Run,
    threads: NonZero<usize>,
    folder: &Path,
    parts: &TempDir,
) -> Result<Outcome, Failure> {
    let faults = run
        .texts("break")
        .iter()
        .filter_map(|text| fault::parse(text).ok())
        .collect();
    let server = Server::start(run.pace, faults)?;
    // The server is on this machine: no proxy. And no read may wait for ever, but as long as the pace asks for.
    let patience = Duration::from_secs(10) + run.pace.seconds(1.0);
    let config = Agent::config_builder()
        .proxy(None)
        .timeout_connect(Some(patience));
    let agent: Agent = config.timeout_per_read(Some(patience)).build().into();
    let sums = agent
        .get(server.url("SHA256SUMS"))
        .call()?
        .body_mut()
        .read_to_string()?;

    let pool = ThreadPool::builder()
        .workers(threads.get())
        .name_prefix("downloader")
        .build()?;
    let mut jobs = Vec::new();
    for file in &FILES {
        let agent = agent.clone();
        let (parts, folder) = (parts.path().to_owned(), folder.to_owned());
        let url = server.url(file.name);
        let line = sums.lines().find_map(|line| line.strip_suffix(file.name));
        let expected = line.unwrap_or_default().trim_end().to_owned();
        // Made here and entered there: the timeline shows where the job came from.
        let span = info_span!("download", file = file.name);
        jobs.push(pool.submit(move || {
            let _span = span.entered();
            info!("{} starts", file.name);
            (
                file.name,
                download(&agent, &url, &parts, &folder, &expected),
            )
        })?);
    }

    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for job in as_completed(jobs) {
        match job.result() {
            Ok((file, Ok((bytes, sha256)))) => {
                info!("{file} is here: {bytes} bytes, checksum verified");
                entries.push(json!({ "file": file, "bytes": bytes, "sha256": sha256, "ok": true }));
            }
            Ok((file, Err(error))) => {
                info!("{file} failed: {error}");
                problems.push(format!("{file}: {error}"));
                let error = error.to_string();
                entries
                    .push(json!({ "file": file, "bytes": 0, "sha256": null, "ok": false, "error": error }));
            }
            // A job that panics has no result, not even the name of its file.
            Err(error) => problems.push(error.to_string()),
        }
    }
    Ok(problems
        .into_iter()
        .fold(Outcome::new(entries), Outcome::problem))
}

/// The folder is there, no file in it would be replaced, and it can be written: gives a folder inside for the parts.
fn check(folder: &Path) -> Result<TempDir, Failure> {
    let refused = |why: String| Failure::BadInput(format!("--dir {}: {why}", folder.display()));
    if let Some(file) = FILES.iter().find(|file| folder.join(file.name).exists()) {
        return Err(refused(format!("{} is there already", file.name)));
    }
    TempDir::within(folder, ".parts")
        .map_err(|error| refused(format!("nothing can be written there: {error}")))
}

/// What `cargo run -p lesson-04-pools -- downloads` runs.
///
/// # Errors
/// When the folder cannot be used, or the server cannot be started. A file that fails is no error of the whole.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    if let Some(folder) = run.path("dir") {
        return download_all(run, run.count("workers"), folder, &check(folder)?);
    }
    in_a_temporary_folder(run, run.count("workers"))
}

fn in_a_temporary_folder(run: &Run, threads: NonZero<usize>) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-04-downloads")?;
    download_all(
        run,
        threads,
        folder.path(),
        &TempDir::within(folder.path(), ".parts")?,
    )
}

/// What its `--compare` measures first: the same with one thread.
///
/// # Errors
/// As [`demo`].
pub fn demo_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let _checked = run.path("dir").map(check).transpose()?;
    in_a_temporary_folder(run, NonZero::<usize>::MIN)
}
