//! The headline: four files, three threads.

pub mod download;
pub mod download_all;
