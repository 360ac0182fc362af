//! `errors`: one download that works and six that do not, each in a way of its own, and one line for each.
//!
//! Two crates share the work. `thiserror` is for the one who writes a library: `DownloadError` in `download.rs` lists
//! what can go wrong, so that a caller can tell one from another. `anyhow` is for the caller: it takes any error, and
//! adds what was being done.

use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use common::{Failure, Outcome, Pace, Run, TempDir};
use serde_json::json;
use tracing::{info, info_span};
use ureq::Agent;

use crate::downloads::download::{DownloadError, download};
use crate::executor::ThreadPool;
use crate::support::fault::Fault;
use crate::support::files::FILES;
use crate::support::http_server::Server;

/// A download: what it shows, from where, the checksum, and how long to wait for an answer.
struct Case {
    what: &'static str,
    url: String,
    sha256: &'static str,
    patience: Duration,
}

/// Downloads a file, and says what it did if that fails. This is the notebook's `safe_download`.
///
/// # Panics
/// When the case has no checksum: that is a mistake in the program, and no download's fault.
fn safe_download(case: &Case, folder: &Path) -> anyhow::Result<usize> {
    let _span = info_span!("download", case = case.what).entered();
    assert!(!case.sha256.is_empty(), "no checksum for {}", case.what);
    let config = Agent::config_builder()
        .proxy(None)
        .timeout_recv_response(Some(case.patience));
    let agent: Agent = config.build().into();
    let (bytes, _) = download(&agent, &case.url, folder, folder, case.sha256)
        .with_context(|| format!("cannot get {}", case.url))?;
    Ok(bytes)
}

/// Whether it may go better another time. The list of errors makes it possible to ask.
fn worth_another_try(error: &DownloadError) -> bool {
    matches!(
        error,
        DownloadError::Refused | DownloadError::Timeout | DownloadError::Connection(_)
    )
}

/// All cases, and what has to be there for them.
fn cases(server: &Server, silent: &TcpListener, pace: Pace) -> io::Result<Vec<Case>> {
    // Port 0 is any free one. It is free again as soon as this line is done: nobody listens there.
    let nobody = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let silent = silent.local_addr()?;
    let (document, image) = (&FILES[0], &FILES[1]);
    let case = |what, url, sha256| Case {
        what,
        url,
        sha256,
        patience: Duration::from_mins(1),
    };
    Ok(vec![
        case("good", server.url(image.name), image.sha256),
        case("refused", format!("http://{nobody}/a"), image.sha256),
        // No name that ends with `.invalid` will ever exist: RFC 2606 promises that.
        case(
            "no host",
            "http://no-such-host.invalid/b".to_owned(),
            image.sha256,
        ),
        case("404", server.url("nothing.txt"), image.sha256),
        Case {
            patience: pace.seconds(1.0),
            ..case("timeout", format!("http://{silent}/c"), image.sha256)
        },
        case("wrong bytes", server.url(document.name), document.sha256),
        case("a bug", server.url("music.mp3"), ""),
    ])
}

/// What `cargo run -p lesson-04-pools -- errors` runs.
///
/// # Errors
/// When the servers cannot be started. Downloads that fail are what it is about.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let server = Server::start(
        run.pace,
        [(FILES[0].name.to_owned(), Fault::Checksum)].into(),
    )?;
    // The system accepts connections for it, and it never looks at them.
    let silent = TcpListener::bind(("127.0.0.1", 0))?;
    let cases = cases(&server, &silent, run.pace)?;
    let names: Vec<&str> = cases.iter().map(|case| case.what).collect();
    let folder = Arc::new(TempDir::new("lesson-04-errors")?);

    let pool = ThreadPool::builder()
        .workers(names.len())
        .name_prefix("downloader")
        .build()?;
    let outcomes = pool.map(cases, move |case| safe_download(&case, folder.path()));
    let mut results = Vec::new();
    for (what, outcome) in names.into_iter().zip(outcomes) {
        results.push(match outcome {
            Ok(Ok(bytes)) => {
                info!("{what}: {bytes} bytes, checksum verified");
                json!({ "case": what, "ok": true, "bytes": bytes })
            }
            // `{error:#}` is one line: what was being done, and why it failed.
            Ok(Err(error)) => {
                let again = error.downcast_ref().is_some_and(worth_another_try);
                info!("{what}: {error:#}{}", if again { " (try again)" } else { "" });
                json!({ "case": what, "ok": false, "error": error.root_cause().to_string(), "again": again })
            }
            // The job did not come to its end: the executor says so, not the download.
            Err(error) => {
                info!("{what}: {error}");
                json!({ "case": what, "ok": false, "error": error.to_string(), "again": false })
            }
        });
    }
    Ok(Outcome::new(results))
}
