//! `stream`: results as they come, with a bounded number under way; as they finish, or in order.

use futures_util::{StreamExt, stream};
use tracing::{Instrument, info, info_span};

use crate::support::calls::Call;
use crate::support::client;

/// Asks for one page, and returns its name. A page that fails is a page without text: this demo is about order.
async fn page(page: Call) -> String {
    info!("asking");
    let _ = client::get(&page.url).await;
    info!("arrived");
    page.name
}

/// Asks for all pages, at most `at_once` under way. The page that arrives first is next.
pub async fn as_they_come(pages: Vec<Call>, at_once: usize) -> Vec<String> {
    let calls = pages.into_iter().map(|call| {
        let span = info_span!("as they come", task = call.name);
        page(call).instrument(span)
    });
    let mut results = stream::iter(calls).buffer_unordered(at_once);

    let mut order = Vec::new();
    while let Some(name) = results.next().await {
        order.push(name);
    }
    order
}

/// Does the same in the order of the pages: one that is late holds back those behind it, and their places too.
pub async fn in_order(pages: Vec<Call>, at_once: usize) -> Vec<String> {
    let calls = pages.into_iter().map(|call| {
        let span = info_span!("in order", task = format!("{} in order", call.name));
        page(call).instrument(span)
    });
    let mut results = stream::iter(calls).buffered(at_once);

    let mut order = Vec::new();
    while let Some(name) = results.next().await {
        order.push(name);
    }
    order
}

#[cfg(test)]
mod tests {
    use common::Pace;

    use super::*;
    use crate::support::calls::serve;

    #[tokio::test]
    async fn both_keep_the_bound_and_one_keeps_the_order() {
        let pages = [
            ("a", 0.18),
            ("b", 0.03),
            ("c", 0.06),
            ("d", 0.09),
            ("e", 0.03),
            ("f", 0.06),
        ];
        let (server, calls) = serve(&pages, Pace::REAL).unwrap();

        let loose = as_they_come(calls.clone(), 3).await;
        assert_eq!((server.counts().most, server.counts().asked), (3, 6));
        // 180 ms against 30: the slowest of the first three cannot be first.
        assert_ne!(loose[0], "a");

        let strict = in_order(calls, 3).await;
        assert_eq!(strict, pages.map(|(name, _)| name));
        assert_eq!(server.counts().most, 3);
    }
}
