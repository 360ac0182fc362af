//! `progress`: one thread copies a file, the other keeps the person in front of it informed.
//!
//! The worker adds what it has copied to an atomic number; `main` looks at that number ten times a second. Neither
//! waits for the other. The file is real, and so is its checksum; only the disk is made slower than it is. Ctrl-C
//! raises a flag: nobody can stop a thread from outside, so the worker looks at it after every block.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Builder};
use std::time::Duration;

use common::{Failure, Outcome, Pace, Run, TempDir, on_interrupt};
use hmac_sha256::Hash;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tracing::{info, info_span};

const MIB: usize = 1 << 20;
/// Seconds that the disk takes for a MiB, as if it were an old one.
const DISK: f64 = 0.02;

/// What the threads tell each other.
#[derive(Debug, Default)]
pub struct State {
    /// Bytes copied so far.
    pub done: AtomicU64,
    /// Somebody wants it to end.
    pub stop: AtomicBool,
}

/// Writes a file of `mib` MiB, each filled with its own number.
///
/// # Errors
/// When the disk is full, or the file cannot be made.
pub fn make(path: &Path, mib: usize) -> io::Result<()> {
    let mut file = File::create(path)?;
    for number in (0..=u8::MAX).cycle().take(mib) {
        file.write_all(&vec![number; MIB])?;
    }
    file.sync_all()
}

/// Copies a file and computes the SHA-256 of what it copied, in hexadecimal. `None` if it was told to stop.
///
/// # Errors
/// When a file cannot be opened, read or written.
pub fn copy(from: &Path, to: &Path, pace: Pace, state: &State) -> io::Result<Option<String>> {
    let _span = info_span!("copy and hash").entered();
    let (mut from, mut to) = (File::open(from)?, File::create(to)?);
    let (mut block, mut hash) = (vec![0; MIB], Hash::new());
    loop {
        let length = from.read(&mut block)?;
        if length == 0 {
            break;
        }
        hash.update(&block[..length]);
        to.write_all(&block[..length])?;
        thread::sleep(pace.seconds(DISK));
        // Only the number matters: nobody reads anything else because of it.
        state.done.fetch_add(length as u64, Ordering::Relaxed);
        if state.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
    }
    let hex = |hex: String, byte: &u8| hex + &format!("{byte:02x}");
    Ok(Some(hash.finalize().iter().fold(String::new(), hex)))
}

/// Looks at how far it is until `finished`: a bar at a terminal, otherwise a line for each quarter.
fn watch(total: u64, state: &State, pace: Pace, finished: impl Fn() -> bool) {
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
    loop {
        let ended = finished();
        let copied = state.done.load(Ordering::Relaxed);
        bar.set_position(copied);
        let quarter = 4 * copied / total.max(1);
        if bar.is_hidden() && quarter > told {
            info!("{} % copied", 25 * quarter);
            told = quarter;
        }
        if ended {
            break;
        }
        thread::sleep(
            pace.seconds(0.1)
                .clamp(Duration::from_millis(5), Duration::from_millis(100)),
        );
    }
    bar.finish_and_clear();
}

/// What `cargo run -p lesson-01-threads -- progress` runs.
///
/// # Errors
/// When a file cannot be written or read, or there is no room for another thread.
///
/// # Panics
/// When the worker panicked.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-01-progress")?; // removed when the demo is over
    let (from, to) = (folder.path().join("original"), folder.path().join("copy"));
    let mib = run.count("mib").get();
    info_span!("make the original").in_scope(|| make(&from, mib))?;
    let (total, state) = ((mib * MIB) as u64, Arc::new(State::default()));
    let flag = Arc::clone(&state);
    on_interrupt(move || flag.stop.store(true, Ordering::Relaxed));
    info!("copying {mib} MiB");
    let sha256 = thread::scope(|scope| {
        let worker = Builder::new()
            .name("worker".into())
            .spawn_scoped(scope, || copy(&from, &to, run.pace, &state))?;
        watch(total, &state, run.pace, || worker.is_finished());
        worker.join().expect("copying does not panic")
    })?;
    let bytes = to.metadata()?.len();
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
