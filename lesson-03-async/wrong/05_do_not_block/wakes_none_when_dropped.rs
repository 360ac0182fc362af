//! fails: stuck: a task asked for a file, and was dropped before the file came, while another one waited
//!
//! The mark of the task that asks first goes when that task is dropped, but those that wait for it are not told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

enum State {
    UnderWay(Arc<Notify>),
    Known(u64),
}

#[derive(Default)]
pub struct Checksums {
    files: Mutex<HashMap<String, State>>,
}

/// Takes its mark away when it is dropped without a checksum.
struct Mark<'a> {
    files: &'a Mutex<HashMap<String, State>>,
    file: &'a str,
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        let mut files = self.files.lock().unwrap();
        if let Some(State::UnderWay(_)) = files.get(self.file) {
            files.remove(self.file);
        }
    }
}

impl Checksums {
    pub async fn of(
        &self,
        file: &str,
        load: impl AsyncFn(&str) -> Option<Vec<u8>>,
        checksum: fn(&[u8]) -> u64,
        pause: Duration,
    ) -> u64 {
        loop {
            let notify = {
                let mut files = self.files.lock().unwrap();
                match files.get(file) {
                    Some(State::Known(sum)) => return *sum,
                    Some(State::UnderWay(notify)) => Arc::clone(notify),
                    None => {
                        let notify = Arc::new(Notify::new());
                        files.insert(file.to_owned(), State::UnderWay(notify));
                        break;
                    }
                }
            };
            notify.notified().await;
        }

        let mark = Mark {
            files: &self.files,
            file,
        };
        let bytes = loop {
            match load(file).await {
                Some(bytes) => break bytes,
                None => sleep(pause).await,
            }
        };
        let sum = spawn_blocking(move || checksum(&bytes)).await.unwrap();
        let known = State::Known(sum);
        let before = self.files.lock().unwrap().insert(file.to_owned(), known);
        if let Some(State::UnderWay(notify)) = before {
            notify.notify_waiters();
        }
        drop(mark);
        sum
    }
}
