//! A run as a learner reads it: on which line which thread did what, and what came of it.

use judge::judging::{Schedule, Step};

use super::place::{self, Place, Sources};
use super::run::{Event, Op, Run};

/// The longest round of a loop that is folded.
const ROUND: usize = 60;

/// The steps on the exercise's own lines.
pub(super) fn schedule(run: &Run, seed: String) -> Schedule {
    let mut sources = Sources::default();
    let names = sources.names(&run.objects);
    let mut threads: Vec<usize> = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut state: Vec<String> = Vec::new();
    let mut last: Option<&Event> = None;

    for event in &run.events {
        let Some(place) = event.at.as_ref().and_then(|at| sources.of(at)) else {
            continue;
        };
        let thread = threads
            .iter()
            .position(|known| *known == event.thread)
            .unwrap_or_else(|| {
                threads.push(event.thread);
                threads.len() - 1
            });
        let changed = (0..event.after.len())
            .filter(|object| state.get(*object) != event.after.get(*object))
            .collect();
        let step = step(&place, thread, event, &names, changed);
        let folded = last
            .zip(steps.last())
            .and_then(|(before, shown)| in_one(before, event, shown, &step));
        match folded {
            Some(folded) => {
                steps.pop();
                steps.push(folded);
            }
            None => steps.push(step),
        }
        state.clone_from(&event.after);
        last = Some(event);
    }

    // In the order of their numbers; main comes last.
    let mut columns = threads.clone();
    columns.sort_unstable_by_key(|thread| (*thread == 0, *thread));

    for step in &mut steps {
        let column = columns
            .iter()
            .position(|thread| *thread == threads[step.thread]);
        step.thread = column.unwrap_or(0);
    }

    Schedule {
        search: 0,
        orders: 0,
        threads: columns.into_iter().map(|thread| run.name(thread)).collect(),
        objects: names,
        steps: without_rounds(steps),
        seed,
    }
}

/// Returns the deeds of this step: line, thread, deed.
pub(super) fn steps(
    run: &Run,
    names: &[String],
    sources: &mut Sources,
    step: usize,
) -> Vec<(u32, usize, String)> {
    let events = run.events.iter().filter(|event| event.step == step);
    let mut done: Vec<(u32, usize, String)> = Vec::new();
    let mut last: Option<(&Event, Step)> = None;

    for event in events {
        let Some(place) = event.at.as_ref().and_then(|at| sources.of(at)) else {
            continue;
        };
        let told = self::step(&place, event.thread, event, names, Vec::new());
        let folded = last
            .as_ref()
            .and_then(|(before, shown)| in_one(before, event, shown, &told));
        if folded.is_some() {
            done.pop();
        }
        let shown = folded.unwrap_or(told);
        done.push((shown.line, shown.thread, shown.deed.clone()));
        last = Some((event, shown));
    }

    done
}

fn step(
    place: &Place,
    thread: usize,
    event: &Event,
    names: &[String],
    changed: Vec<usize>,
) -> Step {
    let name = event.object.and_then(|object| names.get(object));
    let deed = event.deed.replace("{}", name.map_or("it", String::as_str));
    Step {
        thread,
        line: place.line,
        text: place.text.clone(),
        deed,
        waits: event.waits,
        times: 1,
        state: event.after.clone(),
        changed,
    }
}

/// Locked and given back on one line, with nothing in between: one step.
fn in_one(before: &Event, event: &Event, shown: &Step, step: &Step) -> Option<Step> {
    let same = (before.thread, before.object) == (event.thread, event.object)
        && shown.line == step.line
        && before.deed.starts_with("locks {}")
        && event.deed.starts_with("gives {} back");
    if !same {
        return None;
    }

    let name = shown
        .deed
        .strip_prefix("locks ")?
        .split(':')
        .next()?
        .to_owned();
    let name = name
        .trim_end_matches(" to read")
        .trim_end_matches(" to write");
    let value = before.deed.split_once(": ").map(|(_, value)| value);
    let deed = match (event.deed.split_once(": "), value) {
        (Some((_, change)), _) => format!("writes {name}: {change}"),
        (None, Some(value)) => format!("reads {name}: {value}"),
        (None, None) => format!("uses {name}"),
    };

    Some(Step {
        deed,
        state: step.state.clone(),
        changed: [&shown.changed[..], &step.changed[..]].concat(),
        ..shown.clone()
    })
}

