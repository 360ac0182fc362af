//! `pool`: a supervisor and its workers. Some items are bad, and no worker's death stops the rest.
//!
//! A thread in `keeper.rs` looks after each worker; `supervisor.rs` decides what becomes of an item whose worker failed.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use crate::keeper::{Event, keep};
use crate::supervisor::{Report, supervise};
use crate::support::worker_process::WorkerProcess;

/// The role of the workers.
pub const ROLE: &str = "pool";

/// Works off the items on `workers` processes at a time. An item that ends its worker, or keeps it longer than `limit`,
/// is tried `most` times in all.
pub fn pool(items: &[u32], workers: usize, most: u32, limit: Duration) -> io::Result<Report> {
    let (hand_out, queue) = channel();
    let (tell, events) = channel();
    let queue = Mutex::new(queue);
    let started = AtomicU32::new(1);
    let start = || {
        let number = started.fetch_add(1, Ordering::Relaxed);
        WorkerProcess::start(&format!("worker {number}"), ROLE)
    };

    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                if let Err(error) = keep(&queue, &tell, start, limit) {
                    let _ = tell.send(Event::NoWorker(error));
                }
            });
        }

        let report = supervise(items, most, &hand_out, &events);
        drop(hand_out); // The queue is closed, and the keepers end.
        report
    })
}
