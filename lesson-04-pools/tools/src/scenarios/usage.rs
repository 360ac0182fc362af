//! The time and memory of a run.

use common::measure::{Stopwatch, process_status};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

/// The figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// From the first job to the last result, the pool's beginning and end included.
    pub wall_s: f64,
    /// CPU time of all its threads and processes.
    pub cpu_s: f64,
    /// Peak memory of all its processes together; `None` where it is not known.
    pub memory: Option<u64>,
    /// A checksum of all results.
    pub digest: String,
    /// Anything else that is worth knowing.
    pub note: Option<String>,
}

impl Usage {
    /// Reads the watch. `children` child processes count for memory.
    pub fn since(watch: &Stopwatch, children: usize) -> Usage {
        let used = watch.read();
        let memory = peak().map(|own| own + children as u64 * largest_child());

        Usage {
            wall_s: used.wall.as_secs_f64(),
            cpu_s: used.cpu.as_secs_f64(),
            memory,
            digest: String::new(),
            note: None,
        }
    }
}

/// Returns the most memory that this process has had at once, in bytes (`VmHWM`). Memory that it
/// shares with others, such as the program itself, counts as well.
fn peak() -> Option<u64> {
    process_status("VmHWM:").map(|kib| kib * 1024)
}

/// Returns the same of the largest child that has been waited for.
fn largest_child() -> u64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| {
        u64::try_from(usage.max_rss()).unwrap_or(0) * 1024
    })
}
