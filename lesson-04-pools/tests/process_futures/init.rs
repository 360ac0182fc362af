//! What Python's own `test_init.py` says.

use crate::deed::Deed;
use crate::{assert_broken, builder, number, result};

fn test_initializer() {
    let pool = builder(2)
        .initializer(Deed::Count)
        .build()
        .expect("it can be built");
    // Its own count comes after the initializer's.
    assert_eq!(number(result(&pool, Deed::Count)), 1);
}

fn test_initializer_failing() {
    for (initializer, why) in [
        (Deed::Panic, "the job panicked: on purpose"),
        (Deed::Exit(3), "ended with exit code 3"),
    ] {
        let pool = builder(2)
            .initializer(initializer)
            .build()
            .expect("it can be built");
        let jobs: Vec<_> = (0..5)
            .filter_map(|_| pool.submit(Deed::Count).ok())
            .collect();
        for job in jobs {
            let result = job.result();
            assert_broken(result, why);
        }
        let again = pool.submit(Deed::Count).map(drop);
        assert_broken(again, "the initializer of worker-");
    }
}

tests! {
    test_initializer
    test_initializer_failing
}
