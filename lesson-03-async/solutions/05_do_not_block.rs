//! Do not block the executor: one thread for all, and three lines that keep it from all other tasks.
//!
//! The guard is a temporary that ends with its statement, twice. The pause is a future. The computing has a thread of its
//! own, and only this task waits for it.

//? Ask of each line: can it take long, and is there an `.await` at that place? And: what is held across an `.await`?
//? `tokio::time::sleep`; `tokio::task::spawn_blocking` for what computes; and two short locks in place of a long one.
//? `let known = self.known.lock().expect("…").get(file).copied();` holds the lock for one line. The last lines:
//?   `let sum = spawn_blocking(move || checksum(&bytes)).await.expect("…");`, then lock again to insert.

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
        let known = self
            .known
            .lock()
            .expect("no thread panics with the lock")
            .get(file)
            .copied();
        if let Some(sum) = known {
            return sum;
        }
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        let sum = spawn_blocking(move || checksum(&bytes))
            .await
            .expect("a checksum does not panic");
        self.known
            .lock()
            .expect("no thread panics with the lock")
            .insert(file.to_owned(), sum);
        sum
    }
}
