//! The run of a plan: a simulation, from one event to the next.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

use super::plan::Plan;
use super::steps::{Act, Step};

/// Returns the nanoseconds that a plan takes with so many cores; `None` if its lanes wait for one
/// another for ever.
pub(in crate::analysis) fn length_ns(plan: &Plan, cores: usize) -> Option<f64> {
    let mut replay = Replay::new(plan, cores);
    replay.run();
    let end_ns = replay.ends.get(plan.last).copied().flatten()?;
    Some(end_ns + plan.tail_ns as f64)
}

/// A moment, in nanoseconds.
#[derive(Clone, Copy, PartialEq)]
struct Moment(f64);

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// A thing that becomes due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A lane goes on.
    Lane(usize),
    /// An event happens.
    Event(usize),
}

/// The place of a lane in its steps, or in those of a job that it has taken.
#[derive(Clone, Copy, Default)]
struct Place {
    job: Option<usize>,
    next: usize,
}

struct Replay<'a> {
    plan: &'a Plan,
    cores: f64,
    now: f64,
    /// The work that each computing lane has done since the start: all of them share the cores.
    done: f64,
    computing: BinaryHeap<Reverse<(Moment, usize)>>,
    timers: BinaryHeap<Reverse<(Moment, Due)>>,
    /// The lanes' places: the innermost last.
    places: Vec<Vec<Place>>,
    ready: Vec<usize>,
    ends: Vec<Option<f64>>,
    happened: Vec<bool>,
    /// The lanes that wait for each event.
    waiting: Vec<Vec<usize>>,
    /// The number of events that each lane still waits for, and its time to go on after the last.
    missing: Vec<(usize, f64)>,
    permits: Vec<usize>,
    queues: Vec<VecDeque<usize>>,
    /// The jobs that can be taken, and the lanes that would take one.
    jobs: VecDeque<usize>,
    idle: Vec<usize>,
    jobs_left: usize,
    /// The jobs that wait for each event.
    jobs_of: Vec<Vec<usize>>,
}

