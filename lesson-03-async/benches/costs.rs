//! The costs of async: tokio, the executor of this lesson, and smol beside them; whole programs beside Python's asyncio.
//!
//! `cargo bench -p lesson-03-async --features bench`, or with `-- --quick` for a first look. Python's own figures for
//! the same things: `python3 lesson-03-async/benches/costs.py`.

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use lesson_03_async::executor::Executor;
use smol::LocalExecutor;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinSet, LocalSet, spawn_local};

const JOINED: usize = 20_000;
const MESSAGES: u64 = 1_000;
const TIMERS: usize = 10_000;

fn tokio_runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// A future of a moment, so that nothing can be computed in advance.
async fn number(n: u64) -> u64 {
    black_box(n)
}

fn spawn_and_await(c: &mut Criterion) {
    let mut group = c.benchmark_group("spawn and await");
    let own = Rc::new(Executor::default());
    group.bench_function("this lesson's executor", |b| {
        b.iter_custom(|times| {
            let own = Rc::clone(&own);
            let start = std::time::Instant::now();
            Rc::clone(&own).run(async move {
                for n in 0..times {
                    own.spawn(number(n)).await;
                }
            });
            start.elapsed()
        });
    });
    let local = LocalExecutor::new();
    group.bench_function("smol, local", |b| {
        b.iter_custom(|times| {
            let start = std::time::Instant::now();
            smol::block_on(local.run(async {
                for n in 0..times {
                    local.spawn(number(n)).await;
                }
            }));
            start.elapsed()
        });
    });
    let runtime = tokio_runtime();
    group.bench_function("tokio, current_thread", |b| {
        b.iter_custom(|times| {
            let start = std::time::Instant::now();
            runtime.block_on(async {
                for n in 0..times {
                    tokio::spawn(number(n)).await.expect("no panic");
                }
            });
            start.elapsed()
        });
    });
    group.bench_function("tokio, LocalSet", |b| {
        b.iter_custom(|times| {
            let start = std::time::Instant::now();
            LocalSet::new().block_on(&runtime, async {
                for n in 0..times {
                    spawn_local(number(n)).await.expect("no panic");
                }
            });
            start.elapsed()
        });
    });
    group.bench_function("no task: await a boxed future", |b| {
        b.iter_custom(|times| {
            let start = std::time::Instant::now();
            runtime.block_on(async {
                for n in 0..times {
                    let boxed: std::pin::Pin<Box<dyn Future<Output = u64>>> = Box::pin(number(n));
                    boxed.await;
                }
            });
            start.elapsed()
        });
    });
    group.finish();
}

/// Two tasks that take turns; the time is that of one turn.
fn switch(c: &mut Criterion) {
    let mut group = c.benchmark_group("task switch");
    let runtime = tokio_runtime();
    group.bench_function("tokio, current_thread", |b| {
        b.iter_custom(|times| {
            let turns = move || async move {
                for _ in 0..=times / 2 {
                    tokio::task::yield_now().await;
                }
            };
            let start = std::time::Instant::now();
            runtime.block_on(async {
                let one = tokio::spawn(turns());
                let two = tokio::spawn(turns());
                one.await.and(two.await).expect("no panic");
            });
            start.elapsed()
        });
    });
    group.bench_function("smol, local", |b| {
        b.iter_custom(|times| {
            let local = LocalExecutor::new();
            let turns = || async move {
                for _ in 0..=times / 2 {
                    smol::future::yield_now().await;
                }
            };
            let start = std::time::Instant::now();
            smol::block_on(local.run(async {
                let one = local.spawn(turns());
                let two = local.spawn(turns());
                one.await;
                two.await;
            }));
            start.elapsed()
        });
    });
    group.finish();
}

