//! Drawings, files and pages of made-up runs.

mod cores;
mod drawings;
mod formats;
mod live;
mod page;

use std::path::PathBuf;

/// Returns the folder that cargo builds into.
fn target() -> PathBuf {
    let program = std::env::current_exe().expect("this program has a name");
    // …/target/debug/deps/PROGRAM
    let target = program.ancestors().nth(3).expect("it lies in target");
    target.to_owned()
}

/// Returns a folder for files that may be looked at afterwards.
fn kept() -> PathBuf {
    let folder = target().join("tmp");
    std::fs::create_dir_all(&folder).expect("target can be written");
    folder
}
