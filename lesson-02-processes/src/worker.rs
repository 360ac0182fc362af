//! The other side of `workers`: the program's life once it has been started as a worker.

use std::io::{self, stdin, stdout};
use std::thread::sleep;
use std::time::Duration;

use common::frame;
use serde::{Deserialize, Serialize};
use tracing::{info, info_span};

use crate::support::natural::Natural;

/// A worker's job. `serde` turns it into bytes and back.
#[derive(Serialize, Deserialize)]
pub struct Job {
    /// The number whose factorial is wanted.
    pub n: u32,
    /// The time that each multiplication takes.
    pub step: Duration,
}

/// Computes `n`!, step by step. The number grows without end, so it has a type that does too.
pub fn factorial(n: u32, step: Duration) -> Natural {
    let _span = info_span!("factorial of", n).entered();
    let mut product = Natural::from(1);
    for factor in 1..=n {
        sleep(step);
        product *= factor;
    }
    product
}

/// Reads a job from standard input, computes, and writes the result to standard output.
pub fn main(_name: &str) -> io::Result<()> {
    let Some(job) = frame::read(&mut stdin().lock())? else {
        return Ok(());
    };
    let job: Job = postcard::from_bytes(&job).map_err(io::Error::other)?;
    info!("computing {}! in process {}", job.n, std::process::id());

    let product = factorial(job.n, job.step).to_string();
    Ok(frame::write(&mut stdout().lock(), product.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_are_exact() {
        let of = |n| factorial(n, Duration::ZERO).to_string();
        assert_eq!(
            [0, 1, 5, 20, 25].map(of),
            [
                "1",
                "1",
                "120",
                "2432902008176640000",
                "15511210043330985984000000"
            ]
        );
        let thousand = of(1000);
        assert_eq!(thousand.len(), 2568);
        assert!(
            thousand.starts_with(
                "40238726007709377354370243392300398571937486421071463254379991042993"
            )
        );
        assert!(thousand.ends_with(&"0".repeat(249)) && !thousand.ends_with(&"0".repeat(250)));
    }
}
