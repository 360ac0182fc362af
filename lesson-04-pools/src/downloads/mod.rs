//! The headline: four files, three threads.

pub mod error;
pub mod download;
pub mod download_all;
