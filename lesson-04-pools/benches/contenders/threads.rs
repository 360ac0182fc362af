//! Thread pools of two threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;

use lesson_04_pools::executor::{JobHandle, ThreadPool};

use super::race::{Measure, Race, timed};

const WORKERS: usize = 2;

/// A pool that runs functions. Their results come back through a channel.
trait Run {
    fn run(&self, job: impl FnOnce() + Send + 'static);
}

type Job = Box<dyn FnOnce() + Send>;

struct CrossbeamChannel(crossbeam_channel::Sender<Job>);
struct MutexReceiver(mpsc::Sender<Job>);
struct Rayon(rayon::ThreadPool);
struct SpawnBlocking(tokio::runtime::Runtime);

impl CrossbeamChannel {
    fn new() -> Self {
        let (sender, receiver) = crossbeam_channel::unbounded::<Job>();
        for _ in 0..WORKERS {
            let receiver = receiver.clone();
            thread::spawn(move || receiver.into_iter().for_each(|job| job()));
        }
        Self(sender)
    }
}

impl MutexReceiver {
    fn new() -> Self {
        let (sender, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..WORKERS {
            let receiver = Arc::clone(&receiver);
            let next = move || receiver.lock().expect("no thread panics").recv();
            thread::spawn(move || {
                while let Ok(job) = next() {
                    job();
                }
            });
        }
        Self(sender)
    }
}

impl Run for CrossbeamChannel {
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.0.send(Box::new(job)).expect("its threads are there");
    }
}
impl Run for MutexReceiver {
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.0.send(Box::new(job)).expect("its threads are there");
    }
}
impl Run for Rayon {
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.0.spawn(job);
    }
}
impl Run for SpawnBlocking {
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        drop(self.0.spawn_blocking(job));
    }
}
impl Run for threadpool::ThreadPool {
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.execute(job);
    }
}

fn rayon() -> Rayon {
    Rayon(
        rayon::ThreadPoolBuilder::new()
            .num_threads(WORKERS)
            .build()
            .expect("there is room"),
    )
}

fn tokio() -> SpawnBlocking {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    SpawnBlocking(
        builder
            .worker_threads(1)
            .max_blocking_threads(WORKERS)
            .build()
            .expect("there is room"),
    )
}

fn ours() -> ThreadPool {
    ThreadPool::builder()
        .workers(WORKERS)
        .build()
        .expect("there is room")
}

/// All submitted from outside, then all results collected.
fn many(pool: impl Run + 'static) -> Measure {
    Box::new(move |jobs| {
        timed(|| {
            let (sender, results) = crossbeam_channel::unbounded();
            for number in 0..jobs {
                let sender = sender.clone();
                pool.run(move || sender.send(number).expect("it is waited for"));
            }
            drop(sender);
            results.into_iter().sum::<u64>()
        })
    })
}

/// One submitted, its result waited for, then the next.
fn one_by_one(pool: impl Run + 'static) -> Measure {
    Box::new(move |jobs| {
        let (sender, results) = crossbeam_channel::unbounded();
        timed(|| {
            for number in 0..jobs {
                let sender = sender.clone();
                pool.run(move || sender.send(number).expect("it is waited for"));
                results.recv().expect("it comes");
            }
        })
    })
}

pub fn stream() -> Race {
    let (pool, mapped) = (ours(), ours());
    let submitted: Measure = Box::new(move |jobs| {
        timed(|| {
            let jobs: Vec<_> = (0..jobs)
                .map(|number| pool.submit(move || number).expect("open"))
                .collect();
            jobs.into_iter()
                .map(|job| job.result().expect("it is done"))
                .sum::<u64>()
        })
    });
    let mapped: Measure = Box::new(move |jobs| {
        timed(|| {
            mapped
                .map(0..jobs, |n| n)
                .map(|n| n.expect("it is done"))
                .sum::<u64>()
        })
    });
    Race {
        work: "20,000 jobs that do nothing, submitted and collected",
        unit: "ns a job",
        scale: 1e9,
        times: 20_000,
        contenders: vec![
            ("a pool on crossbeam-channel", many(CrossbeamChannel::new())),
            ("our pool, submit", submitted),
            ("our pool, map", mapped),
            ("a pool on Arc<Mutex<Receiver>>", many(MutexReceiver::new())),
            ("threadpool", many(threadpool::ThreadPool::new(WORKERS))),
            ("rayon's spawn", many(rayon())),
            ("tokio's spawn_blocking", many(tokio())),
            ("two threads and an atomic index", Box::new(index)),
        ],
    }
}

/// No queue at all: what it costs at least.
fn index(jobs: u64) -> std::time::Duration {
    timed(|| {
        let (next, sum) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    let mut mine = 0;
                    while let number @ 0.. = next.fetch_add(1, Ordering::Relaxed)
                        && number < jobs
                    {
                        mine += number;
                    }
                    sum.fetch_add(mine, Ordering::Relaxed);
                });
            }
        });
        sum.into_inner()
    })
}

pub fn there_and_back() -> Race {
    let pool = ours();
    let ours: Measure = Box::new(move |jobs| {
        timed(|| {
            (0..jobs)
                .map(|n| {
                    pool.submit(move || n)
                        .and_then(JobHandle::result)
                        .expect("done")
                })
                .sum::<u64>()
        })
    });
    Race {
        work: "one job to a thread and back",
        unit: "µs",
        scale: 1e6,
        times: 2_000,
        contenders: vec![
            (
                "a pool on crossbeam-channel",
                one_by_one(CrossbeamChannel::new()),
            ),
            ("our pool", ours),
            (
                "a pool on Arc<Mutex<Receiver>>",
                one_by_one(MutexReceiver::new()),
            ),
            (
                "threadpool",
                one_by_one(threadpool::ThreadPool::new(WORKERS)),
            ),
            ("rayon's spawn", one_by_one(rayon())),
            ("tokio's spawn_blocking", one_by_one(tokio())),
        ],
    }
}
