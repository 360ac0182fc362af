//! The turns on cores in the words of Linux's own trace of its scheduler. Perfetto and Chrome draw a track for each core
//! from them, and a track of states for each thread.

use std::collections::BTreeMap;

use recording::sort_by_numbers;
use recording::trace::{Kind, Lane, State, Trace, Turn};

/// The name of what has a core while no thread of the run has it.
const NONE: &str = "not this run";

/// The event that a line tells; at one moment a core is left before it is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Woken,
    Off,
    On,
}

/// Returns the lines of that trace, in the order of time.
pub(super) fn lines(trace: &Trace) -> String {
    let mut cores: BTreeMap<u32, Vec<&Turn>> = BTreeMap::new();
    for turn in &trace.turns {
        cores.entry(turn.core).or_default().push(turn);
    }

    let mut lines: Vec<(u64, Event, String)> = Vec::new();
    for (core, turns) in &cores {
        let mut left_ns = 0;
        for turn in turns {
            // Sampled turns may overlap, and a core has one thread at a time.
            let start_ns = turn.start_ns.max(left_ns);
            if start_ns >= turn.end_ns {
                continue;
            }
            left_ns = turn.end_ns;

            let lane = turn.lane.map(|lane| &trace.lanes[lane]);
            let thread = (lane.map_or("another thread", |lane| &lane.name), turn.tid);
            let none = (NONE, 0);
            let state = lane.map_or('S', |lane| state_after(lane, turn.end_ns));
            lines.push((start_ns, Event::On, switch(none, 'R', thread, *core)));
            lines.push((left_ns, Event::Off, switch(thread, state, none, *core)));
        }
    }
    let threads = trace.lanes.iter().filter(|lane| lane.kind != Kind::Task);
    lines.extend(threads.flat_map(wakes));
    sort_by_numbers(&mut lines, |(t_ns, event, _)| (*t_ns, *event as u64));

    let told = lines.iter().map(|(t_ns, _, line)| {
        let (before, after) = line.split_once('@').unwrap_or((line, ""));
        format!("{before}{:.9}{after}\n", trace.seconds(*t_ns))
    });
    "# tracer: nop\n#\n".to_owned() + &told.collect::<String>()
}

/// Returns the letter of the state of a thread that leaves its core: runnable or asleep.
fn state_after(lane: &Lane, t_ns: u64) -> char {
    let after = lane.states.partition_point(|state| state.end_ns <= t_ns);
    match lane.states.get(after) {
        Some(next) if next.state == State::InLine => 'R',
        _ => 'S',
    }
}

/// Returns the line of a switch from one thread, by its name and number, to another; with an `@` for
/// the time.
fn switch(from: (&str, u64), state: char, to: (&str, u64), core: u32) -> String {
    let [before, next] = [from.0, to.0].map(one_word);
    let [pid, next_pid] = [from.1, to.1];
    format!(
        "{before}-{pid} [{core:03}] d... @: sched_switch: prev_comm={before} prev_pid={pid} prev_prio=120 \
         prev_state={state} ==> next_comm={next} next_pid={next_pid} next_prio=120"
    )
}

/// Returns the lines that say when a thread was woken: where it is in line after a wait.
fn wakes(lane: &Lane) -> impl Iterator<Item = (u64, Event, String)> {
    let pairs = lane.states.windows(2);
    let woken =
        pairs.filter(|pair| pair[0].state == State::Waiting && pair[1].state == State::InLine);
    let name = one_word(&lane.name);
    let pid = lane.tid;
    woken.map(move |pair| {
        let told = format!(
            "{name}-{pid} [000] d... @: sched_waking: comm={name} pid={pid} prio=120 target_cpu=000"
        );
        (pair[1].start_ns, Event::Woken, told)
    })
}

/// Returns a name as one word of such a line, which looks the same.
fn one_word(name: &str) -> String {
    let word = |c: char| match c {
        ' ' => '\u{a0}',
        '=' | '@' | '"' | '\\' | '>' => '-',
        c if c.is_whitespace() || c.is_control() => '\u{a0}',
        c => c,
    };
    name.chars().map(word).collect()
}
