//! From context switches to stretches.

use std::collections::BTreeMap;

use system::{How, Record};

use super::look::{LONGEST_LOOK_NS, Look, Looks};
use crate::sort_by_numbers;
use crate::trace::model::{State, Stretch};

/// The shortest time in line before a turn that is worth a stretch of its own: waking a core that
/// slept takes some of it.
pub(super) const SHORTEST_NS: u64 = 100_000;

/// The stretches of each thread, by its number.
pub(super) type Threads = BTreeMap<u64, Vec<Stretch>>;

/// Makes stretches of the switches between two moments.
pub(super) fn stretches(records: &[Record], looks: &Looks, start_ns: u64, end_ns: u64) -> Threads {
    let mut events: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
    for record in records {
        let (tid, event) = match *record {
            Record::Switch {
                t_ns,
                core,
                tid,
                how,
                ..
            } => (tid, Event::switch(t_ns, core, how)),
            Record::Started { t_ns, tid, .. } => (tid, Event::new(t_ns, State::InLine, None)),
            Record::Ended { t_ns, tid, .. } => (tid, Event::ended(t_ns)),
            Record::Lost { .. } => continue,
        };
        events.entry(tid.into()).or_default().push(event);
    }

    let mut threads = Threads::new();

    for (tid, mut events) in events {
        // Records of different cores come core by core.
        sort_by_numbers(&mut events, |event| (event.t_ns, 0));
        let mut stretches = of_thread(&events, start_ns, end_ns);
        if let Some(looks) = looks.get(&tid) {
            stretches = with_times_in_line(&stretches, &counts(&events, looks));
            add_reasons(&mut stretches, looks);
        }
        threads.insert(tid, stretches);
    }

    threads
}

/// The beginning of a state; none is the end of the thread.
#[derive(Clone, Copy)]
struct Event {
    t_ns: u64,
    state: Option<State>,
    core: Option<u32>,
    /// Whether it says that the thread was on the core until then.
    leaves: bool,
}

impl Event {
    fn new(t_ns: u64, state: State, core: Option<u32>) -> Event {
        Event {
            t_ns,
            state: Some(state),
            core,
            leaves: false,
        }
    }

    fn switch(t_ns: u64, core: u32, how: How) -> Event {
        let state = match how {
            How::On => State::Computing,
            How::Preempted => State::InLine,
            How::Waits => State::Waiting,
        };
        Event {
            leaves: how != How::On,
            ..Event::new(t_ns, state, Some(core))
        }
    }

    /// Returns whether it is the start of the thread, which no core is told of.
    fn is_start(&self) -> bool {
        self.state == Some(State::InLine) && self.core.is_none()
    }

    fn ended(t_ns: u64) -> Event {
        Event {
            t_ns,
            state: None,
            core: None,
            leaves: true,
        }
    }

    /// Adds the state that it begins, up to a moment.
    fn add_until(self, stretches: &mut Vec<Stretch>, end_ns: u64, run_start_ns: u64) {
        let Some(state) = self.state else { return };

        let stretch = Stretch {
            state,
            start_ns: self.t_ns.max(run_start_ns),
            end_ns,
            core: self.core.filter(|_| state == State::Computing),
            reason: None,
        };
        push(stretches, stretch);
    }
}

/// Makes stretches of one thread's events, in the order of time.
fn of_thread(events: &[Event], start_ns: u64, end_ns: u64) -> Vec<Stretch> {
    // A thread that is first seen as it leaves a core had it all the time before.
    let first = events.first();
    let before = first.map(|event| match event {
        event if event.leaves => Event::new(start_ns, State::Computing, event.core),
        event if event.is_start() => Event::ended(start_ns),
        _ => Event::new(start_ns, State::Waiting, None),
    });
    let mut stretches = Vec::new();
    let mut current = before;

    for event in events {
        if let Some(current) = current {
            current.add_until(&mut stretches, event.t_ns.min(end_ns), start_ns);
        }
        // The way off the core after its end is not a wait.
        let is_over = current.is_some_and(|current| current.state.is_none());
        if !is_over || event.is_start() {
            current = Some(*event);
        }
    }

    if let Some(current) = current {
        current.add_until(&mut stretches, end_ns, start_ns);
    }

    stretches
}

