//! Starting a process, and talking to one.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::Result;

use super::clock::each;
use super::cost::Cost;
use super::errand::{Errand, pool};

/// Measures each of them.
pub fn costs() -> Result<Vec<Cost>> {
    let create = || {
        let nothing = Command::new("true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        assert!(
            nothing.is_ok_and(|status| status.success()),
            "`true` can be started, and succeeds"
        );
    };
    let fresh = || {
        let pool = pool(1).expect("a pool can be had");
        let job = pool.submit(Errand::Pid).expect("it takes jobs");
        let _ = job.result().expect("the worker lives");
    };
    let pool = pool(usize::MAX)?;
    let there_and_back = || {
        let job = pool.submit(Errand::Pid).expect("it takes jobs");
        let _ = job.result().expect("the worker lives");
    };

    Ok(vec![
        Cost::time("pipe message to another thread, there and back", &pipe()?),
        Cost::time("process pool, there and back", &each(there_and_back)),
        Cost::time("process: create `true` and wait", &each(create)),
        Cost::time("process pool of one: start, one job, end", &each(fresh)),
    ])
}

/// Measures a byte that goes through one pipe and comes back through another.
fn pipe() -> Result<Vec<f64>> {
    let (mut there, mut to) = io::pipe()?;
    let (mut back, mut from) = io::pipe()?;
    let echo = thread::spawn(move || {
        let mut byte = [0];
        // Ends when the other side closes its end.
        while there
            .read_exact(&mut byte)
            .and_then(|()| from.write_all(&byte))
            .is_ok()
        {}
    });

    let mut byte = [1];
    let samples = each(|| {
        to.write_all(&byte)
            .and_then(|()| back.read_exact(&mut byte))
            .expect("the echo lives");
    });

    drop(to);
    let _ = echo.join();
    Ok(samples)
}
