//! `limits`: a worker that may not use more than it was given.
//!
//! A process can be limited: how much memory it may map, how many seconds it may compute, how many files it may have
//! open. The kernel watches. A thread cannot be limited like that, because what a thread uses belongs to its process.
//!
//! Each worker here takes a limit upon itself, then uses too much. It cannot lift the limit again, and what it starts
//! inherits it. Set before code that is not trusted, it holds for that code.

use std::fs::File;
use std::hint::black_box;
use std::io;

use common::process::Exit;
use nix::libc;
use nix::sys::resource::{Resource, setrlimit};
use tracing::info_span;

const MIB: usize = 1 << 20;

/// Takes memory without end. The limit is 512 MiB of address space.
pub fn take_memory() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_AS, 512 << 20, 512 << 20)?;
    let _span = info_span!("take memory").entered();
    let mut taken = Vec::new();
    loop {
        taken.push(vec![0_u8; 16 * MIB]);
    }
}

/// Computes without end. The limit is one second; the kernel counts whole seconds.
pub fn compute() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_CPU, 1, 2)?;
    let _span = info_span!("compute").entered();
    let mut number = 1_u64;
    loop {
        number = black_box(number.wrapping_mul(3));
    }
}

/// Opens files, and returns the error that the limit of 32 files leads to.
pub fn open_files() -> io::Result<String> {
    setrlimit(Resource::RLIMIT_NOFILE, 32, 32)?;
    let _span = info_span!("open files").entered();
    let mut open = Vec::new();
    loop {
        match File::open("/dev/null") {
            Ok(file) => open.push(file),
            Err(error) => return Ok(error.to_string()),
        }
    }
}

/// Concludes which limit struck, from a worker's end, its standard error and the error that it sent.
pub fn struck(exit: &Exit, complaint: &str, sent: Option<String>) -> String {
    match (exit, sent) {
        (Exit::Killed(libc::SIGXCPU), _) => "CPU seconds".to_owned(),
        (Exit::Killed(libc::SIGABRT), _) if complaint.contains("allocation") => {
            "address space".to_owned()
        }
        (Exit::Exited(0), Some(error)) => format!("open files ({error})"),
        _ => "none".to_owned(),
    }
}
