//! From looks to stretches.

use super::exact::{Threads, push};
use super::look::{Look, Looks};
use crate::trace::model::{State, Stretch};

/// Makes stretches of looks at threads.
pub(super) fn stretches(looks: &Looks) -> Threads {
    let of_thread = |(tid, looks): (&u64, &Vec<Look>)| (*tid, of_thread(looks));
    looks.iter().map(of_thread).collect()
}

/// The time between two looks.
struct Step {
    wall: u64,
    cpu: u64,
    in_line: u64,
}

fn of_thread(looks: &[Look]) -> Vec<Stretch> {
    let mut steps: Vec<Step> = Vec::new();
    // From the end: a time in line is only counted when it is over, and may be longer than a step.
    let mut cpu_left = 0;
    let mut in_line_left = 0;

    for pair in looks.windows(2).rev() {
        let [from, to] = [pair[0], pair[1]];
        let wall = to.t_ns.saturating_sub(from.t_ns);
        let cpu = to.cpu_ns.saturating_sub(from.cpu_ns);
        let in_line = to.in_line_ns.saturating_sub(from.in_line_ns);
        let slept = !from.runnable && !to.runnable && cpu == 0 && in_line == 0;
        if slept {
            cpu_left = 0;
            in_line_left = 0;
        }
        cpu_left += cpu;
        in_line_left += in_line;

        let cpu = cpu_left.min(wall);
        let in_line = in_line_left.min(wall - cpu);
        cpu_left -= cpu;
        in_line_left -= in_line;
        steps.push(Step { wall, cpu, in_line });
    }

    steps.reverse();

    let mut stretches = Vec::new();

    for (step, pair) in steps.iter().zip(looks.windows(2)) {
        add_step(&mut stretches, step, pair[0], pair[1]);
    }

    stretches
}

/// Adds what happened between two looks. The order inside is not known: what was seen at the first
/// look comes first.
fn add_step(stretches: &mut Vec<Stretch>, step: &Step, from: Look, to: Look) {
    let rest = step.wall - step.cpu - step.in_line;
    let busy = [(State::InLine, step.in_line), (State::Computing, step.cpu)];
    // Seen able to run both times, it did not wait in between: nothing else was counted yet.
    let rest_state = if from.runnable && to.runnable {
        State::InLine
    } else {
        State::Waiting
    };
    let rest = (rest_state, rest);
    let parts = if from.runnable {
        [busy[1], busy[0], rest]
    } else {
        [rest, busy[0], busy[1]]
    };

    let mut start_ns = from.t_ns;

    for (state, length) in parts {
        let reason = from.reason.or(to.reason);
        let stretch = Stretch {
            state,
            start_ns,
            end_ns: start_ns + length,
            core: to.core.filter(|_| state == State::Computing),
            reason: reason.filter(|_| state == State::Waiting),
        };
        push(stretches, stretch);
        start_ns += length;
    }
}
