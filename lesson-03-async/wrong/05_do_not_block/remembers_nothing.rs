//! fails: wrong result
//!
//! No lock, no trouble: but every file is loaded again for each task.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Checksums of files on other machines. All tasks that ask share one thread.
#[derive(Default)]
pub struct Checksums {
    known: Mutex<HashMap<String, u64>>,
}

impl Checksums {
    /// The checksum of a file. `load` fetches it, and fails while the other machine is busy: then it is asked again
    /// after `pause`. `checksum` computes for a long time.
    pub async fn of(
        &self,
        file: &str,
        load: impl AsyncFn(&str) -> Option<Vec<u8>>,
        checksum: fn(&[u8]) -> u64,
        pause: Duration,
    ) -> u64 {
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        spawn_blocking(move || checksum(&bytes)).await.unwrap()
    }
}
