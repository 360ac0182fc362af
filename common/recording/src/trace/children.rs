//! The records of child processes, as they arrive at their parent.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex};

use super::live;
use super::pipe::{LONGEST_LINE, from_line};
use super::record::{Opened, Record, RecordKind, Thread, ThreadRecords, is_task};
use super::thread_id;
use crate::lock::lock;
use crate::process::exit::Exit;

static CHILDREN: Mutex<Vec<Arc<Mutex<ChildRecords>>>> = Mutex::new(Vec::new());

/// One child process and all that it has sent.
#[derive(Clone, Debug)]
pub(crate) struct ChildRecords {
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) start_ns: u64,
    /// The thread that started it.
    pub(crate) started_by: u64,
    /// Its end, once it has come.
    pub(crate) ended: Option<(u64, Exit)>,
    pub(crate) threads: Vec<ThreadRecords>,
    /// The titles of the first spans of threads without a name, by their numbers.
    titles: Vec<(u64, String)>,
}

impl ChildRecords {
    pub(super) fn new(name: &str, pid: u32, start_ns: u64, started_by: u64) -> ChildRecords {
        ChildRecords {
            name: name.to_owned(),
            pid,
            start_ns,
            started_by,
            ended: None,
            threads: Vec::new(),
            titles: Vec::new(),
        }
    }

    /// Makes the place for the records of a child that the calling thread has just started.
    pub(crate) fn register(name: &str, pid: u32, start_ns: u64) -> Arc<Mutex<ChildRecords>> {
        let child = ChildRecords::new(name, pid, start_ns, thread_id());
        let child = Arc::new(Mutex::new(child));
        lock(&CHILDREN).push(Arc::clone(&child));
        child
    }

    /// Adds a record to those of its thread.
    pub(super) fn add(&mut self, thread: Thread, record: Record) {
        if thread.name.is_none() && self.title(thread.tid).is_none() {
            let title = self.title_of_entry(&record);
            self.titles.extend(title.map(|title| (thread.tid, title)));
        }

        let known = self
            .threads
            .iter_mut()
            .find(|known| known.thread.tid == thread.tid);
        match known {
            Some(known) => known.pieces[0].push(record),
            None => self.threads.push(ThreadRecords {
                thread,
                pieces: vec![vec![record]],
            }),
        }
    }

    /// Adds what is new in the original of this copy: records that are there do not change.
    fn add_new(&mut self, original: &ChildRecords) {
        self.ended.clone_from(&original.ended);
        self.titles.clone_from(&original.titles);
        for (number, from) in original.threads.iter().enumerate() {
            if number == self.threads.len() {
                self.threads.push(ThreadRecords {
                    thread: from.thread.clone(),
                    pieces: vec![Vec::new()],
                });
            }
            let known = &mut self.threads[number].pieces[0];
            known.extend_from_slice(&from.pieces[0][known.len()..]);
        }
    }

    /// Returns the title of the span that a record enters, unless it is a task's.
    fn title_of_entry(&self, record: &Record) -> Option<String> {
        let RecordKind::Entered(opened) = &record.kind else {
            return None;
        };
        if is_task(record.span) {
            return None;
        }

        let created = || {
            let all = self.threads.iter().flat_map(|thread| &thread.pieces);
            let mut of_span = all.flatten().filter(|made| made.span == record.span);
            of_span.find_map(Record::title)
        };
        opened.as_ref().map(Opened::title).or_else(created)
    }

    fn title(&self, tid: u64) -> Option<&str> {
        let mut titles = self.titles.iter();
        titles
            .find(|(known, _)| *known == tid)
            .map(|(_, title)| title.as_str())
    }

    /// Returns the name under which a thread's log lines are shown as they come.
    fn lane(&self, thread: &Thread) -> String {
        let first = || thread.first.then_some(self.name.as_str());
        let name = first()
            .or(thread.name.as_deref())
            .or_else(|| self.title(thread.tid));
        name.map_or_else(|| thread.default_name(), str::to_owned)
    }
}

/// Hands out the records of all children so far, each once.
pub(super) fn take() -> Vec<ChildRecords> {
    let children = std::mem::take(&mut *lock(&CHILDREN));
    let take = |child: &Arc<Mutex<ChildRecords>>| {
        let mut child = lock(child);
        let threads = std::mem::take(&mut child.threads);
        ChildRecords {
            threads,
            ..child.clone()
        }
    };

    children.iter().map(take).collect()
}

/// Adds what is new of all children since the last call, of a run that goes on.
pub(super) fn copy_new(known: &mut Vec<ChildRecords>) {
    let children = lock(&CHILDREN).clone();
    for (number, child) in children.iter().enumerate() {
        let child = lock(child);
        if number == known.len() {
            let ChildRecords { name, pid, .. } = &*child;
            known.push(ChildRecords::new(
                name,
                *pid,
                child.start_ns,
                child.started_by,
            ));
        }
        known[number].add_new(&child);
    }
}

/// Returns the process ids of the children that have not ended.
pub(super) fn living() -> Vec<u32> {
    let children = lock(&CHILDREN);
    let living = |child: &Arc<Mutex<ChildRecords>>| {
        let child = lock(child);
        child.ended.is_none().then_some(child.pid)
    };
    children.iter().filter_map(living).collect()
}

/// Receives the records of a child until it closes the pipe, and shows its log lines as they come.
pub(crate) fn receive(from: impl Read, child: &Mutex<ChildRecords>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();

    loop {
        line.clear();
        let mut limited = from.by_ref().take(LONGEST_LINE);
        match limited.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            // A record that a kill cut short has no end, and says nothing that could be trusted.
            Ok(_) if !line.ends_with(b"\n") => {}
            Ok(_) => {
                if let Some((thread, record)) = from_line(&line) {
                    take_in(thread, record, child);
                }
            }
        }
    }
}

fn take_in(thread: Thread, record: Record, child: &Mutex<ChildRecords>) {
    if let RecordKind::Log(line) = &record.kind
        && live::is_recording()
    {
        let lane = lock(child).lane(&thread);
        live::show(record.t, &lane, &line.message);
    }
    lock(child).add(thread, record);
}
