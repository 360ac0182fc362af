//! The context switches of this process and of all that it starts, as Linux reports them to an ordinary user.
//!
//! `perf_event_open` with a software event that counts nothing, and with `context_switch` and `inherit` set, writes a
//! record for every switch into a ring of memory that it shares with us, one ring for each core. [`Switches`] opens the
//! events and reads the rings; [`Record`] is what it reads. Times are those of `CLOCK_MONOTONIC`.
//!
//! The crate `perf-event2` does the same and takes five seconds to compile.
//!
//! Where the system does not allow it (`perf_event_paranoid` of 3 or more, a seccomp filter, another system than Linux),
//! [`Switches::open`] returns the error.

use std::io;

use crate::record::Record;
#[cfg(target_os = "linux")]
use crate::{record, ring};

/// The open events of this process, and their rings.
#[derive(Debug)]
pub struct Switches {
    #[cfg(target_os = "linux")]
    rings: Vec<ring::Ring>,
}

impl Switches {
    /// Starts to record the switches of all threads that this process has now, and of the threads and processes that
    /// they start from now on.
    ///
    /// # Errors
    /// When the system does not allow it, or is not Linux.
    #[cfg(target_os = "linux")]
    pub fn open() -> io::Result<Switches> {
        let threads = ring::threads()?;
        let rings = ring::cores()?
            .into_iter()
            .map(|core| ring::Ring::open(core, &threads))
            .collect::<io::Result<_>>()?;

        Ok(Switches { rings })
    }

    /// Starts to record, on Linux.
    ///
    /// # Errors
    /// Always: this system is another one.
    #[cfg(not(target_os = "linux"))]
    pub fn open() -> io::Result<Switches> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Takes what was recorded since the last call, and makes room for more. Records of one core come in the order of
    /// time; records of different cores are not merged.
    ///
    /// A ring holds about four thousand records: call this every few milliseconds while the program runs. What did not
    /// fit is lost; [`Record::Lost`] says how much, once there is room again.
    pub fn take(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        #[cfg(target_os = "linux")]
        for ring in &mut self.rings {
            record::parse(&ring.take(), &mut records);
        }
        records
    }
}
