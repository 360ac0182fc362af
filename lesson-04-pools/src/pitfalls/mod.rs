//! What goes wrong with pools, each broken and fixed side by side. In teaching order.

pub mod exhaustion;
pub mod starvation;
pub mod oversubscription;
pub mod naive_pool;
pub mod panicking_job;
pub mod unbounded_queue;
pub mod hidden_serial;
pub mod lock_across_steal;
pub mod tiny_jobs;
pub mod lost_result;
