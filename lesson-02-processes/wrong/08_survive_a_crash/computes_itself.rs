//! fails: wrong result: how often a worker was asked
//!
//! A worker is started, and never asked.

use std::process::{Command, Stdio};

pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    let mut worker = hire().stdin(Stdio::piped()).spawn().unwrap();
    let answers = numbers.iter().map(|number| Some(number * number)).collect();
    worker.wait().unwrap();
    answers
}
