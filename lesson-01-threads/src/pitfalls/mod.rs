//! Mistakes with threads, each broken and fixed side by side.

pub mod race;
pub mod deadlock;
pub mod poison;
pub mod early_exit;
pub mod false_sharing;
pub mod lock_convoy;
pub mod too_many;
