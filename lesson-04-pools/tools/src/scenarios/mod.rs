//! `scenarios`: five real workloads under every approach that makes sense, and which is the
//! fastest.
//!
//! Read `approach` first: the same jobs in seven ways. Then any scenario: `numbers`, `images`,
//! `databases`, `download`, `server`. How they are measured is in `work` and `rounds`, what is
//! concluded in `matrix` and `verdict`.

pub mod approach;
pub mod notebook;
pub mod usage;
pub mod workload;

pub mod numbers;
pub mod images;
pub mod databases;
pub mod file_server;
pub mod download;
pub mod clients;
pub mod serving;
pub mod server;

pub mod work;
pub mod all;
pub mod rounds;
pub mod matrix;
pub mod verdict;
pub mod crossover;
