//! One run of an answer: which threads there are, what each is about to do, and whether it can.
//!
//! All threads of a run are coroutines on one real thread. Before each operation that others can notice, a thread says
//! what it is about to do ([`act`]) and hands over to the scheduler, which lets only those go on whose operation is
//! possible. So nothing in here ever blocks, and the reasons why a thread waits are known.

use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use shuttle::scheduler::Task;

use judge::judging::is_answer;
use judge::{Fault, Kind, counted, fail, gets_on};

/// Threads that an order of steps can name.
pub(super) const THREADS: usize = 50;

thread_local! {
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };

    /// The run's number, or 0; and whether it is written down. Both are asked for at each step.
    static NUMBER: Cell<u64> = const { Cell::new(0) };
    static IS_RECORDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs so far: an object that was made in an earlier one knows by it that it is new here.
static RUNS: AtomicU64 = AtomicU64::new(0);

/// An answer has looked whether it could: then it can be noticed whether a lock is held.
static LOOKS: AtomicBool = AtomicBool::new(false);

/// The next operation of a thread. The numbers are those of [`Run::objects`], and of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// A step that is possible at any time.
    Step,
    /// The same; and others may go first.
    Yield,
    Lock(usize),
    Read(usize),
    /// Wakes up at a condvar, and locks again.
    Wake {
        bell: usize,
        lock: usize,
    },
    Send(usize),
    /// Waits until so many items have been taken out of a channel without room.
    Taken(usize, usize),
    Receive(usize),
    Join(usize),
    JoinAll(Vec<usize>),
    Park,
    /// Waits at a barrier for the end of this round.
    Gate(usize, usize),
    /// Waits for the thread that is initializing.
    Once(usize),
    /// Waits until so many jobs of the check are under way.
    Meet(usize),
}

/// The way in which an operation came to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grant {
    Done,
    /// A wait ended although what was waited for has not come: its time was over, or for no reason.
    WokenUp,
    /// The run is over: this is the clearing up.
    Over,
}

/// The kind of an object of the answer, and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Atomic,
    Lock {
        writer: Option<usize>,
        readers: Vec<usize>,
    },
    Bell {
        /// Asleep, and not notified.
        asleep: Vec<usize>,
        /// Each wakes one of these.
        signals: Vec<Vec<usize>>,
    },
    Queue {
        length: usize,
        room: Option<usize>,
        senders: usize,
        has_receiver: bool,
        taken: usize,
        items: Vec<Option<String>>,
    },
    Gate {
        size: usize,
        arrived: usize,
        round: usize,
    },
    Once {
        running: Option<usize>,
        is_done: bool,
    },
}

impl State {
    pub(super) fn lock() -> State {
        State::Lock {
            writer: None,
            readers: Vec::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) state: State,
    /// The value, where it is known and a run is written down.
    pub(super) value: Option<String>,
    /// The place where it was made, and its address: several of one place are told apart by that.
    pub(super) made: Option<&'static Location<'static>>,
    pub(super) address: usize,
    /// The place of its first use: it is named as it is called there.
    pub(super) used: Option<At>,
    /// Stands for all that has happened to it.
    version: u64,
}

/// A place in the answer.
#[derive(Clone, Debug)]
pub(super) enum At {
    Line(&'static Location<'static>),
    /// The call came through something else, or is the end of a block.
    Stack(Arc<Backtrace>),
}

/// A lock that a thread holds.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) lock: usize,
    pub(super) at: Option<At>,
}

#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) op: Op,
    pub(super) at: Option<At>,
    pub(super) timed: Option<Timed>,
}

/// The time that a wait may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timed {
    pub(super) limit: Duration,
    /// The end of it, by the run's clock.
    ends: Duration,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    pub(super) name: Option<String>,
    pub(super) pending: Option<Pending>,
    pub(super) holds: Vec<Held>,
    pub(super) is_finished: bool,
    /// It was told to go on before it parked.
    token: bool,
    token_version: u64,
    /// Stands for all that it has done and seen.
    history: u64,
    woken: bool,
}

/// Something that a thread did.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) thread: usize,
    pub(super) at: Option<At>,
    /// With `{}` for the object's name.
    pub(super) deed: String,
    pub(super) object: Option<usize>,
    pub(super) waits: bool,
    /// All objects afterwards.
    pub(super) after: Vec<String>,
    /// Choices that had been made by then.
    pub(super) step: usize,
}