/// Keeps one of the rounds that repeat and change nothing.
fn without_rounds(steps: Vec<Step>) -> Vec<Step> {
    let mut kept: Vec<Step> = Vec::new();
    let same = |one: &Step, other: &Step| {
        (one.thread, one.line, &one.deed, &one.state)
            == (other.thread, other.line, &other.deed, &other.state)
    };

    for step in steps {
        kept.push(step);
        for round in 1..=ROUND.min(kept.len() / 2) {
            let (before, now) = kept.split_at(kept.len() - round);
            let before = &before[before.len() - round..];
            if before.iter().zip(now).all(|(one, other)| same(one, other)) {
                kept.truncate(kept.len() - round);
                let from = kept.len() - round;
                for step in &mut kept[from..] {
                    step.times += 1;
                }
                break;
            }
        }
    }

    kept
}

/// A sentence for each thread that cannot go on: what it holds, what it waits for, and which thread has that.
pub(super) fn who_waits(run: &Run) -> Vec<String> {
    let mut sources = Sources::default();
    let names = sources.names(&run.objects);
    let mut sentences = Vec::new();

    for (thread, known) in run.threads.iter().enumerate() {
        let Some(pending) = &known.pending else {
            continue;
        };
        if run.is_possible(thread, &pending.op) {
            continue;
        }
        let place = pending.at.as_ref().and_then(|at| sources.of(at));
        let name = run.name(thread);
        let held: Vec<String> = known
            .holds
            .iter()
            .map(|held| {
                let line = held
                    .at
                    .as_ref()
                    .and_then(|at| sources.of(at))
                    .map(|place| place.line);
                let line = line.map_or_else(String::new, |line| format!(", taken in line {line}"));
                format!("{}{line}", names[held.lock])
            })
            .collect();
        let holds = if held.is_empty() {
            String::new()
        } else {
            format!("holds {}, and ", held.join(" and "))
        };
        let mut line_of = |lock: usize, holder: usize| {
            let held = run.threads[holder]
                .holds
                .iter()
                .find(|held| held.lock == lock)?;
            Some(sources.of(held.at.as_ref()?)?.line)
        };
        let line = place
            .as_ref()
            .map(|place| format!(" in line {}", place.line))
            .unwrap_or_default();
        let waits = match &pending.op {
            Op::Lock(lock) | Op::Read(lock) | Op::Wake { lock, .. } => {
                match run.holders(*lock).first() {
                    Some(holder) if *holder == thread => {
                        let since = line_of(*lock, thread);
                        let since =
                            since.map_or_else(String::new, |line| format!(" since line {line}"));
                        sentences.push(format!(
                            "{name} waits{line} for {}, the lock that it holds itself{since}",
                            names[*lock]
                        ));
                        continue;
                    }
                    Some(holder) if !matches!(pending.op, Op::Wake { .. }) => {
                        let since = line_of(*lock, *holder);
                        let since =
                            since.map_or_else(String::new, |line| format!(" since line {line}"));
                        format!(
                            "for {}, which {} holds{since}",
                            names[*lock],
                            run.name(*holder)
                        )
                    }
                    _ => match &pending.op {
                        Op::Wake { bell, .. } => format!(
                            "at {} for a notification that nobody is left to send",
                            names[*bell]
                        ),
                        _ => format!("for {}", names[*lock]),
                    },
                }
            }
            Op::Send(_) => "for room in the channel, from which nobody receives".to_owned(),
            Op::Taken(..) => "for a receiver to take what it sends".to_owned(),
            Op::Receive(_) if pending.at.as_ref().is_some_and(place::is_of_check) => {
                "in the check's own code, for what other jobs do".to_owned()
            }
            Op::Receive(_) => {
                "for an item of a channel, to which nobody sends, and which is not closed"
                    .to_owned()
            }
            Op::Join(other) => format!("for {} to end", run.name(*other)),
            Op::JoinAll(others) => {
                let left = others
                    .iter()
                    .filter(|other| !run.threads[**other].is_finished);
                let left: Vec<String> = left.map(|other| run.name(*other)).collect();
                format!("for {} to end", left.join(" and "))
            }
            Op::Park => "to be unparked, which nobody is left to do".to_owned(),
            Op::Gate(gate, _) => format!("at {}: {}", names[*gate], run.shown(*gate)),
            Op::Once(once) => format!("for {}, which is {}", names[*once], run.shown(*once)),
            Op::Meet(_) => "in its job for the others".to_owned(),
            Op::Step | Op::Yield => continue,
        };
        // What only follows from the others' waiting is not worth a sentence in the check's own code.
        if place.is_none() && matches!(pending.op, Op::Join(_) | Op::JoinAll(_)) {
            continue;
        }
        sentences.push(format!("{name} {holds}waits{line} {waits}"));
    }

    sentences
}
