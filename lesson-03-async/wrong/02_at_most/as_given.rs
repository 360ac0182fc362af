//! fails: still to do
//!
//! At most N at a time: a limit, and no idle hands.
//!
//! The service that you call allows only so many calls at the same time. `at_most` makes all calls, but never more than
//! `at_once` of them are under way. As soon as one is answered, the next one begins: no call waits for the slowest of a
//! group. The answers come back in the order of the calls.
//!
//! Study first: `cargo run -p lesson-03-async -- semaphore`, src/semaphore.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 02_at_most`
//! Level:       2 of 3, about 15 minutes

/// Makes all calls, at most `at_once` (1 to 1,000) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    todo!("start all, and let only some of them go on")
}
