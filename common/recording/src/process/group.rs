//! Process groups: asking whether one has a process left.

/// Returns whether a process of this group is alive.
///
/// One that has ended does not count, even if its new parent (process 1) has not yet reaped it:
/// that parent may take its time.
#[cfg(target_os = "linux")]
pub fn is_alive(group: u32) -> bool {
    let group = group.to_string();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut found =
        processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());

    found.any(|stat| {
        // The name, in brackets, may hold anything: the fields begin behind the last bracket.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let mut fields = fields.split_whitespace();
        let state = fields.next();
        let of_group = fields.nth(1);
        of_group == Some(&group) && !matches!(state, Some("Z" | "X"))
    })
}

/// Returns whether a process of this group is alive.
#[cfg(not(target_os = "linux"))]
pub fn is_alive(group: u32) -> bool {
    use nix::sys::signal::killpg;
    use nix::unistd::Pid;

    i32::try_from(group).is_ok_and(|group| killpg(Pid::from_raw(group), None).is_ok())
}
