//! Large messages to a worker lie in shared memory; the pipe carries only where.
//!
//! A pipe takes a large message in pieces. Each is copied twice, into the kernel and out of it, while the two ends wait for
//! each other. Shared memory takes it in one piece, and the worker reads it where it lies. The memory is a `memfd`, a file
//! that lies in memory only. Linux has this. Elsewhere, and wherever it fails, the message goes through the pipe.
//!
//! Answers do not come this way: what another process can still change cannot be checked.

use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::ptr::NonNull;

use common::frame::LIMIT;
use nix::libc::c_void;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

use super::protocol::{LARGE, Payload};

/// The bytes that a message may need at most. Of a file of this length only those pages take memory that have been
/// written to.
const LENGTH: NonZero<usize> = NonZero::new(LIMIT as usize).expect("it is not 0");

/// The pool's side. The memory is made for the first large message to a worker, is used for all others to it, and returns
/// to the system with the worker.
#[derive(Default)]
pub(super) struct SharedWriter {
    /// The path in the messages leads to the file as long as it is open.
    memory: Option<(File, Mapping)>,
    disabled: bool,
}

impl SharedWriter {
    /// Whether a message of this length is certain to go through shared memory.
    pub(super) fn takes(&self, length: usize) -> bool {
        length > LARGE && length <= LENGTH.get() && self.is_in_use()
    }

    /// Whether the worker has been sent a message through it.
    pub(super) fn is_in_use(&self) -> bool {
        self.memory.is_some() && !self.disabled
    }

    /// Writes a large message into shared memory. Returns what has to be sent instead; `None` where the message itself
    /// has to be sent. The message before must have been answered.
    pub(super) fn write(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        if message.len() <= LARGE || message.len() > LENGTH.get() || self.disabled {
            return None;
        }
        let note = self.try_write(message);
        self.disabled = note.is_err();
        note.ok()
    }

    fn try_write(&mut self, message: &[u8]) -> io::Result<Vec<u8>> {
        let (file, mapping) = match &mut self.memory {
            Some(memory) => memory,
            none => none.insert(new_memory()?),
        };
        mapping.write(message);

        let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()).into();
        let note = Payload::<()>::Shared {
            path,
            inode: file.metadata()?.ino(),
            length: message.len(),
        };
        postcard::to_stdvec(&note).map_err(io::Error::other)
    }

    /// Uses it no more, as the worker cannot open it, and frees the memory.
    pub(super) fn disable(&mut self) {
        self.disabled = true;
        self.memory = None;
    }
}

#[cfg(target_os = "linux")]
fn new_memory() -> io::Result<(File, Mapping)> {
    use nix::fcntl::{FcntlArg, SealFlag, fcntl};
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use nix::sys::resource::{Resource, getrlimit};

    let length = LENGTH.get() as u64;
    // A process that makes a file longer than allowed gets a signal.
    if getrlimit(Resource::RLIMIT_FSIZE)?.0 < length {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
    let file = File::from(memfd_create("tasks", flags)?);
    file.set_len(length)?;
    // Not even a worker that has gone mad can make it shorter.
    fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_SHRINK))?;

    let mapping = Mapping::of(&file)?;
    Ok((file, mapping))
}

#[cfg(not(target_os = "linux"))]
fn new_memory() -> io::Result<(File, Mapping)> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The worker's side. Mapped for the first message that lies there, it is used for all others.
#[derive(Default)]
pub(super) struct SharedReader(Option<Mapping>);

impl SharedReader {
    /// Returns the message that lies in shared memory, or `message` itself if it does not speak of any.
    ///
    /// # Errors
    /// When the memory cannot be opened from here.
    pub(super) fn read<'a>(&'a mut self, message: &'a [u8]) -> io::Result<&'a [u8]> {
        let Ok(Payload::<()>::Shared {
            path,
            inode,
            length,
        }) = postcard::from_bytes(message)
        else {
            return Ok(message);
        };
        let mapping = match &mut self.0 {
            Some(mapping) => mapping,
            // Only looked at, not opened, while it may be something else.
            _ if std::fs::metadata(&path)?.ino() != inode => {
                return Err(io::ErrorKind::NotFound.into());
            }
            none => {
                let file = File::options().read(true).write(true).open(path)?;
                none.insert(Mapping::of(&file)?)
            }
        };
        // SAFETY: the pool has written before it sent this message, and does not write again until it is answered.
        Ok(unsafe { mapping.bytes(length) })
    }
}

/// The first [`LENGTH`] bytes of a file, mapped into this process's memory: two processes that map the same file see the
/// same bytes.
struct Mapping(NonNull<c_void>);

