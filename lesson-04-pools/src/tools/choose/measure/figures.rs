//! The figures of a command that ran alone, in words and as JSON.

use std::time::Duration;

use common::measure::seconds;
use serde_json::{Value, json};

use super::profile::{Kind, Used};
use super::rusage::own_peak;
use super::sampler::Seen;
use super::stop_reason::percent;

fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.0} MB", bytes as f64 / 1e6),
    }
}

/// The command alone: a line for each thing that was counted.
pub fn figures(used: &Used, runs: usize) -> String {
    let time = |time: Duration| seconds(time.as_secs_f64());
    let moved = used
        .moved
        .map_or("not known on this system".to_owned(), |moved| {
            let [read, written, disk] = [moved.read, moved.written, moved.from_disk].map(bytes);
            format!("{read} read ({disk} from a disk), {written} written")
        });
    let peak = if used.peak <= own_peak() {
        format!("under {}", bytes(own_peak()))
    } else {
        bytes(used.peak)
    };
    [
        format!("alone, the run in the middle of {runs}"),
        format!("  wall time           {}", time(used.wall)),
        format!(
            "  CPU time            {} its own code, {} the system for it",
            time(used.user),
            time(used.system)
        ),
        format!("  in line for a core  {}", time(used.delay)),
        format!(
            "  context switches    {} to wait, {} because others wanted the core",
            used.waits, used.preemptions
        ),
        format!("  bytes               {moved}"),
        format!("  most memory         {peak}"),
    ]
    .join("\n")
        + "\n"
}

/// What kind of work that is, in a sentence.
pub fn sentence(used: &Used, seen: &Seen) -> String {
    let waiting = used.waiting();
    let what = seen
        .most()
        .map(|(what, _)| format!(", for {what}"))
        .unwrap_or_default();
    match used.kind() {
        Kind::Waiting => format!("waiting {} of the time{what}: I/O-bound", percent(waiting)),
        Kind::Computing => format!(
            "computing {} of the time, on {:.1} cores: CPU-bound",
            percent(1.0 - waiting),
            (used.cpu_s() / used.wall.saturating_sub(used.delay).as_secs_f64().max(1e-6)).max(0.1)
        ),
        Kind::Moving => format!(
            "waiting {} of the time, but the CPU moves bytes, {:.1} GB for each second of it: I/O-bound, by memory and disk",
            percent(waiting),
            used.rate() / 1e9
        ),
        Kind::Both => {
            format!(
                "waiting {} of the time{what}, and computing {}: some of both",
                percent(waiting),
                percent(1.0 - waiting)
            )
        }
    }
}

/// The same for programs.
pub fn to_json(used: &Used) -> Value {
    json!({ "wall_s": used.wall.as_secs_f64(), "user_s": used.user.as_secs_f64(),
        "system_s": used.system.as_secs_f64(), "in_line_s": used.delay.as_secs_f64(), "waits": used.waits,
        "preemptions": used.preemptions, "read_bytes": used.moved.map(|moved| moved.read),
        "written_bytes": used.moved.map(|moved| moved.written), "disk_bytes": used.moved.map(|moved| moved.from_disk),
        "peak_bytes": used.peak })
}
