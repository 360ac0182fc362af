//! What the demos need and the chapter does not teach: servers, files, work, and how this program is started again.

pub mod compute;
pub mod reexec;
pub mod files;
pub mod fault;
pub mod file_server;
pub mod http_server;
