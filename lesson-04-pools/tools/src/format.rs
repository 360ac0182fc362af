//! Figures as people read them.

use common::measure::seconds;

/// Writes a share as a percentage.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// Writes a rate: runs a second, or seconds a run where that is more than one.
pub fn rate(per_second: f64) -> String {
    match per_second {
        0.95.. => format!("{per_second:.1} a second"),
        _ if per_second > 0.0 => format!("one in {}", seconds(1.0 / per_second)),
        _ => "none".to_owned(),
    }
}

pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.0} MB", bytes as f64 / 1e6),
    }
}
