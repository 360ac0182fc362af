//! fails: stuck: a task asked for a file, and was dropped before the file came
//!
//! The task that asks first leaves a mark for the others, and the mark stays when that task is dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

#[derive(Clone)]
struct UnderWay(Arc<watch::Sender<Option<u64>>>);

/// Checksums of files on other machines. All tasks that ask share one thread.
#[derive(Default)]
pub struct Checksums {
    known: Mutex<HashMap<String, UnderWay>>,
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
        let (entry, is_first) = {
            let mut known = self.known.lock().expect("no thread panics with the lock");
            match known.get(file) {
                Some(entry) => (entry.clone(), false),
                None => {
                    let entry = UnderWay(Arc::new(watch::Sender::new(None)));
                    known.insert(file.to_owned(), entry.clone());
                    (entry, true)
                }
            }
        };
        if !is_first {
            let mut receiver = entry.0.subscribe();
            let sum = receiver.wait_for(Option::is_some).await;
            return sum
                .expect("the sender is in the map")
                .expect("it was waited for");
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
        entry.0.send_replace(Some(sum));
        sum
    }
}
