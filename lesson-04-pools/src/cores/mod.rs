//! Computing on all cores, and how jobs are shared out.

pub mod rayon;
pub mod stealing;
