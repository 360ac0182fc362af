//! One core's ring: the events that write into it, and the memory that is shared with the kernel.
//!
//! Its `unsafe`: five calls of the system, and reading the shared memory.

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering, fence};

/// Pages of records in a ring; a power of two. What an ordinary user may lock is 516 KiB a core.
const PAGES: usize = 64;

/// Offsets of the kernel's write position and of our read position.
const HEAD_AT: usize = 1024;
const TAIL_AT: usize = 1032;

/// `struct perf_event_attr` of Linux, in the size that it had in version 5 (4.1 and later).
#[repr(C)]
#[derive(Default)]
struct Attributes {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    wakeup: u32,
    bp_type: u32,
    config1: u64,
    config2: u64,
    branch_sample_type: u64,
    sample_regs_user: u64,
    sample_stack_user: u32,
    clock: i32,
    sample_regs_intr: u64,
    aux_watermark: u32,
    sample_max_stack: u16,
    reserved: u16,
}

const SOFTWARE: u32 = 1;
const DUMMY: u64 = 9;
const SAMPLE_TID: u64 = 1 << 1;
const SAMPLE_TIME: u64 = 1 << 2;
const SAMPLE_CPU: u64 = 1 << 7;
const DISABLED: u64 = 1;
const INHERIT: u64 = 1 << 1;
const EXCLUDE_KERNEL: u64 = 1 << 5;
const EXCLUDE_HYPERVISOR: u64 = 1 << 6;
const TASK: u64 = 1 << 13;
const SAMPLE_ID_ALL: u64 = 1 << 18;
const USE_CLOCK: u64 = 1 << 25;
const CONTEXT_SWITCH: u64 = 1 << 26;

const CLOSE_ON_EXEC: libc::c_ulong = 1 << 3;
const ENABLE: libc::c_ulong = 0x2400;
const SET_OUTPUT: libc::c_ulong = 0x2405;

/// Returns the threads of this process.
pub(crate) fn threads() -> io::Result<Vec<i32>> {
    let entries = fs::read_dir("/proc/self/task")?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.parse().ok()).collect())
}

/// Returns the numbers of the cores that are switched on: `0-3,5` in the system's words.
pub(crate) fn cores() -> io::Result<Vec<i32>> {
    let text = fs::read_to_string("/sys/devices/system/cpu/online")?;
    let mut cores = Vec::new();
    for range in text.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let parse = |number: &str| number.parse::<i32>().map_err(io::Error::other);
        cores.extend(parse(first)?..=parse(last)?);
    }
    Ok(cores)
}

/// The ring of one core.
#[derive(Debug)]
pub(crate) struct Ring {
    /// The first owns the memory, the others write into it.
    events: Vec<OwnedFd>,
    memory: NonNull<u8>,
    page: usize,
}

// SAFETY: the memory belongs to the ring alone and is unmapped when it is dropped; nothing is tied to a thread.
unsafe impl Send for Ring {}

impl Ring {
    /// Opens an event for each thread on this core, with one ring for all of them.
    pub(crate) fn open(core: i32, threads: &[i32]) -> io::Result<Ring> {
        let mut events: Vec<OwnedFd> = Vec::new();
        for thread in threads {
            match event(core, *thread) {
                Ok(event) => events.push(event),
                // It has ended since it was listed.
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {}
                Err(error) => return Err(error),
            }
        }

        let first = events.first().ok_or(io::ErrorKind::NotFound)?;
        // SAFETY: `sysconf` reads no memory of ours.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let page = usize::try_from(page).map_err(io::Error::other)?;
        let length = (1 + PAGES) * page;
        let rights = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice, of a file that is open.
        let memory = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                length,
                rights,
                libc::MAP_SHARED,
                first.as_raw_fd(),
                0,
            )
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }

        let memory = NonNull::new(memory.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        let ring = Ring {
            events,
            memory,
            page,
        };

        for other in &ring.events[1..] {
            control(
                other,
                SET_OUTPUT,
                u64::try_from(ring.events[0].as_raw_fd()).unwrap_or(0),
            )?;
        }

        for event in &ring.events {
            control(event, ENABLE, 0)?;
        }

        Ok(ring)
    }

    fn position(&self, at: usize) -> &AtomicU64 {
        // SAFETY: the first page is mapped, `at` is a multiple of 8 inside of it, and both sides use it atomically.
        unsafe { AtomicU64::from_ptr(self.memory.as_ptr().add(at).cast()) }
    }

    /// Copies what the kernel has written since the last call, and gives that room back to it.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let size = PAGES * self.page;
        let head = self.position(HEAD_AT).load(Ordering::Acquire);
        let tail = self.position(TAIL_AT).load(Ordering::Relaxed);
        // More than the ring holds cannot be there, whatever the page says.
        let length = usize::try_from(head.wrapping_sub(tail))
            .unwrap_or(0)
            .min(size);
        let start = usize::try_from(tail % size as u64).unwrap_or(0);
        let before_end = length.min(size - start);
        let mut bytes = vec![0; length];

        // SAFETY: the records lie in the pages behind the first, `start + before_end` and `length - before_end` are at
        // most `size`, and the kernel writes nothing between tail and head before the tail moves.
        unsafe {
            let records = self.memory.as_ptr().add(self.page);
            records
                .add(start)
                .copy_to_nonoverlapping(bytes.as_mut_ptr(), before_end);
            records.copy_to_nonoverlapping(bytes.as_mut_ptr().add(before_end), length - before_end);
        }
        fence(Ordering::SeqCst);
        self.position(TAIL_AT).store(head, Ordering::Release);

        bytes
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        let length = (1 + PAGES) * self.page;
        // SAFETY: the mapping is ours, has this length, and no reference into it is left.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), length) };
    }
}

/// Opens the event of one thread on one core, switched off.
fn event(core: i32, thread: i32) -> io::Result<OwnedFd> {
    let attributes = Attributes {
        kind: SOFTWARE,
        size: u32::try_from(size_of::<Attributes>()).map_err(io::Error::other)?,
        config: DUMMY,
        sample_type: SAMPLE_TID | SAMPLE_TIME | SAMPLE_CPU,
        flags: DISABLED
            | INHERIT
            | EXCLUDE_KERNEL
            | EXCLUDE_HYPERVISOR
            | TASK
            | SAMPLE_ID_ALL
            | USE_CLOCK
            | CONTEXT_SWITCH,
        clock: libc::CLOCK_MONOTONIC,
        ..Attributes::default()
    };

    let none = -1;
    // SAFETY: the kernel reads `size` bytes of the attributes, which live until the call returns.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attributes,
            thread,
            core,
            none,
            CLOSE_ON_EXEC,
        )
    };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }

    let fd = i32::try_from(fd).map_err(io::Error::other)?;
    // SAFETY: the kernel has just made this descriptor for us, and no other value owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn control(event: &OwnedFd, request: libc::c_ulong, argument: u64) -> io::Result<()> {
    // SAFETY: both requests take a number and touch no memory of ours.
    let done = unsafe { libc::ioctl(event.as_raw_fd(), request as _, argument) };
    if done < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attributes_are_as_large_as_the_kernel_expects() {
        assert_eq!(size_of::<Attributes>(), 112);
    }

    #[test]
    fn this_machine_has_cores_and_this_process_has_threads() {
        assert!(!cores().unwrap().is_empty());
        let threads = threads().unwrap();
        assert!(
            threads.contains(&i32::try_from(std::process::id()).unwrap()),
            "{threads:?}"
        );
    }
}
