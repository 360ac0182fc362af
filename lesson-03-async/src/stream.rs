//! `stream`: results as they come, with a bounded number under way; as they finish, or in order.

use common::{Failure, Outcome, Pace, Run};
use futures_util::{StreamExt, stream};
use hyper::Uri;
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::Instant;
use tracing::{Instrument, info, info_span};

use crate::client;
use crate::server::{Route, Server};

/// Pages, and the seconds until each answers.
pub const PAGES: [(&str, f64); 6] = [
    ("a", 0.6),
    ("b", 0.1),
    ("c", 0.2),
    ("d", 0.3),
    ("e", 0.1),
    ("f", 0.2),
];

/// A page's name, and where it is.
pub type Page = (&'static str, Uri);

/// Asks for one page.
async fn page(name: &'static str, url: Uri) -> &'static str {
    info!("asking");
    // A page that fails is a page without text: this demo is about order.
    let _ = client::get(&url).await;
    info!("arrived");
    name
}

/// All pages, at most `at_once` under way; whichever arrives is next.
pub async fn as_they_come(pages: Vec<Page>, at_once: usize) -> Vec<&'static str> {
    let calls = pages
        .into_iter()
        .map(|(name, url)| page(name, url).instrument(info_span!("as they come", task = name)));
    let mut results = stream::iter(calls).buffer_unordered(at_once);
    let mut order = Vec::new();
    while let Some(name) = results.next().await {
        order.push(name);
    }
    order
}

/// The same, but in the order of the pages: one that is late holds back those behind it, and their places too.
pub async fn in_order(pages: Vec<Page>, at_once: usize) -> Vec<&'static str> {
    let calls = pages.into_iter().map(|(name, url)| {
        page(name, url).instrument(info_span!("in order", task = format!("{name} in order")))
    });
    let mut results = stream::iter(calls).buffered(at_once);
    let mut order = Vec::new();
    while let Some(name) = results.next().await {
        order.push(name);
    }
    order
}

/// A server that has the pages, and where each is.
///
/// # Errors
/// When the server cannot be started.
pub fn library(pace: Pace) -> Result<(Server, Vec<Page>), Failure> {
    let routes = PAGES.map(|(name, seconds)| Route {
        path: format!("/{name}"),
        text: name.to_owned(),
        delay: pace.seconds(seconds),
    });
    let server = Server::start(routes.to_vec())?;
    let pages: Result<_, _> = PAGES
        .iter()
        .map(|(name, _)| Ok((*name, server.url(&format!("/{name}")).parse()?)))
        .collect();
    pages.map(|pages| (server, pages))
}

/// What `cargo run -p lesson-03-async -- stream` runs.
///
/// # Errors
/// When the server or the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let at_once = run.count("at-once").get();
    let (server, pages) = library(run.pace)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (loose, strict, seconds) = runtime.block_on(async {
        let start = Instant::now();
        let loose = as_they_come(pages.clone(), at_once).await;
        let (first, start) = (start.elapsed(), Instant::now());
        let strict = in_order(pages, at_once).await;
        (
            loose,
            strict,
            [first, start.elapsed()].map(|time| time.as_secs_f64()),
        )
    });
    let most = server.seen().most;
    info!(
        "as they come {:.2} s, in order {:.2} s; never more than {most} at once",
        seconds[0], seconds[1]
    );
    Ok(Outcome::new(
        json!({ "as_they_come": loose, "in_order": strict, "most_at_once": most }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_keep_the_bound_and_one_keeps_the_order() {
        let (server, pages) = library(Pace::new(0.3).unwrap()).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let loose = runtime.block_on(as_they_come(pages.clone(), 3));
        assert_eq!((server.seen().most, server.seen().asked), (3, 6));
        // 180 ms against 30: the slowest of the first three cannot be first.
        assert_ne!(loose[0], "a");
        assert_eq!(
            runtime.block_on(in_order(pages, 3)),
            PAGES.map(|(name, _)| name)
        );
        assert_eq!(server.seen().most, 3);
    }
}
