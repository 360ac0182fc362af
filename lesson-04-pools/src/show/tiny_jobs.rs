//! `tiny-jobs`: jobs of six sizes, in a loop, each a job, and in chunks.

use common::measure::timed;
use common::options::count;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::ThreadPool;
use crate::pitfalls::tiny_jobs::{Row, each_a_job, in_chunks, pays_from};
use crate::support::compute::sum_of_squares;

pub fn demo() -> Demo {
    Demo::new("tiny-jobs", "parallel, and slower", run).option(count(
        "workers",
        64,
        None,
        "Threads in the pool [default: one a core]",
    ))
}

/// The most jobs of one size that are measured, and the most squares.
const MOST_JOBS: u64 = 20_000;
const MOST_SQUARES: u64 = 40_000_000;

fn run(run: &Run) -> Result<Outcome, Failure> {
    let workers = run.count("workers").get();
    let pool = ThreadPool::builder()
        .workers(workers)
        .name_prefix("pool")
        .build()?;

    let mut rows = Vec::new();
    for squares in (1..=6).map(|power| 10_u64.pow(power)) {
        let row = measure(&pool, workers, squares)?;
        info!(
            "jobs of {:.2} us: {:.3} times as fast as a loop, in chunks {:.3} times",
            row.job_us, row.each, row.chunks
        );
        rows.push(row);
    }

    let pays = pays_from(&rows);
    match pays {
        Some(job_us) => {
            info!("with {workers} workers, a job of its own paid from {job_us:.1} us on");
        }
        None => {
            info!(
                "with {workers} workers, a job of its own did not pay at any size: is another core free?"
            );
        }
    }
    Ok(json!({ "workers": workers, "pays_from_us": pays, "table": rows }).into())
}

fn measure(pool: &ThreadPool, workers: usize, squares: u64) -> Result<Row, Failure> {
    let _span = info_span!("jobs", squares).entered();
    let jobs = (MOST_SQUARES / squares).min(MOST_JOBS);
    let in_a_loop = || {
        (0..jobs)
            .map(|job| sum_of_squares(job..job + squares))
            .sum::<u64>()
    };

    let (sum, alone) = timed(in_a_loop);
    let each_a_job = || timed(|| each_a_job(pool, jobs, squares));
    let (each, each_used) = part("each a job", each_a_job);
    let in_chunks = || timed(|| in_chunks(pool, workers, jobs, squares));
    let (chunks, chunks_used) = part("in chunks", in_chunks);
    if each? != sum || chunks? != sum {
        return Err(Failure::Failed(
            "the same jobs came to different sums".into(),
        ));
    }

    let alone = alone.wall.as_secs_f64();
    Ok(Row {
        job_us: alone * 1e6 / jobs as f64,
        each: alone / each_used.wall.as_secs_f64(),
        chunks: alone / chunks_used.wall.as_secs_f64(),
    })
}
