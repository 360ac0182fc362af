//! fails: wrong result
//!
//! The checksum of an empty file is 0, and 0 means that it is not known.

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
        let known = known.unwrap_or_default();
        if known != 0 {
            return known;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        let sum = spawn_blocking(move || checksum(&bytes)).await.unwrap();
        self.known.lock().unwrap().insert(file.to_owned(), sum);
        sum
    }
}
