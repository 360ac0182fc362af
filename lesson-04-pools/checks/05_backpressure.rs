//! Judges `05_backpressure`: jobs that come faster than they are done.

use common::exercise;
use common::exercises::interleave::{every_schedule, sleeps, sync};
use common::exercises::{Kind, Solved, expect, fail};

use exercise::Pool;
use sync::atomic::{AtomicUsize, Ordering};
use sync::{Arc, mpsc};

crate::exercise!("../exercises/05_backpressure.rs");

/// What waits, waits asleep; the queue is never longer than it may be; nothing is lost; and `try_submit` tells the truth.
pub fn check() -> Solved {
    let solved = every_schedule(|| {
        let begun = Arc::new(AtomicUsize::new(0));
        let pool = Pool::new(1);
        let mut most = 0;
        for submitted in 1..=4 {
            let counter = Arc::clone(&begun);
            pool.submit(Box::new(move || {
                drop(counter.fetch_add(1, Ordering::SeqCst))
            }));
            most = most.max(submitted - begun.load(Ordering::SeqCst));
        }
        pool.finish();
        expect(
            Kind::LostJob,
            "jobs that were done, of 4",
            &begun.load(Ordering::SeqCst),
            &4,
        );
        // One in the queue, and one that the thread has taken out and not begun.
        if most > 2 {
            fail(
                Kind::TooManyAtOnce,
                format!("{most} jobs were taken in and not begun, where 1 may wait"),
            );
        }
    });
    every_schedule(|| {
        let pool = Pool::new(2);
        let done = Arc::new(AtomicUsize::new(0));
        let job = || -> exercise::Job {
            let done = Arc::clone(&done);
            Box::new(move || drop(done.fetch_add(1, Ordering::SeqCst)))
        };
        let (began, beginning) = mpsc::channel();
        let (go_on, goes_on) = mpsc::channel();
        pool.submit(Box::new(move || {
            began.send(()).expect("the check listens");
            goes_on.recv().expect("the check says so");
        }));
        beginning.recv().expect("the first job begins");
        let room = [
            pool.try_submit(job()),
            pool.try_submit(job()),
            pool.try_submit(job()),
        ];
        let what =
            "room for a first, a second and a third job in a queue for 2, while the thread is busy";
        expect(Kind::WrongResult, what, &room, &[true, true, false]);
        go_on.send(()).expect("the first job listens");
        pool.finish();
        expect(
            Kind::LostJob,
            "jobs that were taken in and done",
            &done.load(Ordering::SeqCst),
            &2,
        );
    });
    let waits = sleeps(|| {
        let pool = Pool::new(1);
        let (never, comes) = mpsc::channel::<()>();
        pool.submit(Box::new(move || drop(comes.recv())));
        (0..3).for_each(|_| pool.submit(Box::new(|| ())));
        drop(never);
        pool.finish();
    });
    if !waits {
        fail(
            Kind::Stuck,
            "`submit` asks for room again and again, and keeps a core busy, instead of sleeping",
        );
    }
    solved
}