fn join(c: &mut Criterion) {
    let mut group = c.benchmark_group("join of 20,000");
    group
        .throughput(Throughput::Elements(JOINED as u64))
        .sample_size(10);
    let runtime = tokio_runtime();
    group.bench_function("tokio, JoinSet", |b| {
        b.iter(|| {
            runtime.block_on(async {
                let mut set: JoinSet<u64> = (0..JOINED as u64).map(number).collect();
                while set.join_next().await.is_some() {}
            });
        });
    });
    group.bench_function("futures, join_all, no tasks", |b| {
        b.iter(|| runtime.block_on(join_all((0..JOINED as u64).map(number))));
    });
    let local = LocalExecutor::new();
    group.bench_function("smol, local", |b| {
        b.iter(|| {
            smol::block_on(local.run(async {
                let tasks: Vec<_> = (0..JOINED as u64).map(|n| local.spawn(number(n))).collect();
                for task in tasks {
                    task.await;
                }
            }));
        });
    });
    group.finish();
}

/// A thousand messages through a queue with room for a hundred.
fn channel(c: &mut Criterion) {
    let mut group = c.benchmark_group("channel send and receive");
    group.throughput(Throughput::Elements(MESSAGES));
    let runtime = tokio_runtime();
    group.bench_function("tokio, mpsc", |b| {
        b.iter(|| {
            runtime.block_on(async {
                let (sender, mut receiver) = tokio::sync::mpsc::channel(100);
                tokio::spawn(async move {
                    for n in 0..MESSAGES {
                        sender.send(n).await.expect("the receiver is there");
                    }
                });
                while receiver.recv().await.is_some() {}
            });
        });
    });
    let local = LocalExecutor::new();
    group.bench_function("smol, channel", |b| {
        b.iter(|| {
            smol::block_on(local.run(async {
                let (sender, receiver) = smol::channel::bounded(100);
                let sending = local.spawn(async move {
                    for n in 0..MESSAGES {
                        sender.send(n).await.expect("the receiver is there");
                    }
                });
                while receiver.recv().await.is_ok() {}
                sending.await;
            }));
        });
    });
    group.finish();
}

fn timers(c: &mut Criterion) {
    let mut group = c.benchmark_group("10,000 tasks that wait 100 ms");
    group.sample_size(10);
    let runtime = tokio_runtime();
    let wait = Duration::from_millis(100);
    group.bench_function("tokio", |b| {
        b.iter(|| {
            runtime.block_on(async {
                let mut set = JoinSet::new();
                for _ in 0..TIMERS {
                    set.spawn(tokio::time::sleep(wait));
                }
                while set.join_next().await.is_some() {}
            });
        });
    });
    let local = LocalExecutor::new();
    group.bench_function("smol, local", |b| {
        b.iter(|| {
            smol::block_on(local.run(async {
                let tasks: Vec<_> = (0..TIMERS)
                    .map(|_| local.spawn(async move { smol::Timer::after(wait).await }))
                    .collect();
                for task in tasks {
                    task.await;
                }
            }));
        });
    });
    group.finish();
}

/// From the start of a program to its end. Its waits alone, three at the same time, need 100 ms.
fn whole_programs(c: &mut Criterion) {
    let mut group = c.benchmark_group("a whole program, three waits of up to 100 ms");
    group.sample_size(10);
    let run = |command: &mut Command| {
        let status = command.stdout(Stdio::null()).status().expect("it starts");
        assert!(status.success());
    };
    group.bench_function("this lesson, gather with its server", |b| {
        let program = env!("CARGO_BIN_EXE_lesson-03-async");
        b.iter(|| {
            run(Command::new(program).args(["gather", "--pace", "0.05", "--timeline", "never"]));
        });
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/costs.py");
    if Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok()
    {
        group.bench_function("Python, asyncio.gather of three sleeps", |b| {
            b.iter(|| run(Command::new("python3").args([script, "gather"])));
        });
    }
    group.finish();
}

criterion_group!(
    costs,
    spawn_and_await,
    switch,
    join,
    channel,
    timers,
    whole_programs
);
criterion_main!(costs);
