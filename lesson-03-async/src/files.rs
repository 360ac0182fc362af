//! `files`: reading files in async code. The system has no "ready" for a file on a disk: a read blocks some thread.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{io, thread};

use tokio::runtime::{Builder, Runtime};
use tracing::info;

use crate::support::thread_io::bytes_read;

/// Makes a runtime of one thread. The threads of its pool for blocking work are called `pool 1`, `pool 2`, …, and say
/// when they begin and end.
pub fn runtime() -> io::Result<Runtime> {
    let next = AtomicUsize::new(1);
    Builder::new_current_thread()
        .thread_name_fn(move || format!("pool {}", next.fetch_add(1, Ordering::Relaxed)))
        .on_thread_start(|| info!("a new thread, {:?}", thread::current().id()))
        .on_thread_stop(|| info!("ends; it has read {} MiB", bytes_read() >> 20))
        .build()
}

/// Reads a file with tokio's `fs`: `await` asks the pool for it, and this thread is free meanwhile.
pub async fn read_async(path: &Path) -> io::Result<usize> {
    info!("asks for the file, on {:?}", thread::current().id());
    let bytes = tokio::fs::read(path).await?;
    info!("has {} bytes, on {:?}", bytes.len(), thread::current().id());
    Ok(bytes.len())
}

/// Reads a file with std's `fs`: an ordinary call, and this thread does nothing else until it returns.
#[allow(
    clippy::unused_async,
    reason = "nothing to await is what is wrong with it"
)]
pub async fn read_blocking(path: &Path) -> io::Result<usize> {
    let bytes = std::fs::read(path)?;
    info!("has {} bytes, on {:?}", bytes.len(), thread::current().id());
    Ok(bytes.len())
}

#[cfg(test)]
mod tests {
    use common::TempDir;

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_of_the_pool_reads_what_tokio_is_asked_for() {
        let folder = TempDir::new("files-test").unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![b'.'; 1 << 20]).unwrap();
        let runtime = runtime().unwrap();

        let before = bytes_read();
        assert_eq!(runtime.block_on(read_async(&path)).unwrap(), 1 << 20);
        let aside = bytes_read() - before;
        // A few bytes: the news that it is done, and the counter itself.
        assert!(aside < 1 << 16, "{aside}");

        assert_eq!(runtime.block_on(read_blocking(&path)).unwrap(), 1 << 20);
        assert!(bytes_read() - before >= 1 << 20);
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        let runtime = runtime().unwrap();
        let missing = runtime.block_on(read_async(Path::new("/no such file")));
        assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
