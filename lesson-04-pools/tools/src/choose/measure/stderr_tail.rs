//! The end of what a run writes to its standard error.

use std::io::{self, PipeReader, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The bytes that are remembered.
const KEPT: usize = 400;
/// A run that has ended has closed its standard error, unless something that it left behind still
/// has it.
const PATIENCE: Duration = Duration::from_secs(1);

/// A buffer that forgets all but the last bytes.
#[derive(Clone, Debug, Default)]
struct Tail(Arc<Mutex<Vec<u8>>>);

impl Tail {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        // Each of the two changes leaves it valid.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Tail {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        let mut bytes = self.bytes();
        bytes.extend_from_slice(more);
        let too_many = bytes.len().saturating_sub(KEPT);
        bytes.drain(..too_many);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A thread that reads the standard error of a run.
#[derive(Debug)]
pub struct StderrTail {
    tail: Tail,
    /// Nothing is sent: it is closed when there is no more to read.
    done: Receiver<()>,
}

impl StderrTail {
    /// Reads until no process can write any more.
    pub fn read(mut pipe: PipeReader) -> StderrTail {
        let tail = Tail::default();
        let mut kept = tail.clone();
        let (open, done) = mpsc::channel();
        thread::spawn(move || {
            let _ = io::copy(&mut pipe, &mut kept);
            drop(open);
        });
        StderrTail { tail, done }
    }

    /// Returns the last line that a run that has ended wrote.
    pub fn last_line(self) -> String {
        let _ = self.done.recv_timeout(PATIENCE);
        let bytes = self.tail.bytes();
        let text = String::from_utf8_lossy(&bytes);
        text.trim().lines().last().unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_kept_and_no_more_memory_than_that_is_used() {
        let (reader, mut writer) = io::pipe().unwrap();
        let words = StderrTail::read(reader);
        for _ in 0..1000 {
            writer
                .write_all(b"a line of which there are many\n")
                .unwrap();
        }
        writer.write_all(b"no tea\n\n").unwrap();
        drop(writer);
        let tail = words.tail.clone();
        assert_eq!(words.last_line(), "no tea");
        assert_eq!(tail.bytes().len(), KEPT);
    }

    #[test]
    fn what_somebody_keeps_open_is_not_waited_for() {
        let (reader, mut writer) = io::pipe().unwrap();
        let words = StderrTail::read(reader);
        writer.write_all(b"no tea").unwrap();
        let begin = std::time::Instant::now();
        while words.tail.bytes().is_empty() {
            assert!(begin.elapsed() < Duration::from_mins(1), "nothing is read");
            thread::yield_now();
        }
        assert_eq!(words.last_line(), "no tea");
        drop(writer);
    }
}
