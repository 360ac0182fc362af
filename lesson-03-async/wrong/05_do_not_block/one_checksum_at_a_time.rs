//! fails: never overlapped
//!
//! An async lock does not stop the thread. But while one checksum is computed, another file has to
//! wait for the lock.

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
    pub async fn of(
        &self,
        file: &str,
        load: impl AsyncFn(&str) -> Option<Vec<u8>>,
        checksum: fn(&[u8]) -> u64,
        pause: Duration,
    ) -> u64 {
        if let Some(sum) = self.known.lock().await.get(file) {
            return *sum;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        let mut known = self.known.lock().await;
        let sum = spawn_blocking(move || checksum(&bytes)).await.unwrap();
        known.insert(file.to_owned(), sum);
        sum
    }
}
