//! `downloads`: the server, the pool, and each file's entry in the result.

use std::num::NonZero;
use std::path::Path;
use std::time::Duration;

use common::options::{count, path, texts};
use common::{Demo, Failure, Outcome, Run, TempDir, knob};
use serde_json::json;
use ureq::Agent;

use crate::downloads::download_all::{Wanted, download_all};
use crate::executor::ThreadPool;
use crate::support::files::FILES;
use crate::support::http_server::HttpServer;
use crate::support::{fault, file_server};

pub fn demo() -> Demo {
    Demo::new(
        "downloads",
        "four files, three threads: a free one takes the next",
        run,
    )
    .compare(one_after_the_other)
    .knob(knob::one_more("one thread more", "workers", "downloader"))
    .option(count("workers", 64, Some("3"), "Threads in the pool"))
    .option(path(
        "dir",
        "Keep the files in this folder [default: a temporary one]",
    ))
    .option(texts(
        "break",
        "FILE=KIND",
        "Let the server fail for a file; KIND is 404, cut or checksum",
        fault::check,
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let workers = run.count("workers");
    match run.path("dir") {
        Some(folder) => with_a_server(run, workers, folder, &check(folder)?),
        None => in_a_temporary_folder(run, workers),
    }
}

/// Measures the same with one thread, for `--compare`.
fn one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let _checked = run.path("dir").map(check).transpose()?;
    in_a_temporary_folder(run, NonZero::<usize>::MIN)
}

fn in_a_temporary_folder(run: &Run, workers: NonZero<usize>) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-04-downloads")?;
    let parts = TempDir::within(folder.path(), ".parts")?;
    with_a_server(run, workers, folder.path(), &parts)
}

/// Refuses a folder that is not there, that cannot be written, or in which a file would be
/// replaced. Returns a folder inside it for the parts.
fn check(folder: &Path) -> Result<TempDir, Failure> {
    let refused = |why: String| Failure::BadInput(format!("--dir {}: {why}", folder.display()));
    if let Some(file) = FILES.iter().find(|file| folder.join(file.name).exists()) {
        return Err(refused(format!("{} is there already", file.name)));
    }
    TempDir::within(folder, ".parts")
        .map_err(|error| refused(format!("nothing can be written there: {error}")))
}

fn with_a_server(
    run: &Run,
    workers: NonZero<usize>,
    folder: &Path,
    parts: &TempDir,
) -> Result<Outcome, Failure> {
    let faults = run.texts("break");
    let faults = faults.iter().filter_map(|text| fault::parse(text).ok());
    let server = file_server::start(run.pace, faults.collect())?;
    let agent = agent(run);
    let files = wanted(&server, &agent)?;
    let pool = ThreadPool::builder()
        .workers(workers.get())
        .name_prefix("downloader")
        .build()?;

    let all = download_all(&pool, &agent, files, folder, parts.path())?;

    let mut entries = Vec::new();
    let mut problems = Vec::new();
    for ended in all {
        match ended {
            Ok((file, Ok(saved))) => entries.push(json!({
                "file": file, "bytes": saved.bytes, "sha256": saved.sha256, "ok": true,
            })),
            Ok((file, Err(error))) => {
                problems.push(format!("{file}: {error}"));
                entries.push(json!({
                    "file": file, "bytes": 0, "sha256": null, "ok": false, "error": error.to_string(),
                }));
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    Ok(problems.into_iter().fold(entries.into(), Outcome::problem))
}

/// Makes a client that asks no proxy, because the server is on this machine, and that waits for
/// each read as long as the pace makes it take, but not for ever.
fn agent(run: &Run) -> Agent {
    let patience = Duration::from_secs(10) + run.pace.seconds(1.0);
    Agent::config_builder()
        .proxy(None)
        .timeout_connect(Some(patience))
        .timeout_per_read(Some(patience))
        .build()
        .into()
}

/// Asks the server for its list of checksums.
fn wanted(server: &HttpServer, agent: &Agent) -> Result<Vec<Wanted>, ureq::Error> {
    let mut response = agent.get(server.url("SHA256SUMS")).call()?;
    let sums = response.body_mut().read_to_string()?;

    let of_the_file = |name: &str| sums.lines().find_map(|line| line.strip_suffix(name));
    let wanted = FILES.iter().map(|file| Wanted {
        name: file.name,
        url: server.url(file.name),
        sha256: of_the_file(file.name)
            .unwrap_or_default()
            .trim_end()
            .to_owned(),
    });
    Ok(wanted.collect())
}
