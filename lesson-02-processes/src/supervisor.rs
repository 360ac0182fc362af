//! A supervisor: hands out the items, and gives the item of a worker that failed to another.

use std::io;
use std::sync::mpsc::{Receiver, Sender};

use serde::Serialize;
use tracing::info;

use crate::keeper::{Attempt, Event};

/// A square, and the try that gave it.
#[derive(Serialize)]
pub struct Done {
    pub item: u32,
    pub square: u64,
    pub tries: u32,
}

/// The items in the order of completion, those that ended a worker each time, and a count of replaced workers.
#[derive(Default, Serialize)]
pub struct Report {
    pub done: Vec<Done>,
    pub given_up: Vec<Attempt>,
    pub replaced: u32,
}

/// Puts every item into the queue, and puts one that failed there again, up to its last try.
pub fn supervise(
    items: &[u32],
    most: u32,
    queue: &Sender<Attempt>,
    events: &Receiver<Event>,
) -> io::Result<Report> {
    let hand_out = |item, tries| {
        queue
            .send(Attempt { item, tries })
            .map_err(io::Error::other)
    };
    for &item in items {
        hand_out(item, 1)?;
    }

    let mut report = Report::default();
    while report.done.len() + report.given_up.len() < items.len() {
        match events.recv().map_err(io::Error::other)? {
            Event::Done(Attempt { item, tries }, square) => {
                report.done.push(Done {
                    item,
                    square,
                    tries,
                });
            }
            Event::Failed(attempt, error) => {
                let Attempt { item, tries } = attempt;
                info!("{error}, with item {item} (try {tries})");
                report.replaced += 1;
                if tries < most {
                    hand_out(item, tries + 1)?;
                } else {
                    report.given_up.push(attempt);
                }
            }
            Event::NoWorker(error) => return Err(error),
        }
    }
    Ok(report)
}
