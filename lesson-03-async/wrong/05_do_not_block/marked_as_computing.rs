//! fails: stuck: a task asked for a file, and was dropped while its checksum was computed
//!
//! A mark keeps others from computing the same checksum, and stays when the task that set it is dropped.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Checksums of files on other machines. All who ask share one thread.
#[derive(Default)]
pub struct Checksums {
    known: Mutex<HashMap<String, u64>>,
    computing: Mutex<HashSet<String>>,
}

impl Checksums {
    fn get(&self, file: &str) -> Option<u64> {
        self.known
            .lock()
            .expect("no thread panics with the lock")
            .get(file)
            .copied()
    }

    /// The checksum of a file. `load` fetches it, and fails while the other machine is busy: then it is asked again
    /// after `pause`. `checksum` computes for a long time.
    pub async fn of(
        &self,
        file: &str,
        load: impl AsyncFn(&str) -> Option<Vec<u8>>,
        checksum: fn(&[u8]) -> u64,
        pause: Duration,
    ) -> u64 {
        if let Some(sum) = self.get(file) {
            return sum;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        // If another task computes it already, wait for its result.
        while !self.computing.lock().unwrap().insert(file.to_owned()) {
            sleep(Duration::from_millis(1)).await;
        }
        let sum = match self.get(file) {
            Some(sum) => sum,
            None => spawn_blocking(move || checksum(&bytes))
                .await
                .expect("a checksum does not panic"),
        };
        self.known.lock().unwrap().insert(file.to_owned(), sum);
        self.computing.lock().unwrap().remove(file);
        sum
    }
}
