//! Figures: how long, how much computing, and how much was gained.

use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// A moment, and what the program had used by then.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    at: Instant,
    used: Usage,
}

/// The resources used between two moments, by this process and by the children that it has waited
/// for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Wall time.
    pub wall: Duration,
    /// CPU time, user and system.
    pub cpu: Duration,
    /// The number of times that a thread gave up the CPU to wait for something.
    pub waits: u64,
    /// The number of times that a thread was taken off the CPU because others wanted it.
    pub preemptions: u64,
}

impl Stopwatch {
    /// Starts.
    pub fn start() -> Stopwatch {
        Stopwatch {
            at: Instant::now(),
            used: used(),
        }
    }

    /// Returns the resources used since.
    pub fn read(&self) -> Usage {
        let now = used();
        Usage {
            wall: self.at.elapsed(),
            cpu: now.cpu.saturating_sub(self.used.cpu),
            waits: now.waits.saturating_sub(self.used.waits),
            preemptions: now.preemptions.saturating_sub(self.used.preemptions),
        }
    }
}

impl Usage {
    /// Returns the same without what others used meanwhile, for purposes of our own.
    #[must_use]
    pub fn without(self, others: Usage) -> Usage {
        Usage {
            wall: self.wall,
            cpu: self.cpu.saturating_sub(others.cpu),
            waits: self.waits.saturating_sub(others.waits),
            preemptions: self.preemptions.saturating_sub(others.preemptions),
        }
    }

    fn add(&mut self, who: UsageWho) {
        let usage = getrusage(who).expect("asking for one's own usage cannot fail");
        self.cpu += duration(usage.user_time()) + duration(usage.system_time());
        self.waits += u64::try_from(usage.voluntary_context_switches()).unwrap_or(0);
        self.preemptions += u64::try_from(usage.involuntary_context_switches()).unwrap_or(0);
    }
}

/// Returns the resources that the calling thread has used, where the system counts them.
pub fn used_by_thread() -> Usage {
    #[allow(unused_mut, reason = "it is changed on Linux alone")]
    let mut used = Usage::default();
    #[cfg(target_os = "linux")]
    used.add(UsageWho::RUSAGE_THREAD);
    used
}

/// Returns the value of `work`, and the resources that the program used meanwhile.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Usage) {
    let watch = Stopwatch::start();
    let value = work();
    (value, watch.read())
}

/// Returns a number of `/proc/self/status`, such as `VmRSS` (in KiB) or `Threads`. Only Linux has it.
pub fn process_status(key: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn used() -> Usage {
    let mut sum = Usage::default();
    sum.add(UsageWho::RUSAGE_SELF);
    sum.add(UsageWho::RUSAGE_CHILDREN);
    sum
}

/// Returns a time of the system as a duration.
pub fn duration(time: TimeVal) -> Duration {
    let micros = u64::try_from(time.tv_usec()).unwrap_or(0);
    Duration::from_secs(u64::try_from(time.tv_sec()).unwrap_or(0)) + Duration::from_micros(micros)
}

/// One run in figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// The resources that it used.
    pub used: Usage,
    /// The jobs' own wall time added up, in seconds: the price of doing them one after the other.
    pub work_s: f64,
    /// The wall time of really doing them one after the other, where that was measured.
    pub sequential_s: Option<f64>,
    /// Cores that the program may use.
    pub cores: usize,
}

impl Figures {
    /// Returns the wall time in seconds.
    pub fn wall_s(&self) -> f64 {
        self.used.wall.as_secs_f64()
    }

    /// Returns the CPU time in seconds.
    pub fn cpu_s(&self) -> f64 {
        self.used.cpu.as_secs_f64()
    }

    /// Returns the average number of jobs under way at once: `work_s / wall_s`.
    pub fn overlap(&self) -> f64 {
        ratio(self.work_s, self.wall_s())
    }

    /// Returns the gain over one after the other, where that was measured.
    pub fn speedup(&self) -> Option<f64> {
        self.sequential_s
            .map(|sequential| ratio(sequential, self.wall_s()))
    }

    /// Returns the share of all cores' time that was spent computing, in percent.
    pub fn busy_percent(&self) -> f64 {
        100.0 * ratio(self.cpu_s(), self.wall_s() * self.cores as f64)
    }

    /// Returns the run in one sentence, where nothing was to be gained: its time, and the CPU's share.
    pub fn time_taken(&self) -> String {
        format!(
            "it took {} · the CPU was busy {} of it",
            seconds(self.wall_s()),
            percent(self.busy_percent())
        )
    }

