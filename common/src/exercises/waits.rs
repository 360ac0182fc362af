//! Whether an answer sleeps while it waits: its computing beside that of a loop, its wakes beside those of a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

use super::left::alone;
use super::programs::Programs;
use super::{Kind, fail};
use crate::measure::duration;

/// The computing of the loop beside an answer. That takes the longer the more others want the cores, and an answer that
/// computes as well gets as much of them in that time.
const BESIDE: Duration = Duration::from_millis(60);

/// The outcome of a call that waited.
pub struct Waited<T> {
    /// The returned value.
    pub value: T,
    /// The time from the gate's opening to the return.
    pub late: Duration,
}

/// Runs `work`, which waits for this many programs at the gate, and opens the gate after a while. Ends the check if the
/// answer computes while it waits, or if it asks far more often than every millisecond; or if it leaves something behind.
///
/// # Panics
/// As [`alone`], and with a [`super::Fault`] when it does not sleep.
pub fn asleep<T: Send + 'static>(
    what: &str,
    programs: &Arc<Programs>,
    how_many: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Waited<T> {
    let gate = Arc::clone(programs);
    let ((value, figures), returned) = alone(Duration::from_secs(10), what, move || {
        let figures = Figures::start(move || gate.open_gate(how_many));
        let value = work();
        let returned = Instant::now();
        ((value, figures.read()), returned)
    });
    figures.expect_sleep(what);

    let late = returned.saturating_duration_since(figures.opened);
    Waited { value, late }
}

/// A loop that computes for a while, and a clock that wakes every millisecond meanwhile.
struct Figures {
    beside: thread::JoinHandle<Beside>,
    cpu: Duration,
    waits: u64,
}

struct Beside {
    opened: Instant,
    /// Computing of both threads.
    cpu: Duration,
    wakes: u64,
}

/// The computing and the wake-ups of the answer, beside the loop and the clock.
struct Used {
    opened: Instant,
    busy: Duration,
    asked: u64,
    wakes: u64,
}

impl Figures {
    fn start(then: impl FnOnce() + Send + 'static) -> Figures {
        let (cpu, waits) = used();
        let beside = thread::spawn(move || {
            let computed = Arc::new(AtomicBool::new(false));
            let stop = Arc::clone(&computed);
            let clock = thread::spawn(move || {
                let mut wakes = 0;
                while !stop.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(1));
                    wakes += 1;
                }
                (wakes, cpu_of_thread())
            });
            while cpu_of_thread() < BESIDE {}
            computed.store(true, Ordering::Relaxed);
            let (wakes, cpu) = clock.join().expect("the clock does not panic");
            let opened = Instant::now();
            then();
            Beside {
                opened,
                cpu: cpu + cpu_of_thread(),
                wakes,
            }
        });
        Figures { beside, cpu, waits }
    }

    fn read(self) -> Used {
        let beside = self.beside.join().expect("computing does not panic");
        let (cpu, waits) = used();
        Used {
            opened: beside.opened,
            busy: cpu.saturating_sub(self.cpu + beside.cpu),
            asked: (waits - self.waits).saturating_sub(beside.wakes),
            wakes: beside.wakes,
        }
    }
}

impl Used {
    fn expect_sleep(&self, what: &str) {
        let busy = self.busy;
        if busy > BESIDE / 2 {
            let how =
                format!("it computes while it waits: {busy:.1?}, and an endless loop {BESIDE:?}");
            fail(Kind::Stuck, format!("{what}: {how}"));
        }

        let Used { asked, wakes, .. } = self;
        if *asked > 4 * wakes + 40 {
            let how = format!(
                "it wakes up {asked} times while it waits: once a millisecond would be {wakes}"
            );
            fail(Kind::Stuck, format!("{what}: {how}"));
        }
    }
}

/// The computing of this process, and how often one of its threads gave up its core to wait.
fn used() -> (Duration, u64) {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("asking for one's own usage cannot fail");
    let cpu = duration(usage.user_time()) + duration(usage.system_time());
    let waits = u64::try_from(usage.voluntary_context_switches()).unwrap_or(0);
    (cpu, waits)
}

/// The computing of this thread since its start.
///
/// # Panics
/// When the system has no such clock, and every one has.
pub fn cpu_of_thread() -> Duration {
    let clock = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    Duration::from(clock.expect("every thread has this clock"))
}
