//! Judging threads and locks by trying the orders in which their steps can happen.
//!
//! In its check an exercise finds [`sync`] in the place of `std::sync` and `std::thread`: threads that take turns on one
//! real thread, in an order that a scheduler decides. The orders are tried systematically: first the one in which no
//! thread is interrupted, then all with one interruption, then all with two, and so on. Where that comes to an end,
//! every order has been tried. Where there are too many, random ones follow. So a fault is found with few interruptions,
//! and what a learner is shown is short.
//!
//! [shuttle](https://docs.rs/shuttle) keeps the threads, as coroutines. What they do, and whether they can, is known
//! here, so that a failing order can be told with values, and with what each waits for.

mod value;
mod run;
pub mod sync;
mod schedule;
mod place;
mod story;
mod runner;
mod shorter;
mod explore;
mod search;
mod overlap;
pub mod witness;

pub use overlap::{Overlap, expect_all_ended, meanwhile};
pub use search::{Found, every_schedule, expect_woken, hunt, sleeps, some_schedules};
