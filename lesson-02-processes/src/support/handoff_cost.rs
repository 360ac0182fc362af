//! The price of handing a job over, to a process and to a thread.

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use common::Failure;

use crate::support::crew::Crew;
use crate::support::primes::count;

/// Empty jobs that are sent to learn what sending costs.
const EMPTY: usize = 300;

/// Returns the seconds from an empty job to its answer, in the only worker of a crew that counts primes.
pub fn to_a_process(crew: &mut Crew) -> Result<f64, Failure> {
    let start = Instant::now();
    let _: Vec<u64> = crew.share_out(&vec![0..0_u64; EMPTY])?;
    Ok(start.elapsed().as_secs_f64() / EMPTY as f64)
}

/// Returns the seconds from an empty job to its answer, in a thread.
pub fn to_a_thread() -> Result<f64, Failure> {
    let (job, jobs) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let thread = thread::spawn(move || jobs.iter().try_for_each(|range| answer.send(count(range))));

    let start = Instant::now();
    for _ in 0..EMPTY {
        job.send(0..0)?;
        answers.recv()?;
    }
    let each_s = start.elapsed().as_secs_f64() / EMPTY as f64;

    drop(job);
    thread.join().expect("counting does not panic")?;
    Ok(each_s)
}
