//! A file as memory: two processes that map the same one see the same bytes.

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::ptr::NonNull;

use common::frame::LIMIT;
use nix::libc::c_void;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

/// All that a message may need. Of a file of this length only those pages take memory that have been written to.
pub(super) const LENGTH: NonZero<usize> = NonZero::new(LIMIT as usize).expect("it is not 0");

/// The first [`LENGTH`] bytes of a file, mapped into this process's memory.
pub(super) struct Mapping(NonNull<c_void>);

// SAFETY: a mapping belongs to the whole process, and may be used from whatever thread owns this.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps a file, to read and to write. It must not become shorter.
    ///
    /// # Errors
    /// When the file is too short, or the system says no.
    pub(super) fn of(file: &File) -> io::Result<Mapping> {
        // To touch what lies behind the file's end would end the program with SIGBUS.
        if file.metadata()?.len() < LENGTH.get() as u64 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is shorter than its mapping",
            ));
        }
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at an address that the system chooses touches nothing that exists.
        Ok(Mapping(unsafe {
            mmap(None, LENGTH, protection, MapFlags::MAP_SHARED, file, 0)
        }?))
    }

    /// Copies bytes to its start.
    ///
    /// # Panics
    /// When there are more than [`LENGTH`].
    pub(super) fn write(&mut self, bytes: &[u8]) {
        assert!(
            bytes.len() <= LENGTH.get(),
            "{} bytes do not fit",
            bytes.len()
        );
        // SAFETY: mapped as long as `self` lives, and long enough. Nobody here has a reference into it, as that would
        // borrow `self`; who has one in another process has promised that this does not happen now.
        unsafe {
            self.0
                .cast()
                .copy_from_nonoverlapping(NonNull::from(bytes).cast::<u8>(), bytes.len());
        };
    }

    /// So many bytes from its start.
    ///
    /// # Safety
    /// As long as the slice is used, no process may write to the file.
    ///
    /// # Panics
    /// When there are not so many.
    pub(super) unsafe fn bytes(&self, length: usize) -> &[u8] {
        assert!(length <= LENGTH.get(), "there are no {length} bytes");
        // SAFETY: mapped from start to end, as long as `self` lives; that nobody changes it is the caller's promise.
        unsafe { std::slice::from_raw_parts(self.0.cast().as_ptr(), length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what was mapped, and nobody can have a reference into it: they borrow `self`.
        let _ = unsafe { munmap(self.0, LENGTH.get()) };
    }
}
