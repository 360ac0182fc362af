//! The other side of `workers`: what the program does when it has been started as a worker.

use std::io::{self, stdin, stdout};
use std::thread::sleep;
use std::time::Duration;

use common::frame;
use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use tracing::{info, info_span};

/// What a worker is asked to do. `serde` turns it into bytes and back.
#[derive(Serialize, Deserialize)]
pub struct Job {
    /// Whose factorial is wanted.
    pub n: u32,
    /// How long each multiplication takes.
    pub step: Duration,
}

/// `n`!, step by step. The number grows without end, so it has a type that does too.
pub fn factorial(n: u32, step: Duration) -> BigUint {
    let _span = info_span!("factorial of", n).entered();
    let mut product = BigUint::from(1_u32);
    for factor in 1..=n {
        sleep(step);
        product *= factor;
    }
    product
}

/// The whole life of a worker process: read a job from standard input, write the result to standard output.
///
/// # Errors
/// When the job does not arrive whole, or nobody takes the result.
pub fn main(_name: &str) -> io::Result<()> {
    let Some(job) = frame::read(&mut stdin().lock())? else {
        return Ok(());
    };
    let job: Job = postcard::from_bytes(&job).map_err(io::Error::other)?;
    info!("computing {}! in process {}", job.n, std::process::id());
    let product = factorial(job.n, job.step).to_string();
    Ok(frame::write(&mut stdout().lock(), product.as_bytes())?)
}
