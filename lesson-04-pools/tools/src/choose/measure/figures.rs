//! The figures of a command that ran alone, in words and as JSON.

use std::time::Duration;

use common::measure::seconds;
use serde_json::{Value, json};

use super::profile::{Kind, Used};
use super::rusage::own_peak;
use super::sampler::Seen;
use crate::format::{bytes, percent};

/// Draws a line for each thing that was counted.
pub fn figures(used: &Used, runs: usize) -> String {
    let time = |time: Duration| seconds(time.as_secs_f64());
    let wall = time(used.wall);
    let own_code = time(used.user);
    let system = time(used.system);
    let delay = time(used.delay);
    let waits = used.waits;
    let preemptions = used.preemptions;
    let moved = match used.moved {
        None => "not known on this system".to_owned(),
        Some(moved) => format!(
            "{} read ({} from a disk), {} written",
            bytes(moved.read),
            bytes(moved.from_disk),
            bytes(moved.written)
        ),
    };
    let peak = if used.peak <= own_peak() {
        format!("under {}", bytes(own_peak()))
    } else {
        bytes(used.peak)
    };

    let lines = [
        format!("alone, the run in the middle of {runs}"),
        format!("  wall time           {wall}"),
        format!("  CPU time            {own_code} its own code, {system} the system for it"),
        format!("  in line for a core  {delay}"),
        format!(
            "  context switches    {waits} to wait, {preemptions} because others wanted the core"
        ),
        format!("  bytes               {moved}"),
        format!("  most memory         {peak}"),
    ];
    lines.join("\n") + "\n"
}

/// Says which kind of work that is.
pub fn sentence(used: &Used, seen: &Seen) -> String {
    let waiting = percent(used.waiting());
    let computing = percent(1.0 - used.waiting());
    let what = match seen.most() {
        Some((what, _)) => format!(", for {what}"),
        None => String::new(),
    };

    match used.kind() {
        Kind::Waiting => format!("waiting {waiting} of the time{what}: I/O-bound"),
        Kind::Computing => {
            let with_a_core = used.wall.saturating_sub(used.delay).as_secs_f64();
            let cores = (used.cpu_s() / with_a_core.max(1e-6)).max(0.1);
            format!("computing {computing} of the time, on {cores:.1} cores: CPU-bound")
        }
        Kind::Moving => format!(
            "waiting {waiting} of the time; the CPU moves bytes, {:.1} GB for each second of it: CPU-bound, although it is I/O",
            used.rate() / 1e9
        ),
        Kind::Both => {
            format!("waiting {waiting} of the time{what}, and computing {computing}: some of both")
        }
    }
}

pub fn to_json(used: &Used) -> Value {
    json!({
        "wall_s": used.wall.as_secs_f64(),
        "user_s": used.user.as_secs_f64(),
        "system_s": used.system.as_secs_f64(),
        "in_line_s": used.delay.as_secs_f64(),
        "waits": used.waits,
        "preemptions": used.preemptions,
        "read_bytes": used.moved.map(|moved| moved.read),
        "written_bytes": used.moved.map(|moved| moved.written),
        "disk_bytes": used.moved.map(|moved| moved.from_disk),
        "peak_bytes": used.peak,
    })
}
