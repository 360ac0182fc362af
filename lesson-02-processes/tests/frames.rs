//! What a worker sends is not trusted: whatever it is, the answer is a message or an error that names the worker. Never a
//! panic, never a hang, never an allocation of the size that a frame only announces.
//!
//! Each property is tried 2,000 times here. It was run once with a million cases each:
//! `PROPTEST_CASES=1000000 cargo test --release -p lesson-02-processes --test frames`, which took 34 s.

#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing to unwrap has failed"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::Read;

use common::frame;
use lesson_02_processes::support::messages::{WorkerError, receive, send};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which remembers the largest piece that this thread asked for.
struct Watched;

fn remember(size: usize) {
    let _ = LARGEST.try_with(|largest| largest.set(largest.get().max(size)));
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        remember(layout.size());
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        remember(size);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, handed on.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// A message with everything that may be long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Message {
    number: u64,
    text: String,
    list: Vec<u32>,
    inner: Option<Vec<(String, f64)>>,
}

fn message() -> impl Strategy<Value = Message> {
    let inner = prop::option::of(prop::collection::vec((".{0,6}", -1e9..1e9), 0..4));
    (
        any::<u64>(),
        ".{0,20}",
        prop::collection::vec(any::<u32>(), 0..20),
        inner,
    )
        .prop_map(|(number, text, list, inner)| Message {
            number,
            text,
            list,
            inner,
        })
}

fn framed(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    send(&mut bytes, message).unwrap();
    bytes
}

/// Reads to the end of what a worker sent, and returns the number of messages and what ended it.
fn read_all(mut bytes: &[u8]) -> (usize, Option<WorkerError>) {
    LARGEST.set(0);
    let announced = bytes.len();
    let mut messages = 0;
    let error = loop {
        match receive::<Message>(&mut bytes, "Worker-7") {
            Ok(Some(_)) => messages += 1,
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    // serde takes at most 1 MiB in advance for a list that says it is long; std reads in pieces that double.
    let largest = LARGEST.get();
    assert!(
        largest <= (1 << 20) + 8 * announced,
        "{largest} bytes were taken for {announced}"
    );
    if let Some(error) = &error {
        assert!(error.to_string().starts_with("Worker-7 sent "), "{error}");
    }
    (messages, error)
}

/// A reader that returns a few bytes at a time, as a pipe may.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let bytes = to.len().min(self.0.len()).min(self.1);
        to[..bytes].copy_from_slice(&self.0[..bytes]);
        self.0 = &self.0[bytes..];
        Ok(bytes)
    }
}

fn cases() -> ProptestConfig {
    let told = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    // No file is written next to the tests: a failure prints its input, and that is enough here.
    ProptestConfig {
        cases: told.unwrap_or_else(|| u32::try_from(testing::cases(400, 2000)).unwrap_or(400)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let (messages, error) = read_all(&bytes);
        prop_assert_eq!(messages, 0);
        prop_assert_eq!(error.is_some(), !bytes.is_empty());
    }

    #[test]
    fn random_bytes_in_a_good_frame_never_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut pipe = Vec::new();
        frame::write(&mut pipe, &bytes).unwrap();
        let (messages, error) = read_all(&pipe);
        prop_assert_eq!(messages == 1, error.is_none());
    }

    #[test]
    fn a_message_arrives_whole_whatever_the_pieces(message in message(), piece in 1..9_usize) {
        let bytes = framed(&message);
        prop_assert_eq!(receive(&mut Slow(&bytes, piece), "Worker-7").unwrap(), Some(message));
    }

    #[test]
    fn a_cut_message_is_an_error(message in message(), cut in any::<prop::sample::Index>()) {
        let bytes = framed(&message);
        let cut = cut.index(bytes.len() - 1) + 1;
        let (messages, error) = read_all(&bytes[..cut]);
        prop_assert_eq!(messages, 0);
        prop_assert!(error.unwrap().to_string().contains("ended in the middle"));
    }

    #[test]
    fn a_changed_byte_does_no_harm(
        message in message(), at in any::<prop::sample::Index>(), to in any::<u8>(),
    ) {
        let mut bytes = framed(&message);
        let at = at.index(bytes.len());
        bytes[at] = to;
        read_all(&bytes);
    }

    #[test]
    fn an_announced_length_is_not_believed(length in any::<u32>(), rest in prop::collection::vec(any::<u8>(), 0..32)) {
        let mut bytes = b"CF\x01".to_vec();
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&rest);
        let (_, error) = read_all(&bytes);
        if length > frame::LIMIT {
            prop_assert!(error.unwrap().to_string().contains("over the limit"));
        } else if length as usize > rest.len() {
            prop_assert!(error.is_some());
        }
    }

    #[test]
    fn another_version_is_named(version in any::<u8>().prop_filter("another", |version| *version != 1)) {
        let (_, error) = read_all(&[b'C', b'F', version, 0, 0, 0, 0]);
        let wanted = format!("Worker-7 sent a message of version {version}, this program speaks 1");
        prop_assert_eq!(error.unwrap().to_string(), wanted);
    }
}

#[test]
fn more_bytes_than_the_message_has_are_an_error() {
    let mut pipe = Vec::new();
    frame::write(&mut pipe, &[5, 6, 7]).unwrap();
    let error = receive::<u8>(&mut pipe.as_slice(), "Worker-7").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Worker-7 sent 2 bytes more than the message has"
    );
}
