//! fails: keeps asking
//!
//! It looks every 5 ms whether one is done. The end of a call should wake it, and nothing else.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut pages = vec![String::new(); calls.len()];
    let mut left = calls.into_iter().enumerate();
    let mut tasks = JoinSet::new();
    loop {
        while let Some(page) = tasks.try_join_next() {
            let (number, page): (usize, String) = page.unwrap();
            pages[number] = page;
        }
        while tasks.len() < at_once {
            let Some((number, call)) = left.next() else {
                break;
            };
            tasks.spawn(async move { (number, call.await) });
        }
        if tasks.is_empty() {
            return pages;
        }
        sleep(Duration::from_millis(5)).await;
    }
}
