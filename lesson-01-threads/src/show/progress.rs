//! `progress`: the copy of a file, with a bar at a terminal and a line for each quarter elsewhere.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use common::options::count;
use common::{Demo, Failure, Outcome, Run, TempDir, on_interrupt};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tracing::{info, info_span};

use crate::progress::{MIB, Progress, copy_and_show};

pub fn demo() -> Demo {
    Demo::new(
        "progress",
        "a copy with a progress bar that stays alive",
        run,
    )
    .in_turn()
    .option(count("mib", 4096, Some("64"), "Size of the file in MiB"))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-01-progress")?; // removed when the demo is over
    let from = folder.path().join("original");
    let to = folder.path().join("copy");
    let mib = run.count("mib").get();
    let total = (mib * MIB) as u64;
    info_span!("make the original").in_scope(|| make(&from, mib))?;

    let progress = Arc::new(Progress::default());
    let flag = Arc::clone(&progress);
    on_interrupt(move || flag.stop.store(true, Ordering::Relaxed));

    info!("copying {mib} MiB");
    let sha256 = copy_and_show(&from, &to, &progress, run.pace, bar_or_lines(total))?;

    let bytes = to.metadata()?.len();
    let sha256 = sha256.map(|digest| hex(&digest));
    let outcome = Outcome::new(json!({ "bytes": bytes, "sha256": sha256 }));
    let Some(sha256) = sha256 else {
        return Ok(outcome.problem(format!("stopped after {bytes} of {total} bytes")));
    };
    info!(
        "{bytes} bytes copied while main looked after the progress; SHA-256 {}...",
        &sha256[..16]
    );
    Ok(outcome)
}

/// Writes a file of `mib` MiB, each filled with its own number.
fn make(path: &Path, mib: usize) -> io::Result<()> {
    let mut file = File::create(path)?;
    for number in (0..=u8::MAX).cycle().take(mib) {
        file.write_all(&vec![number; MIB])?;
    }
    file.sync_all()
}

/// Shows the bytes that are done: as a bar at a terminal, elsewhere with a line for each quarter.
fn bar_or_lines(total: u64) -> impl FnMut(u64) {
    let bar = if io::stdout().is_terminal() {
        ProgressBar::new(total)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec}");
    bar.set_style(
        style
            .expect("the template is well formed")
            .progress_chars("#>."),
    );

    let mut told = 0;
    move |done| {
        bar.set_position(done);
        let quarter = 4 * done / total;
        if bar.is_hidden() && quarter > told {
            info!("{} % copied", 25 * quarter);
            told = quarter;
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}
