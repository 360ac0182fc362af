//! Handing work over: to another thread, to a task, to a pool and back.

use std::hint::black_box;
use std::sync::mpsc;
use std::thread;

use anyhow::Result;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{spawn_blocking, yield_now};

use super::clock::each;
use super::cost::Cost;
use lesson_04_pools::executor::ThreadPool;

/// Messages that one thread sends to another as fast as it can.
const MESSAGES: u32 = 1000;

/// Measures each of them.
pub fn costs() -> Result<Vec<Cost>> {
    let pool = ThreadPool::builder().workers(1).build()?;
    let rayon = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()?;
    let ours = || {
        let job = pool.submit(|| black_box(1)).expect("the pool is open");
        job.result().expect("the job does not panic");
    };
    let rayons = || _ = black_box(rayon.install(|| 1));
    let tokios = || drop(runtime.block_on(async { spawn_blocking(|| black_box(1)).await }));
    let create = || drop(thread::spawn(|| black_box(1)).join());

    Ok(vec![
        Cost::time("channel message to another thread", &message()),
        Cost::time("task: spawn and await", &task(&runtime)),
        Cost::time("task: give way to another one", &task_switch(&runtime)),
        Cost::time("thread: create and join", &each(create)),
        Cost::time("thread pool, there and back: ours", &each(ours)),
        Cost::time("thread pool, there and back: rayon", &each(rayons)),
        Cost::time("thread pool, there and back: tokio", &each(tokios)),
    ])
}

/// Measures a message in a stream of them, none of which is answered.
fn message() -> Vec<f64> {
    let (sender, receiver) = mpsc::sync_channel::<u32>(MESSAGES as usize);
    let (done, all_done) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut count = 0;
        while receiver.recv().is_ok() {
            count += 1;
            if count % MESSAGES == 0 {
                done.send(()).expect("the writer waits for this");
            }
        }
    });

    let batches = each(|| {
        (0..MESSAGES).for_each(|number| sender.send(number).expect("the reader lives"));
        all_done.recv().expect("the reader lives");
    });

    drop(sender);
    reader.join().expect("reading does not panic");
    let messages = f64::from(MESSAGES);
    batches.iter().map(|batch| batch / messages).collect()
}

fn task(runtime: &Runtime) -> Vec<f64> {
    let tasks = || {
        runtime.block_on(async {
            for _ in 0..100 {
                let _ = tokio::spawn(async { black_box(1) }).await;
            }
        });
    };
    each(tasks).iter().map(|hundred| hundred / 100.0).collect()
}

/// Measures two tasks that take turns on one thread.
fn task_switch(runtime: &Runtime) -> Vec<f64> {
    let turns = || async {
        for _ in 0..100 {
            yield_now().await;
        }
    };
    let both = || {
        runtime.block_on(async {
            let other = tokio::spawn(turns());
            turns().await;
            let _ = other.await;
        });
    };

    each(both).iter().map(|turns| turns / 200.0).collect()
}
