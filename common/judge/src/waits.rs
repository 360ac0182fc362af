//! Whether an answer sleeps while it waits: its computing beside that of a loop, its wakes beside
//! those of a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use recording::measure::duration;

use crate::left::{Bystanders, alone};
use crate::programs::Programs;
use crate::{Kind, fail};

/// The computing of the loop beside an answer. That takes the longer the more others want the
/// cores, and an answer that computes as well gets as much of them in that time.
const BESIDE: Duration = Duration::from_millis(60);

/// An answer that computes for more than this part of it does not sleep. One that sleeps needs a
/// sixtieth at most, and on a busy machine one that does not may get a third only.
const BUSY: u32 = 8;

/// The computing that may go with each wake of the clock.
const ASKING: Duration = Duration::from_micros(15);

/// The outcome of a call that waited.
pub struct Waited<T> {
    /// The returned value.
    pub value: T,
    /// The time from the gate's opening to the return, without what a busy machine makes of it.
    pub late: Duration,
}

impl<T> Waited<T> {
    /// A clock beside the call was late by so much at the worst: a sleep in the answer may be, too.
    fn new(value: T, late: Duration, clock: Duration) -> Waited<T> {
        let late = late.saturating_sub(3 * clock);
        Waited { value, late }
    }
}

/// Runs `work` beside a thread that does nothing but sleep for a millisecond, again and again; by
/// how much that thread was late at the worst. An answer that sleeps may be as late.
///
/// # Panics
/// When `work` panics.
pub fn beside_a_clock<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let clock = scope.spawn(|| tick_until(&over).1);
        let ending = Ending(&over);
        let value = work();
        drop(ending);
        (value, clock.join().expect("the clock does not panic"))
    })
}

/// Sleeps for a millisecond, again and again: how often, and for how long at the worst.
fn tick_until(over: &AtomicBool) -> (u64, Duration) {
    let mut wakes = 0;
    let mut worst = Duration::ZERO;
    while !over.load(Ordering::Relaxed) {
        let start = Instant::now();
        thread::sleep(Duration::from_millis(1));
        worst = worst.max(start.elapsed());
        wakes += 1;
    }
    (wakes, worst)
}

/// Says that it is over, also where a check ends with a panic.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs `work`, which waits for this many programs at the gate, and opens the gate after a while.
/// Ends the check if the answer computes while it waits, or if it asks far more often than every
/// millisecond; or if it leaves something behind. Beside it are children that the caller has started itself: it must not
/// wait for these.
///
/// # Panics
/// As [`alone`], and with a [`crate::Fault`] when it does not sleep.
pub fn asleep<T: Send + 'static>(
    what: &str,
    programs: &Arc<Programs>,
    how_many: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Waited<T> {
    let others = Bystanders::start();
    let gate = Arc::clone(programs);
    let (value, used, returned) = alone(Duration::from_secs(10), what, move || {
        let before = Share::of_process();
        let beside = thread::spawn(move || Beside::run(|| gate.open_gate(how_many)));
        let value = work();
        let returned = Instant::now();
        let beside = beside.join().expect("computing does not panic");
        let share = Share::of_process().without(&before).without(&beside.share);
        (value, (share, beside), returned)
    });
    others.expect_untouched(what);
    let (share, beside) = used;
    if beside.spins {
        let how = "it never sleeps while it waits, and always wants a core";
        fail(Kind::KeepsAsking, format!("{what}: {how}"));
    }
    share.expect_sleep(what, beside.wakes);
    let late = returned.saturating_duration_since(beside.opened);
    Waited::new(value, late, beside.worst)
}

/// Runs `work`, which waits for this many programs at the gate, and opens the gate after this time.
///
/// # Panics
/// As [`alone`].
pub fn opened_after<T: Send + 'static>(
    time: Duration,
    what: &str,
    programs: &Arc<Programs>,
    how_many: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Waited<T> {
    let gate = Arc::clone(programs);
    let (value, opened, returned, clock) = alone(Duration::from_secs(10), what, move || {
        let opens = thread::spawn(move || {
            thread::sleep(time);
            gate.open_gate(how_many);
            Instant::now()
        });
        let ((value, returned), clock) = beside_a_clock(|| (work(), Instant::now()));
        let opened = opens.join().expect("opening does not panic");
        (value, opened, returned, clock)
    });
    let late = returned.saturating_duration_since(opened);
    Waited::new(value, late, clock)
}

/// A loop that computes for a while, and a clock that wakes every millisecond meanwhile.
struct Beside {
    opened: Instant,
    /// The use of both.
    share: Share,
    wakes: u64,
    /// The longest of its milliseconds.
    worst: Duration,
    /// Whether another thread wanted a core for all of that time.
    spins: bool,
}

