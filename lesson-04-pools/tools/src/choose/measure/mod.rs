//! `choose -- COMMAND`: the command alone, then more and more of it at once, until more brings no
//! more.
//!
//! One run is in `command`, several at once in `run_all`. What the system says of them is in
//! `procfs`, `rusage` and `sampler`, what is concluded in `profile`, `throughput` and
//! `stop_reason`.

pub mod procfs;
pub mod rusage;
pub mod stderr_tail;
pub mod command;
pub mod run_all;
pub mod sampler;
pub mod profile;
pub mod throughput;
pub mod stop_reason;
pub mod measured;
pub mod figures;
pub mod report;
