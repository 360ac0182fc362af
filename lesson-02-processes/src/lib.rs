//! Lesson 02: processes. Read the modules in this order; `docs/02-processes.md` is the chapter about them.

pub mod workers;
pub mod worker;
pub mod memory;
pub mod spawn;
pub mod pipe;
pub mod backpressure;
pub mod crash;
pub mod signals;
pub mod pool;
pub mod keeper;
pub mod supervisor;
pub mod fork;
pub mod fork_exec;
pub mod shared_memory;
pub mod cores;
pub mod thumbnail;
pub mod limits;

/// The mistakes: each file has the broken way and the fixed one, side by side.
pub mod pitfalls {
    pub mod zombie;
    pub mod orphan;
    pub mod full_pipe;
    pub mod fork_with_threads;
    pub mod inherited_pipe;
    pub mod exit_status;
    pub mod serialise;
}

/// The demos around them: options, log lines, results, and the workers that are started.
pub mod show {
    pub mod workers;
    pub mod memory;
    pub mod spawn;
    pub mod pipe;
    pub mod crash;
    pub mod signals;
    pub mod pool;
    pub mod fork;
    pub mod shared_memory;
    pub mod cores;
    pub mod images;
    pub mod limits;
    pub mod zombie;
    pub mod orphan;
    pub mod full_pipe;
    pub mod fork_with_threads;
    pub mod inherited_pipe;
    pub mod exit_status;
    pub mod serialise;
}

/// The tools of the demos, which the chapter does not teach.
pub mod support {
    pub mod messages;
    pub mod worker_process;
    pub mod serve;
    pub mod wait_timeout;
    pub mod output;
    pub mod shortened;
    pub mod core_dump;
    pub mod process_state;
    pub mod forked_child;
    pub mod end_with_parent;
    pub mod pages;
    pub mod mapping;
    pub mod crew;
    pub mod handoff_cost;
    pub mod primes;
    pub mod picture;
}

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/02-processes.md")]
pub struct Chapter;