/// Adds a stretch, as part of the last one where nothing has changed.
pub(super) fn push(stretches: &mut Vec<Stretch>, stretch: Stretch) {
    if stretch.start_ns >= stretch.end_ns {
        return;
    }

    if let Some(last) = stretches.last_mut()
        && last.end_ns == stretch.start_ns
        && last.state == stretch.state
        && last.core == stretch.core
        && last.reason == stretch.reason
    {
        last.end_ns = stretch.end_ns;
    } else {
        stretches.push(stretch);
    }
}

/// The time that a thread has been in line up to a moment.
#[derive(Clone, Copy)]
struct Count {
    t_ns: u64,
    in_line_ns: u64,
}

/// Returns what is known of a thread's time in line: none at its start, and what looks have seen.
fn counts(events: &[Event], looks: &[Look]) -> Vec<Count> {
    let starts = events.iter().filter(|event| event.is_start());
    let starts = starts.map(|event| Count {
        t_ns: event.t_ns,
        in_line_ns: 0,
    });
    let seen = looks.iter().map(|look| Count {
        t_ns: look.t_ns,
        in_line_ns: look.in_line_ns,
    });

    let mut counts: Vec<Count> = starts.chain(seen).collect();
    counts.sort_by_key(|count| count.t_ns);
    counts
}

/// Parts the time in line from the end of waits: no switch tells when a thread is woken, but the
/// system counts how long it was in line until its turn.
fn with_times_in_line(stretches: &[Stretch], counts: &[Count]) -> Vec<Stretch> {
    let mut split: BTreeMap<u64, u64> = BTreeMap::new();
    let mut left = 0;

    for pair in counts.windows(2) {
        left += pair[1].in_line_ns.saturating_sub(pair[0].in_line_ns);
        // It is counted at the moment of the turn.
        let in_between =
            |stretch: &&Stretch| pair[0].t_ns < stretch.end_ns && stretch.end_ns <= pair[1].t_ns;
        let of = |state| {
            let all = stretches.iter().filter(in_between);
            all.filter(move |stretch| stretch.state == state)
        };
        let known: u64 = of(State::InLine).map(length).sum();
        left = left.saturating_sub(known);

        // Each wait has the same share, or all of its time where that is less.
        let mut waits: Vec<&Stretch> = of(State::Waiting).collect();
        waits.sort_by_key(|wait| length(wait));
        let count = waits.len() as u64;
        let is_placed = count > 0 || !is_turn_soon(stretches, pair[1].t_ns);
        for (wait, others) in waits.into_iter().zip((1..=count).rev()) {
            let share = length(wait).min(left / others);
            left -= share;
            if share >= SHORTEST_NS {
                split.insert(wait.end_ns, share);
            }
        }
        if is_placed {
            left = 0;
        }
    }

    let mut parted = Vec::new();

    for stretch in stretches {
        let in_line = split.get(&stretch.end_ns).copied();
        let in_line = in_line.filter(|_| stretch.state == State::Waiting);
        let woken_ns = stretch.end_ns - in_line.unwrap_or(0).min(length(stretch));
        let wait = Stretch {
            end_ns: woken_ns,
            ..*stretch
        };
        let after = Stretch {
            state: State::InLine,
            start_ns: woken_ns,
            ..*stretch
        };
        push(&mut parted, wait);
        push(&mut parted, after);
    }

    parted
}

/// Returns whether a thread got its turn right after a moment: a look of that time has counted it.
fn is_turn_soon(stretches: &[Stretch], t_ns: u64) -> bool {
    let next = stretches.partition_point(|stretch| stretch.end_ns <= t_ns);
    let next = stretches.get(next);
    next.is_some_and(|next| {
        next.state != State::Computing && next.end_ns - t_ns <= 2 * LONGEST_LOOK_NS
    })
}

fn length(stretch: &Stretch) -> u64 {
    stretch.end_ns.saturating_sub(stretch.start_ns)
}

/// Names the events that a thread was seen to wait for.
fn add_reasons(stretches: &mut [Stretch], looks: &[Look]) {
    for look in looks {
        let Some(reason) = look.reason else { continue };
        let at = stretches.partition_point(|stretch| stretch.end_ns <= look.t_ns);
        if let Some(stretch) = stretches.get_mut(at)
            && stretch.start_ns <= look.t_ns
            && stretch.state == State::Waiting
        {
            stretch.reason = Some(reason);
        }
    }
}
