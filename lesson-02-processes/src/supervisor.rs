//! A supervisor: keeps a number of workers at work, replaces one that dies, and gives its item to another.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use common::process::{Child, How};
use tracing::info;

use crate::hire;
use crate::wire::{receive, send};

/// What became of the items.
#[derive(Debug, Default)]
pub struct Report {
    /// Item, result and the try that gave it, in the order of completion.
    pub done: Vec<(u32, u64, u32)>,
    /// Items that ended a worker each time.
    pub given_up: Vec<(u32, u32)>,
    /// Workers that had to be replaced, with what became of them.
    pub replaced: Vec<String>,
}

/// A worker and what it is doing.
struct Slot {
    name: String,
    child: Child,
    item: u32,
    tries: u32,
    since: Instant,
}

/// Which worker, and its answer; `Err` when there will be none.
type Message = (String, Result<u64, String>);

/// Has every item done by `workers` processes. An item that ends its worker, or keeps it longer than `limit`, goes to
/// another worker, `most` times in all.
///
/// # Errors
/// When a worker cannot be started.
pub fn supervise(items: &[u32], workers: usize, most: u32, limit: Duration) -> io::Result<Report> {
    let mut waiting: VecDeque<(u32, u32)> = items.iter().map(|item| (*item, 1)).collect();
    let mut report = Report::default();
    let mut idle: VecDeque<(String, Child)> = VecDeque::new();
    let mut busy: Vec<Slot> = Vec::new();
    let (to_us, from_workers) = channel();
    let mut hired = 0;
    loop {
        while busy.len() < workers
            && let Some((item, tries)) = waiting.pop_front()
        {
            let (name, mut child) = if let Some(free) = idle.pop_front() {
                free
            } else {
                hired += 1;
                hire(&format!("worker {hired}"), &to_us)?
            };
            // If it is dead, the thread that reads says so in a moment.
            let _ = send(hire::input(&mut child), &(item, tries));
            busy.push(Slot {
                name,
                child,
                item,
                tries,
                since: Instant::now(),
            });
        }
        let Some(oldest) = busy.iter().map(|slot| slot.since).min() else {
            break;
        };
        match from_workers.recv_timeout((oldest + limit).saturating_duration_since(Instant::now()))
        {
            Ok((name, answer)) => {
                let Some(at) = busy.iter().position(|slot| slot.name == name) else {
                    // Given up on already, or it ended while it had nothing to do.
                    idle.retain(|(free, _)| *free != name);
                    continue;
                };
                let slot = busy.swap_remove(at);
                match answer {
                    Ok(result) => {
                        report.done.push((slot.item, result, slot.tries));
                        idle.push_back((slot.name, slot.child));
                    }
                    Err(why) => replace(slot, &why, most, &mut waiting, &mut report)?,
                }
            }
            Err(_time_is_up) => {
                if let Some(at) = busy.iter().position(|slot| slot.since.elapsed() >= limit) {
                    replace(
                        busy.swap_remove(at),
                        "took too long",
                        most,
                        &mut waiting,
                        &mut report,
                    )?;
                }
            }
        }
    }
    // Those who are idle go home: their standard input closes.
    idle.into_iter()
        .try_for_each(|(_, mut child)| child.wait().map(drop))?;
    Ok(report)
}

/// Starts a worker, and a thread that reads its answers. Half an answer holds up that thread, not the supervisor.
fn hire(name: &str, to_us: &Sender<Message>) -> io::Result<(String, Child)> {
    let mut child = hire::start(name, "pool")?;
    let mut from = hire::take_output(&mut child);
    let (name, reader, to_us) = (name.to_owned(), name.to_owned(), to_us.clone());
    thread::Builder::new()
        .name(format!("reads {name}"))
        .spawn(move || {
            loop {
                let answer = receive(&mut from, &reader).map_err(|error| error.why);
                let answer = answer.and_then(|answer| answer.ok_or_else(String::new));
                let last = answer.is_err();
                if to_us.send((reader.clone(), answer)).is_err() || last {
                    return;
                }
            }
        })?;
    Ok((name, child))
}

/// Sends a worker away that did not keep to the rules, and puts its item back into the queue, or gives it up.
fn replace(
    mut slot: Slot,
    why: &str,
    most: u32,
    waiting: &mut VecDeque<(u32, u32)>,
    report: &mut Report,
) -> io::Result<()> {
    let _ = slot.child.kill();
    let how = How::from(slot.child.wait()?);
    let end = if why.is_empty() {
        how.to_string()
    } else {
        why.to_owned()
    };
    info!(
        "{} {end}, with item {} (try {})",
        slot.name, slot.item, slot.tries
    );
    report.replaced.push(format!("{} {end}", slot.name));
    if slot.tries < most {
        waiting.push_back((slot.item, slot.tries + 1));
    } else {
        report.given_up.push((slot.item, slot.tries));
    }
    Ok(())
}
