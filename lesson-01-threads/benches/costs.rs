//! The costs of this lesson's parts: `cargo bench -p lesson-01-threads --features bench`.
//!
//! Each part of std stands next to its rivals. Contended means: a second thread does the same all the while.

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};

/// Measures `work` while another thread does the same.
fn contended(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, work: impl Fn(usize) + Sync) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                work(1);
            }
        });
        group.bench_function(name, |bencher| bencher.iter(|| work(0)));
        over.store(true, Ordering::Relaxed);
    });
}

fn threads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("thread");
    group.bench_function("create and join", |bencher| {
        bencher.iter(|| thread::spawn(|| black_box(1)).join());
    });
    group.bench_function("create and join, scoped", |bencher| {
        bencher.iter(|| thread::scope(|scope| scope.spawn(|| black_box(1)).join()));
    });
    group.finish();
}

fn locks(criterion: &mut Criterion) {
    let std = Mutex::new(0_u64);
    let parking_lot = parking_lot::Mutex::new(0_u64);
    let std_lock = |_| *std.lock().expect("no thread panics") += 1;
    let parking_lot_lock = |_| *parking_lot.lock() += 1;
    let mut group = criterion.benchmark_group("lock, add, unlock");
    group.bench_function("std", |bencher| bencher.iter(|| std_lock(0)));
    group.bench_function("parking_lot", |bencher| {
        bencher.iter(|| parking_lot_lock(0));
    });
    contended(&mut group, "std, contended", std_lock);
    contended(&mut group, "parking_lot, contended", parking_lot_lock);
    group.finish();
}

#[derive(Default)]
#[repr(align(128))]
struct Padded(AtomicU64);

fn atomics(criterion: &mut Criterion) {
    let add = |counter: &AtomicU64| {
        counter.fetch_add(1, Ordering::Relaxed);
    };
    let one = Padded::default();
    let neighbours: (Padded, [AtomicU64; 2]) = Default::default();
    let padded = [Padded::default(), Padded::default()];
    let mut group = criterion.benchmark_group("fetch_add");
    group.bench_function("alone", |bencher| bencher.iter(|| add(&one.0)));
    contended(&mut group, "two threads, one counter", |_| add(&one.0));
    contended(
        &mut group,
        "two threads, two counters on a cache line",
        |thread| add(&neighbours.1[thread]),
    );
    contended(&mut group, "two threads, two counters padded", |thread| {
        add(&padded[thread].0);
    });
    group.finish();
}

/// Measures one receive from a thread that sends until the receiver is gone.
fn receive<T>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    send: impl Fn(u64) -> bool + Send,
    receiver: T,
    receive: impl Fn(&T) -> u64,
) {
    thread::scope(|scope| {
        scope.spawn(|| {
            let send = send; // dropped with the thread
            let mut number = 0;
            while send(number) {
                number += 1;
            }
        });
        group.bench_function(name, |bencher| bencher.iter(|| receive(&receiver)));
        drop(receiver);
    });
}

fn channels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("channel, bounded to 1024");
    let (sender, receiver) = mpsc::sync_channel(1024);
    let from = |receiver: &mpsc::Receiver<u64>| receiver.recv().expect("the sender lives");
    receive(
        &mut group,
        "std",
        move |number| sender.send(number).is_ok(),
        receiver,
        from,
    );
    let (sender, receiver) = crossbeam_channel::bounded(1024);
    let from =
        |receiver: &crossbeam_channel::Receiver<u64>| receiver.recv().expect("the sender lives");
    receive(
        &mut group,
        "crossbeam",
        move |number| sender.send(number).is_ok(),
        receiver,
        from,
    );
    group.finish();
    let mut group = criterion.benchmark_group("channel, send and receive on one thread");
    let (sender, receiver) = mpsc::channel();
    group.bench_function("std", |bencher| {
        bencher.iter(|| (sender.send(1), receiver.recv()));
    });
    let (sender, receiver) = crossbeam_channel::unbounded();
    group.bench_function("crossbeam", |bencher| {
        bencher.iter(|| (sender.send(1), receiver.recv()));
    });
    group.finish();
}

criterion_group!(benches, threads, locks, atomics, channels);
criterion_main!(benches);
