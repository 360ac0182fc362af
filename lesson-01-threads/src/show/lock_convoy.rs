//! `lock-convoy`: threads that ask a slow server three times each, inside a lock and before it.

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use common::options::count;
use common::{Demo, Failure, Outcome, Pace, Run, WhatIf, knob, part};
use serde_json::json;
use tracing::{info, info_span};

use crate::pitfalls::lock_convoy::{SLOW, ask_before, ask_inside};

/// Questions of each thread.
const ROUNDS: u32 = 3;

pub fn demo() -> Demo {
    let about = "all threads queue up behind one lock";
    let threads = "Threads that ask";

    let before = WhatIf::BeforeTheLock("answers");

    Demo::new("lock-convoy", about, run)
        .option(count("threads", 100, Some("4"), threads))
        .knob(knob::second_part(
            "the server asked before the lock",
            before,
        ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let threads = u32::try_from(run.count("threads").get())?;

    let (inside, convoy) = part("inside the lock", || ask_all(ask_inside, threads, run.pace));
    info!(
        "asking inside the lock: {} answers, overlap {convoy:.2}",
        inside.len()
    );

    let (before, free) = part("before the lock", || ask_all(ask_before, threads, run.pace));
    info!(
        "asking before the lock: {} answers, overlap {free:.2}",
        before.len()
    );

    let same = inside == before;
    info!(
        "{threads} threads did the work of {convoy:.1} inside, of {free:.1} outside; same answers: {same}"
    );
    Ok(json!({
        "threads": threads,
        "answers": before.len(),
        "same_answers": same,
        "overlap_inside": convoy,
        "overlap_before": free,
    })
    .into())
}

type Ask = fn(&Mutex<Vec<u32>>, u32, Pace);

/// Lets all threads ask; returns the answers, sorted, and how many slow parts ran at once on average.
fn ask_all(ask: Ask, threads: u32, pace: Pace) -> (Vec<u32>, f64) {
    let answers = Mutex::new(Vec::new());
    let start = Instant::now();
    thread::scope(|scope| {
        for number in 1..=threads {
            let answers = &answers;
            scope.spawn(move || {
                let _span = info_span!("asker", number).entered();
                for _ in 0..ROUNDS {
                    ask(answers, number, pace);
                }
            });
        }
    });
    let took = start.elapsed().as_secs_f64();

    let slow_parts = f64::from(threads * ROUNDS) * pace.seconds(SLOW).as_secs_f64();
    let mut answers = answers.into_inner().expect("no thread panics");
    answers.sort_unstable();
    (answers, slow_parts / took)
}
