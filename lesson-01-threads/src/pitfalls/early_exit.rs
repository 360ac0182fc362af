//! `early-exit`: when `main` returns, the program is over, and with it every thread.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::info_span;

/// Starts a thread that speaks after a pause.
fn start_speaker(pause: Duration) -> JoinHandle<()> {
    thread::spawn(move || {
        let _span = info_span!("speaker").entered();
        thread::sleep(pause);
        println!("the thread has spoken");
    })
}

/// Broken: the handle is dropped. The thread goes on, and nothing waits for it.
pub fn main_without_join(pause: Duration) {
    start_speaker(pause);
    info_span!("main").in_scope(|| thread::sleep(pause / 4));
    println!("main returns");
}

/// Fixed: `join` waits for the thread.
pub fn main_with_join(pause: Duration) {
    let speaker = start_speaker(pause);
    info_span!("main").in_scope(|| thread::sleep(pause / 4));
    speaker.join().expect("speaking does not panic");
    println!("main returns");
}
