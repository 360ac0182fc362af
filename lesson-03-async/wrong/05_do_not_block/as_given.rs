//! fails: blocked the executor
//!
//! All three: the lock is held at an `.await`, the pause is the thread's, and so is the computing.

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// Checksums of files on other machines. All who ask share one thread.
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
        let mut known = self.known.lock().expect("nobody panics with the lock");
        if let Some(sum) = known.get(file) {
            return *sum;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => thread::sleep(pause),
            }
        };
        let sum = checksum(&bytes);
        known.insert(file.to_owned(), sum);
        sum
    }
}
