//! What the kernel writes into a ring, read without trust.

/// A switch of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It goes onto the core.
    On,
    /// It leaves the core because it waits.
    Waits,
    /// It leaves the core although it could go on: its turn is over, or another thread is more urgent.
    Preempted,
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A thread went onto a core, or left it.
    Switch {
        /// `CLOCK_MONOTONIC`, ns.
        t_ns: u64,
        /// The core's number.
        core: u32,
        /// The process of the thread.
        pid: u32,
        /// The thread.
        tid: u32,
        /// Onto the core, or in which way off it.
        how: How,
    },
    /// A thread or a process was started.
    Started {
        /// `CLOCK_MONOTONIC`, ns.
        t_ns: u64,
        /// The process of the new thread.
        pid: u32,
        /// The new thread.
        tid: u32,
        /// The thread that started it.
        by: u32,
    },
    /// A thread ended.
    Ended {
        /// `CLOCK_MONOTONIC`, ns.
        t_ns: u64,
        /// The process of the thread.
        pid: u32,
        /// The thread.
        tid: u32,
    },
    /// Records that did not fit into the ring.
    Lost {
        /// The number of records.
        count: u64,
    },
}

const LOST: u32 = 2;
const EXIT: u32 = 4;
const FORK: u32 = 7;
const SWITCH: u32 = 14;

/// Bits of a record's `misc`.
const OUT: u16 = 1 << 13;
const PREEMPTED: u16 = 1 << 14;

/// The bytes of a record's head: type, misc, size.
const HEAD: usize = 8;
/// The bytes that `sample_id_all` puts behind a record: pid, tid, time, core, nothing.
const FOOT: usize = 24;

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_ne_bytes(bytes.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_ne_bytes(bytes.try_into().ok()?))
}

/// Reads all records of these bytes. A record of another type is skipped; one whose length makes no sense ends it.
pub(crate) fn parse(bytes: &[u8], records: &mut Vec<Record>) {
    let mut rest = bytes;
    while let Some(head) = rest.get(..HEAD) {
        let size = usize::from(u16::from_ne_bytes([head[6], head[7]]));
        let Some(record) = rest.get(..size).filter(|_| size >= HEAD) else {
            return;
        };
        records.extend(read(record));
        rest = &rest[size..];
    }
}

fn read(record: &[u8]) -> Option<Record> {
    let kind = u32_at(record, 0)?;
    let misc = u16::from_ne_bytes([record[4], record[5]]);
    let foot = record.len().checked_sub(FOOT)?;
    if foot < HEAD {
        return None;
    }

    let t_ns = u64_at(record, foot + 8)?;
    match kind {
        SWITCH => Some(Record::Switch {
            t_ns,
            core: u32_at(record, foot + 16)?,
            pid: u32_at(record, foot)?,
            tid: u32_at(record, foot + 4)?,
            how: match (misc & OUT != 0, misc & PREEMPTED != 0) {
                (false, _) => How::On,
                (true, false) => How::Waits,
                (true, true) => How::Preempted,
            },
        }),
        // pid, parent's pid, tid, parent's tid, time
        FORK if foot >= HEAD + 24 => Some(Record::Started {
            t_ns,
            pid: u32_at(record, HEAD)?,
            tid: u32_at(record, HEAD + 8)?,
            by: u32_at(record, HEAD + 12)?,
        }),
        EXIT if foot >= HEAD + 24 => Some(Record::Ended {
            t_ns,
            pid: u32_at(record, HEAD)?,
            tid: u32_at(record, HEAD + 8)?,
        }),
        // id, count
        LOST if foot >= HEAD + 16 => Some(Record::Lost {
            count: u64_at(record, HEAD + 8)?,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u32, misc: u16, body: &[u32], foot: (u32, u32, u64, u32)) -> Vec<u8> {
        let size = u16::try_from(HEAD + 4 * body.len() + FOOT).unwrap();
        let mut bytes = kind.to_ne_bytes().to_vec();
        bytes.extend(misc.to_ne_bytes());
        bytes.extend(size.to_ne_bytes());
        bytes.extend(body.iter().flat_map(|word| word.to_ne_bytes()));
        bytes.extend(foot.0.to_ne_bytes());
        bytes.extend(foot.1.to_ne_bytes());
        bytes.extend(foot.2.to_ne_bytes());
        bytes.extend(foot.3.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes
    }

    fn parsed(bytes: &[u8]) -> Vec<Record> {
        let mut records = Vec::new();
        parse(bytes, &mut records);
        records
    }

    #[test]
    fn switches_are_told_apart() {
        let foot = (10, 11, 5_000_000_000, 1);
        let bytes: Vec<u8> = [0, OUT, OUT | PREEMPTED]
            .into_iter()
            .flat_map(|misc| record(SWITCH, misc, &[], foot))
            .collect();
        let switch = |how| Record::Switch {
            t_ns: 5_000_000_000,
            core: 1,
            pid: 10,
            tid: 11,
            how,
        };
        let expected = [How::On, How::Waits, How::Preempted].map(switch);
        assert_eq!(parsed(&bytes), expected);
    }

    #[test]
    fn births_ends_and_losses_are_read_and_the_rest_is_skipped() {
        let foot = (10, 11, 7, 0);
        let mut bytes = record(FORK, 0, &[20, 10, 21, 11, 0, 0], foot);
        bytes.extend(record(99, 0, &[1, 2, 3], foot));
        bytes.extend(record(EXIT, 0, &[20, 10, 21, 11, 0, 0], foot));
        bytes.extend(record(LOST, 0, &[1, 0, 3, 0], foot));
        let expected = [
            Record::Started {
                t_ns: 7,
                pid: 20,
                tid: 21,
                by: 11,
            },
            Record::Ended {
                t_ns: 7,
                pid: 20,
                tid: 21,
            },
            Record::Lost { count: 3 },
        ];
        assert_eq!(parsed(&bytes), expected);
    }

    #[test]
    fn hostile_lengths_end_it() {
        let good = record(SWITCH, 0, &[], (1, 2, 3, 4));
        // Every length that a head can claim, with every number of bytes behind it that a ring could have.
        for size in 0..=200_u16 {
            for length in 0..=64 {
                let mut bytes = vec![0xff; length];
                bytes.splice(0..0, [14, 0, 0, 0, 0, 0]);
                let at = bytes.len().min(6);
                bytes.splice(at..at, size.to_ne_bytes());
                let mut after = bytes.clone();
                after.extend(&good);
                assert!(parsed(&bytes).len() <= bytes.len() / HEAD);
                assert!(parsed(&after).len() <= after.len() / HEAD);
            }
        }
        // A record that is cut short says nothing.
        for length in 0..good.len() {
            assert_eq!(parsed(&good[..length]), []);
        }
        // Each kind with a body that is too short for it.
        for kind in [LOST, EXIT, FORK] {
            assert_eq!(parsed(&record(kind, 0, &[1], (1, 2, 3, 4))), []);
        }
    }
}
