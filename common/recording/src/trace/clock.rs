//! The two clocks of a recording.

use nix::time::{ClockId, clock_gettime};

/// Returns nanoseconds on `CLOCK_MONOTONIC`, which all processes of a machine share. `Instant` reads the same clock on
/// Linux but keeps its number to itself, so records of two processes could not be put side by side.
pub fn now_ns() -> u64 {
    read(ClockId::CLOCK_MONOTONIC)
}

/// Reads the same clock as of its last tick, a few milliseconds ago at most: read in a quarter of the time.
#[cfg(target_os = "linux")]
pub fn about_now_ns() -> u64 {
    read(ClockId::CLOCK_MONOTONIC_COARSE)
}

/// Reads the exact clock: elsewhere there is only the one.
#[cfg(not(target_os = "linux"))]
pub fn about_now_ns() -> u64 {
    now_ns()
}

/// Returns nanoseconds of CPU time that the calling thread has used since it began.
pub fn thread_cpu_ns() -> u64 {
    read(ClockId::CLOCK_THREAD_CPUTIME_ID)
}

fn read(clock: ClockId) -> u64 {
    let time = clock_gettime(clock).expect("every system this builds for has these clocks");
    // None of them goes below 0, so the bits of both parts are those of unsigned numbers.
    time.tv_sec().unsigned_abs() * 1_000_000_000 + time.tv_nsec().unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_passes_time_but_not_cpu_time() {
        let start = now_ns();
        let cpu = thread_cpu_ns();
        std::thread::sleep(std::time::Duration::from_millis(20));
        let waited = now_ns() - start;
        let computed = thread_cpu_ns() - cpu;
        assert!(waited >= 20_000_000, "waited {waited} ns");
        assert!(
            computed < waited / 2,
            "computed {computed} ns in {waited} ns"
        );
    }
}
