//! A recording while it goes on.

use super::children::ChildRecords;
use super::model::Trace;
use super::record::{Line, Record, RecordKind, ThreadRecords};
use super::states::{self, Asker};
use super::{buffer, build, children, clock};

/// The most records that are put together again and again: of more, that would take too long.
const MOST_RECORDS: usize = 100_000;

/// Reads a recording while it goes on.
///
/// What was copied once is not copied again, and never more than one piece of a thread's buffer at a
/// time: a thread that records hardly waits for it.
pub struct Reader {
    start_ns: u64,
    asker: Option<Asker>,
    /// The copies of this process's records.
    own: Vec<ThreadRecords>,
    /// Those of child processes.
    children: Vec<ChildRecords>,
}

impl Reader {
    pub(super) fn new(start_ns: u64, asker: Option<Asker>) -> Reader {
        Reader {
            start_ns,
            asker,
            own: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Puts together what was recorded so far; `None` once that is too much.
    pub fn so_far(&mut self) -> Option<Trace> {
        let seen = self.asker.as_ref().and_then(Asker::so_far);
        buffer::copy_new(&mut self.own);
        children::copy_new(&mut self.children);
        let of_children = self.children.iter().flat_map(|child| &child.threads);
        let records = self.own.iter().chain(of_children);
        let count: usize = records.flat_map(|one| &one.pieces).map(Vec::len).sum();
        if count > MOST_RECORDS {
            return None;
        }

        let mut own = self.own.clone();
        let mut children = self.children.clone();
        // A thread that has only created a span begins with its second piece.
        for one in &mut own {
            one.pieces.retain(|piece| !piece.is_empty());
        }
        own.retain(|one| one.first().is_some());
        let end_ns = clock::now_ns();
        let living = children.iter_mut().filter(|child| child.ended.is_none());
        let living = living.flat_map(|child| &mut child.threads);
        own.iter_mut()
            .chain(living)
            .for_each(|one| go_on_until(end_ns, one));

        let mut trace = build::trace(self.start_ns, end_ns, std::process::id(), own, children);
        if let Some(seen) = seen {
            states::assign(&mut trace, &seen);
        }
        Some(trace)
    }
}

/// Adds a record that says nothing: without it, the time since the last one would be missing.
fn go_on_until(now_ns: u64, records: &mut ThreadRecords) {
    let nothing = Line {
        message: String::new(),
        sends: None,
        receives: None,
    };
    if let Some(piece) = records.pieces.last_mut() {
        let kind = RecordKind::Log(Box::new(nothing));
        piece.push(Record::at(now_ns, 0, 0, kind));
    }
}
