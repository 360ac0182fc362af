//! Large messages to a worker lie in shared memory; through the pipe goes only a note that says so.
//!
//! A pipe takes a large message in pieces. Each is copied twice, into the kernel and out of it, while the two ends wait for
//! each other. Shared memory takes it in one piece, and the worker reads it where it lies. The memory is a `memfd`, a file
//! that lies in memory only. Linux has this. Elsewhere, and wherever it fails, the message goes through the pipe.
//!
//! Answers do not come this way: what somebody else can still change cannot be checked.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::mapping::{LENGTH, Mapping};

/// A message of more bytes than this is large. Up to here a pipe is as quick; with twice as many it takes twice as long.
pub(super) const LARGE: usize = 16 << 10;

/// What is sent to a worker.
#[derive(Serialize, Deserialize)]
pub(super) enum Parcel<T> {
    Tasks(T),
    /// A parcel of so many bytes lies in shared memory, in the file of this path and this number. (Seen from a container,
    /// the path may lead to another file.)
    Note {
        path: PathBuf,
        inode: u64,
        length: usize,
    },
}

/// The pool's side. The memory is made for the first large message to a worker, is used for all others to it, and goes back
/// to the system with the worker.
#[derive(Default)]
pub(super) struct Outbox {
    /// As long as the file is open, the path of the notes leads to it.
    memory: Option<(File, Mapping)>,
    is_of_no_use: bool,
}

impl Outbox {
    /// Whether a message of this length can be left for sure.
    pub(super) fn takes(&self, length: usize) -> bool {
        length > LARGE && length <= LENGTH.get() && self.memory.is_some() && !self.is_of_no_use
    }

    /// Leaves a large message in shared memory. What has to be sent is the note that comes back, or without one the
    /// message itself. What was left before must have been answered.
    pub(super) fn leave(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        if message.len() <= LARGE || message.len() > LENGTH.get() || self.is_of_no_use {
            return None;
        }
        let note = self.note(message);
        self.is_of_no_use = note.is_err();
        note.ok()
    }

    fn note(&mut self, message: &[u8]) -> io::Result<Vec<u8>> {
        let (file, mapping) = match &mut self.memory {
            Some(memory) => memory,
            none => none.insert(new()?),
        };
        mapping.write(message);
        let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()).into();
        let note = Parcel::<()>::Note {
            path,
            inode: file.metadata()?.ino(),
            length: message.len(),
        };
        postcard::to_stdvec(&note).map_err(io::Error::other)
    }

    /// The worker could not open it, so there will be no more notes. False if there has been none.
    pub(super) fn is_refused(&mut self) -> bool {
        self.is_of_no_use = true;
        self.memory.take().is_some()
    }
}

#[cfg(target_os = "linux")]
fn new() -> io::Result<(File, Mapping)> {
    use nix::fcntl::{FcntlArg, SealFlag, fcntl};
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use nix::sys::resource::{Resource, getrlimit};
    let length = LENGTH.get() as u64;
    // Who makes a file longer than allowed gets a signal.
    if getrlimit(Resource::RLIMIT_FSIZE)?.0 < length {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let file = File::from(memfd_create(
        "tasks",
        MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING,
    )?);
    file.set_len(length)?;
    // Not even a worker that has gone mad can make it shorter.
    fcntl(&file, FcntlArg::F_ADD_SEALS(SealFlag::F_SEAL_SHRINK))?;
    let mapping = Mapping::of(&file)?;
    Ok((file, mapping))
}

#[cfg(not(target_os = "linux"))]
fn new() -> io::Result<(File, Mapping)> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The worker's side. Mapped for the first note, it is used for all others.
#[derive(Default)]
pub(super) struct Inbox(Option<Mapping>);

impl Inbox {
    /// What a note is about, or the message itself if it is none.
    ///
    /// # Errors
    /// When the memory cannot be opened from here.
    pub(super) fn open<'a>(&'a mut self, message: &'a [u8]) -> io::Result<&'a [u8]> {
        let Ok(Parcel::<()>::Note {
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
            none => none.insert(Mapping::of(
                &File::options().read(true).write(true).open(path)?,
            )?),
        };
        // SAFETY: whoever sent the note has written before, and does not write again until it is answered.
        Ok(unsafe { mapping.bytes(length) })
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_found_whole() {
        let (mut outbox, mut inbox) = (Outbox::default(), Inbox::default());
        let mut path = None;
        for length in [LARGE + 1, 5_000_000, LARGE + 1, LENGTH.get()] {
            let message: Vec<u8> = (0..length).map(|n| n.to_le_bytes()[n % 3]).collect();
            let note = outbox.leave(&message).unwrap();
            assert!(note.len() < 50, "{} bytes instead of {length}", note.len());
            assert!(inbox.open(&note).unwrap() == message);
            let Ok(Parcel::<()>::Note { path: found, .. }) = postcard::from_bytes(&note) else {
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
        let mut outbox = Outbox::default();
        assert!(outbox.leave(&vec![7; LARGE]).is_none());
        assert!(outbox.leave(&vec![7; LENGTH.get() + 1]).is_none());
        assert!(outbox.memory.is_none());
        let tasks = postcard::to_stdvec(&Parcel::Tasks([1, 2])).unwrap();
        assert_eq!(Inbox::default().open(&tasks).unwrap(), tasks);
    }

    #[test]
    fn what_cannot_be_opened_is_refused_and_then_sent() {
        let mut outbox = Outbox::default();
        assert!(!outbox.is_refused(), "there has been no note");
        let mut outbox = Outbox::default();
        let note = outbox.leave(&vec![7; LARGE + 1]).unwrap();
        let Ok(Parcel::<()>::Note {
            path,
            inode,
            length,
        }) = postcard::from_bytes(&note)
        else {
            panic!()
        };
        let opened = |note| {
            Inbox::default()
                .open(&postcard::to_stdvec(&note).unwrap())
                .map(<[u8]>::len)
        };
        // Seen from somewhere else, something else is there, or nothing.
        assert!(
            opened(Parcel::<()>::Note {
                path: "/".into(),
                inode,
                length
            })
            .is_err()
        );
        assert!(
            opened(Parcel::<()>::Note {
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
            opened(Parcel::<()>::Note {
                path: file,
                inode: inode_of_short,
                length
            })
            .is_err()
        );
        assert!(outbox.is_refused());
        assert!(
            opened(Parcel::<()>::Note {
                path,
                inode,
                length
            })
            .is_err(),
            "it was given back"
        );
        assert!(
            outbox.leave(&vec![7; LARGE + 1]).is_none(),
            "the worker is not asked again"
        );
    }

    #[test]
    fn nobody_can_make_it_shorter() {
        let mut outbox = Outbox::default();
        outbox.leave(&vec![7; LARGE + 1]).unwrap();
        assert!(outbox.memory.as_ref().unwrap().0.set_len(0).is_err());
    }
}
