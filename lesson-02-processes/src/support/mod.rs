//! The tools of the demos, which the chapter does not teach.

pub mod natural;
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
