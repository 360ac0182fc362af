//! Judges `07_parallel_map`: texts that rayon's threads have to count at the same time, as many as it has.

// What the answer calls std has a gap before each change of a lock or an atomic.
extern crate core as real_core;
extern crate self as core;
extern crate self as std;
extern crate std as real_std;

use judge::exercise;
use judge::gaps;
use judge::left::within;
use judge::{Kind, Solved, expect, fail};
use real_std::sync::{Condvar, Mutex};
use real_std::time::Duration;

pub use judge::gaps as sync;
pub use real_std::*;

crate::exercise!("../exercises/07_parallel_map.rs");

/// The names of rayon's threads here.
const NAME: &str = "rayon's thread";

/// What is going on at this moment.
#[derive(Default)]
struct Now {
    counting: usize,
    most: usize,
    /// All have met, or one has waited for them in vain.
    is_enough: bool,
    asked: Vec<String>,
    /// A thread that is not rayon's.
    stranger: bool,
}

/// Where the threads meet that count.
struct Meeting {
    now: Mutex<Now>,
    changed: Condvar,
    threads: usize,
}

impl Meeting {
    /// Counts, but not before all threads have been at it at the same time, or one has waited for the others in vain.
    fn count(&self, text: &str) -> usize {
        let is_ours = real_std::thread::current().name() == Some(NAME);
        let mut now = self.now.lock().expect("no thread panics here");
        now.stranger |= !is_ours;
        now.asked.push(text.to_owned());
        now.counting += 1;
        now.most = now.most.max(now.counting);
        now.is_enough |= now.counting >= self.threads;
        self.changed.notify_all();
        let patience = Duration::from_millis(1500);
        let (mut now, waited) = self
            .changed
            .wait_timeout_while(now, patience, |now| !now.is_enough)
            .expect("no thread panics here");
        // Enough waiting for every one.
        now.is_enough |= waited.timed_out();
        drop(now);
        // The first texts are long, so that they are not the first to be done.
        let patience = if text.starts_with("a very long text") {
            20
        } else {
            1
        };
        real_std::thread::sleep(Duration::from_millis(patience));
        self.now.lock().expect("no thread panics here").counting -= 1;
        words(text)
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// So many texts, the longest at `longest`, on so many threads of rayon.
fn run(texts: usize, longest: usize, threads: usize) {
    let text = |number: usize| match number {
        _ if number == longest => "a very long text ".repeat(10),
        _ => format!("{number} {}", "word ".repeat(number * 5 % 7)),
    };
    let texts: Vec<String> = (0..texts).map(text).collect();
    let what = format!("counting {} texts on {threads} threads", texts.len());
    let asked = texts.clone();
    let (numbers, largest, now) = within(Duration::from_secs(10), &what, move || {
        let meeting = Meeting {
            now: Mutex::default(),
            changed: Condvar::new(),
            threads: threads.min(asked.len()),
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|_| NAME.to_owned())
            .build()
            .expect("there is room for them");
        let gaps = gaps::open(threads);
        let (numbers, largest) =
            pool.install(|| exercise::counts(&asked, &|text| meeting.count(text)));
        drop(gaps);
        (
            numbers,
            largest,
            meeting.now.into_inner().expect("no thread panics here"),
        )
    });
    if now.most > threads {
        let what = format!(
            "{} threads counted at the same time, and rayon has {threads}",
            now.most
        );
        fail(Kind::TooManyAtOnce, what);
    }
    let wanted: Vec<usize> = texts.iter().map(|text| words(text)).collect();
    expect(
        Kind::WrongResult,
        &format!("{what}: the words"),
        &numbers,
        &wanted,
    );
    let most = wanted.iter().copied().max().unwrap_or(0);
    expect(
        Kind::WrongResult,
        &format!("{what}: the largest number"),
        &largest,
        &most,
    );
    let mut once = texts.clone();
    let mut asked = now.asked;
    once.sort_unstable();
    asked.sort_unstable();
    if asked != once {
        let what = format!(
            "{what}: `count` was called {} times, or for other texts",
            asked.len()
        );
        fail(Kind::WrongResult, what);
    }
    if now.most < threads.min(texts.len()) {
        let what = format!(
            "{what}: at most {} at the same time, though rayon has more threads",
            now.most
        );
        fail(Kind::NeverOverlapped, what);
    }
    if now.stranger {
        let what = "a thread counted that is none of those that rayon has already";
        fail(Kind::WrongThread, what);
    }
}

/// Numbers in order; as many threads at a time as rayon has, and none but those.
pub fn check() -> Solved {
    run(40, 0, 2);
    run(40, 33, 4);
    // Of threads that write at the same moment any may be the last: the largest number is not, sooner or later.
    for turn in 0..8 {
        run(3, turn % 3, 3);
    }
    run(7, 3, 1);
    run(1, 0, 2);
    let none = exercise::counts(&[], &|text| text.len());
    expect(Kind::WrongResult, "no text at all", &none, &(vec![], 0));
    Solved::new("with forty texts on two threads and on four")
}
