//! A fixed crew: a few threads do any number of jobs.
//!
//! The lock is held for the taking only: `next` is a statement of its own, and the guard is gone at its end. With
//! `while let Ok(job) = receiver.lock()…` it would live as long as the loop's body, and the jobs would take turns.

//? `mpsc::channel::<Job>()`: send all jobs, then drop the sender, so that the threads can tell that no more will come.
//? The receiver goes into an `Arc<Mutex<…>>`. Each thread takes one job under the lock, gives the lock back, does the job,
//?   and comes again until `recv` says that there are no more. At the end, join all threads.
//? `let next = receiver.lock().expect("no job runs under the lock").recv();` on a line of its own, then
//?   `match next { Ok(job) => job(), Err(_) => return }`.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does all jobs on `workers` threads.
pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let (sender, receiver) = mpsc::channel();
    jobs.into_iter()
        .for_each(|job| sender.send(job).expect("the receiver is here"));
    drop(sender);
    let receiver = Arc::new(Mutex::new(receiver));
    let work = |receiver: Arc<Mutex<mpsc::Receiver<Job>>>| {
        move || loop {
            let next = receiver.lock().expect("no job runs under the lock").recv();
            match next {
                Ok(job) => job(),
                Err(_) => return,
            }
        }
    };
    let threads: Vec<_> = (0..workers)
        .map(|_| thread::spawn(work(Arc::clone(&receiver))))
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().expect("no job panics"));
}
