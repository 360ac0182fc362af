//! What recording costs: one span, opened and closed, with ours and with others.
//!
//! `cargo bench -p common --features bench --bench recording`

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tracing::info_span;
use tracing_subscriber::layer::SubscriberExt;

fn span() {
    let _span = info_span!("span").entered();
}

fn recording(c: &mut Criterion) {
    let mut group = c.benchmark_group("one span");
    // First, while the program has no subscriber at all.
    group.bench_function("no subscriber", |b| b.iter(span));

    // Before the others: once a program has had several subscribers, each span is asked for twice.
    common::bench::install();
    // A demo records some hundred spans. A long run fills memory that the system has to hand out first, page by page.
    for (name, detail, watched, run) in [
        ("ours, without CPU time", false, false, 1_000),
        ("ours, with CPU time", true, false, 1_000),
        (
            "ours, with CPU time, in a run of 100,000 spans",
            true,
            false,
            100_000,
        ),
        (
            "ours, with CPU time and watched, in a run of 100,000 spans",
            true,
            true,
            100_000,
        ),
        (
            "ours, without CPU time, in a run of 100,000 spans",
            false,
            false,
            100_000,
        ),
    ] {
        group.bench_function(name, |b| {
            b.iter_custom(|spans| {
                // In parts, so that what is kept does not grow with criterion's patience.
                let mut took = std::time::Duration::ZERO;
                let mut left = spans;
                while left > 0 {
                    let part = left.min(run);
                    let recording = common::bench::start(detail, watched);
                    let start = std::time::Instant::now();
                    for _ in 0..part {
                        span();
                    }
                    took += start.elapsed();
                    drop(recording);
                    left -= part;
                }
                took
            });
        });
    }
    // What our waker of a task does before it calls the executor's.
    group.bench_function("ours, a wake of a task", |b| {
        b.iter_custom(|wakes| {
            let mut took = std::time::Duration::ZERO;
            let mut left = wakes;
            while left > 0 {
                let part = left.min(1_000);
                let recording = common::bench::start(true, false);
                let call = info_span!("call", task = "call");
                let start = std::time::Instant::now();
                for _ in 0..part {
                    call.follows_from(&call);
                }
                took += start.elapsed();
                drop(recording);
                left -= part;
            }
            took
        });
    });
    let (chrome, flush) = tracing_chrome::ChromeLayerBuilder::new()
        .writer(std::io::sink())
        .include_args(false)
        .build();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(chrome), || {
        group.bench_function("tracing-chrome", |b| b.iter(span));
    });
    drop(flush);

    tracing::subscriber::with_default(tracing_subscriber::registry(), || {
        group.bench_function("tracing-subscriber's registry, recording nothing", |b| {
            b.iter(span);
        });
    });

    group.bench_function("two reads of the thread CPU clock", |b| {
        b.iter(|| {
            (
                black_box(common::bench::cpu_clock()),
                black_box(common::bench::cpu_clock()),
            )
        });
    });
    group.bench_function("two reads of the monotonic clock", |b| {
        b.iter(|| {
            (
                black_box(std::time::Instant::now()),
                black_box(std::time::Instant::now()),
            )
        });
    });
    group.finish();
}

criterion_group!(benches, recording);
criterion_main!(benches);
