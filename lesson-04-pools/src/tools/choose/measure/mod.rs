//! `choose -- COMMAND`: the command alone, then more and more of it at once, until more brings no more.

pub mod procfs;
pub mod rusage;
pub mod stderr_tail;
pub mod command;
pub mod many;
pub mod sampler;
pub mod profile;
pub mod throughput;
pub mod stop_reason;
pub mod measured;
pub mod figures;
pub mod report;
