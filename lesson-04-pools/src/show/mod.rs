//! One file a demo: its line in the list, its options, and how a run of it is measured and
//! reported.

pub mod downloads;
pub mod chunks;
pub mod by_hand;
pub mod map;
pub mod errors;
pub mod rayon;
pub mod stealing;

pub mod cancel;
pub mod timeouts;
pub mod broken;
pub mod callbacks;
pub mod batching;
pub mod backpressure;
pub mod bridge;
pub mod pipeline;

pub mod exhaustion;
pub mod starvation;
pub mod oversubscription;
pub mod panicking_job;
pub mod unbounded_queue;
pub mod hidden_serial;
pub mod lock_across_steal;
pub mod tiny_jobs;
pub mod lost_result;

pub mod choose;
pub mod scenarios;
pub mod costs;
pub mod size;
pub mod beyond;