// SAFETY: a mapping belongs to the whole process, and may be used from whatever thread owns this.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps a file, to read and to write. It must not become shorter.
    ///
    /// # Errors
    /// When the file is too short, or the system says no.
    fn of(file: &File) -> io::Result<Mapping> {
        // To touch what lies behind the file's end would end the program with SIGBUS.
        if file.metadata()?.len() < LENGTH.get() as u64 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is shorter than its mapping",
            ));
        }

        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a new mapping at an address that the system chooses touches nothing that exists.
        let start = unsafe { mmap(None, LENGTH, protection, MapFlags::MAP_SHARED, file, 0) }?;
        Ok(Mapping(start))
    }

    /// Copies bytes to its start.
    ///
    /// # Panics
    /// When there are more than [`LENGTH`].
    fn write(&mut self, bytes: &[u8]) {
        let length = bytes.len();
        assert!(length <= LENGTH.get(), "{length} bytes do not fit");

        let from = NonNull::from(bytes).cast::<u8>();
        // SAFETY: mapped as long as `self` lives, and long enough. No reference into it exists here, as that would borrow
        // `self`; the worker has one only until it has answered.
        unsafe { self.0.cast().copy_from_nonoverlapping(from, length) };
    }

    /// Returns the first `length` bytes.
    ///
    /// # Safety
    /// As long as the slice is used, no process may write to the file.
    ///
    /// # Panics
    /// When there are not as many.
    unsafe fn bytes(&self, length: usize) -> &[u8] {
        assert!(length <= LENGTH.get(), "there are no {length} bytes");
        // SAFETY: mapped from start to end, as long as `self` lives; that no process changes it is the caller's promise.
        unsafe { std::slice::from_raw_parts(self.0.cast().as_ptr(), length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what was mapped, and no reference into it can exist: they borrow `self`.
        let _ = unsafe { munmap(self.0, LENGTH.get()) };
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_found_whole() {
        let (mut writer, mut reader) = (SharedWriter::default(), SharedReader::default());
        let mut path = None;
        for length in [LARGE + 1, 5_000_000, LARGE + 1, LENGTH.get()] {
            let message: Vec<u8> = (0..length).map(|n| n.to_le_bytes()[n % 3]).collect();
            let note = writer.write(&message).unwrap();
            assert!(note.len() < 50, "{} bytes instead of {length}", note.len());
            assert!(reader.read(&note).unwrap() == message);
            let Ok(Payload::<()>::Shared { path: found, .. }) = postcard::from_bytes(&note) else {
                panic!()
            };
            assert_eq!(
                path.get_or_insert(found.clone()),
                &found,
                "the same memory again"
            );
        }
    }

    #[test]
    fn small_messages_and_those_that_nobody_would_take_are_not_left() {
        let mut writer = SharedWriter::default();
        assert!(writer.write(&vec![7; LARGE]).is_none());
        assert!(writer.write(&vec![7; LENGTH.get() + 1]).is_none());
        assert!(writer.memory.is_none());
        let tasks = postcard::to_stdvec(&Payload::Inline([1, 2])).unwrap();
        assert_eq!(SharedReader::default().read(&tasks).unwrap(), tasks);
    }

    #[test]
    fn what_cannot_be_opened_is_refused_and_then_sent() {
        let mut writer = SharedWriter::default();
        assert!(!writer.is_in_use(), "there has been no note");
        let note = writer.write(&vec![7; LARGE + 1]).unwrap();
        let Ok(Payload::<()>::Shared {
            path,
            inode,
            length,
        }) = postcard::from_bytes(&note)
        else {
            panic!()
        };
        let opened = |note| {
            SharedReader::default()
                .read(&postcard::to_stdvec(&note).unwrap())
                .map(<[u8]>::len)
        };
        // Seen from somewhere else, something else is there, or nothing.
        assert!(
            opened(Payload::<()>::Shared {
                path: "/".into(),
                inode,
                length
            })
            .is_err()
        );
        assert!(
            opened(Payload::<()>::Shared {
                path: "/no/such/file".into(),
                inode,
                length
            })
            .is_err()
        );
        // Too short to be read as memory.
        let short = common::TempDir::new("short").unwrap();
        let file = short.path().join("short");
        std::fs::write(&file, "short").unwrap();
        let inode_of_short = std::fs::metadata(&file).unwrap().ino();
        assert!(
            opened(Payload::<()>::Shared {
                path: file,
                inode: inode_of_short,
                length
            })
            .is_err()
        );
        assert!(writer.is_in_use());
        writer.disable();
        assert!(
            opened(Payload::<()>::Shared {
                path,
                inode,
                length
            })
            .is_err(),
            "it was given back"
        );
        assert!(
            writer.write(&vec![7; LARGE + 1]).is_none(),
            "the worker is not asked again"
        );
    }

    #[test]
    fn nobody_can_make_it_shorter() {
        let mut writer = SharedWriter::default();
        writer.write(&vec![7; LARGE + 1]).unwrap();
        assert!(writer.memory.as_ref().unwrap().0.set_len(0).is_err());
    }
}
