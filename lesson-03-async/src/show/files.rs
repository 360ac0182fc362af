//! The demo `files`: three files are read at the same time, and each thread's bytes are counted.

use std::path::{Path, PathBuf};
use std::{fs, io};

use common::TempDir;
use common::{Demo, Failure, Outcome, Run};
use futures_util::future::try_join_all;
use serde_json::json;
use tracing::{Instrument, info, info_span};

use crate::files::{read_async, read_blocking, runtime};
use crate::support::block_on::block_on;
use crate::support::thread_io::bytes_read;

/// The files, and the MiB in each.
const FILES: [(&str, usize); 3] = [("photo", 8), ("song", 16), ("film", 32)];

pub fn demo() -> Demo {
    Demo::new("files", "on which thread a file is read", run).in_turn()
}

fn run(_: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("course-files")?;
    let paths = write_files(folder.path())?;
    let runtime = runtime()?;
    let at_first = bytes_read();

    info!("with tokio::fs: three files at the same time");
    let reads = paths.iter().map(|path| {
        let span = info_span!("read", task = name(path));
        read_async(path).instrument(span)
    });
    let bytes: usize = block_on(&runtime, try_join_all(reads))?.iter().sum();
    let with_tokio = bytes_read() - at_first;
    // Waits for the threads of its pool.
    drop(runtime);
    info!(
        "main itself has read {} of {} MiB",
        with_tokio >> 20,
        bytes >> 20
    );

    info!("with std::fs, in the same tasks");
    let runtime = crate::files::runtime()?;
    let before = bytes_read();
    let reads = paths.iter().map(|path| {
        let span = info_span!("read", task = format!("{} by std", name(path)));
        read_blocking(path).instrument(span)
    });
    block_on(&runtime, try_join_all(reads))?;
    let with_std = bytes_read() - before;
    info!(
        "main itself has read {} of {} MiB",
        with_std >> 20,
        bytes >> 20
    );

    let by_main = json!({ "tokio": with_tokio >> 20, "std": with_std >> 20 });
    Ok(json!({ "mib": bytes >> 20, "mib_read_by_main": by_main }).into())
}

/// Writes the files into this folder.
fn write_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for (name, mib) in FILES {
        let path = folder.join(name);
        fs::write(&path, vec![b'.'; mib << 20])?;
        paths.push(path);
    }
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
