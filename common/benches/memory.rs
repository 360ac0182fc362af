//! What a million recorded spans weigh: the program's peak memory before and after.
//!
//! `cargo bench -p common --features bench --bench memory`

use nix::sys::resource::{UsageWho, getrusage};

fn peak_mib() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("asking for one's own usage cannot fail");
    // KiB on Linux, bytes on macOS.
    let unit = if cfg!(target_os = "macos") {
        1024.0 * 1024.0
    } else {
        1024.0
    };
    usage.max_rss() as f64 / unit
}

fn main() {
    common::bench::install();
    let before = peak_mib();
    let spans = common::bench::spans(1_000_000);
    println!(
        "{spans} spans: {:.0} MiB at the peak, {before:.0} MiB before",
        peak_mib()
    );
}
