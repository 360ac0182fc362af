//! A file as memory: two processes that map the same one see the same bytes.

use std::fs::{File, OpenOptions};
use std::io;
use std::num::NonZero;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;

use nix::libc::c_void;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

/// A file that is mapped into this process's memory, and into that of others.
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<c_void>,
    length: NonZero<usize>,
}

impl Mapping {
    /// Maps the first `length` bytes of the file under this path, to read and to write.
    pub fn open(path: &Path, length: NonZero<usize>) -> io::Result<Mapping> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Mapping::of(&file, length)
    }

    /// Maps the first `length` bytes of a file, to read and to write.
    pub fn of(file: &File, length: NonZero<usize>) -> io::Result<Mapping> {
        // To touch what lies behind the file's end would end the program with SIGBUS.
        if file.metadata()?.len() < length.get() as u64 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is shorter than its mapping",
            ));
        }

        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at an address that the system chooses touches nothing that exists.
        let start = unsafe { mmap(None, length, protection, MapFlags::MAP_SHARED, file, 0) }?;
        Ok(Mapping { start, length })
    }

    /// Returns the first eight bytes, as a counter that any number of processes may change at the same time.
    pub fn counter(&self) -> &AtomicU64 {
        assert!(self.length.get() >= size_of::<AtomicU64>());
        // SAFETY: mapped as long as `self` lives, long enough, on a page's border and so aligned; other processes
        // change it only atomically, which is what the type is for.
        unsafe { self.start.cast::<AtomicU64>().as_ref() }
    }

    /// Returns all bytes of a file that is not written to any more.
    ///
    /// # Safety
    /// As long as the slice is used, no process may write into the file or make it shorter.
    pub unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: mapped and initialised from start to end; that it does not change is the caller's promise.
        unsafe { std::slice::from_raw_parts(self.start.cast().as_ptr(), self.length.get()) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what was mapped, and no reference into it is left: they borrow `self`.
        let _ = unsafe { munmap(self.start, self.length.get()) };
    }
}
