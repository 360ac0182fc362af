//! What the demos need and the chapter does not teach: work, gates and gauges, files, servers, and
//! how this program is started again as a worker.

pub mod compute;
pub mod reexec;
pub mod tools;
pub mod gate;
pub mod gauge;
pub mod orders;
pub mod pages;
pub mod folders;
pub mod files;
pub mod fault;
pub mod background;
pub mod http_server;
pub mod file_server;
