//! The ends of the decision tree: what to use, why, what shows it, and with which crates.

use super::node::Approach;

pub static BROKER: Approach = Approach {
    name: "a queue outside your program, and workers on several machines",
    reason: "the queue keeps the jobs when a worker or its machine dies; each job may then run twice, and must not mind",
    run: "lesson-04-pools --features nats -- beyond",
    chapter: "docs/05-choosing.md",
    crates: "async-nats, and a NATS server with JetStream",
};

pub static NOTHING: Approach = Approach {
    name: "a plain call",
    reason: "one job has nothing to overlap with; if your program must not stand still meanwhile, one thread is enough",
    run: "lesson-01-threads -- join",
    chapter: "docs/01-threads.md",
    crates: "std",
};

pub static THREAD_EACH: Approach = Approach {
    name: "a thread for each job",
    reason: "waits overlap, and code that blocks stays as it is; so few threads cost next to nothing",
    run: "lesson-01-threads -- spawn",
    chapter: "docs/01-threads.md",
    crates: "std",
};

pub static THREADS_THAT_SHARE: Approach = Approach {
    name: "a thread for each job, and a channel or a Mutex between them",
    reason: "waits overlap; send results to one owner if you can, and hold a lock only for the moment of the change",
    run: "lesson-01-threads -- channel",
    chapter: "docs/01-threads.md",
    crates: "std",
};

pub static THREAD_POOL: Approach = Approach {
    name: "a thread pool",
    reason: "waits overlap up to the pool's size, and the size protects the server, your memory and your file descriptors",
    run: "lesson-04-pools -- downloads",
    chapter: "docs/04-pools.md",
    crates: "std as in this lesson, or threadpool",
};

pub static ASYNC: Approach = Approach {
    name: "async tasks",
    reason: "a task that waits costs some hundred bytes where a thread costs a stack; one thread has thousands under way",
    run: "lesson-03-async -- many",
    chapter: "docs/03-async.md",
    crates: "tokio",
};

pub static ASYNC_THAT_SHARES: Approach = Approach {
    name: "async tasks, and channels between them",
    reason: "thousands of waits on few threads; one task owns the data and the others send it messages",
    run: "lesson-03-async -- channel",
    chapter: "docs/03-async.md",
    crates: "tokio with its feature sync",
};

pub static ASYNC_WITH_POOL: Approach = Approach {
    name: "async tasks that wait, and a pool of threads that computes",
    reason: "a task that computes keeps its thread from all others, so the computing moves to threads of its own",
    run: "lesson-03-async -- blocking",
    chapter: "docs/03-async.md",
    crates: "tokio, with spawn_blocking or rayon",
};

pub static SIZED_POOL: Approach = Approach {
    name: "a thread pool with more threads than cores",
    reason: "while some wait others compute; how many is cores x (1 + wait / compute), and measuring says if that holds",
    run: "lesson-04-pools -- size",
    chapter: "docs/05-choosing.md",
    crates: "std as in this lesson, or threadpool",
};

pub static DATA_PARALLEL: Approach = Approach {
    name: "threads, as many as cores: rayon, or scoped threads",
    reason: "Rust has no lock that makes threads take turns, so no processes are needed to compute on all cores",
    run: "lesson-04-pools -- rayon",
    chapter: "docs/04-pools.md",
    crates: "rayon, or std",
};

pub static SUMS_OF_THEIR_OWN: Approach = Approach {
    name: "threads, as many as cores; each has a result of its own, and they are put together at the end",
    reason: "a lock or an atomic that all cores want makes them wait for each other; what no other core touches is free",
    run: "lesson-01-threads -- mutex",
    chapter: "docs/01-threads.md",
    crates: "rayon (fold and reduce), or std",
};

pub static PROCESS_EACH: Approach = Approach {
    name: "a process for each job, watched by its parent",
    reason: "a process dies alone, can be given limits, and can be killed; a thread cannot",
    run: "lesson-02-processes -- crash",
    chapter: "docs/02-processes.md",
    crates: "std, and nix for signals and limits",
};

pub static PROCESS_POOL: Approach = Approach {
    name: "a process pool, as large as there are cores",
    reason: "a process dies alone, and its memory is surely given back; the pool pays for the start only once",
    run: "lesson-04-pools -- chunks",
    chapter: "docs/04-pools.md",
    crates: "this lesson's executor, with serde and postcard",
};
