//! What Python's own `test_init.py` says.

use std::cell::Cell;

use lesson_04_pools::executor::{Error, Shutdown, ThreadPool};

use crate::{check, submit};

#[test]
fn test_initializer() {
    thread_local!(static READY: Cell<bool> = const { Cell::new(false) });
    check(|| {
        let pool = ThreadPool::builder()
            .workers(3)
            .initializer(|| READY.set(true))
            .build()
            .unwrap();
        let results: Result<Vec<bool>, _> = pool.map(0..30, |_| READY.get()).collect();
        assert!(results.unwrap().into_iter().all(|ready| ready));
    });
}

#[test]
fn test_initializer_failing() {
    check(|| {
        let pool = ThreadPool::builder()
            .workers(2)
            .initializer(|| panic!("no licence"))
            .build()
            .unwrap();
        let error = submit(&pool, || ()).result().unwrap_err();
        let Error::Broken(why) = &error else {
            panic!("{error:?}")
        };
        assert!(why.contains("pool-") && why.contains("no licence"), "{why}");
        // From now on nothing can be submitted, and the reason is given; also after a shutdown.
        assert_eq!(pool.submit(|| ()).map(drop), Err(error.clone()));
        pool.shutdown(Shutdown::Wait);
        assert_eq!(pool.submit(|| ()).map(drop), Err(error));
    });
}
