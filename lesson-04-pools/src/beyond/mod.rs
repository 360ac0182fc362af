//! Beyond one machine: the same chunks, on a queue that is run in production elsewhere.
//!
//! Read in this order: [`job`], [`stream`] (the queue), [`worker`], [`submitter`], [`gather`],
//! [`run`] (all of them). Then what stands around: [`connection`], [`server`], [`hosts`], [`local`]
//! (the same jobs on the process pool), [`cost`] and [`model`].

pub mod job;
pub mod stream;
pub mod worker;
pub mod submitter;
pub mod gather;
pub mod connection;
pub mod server;
pub mod hosts;
pub mod report;
pub mod run;
pub mod local;
pub mod model;
pub mod cost;