    /// Returns the run in one sentence: one after the other, at the same time, the gain, and the
    /// CPU's share.
    pub fn verdict(&self) -> String {
        let wall = self.wall_s();
        let busy = format!("the CPU was busy {} of it", percent(self.busy_percent()));
        let (sequential, measured) = match self.sequential_s {
            Some(measured) => (measured, " (measured)"),
            None => (self.work_s, ""),
        };

        if sequential <= 0.0 || wall <= 0.0 {
            return self.time_taken();
        }
        let gain = ratio(sequential, wall);
        let gain = match gain {
            0.95..1.05 => "no faster".to_owned(),
            1.05.. => format!("{gain:.1} times faster"),
            _ => format!("{:.1} times slower", 1.0 / gain),
        };

        format!(
            "one after the other {}{measured} · at the same time {} · {gain} · {busy}",
            seconds(sequential),
            seconds(wall)
        )
    }
}

/// Returns the number of cores that this program may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Returns a warning to put before figures if the machine was busy in the last minute, as far as
/// Linux tells.
pub fn busy() -> Option<String> {
    let load = std::fs::read_to_string("/proc/loadavg").ok()?;
    busy_at(load.split_whitespace().next()?.parse().ok()?, cores())
}

fn busy_at(load: f64, cores: usize) -> Option<String> {
    (load > 0.5 * cores as f64).then(|| {
        format!(
            "The machine was busy before this began (load {load:.1} on {cores} cores): on a quiet one the \
             figures will be others."
        )
    })
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

/// Returns a time for people: `2.50 s`, `43.1 ms`, `120 µs`.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        0.001.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}

fn percent(percent: f64) -> String {
    if percent < 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(
        wall_ms: u64,
        cpu_ms: u64,
        work_s: f64,
        sequential_s: Option<f64>,
        cores: usize,
    ) -> Figures {
        let used = Usage {
            wall: Duration::from_millis(wall_ms),
            cpu: Duration::from_millis(cpu_ms),
            ..Usage::default()
        };
        Figures {
            used,
            work_s,
            sequential_s,
            cores,
        }
    }

    #[test]
    fn the_verdict_says_what_was_gained() {
        assert_eq!(
            figures(2500, 3, 5.0, None, 1).verdict(),
            "one after the other 5.00 s · at the same time 2.50 s · 2.0 times faster · the CPU was busy 0.1 % of it"
        );
        assert_eq!(
            figures(2000, 2000, 3.0, Some(1.0), 2).verdict(),
            "one after the other 1.00 s (measured) · at the same time 2.00 s · 2.0 times slower · \
             the CPU was busy 50 % of it"
        );
        assert!(
            figures(1000, 0, 1.01, None, 1)
                .verdict()
                .contains("no faster")
        );
        assert_eq!(
            figures(0, 0, 1.5, None, 1).verdict(),
            "it took 0 µs · the CPU was busy 0.0 % of it"
        );

        assert_eq!(
            figures(40, 0, 0.0, None, 1).verdict(),
            "it took 40.0 ms · the CPU was busy 0.0 % of it"
        );
    }

    #[test]
    fn ratios_of_nothing_are_nothing() {
        let nothing = figures(0, 0, 0.0, Some(0.0), 2);
        assert_eq!(
            (nothing.overlap(), nothing.speedup(), nothing.busy_percent()),
            (0.0, Some(0.0), 0.0)
        );
    }

    #[test]
    fn computing_uses_the_cpu_and_waiting_does_not() {
        let watch = Stopwatch::start();
        std::thread::sleep(Duration::from_millis(30));
        let slept = watch.read();
        assert!(
            slept.wall >= Duration::from_millis(30) && slept.waits >= 1,
            "{slept:?}"
        );
        let watch = Stopwatch::start();
        let mut x = 1_u64;

        while watch.read().cpu < Duration::from_millis(30) {
            x = std::hint::black_box(x.wrapping_mul(3));
        }

        assert!(watch.read().wall > Duration::ZERO);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_process_knows_what_it_has() {
        let (threads, used) = timed(|| process_status("Threads:"));
        assert!(threads.is_some_and(|threads| threads >= 1) && used.wall > Duration::ZERO);
        assert!(process_status("VmRSS:").is_some_and(|kib| kib > 100));
        assert_eq!(process_status("NoSuchLine"), None);
    }

    #[test]
    fn a_busy_machine_is_said() {
        assert_eq!(busy_at(0.9, 2), None);
        assert!(busy_at(11.5, 2).unwrap().contains("load 11.5 on 2 cores"));
    }

    #[test]
    fn times_are_short_to_read() {
        assert_eq!(
            [2.5, 0.0431, 0.000_12, 0.0].map(seconds),
            ["2.50 s", "43.1 ms", "120 µs", "0 µs"]
        );
    }
}
