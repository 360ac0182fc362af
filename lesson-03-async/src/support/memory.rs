//! The memory that this program has in use.

use common::measure::process_status;

/// Returns the bytes of memory that are really there, as Linux counts them; `None` where it cannot be asked.
pub fn resident() -> Option<u64> {
    process_status("VmRSS:").map(|kib| kib * 1024)
}

/// Returns what `count` things cost each, from the memory before and after; `None` where it is not known.
pub fn bytes_each(before: Option<u64>, after: Option<u64>, count: usize) -> Option<u64> {
    Some(after?.saturating_sub(before?) / u64::try_from(count.max(1)).ok()?)
}

/// Writes `1.83 KiB`, or that it is not known.
pub fn in_words(bytes: Option<u64>) -> String {
    bytes.map_or_else(
        || "? KiB".to_owned(),
        |bytes| format!("{:.2} KiB", bytes as f64 / 1024.0),
    )
}
