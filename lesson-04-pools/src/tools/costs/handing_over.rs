//! What it costs to hand work over: to another thread, to a task, to a pool and back.

use std::hint::black_box;
use std::sync::mpsc;
use std::thread;

use anyhow::Result;

use super::Cost;
use super::clock::each;
use crate::executor::ThreadPool;

/// Messages that one thread sends to another as fast as it can.
const MESSAGES: u32 = 1000;

/// Each of them.
///
/// # Errors
/// When there is no thread to be had.
///
/// # Panics
/// When a thread panicked.
pub fn costs() -> Result<Vec<Cost>> {
    let (pool, rayon) = (
        ThreadPool::builder().workers(1).build()?,
        rayon::ThreadPoolBuilder::new().num_threads(1).build()?,
    );
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.max_blocking_threads(1).build()?;
    let ours = || {
        let job = pool.submit(|| black_box(1)).expect("the pool is open");
        job.result().expect("the job does not panic");
    };
    let tokios = || runtime.block_on(async { tokio::task::spawn_blocking(|| black_box(1)).await });
    Ok(vec![
        Cost::time("channel message to another thread", &message()),
        Cost::time("task: spawn and await", &task(&runtime)),
        Cost::time("task: give way to another one", &task_switch(&runtime)),
        Cost::time(
            "thread: create and join",
            &each(|| drop(thread::spawn(|| black_box(1)).join())),
        ),
        Cost::time("thread pool, there and back: ours", &each(ours)),
        Cost::time(
            "thread pool, there and back: rayon",
            &each(|| _ = black_box(rayon.install(|| 1))),
        ),
        Cost::time(
            "thread pool, there and back: tokio",
            &each(|| drop(tokios())),
        ),
    ])
}

/// A message in a stream of them: nobody waits for an answer.
fn message() -> Vec<f64> {
    let (sender, receiver) = mpsc::sync_channel::<u32>(MESSAGES as usize);
    let (done, all_done) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut count = 0;
        while receiver.recv().is_ok() {
            count += 1;
            if count % MESSAGES == 0 {
                done.send(()).expect("somebody waits for this");
            }
        }
    });
    let batches = each(|| {
        (0..MESSAGES).for_each(|number| sender.send(number).expect("the reader lives"));
        all_done.recv().expect("the reader lives");
    });
    drop(sender);
    reader.join().expect("reading does not panic");
    batches
        .iter()
        .map(|batch| batch / f64::from(MESSAGES))
        .collect()
}

fn task(runtime: &tokio::runtime::Runtime) -> Vec<f64> {
    let tasks = || {
        runtime.block_on(async {
            for _ in 0..100 {
                let _ = tokio::spawn(async { black_box(1) }).await;
            }
        });
    };
    each(tasks).iter().map(|hundred| hundred / 100.0).collect()
}

/// Two tasks that take turns on one thread.
fn task_switch(runtime: &tokio::runtime::Runtime) -> Vec<f64> {
    let turns = || async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
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
