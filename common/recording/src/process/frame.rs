//! Messages with borders, for a pipe that only knows bytes.
//!
//! A pipe may hand over half a message, or two at once. So each message travels as a frame: two
//! bytes that say "a frame starts here" (`CF`), one for the version, four for the length
//! (little-endian), then the message itself. A stray `println!` in between is then an error with a
//! name instead of a wrong answer.

use std::io::{self, IoSlice, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// The longest message that is accepted, in bytes: 64 MiB. More than any lesson sends, less than a
/// machine has.
pub const LIMIT: u32 = 64 << 20;

/// The time in which a message that has begun must arrive whole: 10 s. A worker sends it in one go,
/// and the longest that is accepted takes a tenth of a second.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The announced length, in bytes, up to which memory is taken before the bytes are there.
const BELIEVED: usize = 64 << 10;

const MAGIC: [u8; 2] = *b"CF";
const VERSION: u8 = 1;

/// The reason why a frame could not be read or written.
#[derive(Debug)]
pub enum FrameError {
    /// The pipe itself failed.
    Io(io::Error),
    /// The pipe ended in the middle of a frame.
    Truncated,
    /// A frame began, and its rest did not come within this time.
    Stalled(Duration),
    /// These bytes stand where a frame should start.
    Foreign(Vec<u8>),
    /// A frame of another version of this format.
    Version(u8),
    /// A frame of this announced length, which is over [`LIMIT`].
    TooLong(u64),
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FrameError::Io(error) => error.fmt(f),
            FrameError::Truncated => f.write_str("the pipe ended in the middle of a message"),
            FrameError::Stalled(patience) => {
                write!(
                    f,
                    "the beginning of a message, and not the rest within {} s",
                    patience.as_secs_f64()
                )
            }
            FrameError::Foreign(bytes) => {
                write!(f, "bytes that are no message ('{}')", bytes.escape_ascii())
            }
            FrameError::Version(version) => {
                write!(
                    f,
                    "a message of version {version}, this program speaks {VERSION}"
                )
            }
            FrameError::TooLong(length) => {
                write!(f, "a message of {length} bytes, over the limit of {LIMIT}")
            }
        }
    }
}

impl std::error::Error for FrameError {}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            FrameError::Truncated
        } else {
            FrameError::Io(error)
        }
    }
}

impl From<FrameError> for io::Error {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other),
        }
    }
}

/// Writes one message and flushes.
///
/// # Errors
/// Returns [`FrameError::TooLong`] before anything is written, or the pipe's error.
pub fn write(to: &mut impl Write, message: &[u8]) -> Result<(), FrameError> {
    let length = u32::try_from(message.len())
        .ok()
        .filter(|length| *length <= LIMIT);
    let Some(length) = length else {
        return Err(FrameError::TooLong(message.len() as u64));
    };
    let [l0, l1, l2, l3] = length.to_le_bytes();
    let head = [MAGIC[0], MAGIC[1], VERSION, l0, l1, l2, l3];
    // A small message is copied behind its head: the system takes one piece sooner than two.
    let mut small = [0; 512];

    if let Some(frame) = small.get_mut(..head.len() + message.len()) {
        frame[..head.len()].copy_from_slice(&head);
        frame[head.len()..].copy_from_slice(message);
        to.write_all(frame)?;
        return Ok(to.flush()?);
    }

    // Otherwise one write for both, and no copy. In either case a frame costs one system call, and a
    // small one cannot be cut by another writer.
    let written = loop {
        match to.write_vectored(&[IoSlice::new(&head), IoSlice::new(message)]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => break written?,
        }
    };
    // A pipe that is full takes only a part at once.
    to.write_all(head.get(written..).unwrap_or_default())?;
    to.write_all(&message[written.saturating_sub(head.len())..])?;
    Ok(to.flush()?)
}

