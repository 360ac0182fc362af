//! fails: blocked the executor
//!
//! The lock is held across the `.await`. The next task that asks stops the thread, and with it the
//! task that has the lock.

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
    pub async fn of(
        &self,
        file: &str,
        load: impl AsyncFn(&str) -> Option<Vec<u8>>,
        checksum: fn(&[u8]) -> u64,
        pause: Duration,
    ) -> u64 {
        let known = self.known.lock().unwrap().get(file).copied();
        if let Some(sum) = known {
            return sum;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        let mut known = self.known.lock().unwrap();
        let sum = spawn_blocking(move || checksum(&bytes)).await.unwrap();
        known.insert(file.to_owned(), sum);
        sum
    }
}
