//! Judges `02_shut_down`: three jobs for two threads, and then the end; also an end without any job.

use common::exercise;
use common::exercises::interleave::{every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use exercise::Pool;
use sync::{Arc, Mutex};

crate::exercise!("../exercises/02_shut_down.rs");

/// All jobs are done when `shut_down` returns, and it does return.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        let done = Arc::new(Mutex::new(Vec::new()));
        let pool = Pool::new(2);
        for number in 1..=3 {
            let done = Arc::clone(&done);
            pool.execute(Box::new(move || {
                done.lock().expect("nobody panics here").push(number)
            }));
        }
        pool.shut_down();
        let mut done = done.lock().expect("nobody panics here").clone();
        done.sort_unstable();
        expect(
            Kind::LostJob,
            "the jobs that are done when `shut_down` returns",
            &done,
            &vec![1, 2, 3],
        );
    });
    every_schedule(|| Pool::new(2).shut_down());
    solved
}
