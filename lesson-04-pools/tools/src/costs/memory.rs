//! The memory of one more task, thread or process while it waits.

use std::fs;

use anyhow::{Result, anyhow};

use super::cost::Cost;
use super::errand::{Errand, pool};

const SAMPLES: usize = 5;

/// Measures each of them.
pub fn costs() -> Result<Vec<Cost>> {
    // Each in a new process: memory that one of them releases, the next one would find.
    let fresh = pool(1)?;
    let ask = |errand: Errand| fresh.submit(errand)?.result()?.map_err(|why| anyhow!(why));
    let task = || ask(Errand::Task);
    let thread = || ask(Errand::Thread);

    Ok(vec![
        Cost::memory("a task that sleeps", &samples(task)?),
        Cost::memory("a thread that sleeps", &samples(thread)?),
        Cost::memory(
            "a worker process that waits, its own pages",
            &samples(process)?,
        ),
    ])
}

fn samples(measure: impl Fn() -> Result<Option<f64>>) -> Result<Vec<f64>> {
    let measured: Result<Vec<Option<f64>>> = (0..SAMPLES).map(|_| measure()).collect();
    Ok(measured?.into_iter().flatten().collect())
}

/// Counts the pages that only a worker has; the program itself is shared by all that run it.
fn process() -> Result<Option<f64>> {
    let pool = pool(usize::MAX)?;
    let Some(pid) = pool.submit(Errand::Pid)?.result()?.ok().flatten() else {
        return Ok(None);
    };
    let Ok(text) = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else {
        return Ok(None);
    };

    let kib = |name| {
        let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
        rest.trim().strip_suffix(" kB")?.parse::<f64>().ok()
    };
    let own = kib("Private_Clean:").zip(kib("Private_Dirty:"));
    Ok(own.map(|(clean, dirty)| (clean + dirty) * 1024.0))
}
