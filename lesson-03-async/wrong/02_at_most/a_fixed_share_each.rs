//! fails: too few at once
//!
//! Each worker has its share from the beginning. One is done early, and idle, while another has
//! calls left.

use std::sync::Mutex;

use futures_util::future::join_all;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let pages = Mutex::new(vec![String::new(); calls.len()]);
    let mut shares: Vec<Vec<(usize, F)>> = Vec::new();
    shares.resize_with(at_once, Vec::new);
    for (number, call) in calls.into_iter().enumerate() {
        shares[number % at_once].push((number, call));
    }
    let work = async |share: Vec<(usize, F)>| {
        for (number, call) in share {
            let page = call.await;
            pages.lock().unwrap()[number] = page;
        }
    };
    join_all(shares.into_iter().map(work)).await;
    pages.into_inner().unwrap()
}
