//! Many workers killed, pools whose parent is killed, and what is left of a pool.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use lesson_04_pools::executor::{ReturnWhen, wait};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use testing::is_alive;

use crate::deed::Deed;
use crate::large_tasks::{is_echoed, shares_memory};
use crate::{assert_works, builder, is_there, number, pool, result, submit};

fn kill_after_kill_and_every_result_is_right() {
    kill_after_kill(50, 2_000);
}

/// So many tasks, and so many workers killed at random while they are done: every result comes once, and is right.
pub fn kill_after_kill(kills: u32, tasks: i64) {
    let pool = builder(3).retries(1000).build().expect("it can be built");
    let (killed, answered) = (AtomicU32::new(0), AtomicU32::new(0));
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while killed.load(Ordering::SeqCst) < kills {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let pids = pool.worker_pids();
                if let Some(pid) = usize::try_from(seed >> 33)
                    .ok()
                    .and_then(|n| pids.get(n % pids.len().max(1)))
                {
                    let _ = kill(
                        Pid::from_raw((*pid).try_into().expect("a pid")),
                        Signal::SIGKILL,
                    );
                    killed.fetch_add(1, Ordering::SeqCst);
                }
                std::thread::sleep(Duration::from_micros(500));
            }
        });
        // As long as there are kills, and at least all tasks.
        let mut n = 0;
        while n < tasks || killed.load(Ordering::SeqCst) < kills {
            let batch = n..n + 1000;
            for (n, result) in batch
                .clone()
                .zip(pool.map(batch.map(|n| Deed::Power(n.unsigned_abs(), 2))))
            {
                assert_eq!(number(result), n * n);
                answered.fetch_add(1, Ordering::SeqCst);
            }
            n += 1000;
        }
        assert_eq!(i64::from(answered.load(Ordering::SeqCst)), n);
    });
    let pids = pool.worker_pids();
    drop(pool);
    assert!(!pids.into_iter().any(is_there));
    println!(
        "{} tasks done, {} workers killed",
        answered.into_inner(),
        killed.into_inner()
    );
}

/// One in the middle of its first task, one of its second, and one behind a shell.
const BEGUN: [&str; 3] = ["first", "second", "behind a shell"];

fn workers_end_with_their_parent() {
    // This program once more, as a process group of its own: pools with tasks that never end. Then it is killed.
    use std::os::unix::process::CommandExt;
    let folder = common::TempDir::new("parent").expect("there is room");
    let mut parent = Command::new(std::env::current_exe().expect("it runs"));
    let mut parent = parent
        .arg("parent")
        .arg(folder.path())
        .process_group(0)
        .spawn()
        .expect("it starts");
    let patience = Instant::now() + Duration::from_secs(30);
    while !BEGUN.iter().all(|name| folder.path().join(name).exists()) {
        assert!(Instant::now() < patience, "its workers do not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    parent.kill().expect("it is there");
    parent.wait().expect("it is reaped");
    let patience = Instant::now() + Duration::from_secs(10);
    while is_alive(parent.id()) {
        assert!(Instant::now() < patience, "a worker is still there");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn be_the_parent(folder: &std::path::Path) {
    let [first, second, behind_a_shell] = BEGUN.map(|name| Deed::Begin(folder.join(name)));
    let fresh = pool(1);
    let used = pool(1);
    assert_works(&used);
    let command = |_: &str| {
        let mut command = Command::new("sh");
        command
            .args(["-c", "\"$0\" worker; true"])
            .arg(std::env::current_exe().expect("it runs"));
        command
    };
    let shells = builder(1)
        .worker_command(command)
        .build()
        .expect("it can be built");
    let jobs = [
        submit(&fresh, first),
        submit(&used, second),
        submit(&shells, behind_a_shell),
    ];
    let _ = wait(jobs, ReturnWhen::AllCompleted, None);
}

fn nothing_is_left_of_a_pool() {
    let count =
        |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).map_or(0, Iterator::count);
    let counts = || (count("fd"), count("task"));
    let before = counts();
    for _ in 0..10 {
        let pool = pool(2);
        assert_works(&pool);
        is_echoed(&pool, 100_000);
        assert!(result(&pool, Deed::Abort).is_err());
    }
    assert!(!shares_memory("self"));
    // Whoever reads the records of a child may take a moment longer.
    let patience = Instant::now() + Duration::from_secs(10);
    let more = |(fds, tasks): (usize, usize)| fds > before.0 || tasks > before.1;
    while more(counts()) {
        assert!(
            Instant::now() < patience,
            "{:?} instead of {before:?}",
            counts()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

tests! {
    kill_after_kill_and_every_result_is_right
    workers_end_with_their_parent
    nothing_is_left_of_a_pool
}
