//! Judges `07_parallel_map`: texts that two threads have to count at the same time.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use common::exercise;
use common::exercises::left::within;
use common::exercises::{Kind, Solved, expect, fail};

crate::exercise!("../exercises/07_parallel_map.rs");

/// How many threads rayon has here.
const THREADS: usize = 2;

/// Who counts at this moment, the most there have been, and whether two have met.
#[derive(Default)]
struct Meeting {
    seen: Mutex<(usize, usize, bool)>,
    changed: Condvar,
}

impl Meeting {
    /// Counts, but not before two have been at it at the same time, or one has waited for the other in vain.
    fn count(&self, text: &str) -> usize {
        let mut seen = self.seen.lock().expect("nobody panics here");
        seen.0 += 1;
        seen.1 = seen.1.max(seen.0);
        seen.2 |= seen.0 >= THREADS;
        self.changed.notify_all();
        let patience = Duration::from_millis(1500);
        let (mut seen, waited) = self
            .changed
            .wait_timeout_while(seen, patience, |seen| !seen.2)
            .expect("nobody panics here");
        // Enough waiting for everybody.
        seen.2 |= waited.timed_out();
        drop(seen);
        // The first texts are long, so that they are not the first to be done.
        let patience = if text.starts_with("a very long text") {
            20
        } else {
            1
        };
        std::thread::sleep(Duration::from_millis(patience));
        self.seen.lock().expect("nobody panics here").0 -= 1;
        text.split_whitespace().count()
    }
}

/// Numbers in order; two threads at a time, and never more.
pub fn check() -> Solved {
    let (numbers, largest, most) = within(Duration::from_secs(10), "counting forty texts", || {
        let text = |number: usize| match number {
            0 => "a very long text ".repeat(10),
            _ => "word ".repeat(number % 7),
        };
        let texts: Vec<String> = (0..40).map(text).collect();
        let meeting = Meeting::default();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(THREADS)
            .build()
            .expect("there is room for two");
        let (numbers, largest) =
            pool.install(|| exercise::counts(&texts, &|text| meeting.count(text)));
        (
            numbers,
            largest,
            meeting.seen.lock().expect("nobody panics here").1,
        )
    });
    if most > THREADS {
        fail(
            Kind::TooManyAtOnce,
            format!("{most} threads counted at the same time, and rayon has {THREADS}"),
        );
    }
    let wanted: Vec<usize> = (0..40)
        .map(|number| if number == 0 { 40 } else { number % 7 })
        .collect();
    expect(
        Kind::WrongResult,
        "the words in forty texts",
        &numbers,
        &wanted,
    );
    expect(Kind::WrongResult, "the largest number", &largest, &40);
    if most < THREADS {
        fail(
            Kind::NeverOverlapped,
            "one text was counted after the other, though rayon has two threads",
        );
    }
    let none = exercise::counts(&[], &|text| text.len());
    expect(Kind::WrongResult, "no text at all", &none, &(vec![], 0));
    Solved::new("with forty texts on two threads")
}
