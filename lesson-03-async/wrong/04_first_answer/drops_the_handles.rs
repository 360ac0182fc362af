//! fails: not cancelled
//!
//! `select_ok` drops the losers. But the losers are handles here, and their tasks go on.

use futures_util::FutureExt;
use futures_util::future::select_ok;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let tasks = calls
        .into_iter()
        .map(|call| tokio::spawn(call).map(|ended| ended.unwrap()));
    select_ok(tasks).await.ok().map(|(page, _rest)| page)
}