impl<'a> Replay<'a> {
    fn new(plan: &'a Plan, cores: usize) -> Replay<'a> {
        let lanes = plan.lanes.len();
        let mut replay = Replay {
            plan,
            cores: if plan.has_cores {
                cores.max(1) as f64
            } else {
                f64::INFINITY
            },
            now: 0.0,
            done: 0.0,
            computing: BinaryHeap::new(),
            timers: BinaryHeap::new(),
            places: vec![vec![Place::default()]; lanes],
            ready: (0..lanes).rev().collect(),
            ends: vec![None; lanes],
            happened: vec![false; plan.events],
            waiting: vec![Vec::new(); plan.events],
            missing: vec![(0, 0.0); lanes],
            permits: plan.locks.iter().map(|lock| lock.permits).collect(),
            queues: vec![VecDeque::new(); plan.locks.len()],
            jobs: VecDeque::new(),
            idle: Vec::new(),
            jobs_left: 0,
            jobs_of: vec![Vec::new(); plan.events],
        };

        for (number, job) in plan
            .pool
            .iter()
            .flat_map(|pool| pool.jobs.iter().enumerate())
        {
            replay.jobs_left += 1;
            match job.handed_out {
                Some(event) => replay.jobs_of[event].push(number),
                None => replay.jobs.push_back(number),
            }
        }
        replay
    }

    fn run(&mut self) {
        loop {
            while let Some(lane) = self.ready.pop() {
                self.go_on(lane);
            }

            let timer = self.timers.peek().map(|Reverse((due, _))| due.0);
            let work = self.computing.peek().map(|Reverse((end, _))| end.0);
            let computed = work.map(|end| self.now + (end - self.done) / self.rate());
            match (timer, computed) {
                (None, None) => return,
                (Some(due), computed) if computed.is_none_or(|computed| due <= computed) => {
                    self.pass_until(due);
                    self.timer();
                }
                (_, computed) => {
                    self.pass_until(computed.unwrap_or(self.now));
                    let next = self.computing.pop();
                    self.done = work.unwrap_or(self.done);
                    self.ready.extend(next.map(|Reverse((_, lane))| lane));
                }
            }
        }
    }

    /// Returns the share of a core that each computing lane has.
    fn rate(&self) -> f64 {
        (self.cores / self.computing.len().max(1) as f64).min(1.0)
    }

    fn pass_until(&mut self, t: f64) {
        if !self.computing.is_empty() {
            self.done += (t - self.now).max(0.0) * self.rate();
        }
        self.now = self.now.max(t);
    }

    fn timer(&mut self) {
        match self.timers.pop() {
            Some(Reverse((_, Due::Lane(lane)))) => self.ready.push(lane),
            Some(Reverse((_, Due::Event(event)))) => self.happen(event),
            None => {}
        }
    }

    fn happen(&mut self, event: usize) {
        if std::mem::replace(&mut self.happened[event], true) {
            return;
        }
        for lane in std::mem::take(&mut self.waiting[event]) {
            let (missing, lag_ns) = &mut self.missing[lane];
            *missing -= 1;
            if *missing == 0 {
                let due = Moment(self.now + *lag_ns);
                self.timers.push(Reverse((due, Due::Lane(lane))));
            }
        }
        for job in std::mem::take(&mut self.jobs_of[event]) {
            self.jobs.push_back(job);
            self.ready.extend(self.idle.pop());
        }
    }

    /// Lets a lane do its steps until it has to wait.
    fn go_on(&mut self, lane: usize) {
        while let Some(place) = self.places[lane].last().copied() {
            let Some(step) = self.steps(lane, place.job).get(place.next) else {
                self.places[lane].pop();
                continue;
            };
            if matches!(step.act, Act::TakeJobs) {
                if self.take_job(lane) {
                    continue;
                }
                if self.jobs_left > 0 {
                    self.idle.push(lane);
                    return;
                }
            }
            if let Some(place) = self.places[lane].last_mut() {
                place.next += 1;
            }
            if self.perform(lane, &step.act) {
                return;
            }
        }
        self.ends[lane] = Some(self.now);
    }

    fn steps(&self, lane: usize, job: Option<usize>) -> &'a [Step] {
        let plan = self.plan;
        match (job, &plan.pool) {
            (Some(job), Some(pool)) => &pool.jobs[job].steps,
            _ => &plan.lanes[lane],
        }
    }

    /// Takes the next job of the pool, if there is one.
    fn take_job(&mut self, lane: usize) -> bool {
        let Some(job) = self.jobs.pop_front() else {
            return false;
        };
        self.jobs_left -= 1;
        if self.jobs_left == 0 {
            self.ready.append(&mut self.idle);
        }
        let job = Some(job);
        self.places[lane].push(Place { job, next: 0 });
        true
    }

    /// Does one act. Returns whether the lane has to wait now.
    fn perform(&mut self, lane: usize, act: &Act) -> bool {
        match act {
            Act::Compute(ns) => {
                let end = Moment(self.done + ns);
                self.computing.push(Reverse((end, lane)));
                true
            }
            Act::Wait(ns) => {
                let due = Moment(self.now + ns);
                self.timers.push(Reverse((due, Due::Lane(lane))));
                true
            }
            Act::Until { events, lag_ns } => {
                let open = events.iter().filter(|event| !self.happened[**event]);
                let open: Vec<usize> = open.copied().collect();
                self.missing[lane] = (open.len(), *lag_ns);
                for event in &open {
                    self.waiting[*event].push(lane);
                }
                !open.is_empty()
            }
            Act::Signal { event, after_ns } if *after_ns > 0.0 => {
                let due = Moment(self.now + after_ns);
                self.timers.push(Reverse((due, Due::Event(*event))));
                false
            }
            Act::Signal { event, .. } => {
                self.happen(*event);
                false
            }
            Act::Acquire(hold) => {
                let lock = self.plan.holds[*hold].lock;
                if self.permits[lock] > 0 {
                    self.permits[lock] -= 1;
                    return false;
                }
                self.queues[lock].push_back(lane);
                true
            }
            Act::Release(hold) => {
                let lock = self.plan.holds[*hold].lock;
                match self.queues[lock].pop_front() {
                    Some(next) => self.ready.push(next),
                    None => self.permits[lock] += 1,
                }
                false
            }
            Act::TakeJobs => false,
        }
    }
}