impl Beside {
    fn run(then: impl FnOnce()) -> Beside {
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let clock = thread::spawn(move || {
            let (wakes, worst) = tick_until(&stop);
            (wakes, worst, Share::of_thread())
        });
        let start = Instant::now();
        let before = threads();
        while cpu_of_thread() < BESIDE {}
        let now = threads();
        let own = std::fs::read_link("/proc/thread-self").unwrap_or_default();
        let spins = now.iter().any(|(thread, now)| {
            let before = before.iter().find(|(other, _)| other == thread);
            !own.ends_with(thread)
                && before.is_some_and(|(_, before)| now.spins_since(before, start.elapsed()))
        });
        over.store(true, Ordering::Relaxed);
        let (wakes, worst, of_clock) = clock.join().expect("the clock does not panic");

        let opened = Instant::now();
        then();
        let own = Share::of_thread();
        let share = Share {
            computed: own.computed + of_clock.computed,
            switches: own.switches + of_clock.switches,
        };
        Beside {
            opened,
            share,
            wakes,
            worst,
            spins,
        }
    }
}

/// A thread up to one moment.
struct Thread {
    /// The time in which it computed, or was in line for a core.
    wanted: Duration,
    /// The times that it gave up its core to wait.
    slept: u64,
    /// The times that its core was taken away, or given up to another thread.
    yielded: u64,
}

impl Thread {
    fn spins_since(&self, before: &Thread, time: Duration) -> bool {
        let wanted = self.wanted.saturating_sub(before.wanted);
        // One that has only waited in line, on a busy machine, has not had a core to give up.
        wanted > time * 4 / 5 && self.slept - before.slept < 3 && self.yielded - before.yielded >= 8
    }
}

/// Returns the threads of this process, by their numbers. Only Linux tells that of them.
fn threads() -> Vec<(String, Thread)> {
    let tasks = std::fs::read_dir("/proc/self/task");
    let thread = |task: std::fs::DirEntry| {
        let number = task.file_name().into_string().ok()?;
        let read = |file: &str| std::fs::read_to_string(task.path().join(file)).ok();
        let times = read("schedstat")?;
        let mut times = times.split_whitespace().map_while(|time| time.parse().ok());
        let wanted = Duration::from_nanos(times.next()?) + Duration::from_nanos(times.next()?);
        let status = read("status")?;
        let count = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().parse().ok()
        };
        let thread = Thread {
            wanted,
            slept: count("voluntary_ctxt_switches:")?,
            yielded: count("nonvoluntary_ctxt_switches:")?,
        };
        Some((number, thread))
    };
    let tasks = tasks.into_iter().flatten().flatten();
    tasks.filter_map(thread).collect()
}

/// A use of the cores.
#[derive(Clone, Copy)]
struct Share {
    computed: Duration,
    /// The times that a core was given up or taken away.
    switches: u64,
}

impl Share {
    fn of_process() -> Share {
        Share::of(UsageWho::RUSAGE_SELF)
    }

    #[cfg(target_os = "linux")]
    fn of_thread() -> Share {
        Share::of(UsageWho::RUSAGE_THREAD)
    }

    /// Counts too few switches of others rather than too many, where the system does not tell
    /// threads apart.
    #[cfg(not(target_os = "linux"))]
    fn of_thread() -> Share {
        Share {
            computed: cpu_of_thread(),
            switches: Share::of_process().switches,
        }
    }

    fn of(who: UsageWho) -> Share {
        let usage = getrusage(who).expect("asking for one's own usage cannot fail");
        let switches = usage.voluntary_context_switches() + usage.involuntary_context_switches();
        Share {
            computed: duration(usage.user_time()) + duration(usage.system_time()),
            switches: u64::try_from(switches).unwrap_or(0),
        }
    }

    fn without(&self, other: &Share) -> Share {
        Share {
            computed: self.computed.saturating_sub(other.computed),
            switches: self.switches.saturating_sub(other.switches),
        }
    }

    fn expect_sleep(&self, what: &str, wakes: u64) {
        let Share { computed, switches } = self;
        // Asking takes a little, also where it is asked no more than once a millisecond.
        let asking = ASKING * u32::try_from(wakes).unwrap_or(u32::MAX);
        if *computed > BESIDE / BUSY + asking {
            let how = format!(
                "it computes while it waits: {computed:.1?}, and an endless loop {BESIDE:?}"
            );
            fail(Kind::KeepsAsking, format!("{what}: {how}"));
        }
        if *switches > 4 * wakes + 60 {
            let how = format!(
                "it asks {switches} times while it waits: once a millisecond would be {wakes}"
            );
            fail(Kind::KeepsAsking, format!("{what}: {how}"));
        }
    }
}

/// Returns the computing of this thread since its start.
///
/// # Panics
/// When the system has no such clock, and every one has.
pub fn cpu_of_thread() -> Duration {
    let clock = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    Duration::from(clock.expect("every thread has this clock"))
}
