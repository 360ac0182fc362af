//! `costs`: what each thing costs on this machine, from a function call to a process.
//!
//! Each group of figures is a file: `computing`, `handing_over`, `switching`, `processes`,
//! `memory`.

pub mod clock;
pub mod cost;
pub mod computing;
pub mod handing_over;
pub mod switching;
pub mod sleeping;
pub mod errand;
pub mod processes;
pub mod memory;
