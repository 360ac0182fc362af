//! What `gather` calls: three APIs that this lesson serves itself, or the URLs that you give it.

use common::{Failure, Run};
use hyper::Uri;

use crate::server::{Route, Server};

/// The lesson's own APIs: a name, a path, and the seconds until the answer comes.
const APIS: [(&str, &str, f64); 3] = [
    ("Weather API", "/weather", 1.0),
    ("News API", "/news", 2.0),
    ("Stock API", "/stock", 1.5),
];

/// A call to be made.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its name in the log and on the timeline.
    pub name: String,
    /// Where it goes.
    pub url: Uri,
}

/// The calls of this run, and the server for them unless they go elsewhere. It serves as long as you hold it.
///
/// # Errors
/// When a URL is none, or the server cannot be started.
pub fn calls(run: &Run) -> Result<(Vec<Call>, Option<Server>), Failure> {
    let mut calls = Vec::new();
    for text in run.texts("url") {
        let url = parse_url(&text).map_err(Failure::BadInput)?;
        // The rows of the timeline are short of room: without what all URLs have in common.
        calls.push(Call {
            name: url.to_string().replacen("http://", "", 1),
            url,
        });
    }
    if !calls.is_empty() {
        return Ok((calls, None));
    }
    let routes = APIS.map(|(name, path, seconds)| Route {
        path: path.to_owned(),
        text: format!("Data from {name}"),
        delay: run.pace.seconds(seconds),
    });
    let server = Server::start(routes.to_vec())?;
    for (name, path, _) in APIS {
        let url = server.url(path).parse()?;
        calls.push(Call {
            name: name.to_owned(),
            url,
        });
    }
    Ok((calls, Some(server)))
}

/// What the command line asks about a `--url`.
///
/// # Errors
/// As [`parse_url`].
pub fn check_url(text: &str) -> Result<(), String> {
    parse_url(text).map(|_| ())
}

/// Understands `text` as a URL that can be called.
///
/// # Errors
/// One line that says what such a URL looks like.
pub fn parse_url(text: &str) -> Result<Uri, String> {
    let wanted = "a URL to call looks like http://HOST/PATH or http://HOST:PORT/PATH";
    let url: Uri = text.parse().map_err(|_| wanted)?;
    let host = url.host().unwrap_or_default();
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    // The authority is what stands between `//` and `/`. This client takes no passwords there, and no port 99999.
    let authority = url.authority().map_or("", |authority| authority.as_str());
    if url.scheme_str() == Some("http") && !host.is_empty() && authority == format!("{host}{port}")
    {
        Ok(url)
    } else {
        Err(wanted.to_owned())
    }
}
