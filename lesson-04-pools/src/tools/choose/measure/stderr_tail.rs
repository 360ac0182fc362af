//! What a run writes to its standard error: read as it comes, and all but the end of it forgotten.

use std::io::{self, PipeReader, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// So many bytes are remembered.
const KEPT: usize = 400;
/// What has ended has closed its standard error, unless something that it left behind still has it.
const PATIENCE: Duration = Duration::from_secs(1);

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

/// A thread that reads.
#[derive(Debug)]
pub struct Words {
    tail: Tail,
    /// Nothing is sent: it is closed when there is no more to read.
    done: Receiver<()>,
}

impl Words {
    /// Reads until nobody can write any more.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn of(mut pipe: PipeReader) -> io::Result<Words> {
        let tail = Tail::default();
        let (mut kept, (open, done)) = (tail.clone(), mpsc::channel());
        thread::Builder::new()
            .name("errors".to_owned())
            .spawn(move || {
                let _ = io::copy(&mut pipe, &mut kept);
                drop(open);
            })?;
        Ok(Words { tail, done })
    }

    /// The last line of what a run that has ended wrote.
    pub fn last(self) -> String {
        let _ = self.done.recv_timeout(PATIENCE);
        let bytes = self.tail.bytes();
        String::from_utf8_lossy(&bytes)
            .trim()
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_kept_and_no_more_memory_than_that_is_used() {
        let (reader, mut writer) = io::pipe().unwrap();
        let words = Words::of(reader).unwrap();
        for _ in 0..1000 {
            writer
                .write_all(b"a line of which there are many\n")
                .unwrap();
        }
        writer.write_all(b"no tea\n\n").unwrap();
        drop(writer);
        let tail = words.tail.clone();
        assert_eq!(words.last(), "no tea");
        assert_eq!(tail.bytes().len(), KEPT);
    }

    #[test]
    fn what_somebody_keeps_open_is_not_waited_for() {
        let (reader, mut writer) = io::pipe().unwrap();
        let words = Words::of(reader).unwrap();
        writer.write_all(b"no tea").unwrap();
        let begin = std::time::Instant::now();
        while words.tail.bytes().is_empty() {
            assert!(begin.elapsed() < Duration::from_mins(1), "nothing is read");
            thread::yield_now();
        }
        assert_eq!(words.last(), "no tea");
        drop(writer);
    }
}
