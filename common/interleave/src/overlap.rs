//! Whether jobs are under way at the same time.

use std::env;
use std::panic::Location;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use judge::judging::{EXPLORE, SEED, lock};
use judge::{Kind, counted, fail};

use super::run::{self, Op};

/// Whether two or more were ever under way at the same time, over all orders that were tried.
#[derive(Debug, Default)]
pub struct Overlap {
    inside: AtomicUsize,
    most: AtomicUsize,
    begun: AtomicUsize,
    told: Option<&'static str>,
    /// The threads that have done jobs in this run.
    threads: Mutex<Vec<usize>>,
}

/// Runs `work`, in which a job waits for what others do; `what` says what is wrong if no thread can go on meanwhile.
pub fn meanwhile<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    run::settle(|run, _| run.meanwhile = Some(what));
    let done = work();
    run::settle(|run, _| run.meanwhile = None);
    done
}

/// Ends the check unless all threads of this run have ended, but for the one that calls this; `when` says when.
///
/// # Panics
/// With a [`Fault`](judge::Fault) when one has not.
pub fn expect_all_ended(when: &str) {
    let going_on = run::settle(|run, me| {
        let others = run.threads.iter().enumerate();
        others
            .filter(|(thread, known)| *thread != me && !known.is_finished)
            .count()
    });
    if let Some(going_on @ 1..) = going_on {
        let threads = counted(going_on, "thread has", "threads have");
        fail(Kind::LeftThread, format!("{when}: {threads} not ended"));
    }
}

impl Overlap {
    /// None is under way, and none was.
    pub const fn new() -> Overlap {
        Overlap::saying(None)
    }

    const fn saying(told: Option<&'static str>) -> Overlap {
        Overlap {
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            told,
            threads: Mutex::new(Vec::new()),
        }
    }

    /// Says this where too many are under way, or too few were, in the words of the exercise.
    pub const fn told(what: &'static str) -> Overlap {
        Overlap::saying(Some(what))
    }

    /// A job of three steps, between which others may come.
    #[track_caller]
    pub fn job(&self) {
        self.job_of_at_most(usize::MAX);
    }

    /// A job that must be alone.
    ///
    /// # Panics
    /// With a [`Fault`](judge::Fault) when another one is under way.
    #[track_caller]
    pub fn alone(&self) {
        self.job_of_at_most(1);
    }

    /// A job of three steps, besides which at most `most - 1` others may be under way.
    ///
    /// # Panics
    /// With a [`Fault`](judge::Fault) when there are more.
    #[track_caller]
    pub fn job_of_at_most(&self, most: usize) {
        let caller = Location::caller();
        let inside = self.begins(caller);
        if inside > most {
            let what = || format!("{inside} were under way at the same time, where {most} may be");
            fail(
                Kind::TooManyAtOnce,
                self.told.map_or_else(what, str::to_owned),
            );
        }

        for _ in 0..2 {
            run::act(Op::Step, caller);
        }

        self.inside.fetch_sub(1, SeqCst);
        run::tell(None, Some(caller), || "the job ends".to_owned());
    }

    /// A job that does not end before `wanted` are under way.
    #[track_caller]
    pub fn meet(&self, wanted: usize) {
        let caller = Location::caller();
        self.begins(caller);
        run::act(Op::Step, caller);
        run::settle(|run, _| run.met += 1);
        run::act(Op::Meet(wanted), caller);
        self.inside.fetch_sub(1, SeqCst);
        run::tell(None, Some(caller), || "the job ends".to_owned());
    }

    /// A job begins on this thread; how many are under way now.
    fn begins(&self, caller: &'static Location<'static>) -> usize {
        let inside = self.inside.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(inside, SeqCst);
        self.begun.fetch_add(1, SeqCst);

        let me = run::me();
        let mut threads = lock(&self.threads);
        if !threads.contains(&me) {
            threads.push(me);
        }

        drop(threads);
        run::tell(None, Some(caller), || match inside {
            1 => "a job begins".to_owned(),
            _ => format!("a job begins, {inside} are under way"),
        });

        inside
    }

    /// None is under way: said at the start of each run, since a run that was cut short may have left one.
    pub fn start(&self) {
        self.inside.store(0, SeqCst);
        self.begun.store(0, SeqCst);
        lock(&self.threads).clear();
    }

    /// Returns the number of jobs of this run that have begun.
    pub fn begun(&self) -> usize {
        self.begun.load(SeqCst)
    }

    /// On how many threads this run has done its jobs.
    pub fn on_threads(&self) -> usize {
        lock(&self.threads).len()
    }

    /// A job of this run was done by the thread that calls this.
    pub fn was_here(&self) -> bool {
        lock(&self.threads).contains(&run::me())
    }

    /// Ends the check unless so many were ever under way at the same time.
    ///
    /// # Panics
    /// With a [`Fault`](judge::Fault) when they were not. One order alone (`--seed`) says nothing about that.
    pub fn expect(&self, wanted: usize) {
        let most = self.most.load(SeqCst);
        let are_all_tried = [SEED, EXPLORE].iter().all(|one| env::var_os(one).is_none());
        if most < wanted && are_all_tried {
            let what = || {
                format!(
                    "of {wanted} jobs, no more than {most} {} under way at the same time, in no order of the steps",
                    if most == 1 { "was" } else { "were" }
                )
            };
            fail(
                run::too_few(most),
                self.told.map_or_else(what, str::to_owned),
            );
        }
    }
}
