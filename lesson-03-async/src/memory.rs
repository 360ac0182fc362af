//! How much memory this program has in use.

/// Bytes of memory that are really there, as Linux counts them (`VmRSS`); `None` where it cannot be asked.
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// What `count` things have cost each, from the memory before and now; `None` where it is not known.
pub fn bytes_each(before: Option<u64>, now: Option<u64>, count: usize) -> Option<u64> {
    Some(now?.saturating_sub(before?) / u64::try_from(count.max(1)).ok()?)
}

/// `1.83 KiB`, or that it is not known.
pub fn in_words(bytes: Option<u64>) -> String {
    bytes.map_or_else(
        || "? KiB".to_owned(),
        |bytes| format!("{:.2} KiB", bytes as f64 / 1024.0),
    )
}
