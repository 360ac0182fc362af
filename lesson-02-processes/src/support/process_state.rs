//! The state of a process, as `ps` shows it.

/// Returns `R` for running, `S` for sleeping, `Z` for a zombie; `None` where there is no such process.
#[cfg(target_os = "linux")]
pub fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands before it in brackets, and may hold anything.
    stat.rsplit(") ").next()?.chars().next()
}

/// Asks `ps`, where there is no `/proc`.
#[cfg(not(target_os = "linux"))]
pub fn state(pid: u32) -> Option<char> {
    let ps = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    String::from_utf8_lossy(&ps.stdout).trim().chars().next()
}
