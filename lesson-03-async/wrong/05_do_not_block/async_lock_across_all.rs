//! fails: never overlapped
//!
//! tokio's lock may be held at an `.await`, and stops no thread. But now one file after the other is loaded.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::Mutex;
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
        let mut known = self.known.lock().await;
        if let Some(sum) = known.get(file) {
            return *sum;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        let sum = spawn_blocking(move || checksum(&bytes)).await.unwrap();
        known.insert(file.to_owned(), sum);
        sum
    }
}