/// The next deed of a thread, or why it cannot go on.
#[derive(Clone, Debug)]
pub(super) struct Prospect {
    pub(super) option: usize,
    pub(super) can: bool,
    /// With `{}` for the object's name.
    pub(super) next: String,
    pub(super) object: Option<usize>,
    pub(super) at: Option<At>,
}

/// A run.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) threads: Vec<Thread>,
    pub(super) objects: Vec<Object>,
    pub(super) events: Vec<Event>,
    is_recorded: bool,
    pub(super) fault: Option<Fault>,
    /// Says why it cannot go on: the thread that is chosen next fails with it.
    doom: bool,
    is_over: bool,
    /// Woken for no reason so far.
    strays: u32,
    /// The time that waits have taken so far: steps take none.
    clock: Duration,
    pub(super) choices: usize,
    /// Jobs of the check that wait for each other, or have.
    pub(super) met: usize,
    /// A job of the check waits for others: what it means if they do not come.
    pub(super) meanwhile: Option<&'static str>,
    choose: Option<Choose>,
    /// The thread that takes its steps now.
    now: usize,
    /// Chosen already; the coroutines' keeper has not been told yet.
    chosen: Option<Next>,
}

/// The threads that can go on.
pub(super) struct View {
    /// Bit N is set if thread N can go on.
    pub(super) ready: u64,
    /// The same for threads whose wait can end for no reason, or because its time is over.
    pub(super) wakeable: u64,
    /// Only time can help: this thread is the first whose time is over, after a wait of this length.
    pub(super) first_awake: Option<(usize, Duration)>,
    /// Stands for all that has happened so far.
    pub(super) key: u64,
    /// Bit N is set if thread N would let others go first.
    pub(super) polite: u64,
    pub(super) main_is_over: bool,
}

/// What comes next in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This thread goes on.
    Thread(usize),
    /// A fault has been found: the first thread ends with it.
    Fall,
    /// The run is stopped.
    Stop,
}

/// Chooses which thread takes the next step when the second has just stopped.
pub(super) type Choose = fn(&mut Run, usize) -> Next;

