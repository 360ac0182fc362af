//! First answer wins: ask several, take the first good answer, and stop the rest.
//!
//! The same page lies on several servers. `first_good` asks all of them at the same time and gives back the first good
//! answer, whichever server it comes from. A server that fails does not matter as long as another one answers. Only when
//! all have failed is there no answer. When `first_good` ends, none of the calls may go on, also when it ends because the
//! caller drops its future. There is at least one server.
//!
//! Study first: `cargo run -p lesson-03-async -- select`, src/select.rs, and `-- tasks`, src/tasks.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 04_first_answer`
//! Level:       2 of 3, about 20 minutes

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    todo!("start all, and look at the results as they come")
}
