//! `crash`: workers that die in five ways, and a parent that tells them apart and carries on.
//!
//! The same crash in a thread ends every thread of the program. So it is shown in a program of its own.

use std::hint::black_box;
use std::process::{abort, exit};
use std::thread;
use std::time::Duration;

use common::process::Exit;
use nix::libc;
use serde::{Deserialize, Serialize};
use tracing::{info, info_span};

/// A worker's way to die.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Way {
    Abort,
    StackOverflow,
    DivideByZero,
    Exit3,
    AbortInAThread,
}

/// Ends this process.
pub fn die(way: Way) {
    match way {
        Way::Abort => abort(),
        Way::StackOverflow => exit(deeper(0)),
        Way::DivideByZero => exit(1 / black_box(0)),
        Way::Exit3 => exit(3),
        Way::AbortInAThread => {
            thread::spawn(|| {
                let _span = info_span!("one of many").entered();
                abort()
            });
            // This thread does nothing wrong and would say so.
            thread::sleep(Duration::from_secs(20));
            info!("the main thread is still here");
        }
    }
}

/// Calls itself without end; each call needs a piece of the stack.
fn deeper(depth: i32) -> i32 {
    let piece = black_box([depth; 128]);
    if depth == i32::MAX {
        0
    } else {
        deeper(depth + 1) + piece[0]
    }
}

/// Tells why a worker ended, as far as its status and its standard error show.
pub fn cause(exit: &Exit, complaint: &str) -> String {
    match exit {
        Exit::Killed(libc::SIGABRT) if complaint.contains("has overflowed its stack") => {
            "its stack overflowed".to_owned()
        }
        Exit::Killed(libc::SIGABRT) => "it aborted".to_owned(),
        Exit::Killed(_) => "another process killed it".to_owned(),
        // The exit code of a Rust program that panicked. The message follows the place.
        Exit::Exited(101) => {
            let mut lines = complaint.lines();
            lines.find(|line| line.contains("panicked at"));
            format!("it panicked: {}", lines.next().unwrap_or("no message"))
        }
        Exit::Exited(0) => "nothing went wrong".to_owned(),
        Exit::Exited(code) => format!("it gave up with exit code {code}"),
    }
}
