//! The calls that demos make: to servers that this lesson starts itself, or to the URLs that you give it.

use common::options::{Opt, texts};
use common::{Failure, Pace, Run};
use hyper::Uri;

use super::api_server::{ApiServer, Route};

/// The APIs of `gather`: a name, and the seconds until the answer comes.
const APIS: [(&str, f64); 3] = [("Weather API", 1.0), ("News API", 2.0), ("Stock API", 1.5)];

/// A call to be made.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its name in the log and on the timeline.
    pub name: String,
    /// The address to ask.
    pub url: Uri,
}

/// Starts a server that answers a call for each name, after that many seconds. It serves until it is dropped.
pub fn serve(apis: &[(&str, f64)], pace: Pace) -> Result<(ApiServer, Vec<Call>), Failure> {
    let path = |index: usize| format!("/{}", index + 1);
    let mut routes = Vec::new();
    for (index, (name, seconds)) in apis.iter().enumerate() {
        let text = format!("Data from {name}");
        routes.push(Route::new(&path(index), &text, pace.seconds(*seconds)));
    }
    let server = ApiServer::start(routes)?;

    let mut calls = Vec::new();
    for (index, (name, _)) in apis.iter().enumerate() {
        calls.push(Call {
            name: (*name).to_owned(),
            url: server.url(&path(index)),
        });
    }
    Ok((server, calls))
}

/// Returns the calls of this run, and the server for them unless they go elsewhere.
pub fn calls(run: &Run) -> Result<(Vec<Call>, Option<ApiServer>), Failure> {
    let mut calls = Vec::new();
    for text in run.texts("url") {
        let url = parse_url(&text).map_err(Failure::BadInput)?;
        // The rows of the timeline are short of room: without what all URLs have in common.
        let name = url.to_string().replacen("http://", "", 1);
        calls.push(Call { name, url });
    }
    if !calls.is_empty() {
        return Ok((calls, None));
    }

    let (server, calls) = serve(&APIS, run.pace)?;
    Ok((calls, Some(server)))
}

/// Returns the option that [`calls`] reads.
pub fn url_option() -> Opt {
    texts(
        "url",
        "URL",
        "Call this http:// URL instead; may be repeated",
        |text| parse_url(text).map(drop),
    )
}

/// Reads `text` as a URL that can be called. An error says in one line what such a URL looks like.
pub fn parse_url(text: &str) -> Result<Uri, String> {
    let wanted = "a URL to call looks like http://HOST/PATH or http://HOST:PORT/PATH";
    let url: Uri = text.parse().map_err(|_| wanted)?;
    let host = url.host().unwrap_or_default();
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    // The authority is what stands between `//` and `/`. This client takes no passwords there, and no port 99999.
    let authority = url.authority().map_or("", |authority| authority.as_str());

    let is_plain = authority == format!("{host}{port}");
    if url.scheme_str() == Some("http") && !host.is_empty() && is_plain {
        Ok(url)
    } else {
        Err(wanted.to_owned())
    }
}
