//! Needed by the demos, and not taught in the chapter: for when you are curious.

// What the calls of this lesson go to, and the ordinary HTTP on both ends of a call.
pub mod calls;
pub mod client;
pub mod api_server;
pub mod server_stats;
pub mod background;

// What the demo `server` compares, and measures with.
pub mod thread_server;
pub mod load;
pub mod load_client;
pub mod memory;
pub mod thread_io;
pub mod system_limits;

// The end of a demo's future, and what runs beside the tasks that a demo is about.
pub mod block_on;
pub mod compute;
pub mod heart;
