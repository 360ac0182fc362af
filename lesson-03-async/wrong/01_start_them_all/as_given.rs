//! fails: never overlapped
//!
//! The loop awaits each call where it comes to it: the next one is not made before.
//!
//! Start them all: calls that could wait at the same time, and do not.
//!
//! `all_pages` gets calls that are ready to be made, and gives back their answers in the order of the calls. Its answers
//! are right. But with five calls of up to three seconds each it takes nine seconds, and not three. Find out why, and
//! have all calls under way at the same time.
//!
//! Study first: `cargo run -p lesson-03-async -- sequential-await`, src/pitfalls/sequential_await.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 01_start_them_all`
//! Level:       1 of 3, about 10 minutes

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut pages = Vec::new();
    for call in calls {
        pages.push(call.await);
    }
    pages
}
