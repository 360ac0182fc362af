//! Judges `01_a_fixed_crew`: four jobs for two threads, and a long job that nobody may be stuck behind.

use common::exercise;
use common::exercises::interleave::{Overlap, every_schedule, sync};
use common::exercises::{Kind, Solved, expect};

use exercise::Job;
use sync::{Arc, Mutex, mpsc};

crate::exercise!("../exercises/01_a_fixed_crew.rs");

static UNDER_WAY: Overlap = Overlap::new();

/// Each job is done, by two at a time and never more; and two short jobs get past a long one.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        UNDER_WAY.start();
        let done = Arc::new(Mutex::new(Vec::new()));
        let job = |number| -> Job {
            let done = Arc::clone(&done);
            Box::new(move || {
                UNDER_WAY.job_of_at_most(2);
                done.lock().expect("nobody panics here").push(number);
            })
        };
        exercise::run_all(2, vec![job(1), job(2), job(3), job(4)]);
        let mut done = done.lock().expect("nobody panics here").clone();
        done.sort_unstable();
        expect(
            Kind::LostJob,
            "the jobs that are done when `run_all` returns",
            &done,
            &vec![1, 2, 3, 4],
        );
    });
    UNDER_WAY.expect(2);
    every_schedule(|| {
        let (tell, told) = mpsc::channel();
        let long: Job =
            Box::new(move || (0..2).for_each(|_| told.recv().expect("the short jobs come")));
        let short = |tell: &mpsc::Sender<()>| -> Job {
            let tell = tell.clone();
            Box::new(move || tell.send(()).expect("the long job listens"))
        };
        exercise::run_all(2, vec![long, short(&tell), short(&tell)]);
    });
    solved
}
