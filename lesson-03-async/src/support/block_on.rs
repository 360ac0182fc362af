//! Running a future to its end, for the demos.

use std::pin::Pin;

use tokio::runtime::Runtime;

/// Runs a future to its end, as [`Runtime::block_on`] does.
///
/// That is generic, and its code is compiled once more for each future. Here it sees a pointer,
/// whatever the future is.
pub fn block_on<T>(runtime: &Runtime, future: impl Future<Output = T>) -> T {
    let mut result = None;
    let until_done = async { result = Some(future.await) };
    runtime.block_on(Box::pin(until_done) as Pin<Box<dyn Future<Output = ()> + '_>>);

    result.expect("the future has ended")
}
