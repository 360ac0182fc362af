//! fails: blocked the executor
//!
//! All three: the lock is held at an `.await`, the pause is the thread's, and so is the computing.
//!
//! Do not block the executor: one thread for all, and three lines that keep it from all other tasks.
//!
//! `Checksums::of` loads a file from another machine, computes its checksum, and remembers it for the next task that asks.
//! Many ask at the same time, on an executor with one thread. Three things here stop that thread, and with it every other
//! task; one of them can stop it for ever. Find them and mend them. Two tasks that ask for different files must not wait for
//! each other, neither for a file nor for its checksum. If two ask for the same file at the same time it may be loaded
//! twice. A task may be dropped while it waits: another one that asks gets its checksum all the same.
//!
//! Study first: `cargo run -p lesson-03-async -- blocking`, src/blocking.rs; `-- blocked-runtime`,
//! src/pitfalls/blocked_runtime.rs; `-- lock-across-await`, src/pitfalls/lock_across_await.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 05_do_not_block`
//! Level:       3 of 3, about 25 minutes

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

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
        let mut known = self.known.lock().expect("no thread panics with the lock");
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
