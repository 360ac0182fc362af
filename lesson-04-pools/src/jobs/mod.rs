//! What one does with a job besides asking for its result.

pub mod map;
pub mod errors;
pub mod cancel;
pub mod timeouts;
pub mod broken;
pub mod callbacks;