/// Reads one message; `None` if the other end closed the pipe between two messages.
///
/// # Errors
/// Returns a [`FrameError`] for everything that is not a whole frame. An announced length over 64 KiB
/// is not trusted: memory is taken as bytes arrive.
pub fn read(from: &mut impl Read) -> Result<Option<Vec<u8>>, FrameError> {
    let mut head = [0; 7];
    let mut filled = 0;

    while filled < head.len() {
        match from.read(&mut head[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(FrameError::Truncated),
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        // As soon as it shows: a writer of something else may never write seven bytes of it.
        let seen = filled.min(MAGIC.len());
        if head[..seen] != MAGIC[..seen] {
            return Err(FrameError::Foreign(head[..seen].to_vec()));
        }
    }

    let [_, _, version, l0, l1, l2, l3] = head;
    let length = u32::from_le_bytes([l0, l1, l2, l3]);

    if version != VERSION {
        return Err(FrameError::Version(version));
    }
    if length > LIMIT {
        return Err(FrameError::TooLong(length.into()));
    }
    if length as usize <= BELIEVED {
        let mut message = vec![0; length as usize];
        from.read_exact(&mut message)?;
        return Ok(Some(message));
    }

    let mut message = Vec::with_capacity(BELIEVED);
    from.take(length.into()).read_to_end(&mut message)?;
    if message.len() == length as usize {
        Ok(Some(message))
    } else {
        Err(FrameError::Truncated)
    }
}

/// Reads one message as [`read`] does, from a writer that may stop in the middle of it.
///
/// Once the first byte is there, the rest has to come within `patience` ([`PATIENCE`] for a worker of
/// ours). The time until it *begins* is not limited: it depends on the work.
///
/// `from` must not have read ahead of its descriptor, as a `BufReader` does.
///
/// # Errors
/// Returns the errors of [`read`], and [`FrameError::Stalled`].
pub fn read_within(
    from: &mut (impl Read + AsFd),
    patience: Duration,
) -> Result<Option<Vec<u8>>, FrameError> {
    let mut pipe = Impatient {
        from,
        patience,
        until: None,
    };
    match read(&mut pipe) {
        Err(FrameError::Io(error)) if error.kind() == io::ErrorKind::TimedOut => {
            Err(FrameError::Stalled(patience))
        }
        result => result,
    }
}

/// A pipe whose first bytes are waited for, and whose later ones must come in time.
struct Impatient<'a, R> {
    from: &'a mut R,
    patience: Duration,
    until: Option<Instant>,
}

impl<R: Read + AsFd> Read for Impatient<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some(until) = self.until {
            let left = until.saturating_duration_since(Instant::now());
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            let mut fds = [PollFd::new(self.from.as_fd(), PollFlags::POLLIN)];
            // An interruption is passed on: the reader asks again.
            if poll(&mut fds, timeout)? == 0 {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }

        let bytes = self.from.read(to)?;
        self.until
            .get_or_insert_with(|| Instant::now() + self.patience);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_stops_in_the_middle_is_not_waited_for() {
        let patience = Duration::from_millis(20);
        for cut in [1, 6, 7, 9] {
            let (mut from, mut to) = io::pipe().unwrap();
            to.write_all(&framed(b"twelve bytes")[..cut]).unwrap();
            let error = read_within(&mut from, patience).unwrap_err();
            assert!(
                matches!(error, FrameError::Stalled(_)),
                "cut at {cut}: {error}"
            );
        }
    }

    #[test]
    fn a_message_that_begins_late_is_waited_for() {
        let (mut from, mut to) = io::pipe().unwrap();
        let late = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            write(&mut to, b"late").unwrap();
            write(&mut to, b"and another").unwrap();
        });
        let mut next = || read_within(&mut from, Duration::from_secs(10)).unwrap();

        assert_eq!(next().unwrap(), b"late");
        assert_eq!(next().unwrap(), b"and another");
        assert!(next().is_none());
        late.join().unwrap();
    }

    fn framed(message: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, message).unwrap();
        bytes
    }

    #[test]
    fn messages_keep_their_borders() {
        let mut pipe = [framed(b"one"), framed(b""), framed(&vec![7; 70_000])].concat();
        let mut reader = pipe.as_mut_slice() as &[u8];

        assert_eq!(read(&mut reader).unwrap().unwrap(), b"one");
        assert_eq!(read(&mut reader).unwrap().unwrap(), b"");
        assert_eq!(read(&mut reader).unwrap().unwrap(), vec![7; 70_000]);
        assert!(read(&mut reader).unwrap().is_none());
    }

    #[test]
    fn a_frame_cut_anywhere_is_an_error() {
        let whole = framed(b"twelve bytes");
        for cut in 1..whole.len() {
            assert!(
                matches!(read(&mut &whole[..cut]), Err(FrameError::Truncated)),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn what_is_no_frame_is_named() {
        for foreign in [&b"Hello, world"[..], b"Hi\n", b"\n", b"Cheese"] {
            assert!(
                matches!(read(&mut &*foreign), Err(FrameError::Foreign(_))),
                "{}",
                foreign.escape_ascii()
            );
        }

        assert_eq!(
            read(&mut &b"Hi\n"[..]).unwrap_err().to_string(),
            "bytes that are no message ('Hi')"
        );
        assert!(matches!(
            read(&mut &b"CF\x09\0\0\0\0"[..]),
            Err(FrameError::Version(9))
        ));

        assert!(matches!(
            read(&mut &b"CF\x01\xff\xff\xff\xff"[..]),
            Err(FrameError::TooLong(0xffff_ffff))
        ));
    }

    #[test]
    fn random_bytes_never_panic_or_allocate_what_they_announce() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..24)
                .map(|_| {
                    seed ^= seed << 13;
                    seed ^= seed >> 7;
                    seed ^= seed << 17;
                    seed.to_le_bytes()[0]
                })
                .collect();
            let mut announced = b"CF\x01".to_vec();
            announced.extend_from_slice(&bytes);
            assert!(read(&mut bytes.as_slice()).is_err());
            if let Ok(Some(message)) = read(&mut announced.as_slice()) {
                assert!(message.len() <= bytes.len());
            }
        }
    }
}
