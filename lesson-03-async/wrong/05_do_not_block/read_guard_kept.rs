//! fails: never overlapped: while one file was loaded
//!
//! The read lock of the lookup is kept while the file is loaded: what another task has loaded cannot be written down.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::RwLock;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Checksums of files on other machines. All who ask share one thread.
#[derive(Default)]
pub struct Checksums {
    known: RwLock<HashMap<String, u64>>,
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
        let bytes = {
            let known = self.known.read().await;
            if let Some(sum) = known.get(file) {
                return *sum;
            }
            loop {
                match load(file).await {
                    Some(bytes) => break bytes,
                    None => sleep(pause).await,
                }
            }
        };
        let sum = spawn_blocking(move || checksum(&bytes))
            .await
            .expect("a checksum does not panic");
        self.known.write().await.insert(file.to_owned(), sum);
        sum
    }
}
