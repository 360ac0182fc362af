//! `errors`: the seven downloads, and what each of them needs to fail in its own way.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use common::{Demo, Failure, Outcome, Pace, Run, TempDir};
use serde_json::{Value, json};

use crate::jobs::errors::{Case, all, is_worth_another_try};
use crate::support::fault::Fault;
use crate::support::file_server;
use crate::support::files::FILES;
use crate::support::http_server::HttpServer;

pub fn demo() -> Demo {
    Demo::new(
        "errors",
        "one download that works, six that do not, a line for each",
        run,
    )
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let faults = [(FILES[0].name.to_owned(), Fault::Checksum)];
    let server = file_server::start(run.pace, faults.into())?;
    // The system accepts connections for it, and it never looks at them.
    let silent = TcpListener::bind(("127.0.0.1", 0))?;
    let cases = cases(&server, &silent, run.pace)?;
    let folder = TempDir::new("lesson-04-errors")?;

    let outcomes = all(&cases, folder.path().to_owned())?;

    let entry = |what: &str, error: String, again: bool| json!({ "case": what, "ok": false, "error": error, "again": again });
    let entries = cases
        .iter()
        .zip(outcomes)
        .map(|(case, outcome)| match outcome {
            Ok(Ok(bytes)) => json!({ "case": case.what, "ok": true, "bytes": bytes }),
            Ok(Err(error)) => entry(
                case.what,
                error.root_cause().to_string(),
                is_worth_another_try(&error),
            ),
            Err(error) => entry(case.what, error.to_string(), false),
        });
    Ok(entries.collect::<Vec<Value>>().into())
}

fn cases(server: &HttpServer, silent: &TcpListener, pace: Pace) -> io::Result<Vec<Case>> {
    // Port 0 is any free one. It is free again as soon as this line is done: nothing listens there.
    let closed = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let silent = silent.local_addr()?;
    let document = &FILES[0];
    let image = &FILES[1];

    let case = |what, url, sha256| Case {
        what,
        url,
        sha256,
        patience: Duration::from_mins(1),
    };
    Ok(vec![
        case("good", server.url(image.name), image.sha256),
        case("refused", format!("http://{closed}/a"), image.sha256),
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