/// One number for two (the finalizer of `SplitMix64`).
fn mix(one: u64, other: u64) -> u64 {
    let mut mixed = one.rotate_left(23) ^ other.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn number_of(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// The kind of fault where at most this many were under way at the same time.
pub(super) fn too_few(most: usize) -> Kind {
    if most > 1 {
        Kind::TooFewAtOnce
    } else {
        Kind::NeverOverlapped
    }
}

/// The value mixed into a history where nothing was seen.
const STEP: u64 = 1;
const BEGINS: u64 = 2;
const STARTS: u64 = 3;
const GIVEN_BACK: u64 = 4;
const IN_VAIN: u64 = 5;
const CHANGES: u64 = 6;
const FINISHED: u64 = 7;
const FOUND_LOCKED: u64 = 8;

/// Starts a new run on this real thread.
pub(super) fn start(is_recorded: bool, choose: Choose) {
    NUMBER.set(RUNS.fetch_add(1, Relaxed) + 1);
    IS_RECORDED.set(is_recorded);
    let run = Run {
        threads: vec![Thread::default()],
        is_recorded,
        choose: Some(choose),
        ..Run::default()
    };
    RUN.with(|current| *current.borrow_mut() = Some(run));
}

/// Ends the run; what is known of it.
pub(super) fn take() -> Option<Run> {
    NUMBER.set(0);
    IS_RECORDED.set(false);
    RUN.with(|current| current.borrow_mut().take())
}

/// Ends the run for all that still comes: guards that are dropped take no steps.
pub(super) fn is_over_now() {
    with(Run::end_all);
}

/// The run on this real thread, if there is one.
pub(super) fn with<T>(use_it: impl FnOnce(&mut Run) -> T) -> Option<T> {
    RUN.with(|current| Some(use_it(current.try_borrow_mut().ok()?.as_mut()?)))
}

/// The run, which there must be.
fn of_run<T>(use_it: impl FnOnce(&mut Run) -> T) -> T {
    with(use_it).unwrap_or_else(|| {
        fail(
            Kind::WentRound,
            "a lock, an atomic or a channel was used on a thread that the check does not know: \
             start threads with std's `thread::spawn` or `thread::scope` only",
        )
    })
}

pub(super) fn me() -> usize {
    of_run(|run| run.now)
}

/// Which run this is; 0 outside.
pub(super) fn number() -> u64 {
    NUMBER.get()
}

/// A run is going on, and what is done in it counts.
pub(super) fn is_on() -> bool {
    !std::thread::panicking() && with(|run| !run.is_over).unwrap_or(false)
}

pub(super) fn is_recorded() -> bool {
    IS_RECORDED.get() && with(|run| !run.is_over).unwrap_or(false)
}

/// Adds an object; its number.
pub(super) fn add(
    state: State,
    value: Option<String>,
    made: Option<&'static Location<'static>>,
    address: usize,
) -> usize {
    of_run(|run| {
        let version = made.map_or(0, |made| {
            mix(u64::from(made.line()), u64::from(made.column()))
        });
        run.objects.push(Object {
            state,
            value,
            made,
            address,
            used: None,
            version,
        });
        run.objects.len() - 1
    })
}

/// Returns the caller as a place of the answer, if the run is written down.
pub(super) fn here(caller: &'static Location<'static>) -> Option<At> {
    is_recorded().then(|| place_of(caller))
}

fn place_of(caller: &'static Location<'static>) -> At {
    if is_answer(caller.file()) {
        At::Line(caller)
    } else {
        At::Stack(Arc::new(Backtrace::force_capture()))
    }
}

/// Lets the scheduler decide which thread goes on, and returns when this thread may do this.
pub(super) fn act(op: Op, caller: &'static Location<'static>) -> Grant {
    act_within(op, None, caller)
}

/// The same, and the wait may end after this time.
pub(super) fn act_within(
    op: Op,
    timed: Option<Duration>,
    caller: &'static Location<'static>,
) -> Grant {
    let step = of_run(|run| {
        if run.is_over || std::thread::panicking() {
            return run.ended();
        }
        run.intend(op, timed, caller);
        if run.leaves() {
            Step::Leaves
        } else {
            Step::Goes(run.go_on(run.now))
        }
    });

    let step = match step {
        Step::Leaves => {
            shuttle::thread::sleep(Duration::ZERO);
            of_run(|run| {
                if run.is_over || run.doom {
                    run.ended()
                } else {
                    Step::Goes(run.go_on(run.now))
                }
            })
        }
        step => step,
    };

    match step {
        Step::Goes(granted) => {
            gets_on();
            granted
        }
        Step::Falls(fault) => std::panic::panic_any(fault),
        Step::Leaves => Grant::Over,
    }
}

/// The way in which a thread comes out of an operation, or does not yet.
enum Step {
    Goes(Grant),
    /// With the fault that has been found.
    Falls(Fault),
    /// Another thread comes first.
    Leaves,
}

fn object_of(op: &Op) -> Option<usize> {
    match op {
        Op::Lock(object)
        | Op::Read(object)
        | Op::Send(object)
        | Op::Taken(object, _)
        | Op::Receive(object)
        | Op::Gate(object, _)
        | Op::Once(object)
        | Op::Wake { lock: object, .. } => Some(*object),
        _ => None,
    }
}

/// A thread has looked whether a lock is free: whether it is held can be noticed from now on.
pub(super) fn looks() {
    LOOKS.store(true, Relaxed);
}

/// Whether giving something back is a step of its own.
pub(super) fn is_looked_at() -> bool {
    LOOKS.load(Relaxed)
}

/// Until the next check of this process.
pub(super) fn forget_looks() {
    LOOKS.store(false, Relaxed);
}

/// Changes the state of an object, as part of the step that this thread is taking.
pub(super) fn change<T>(object: usize, change: impl FnOnce(&mut Object, usize) -> T) -> T {
    of_run(|run| {
        let thread = run.now;
        run.touch(thread, object, true);
        change(&mut run.objects[object], thread)
    })
}

/// Looks at an object, as part of the step that this thread is taking.
pub(super) fn look<T>(object: usize, look: impl FnOnce(&Object) -> T) -> T {
    of_run(|run| {
        let thread = run.now;
        run.touch(thread, object, false);
        look(&run.objects[object])
    })
}

/// Changes something that no other thread can notice before this one takes its next step.
pub(super) fn settle<T>(use_it: impl FnOnce(&mut Run, usize) -> T) -> Option<T> {
    with(|run| {
        let thread = run.now;
        use_it(run, thread)
    })
}

/// Writes down what the step did: `{}` stands for the object's name.
pub(super) fn tell(
    object: Option<usize>,
    caller: Option<&'static Location<'static>>,
    deed: impl FnOnce() -> String,
) {
    if !is_recorded() || std::thread::panicking() {
        return;
    }

    let at = match caller {
        Some(caller) => here(caller),
        None => Some(At::Stack(Arc::new(Backtrace::force_capture()))),
    };
    let deed = deed();

    settle(|run, thread| run.push(thread, at, deed, object, false));
}

impl Run {
    pub(super) fn end_all(&mut self) {
        self.is_over = true;
    }

    pub(super) fn is_recorded(&self) -> bool {
        self.is_recorded && !self.is_over
    }

    /// The threads that hold a lock.
    pub(super) fn holders(&self, lock: usize) -> Vec<usize> {
        match &self.objects[lock].state {
            State::Lock { writer, readers } => writer.iter().chain(readers).copied().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn name(&self, thread: usize) -> String {
        let name = self
            .threads
            .get(thread)
            .and_then(|known| known.name.clone());
        match thread {
            0 => "main".to_owned(),
            _ => name.unwrap_or_else(|| format!("thread {thread}")),
        }
    }

    /// A thread has been started.
    pub(super) fn begin(&mut self, thread: usize, name: Option<String>, by: usize) {
        if self.threads.len() <= thread {
            self.threads.resize_with(thread + 1, Thread::default);
        }

        let history = mix(mix(self.threads[by].history, number_of(thread)), BEGINS);
        self.threads[by].history = mix(self.threads[by].history, STARTS);
        self.threads[thread] = Thread {
            name,
            history,
            token_version: history,
            ..Thread::default()
        };

        if thread >= THREADS {
            self.fault = Some(Fault {
                kind: Kind::TooManyThreads,
                what: format!("{thread} threads were started, and the check follows at most 49"),
            });
            self.doom = true;
        }
    }

    pub(super) fn unpark(&mut self, thread: usize, by: usize) {
        let version = mix(self.threads[by].history, self.threads[thread].token_version);
        self.threads[by].history =
            mix(self.threads[by].history, self.threads[thread].token_version);
        self.threads[thread].token = true;
        self.threads[thread].token_version = version;
    }

    /// A thread has looked whether another one has ended.
    pub(super) fn saw(&mut self, thread: usize, other: usize) {
        let seen = if self.threads[other].is_finished {
            mix(self.threads[other].history, FINISHED)
        } else {
            STEP
        };
        let known = &mut self.threads[thread];
        known.history = mix(known.history, seen);
    }

    fn touch(&mut self, thread: usize, object: usize, changes: bool) {
        let seen = self.objects[object].version;
        let known = &mut self.threads[thread];
        known.history = mix(mix(known.history, seen), u64::from(changes));
        if changes {
            self.objects[object].version = mix(mix(known.history, number_of(thread)), CHANGES);
        }
    }

    /// Gives a lock back. If its value has not changed, no thread will know that it was held.
    pub(super) fn give_back(&mut self, thread: usize, lock: usize, has_changed: bool) {
        let object = &mut self.objects[lock];
        if has_changed {
            let history = self.threads[thread].history;
            object.version = mix(mix(history, number_of(thread)), GIVEN_BACK);
        }

        if let State::Lock { writer, readers } = &mut object.state {
            if *writer == Some(thread) {
                *writer = None;
            } else if let Some(at) = readers.iter().position(|reader| *reader == thread) {
                readers.remove(at);
            }
        }

        let holds = &mut self.threads[thread].holds;
        if let Some(at) = holds.iter().rposition(|held| held.lock == lock) {
            holds.remove(at);
        }
    }

    pub(super) fn is_possible(&self, thread: usize, op: &Op) -> bool {
        let state = |object: &usize| &self.objects[*object].state;
        match op {
            Op::Step | Op::Yield => true,
            Op::Lock(lock) => {
                matches!(state(lock), State::Lock { writer: None, readers } if readers.is_empty())
            }
            Op::Read(lock) => matches!(state(lock), State::Lock { writer: None, .. }),
            Op::Wake { bell, lock } => {
                self.is_rung(thread, *bell) && self.is_possible(thread, &Op::Lock(*lock))
            }
            Op::Send(queue) => match state(queue) {
                State::Queue {
                    has_receiver: false,
                    ..
                }
                | State::Queue { room: None, .. } => true,
                State::Queue {
                    room: Some(0),
                    length,
                    ..
                } => *length == 0 && self.is_awaited(*queue),
                State::Queue {
                    room: Some(room),
                    length,
                    ..
                } => length < room,
                _ => true,
            },
            Op::Taken(queue, number) => {
                matches!(state(queue), State::Queue { taken, has_receiver, .. }
                    if taken >= number || !has_receiver)
            }
            Op::Receive(queue) => {
                matches!(state(queue), State::Queue { length, senders, .. }
                    if *length > 0 || *senders == 0)
            }
            Op::Join(other) => self.threads[*other].is_finished,
            Op::JoinAll(others) => others.iter().all(|other| self.threads[*other].is_finished),
            Op::Park => self.threads[thread].token,
            Op::Gate(gate, round) => {
                matches!(state(gate), State::Gate { round: now, .. } if now != round)
            }
            Op::Once(once) => matches!(state(once), State::Once { running: None, .. }),
            Op::Meet(wanted) => self.met >= *wanted,
        }
    }

    fn is_rung(&self, thread: usize, bell: usize) -> bool {
        self.threads[thread].woken
            || matches!(&self.objects[bell].state, State::Bell { signals, .. }
                if signals.iter().any(|wakes| wakes.contains(&thread)))
    }

    /// A thread waits for what comes out of this channel.
    pub(super) fn is_awaited(&self, queue: usize) -> bool {
        let awaits = |thread: &Thread| {
            thread
                .pending
                .as_ref()
                .is_some_and(|pending| pending.op == Op::Receive(queue))
        };
        self.threads.iter().any(awaits)
    }

    /// A wait may end although what it is for has not come.
    fn can_be_woken(&self, thread: usize, pending: &Pending) -> bool {
        let may = pending.timed.is_some() || self.strays == 0;
        match &pending.op {
            Op::Wake { lock, .. } => may && self.is_possible(thread, &Op::Lock(*lock)),
            Op::Park => may,
            _ => pending.timed.is_some(),
        }
    }

    /// Notes that the thread which takes its steps now stops before this one.
    fn intend(&mut self, op: Op, limit: Option<Duration>, caller: &'static Location<'static>) {
        let thread = self.now;
        let timed = limit.map(|limit| Timed {
            limit,
            ends: self.clock.saturating_add(limit),
        });
        let mut at = None;

        if self.is_recorded {
            at = Some(place_of(caller));
            if let Some(object) = object_of(&op)
                && self.objects[object].used.is_none()
            {
                self.objects[object].used.clone_from(&at);
            }
            if !matches!(op, Op::Wake { .. }) && !self.is_possible(thread, &op) {
                self.note_wait(thread, &op, at.clone());
            }
        }

        self.threads[thread].pending = Some(Pending { op, at, timed });
    }

    /// Chooses the next thread after the one that has just stopped; `false` if that one may go on at once.
    fn leaves(&mut self) -> bool {
        if self.doom || self.fresh().is_some() {
            return true;
        }
        let next = self.choose(self.now);
        self.chosen = (next != Next::Thread(self.now)).then_some(next);

        self.chosen.is_some()
    }

    fn choose(&mut self, current: usize) -> Next {
        match self.choose {
            Some(choose) => choose(self, current),
            None => Next::Stop,
        }
    }

    /// Returns a thread that has not taken its first step.
    fn fresh(&self) -> Option<usize> {
        let is_fresh = |known: &Thread| known.pending.is_none() && !known.is_finished;
        self.threads.iter().position(is_fresh)
    }

    /// Returns the thread that goes on when `current` has just stopped, if any does; `alive` are those that the
    /// coroutines' keeper knows.
    pub(super) fn next(&mut self, current: usize, alive: &[&Task]) -> Option<usize> {
        let is_alive = |thread: usize| alive.iter().any(|task| usize::from(task.id()) == thread);
        let is_inside = |known: &Thread| known.pending.is_none();
        let chosen = self.chosen.take();

        let next = match chosen {
            Some(end @ (Next::Fall | Next::Stop)) => end,
            _ if self.is_over || self.doom => {
                if is_alive(current) {
                    Next::Thread(current)
                } else {
                    Next::Fall
                }
            }
            Some(chosen) => chosen,
            // Other threads do not notice what a thread does before its next step.
            None if self.threads.get(current).is_none_or(is_inside) && is_alive(current) => {
                Next::Thread(current)
            }
            None => match self.fresh() {
                Some(fresh) => Next::Thread(fresh),
                None => self.choose(current),
            },
        };
        let next = match next {
            Next::Thread(thread) => Some(thread),
            Next::Fall => alive.first().map(|first| usize::from(first.id())),
            Next::Stop => None,
        };
        self.now = next.unwrap_or(self.now);

        next
    }

    /// Returns how the step of a thread ends whose run is over.
    fn ended(&mut self) -> Step {
        if !self.doom || std::thread::panicking() {
            return Step::Goes(Grant::Over);
        }

        self.is_over = true;
        self.doom = false;
        self.threads[self.now].woken = false;

        Step::Falls(self.fault.clone().unwrap_or(Fault {
            kind: Kind::Deadlock,
            what: String::new(),
        }))
    }

    /// Returns the threads that can go on; what stands for all that has happened is 0 where it is of no use.
    pub(super) fn view(&self, has_key: bool) -> View {
        let (mut ready, mut wakeable, mut polite) = (0_u64, 0_u64, 0_u64);
        let mut first_awake: Option<(usize, Timed)> = None;
        let mut key = u64::from(self.strays);

        for (thread, known) in self.threads.iter().enumerate() {
            if has_key {
                key ^= mix(
                    known.history,
                    number_of(thread) * 2 + u64::from(known.is_finished),
                );
            }
            let Some(pending) = &known.pending else {
                continue;
            };
            if self.is_possible(thread, &pending.op) {
                ready |= 1 << thread;
                polite |= u64::from(pending.op == Op::Yield) << thread;
            } else if self.can_be_woken(thread, pending) {
                wakeable |= 1 << thread;
                if let Some(timed) = pending.timed
                    && first_awake.is_none_or(|(_, first)| timed.ends < first.ends)
                {
                    first_awake = Some((thread, timed));
                }
            }
        }

        View {
            ready,
            wakeable,
            first_awake: first_awake.map(|(thread, timed)| (thread, timed.limit)),
            key,
            polite,
            main_is_over: self.threads[0].is_finished,
        }
    }

    /// A thread of a choice: what it would do, or why it cannot.
    pub(super) fn prospect(&self, thread: usize, wakeable: u64) -> Option<Prospect> {
        let pending = self.threads.get(thread)?.pending.as_ref()?;
        let holder = |lock: usize| {
            let holders = self.holders(lock);
            let names: Vec<String> = holders.iter().map(|holder| self.name(*holder)).collect();
            if names.is_empty() {
                String::new()
            } else {
                format!(", held by {}", names.join(" and "))
            }
        };

        let can = self.is_possible(thread, &pending.op);
        let wakes = !can && wakeable >> thread & 1 == 1;
        let next = match &pending.op {
            _ if can => String::new(),
            _ if wakes && pending.timed.is_some() => " (its time is up)".to_owned(),
            _ if wakes => " (wakes up for no reason)".to_owned(),
            Op::Lock(lock) | Op::Read(lock) => format!("waits for {{}}{}", holder(*lock)),
            Op::Wake { bell, lock } if self.is_rung(thread, *bell) => {
                format!("waits for {{}}{}", holder(*lock))
            }
            Op::Wake { .. } => "sleeps until it is notified".to_owned(),
            Op::Send(_) => "waits for room in {}".to_owned(),
            Op::Taken(..) => "waits until it is taken".to_owned(),
            Op::Receive(_) => "waits for an item of {}".to_owned(),
            Op::Join(other) => format!("waits for {} to end", self.name(*other)),
            Op::JoinAll(_) => "waits for its threads to end".to_owned(),
            Op::Park => "is parked".to_owned(),
            Op::Gate(..) => "waits at {}".to_owned(),
            Op::Once(_) => "waits for {}".to_owned(),
            Op::Meet(_) => "waits in its job for the others".to_owned(),
            Op::Step | Op::Yield => String::new(),
        };

        Some(Prospect {
            option: if wakes { thread + THREADS } else { thread },
            can: can || wakes,
            next,
            object: object_of(&pending.op),
            at: pending.at.clone(),
        })
    }

    /// The thread is chosen, although what it waits for has not come.
    pub(super) fn wake(&mut self, thread: usize) {
        let timed = self.threads[thread]
            .pending
            .as_ref()
            .and_then(|pending| pending.timed);
        self.strays += u32::from(timed.is_none());
        self.clock = timed.map_or(self.clock, |timed| timed.ends.max(self.clock));
        self.threads[thread].woken = true;
    }

    /// No thread can go on: why that is wrong.
    pub(super) fn nobody_can_go_on(&mut self) {
        let op = |thread: &Thread| thread.pending.as_ref().map(|pending| pending.op.clone());
        let meets = self.threads.iter().filter_map(op).find_map(|op| match op {
            Op::Meet(wanted) => Some(wanted),
            _ => None,
        });
        if self.is_recorded {
            for thread in 0..self.threads.len() {
                let Some(pending) = self.threads[thread].pending.clone() else {
                    continue;
                };
                let last = self
                    .events
                    .iter()
                    .rev()
                    .find(|event| event.thread == thread);
                if !last.is_some_and(|event| event.waits) {
                    self.note_wait(thread, &pending.op, pending.at);
                }
            }
        }

        match (meets, self.meanwhile) {
            (Some(wanted), _) => {
                let met = self.met;
                let caller = match self.threads.first().and_then(op) {
                    Some(Op::Meet(_)) if met == 1 => ", on the thread that called",
                    Some(Op::Meet(_)) => ", one of them on the thread that called",
                    _ => "",
                };
                let were = counted(met, "was", "were");
                let what = format!(
                    "{wanted} jobs were to be under way at the same time; {were}{caller}, and no more came before {}",
                    if met == 1 {
                        "it was done"
                    } else {
                        "they were done"
                    }
                );
                self.ends_with(too_few(met), what);
            }
            (None, Some(what)) => self.ends_with(Kind::NeverOverlapped, what.to_owned()),
            (None, None) if self.threads[0].is_finished => {
                let what = "a thread still waits when all is over, and nothing will wake it";
                self.ends_with(Kind::LeftThread, what.to_owned());
            }
            (None, None) => self.ends_with(Kind::Deadlock, "no thread can go on".to_owned()),
        }
    }

    /// The run ends like this.
    pub(super) fn ends_with(&mut self, kind: Kind, what: String) {
        self.fault = Some(Fault { kind, what });
        self.doom = true;
    }

    /// This thread takes the step that it is about to take.
    fn go_on(&mut self, thread: usize) -> Grant {
        let Some(pending) = self.threads[thread].pending.take() else {
            return Grant::Done;
        };

        let was_possible = match &pending.op {
            Op::Wake { bell, .. } => {
                let rung = matches!(&self.objects[*bell].state, State::Bell { signals, .. }
                    if signals.iter().any(|wakes| wakes.contains(&thread)));
                rung && !std::mem::take(&mut self.threads[thread].woken)
            }
            op => self.is_possible(thread, op),
        };
        self.threads[thread].woken = false;
        match &pending.op {
            Op::Lock(lock) => self.hold(thread, *lock, false, pending.at),
            Op::Read(lock) => self.hold(thread, *lock, true, pending.at),
            Op::Wake { bell, lock } => {
                if let State::Bell { asleep, signals } = &mut self.objects[*bell].state {
                    asleep.retain(|other| *other != thread);
                    if was_possible
                        && let Some(at) = signals.iter().position(|wakes| wakes.contains(&thread))
                    {
                        signals.remove(at);
                    }
                    for wakes in signals.iter_mut() {
                        wakes.retain(|other| *other != thread);
                    }
                    signals.retain(|wakes| !wakes.is_empty());
                }
                self.touch(thread, *bell, true);
                self.hold(thread, *lock, false, pending.at);
            }
            Op::Join(other) => {
                let seen = self.threads[*other].history;
                self.threads[thread].history = mix(self.threads[thread].history, seen);
            }
            Op::JoinAll(others) => {
                for other in others {
                    let seen = self.threads[*other].history;
                    self.threads[thread].history = mix(self.threads[thread].history, seen);
                }
            }
            Op::Park => {
                let known = &mut self.threads[thread];
                known.history = mix(known.history, known.token_version) ^ u64::from(was_possible);
                if was_possible {
                    known.token = false;
                }
            }
            Op::Step | Op::Yield | Op::Meet(_) => {
                let known = &mut self.threads[thread];
                known.history = mix(known.history, STEP);
            }
            Op::Gate(object, _) | Op::Once(object) | Op::Taken(object, _) => {
                self.touch(thread, *object, false);
            }
            Op::Send(_) | Op::Receive(_) => {}
        }

        if was_possible {
            Grant::Done
        } else {
            let known = &mut self.threads[thread];
            known.history = mix(known.history, IN_VAIN);
            Grant::WokenUp
        }
    }

    fn hold(&mut self, thread: usize, lock: usize, only_reads: bool, at: Option<At>) {
        self.touch(thread, lock, false);
        if let State::Lock { writer, readers } = &mut self.objects[lock].state {
            if only_reads {
                readers.push(thread);
            } else {
                *writer = Some(thread);
            }
        }

        self.threads[thread].holds.push(Held { lock, at });
    }

    /// Takes a lock that is free, without having waited for it.
    pub(super) fn take_lock(
        &mut self,
        thread: usize,
        lock: usize,
        only_reads: bool,
        at: Option<At>,
    ) -> bool {
        let op = if only_reads {
            Op::Read(lock)
        } else {
            Op::Lock(lock)
        };
        if self.is_possible(thread, &op) {
            self.hold(thread, lock, only_reads, at);
            return true;
        }

        self.touch(thread, lock, false);
        let known = &mut self.threads[thread];
        known.history = mix(known.history, FOUND_LOCKED);

        false
    }

    fn note_wait(&mut self, thread: usize, op: &Op, at: Option<At>) {
        if !self.is_recorded {
            return;
        }

        let deed = match op {
            Op::Lock(_) | Op::Read(_) | Op::Once(_) => "waits for {}".to_owned(),
            Op::Send(_) => "waits for room in {}".to_owned(),
            Op::Taken(..) => "waits until it is taken".to_owned(),
            Op::Receive(_) => "waits for an item".to_owned(),
            Op::Join(other) => format!("waits for {}", self.name(*other)),
            Op::JoinAll(_) => "waits for its threads".to_owned(),
            Op::Park => "parks".to_owned(),
            Op::Gate(..) => "waits at {}".to_owned(),
            Op::Meet(wanted) => format!("its job waits until {wanted} are under way"),
            Op::Step | Op::Yield | Op::Wake { .. } => return,
        };
        self.push(thread, at, deed, object_of(op), true);
    }

    pub(super) fn push(
        &mut self,
        thread: usize,
        at: Option<At>,
        deed: String,
        object: Option<usize>,
        waits: bool,
    ) {
        if !self.is_recorded || self.is_over {
            return;
        }

        if let (Some(object), Some(at)) = (object, at.as_ref())
            && self.objects[object].used.is_none()
        {
            self.objects[object].used = Some(at.clone());
        }

        let after = (0..self.objects.len())
            .map(|object| self.shown(object))
            .collect();
        let step = self.choices;

        self.events.push(Event {
            thread,
            at,
            deed,
            object,
            waits,
            after,
            step,
        });
    }

    /// The state of an object, in a few words.
    pub(super) fn shown(&self, object: usize) -> String {
        let object = &self.objects[object];
        let names = |threads: &[usize]| {
            let names: Vec<String> = threads.iter().map(|thread| self.name(*thread)).collect();
            names.join(", ")
        };
        let value = object.value.clone().unwrap_or_default();
        let with_value = |held: String| match (value.is_empty() || value == "()", held.is_empty()) {
            (true, true) => "free".to_owned(),
            (true, false) => held,
            (false, true) => value.clone(),
            (false, false) => format!("{value}, {held}"),
        };

        match &object.state {
            State::Atomic => value,
            State::Lock { writer, readers } => match writer {
                Some(writer) => with_value(format!("held by {}", self.name(*writer))),
                None if readers.is_empty() => with_value(String::new()),
                None => with_value(format!("read by {}", names(readers))),
            },
            State::Bell { asleep, .. } if asleep.is_empty() => "no one asleep".to_owned(),
            State::Bell { asleep, .. } => format!("asleep: {}", names(asleep)),
            State::Queue {
                length,
                items,
                senders,
                ..
            } => {
                let closed = if *senders == 0 { ", closed" } else { "" };
                let known: Option<Vec<&str>> = items.iter().map(Option::as_deref).collect();
                match known {
                    Some(items) if items.len() == *length => {
                        format!("[{}]{closed}", items.join(", "))
                    }
                    _ => format!("{length} inside{closed}"),
                }
            }
            State::Gate { size, arrived, .. } => format!("{arrived} of {size} are there"),
            State::Once { is_done: true, .. } => {
                if value.is_empty() {
                    "initialized".to_owned()
                } else {
                    value
                }
            }
            State::Once {
                running: Some(thread),
                ..
            } => {
                format!("being initialized by {}", self.name(*thread))
            }
            State::Once { .. } => "empty".to_owned(),
        }
    }
}
