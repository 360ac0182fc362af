//! Tasks of more than 16 KiB, which lie in shared memory.

use lesson_04_pools::executor::ProcessPool;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::deed::Deed;
use crate::deed::Gain::{Bytes, Number};
use crate::{assert_broken, builder, number, pool, result};

fn a_task_or_result_that_is_too_large() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid));
    assert_broken(
        result(&pool, Deed::Length(vec![0; 65 << 20])),
        "bytes are too many",
    );
    assert_broken(result(&pool, Deed::Bytes(65 << 20)), "bytes are too many");
    assert_eq!(number(result(&pool, Deed::Pid)), pid);
}

/// Bytes of which none is where another one could be.
fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| n.to_le_bytes()[n % 3]).collect()
}

pub fn is_echoed(pool: &ProcessPool<Deed>, length: usize) {
    let Ok(Bytes(echoed)) = result(pool, Deed::Echo(bytes(length))) else {
        panic!("{length} bytes are lost")
    };
    assert!(
        echoed == bytes(length),
        "{length} bytes arrive as {} others",
        echoed.len()
    );
}

/// Whether a process has memory in common with the pool.
pub fn shares_memory(pid: &str) -> bool {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps"));
    maps.is_ok_and(|maps| maps.contains("/memfd:tasks"))
}

fn large_tasks_arrive_whole() {
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid)).to_string();
    // Around 16 KiB, from where on they lie in shared memory; longer and shorter ones than before; and small ones again.
    for length in (16_370..16_390).chain([1_000_000, 3, 70_000, 3_000_000, 17_000, 0]) {
        is_echoed(&pool, length);
    }
    assert_eq!(number(result(&pool, Deed::Pid)).to_string(), pid);
    assert_eq!(shares_memory(&pid), cfg!(target_os = "linux"));
    let lengths = [100_000, 1, 200_000, 1_000, 300_000, 66_000];
    let results: Vec<_> = pool
        .map(lengths.map(|length| Deed::Echo(bytes(length))))
        .chunks(2)
        .collect();
    assert!(results == lengths.map(|length| Ok(Bytes(bytes(length)))));
}

fn large_tasks_arrive_at_every_new_worker() {
    let (folder, length) = (
        common::TempDir::new("large").expect("there is room"),
        300_000,
    );
    let pool = builder(1).retries(1).build().expect("it can be built");
    for name in ["small before", "large before"] {
        let tasks = [
            Deed::DieOnce(folder.path().join(name)),
            Deed::Echo(bytes(length)),
        ];
        let results: Vec<_> = pool.map(tasks).chunks(2).collect();
        assert!(results == [Ok(Number(1)), Ok(Bytes(bytes(length)))]);
    }
    let initializer = Deed::Length(vec![7; length]);
    let pool = builder(2)
        .max_tasks_per_child(2)
        .initializer(initializer)
        .build()
        .expect("it can be built");
    let results: Vec<_> = pool
        .map((0..10).map(|_| Deed::Echo(bytes(length))))
        .collect();
    assert!(
        results
            .into_iter()
            .all(|result| result == Ok(Bytes(bytes(length))))
    );
}

fn large_tasks_arrive_without_shared_memory() {
    // The worker cannot open it.
    let pool = pool(1);
    let pid = number(result(&pool, Deed::Pid)).to_string();
    assert_eq!(result(&pool, Deed::OpenNothing), Ok(Number(0)));
    for length in [100_000, 10, 1_000_000] {
        is_echoed(&pool, length);
    }
    assert!(!shares_memory(&pid) && !shares_memory("self"));
    assert_eq!(number(result(&pool, Deed::Pid)).to_string(), pid);
    drop(pool);
    // Here it cannot be had.
    let (usual, most) = getrlimit(Resource::RLIMIT_FSIZE).expect("there is one");
    setrlimit(Resource::RLIMIT_FSIZE, 1 << 20, most).expect("less is allowed");
    let pool = self::pool(1);
    is_echoed(&pool, 2_000_000);
    assert!(!shares_memory("self"));
    setrlimit(Resource::RLIMIT_FSIZE, usual, most).expect("as before");
}

tests! {
    a_task_or_result_that_is_too_large
    large_tasks_arrive_whole
    large_tasks_arrive_at_every_new_worker
    large_tasks_arrive_without_shared_memory
}
