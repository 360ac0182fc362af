//! `batching`: how many items make one job? Each job travels through a queue, and for a process
//! through a pipe. That costs the same for one item as for a thousand.

use std::io;

use serde::{Deserialize, Serialize};

use crate::executor::{Error, ProcessPool, Task, ThreadPool};
use crate::support::compute::sum_of_squares;
use crate::support::reexec::reexec;

/// The role of the worker processes.
pub const ROLE: &str = "batching";

/// The squares in an item: two or three microseconds of work.
pub const SQUARES: u64 = 1000;

/// An item: the squares of the thousand numbers from here.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Item(pub u64);

impl Task for Item {
    type Output = u64;

    fn run(self) -> u64 {
        sum_of_squares(self.0..self.0 + SQUARES)
    }
}

/// Makes a pool whose workers are this program.
pub fn processes(workers: usize) -> io::Result<ProcessPool<Item>> {
    ProcessPool::builder()
        .workers(workers)
        .worker_command(reexec(ROLE))
        .build()
}

/// Does all items on threads, `chunk` of them in a job.
pub fn through_threads(pool: &ThreadPool, items: u64, chunk: usize) -> Result<u64, Error> {
    pool.map((0..items).map(Item), Item::run)
        .chunks(chunk)
        .sum()
}

/// Does all items in processes, `chunk` of them in a message.
pub fn through_processes(pool: &ProcessPool<Item>, items: u64, chunk: usize) -> Result<u64, Error> {
    pool.map((0..items).map(Item)).chunks(chunk).sum()
}
